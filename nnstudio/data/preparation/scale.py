"""Scale: divide by a number."""

from dataclasses import dataclass
from typing import Any, ClassVar

from nnstudio.core.fields import real
from nnstudio.core.written import Written, call, number
from nnstudio.data.preparation.affine import Affine
from nnstudio.data.preparation.base import Shape


@dataclass(frozen=True)
class Scale(Affine):
    """Divide by a number, such as 255 for pixels, so that inputs lie between 0 and 1."""

    example: ClassVar[Any] = ((0.0, 51.0, 255.0),)

    divisor: float = real(255.0, 1e-12, 1e12, "What every input is divided by", "log")

    def affine(self) -> tuple[float, float]:
        """x / divisor."""
        return 1.0 / self.divisor, 0.0

    def written(self, module: str, shape: Shape) -> Written | None:
        """x / divisor."""
        return call(f"{{x}} / {number(self.divisor)}")
