"""The steps that prepare inputs, each a visible value that can be changed or left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from nnstudio.core.fields import Configured, real
from nnstudio.core.registry import Family


class Preparation(Configured):
    """One step on the way from the stored number to the network's input: x · factor + offset."""

    noun: ClassVar[str] = "preparation step"

    def affine(self) -> tuple[float, float]:
        """The factor and the offset of this step."""
        raise NotImplementedError


@dataclass(frozen=True)
class Scale(Preparation):
    """Divide by a number, such as 255 for pixels, so that inputs lie between 0 and 1."""

    divisor: float = real(255.0, 1e-12, 1e12, "What every input is divided by", "log")

    def affine(self) -> tuple[float, float]:
        """x / divisor."""
        return 1.0 / self.divisor, 0.0


@dataclass(frozen=True)
class Normalise(Preparation):
    """Subtract the mean and divide by the standard deviation, both given as numbers."""

    mean: float = real(0.0, -1e12, 1e12, "What is subtracted from every input")
    deviation: float = real(1.0, 1e-12, 1e12, "What every input is then divided by", "log")

    def affine(self) -> tuple[float, float]:
        """(x − mean) / deviation."""
        return 1.0 / self.deviation, -self.mean / self.deviation


def affine_of(steps: Iterable[Preparation]) -> tuple[float, float]:
    """All steps as one factor and one offset."""
    factor, offset = 1.0, 0.0
    for step in steps:
        times, plus = step.affine()
        factor, offset = factor * times, offset * times + plus
    return factor, offset


@cache
def preparations() -> Family[Preparation]:
    """All preparation steps, ours and the plugins'."""
    return Family(Preparation, "nnstudio.data.preparation", "nnstudio.preparations", "preparation step")
