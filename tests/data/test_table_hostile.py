"""Tables that are not as they should be: each is refused within a second, by one message, in little memory."""

import gzip
import os
import pickle
import time
import tracemalloc
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.options import options_of
from nnstudio.data.readers.table import Table

MEBI = 2**20
GOOD = b"a,b,y\n1,2,u\n3,4,v\n5,6,u\n"


def zipped():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("table.csv", GOOD)
    return file.getvalue()


class Trap:
    """What a pickle would do if it were opened."""

    def __reduce__(self):
        return os.mkdir, ("trapped",)


def too_many_inputs():
    """30 rows of 2,000 columns, every text another."""
    header = b"".join(b"n%d," % number for number in range(2000)) + b"y"
    return header + b"".join(b"\n" + b"x%d," % number * 2000 + b"z" for number in range(30))


CONTENTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blanks": (b"  \n \r\n\t\n", "nothing but blanks"),
    "only a byte-order mark": (b"\xef\xbb\xbf", "nothing but blanks"),
    "only a mark of UTF-16": (b"\xff\xfe", "one column"),
    "web page": (b"<!DOCTYPE html><html><body>a,b\n404,1</body></html>", "is a web page"),
    "web page after blanks and a mark": (b"\xef\xbb\xbf\r\n  <HTML>\na,b\n1,2\n", "is a web page"),
    "XML error of a store": (b"<?xml version='1.0'?><Error>AccessDenied</Error>", "is a web page"),
    "json": (b'{"a": [1, 2], "b": [3, 4]}\n', "is JSON"),
    "json rows": (b'[\n{"a": 1, "b": 2},\n{"a": 1, "b": 2}\n]', "is JSON"),
    "pdf": (b"%PDF-1.7\n1,2\n3,4\n", "is a PDF"),
    "zip": (zipped(), "is a zip archive or a workbook"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "is a workbook"),
    "compressed": (gzip.compress(GOOD), "is compressed"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a picture"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(50), "is a picture"),
    "npy": (b"\x93NUMPY\x01\0" + bytes(118), "is an array of NumPy"),
    "database": (b"SQLite format 3\0" + bytes(100), "is a database"),
    "parquet": (b"PAR1" + bytes(100), "is a Parquet file"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "is an HDF5 file"),
    "rtf": (b"{\\rtf1\\ansi a,b\\par 1,2\\par }", "is a document"),
    "git-lfs pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n", "Git LFS"),
    "pickle": (pickle.dumps(Trap()), "is a pickle"),
    "old pickle": (pickle.dumps({"a": [1, 2]}, 0), "one column"),
    "idx": (bytes([0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3, 4]), "NUL"),
    "only zeros": (bytes(500), "Line 1 of"),
    "a NUL": (b"a,y\n1,u\n2,\0\n", "Line 3 of"),
    "a NUL in quotes": (b'a,y\n1,u\n2,"\0"\n', "NUL"),
    "a NUL after old line ends": (b"a,y\r1,u\r2,\0\r", "Line 3 of"),
    "UTF-16 without a mark": (GOOD.decode().encode("utf-16-le"), "encoding=utf-16"),
    "UTF-32": (GOOD.decode().encode("utf-32"), "is written in UTF-32"),
    "UTF-32, high byte first": (b"\0\0\xfe\xff" + GOOD.decode().encode("utf-32-be"), "is written in UTF-32"),
    "half a letter of UTF-16": (b"\xff\xfe" + GOOD.decode().encode("utf-16-le") + b"x", "Line 5 of"),
    "half a pair of UTF-16": (b"\xff\xfea\0,\0y\0\n\0\x00\xd8,\0", "Line 2 of"),
    "bytes that are no letters": (b"a,y\n1,u\n\x81,v\n", "Line 3 of"),
    "control characters that are no UTF-8": (b"a,y\n\x01\xff,v\n", "bytes that are no letters"),
    "noise": (np.random.default_rng(0).bytes(5000), "no letters"),
    "only a header": (b"a,b,y\n", "only a header"),
    "only a header and blanks": (b"a,b,y\n\n  \n\n", "only a header"),
    "one column": (b"a\n1\n2\n", "one column"),
    "one word": (b"hello", "one column"),
    "prose": (b"It was a dark and stormy night;\nthe rain fell in torrents.\n", "has"),
    "two columns of one name": (b"a,b,a\n1,2,3\n", "Columns 1 and 3"),
    "two columns of one name but for blanks": (b"a, a,y\n1,2,3\n", "both called 'a'"),
    "a row too long": (b"a,b,y\n1,2,u\n1,2,3,u\n1,2,v\n", "Line 3 of"),
    "a row too short": (b"a,b,y\n1,2,u\n1,2\n1,2,v\n", "has 2 fields, but line 1 has 3"),
    "a row of one field": (b"a,b,y\n1,2,u\nend\n", "has 1 field,"),
    "a ragged row after a quoted newline": (b'a,b,y\n1,"2\n3",u\n1\n1,2,v\n', "Line 4 of"),
    "a ragged row after blank lines": (b"\na,b,y\n\n1,2,u\n\n1\n", "Line 6 of"),
    "a title above the header": (b"My data\na,b,y\n1,2,u\n3,4,v\n", "Line 1 of"),
    "more cells than names": (b"a,b\n1,2,3\n4,5,6\n", "Line 2 of"),
    "an unclosed quote": (b'a,b,y\n1,2,u\n1,"2,v\n3,4,u\n', "Line 3 of"),
    "an unclosed quote in the header": (b'"a,b,y\n1,2,u\n3,4,u\n', "never closed"),
    "letters behind a quote": (b'a,b,y\n1,2,u\n"1"x,2,v\n', "letters behind a closing quote"),
    "a text among numbers": (b"age,y\n" + b"20,u\n31,v\n" * 7 + b"abc,u\n", "the text 'abc' in line 16 among numbers"),
    "a decimal comma among numbers": (b"age;y\n" + b"2.5;u\n" * 99 + b"1,5;u\n" * 2, "choose decimal=comma"),
    "a point among decimal commas": (b"a;y\n" + b"1,5;u\n2,5;v\n" * 9 + b"1.500;u\n", "the text '1.500' in line 20"),
    "a text among target numbers": (b"a,price\n" + b"1,2.5\n2,3.5\n" * 9 + b"3,many\n", "task=classes"),
    "no target anywhere": (b"a,y\n1,\n2,NA\n3,?\n", "No row of"),
    "nothing but missing values": (b"a,y\n,1\nNA,2\n", "No column of"),
    "nothing but names": (b"name,y\n" + b"".join(b"n%d,1\n" % number for number in range(60)), "No column of"),
    "formulas where numbers belong": (b"a,y\n" + b"1,u\n2,v\n" * 9 + b"=cmd|' /C calc'!A0,u\n", "calc"),
    "control characters in a name": (b"a\x1b[2J,a\x1b[2J,y\n1,2,u\n", r"'a\x1b[2J'"),
    "a text with control characters": (b"a,y\n" + b"1,u\n2,v\n" * 9 + b"\x1b]0;x\x07,u\n", r"\x1b]0;x\x07"),
}

# What takes room or time: made only when it is needed.
LARGE: dict[str, tuple[object, str]] = {
    "one line of 30 MB": (lambda: b"x" * 30 * MEBI, "Line 1 of"),
    "one line of 30 MB of numbers": (lambda: b"12," * 10 * MEBI, "Line 1 of"),
    "a long line far down": (lambda: GOOD * 9 + b"1" * 5 * MEBI, "Line 37 of"),
    "a line just short enough": (lambda: b"ab," * (4 * MEBI // 3), "more than 50,000 columns"),
    "emoji in one line of 30 MB": (lambda: "😀,".encode() * 6 * MEBI, "Line 1 of"),
    "200,000 columns": (lambda: b"1," * 200_000 + b"1\n", "more than 50,000 columns"),
    "200,000 columns of blanks": (lambda: b"ab " * 200_000 + b"\n" + b"1 " * 200_000, "more than 50,000 columns"),
    "200,000 columns in the second line": (lambda: GOOD + b"1," * 200_000, "columns"),
    "an unclosed quote of 30 MB": (lambda: b'a,y\n1,"' + b"some text,u\n" * (30 * MEBI // 12), "Line 2 of"),
    "an unclosed quote late": (lambda: GOOD * 9000 + b'1,"' + b"some text,u\n" * MEBI, "Line 36,001 of"),
    "many quotes": (lambda: b'a,y\n1,"' + b'""' * MEBI, "Line 2 of"),
    "quotes and newlines": (lambda: b'"\n' * MEBI, "has"),
    "10 MB of NULs": (lambda: bytes(10 * MEBI), "Line 1 of"),
    "10 MB of commas": (lambda: b"," * 10 * MEBI, "Line 1 of"),
    "10 MB of newlines": (lambda: b"\n" * 10 * MEBI, "blanks"),
    "10 MB of newlines and a word": (lambda: b"\n" * 10 * MEBI + b"x", "blanks"),
    "a digit 100,000 times": (lambda: b"a,y\n" + b"1" * 100_000 + b"x,1\n" + b"1,2\n" * 30, "among numbers"),
    "50,000 texts of the target": (lambda: b"a,y\n" + b"".join(b"1,n%d\n" % each for each in range(50_000)), "10,000"),
    "too many inputs": (too_many_inputs, "makes 60,000 inputs"),
}

OPTIONS: dict[str, tuple[dict[str, str], str]] = {
    "wrong target": ({"target": "aa"}, "has no column 'aa'. Did you mean a? Its columns are: a, b, y."),
    "target beyond the last": ({"target": "4"}, "has no column '4'"),
    "target 0": ({"target": "0"}, "has no column '0'"),
    "negative target": ({"target": "-1"}, "has no column '-1'"),
    "huge target": ({"target": "9" * 9999}, "has no column"),
    "target of other digits": ({"target": "²"}, "has no column '²'"),
    "target with control characters": ({"target": "\x1b[2J"}, r"has no column '\x1b[2J'"),
    "one of two targets": ({"target": "a+z"}, "has no column 'z'"),
    "a + too many": ({"target": "a+"}, "has no column ''"),
    "wrong columns": ({"columns": "a+Z"}, "has no column 'Z'"),
    "wrong column left out": ({"leave_out": "c"}, "has no column 'c'"),
    "wrong categories": ({"categories": "x"}, "has no column 'x'"),
    "target among the categories": ({"target": "y", "categories": "y"}, "Choose task=classes"),
    "target left out": ({"target": "y", "leave_out": "y"}, "The target 'y' is left out"),
    "all left out": ({"leave_out": "a+b+y"}, "No column of"),
    "no inputs": ({"target": "a+b+y"}, "No column of"),
    "only the target as input": ({"target": "a", "columns": "a"}, "No column of"),
    "names as numbers": ({"task": "numbers"}, "Column 'y' of"),
    "names among several targets": ({"target": "a+y"}, "the text 'u' in line 2"),
    "wrong delimiter": ({"delimiter": "tab"}, "only one column"),
    "wrong encoding": ({"encoding": "utf-16"}, "only one column"),
    "numbers as classes in two columns": ({"target": "a+b", "task": "classes", "columns": "y"}, "task=numbers"),
}


def refusal(path, seconds=1, **options):
    """The message with which a table is refused, in time."""
    start = time.perf_counter()
    with pytest.raises(DataError) as caught:
        Table(**options).open(Path(path))
    assert time.perf_counter() - start < seconds
    return str(caught.value)


def saved(folder, content, name="table.csv"):
    path = folder / name
    path.write_bytes(content)
    return path


def is_one_sentence_with_a_remedy(message, path):
    return (
        message.isprintable() and message.endswith(".") and (". " in message or ": " in message)
        and (shown(path) in message or message.startswith("The target "))
    )  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), CONTENTS.values(), ids=CONTENTS)
def test_a_bad_table_is_refused_for_the_right_reason(tmp_path, monkeypatch, content, reason):
    monkeypatch.chdir(tmp_path)
    assert reason in refusal(saved(tmp_path, content))
    assert os.listdir(tmp_path) == ["table.csv"]


@pytest.mark.parametrize("content", [content for content, _ in CONTENTS.values()], ids=CONTENTS)
def test_a_refusal_is_one_line_that_names_the_file_and_ends_with_a_remedy(tmp_path, content):
    path = saved(tmp_path, content)
    assert is_one_sentence_with_a_remedy(refusal(path), path)


@pytest.mark.parametrize(("options", "reason"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_that_does_not_fit_the_table_is_refused(tmp_path, options, reason):
    path = saved(tmp_path, GOOD)
    message = refusal(path, **options)
    assert reason in message
    assert is_one_sentence_with_a_remedy(message, "")


@pytest.mark.parametrize(("content", "reason"), LARGE.values(), ids=LARGE)
def test_what_is_large_is_refused_in_little_time_and_memory(tmp_path, content, reason):
    path = saved(tmp_path, content())
    start = time.process_time()
    message = refusal(path, seconds=10)
    assert time.process_time() - start < 1
    assert reason in message
    assert is_one_sentence_with_a_remedy(message, path)
    tracemalloc.start()
    with pytest.raises(DataError):
        Table().open(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * MEBI


@pytest.mark.parametrize(("key", "value"), [
    ("task", "guess"), ("delimiter", ";"), ("header", "maybe"), ("decimal", "."), ("encoding", "latin"),
    ("missing", "ignore"),
])  # fmt: skip
def test_a_value_that_an_option_does_not_have_is_refused_with_those_it_has(key, value):
    with pytest.raises(DataError, match="must be one of"):
        options_of("table.csv", [f"{key}={value}"]).fill(Table)


def test_missing_values_are_refused_where_that_is_asked_for(tmp_path):
    path = saved(tmp_path, b"a,b,y\n1,2,u\n\n3,,v\n,NA,v\n")
    message = refusal(path, missing="refuse")
    assert "3 values are missing ('a' 1, 'b' 2), the first in line 4." in message
    assert is_one_sentence_with_a_remedy(message, path)


def test_a_table_without_any_whole_row_is_refused_where_those_with_gaps_are_dropped(tmp_path):
    assert "no row is without gaps" in refusal(saved(tmp_path, b"a,b,y\n,2,u\n3,,v\n"), missing="drop")


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16"])
def test_bytes_that_the_said_encoding_does_not_have_are_refused_with_their_line(tmp_path, encoding):
    content = "a,y\n1,u\n".encode("utf-16" if encoding == "utf-16" else "ascii") + b"\x81\xd8\n\xd8\x81\x81"
    message = refusal(saved(tmp_path, content), encoding=encoding)
    assert message.startswith("Line 3 of")
    assert f"is not written in {encoding}" in message


def test_a_formula_is_a_text_like_any_other(tmp_path):
    data = Table().open(saved(tmp_path, b"a,y\n=cmd|' /C calc'!A0,u\n@SUM(A1),v\n=cmd|' /C calc'!A0,v\n"))
    assert data.input_names == ("a==cmd|' /C calc'!A0", "a=@SUM(A1)")


def test_names_that_look_like_paths_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = Table().open(saved(tmp_path, b"../../etc/passwd,/etc/shadow,y\n1,../x,u\n2,..\\x,v\n"))
    assert data.input_names[0] == "../../etc/passwd"
    assert os.listdir(tmp_path) == ["table.csv"]


def test_control_characters_never_reach_a_name(tmp_path):
    data = Table().open(saved(tmp_path, b"a\x1b[2J,b\x07,y\n1,\x1b]0;x,u\x08\n2,t,v\n"))
    said = (*data.input_names, *data.target_names, *data.class_names, *data.notes, *data.warnings)
    assert all(text.isprintable() for text in said)


def test_the_name_of_a_file_is_shown_safely(tmp_path):
    path = saved(tmp_path, b"a\n1\n", "evil\x1b[2J\n.csv")
    assert is_one_sentence_with_a_remedy(refusal(path), path)


def test_a_missing_file_is_named(tmp_path):
    assert refusal(tmp_path / "none.csv").startswith(f"There is no file {tmp_path / 'none.csv'}")


def test_a_folder_is_refused(tmp_path):
    assert "is a folder" in refusal(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "is not an ordinary file" in refusal(tmp_path / "pipe")


def test_a_device_is_refused():
    assert "is not an ordinary file" in refusal("/dev/zero")


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "cannot be read" in refusal(tmp_path / "loop")


@pytest.mark.parametrize("name", ["a" * 300, "nul\0byte", "surrogate\ud800"], ids=ascii)
def test_an_impossible_name_is_refused(tmp_path, name):
    assert refusal(f"{tmp_path}/{name}").endswith(".")


@pytest.fixture
def locked(tmp_path):
    """A good table that nobody may read."""
    path = saved(tmp_path, GOOD)
    path.chmod(0)
    return path


def test_a_file_without_permission_is_refused(locked, nobody):
    assert "cannot be read" in refusal(locked)


def test_a_file_of_5_gib_is_refused_at_once(tmp_path):
    path = saved(tmp_path, GOOD)
    os.truncate(path, 5 * 2**30)
    assert "has more than 4 GiB" in refusal(path)


@settings(max_examples=300, deadline=1000, database=None)
@given(data=st.data())
def test_a_damaged_table_is_read_or_refused_in_one_line(tmp_path_factory, data):
    content = data.draw(st.sampled_from([GOOD, b'"a";"b";y\n1,5;"t\nu";u\n2,5;;v\n', "ä\ty\n1\tu\n".encode("utf-16")]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        added = data.draw(st.one_of(st.binary(max_size=4), st.sampled_from([b'"', b",", b";", b"\n", b"\r", b"nan"])))
        content = content[:place] + added + content[place + data.draw(st.integers(0, 3)) :]
    path = saved(tmp_path_factory.getbasetemp(), content)
    found, message = None, ""
    try:
        found = Table().open(path)
    except DataError as error:
        message = str(error)
    assert len(found.inputs) == len(found.targets) > 0 if found else is_one_sentence_with_a_remedy(message, path)


@settings(max_examples=300, deadline=1000, database=None)
@given(content=st.binary(max_size=64), start=st.sampled_from([b"", b"a,y\n", b"1;2\n", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory, start, content):
    with suppress(DataError):
        Table().open(saved(tmp_path_factory.getbasetemp(), start + content))
