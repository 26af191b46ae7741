"""Numbers as a student writes them: (1, −0.5), and images and matrices row by row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGITS = 4
Array = NDArray[Any]


def shown(value: float) -> str:
    """A number with as many digits as one checks by hand."""
    if value == 0:
        return "0"
    words = f"{value:.{DIGITS}g}" if abs(value) >= 1e-4 else f"{value:.2e}"
    return words.replace("-", "−")


def listed(values: Any) -> str:
    """A list: (1, −0.5); a single number stands alone."""
    numbers = [shown(float(value)) for value in np.asarray(values, np.float64).reshape(-1)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def written_out(name: str, array: Any) -> str:
    """An array with its name: a list in one line, a matrix row by row, an image channel by channel."""
    array = np.asarray(array, np.float64)
    if array.ndim <= 1:
        return f"{name} = {listed(array)}"
    if array.ndim == 2:
        return _matrix(name, array)
    *_, channels = array.shape
    if channels == 1:
        return written_out(name, array[..., 0])
    named = (f"{name}, channel {number + 1}" for number in range(channels))
    return "\n".join(written_out(each, array[..., number]) for number, each in enumerate(named))


def _matrix(name: str, array: Array) -> str:
    cells = [[shown(float(value)) for value in row] for row in array]
    width = max(len(cell) for row in cells for cell in row)
    lines = ["  ".join(f"{cell:>{width}}" for cell in row) for row in cells]
    space = " " * len(name)
    return "\n".join(f"{name if not number else space} {'=' if not number else ' '} {line}"
                     for number, line in enumerate(lines))  # fmt: skip
