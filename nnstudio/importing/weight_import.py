"""Weights of a file for a model: all of them fit, or it is said what is missing, unexpected or of another shape."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnstudio.core.errors import ModelError, StudioError
from nnstudio.core.files import shown as shown_name
from nnstudio.core.wording import counted
from nnstudio.data.preparation.base import preparations
from nnstudio.engine.plan import Plan
from nnstudio.importing.weight_file import WeightFile, opened_weights
from nnstudio.importing.weight_names import Naming, Place, is_beside, namings, unwrapped
from nnstudio.layers.shapes import Array, shown

MOST_TOLD = 8
NUMBERS = "fiu"


@dataclass(frozen=True)
class Reshaped:
    """An array whose shape is another than the layer's."""

    name: str
    found: tuple[int, ...]
    wanted: tuple[int, ...]

    def __str__(self) -> str:
        return f"{shown_name(self.name)} is {_shape(self.found)} in place of {_shape(self.wanted)}"


class Mismatch(ModelError):
    """The weights of a file are not those of the model; says what is missing, unexpected or of another shape."""

    def __init__(
        self, path: Path, missing: Sequence[str], unexpected: Sequence[str], reshaped: Sequence[Reshaped]
    ) -> None:
        self.missing, self.unexpected, self.reshaped = tuple(missing), tuple(unexpected), tuple(reshaped)
        parts = {
            "missing": [*map(shown_name, missing)], "unexpected": [*map(shown_name, unexpected)],
            "of another shape": [*map(str, reshaped)],
        }  # fmt: skip
        told = "; ".join(f"{what}: {_some(names)}" for what, names in parts.items() if names)
        super().__init__(f"The weights in {shown_name(path)} do not fit the model, so nothing was changed ({told}).")


@dataclass(frozen=True, eq=False)
class ImportedWeights:
    """Weights named `step/parameter`; `naming` says whose words the file uses, `notes` what is odd about them."""

    weights: Mapping[str, Array]
    naming: str
    notes: tuple[str, ...] = ()

    @property
    def numbers(self) -> int:
        """How many numbers there are."""
        return sum(array.size for array in self.weights.values())


def import_weights(plan: Plan, path: Path) -> ImportedWeights:
    """Read npz or safetensors: ours, or those of an exported PyTorch module or Keras model; a Mismatch if they do not
    fit."""
    with opened_weights(path) as file:
        naming, in_file = _matched(plan, file, path)
        weights = {place.ours: _numbers(file, in_file[name], place, plan) for name, place in naming.places.items()}
    return ImportedWeights(weights, naming.title, tuple(_notes(naming, weights)))


def _matched(plan: Plan, file: WeightFile, path: Path) -> tuple[Naming, dict[str, str]]:
    """The naming that the file keeps to, and its own name for each name; a Mismatch where none fits."""
    shapes = file.shapes
    in_file = unwrapped(shapes)
    naming = max(namings(plan), key=lambda each: len(each.places.keys() & in_file.keys()))
    wanted = naming.places
    if not wanted:
        raise ModelError("The model has no weights to be read. Add a layer that has some, such as Dense.")
    missing = [name for name in wanted if name not in in_file]
    others = [name for name in in_file if name not in wanted]
    unexpected = [name for name in others if not is_beside(name, preparations().kinds())]
    reshaped = [
        Reshaped(name, shapes[in_file[name]], place.shape) for name, place in wanted.items()
        if name in in_file and tuple(shapes[in_file[name]]) != place.shape
    ]  # fmt: skip
    if missing or unexpected or reshaped:
        raise Mismatch(path, missing, unexpected, reshaped)
    return naming, in_file


def _numbers(file: WeightFile, name: str, place: Place, plan: Plan) -> Array:
    array = file.read(name)
    if array.dtype.kind not in NUMBERS:
        raise StudioError(f"The array '{shown_name(name)}' holds no numbers. Save the weights as float32.")
    with np.errstate(over="ignore", invalid="ignore"):
        return place.stored.back(array).astype(plan.dtype)


def _notes(naming: Naming, weights: dict[str, Array]) -> Iterable[str]:
    for name, place in naming.places.items():
        broken = int((~np.isfinite(weights[place.ours])).sum())
        if broken:
            are = "is" if broken == 1 else "are"
            yield f"{shown_name(name)} holds {counted(broken, 'number')} that {are} not finite (NaN or infinite)."


def _some(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - MOST_TOLD
    return ", ".join(names[:MOST_TOLD]) + (f" and {more:,} more" if more > 0 else "")


def _shape(shape: tuple[int, ...]) -> str:
    return shown(shape) or "a single number"
