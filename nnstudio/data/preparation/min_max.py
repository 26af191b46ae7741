"""Min-max scaling: the smallest training value of every input becomes 0, the largest 1."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnstudio.core.fields import numbers
from nnstudio.core.written import Written
from nnstudio.data.preparation.affine import Factor
from nnstudio.data.preparation.base import Array, Shape
from nnstudio.data.preparation.learned import MOST, Learned, per_field, sample_field
from nnstudio.data.preparation.moments import FINEST, Typical


@dataclass(frozen=True)
class MinMax(Learned):
    """Scale to 0…1 by the smallest and the largest number of the training part (min-max scaling).

    New data may lie beyond. An input that never changes becomes 0.
    """

    title: ClassVar[str] = "Scale to 0…1"

    per: str = per_field()
    sample: tuple[int, ...] = sample_field()
    lowest: tuple[float, ...] = numbers((), MOST, "What becomes 0; learned from the training part")
    highest: tuple[float, ...] = numbers((), MOST, "What becomes 1; learned from the training part")

    def learned(self) -> dict[str, tuple[float, ...]]:
        """The smallest and the largest."""
        return {"lowest": self.lowest, "highest": self.highest}

    def chosen(self, known: Typical) -> dict[str, Array]:
        """The smallest and the largest."""
        return {"lowest": known.lowest, "highest": known.highest}

    def affine(self) -> tuple[Factor, Factor]:
        """(x − lowest) / (highest − lowest)."""
        if not self.lowest:
            return 1.0, 0.0
        span = self._span()
        return self.laid_out(1 / span), self.laid_out(-np.array(self.lowest) / span)

    def written(self, module: str, shape: Shape) -> Written | None:
        """(x − lowest) / span."""
        lines = ("{y} = ({x} - {lowest}) / {span}",) if self.lowest else ()
        return Written(lines, constants=self.constants(shape, lowest=self.lowest, span=self._span()))

    def _span(self) -> Array:
        """How far each goes; 1 where it never changes."""
        span: Array = np.array(self.highest) - np.array(self.lowest)
        span[span < FINEST] = 1
        return span
