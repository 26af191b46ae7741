"""The frame: where a place in the data lies among the pixels, and the other way round. A value, no widget."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Pixels = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """What an axis begins and ends with, as logarithms where it is logarithmic, and the size in pixels."""

    left: float = 0.0
    right: float = 1.0
    bottom: float = 0.0
    top: float = 1.0
    width: float = 0.0
    height: float = 0.0
    log_x: bool = False
    log_y: bool = False

    @property
    def drawable(self) -> bool:
        """Whether there is room for anything."""
        return self.width >= 1 and self.height >= 1 and self.left != self.right and self.bottom != self.top

    @property
    def columns(self) -> int:
        """How many columns of pixels there are."""
        return max(1, int(self.width))

    def across(self, x: ArrayLike) -> Pixels:
        """The pixels from the left; not a number for what the axis cannot show."""
        return (placed(x, self.log_x) - self.left) * (self.width / (self.right - self.left))

    def down(self, y: ArrayLike) -> Pixels:
        """The pixels from the top."""
        return (self.top - placed(y, self.log_y)) * (self.height / (self.top - self.bottom))

    def x_at(self, pixel: float) -> float:
        """What stands that far from the left."""
        return _value(self.left + pixel / self.width * (self.right - self.left), self.log_x)

    def y_at(self, pixel: float) -> float:
        """What stands that far from the top."""
        return _value(self.top - pixel / self.height * (self.top - self.bottom), self.log_y)

    def bounds_x(self) -> tuple[float, float]:
        """The values at the left and at the right."""
        return _value(self.left, self.log_x), _value(self.right, self.log_x)


def placed(values: ArrayLike, logarithmic: bool) -> NDArray[np.float64]:
    """Numbers as the coordinates of an axis; not a number for what it cannot show."""
    numbers = np.asarray(values, np.float64)
    if not logarithmic:
        return np.where(np.isfinite(numbers), numbers, np.nan)
    shown = np.isfinite(numbers) & (numbers > 0)
    return np.log10(numbers, out=np.full(numbers.shape, np.nan), where=shown)


def _value(coordinate: float, logarithmic: bool) -> float:
    return float(10.0 ** min(max(coordinate, -300), 300)) if logarithmic else coordinate
