"""Test cases: kept as pictures in a folder that our own reader opens, and read again."""

import numpy as np
import pytest
from PIL import Image

from nnstudio.classify.cases import (
    cases_in,
    folder_name,
    folder_of_data,
    pixels_of,
    sample_of,
    save_case,
    stamp_of,
)
from nnstudio.classify.stored import Stored
from nnstudio.core.errors import DataError
from nnstudio.data.sources import open_data

MNIST = Stored((28, 28, 1), box=20)
DIGITS = Stored((8, 8, 1), high=16.0, box=8)


def picture(seed):
    return np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8)


def test_a_kept_case_is_a_picture_that_any_program_reads(tmp_path):
    path = save_case(tmp_path, "7", picture(1))
    assert path == tmp_path / "7" / "drawn-0001.png"
    with Image.open(path) as image:
        assert image.mode == "L"
        assert np.array_equal(np.asarray(image), picture(1))


def test_the_folder_of_cases_opens_as_data(tmp_path):
    for seed, label in enumerate(("3", "7", "7")):
        save_case(tmp_path, label, picture(seed))
    data = open_data(str(tmp_path))
    assert data.class_names == ("3", "7")
    assert data.targets.tolist() == [0, 1, 1]
    for seed, pixels in enumerate(data.inputs[..., 0]):
        assert np.array_equal(pixels, picture(seed))


def test_cases_come_back_with_their_classes(tmp_path):
    for seed, label in enumerate(("cat", "dog", "cat")):
        save_case(tmp_path, label, picture(seed))
    found = cases_in(tmp_path, ("dog", "cat"))
    assert [case.label for case in found.cases] == ["dog", "cat", "cat"]
    assert [np.array_equal(case.pixels, picture(seed)) for case, seed in zip(found.cases, (1, 0, 2), strict=True)] == [
        True, True, True,
    ]  # fmt: skip


def test_a_new_case_replaces_none(tmp_path):
    first = save_case(tmp_path, "7", picture(1))
    save_case(tmp_path, "7", picture(2)).with_name("drawn-0002.png")
    first.unlink()
    assert save_case(tmp_path, "7", picture(3)).name == "drawn-0001.png"
    assert len(cases_in(tmp_path, ("7",)).cases) == 2


def test_damaged_pictures_are_only_counted(tmp_path):
    path = save_case(tmp_path, "7", picture(1))
    save_case(tmp_path, "7", picture(2))
    path.write_bytes(path.read_bytes()[:50])
    found = cases_in(tmp_path, ("7",))
    assert (len(found.cases), found.unfit) == (1, 1)


@pytest.mark.parametrize("label", ["../up", "/root", "a/b", "..", ".", "", "  ", ".hidden", "c:\\d", "x\x00y", "q?\n"])
def test_no_class_name_leads_out_of_the_folder(tmp_path, label):
    home = tmp_path / "cases"
    path = save_case(home, label, picture(1))
    assert path.parent.parent == home
    assert [case.label for case in cases_in(home, (label,)).cases] == [label]
    assert [each.name for each in tmp_path.iterdir()] == ["cases"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be made"):
        save_case(tmp_path / "file", "7", picture(1))


@pytest.mark.parametrize("stored", [MNIST, DIGITS, Stored((64,), high=16.0, box=8), Stored((6, 6, 3))])
def test_a_sample_is_the_same_after_it_was_a_picture(stored):
    sample = np.random.default_rng(0).integers(0, int(stored.high) + 1, stored.shape).astype(stored.dtype)
    assert np.array_equal(sample_of(pixels_of(sample, stored), stored), sample)


def test_a_picture_of_another_size_is_no_sample():
    assert sample_of(picture(0), DIGITS) is None


def test_a_drawing_goes_to_the_class_of_a_folder_of_pictures(tmp_path):
    for label in ("3", "7"):
        save_case(tmp_path / "plain", label, picture(0))
        save_case(tmp_path / "parts" / "train", label, picture(0))
    assert folder_of_data(str(tmp_path / "plain"), "7") == tmp_path / "plain"
    assert folder_of_data(str(tmp_path / "parts"), "7") == tmp_path / "parts" / "train"


@pytest.mark.parametrize("source", ["digits", "mnist", "nowhere/at/all"])
def test_other_data_say_what_to_do(source):
    with pytest.raises(DataError, match="choose that folder as data"):
        folder_of_data(source, "7")


def test_the_stamp_of_a_folder_changes_when_a_drawing_is_added(tmp_path):
    save_case(tmp_path, "7", picture(0))
    save_case(tmp_path, "3", picture(0))
    before = stamp_of(str(tmp_path))
    assert stamp_of(str(tmp_path)) == before
    save_case(tmp_path, "7", picture(1))
    assert stamp_of(str(tmp_path)) != before
    assert stamp_of("digits") == ()


def test_plain_names_stay_as_they_are():
    assert [folder_name(name) for name in ("7", "T-shirt", "Ärmel 2")] == ["7", "T-shirt", "Ärmel 2"]
