"""EMNIST: three sets of packed IDX files in one zip archive, their images with rows and columns exchanged."""

import gzip
import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.data.collections.base import collections
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from tests.data.collections.published import (
    PAGE,
    PICKLE,
    TEST,
    TRAIN,
    emnist_members,
    emnist_zip,
    four,
    idx,
    images,
    labels,
    make_emnist,
    opened,
    refusal,
    zeros_packed,
)

SETS = {"emnist-balanced": (47, 0), "emnist-digits": (10, 0), "emnist-letters": (26, 1)}
PIXELS = "gzip/emnist-digits-train-images-idx3-ubyte.gz"
LABELS = "gzip/emnist-digits-train-labels-idx1-ubyte.gz"
DIGITS = emnist_members("digits", four())
ARCHIVE = emnist_zip(DIGITS)

kinds = pytest.mark.parametrize("kind", SETS)


def in_archive(folder, kind, part, what):
    """The bytes after the header of a packed IDX file in the archive."""
    ending = "images-idx3" if what == "images" else "labels-idx1"
    with zipfile.ZipFile(folder / "gzip.zip") as archive:
        name = f"gzip/{kind}-{part}-{ending}-ubyte.gz"
        contents = gzip.decompress(archive.read(name))
    return np.frombuffer(contents, np.uint8, offset=16 if what == "images" else 8)


@kinds
def test_images_stand_upright(kind, tmp_path):
    make_emnist(tmp_path)
    stored = [in_archive(tmp_path, kind, part, "images").reshape(-1, 28, 28) for part in ("train", "test")]
    # x runs along what is stored as columns: upright[y][x] is stored[x][y].
    expected = np.concatenate(stored).transpose(0, 2, 1)
    data = opened(kind, tmp_path)
    assert data.inputs.shape == (TRAIN + TEST, 28, 28, 1)
    assert np.array_equal(data.inputs[..., 0], expected)
    assert data.inputs.flags.c_contiguous


@kinds
def test_more_images_than_are_turned_at_once_stand_upright(kind, tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.data.collections.emnist.AT_ONCE", 8)
    test_images_stand_upright(kind, tmp_path)


@kinds
def test_labels_count_from_0_as_the_class_names_do(kind, tmp_path):
    make_emnist(tmp_path)
    classes, first = SETS[kind]
    stored = [in_archive(tmp_path, kind, part, "labels").astype(int) for part in ("train", "test")]
    data = opened(kind, tmp_path)
    assert len(data.class_names) == classes
    assert np.array_equal(data.targets, np.concatenate(stored) - first)


def test_classes_are_named_by_their_characters():
    names = {kind: "".join(collections().find(kind).class_names) for kind in SETS}
    assert names == {
        "emnist-balanced": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt",
        "emnist-digits": "0123456789",
        "emnist-letters": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    }


def test_what_was_done_and_what_classes_hold_is_told(tmp_path):
    make_emnist(tmp_path)
    notes = {kind: opened(kind, tmp_path).notes for kind in SETS}
    assert all("were turned upright" in each[0] for each in notes.values())
    assert notes["emnist-balanced"][1] == "The classes C I J K L M O P S U V W X Y Z hold small letters too."
    assert notes["emnist-letters"][1] == "Each class holds capital and small letters."
    assert len(notes["emnist-digits"]) == 1


@pytest.mark.parametrize(
    ("kind", "mean", "deviation"),
    [("balanced", 0.1751, 0.3332), ("digits", 0.1733, 0.3317), ("letters", 0.1722, 0.3309)],
)
def test_pixels_are_scaled_and_normalised_by_the_numbers_of_the_set(kind, mean, deviation, tmp_path):
    make_emnist(tmp_path)
    assert opened(f"emnist-{kind}", tmp_path).preparation == (Scale(255), Normalise(mean, deviation))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_may_be_packed_once_more_or_not(method, tmp_path):
    (tmp_path / "gzip.zip").write_bytes(emnist_zip(DIGITS, method))
    assert len(opened("emnist-digits", tmp_path).inputs) == TRAIN + TEST


def test_nothing_is_unpacked_beside_the_archive(tmp_path):
    make_emnist(tmp_path)
    opened("emnist-digits", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["gzip.zip"]


def test_members_of_other_sets_are_never_looked_at(tmp_path):
    broken = {name.replace("digits", "byclass"): b"\x1f\x8b broken" for name in DIGITS}
    (tmp_path / "gzip.zip").write_bytes(emnist_zip({**broken, **DIGITS, "../evil": b"x", "/evil": b"x"}))
    assert len(opened("emnist-digits", tmp_path).inputs) == TRAIN + TEST


@kinds
@pytest.mark.parametrize("place", [".", "gzip", "EMNIST/raw"])
@pytest.mark.parametrize("packed", [True, False])
def test_files_that_were_taken_out_by_hand_do_without_the_archive(kind, place, packed, tmp_path):
    make_emnist(tmp_path)
    expected = opened(kind, tmp_path)
    with zipfile.ZipFile(tmp_path / "gzip.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist() if f"{kind}-" in name}
    (tmp_path / "gzip.zip").unlink()
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    for name, content in members.items():
        name = name.removeprefix("gzip/")
        path = tmp_path / place / (name if packed else name.removesuffix(".gz"))
        path.write_bytes(content if packed else gzip.decompress(content))
    data = opened(kind, tmp_path)
    assert collections().find(kind).missing(tmp_path) == ()
    assert np.array_equal(data.inputs, expected.inputs)
    assert np.array_equal(data.targets, expected.targets)


def test_some_of_the_files_taken_out_by_hand_do_not_do(tmp_path):
    for name, content in list(DIGITS.items())[:3]:
        (tmp_path / name.removeprefix("gzip/")).write_bytes(content)
    assert [remote.name for remote in collections().find("emnist-digits").missing(tmp_path)] == ["gzip.zip"]
    assert "lacks emnist-digits-test-labels-idx1-ubyte.gz" in refusal("emnist-digits", tmp_path)


def with_member(name, content):
    return emnist_zip({**DIGITS, name: content})


def under_other_names(prefix):
    return emnist_zip({prefix + name: content for name, content in DIGITS.items()})


def changed(content, old, new, count=-1):
    assert old in content
    return content.replace(old, new, count)


def with_flag(bit):
    """The archive with a flag set for every member, in the list at its end."""
    content = bytearray(ARCHIVE)
    place = content.find(b"PK\1\2")
    while place >= 0:
        content[place + 8] |= bit
        place = content.find(b"PK\1\2", place + 4)
    return bytes(content)


def crowd(members):
    """An archive whose list states so many members, all of them at its beginning."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    return entry * members + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, len(entry) * members, 0, 0)


def longest_list():
    """An archive that states a list of 4 GB."""
    end = ARCHIVE.rfind(b"PK\5\6")
    return ARCHIVE[: end + 12] + struct.pack("<L", 2**32 - 2) + ARCHIVE[end + 16 :]


def header(*sizes):
    return bytes([0, 0, 8, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)


BAD = {
    "nothing": (b"", "is empty"),
    "a web page": (PAGE, "is a web page"),
    "a pickle": (PICKLE, "not a zip archive"),
    "a packed IDX file": (DIGITS[PIXELS], "not a zip archive"),
    "a zip of nothing": (emnist_zip({}), "does not hold gzip/emnist-digits-train-images"),
    "without its last bytes": (ARCHIVE[:-30], "not a zip archive"),
    "only its first half": (ARCHIVE[: len(ARCHIVE) // 2], "not a zip archive"),
    "without its first half": (ARCHIVE[len(ARCHIVE) // 2 :], "not a zip archive"),
    "another zip": (emnist_zip({"evil.py": b"import os"}), "does not hold"),
    "names without a folder": (emnist_zip({name[5:]: content for name, content in DIGITS.items()}), "does not hold"),
    "names that lead out": (under_other_names("../"), "does not hold"),
    "names from the root": (under_other_names("/"), "does not hold"),
    "packed with bzip2": (emnist_zip(DIGITS, zipfile.ZIP_BZIP2), "packed in an unknown way"),
    "packed with LZMA": (emnist_zip(DIGITS, zipfile.ZIP_LZMA), "packed in an unknown way"),
    "locked": (with_flag(1), "packed in an unknown way, or locked"),
    "strongly locked": (with_flag(0x40), "not a zip archive"),
    "patched": (with_flag(0x20), "not a zip archive"),
    "a crowd of members": (crowd(200_000), "not a zip archive"),
    "a list of 4 GB": (longest_list(), "not a zip archive"),
    "other names in the archive than in its list": (
        changed(ARCHIVE, PIXELS.encode(), PIXELS.replace("train", "trail").encode(), 1), "not a zip archive",
    ),
    "a web page inside": (with_member(PIXELS, PAGE), "is a web page"),
    "a pickle inside": (with_member(PIXELS, PICKLE), "is not an IDX file"),
    "a packed pickle inside": (with_member(LABELS, gzip.compress(PICKLE)), "is not an IDX file"),
    "an empty member": (with_member(PIXELS, b""), "is empty"),
    "a member cut short": (with_member(PIXELS, DIGITS[PIXELS][:-500]), "is incomplete"),
    "a bomb in a member": (with_member(PIXELS, zeros_packed(idx(images(TRAIN)), 1024)), "goes on"),
    "a bomb without a header": (with_member(PIXELS, zeros_packed(b"", 1024)), "is not an IDX file"),
    "4 GiB promised": (with_member(PIXELS, gzip.compress(header(2**32 // 784, 28, 28))), "is incomplete"),
    "more promised": (with_member(PIXELS, gzip.compress(header(2**31, 28, 28))), "too much"),
    "labels for images": (with_member(PIXELS, DIGITS[LABELS]), "Perhaps the two files were swapped"),
    "images for labels": (with_member(LABELS, DIGITS[PIXELS]), "Perhaps the two files were swapped"),
    "test for training labels": (
        with_member(LABELS, DIGITS[LABELS.replace("train", "test")]), "30 images, but gzip/emnist-digits-train-labels",
    ),
    "small images": (
        emnist_zip(emnist_members("digits", [a[:, :9, :9].copy() if a.ndim == 3 else a for a in four()])),
        "not of 28×28 pixels",
    ),
    "wide images": (
        emnist_zip(emnist_members("digits", [a[:, :9].copy() if a.ndim == 3 else a for a in four()])),
        "not of 28×28 pixels",
    ),
    "letters": (emnist_zip(emnist_members("digits", four(26, 1))), "not all from 0 to 9"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_a_bad_archive_is_refused_for_the_right_reason(content, reason, tmp_path):
    (tmp_path / "gzip.zip").write_bytes(content)
    assert reason in refusal("emnist-digits", tmp_path)


@pytest.mark.parametrize("label", [0, 27])
def test_letters_outside_the_alphabet_are_refused(label, tmp_path):
    arrays = four(26, 1)
    arrays[1][5] = label
    (tmp_path / "gzip.zip").write_bytes(emnist_zip(emnist_members("letters", arrays)))
    assert "not all from 1 to 26" in refusal("emnist-letters", tmp_path)


def test_a_member_whose_checksum_is_wrong_is_refused(tmp_path):
    content = bytearray(emnist_zip(DIGITS, zipfile.ZIP_STORED))
    # The name of the packed file, in the header of its gzip stream: only the checksum of the zip covers it.
    place = content.find(DIGITS[LABELS]) + 4
    content[place] ^= 0xFF
    (tmp_path / "gzip.zip").write_bytes(bytes(content))
    assert "not a zip archive" in refusal("emnist-digits", tmp_path)


def test_a_member_that_states_too_large_a_size_is_refused(tmp_path):
    size = struct.pack("<L", len(DIGITS[PIXELS]))
    (tmp_path / "gzip.zip").write_bytes(changed(ARCHIVE, size, struct.pack("<L", 2**32 - 2)))
    assert refusal("emnist-digits", tmp_path)


@settings(max_examples=150, deadline=1000, database=None)
@given(data=st.data())
def test_a_damaged_archive_is_refused_or_holds_what_it_held(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    content = bytearray(emnist_zip(DIGITS, zipfile.ZIP_STORED))
    # Around the headers, where damage is not just a wrong checksum.
    places = [each for each in range(len(content)) if content[each : each + 2] == b"PK"]
    for _ in range(data.draw(st.integers(1, 3))):
        place = min(data.draw(st.sampled_from(places)) + data.draw(st.integers(0, 90)), len(content) - 1)
        content[place] = data.draw(st.integers(0, 255))
    (folder / "gzip.zip").write_bytes(bytes(content[: data.draw(st.integers(len(content) - 40, len(content)))]))
    try:
        found = opened("emnist-digits", folder)
    except DataError:
        return
    assert np.array_equal(found.inputs[:TRAIN, ..., 0], images(TRAIN).transpose(0, 2, 1))
    assert np.array_equal(found.targets[:TRAIN], labels(TRAIN))


def test_the_helpers_archive_is_one_that_zipfile_reads():
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as archive:
        assert archive.testzip() is None
