"""An npz file in memory."""

import io
from collections.abc import Mapping

import numpy as np

from nnstudio.layers.shapes import Array


def npz_of(arrays: Mapping[str, Array]) -> bytes:
    """The arrays by their names."""
    buffer = io.BytesIO()
    # `savez` takes the names as keywords, and its types do not know that.
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()
