"""Weights by name, as npz or safetensors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from safetensors.numpy import save

from nnstudio.core.errors import StudioError
from nnstudio.export.base import Exporter, Runner
from nnstudio.export.identifiers import names_of
from nnstudio.export.npz import npz_of
from nnstudio.export.numpy_script import NumpyScript
from nnstudio.export.run_weights import BESIDE, NAMES, SCRIPT
from nnstudio.export.trained import Trained
from nnstudio.layers.shapes import Array


def named(trained: Trained) -> dict[str, Array]:
    """Every array under the name of its layer and its own: hidden.weights."""
    names = names_of(trained.plan)
    parts = {name: name.rpartition("/") for name in trained.weights}
    return {
        f"{names[step]}.{name}": np.ascontiguousarray(trained.weights[full])
        for full, (step, _, name) in parts.items()
    }  # fmt: skip


class Weights(Exporter):
    """Weights alone are run in the NumPy script of their model."""

    def runner(self, trained: Trained, main: Path) -> Runner | None:
        """NumPy is always there; a layer of a plugin may have no lines in it."""
        stem = Path(SCRIPT).stem
        try:
            files = NumpyScript().files(trained, stem)
        except StudioError:
            return None
        names = json.dumps(list(named(trained))).encode()
        files = {SCRIPT: files[SCRIPT], BESIDE: files[BESIDE], NAMES: names}
        return Runner(f"NumPy {np.__version__}", "nnstudio.export.run_weights", files=files)

    @property
    def missing(self) -> str:
        """What is in the way."""
        return "A layer of this model has no lines in NumPy to be run by."


@dataclass(frozen=True)
class Npz(Weights):
    """The weights as NumPy keeps several arrays."""

    title: ClassVar[str] = "NumPy weights"
    about: ClassVar[str] = "The weights as arrays of NumPy, by layer and name"
    suffix: ClassVar[str] = ".npz"

    def files(self, trained: Trained, stem: str) -> Mapping[str, bytes]:
        """One archive."""
        return {f"{stem}.npz": npz_of(named(trained))}


@dataclass(frozen=True)
class Safetensors(Weights):
    """The weights in a format without code, which every framework reads."""

    title: ClassVar[str] = "safetensors weights"
    about: ClassVar[str] = "The weights by layer and name, for every framework"
    suffix: ClassVar[str] = ".safetensors"

    def files(self, trained: Trained, stem: str) -> Mapping[str, bytes]:
        """One file."""
        return {f"{stem}.safetensors": save(named(trained))}
