"""Parameters: all numbers of a network in one flat vector, with a view for each weight, bias and statistic."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnstudio.core.errors import ModelError
from nnstudio.engine.plan import Plan, Step
from nnstudio.layers.base import Block
from nnstudio.layers.shapes import Array, Shape, size_of


@dataclass(frozen=True)
class Place:
    """Where one block of a step lies in the flat vector: a matrix whose columns are its parameters, side by side."""

    step: Step
    name: str
    block: Block
    start: int
    learned: bool

    @property
    def rows(self) -> int:
        """The first size, which all parameters of a block share."""
        return next(iter(self.block.values())).shape[0]

    @property
    def columns(self) -> int:
        """All columns together."""
        return sum(size_of(each.shape[1:]) for each in self.block.values())

    @property
    def end(self) -> int:
        """Just behind the last number."""
        return self.start + self.rows * self.columns

    def matrix(self, vector: Array) -> Array:
        """The whole block. A view."""
        return vector[self.start : self.end].reshape(self.rows, self.columns, copy=False)

    def views(self, vector: Array) -> dict[str, Array]:
        """Each parameter in its own shape. Views."""
        matrix, views, column = self.matrix(vector), {}, 0
        for name, parameter in self.block.items():
            width = size_of(parameter.shape[1:])
            views[name] = matrix[:, column : column + width].reshape(parameter.shape, copy=False)
            column += width
        return views


@dataclass(frozen=True)
class Layout:
    """The places of all blocks: those that learn first, then frozen ones and statistics."""

    places: tuple[Place, ...]

    @classmethod
    def of(cls, plan: Plan) -> "Layout":
        """Lay out a plan's parameters."""
        found = [
            (step, name, block, step.layer.learns and all(each.learned for each in block.values()))
            for step in plan.steps
            for name, block in step.layer.blocks(*step.input_shapes).items()
        ]
        places: list[Place] = []
        for step, name, block, learned in sorted(found, key=lambda each: not each[3]):
            places.append(Place(step, name, block, places[-1].end if places else 0, learned))
        return cls(tuple(places))

    @cached_property
    def size(self) -> int:
        """How many numbers there are."""
        return self.places[-1].end if self.places else 0

    @cached_property
    def learned(self) -> int:
        """How many of them learn; they come first."""
        return max((place.end for place in self.places if place.learned), default=0)

    @cached_property
    def counted(self) -> int:
        """How many are weights and biases, learning or frozen, as a model's parameters are counted."""
        return sum(
            size_of(each.shape) for place in self.places for each in place.block.values() if each.learned
        )

    def decays(self, dtype: DTypeLike) -> Array:
        """1 for every learning weight that a penalty applies to, 0 for biases and the rest."""
        mask = np.zeros(self.learned, dtype)
        for place in self.places:
            for name, view in place.views(mask).items() if place.learned else ():
                view[...] = place.block[name].decays
        return mask

    def locate(self, index: int) -> Place:
        """The block that a number of the vector belongs to."""
        return next(place for place in self.places if place.start <= index < place.end)


@dataclass(eq=False)
class Parameters:
    """One vector under a layout, seen as matrices and as named arrays of every step."""

    layout: Layout
    vector: Array
    _views: dict[str, dict[str, Array]] = field(default_factory=dict)
    _matrices: dict[str, dict[str, Array]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in self.layout.places:
            if place.end <= len(self.vector):
                self._views.setdefault(place.step.id, {}).update(place.views(self.vector))
                self._matrices.setdefault(place.step.id, {})[place.name] = place.matrix(self.vector)

    @classmethod
    def zeros(cls, layout: Layout, dtype: DTypeLike, learned_only: bool = False) -> "Parameters":
        """All zeros; gradients are kept for what learns only."""
        return cls(layout, np.zeros(layout.learned if learned_only else layout.size, dtype))

    @classmethod
    def initial(cls, plan: Plan, seed: int) -> "Parameters":
        """The first weights. Each layer draws from its own stream, so that changing one leaves the others alone."""
        made = cls.zeros(Layout.of(plan), plan.dtype)
        for place in made.layout.places:
            views = made.of(place.step.id)
            for name, parameter in place.block.items():
                stream = zlib.crc32(f"{place.step.id}/{name}".encode())
                random = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, stream))))
                views[name][...] = parameter.start.draw(parameter.shape, parameter.fan, random)
        return made

    def fill(self, weights: Mapping[str, Array]) -> None:
        """Take given arrays, each in its shape; a missing, an unexpected or a misshapen one changes nothing."""
        named = self.named()
        missing, unexpected = sorted(named.keys() - weights.keys()), sorted(weights.keys() - named.keys())
        reshaped = sorted(name for name in named.keys() & weights.keys() if named[name].shape != weights[name].shape)
        if missing or unexpected or reshaped:
            found = {"missing": missing, "unexpected": unexpected, "of another shape": reshaped}
            told = "; ".join(f"{what}: {', '.join(names)}" for what, names in found.items() if names)
            raise ModelError(f"The weights do not fit the model ({told}). Train it again, or undo the change.")
        for name, array in named.items():
            np.copyto(array, weights[name], casting="same_kind")

    def of(self, step: str) -> Mapping[str, Array]:
        """The named arrays of a step. Views."""
        return self._views.get(step, {})

    def matrices(self, step: str) -> Mapping[str, Array]:
        """The blocks of a step. Views."""
        return self._matrices.get(step, {})

    def shapes(self) -> dict[str, Shape]:
        """The shape of every array by its full name, `step/name`."""
        return {name: array.shape for name, array in self.named().items()}

    def named(self) -> dict[str, Array]:
        """Every array by its full name, `step/name`. Views."""
        return {f"{step}/{name}": view for step, views in self._views.items() for name, view in views.items()}

    def places(self) -> dict[str, NDArray[np.intp]]:
        """Where in the vector every number of every array lies, by its full name, in the shape of the array."""
        return Parameters(self.layout, np.arange(self.layout.size, dtype=np.intp)).named()
