"""What tests of several rooms share: another user, IDX made from arrays, a small MNIST, plugins for a test."""

import gzip
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.plugins.installing import Installed, install_example

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def _idx_bytes(array: NDArray[Any]) -> bytes:
    code = CODES[array.dtype.str[1:]]
    header = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture(autouse=True, scope="session")
def _nothing_fetched(tmp_path_factory):
    """A folder of the tests' own for data, so that it does not matter what their user has fetched, and he keeps it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("user")))
        patch.delenv("NNSTUDIO_DATA", raising=False)
        yield


@pytest.fixture
def nobody():
    """Root may read everything, so be somebody else for a while."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    yield
    if was_root:
        os.seteuid(0)


@pytest.fixture(scope="session")
def idx_bytes() -> Callable[[NDArray[Any]], bytes]:
    """Make the bytes of an IDX file, independently of the reader."""
    return _idx_bytes


@pytest.fixture
def small_mnist(tmp_path: Path) -> Path:
    """A folder of 30 + 12 images of 28×28 and their labels, compressed as MNIST is published."""
    folder = tmp_path / "small"
    folder.mkdir()
    rng = np.random.default_rng(1)
    for part, count in (("train", 30), ("t10k", 12)):
        images = rng.integers(0, 256, (count, 28, 28)).astype(np.uint8)
        labels = (np.arange(count) % 10).astype(np.uint8)
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(_idx_bytes(images)))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(_idx_bytes(labels)))
    return folder


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """A folder with the example, as pip has put it there."""
    return install_example(tmp_path_factory.mktemp("example"))


@pytest.fixture
def installed(monkeypatch):
    """Adds folders in which plugins are found, in this process."""
    found = Installed(monkeypatch)
    yield found
    found.remove()
