"""Folders of pictures: what says the classes, which sizes and colours come out, and what is told about it."""

import csv
import os
import struct
import time

import numpy as np
import pytest
from PIL import Image

from nnstudio.core.errors import DataError
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.readers.base import look_at, reader_for
from nnstudio.data.readers.image_folder import ImageFolder
from nnstudio.data.sources import open_data

GREY = np.random.default_rng(1).integers(0, 256, (60, 12, 10)).astype(np.uint8)
COLOURED = np.random.default_rng(2).integers(0, 256, (60, 12, 10, 3)).astype(np.uint8)


def save(path, pixels, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels, np.uint8)).save(path, **options)


@pytest.fixture
def folder(tmp_path):
    """Three classes of two grey pictures each, 12 high and 10 wide."""
    home = tmp_path / "letters"
    for number, name in enumerate(["b/10", "b/9", "A/2", "A/x", "class 10/1", "class 2/1", "class 2/2", "class 10/2"]):
        save(home / f"{name}.png", GREY[number])
    return home


@pytest.fixture
def loose(tmp_path):
    """Four pictures without classes."""
    home = tmp_path / "loose"
    for number in range(4):
        save(home / f"{number}.png", GREY[number])
    return home


def label(home, text, name="labels.csv", encoding="utf-8"):
    (home / name).write_bytes(text.encode(encoding))
    return home


def refusal(home, **options):
    start = time.process_time()
    with pytest.raises(DataError) as caught:
        ImageFolder(**options).open(home)
    assert time.process_time() - start < 1
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def classes_of(data):
    return [data.class_names[number] for number in data.targets]


# ---- Sub-folders


def test_each_sub_folder_is_a_class_in_natural_order(folder):
    assert ImageFolder().open(folder).class_names == ("A", "b", "class 2", "class 10")


def test_the_pictures_of_a_class_are_in_natural_order(folder):
    data = ImageFolder().open(folder)
    assert data.targets.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert np.array_equal(data.inputs[..., 0], GREY[[2, 3, 1, 0, 5, 6, 4, 7]])


def test_pixels_are_stored_as_bytes_and_divided_by_255(folder):
    data = ImageFolder().open(folder)
    assert data.inputs.dtype == np.uint8
    assert data.sample_shape == (12, 10, 1)
    assert data.preparation == (Scale(255),)


def test_the_set_is_named_after_its_folder_and_not_divided(folder):
    data = ImageFolder().open(folder)
    assert data.name == "letters"
    assert data.parts == {}
    assert data.warnings == ()


def test_pictures_in_deeper_folders_belong_to_the_class(folder):
    save(folder / "A" / "more" / "still more" / "z.png", GREY[9])
    data = ImageFolder().open(folder)
    assert classes_of(data).count("A") == 3
    assert np.array_equal(data.inputs[2, ..., 0], GREY[9])


HIDDEN = [".hidden.png", "Thumbs.db", ".DS_Store", "desktop.ini", "__MACOSX/a.png", ".git/a.png"]


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_not_seen(folder, name):
    for place in (folder, folder / "A"):
        save(place / "new.png", GREY[0])
        (place / name).parent.mkdir(exist_ok=True)
        (place / "new.png").rename(place / name)
    data = ImageFolder().open(folder)
    assert len(data.inputs) == 8
    assert data.class_names == ("A", "b", "class 2", "class 10")
    assert not any("left out" in note for note in data.notes)


def test_other_files_are_left_out_and_counted(folder):
    for name in ("notes.txt", "A/about.md", "A/photo.webp"):
        (folder / name).write_text("text")
    data = ImageFolder().open(folder)
    assert len(data.inputs) == 8
    assert "Files that are no picture of a class were left out (3), such as notes.txt." in data.notes


def test_a_picture_beside_the_classes_is_left_out_and_counted(folder):
    save(folder / "overview.png", GREY[0])
    data = ImageFolder().open(folder)
    assert len(data.inputs) == 8
    assert "Files that are no picture of a class were left out (1), such as overview.png." in data.notes


def test_a_sub_folder_without_pictures_is_left_out_and_named(folder):
    (folder / "empty").mkdir()
    data = ImageFolder().open(folder)
    assert "empty" not in data.class_names
    assert "Sub-folders without pictures were left out (1), such as empty." in data.notes


def test_a_picture_is_known_by_its_content_whatever_its_name(folder):
    (folder / "A" / "2.png").rename(folder / "A" / "2")
    (folder / "A" / "x.png").rename(folder / "A" / "x.dat")
    assert np.array_equal(ImageFolder().open(folder).inputs[:2, ..., 0], GREY[[2, 3]])


def test_classes_within_the_only_sub_folder_are_found(folder, tmp_path):
    (tmp_path / "unpacked").mkdir()
    folder.rename(tmp_path / "unpacked" / "letters")
    data = ImageFolder().open(tmp_path / "unpacked")
    assert data.class_names == ("A", "b", "class 2", "class 10")
    assert "The classes are the sub-folders of letters." in data.notes


def test_an_empty_folder_is_refused(tmp_path):
    assert f"The folder {tmp_path} holds no pictures (PNG, JPEG, BMP, GIF or TIFF). Put" in refusal(tmp_path)


def test_sub_folders_without_pictures_are_refused(tmp_path):
    for name in ("a", "b/c"):
        (tmp_path / name).mkdir(parents=True)
    assert "holds no pictures" in refusal(tmp_path)


def test_pictures_of_kinds_that_are_not_read_are_named(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.webp").write_bytes(b"RIFF")
    assert "holds no pictures (PNG, JPEG, BMP, GIF or TIFF), but other files, such as 1.webp" in refusal(tmp_path)


def test_a_single_class_is_refused(tmp_path):
    save(tmp_path / "cat" / "1.png", GREY[0])
    assert "have only one class, cat. Put the pictures of each class into a sub-folder" in refusal(tmp_path)


def test_pictures_without_classes_are_refused_with_both_ways_to_give_them(loose):
    message = refusal(loose)
    assert "Nothing says which classes" in message
    assert "sub-folder" in message
    assert "labels.csv" in message


def test_a_missing_folder_is_refused(tmp_path):
    assert "cannot be opened (no such file or directory)" in refusal(tmp_path / "none")


def test_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("text")
    assert "cannot be opened (not a directory)" in refusal(tmp_path / "file")


# ---- Official parts


@pytest.fixture
def divided(tmp_path):
    """Two classes in three parts, of which validation lacks a class."""
    home = tmp_path / "divided"
    names = ["test/a/0", "train/a/0", "train/a/1", "train/b/0", "val/b/0", "val/b/1", "test/b/0"]
    for number, name in enumerate(names):
        save(home / f"{name}.png", GREY[number])
    return home


def test_official_parts_are_kept(divided):
    data = ImageFolder().open(divided)
    parts = {name: data.inputs[picks][..., 0].tolist() for name, picks in data.parts.items()}
    assert parts == {"train": GREY[1:4].tolist(), "validation": GREY[4:6].tolist(), "test": GREY[[0, 6]].tolist()}
    assert {name: data.targets[picks].tolist() for name, picks in data.parts.items()} == {
        "train": [0, 0, 1], "validation": [1, 1], "test": [0, 1],
    }  # fmt: skip


@pytest.mark.parametrize(
    "names",
    [("train", "validation", "test"), ("Training", "valid", "Testing"), ("TRAIN", "Val", "Test")],
    ids=str,
)
def test_parts_may_be_called_in_several_ways(divided, names):
    for old, new in zip(("train", "val", "test"), names, strict=True):
        (divided / old).rename(divided / f"{new} ")
        (divided / f"{new} ").rename(divided / new)
    data = ImageFolder().open(divided)
    assert {name: len(picks) for name, picks in data.parts.items()} == {"train": 3, "validation": 2, "test": 2}


@pytest.mark.parametrize("missing", ["val", "test"])
def test_a_part_may_be_missing(divided, missing):
    for path in sorted((divided / missing).rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (divided / missing).rmdir()
    data = ImageFolder().open(divided)
    assert set(data.parts) == {"train", "validation", "test"} - {{"val": "validation"}.get(missing, missing)}


def test_the_official_parts_are_those_of_the_opened_set(divided):
    data = open_data(str(divided))
    assert [len(data.part(name)) for name in ("train", "validation", "test")] == [3, 2, 2]


def test_classes_called_train_and_test_are_classes_if_they_hold_the_pictures(tmp_path):
    for name in ("train", "test", "car"):
        save(tmp_path / name / "1.png", GREY[0])
    data = ImageFolder().open(tmp_path)
    assert data.class_names == ("car", "test", "train")
    assert data.parts == {}


def test_only_one_part_is_no_division(divided):
    for name in ("val", "test"):
        (divided / name).rename(divided.parent / name)
    data = ImageFolder().open(divided)
    assert data.class_names == ("a", "b")
    assert data.parts == {}


def test_pictures_of_a_part_without_class_are_left_out_and_counted(divided):
    save(divided / "test" / "unknown.png", GREY[0])
    data = ImageFolder().open(divided)
    assert len(data.inputs) == 7
    assert "Files that are no picture of a class were left out (1), such as unknown.png." in data.notes


def test_parts_without_pictures_to_train_with_are_refused(divided):
    for path in (divided / "train").rglob("*.png"):
        path.unlink()
    assert "holds no pictures to train with" in refusal(divided)


def test_parts_stay_right_when_pictures_are_left_out(divided):
    (divided / "train" / "a" / "0.png").write_bytes(b"")
    data = ImageFolder().open(divided)
    assert np.array_equal(data.inputs[data.parts["train"]][..., 0], GREY[2:4])
    assert np.array_equal(data.inputs[data.parts["validation"]][..., 0], GREY[4:6])


# ---- A table of labels

TABLES = {
    "with a header": "file,label\n2.png,cat\n0.png,dog\n3.png,cat\n1.png,dog\n",
    "without a header": "2.png,cat\n0.png,dog\n3.png,cat\n1.png,dog\n",
    "labels first": "class,image\ncat,2.png\ndog,0.png\ncat,3.png\ndog,1.png\n",
    "labels first, without a header": "cat,2.png\ndog,0.png\ncat,3.png\ndog,1.png\n",
    "titles of its own": "Bild,Tier\n2.png,cat\n0.png,dog\n3.png,cat\n1.png,dog\n",
    "semicolons": "file;label\n2.png;cat\n0.png;dog\n3.png;cat\n1.png;dog\n",
    "tabs": "file\tlabel\n2.png\tcat\n0.png\tdog\n3.png\tcat\n1.png\tdog\n",
    "names without endings": "id,label\n2,cat\n0,dog\n3,cat\n1,dog\n",
    "names without endings or header": "2,cat\n0,dog\n3,cat\n1,dog\n",
    "further columns": "id,age,label,note\n2,1,cat,\n0,2,dog,x\n3,3,cat,\n1,4,dog,y\n",
    "quotation marks": '"file","label"\n"2.png","cat"\n"0.png","dog"\n"3.png","cat"\n"1.png","dog"\n',
    "blanks": " file , label \n 2.png , cat \n./0.png,dog\n3.png,cat\n1.png,dog\n",
    "blank lines": "\n\nfile,label\n\n2.png,cat\n0.png,dog\n,\n3.png,cat\n1.png,dog\n\n",
    "line ends of Windows": "file,label\r\n2.png,cat\r\n0.png,dog\r\n3.png,cat\r\n1.png,dog\r\n",
    "line ends of an old Mac": "file,label\r2.png,cat\r0.png,dog\r3.png,cat\r1.png,dog\r",
    "no end of the last line": "file,label\n2.png,cat\n0.png,dog\n3.png,cat\n1.png,dog",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_says_the_classes(loose, text, encoding):
    data = ImageFolder().open(label(loose, text, encoding=encoding))
    assert classes_of(data) == ["cat", "cat", "dog", "dog"]
    assert np.array_equal(data.inputs[..., 0], GREY[[2, 3, 0, 1]])
    assert data.parts == {}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "utf-16-le"])
def test_labels_with_accents_are_read(loose, encoding):
    text = ("\ufeff" if "16" in encoding else "") + "0,Bär\n1,Löwe\n2,Löwe\n3,Bär\n"
    assert ImageFolder().open(label(loose, text, encoding=encoding)).class_names == ("Bär", "Löwe")


@pytest.mark.parametrize("name", ["labels.csv", "Labels.CSV", "labels.tsv", "anything.csv", "anything.tsv"])
def test_the_only_table_is_taken_whatever_its_name(loose, name):
    assert len(ImageFolder().open(label(loose, TABLES["tabs"], name)).inputs) == 4


def test_labels_csv_is_taken_among_several_tables(loose):
    label(loose, "a,b\n1,2\n", "other.csv")
    assert len(ImageFolder().open(label(loose, TABLES["with a header"])).inputs) == 4


def test_among_several_tables_one_must_be_chosen(loose):
    label(loose, TABLES["with a header"], "first.csv")
    label(loose, "file,label\n0.png,a\n1.png,b\n", "second.csv")
    assert "Nothing says which classes" in refusal(loose)
    assert ImageFolder(labels="second.csv").open(loose).class_names == ("a", "b")


def test_the_option_goes_before_sub_folders(folder):
    label(folder, "A/2.png,x\nb/9.png,y\n", "mine.txt")
    data = ImageFolder(labels="mine.txt").open(folder)
    assert data.class_names == ("x", "y")
    assert np.array_equal(data.inputs[..., 0], GREY[[2, 1]])


@pytest.mark.parametrize(
    "names", [("images/0.png", "images/1.png"), ("0.png", "1.png"), ("images\\0.png", "1")], ids=str
)
def test_pictures_in_a_sub_folder_beside_the_table_are_found(tmp_path, names):
    for number in range(2):
        save(tmp_path / "images" / f"{number}.png", GREY[number])
    label(tmp_path, f"file,label\n{names[0]},a\n{names[1]},b\n", "train.csv")
    assert np.array_equal(ImageFolder().open(tmp_path).inputs[..., 0], GREY[:2])


def test_a_table_beside_classes_in_sub_folders_is_one_of_the_other_files(folder):
    label(folder, "just,some\nnumbers,1\n", "statistics.csv")
    data = ImageFolder().open(folder)
    assert len(data.class_names) == 4
    assert any("statistics.csv" in note for note in data.notes)


def test_how_the_table_was_read_is_told(loose):
    data = ImageFolder().open(label(loose, "id,age,label\n2,1,cat\n0,2,dog\n"))
    assert "In labels.csv, the column 'id' has the file names and 'label' the labels." in data.notes
    assert "Pictures without a label were left out (2)." in data.notes
    data = ImageFolder().open(label(loose, TABLES["labels first, without a header"]))
    assert "In labels.csv, which has no header, column 2 has the file names and column 1 the labels." in data.notes


def test_pictures_with_an_empty_label_are_left_out_and_counted(loose):
    data = ImageFolder().open(label(loose, "0.png,a\n1.png,\n2.png,b\n3.png,  \n"))
    assert classes_of(data) == ["a", "b"]
    assert "Pictures without a label were left out (2)." in data.notes


def test_classes_of_a_table_are_in_natural_order(loose):
    assert ImageFolder().open(label(loose, "0,10\n1,9\n2,b\n3,A\n")).class_names == ("9", "10", "A", "b")


def test_a_table_written_by_python_is_read(loose):
    with open(loose / "labels.csv", "w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(
            [["file", "label"], ["0.png", 'a "b", c'], ["1.png", "two\nlines"], ["2.png", "c"]]
        )
    assert ImageFolder().open(loose).class_names == ('a "b", c', "c", r"two\nlines")


BAD_TABLES = {
    "a file that is not there": ("file,label\n0.png,a\n7.png,b\n", "line 3, names 7.png, but there is no such"),
    "a file that is not there in the first line": ("7.png,b\n0.png,a\n", "line 1, names 7.png"),
    "no file that is there": ("file,label\nx.png,b\ny.png,a\n", "line 2, names x.png"),
    "no file that is there and no header": ("x.png,b\ny.png,a\n", "line 1, names x.png"),
    "a way out": ("0.png,a\n../loose/1.png,b\n", "line 2, names ../loose/1.png, which is outside the folder"),
    "a way out in the middle": ("0.png,a\nx/../../1.png,b\n", "which is outside the folder"),
    "a way out for Windows": ("0.png,a\n..\\1.png,b\n", "which is outside the folder"),
    "an absolute path": ("0.png,a\n/etc/passwd,b\n", "line 2, names /etc/passwd, which is outside the folder"),
    "an absolute path for Windows": ("0.png,a\nC:\\1.png,b\n", "which is outside the folder"),
    "a share": ("0.png,a\n\\\\server\\1.png,b\n", "which is outside the folder"),
    "no file name": ("0.png,a\n,b\n", "line 2, has no file name"),
    "a row too long": ("0.png,a\n1.png,b,c\n2.png,b\n", "line 2, has another number of columns: 3, not 2"),
    "a row too short": ("file,age,label\n0.png,3,a\n1.png,b\n", "line 3, has another number of columns: 2, not 3"),
    "a row too short behind blank lines": ("0.png,a\n\n\n1.png\n", "line 4, has another number of columns: 1, not 2"),
    "a comma at the end of the last row": ("0.png,a\n1.png,a\n2.png,b\n3.png,b,\n", "line 4, has another number"),
    "a file twice": ("0.png,a\n1.png,b\n0.png,b\n", "line 3, names 0.png again, after line 1"),
    "a file twice in two ways": ("0.png,a\n1.png,b\n./0,b\n", "line 3, names ./0 again, after line 1"),
    "one column": ("0.png\n1.png\n", "line 1, has one column only"),
    "no column of labels": ("file,age,weight\n0.png,1,2\n1.png,3,4\n", "line 1, has 3 columns, and not just one"),
    "two columns of labels": ("file,label,class\n0.png,1,2\n1.png,3,4\n", "line 1, has 3 columns, and not just one"),
    "one class": ("0.png,a\n1.png,a\n", "have only one class, a"),
    "no label at all": ("file,label\n0.png,\n1.png,\n", "have no class"),
    "only a header": ("file,label\n", "have no class"),
    "nothing": ("", "is empty"),
    "blank lines only": ("\n \n\n", "is empty"),
    "a quotation mark that stays open": ('0.png,a\n1.png,"b\n2.png,c\n', "has a quotation mark that does not fit"),
    "a quotation mark in the middle": ('0.png,a\n1.png,"b"c\n', "line 2, has a quotation mark that does not fit"),
    "a NUL byte": ("0.png,a\n1.png,b\0\n", "is not a text"),
    "a line of a megabyte": ("0.png,a\n1.png," + "b" * 2**20 + "\n", "has a line that is"),
    "a million columns": ("0.png" + "," * 2**20 + "\n", "has a line that is"),
    "a web page": ("<!DOCTYPE html>\n<html><body>404</body></html>\n", "has one column only"),
}


@pytest.mark.parametrize(("text", "reason"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_a_bad_table_is_refused_for_the_right_reason_and_with_its_line(loose, text, reason):
    message = refusal(label(loose, text))
    assert reason in message
    if "line" in reason:
        assert message.startswith(f"{loose}/labels.csv")


@pytest.mark.parametrize("content", [b"\xff\xfe\0", b"\xff\xfe\0\xd8a\0", bytes(99), b"PK\3\4\0\0"], ids=ascii)
def test_a_table_that_is_no_text_is_refused(loose, content):
    (loose / "labels.csv").write_bytes(content)
    assert "is not a text. Save the table of labels as CSV" in refusal(loose)


def test_a_table_of_gigabytes_is_refused(loose):
    label(loose, "0.png,a\n")
    os.truncate(loose / "labels.csv", 5 * 2**30)
    assert "is too large for a table of labels" in refusal(loose)


def test_a_long_table_of_nonsense_ends_at_its_first_line(loose):
    label(loose, "a,b\n" * 2_000_000)
    assert "line 2, names a, but there is no such picture" in refusal(loose)


def test_names_that_several_pictures_have_are_refused(folder):
    save(folder / "b" / "2.png", GREY[0])
    assert "line 2, names 2, as several files are called" in refusal(label(folder, "A/x.png,a\n2,b\n"))


@pytest.mark.parametrize("name", ["../labels.csv", "/etc/passwd", "C:\\labels.csv"])
def test_a_table_outside_the_folder_is_refused(loose, name):
    assert "must be in" in refusal(loose, labels=name)


def test_a_table_that_is_not_there_is_refused(loose):
    assert f"There is no file {loose}/none.csv" in refusal(loose, labels="none.csv")


def test_a_table_that_is_a_pipe_is_refused_without_waiting(loose):
    os.mkfifo(loose / "labels.csv")
    assert "is not an ordinary file" in refusal(loose)


def test_a_table_without_pictures_is_refused(tmp_path):
    assert "holds no pictures" in refusal(label(tmp_path, "0.png,a\n"))


# ---- Sizes


def mixed(home, sizes, mode="L"):
    for number, (height, width) in enumerate(sizes):
        path = home / "ab"[number % 2] / f"{number}.png"
        save(path, np.random.default_rng(number).integers(0, 256, (height, width) + (3,) * (mode == "RGB")))
    return home


def test_pictures_of_one_size_stay_as_they_are(folder):
    data = ImageFolder().open(folder)
    assert data.inputs.shape == (8, 12, 10, 1)
    assert not any("resized" in note for note in data.notes)


def test_large_pictures_of_one_size_are_brought_to_256(tmp_path):
    data = ImageFolder().open(mixed(tmp_path, [(300, 600)] * 2))
    assert data.inputs.shape == (2, 128, 256, 1)
    assert "Pictures of 300×600 were resized to 128×256 (pad, bilinear)." in data.notes


def test_pictures_of_several_sizes_get_the_middle_height_and_width(tmp_path):
    data = ImageFolder().open(mixed(tmp_path, [(20, 31), (24, 20), (64, 64), (30, 22), (20, 31)]))
    assert data.inputs.shape == (5, 24, 31, 1)
    assert "Pictures of 4 sizes, from 24×20 to 64×64, were resized to 24×31 (pad, bilinear)." in data.notes


def test_large_pictures_of_several_sizes_are_brought_to_64(tmp_path):
    assert ImageFolder().open(mixed(tmp_path, [(300, 600), (200, 400), (100, 200)])).inputs.shape == (3, 32, 64, 1)


SIZES = {"16": (16, 16), "16x20": (16, 20), "16×20": (16, 20), " 16 X 20 ": (16, 20), "AUTO": (12, 10), "1": (1, 1)}
NO_SIZES = ["0", "-5", "1025", "16x0", "16x20x3", "big", "", "1e3", "99999999999", "16,20", "16.5", "٣"]


@pytest.mark.parametrize(("size", "shape"), SIZES.items())
def test_a_size_can_be_chosen(folder, size, shape):
    assert ImageFolder(size=size).open(folder).inputs.shape == (8, *shape, 1)


@pytest.mark.parametrize("size", NO_SIZES)
def test_an_impossible_size_is_refused(folder, size):
    assert "The size of the pictures must be" in refusal(folder, size=size)


@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_pictures_are_fitted_as_pillow_fits_them(tmp_path, fit, mode):
    home = mixed(tmp_path, [(30, 40), (40, 20), (16, 16)], mode)
    data = ImageFolder(size="16", fit=fit).open(home)
    for name, found in zip(["a/0", "a/2", "b/1"], data.inputs, strict=True):
        with Image.open(home / f"{name}.png") as picture:
            height, width = picture.height, picture.width
            box = {
                "pad": (0, 0, width, height), "stretch": (0, 0, width, height),
                "crop": ((width - min(width, height)) // 2, (height - min(width, height)) // 2),
            }[fit]  # fmt: skip
            box = box if len(box) == 4 else (*box, box[0] + min(width, height), box[1] + min(width, height))
            size = (16, 16) if fit != "pad" else (16 * width // max(height, width), 16 * height // max(height, width))
            expected = np.asarray(picture.crop(box).resize(size, Image.Resampling.BILINEAR)).reshape(*size[::-1], -1)
        top, left = (16 - size[1]) // 2, (16 - size[0]) // 2
        assert np.array_equal(found[top : top + size[1], left : left + size[0]], expected)
        assert f"({fit}, bilinear)" in "".join(data.notes)


def test_options_can_be_typed(folder):
    data = open_data(f"{folder},size=8x6,fit=stretch,colour=colour,validation=0.2")
    assert data.inputs.shape == (8, 8, 6, 3)


def test_more_than_4_gib_are_refused_before_they_are_taken(tmp_path):
    for name in ("a", "b"):
        save(tmp_path / name / "0.png", GREY[0])
        for number in range(1, 700):
            os.link(tmp_path / name / "0.png", tmp_path / name / f"{number}.png")
    message = refusal(tmp_path, size="1024", colour="colour")
    assert "1,400 pictures of 1024×1024 pixels take more than 4 GiB. Choose a smaller size" in message


# ---- Colour


def coloured(home, which):
    for number in range(4):
        pixels = COLOURED[number] if number in which else np.repeat(GREY[number][..., None], 3, axis=2)
        save(home / "ab"[number // 2] / f"{number}.png", pixels)
    return home


def test_grey_pictures_are_read_in_grey(folder):
    data = ImageFolder().open(folder)
    assert data.inputs.shape[-1] == 1
    assert "The pictures are read in grey." in data.notes


def test_coloured_pictures_are_read_in_colour(tmp_path):
    data = ImageFolder().open(coloured(tmp_path, range(4)))
    assert np.array_equal(data.inputs, COLOURED[:4])
    assert "The pictures are read in colour, for some have it." in data.notes


def test_one_coloured_picture_is_enough(tmp_path):
    assert ImageFolder().open(coloured(tmp_path, [3])).inputs.shape[-1] == 3


def test_pictures_stored_in_colour_but_without_any_are_read_in_grey(tmp_path):
    data = ImageFolder().open(coloured(tmp_path, []))
    assert np.array_equal(data.inputs[..., 0], GREY[:4])
    assert "The pictures are read in grey: no colour was seen in the 4 that were looked at." in data.notes


def test_grey_can_be_chosen(tmp_path):
    found = ImageFolder(colour="grey").open(coloured(tmp_path, range(4))).inputs
    expected = [np.asarray(Image.fromarray(pixels).convert("L")) for pixels in COLOURED[:4]]
    assert np.array_equal(found[..., 0], expected)


def test_colour_can_be_chosen(folder):
    found = ImageFolder(colour="colour").open(folder).inputs
    assert found.shape[-1] == 3
    assert np.array_equal(found[0], np.repeat(GREY[2][..., None], 3, axis=2))


# ---- What is told


def test_what_was_done_to_some_pictures_is_counted(tmp_path):
    exif = b"Exif\0\0MM\0*" + struct.pack(">LHHHLHHL", 8, 1, 274, 3, 1, 3, 0, 0)
    save(tmp_path / "a" / "turned.png", GREY[0], exif=exif)
    Image.fromarray(GREY[1].astype(np.uint16)).save(tmp_path / "a" / "deep.png")
    (tmp_path / "b").mkdir()
    Image.new("LA", (10, 12)).save(tmp_path / "b" / "clear.png")
    save(tmp_path / "b" / "moving.gif", GREY[2])
    notes = ImageFolder(colour="grey").open(tmp_path).notes
    assert "16 bits a pixel were divided by 257, to have 8 (pictures: 1)." in notes
    assert "What is transparent was laid on white (pictures: 1)." in notes
    assert "What a camera took on its side was turned upright (pictures: 1)." in notes
    assert "Of files that may hold several pictures, such as GIF, the first was taken (files: 1)." in notes


def test_broken_pictures_are_left_out_counted_and_the_first_is_named(folder):
    for name in ("A/0.png", "b/zero.jpg"):
        (folder / name).write_bytes(b"")
    data = ImageFolder().open(folder)
    assert len(data.inputs) == 8
    assert data.warnings == (
        f"2 of 10 pictures had to be left out. The first: {folder}/A/0.png is empty. "
        "Copy it again, or remove it.",
    )


@pytest.mark.parametrize("place", range(4))
def test_the_others_keep_their_classes_wherever_a_broken_picture_is(tmp_path, place):
    names = ["a/0.png", "a/1.png", "b/2.png", "b/3.png"]
    for number, name in enumerate(names):
        save(tmp_path / name, GREY[number])
    # Its header is good, so that it is found only when it is decoded.
    content = (tmp_path / names[place]).read_bytes()
    (tmp_path / names[place]).write_bytes(content.replace(b"IDAT", b"tEXt"))
    data = ImageFolder().open(tmp_path)
    rest = [number for number in range(4) if number != place]
    assert np.array_equal(data.inputs[..., 0], GREY[rest])
    assert classes_of(data) == [names[number][0] for number in rest]
    assert names[place] in data.warnings[0]


def test_more_broken_pictures_than_good_ones_are_refused(folder):
    for number in range(9):
        (folder / "A" / f"bad{number}.png").write_bytes(b"bad")
    message = refusal(folder)
    assert message.startswith(f"9 of 17 pictures in {folder} cannot be read. The first: {folder}/A/bad0.png is not")


def test_only_broken_pictures_are_refused(folder):
    for path in folder.rglob("*.png"):
        path.write_bytes(b"")
    assert "8 of 8 pictures" in refusal(folder)


def test_a_class_of_which_nothing_is_left_is_named(folder):
    for path in (folder / "b").glob("*.png"):
        path.write_bytes(b"")
    data = ImageFolder().open(folder)
    assert "No picture of the class b can be read." in data.warnings
    assert classes_of(data) == ["A", "A", "class 2", "class 2", "class 10", "class 10"]


def test_a_part_to_train_with_of_which_nothing_is_left_is_refused(divided):
    for path in (divided / "train").rglob("*.png"):
        path.write_bytes(b"")
    assert "None of the pictures to train with" in refusal(divided)


# ---- What is taken


def test_folders_of_pictures_are_taken(folder, loose, divided):
    for home in (folder, loose, divided):
        assert reader_for(home) is ImageFolder


def test_a_folder_like_mnist_is_not_taken(small_mnist):
    assert not ImageFolder.takes(look_at(small_mnist))


@pytest.mark.parametrize(
    "names", [[], ["notes.txt"], ["a/notes.txt", "b/table.csv"], [".hidden/a.png"], [".a.png"]], ids=str
)
def test_folders_without_pictures_are_not_taken(tmp_path, names):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text")
    assert not ImageFolder.takes(look_at(tmp_path))


def test_a_single_picture_is_not_taken(folder):
    assert not ImageFolder.takes(look_at(folder / "A" / "2.png"))


# ---- Much


def test_ten_thousand_pictures_are_read_in_four_seconds(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (10, 28, 28)).astype(np.uint8)
    for number, pixels in enumerate(noise):
        save(tmp_path / str(number) / "0.png", pixels)
        for copy in range(1, 1000):
            os.link(tmp_path / str(number) / "0.png", tmp_path / str(number) / f"{copy}.png")
    # The processor's time: others may be at work on this computer, too.
    start = time.process_time()
    data = ImageFolder().open(tmp_path)
    assert time.process_time() - start < 4
    assert np.array_equal(data.inputs[..., 0], np.repeat(noise, 1000, axis=0))


def test_threads_change_nothing(tmp_path, monkeypatch):
    home = mixed(tmp_path, [(300 + number, 220) for number in range(40)])
    expected = ImageFolder().open(home).inputs
    monkeypatch.setattr("nnstudio.data.picture_stack._MOST_THREADS", 1)
    assert np.array_equal(ImageFolder().open(home).inputs, expected)
