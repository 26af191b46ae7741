"""Weights by name, as npz or safetensors."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from nnstudio.core.errors import StudioError
from nnstudio.core.files import write_atomically
from nnstudio.layers.shapes import Array

Weights = Mapping[str, Array]


def _npz(weights: Weights) -> bytes:
    buffer = io.BytesIO()
    # `savez` takes the names as keywords, and its types do not know that.
    np.savez(buffer, **{name.replace("/", "."): array for name, array in weights.items()})  # type: ignore[arg-type]
    return buffer.getvalue()


def _safetensors(weights: Weights) -> bytes:
    return save({name.replace("/", "."): np.ascontiguousarray(array) for name, array in weights.items()})


FORMATS: Mapping[str, Callable[[Weights], bytes]] = {"npz": _npz, "safetensors": _safetensors}


def export_weights(weights: Weights, kind: str, path: Path) -> None:
    """Write the weights, named layer.parameter, in one of the FORMATS."""
    if kind not in FORMATS:
        raise StudioError(f"'{kind}' is no format to export to. There are: {', '.join(FORMATS)}.")
    write_atomically(path, FORMATS[kind](weights))
