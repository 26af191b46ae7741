"""Standardise: give every input the mean 0 and the standard deviation 1 over the training part."""

from dataclasses import dataclass

import numpy as np

from nnstudio.core.errors import FieldError
from nnstudio.core.fields import numbers
from nnstudio.core.written import Written
from nnstudio.data.preparation.affine import Factor
from nnstudio.data.preparation.base import Array, Shape
from nnstudio.data.preparation.learned import MOST, Learned, per_field, sample_field
from nnstudio.data.preparation.moments import FINEST, Typical


@dataclass(frozen=True)
class Standardise(Learned):
    """Subtract the mean and divide by the standard deviation; both are learned from the training part only.

    Missing numbers are not counted. An input that never changes is divided by 1.
    """

    per: str = per_field()
    sample: tuple[int, ...] = sample_field()
    means: tuple[float, ...] = numbers((), MOST, "What is subtracted; learned from the training part")
    deviations: tuple[float, ...] = numbers((), MOST, "What is then divided by; learned from the training part")

    def __post_init__(self) -> None:
        super().__post_init__()
        if any(deviation < FINEST for deviation in self.deviations):
            raise FieldError(f"{self.title}: deviations must be at least {FINEST:g}")

    def learned(self) -> dict[str, tuple[float, ...]]:
        """Means and deviations."""
        return {"means": self.means, "deviations": self.deviations}

    def chosen(self, known: Typical) -> dict[str, Array]:
        """Means and deviations."""
        return {"means": known.means, "deviations": known.deviations}

    def affine(self) -> tuple[Factor, Factor]:
        """(x − mean) / deviation."""
        if not self.means:
            return 1.0, 0.0
        deviations = np.array(self.deviations)
        return self.laid_out(1 / deviations), self.laid_out(-np.array(self.means) / deviations)

    def written(self, module: str, shape: Shape) -> Written | None:
        """(x − means) / deviations."""
        lines = ("{y} = ({x} - {means}) / {deviations}",) if self.means else ()
        return Written(lines, constants=self.constants(shape, means=self.means, deviations=self.deviations))
