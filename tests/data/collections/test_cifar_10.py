"""CIFAR-10 in its binary version: six files of records, in a tar archive or taken out of it."""

import gzip
import io
import os
import tarfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.data.collections.base import collections
from nnstudio.data.collections.cifar_10 import Cifar10
from tests.data.collections.published import (
    CIFAR_NAMES,
    MEBI,
    PAGE,
    PICKLE,
    cifar_batches,
    cifar_members,
    files,
    info,
    make_cifar,
    opened,
    refusal,
    tar,
    zeros_packed,
)

ARCHIVE = "cifar-10-binary.tar.gz"
INSIDE = "cifar-10-batches-bin/"
BATCHES = cifar_batches()
FIRST = f"{INSIDE}data_batch_1.bin"
PLAIN = tar(cifar_members())
PACKED = gzip.compress(PLAIN, mtime=0)


def by_tarfile(content):
    """Images and labels in the order of the files, as tarfile and NumPy have them."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        read = [archive.extractfile(INSIDE + name).read() for name in CIFAR_NAMES]
    records = np.frombuffer(b"".join(read), np.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]


def test_images_have_their_colours_last_and_belong_to_their_labels(tmp_path):
    make_cifar(tmp_path)
    images, labels = by_tarfile((tmp_path / ARCHIVE).read_bytes())
    data = opened("cifar-10", tmp_path)
    assert data.inputs.shape == (120, 32, 32, 3)
    assert data.inputs.dtype == np.uint8
    for channel in range(3):
        assert np.array_equal(data.inputs[..., channel], images[:, channel])
    assert np.array_equal(data.targets, labels)


def test_more_images_than_are_read_at_once_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.data.collections.cifar_10.AT_ONCE", 7)
    test_images_have_their_colours_last_and_belong_to_their_labels(tmp_path)


def test_five_files_train_and_the_sixth_tests(tmp_path):
    make_cifar(tmp_path)
    data = opened("cifar-10", tmp_path)
    assert data.part("train").tolist() == list(range(100))
    assert data.part("test").tolist() == list(range(100, 120))


def test_classes_have_names():
    assert Cifar10.class_names[0] == "airplane"
    assert Cifar10.class_names[9] == "truck"


def test_nothing_is_unpacked_beside_the_archive(tmp_path):
    make_cifar(tmp_path)
    opened("cifar-10", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [ARCHIVE]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("start", ["", "./"])
def test_every_form_of_tar_is_read(form, start, tmp_path):
    content = tar(files({start + name: batch for name, batch in BATCHES.items()}), format=form)
    (tmp_path / ARCHIVE).write_bytes(gzip.compress(content))
    assert len(opened("cifar-10", tmp_path).inputs) == 120


@pytest.mark.parametrize("name", [ARCHIVE, "cifar-10-binary.tar"])
def test_an_archive_that_the_browser_unpacked_is_read(name, tmp_path):
    (tmp_path / name).write_bytes(PLAIN)
    assert collections().find("cifar-10").missing(tmp_path) == ()
    assert len(opened("cifar-10", tmp_path).inputs) == 120


@pytest.mark.parametrize("place", [".", "cifar-10-batches-bin"])
def test_files_that_were_taken_out_by_hand_do_without_the_archive(place, tmp_path):
    (tmp_path / place).mkdir(exist_ok=True)
    for name in CIFAR_NAMES:
        (tmp_path / place / name).write_bytes(BATCHES[INSIDE + name])
    images, labels = by_tarfile(PACKED)
    data = opened("cifar-10", tmp_path)
    assert collections().find("cifar-10").missing(tmp_path) == ()
    assert np.array_equal(data.inputs.transpose(0, 3, 1, 2), images)
    assert np.array_equal(data.targets, labels)


def packed(members, **options):
    return gzip.compress(tar(members, **options), 1)


def changed(name, content):
    return packed(files({**BATCHES, INSIDE + name: content}))


def beside(*members):
    """The good files behind something that does not belong there."""
    return packed([*members, *cifar_members()])


def without(name):
    return packed(files({each: content for each, content in BATCHES.items() if each != INSIDE + name}))


def batch(images, label=0):
    records = np.zeros((images, 3073), np.uint8)
    records[:, 0] = label
    return records.tobytes()


def bomb(name, mebibytes, first=b""):
    """A packed archive with one member of so many mebibytes of zeros."""
    return zeros_packed(first + info(name, mebibytes * MEBI).tobuf(), mebibytes, bytes(1024))


def extended(kind, mebibytes):
    """A packed archive whose first member says something about the next: a long name, or keywords."""
    return zeros_packed(info("long", mebibytes * MEBI, kind).tobuf(tarfile.GNU_FORMAT), mebibytes, PLAIN)


def nested(kind, count):
    """Headers about headers about headers."""
    return gzip.compress(info("more", 0, kind).tobuf(tarfile.GNU_FORMAT) * count + PLAIN)


def signed(header):
    """A header with its checksum put right."""
    header = bytearray(header)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def sized(stated):
    """An archive whose first member states any 12 bytes as its size."""
    header = bytearray(info(FIRST, 3073).tobuf(tarfile.GNU_FORMAT))
    header[124:136] = stated
    return gzip.compress(signed(header) + batch(1) + PLAIN)


def flipped(content, place):
    content = bytearray(content)
    content[place] ^= 0xFF
    return bytes(content)


BAD = {
    "nothing": (b"", "is empty"),
    "a web page": (PAGE, "is a web page"),
    "a packed web page": (gzip.compress(PAGE), "not a tar archive"),
    "a pickle": (PICKLE, "not a tar archive"),
    "a packed pickle": (gzip.compress(PICKLE), "not a tar archive"),
    "a zip": (b"PK\3\4" + bytes(600), "not a tar archive"),
    "an archive of nothing": (packed([]), "lacks data_batch_1.bin"),
    "packed nothing": (gzip.compress(b""), "not a tar archive"),
    "packed twice": (gzip.compress(PACKED), "not a tar archive"),
    "only zeros": (bytes(10240), "lacks data_batch_1.bin"),
    "a bomb of zeros": (zeros_packed(b"", 1024), "goes on after its last file"),
    "only the start of gzip": (PACKED[:5], "not a tar archive"),
    "a name of 64 MB in the header of gzip": (b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * 64 * MEBI, "not a tar archive"),
    "cut in the first file": (PACKED[:9000], "is incomplete"),
    "cut near its end": (PACKED[:-2000], "is incomplete"),
    "without its checksum": (PACKED[:-8], "is incomplete, or damaged at its end"),
    "with a wrong checksum": (flipped(PACKED, -5), "not a tar archive"),
    "with a damaged middle": (flipped(PACKED, len(PACKED) // 2), "not a tar archive"),
    "twice in one file": (PACKED + PACKED, "damaged at its end"),
    "something behind it": (PACKED + b"x", "damaged at its end"),
    "more behind its last file": (gzip.compress(PLAIN + b"x" * 512), "goes on after its last file"),
    "a header that makes no sense": (gzip.compress(PLAIN[:1024] + b"x" * 512 + PLAIN[1024:]), "goes on"),
    "a file missing": (without("data_batch_3.bin"), "lacks data_batch_3.bin"),
    "the test file missing": (without("test_batch.bin"), "lacks test_batch.bin"),
    "a byte too few": (changed("data_batch_2.bin", batch(20)[:-1]), "has 61,459 bytes instead of 61,460"),
    "a byte too many": (changed("test_batch.bin", batch(20) + b"x"), "has 61,461 bytes instead of 61,460"),
    "an image too few": (changed("test_batch.bin", batch(19)), "has 58,387 bytes instead of 61,460"),
    "an image too many": (changed("data_batch_5.bin", batch(21)), "has 64,533 bytes instead of 61,460"),
    "an empty file": (changed("data_batch_1.bin", b""), "has 0 bytes"),
    "more images than there are": (bomb(FIRST, 3073 * 12), "whose size cannot be right"),
    "10,001 images": (zeros_packed(info(FIRST, 10_001 * 3073).tobuf(), 31), "has 30,733,073 bytes instead of 30,73"),
    "the same file twice": (beside(*files({FIRST: batch(20)})), "is there twice"),
    "a class above 9": (changed("data_batch_4.bin", batch(20, 10)), "has a class above 9"),
    "pickles for records": (changed("data_batch_1.bin", PICKLE * 3073), "has a class above 9"),
    "a web page for records": (changed("data_batch_1.bin", PAGE), "bytes instead of"),
    "the Python version": (
        packed(files({"cifar-10-batches-py/batches.meta": PICKLE, "cifar-10-batches-py/data_batch_1": PICKLE})),
        "Take the binary version, cifar-10-binary.tar.gz.",
    ),
    "the Python version beside it": (beside(*files({"data_batch_4": PICKLE})), "Take the binary version"),
    "a file in another folder": (packed(files({f"x/{name}": each for name, each in BATCHES.items()})), "lacks data"),
    "a member above the folder": (beside(*files({"../evil.py": b"x"})), "'../evil.py', which does not belong there"),
    "a member in the folder above": (beside(*files({f"{INSIDE}../../evil": b"x"})), "does not belong there"),
    "a member from the root": (beside(*files({"/etc/passwd": b"x"})), "'/etc/passwd', which does not belong there"),
    "a link to the root": (beside((info("a", kind=tarfile.SYMTYPE, link="/"), b"")), "'a', which does not belong"),
    "a hard link": (beside((info("a", kind=tarfile.LNKTYPE, link="/etc/passwd"), b"")), "does not belong there"),
    "a link for a file": (beside((info(FIRST, kind=tarfile.SYMTYPE, link="/etc/passwd"), b"")), "does not belong"),
    "a pipe": (beside((info("a", kind=tarfile.FIFOTYPE), b"")), "does not belong there"),
    "a device": (beside((info("a", kind=tarfile.CHRTYPE), b"")), "does not belong there"),
    "a disk": (beside((info("a", kind=tarfile.BLKTYPE), b"")), "does not belong there"),
    "a sparse file": (beside((info(FIRST, kind=tarfile.GNUTYPE_SPARSE), b"")), "does not belong there"),
    "a file of an unknown kind": (beside((info("a", kind=b"Z"), b"")), "does not belong there"),
    "a name with a line break": (beside((info("a\nb", kind=tarfile.SYMTYPE), b"")), r"'a\nb', which does not"),
    "a name that steers the terminal": (beside(*files({"../\x1b[2J": b""})), r"'../\x1b[2J', which"),
    "a bomb beside the files": (bomb("evil.bin", 1024), "'evil.bin', whose size cannot be right"),
    "a bomb in place of a file": (bomb(FIRST, 1024), "whose size cannot be right"),
    "a bomb in many files": (
        gzip.compress((info("a", 8 * MEBI).tobuf() + bytes(8 * MEBI)) * 40, 9), "whose size cannot be right",
    ),
    "a crowd of files": (gzip.compress(info("a").tobuf() * 100_000, 1), "more than 100 files"),
    "a long name of 512 MB": (extended(tarfile.GNUTYPE_LONGNAME, 512), "not a tar archive"),
    "keywords of 512 MB": (extended(tarfile.XHDTYPE, 512), "not a tar archive"),
    "common keywords of 512 MB": (extended(tarfile.XGLTYPE, 512), "not a tar archive"),
    "long names of long names": (nested(tarfile.GNUTYPE_LONGNAME, 50_000), "not a tar archive"),
    "keywords of keywords": (nested(tarfile.XHDTYPE, 50_000), "not a tar archive"),
    "a size below 0": (sized(b"\xff" * 12), "fetch it again"),
    "a size of 2 to the 80": (sized(b"\x80\0" + b"\xff" * 10), "whose size cannot be right"),
    "a size that is no number": (sized(b"abcdefghijkl"), "not a tar archive"),
    "a size below 0 in keywords": (
        gzip.compress(tar([(info("a", 5), b"hello")], format=tarfile.PAX_FORMAT, pax_headers={"size": "-512"}) + PLAIN),
        "fetch it again",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_a_bad_archive_is_refused_for_the_right_reason(content, reason, tmp_path):
    (tmp_path / ARCHIVE).write_bytes(content)
    assert reason in refusal("cifar-10", tmp_path)


BAD_FILES = {
    "a byte too few": ("data_batch_2.bin", batch(20)[:-1], "has 61,459 bytes instead of 61,460"),
    "an image too many": ("test_batch.bin", batch(21), "has 64,533 bytes instead of 61,460"),
    "nothing": ("data_batch_1.bin", b"", "has 0 bytes"),
    "a class above 9": ("data_batch_4.bin", batch(20, 255), "has a class above 9"),
    "a pickle": ("data_batch_1.bin", PICKLE, "bytes instead of"),
    "a web page": ("data_batch_1.bin", PAGE, "bytes instead of"),
    "much more": ("data_batch_1.bin", bytes(31 * MEBI), "bytes instead of"),
}


@pytest.mark.parametrize(("name", "content", "reason"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_taken_out_by_hand_is_refused(name, content, reason, tmp_path):
    for each in CIFAR_NAMES:
        (tmp_path / each).write_bytes(BATCHES[INSIDE + each])
    (tmp_path / name).write_bytes(content)
    message = refusal("cifar-10", tmp_path)
    assert reason in message
    assert name in message


@pytest.mark.parametrize("name", ["cifar-10-batches-py/data_batch_1", "data_batch_1", "cifar-10-python.tar.gz"])
def test_the_python_version_is_refused_by_naming_the_binary_one(name, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(PICKLE)
    assert "Take the binary version, cifar-10-binary.tar.gz." in refusal("cifar-10", tmp_path)
    assert collections().find("cifar-10").missing(tmp_path) == Cifar10.files


def test_a_file_that_nobody_writes_to_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / ARCHIVE)
    assert "does not hold cifar-10-binary.tar.gz" in refusal("cifar-10", tmp_path)


@settings(max_examples=150, deadline=1000, database=None)
@given(data=st.data())
def test_a_damaged_archive_is_refused_or_holds_as_many_images(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    content = bytearray(tar(cifar_members(cifar_batches(1))))
    heads = [place for place in range(0, len(content), 512) if content[place + 257 : place + 262] == b"ustar"]
    for _ in range(data.draw(st.integers(1, 3))):
        head = data.draw(st.sampled_from(heads))
        place = head + data.draw(st.one_of(st.integers(0, 511), st.sampled_from([124, 156, 257, 345])))
        content[place] = data.draw(st.integers(0, 255))
        if data.draw(st.booleans()):
            content[head : head + 512] = signed(content[head : head + 512])
    (folder / ARCHIVE).write_bytes(bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))]))
    try:
        found = opened("cifar-10", folder)
    except DataError:
        return
    assert len(found.inputs) == 6
    assert found.targets.max() < 10
