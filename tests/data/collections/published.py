"""Small files in the form in which the collections are published, made without the code that reads them."""

import gzip
import io
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from nnstudio.core.errors import DataError
from nnstudio.data.collections.base import Collection, collections

MEBI = 2**20
PICKLE = b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R."
PAGE = b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>"

TRAIN, TEST = 30, 12


def idx(array):
    """The bytes of an IDX file of unsigned bytes."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def images(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def labels(count, classes=10, first=0):
    return (np.arange(count) % classes + first).astype(np.uint8)


def four(classes=10, first=0):
    """Training images, training labels, test images, test labels."""
    return images(TRAIN), labels(TRAIN, classes, first), images(TEST, 1), labels(TEST, classes, first)


def make_mnist_like(folder, arrays=None):
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(names, arrays or four(), strict=True):
        (folder / f"{name}-ubyte.gz").write_bytes(gzip.compress(idx(array)))


def emnist_members(set_name, arrays):
    names = ("train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1")
    return {
        f"gzip/emnist-{set_name}-{name}-ubyte.gz": gzip.compress(idx(array))
        for name, array in zip(names, arrays, strict=True)
    }


def emnist_zip(members: Mapping[str, bytes], method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def make_emnist(folder):
    """The archive with all three sets, and others beside them."""
    members = {"gzip/": b"", "gzip/emnist-byclass-mapping.txt": b"0 48\n"}
    for set_name, classes, first in (("balanced", 47, 0), ("digits", 10, 0), ("letters", 26, 1)):
        members |= emnist_members(set_name, four(classes, first))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gzip.zip").write_bytes(emnist_zip(members))


def info(name, size=0, kind=tarfile.REGTYPE, link=""):
    made = tarfile.TarInfo(name)
    made.size, made.type, made.linkname = size, kind, link
    return made


def tar(members: Sequence[tuple[tarfile.TarInfo, bytes]], **options):
    """The bytes of a tar archive, not packed."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", **options) as archive:
        for each, content in members:
            archive.addfile(each, io.BytesIO(content))
    return file.getvalue()


def files(contents: Mapping[str, bytes]):
    return [(info(name, len(content)), content) for name, content in contents.items()]


CIFAR_NAMES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")


def cifar_batches(images=20):
    """The six files by their names in the archive, with others beside them."""
    rng = np.random.default_rng(5)
    found = {"cifar-10-batches-bin/batches.meta.txt": b"airplane\nautomobile\n\n"}
    # Not in the order of their numbers: an archive need not be.
    for name in sorted(CIFAR_NAMES, key=lambda name: name[::-1]):
        records = rng.integers(0, 256, (images, 3073), dtype=np.uint8)
        records[:, 0] = rng.integers(0, 10, images)
        found[f"cifar-10-batches-bin/{name}"] = records.tobytes()
    return found | {"cifar-10-batches-bin/readme.html": b"<html></html>"}


def cifar_members(batches=None):
    folder = info("cifar-10-batches-bin", kind=tarfile.DIRTYPE)
    return [(folder, b""), *files(cifar_batches() if batches is None else batches)]


def make_cifar(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cifar-10-binary.tar.gz").write_bytes(gzip.compress(tar(cifar_members())))


def svhn_arrays(count, seed=0):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (32, 32, 3, count), dtype=np.uint8)
    return {"X": pixels, "y": (np.arange(count) % 10 + 1).astype(np.uint8).reshape(-1, 1)}


def mat(variables, packed=True):
    file = io.BytesIO()
    scipy.io.savemat(file, variables, do_compression=packed)
    return file.getvalue()


def make_svhn(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train_32x32.mat").write_bytes(mat(svhn_arrays(TRAIN)))
    (folder / "test_32x32.mat").write_bytes(mat(svhn_arrays(TEST, 1)))


REVIEWS = {
    "train/neg/0_2.txt": "A BAD film.<br /><br />Bad, bad acting; don't watch it!",
    "train/neg/10_1.txt": "Dull. It isn't good, it is bad.",
    "train/neg/9_3.txt": "the 1950s called",
    "train/pos/0_9.txt": "A good film, the best film.",
    "train/pos/1_10.txt": "Très_bien: good, GOOD, good!",
    "test/neg/0_4.txt": "Not good and not unseen",
    "test/pos/0_8.txt": "good",
    "test/pos/1_7.txt": "...",
}


def imdb_contents(reviews=REVIEWS):
    found = {f"aclImdb/{name}": text.encode() for name, text in reviews.items()}
    others = {"README": b"Large Movie Review", "train/unsup/0_0.txt": b"unsup unsup", "train/labeledBow.feat": b"9 0:9"}
    return found | {f"aclImdb/{name}": content for name, content in others.items()}


def make_imdb(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "aclImdb_v1.tar.gz").write_bytes(gzip.compress(tar(files(imdb_contents()))))


MAKERS = {
    "mnist": make_mnist_like, "fashion-mnist": make_mnist_like, "kmnist": make_mnist_like,
    "emnist-balanced": make_emnist, "emnist-digits": make_emnist, "emnist-letters": make_emnist,
    "cifar-10": make_cifar, "svhn": make_svhn, "imdb": make_imdb,
}  # fmt: skip


def opened(kind: str, folder: Path, **options):
    return collections().find(kind)(**options).open(folder)


def zeros_packed(start: bytes, mebibytes: int, end: bytes = b"") -> bytes:
    """A gzip stream of `start`, so many mebibytes of zeros and `end`, made without packing all of it."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = stream.compress(start) + stream.flush(zlib.Z_FULL_FLUSH)
    block = stream.compress(bytes(MEBI)) + stream.flush(zlib.Z_FULL_FLUSH)
    last = stream.compress(end) + stream.flush()
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + first + block * mebibytes + last + bytes(8)


def _everything_in(folder: Path):
    return sorted((path, path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*"))


def refusal(collection: type[Collection] | str, folder: Path) -> str:
    """The one line with which a folder is refused, within a second and 64 MiB, and nothing written anywhere near."""
    chosen = collections().find(collection) if isinstance(collection, str) else collection
    before = _everything_in(folder.parent)
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(DataError) as caught:
        chosen().open(folder)
    took = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    message = str(caught.value)
    assert _everything_in(folder.parent) == before
    assert took < 1
    assert peak < 64 * MEBI
    assert message.endswith(".")
    assert "\n" not in message
    assert str(folder) in message
    return message
