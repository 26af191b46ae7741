"""Normalise: subtract a mean and divide by a deviation that are given as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from nnstudio.core.fields import real
from nnstudio.core.written import Written, call, number
from nnstudio.data.preparation.affine import Affine
from nnstudio.data.preparation.base import Shape


@dataclass(frozen=True)
class Normalise(Affine):
    """Subtract the mean and divide by the standard deviation, both given as numbers."""

    example_fields: ClassVar[Mapping[str, Any]] = {"mean": 2.0, "deviation": 4.0}

    mean: float = real(0.0, -1e12, 1e12, "What is subtracted from every input")
    deviation: float = real(1.0, 1e-12, 1e12, "What every input is then divided by", "log")

    def affine(self) -> tuple[float, float]:
        """(x − mean) / deviation."""
        return 1.0 / self.deviation, -self.mean / self.deviation

    def written(self, module: str, shape: Shape) -> Written | None:
        """(x − mean) / deviation."""
        return call(f"({{x}} - {number(self.mean)}) / {number(self.deviation)}")
