"""The colours of a confusion matrix: how strong each cell is, and which letters can be read on it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from nnstudio.training.verdicts import Numbers
from nnstudio.ui.plots.colours import ENDS
from nnstudio.ui.theme import Theme

FAINTEST = 0.1  # Of a colour's strength: a single error is still seen.
EASE = 0.65
LINEAR = 12.92
BLACK, WHITE = "#0d1620", "#ffffff"


@dataclass(frozen=True, eq=False)
class Scale:
    """Blue says how many of a class are right, from none to all; orange how frequent an error is among the errors."""

    theme: Theme
    colours: NDArray[np.uint32]

    @classmethod
    def of(cls, counts: Numbers, theme: Theme) -> "Scale":
        """The colours for counts, each judged within its row."""
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        right = shares.diagonal().copy()
        errors = shares.copy()
        np.fill_diagonal(errors, 0.0)
        # A rare error is still seen beside a frequent one.
        strengths = (errors / (errors.max(initial=0.0) or 1.0)) ** EASE
        strengths = np.where(errors > 0, FAINTEST + (1 - FAINTEST) * strengths, 0.0)
        orange, ground, blue = (_channels(name) for name in ENDS[theme.name])
        mixed = ground + (orange - ground) * strengths[..., None]
        places = np.arange(len(counts))
        mixed[places, places] = ground + (blue - ground) * right[:, None]
        red, green, low = np.moveaxis(np.rint(mixed).astype(np.uint32), -1, 0)
        return cls(theme, np.uint32(0xFF000000) | red << 16 | green << 8 | low)

    def ink(self, row: int, column: int) -> QColor:
        """Letters that stand out from a cell."""
        packed = int(self.colours[row, column])
        light = luminance(packed >> 16 & 0xFF, packed >> 8 & 0xFF, packed & 0xFF)
        # The greater of the two contrasts, as the guidelines for accessible pages count them.
        return QColor(BLACK if (light + 0.05) / 0.056 > 1.05 / (light + 0.05) else WHITE)


def luminance(*channels: int) -> float:
    """How light a colour is, from 0 to 1."""
    parts = [channel / 255 for channel in channels]
    red, green, blue = (part / LINEAR if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(name: str) -> NDArray[np.float64]:
    color = QColor(name)
    return np.array([color.red(), color.green(), color.blue()], np.float64)
