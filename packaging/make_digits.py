"""Writes the bundled 8×8 digits from scikit-learn's copy: `python packaging/make_digits.py`, needed only once."""

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits  # type: ignore[import-untyped]

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "data"


def write(name: str, array: NDArray[np.uint8]) -> None:
    """Write bytes as a compressed IDX file, the same bits each time."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    (FOLDER / name).write_bytes(gzip.compress(header + array.tobytes(), 9, mtime=0))


if __name__ == "__main__":
    digits = load_digits()
    write("digits-images-idx3-ubyte.gz", digits.images.astype(np.uint8))
    write("digits-labels-idx1-ubyte.gz", digits.target.astype(np.uint8))
