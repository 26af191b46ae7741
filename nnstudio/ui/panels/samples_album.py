"""The album: what samples look like, kept as long as there is room, ready to be painted."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from nnstudio.live.probes.pictures import Pictured
from nnstudio.ui.sizes import px

MOST_BYTES = 32 << 20
MOST_SCALED = 2000
MOST_AT_ONCE = 60  # Pictures that are made ready for one frame; the others follow in the next.
SIDE = 56  # Pixels of a picture's longer side, roughly.


class Album:
    """Takes pictures as they come; forgets those that came first."""

    def __init__(self) -> None:
        self._pixels: dict[int, NDArray[np.uint8]] = {}
        self._values: dict[int, list[float]] = {}
        self._targets: dict[int, list[float]] = {}
        self._scaled: dict[int, tuple[QImage, NDArray[np.uint32]]] = {}
        self._ratio = 1.0
        self._made = 0
        self.size = QSize(px(SIDE), px(SIDE))
        """Of a picture as it is painted."""

    def clear(self) -> None:
        """The data is another."""
        for known in (self._pixels, self._values, self._targets, self._scaled):
            known.clear()

    def show_shape(self, rows: int, columns: int) -> None:
        """Paint pictures of that many pixels: whole multiples, so that every pixel is as large as the others."""
        longest = max(rows, columns, 1)
        scale = max(1, round(px(SIDE) / longest)) if longest <= px(SIDE) else px(SIDE) / longest
        size = QSize(max(1, round(columns * scale)), max(1, round(rows * scale)))
        if size != self.size:
            self.size = size
            self._scaled.clear()

    def take(self, pictured: Pictured) -> None:
        """Keep some more."""
        for place, number in enumerate(pictured.numbers):
            if pictured.pixels is None:
                self._values[number] = pictured.values[place].tolist()
            else:
                self._pixels[number] = pictured.pixels[place]
            self._targets[number] = pictured.targets[place].tolist()
        if pictured.pixels is not None and len(pictured.numbers):
            most = max(1, MOST_BYTES // pictured.pixels[0].nbytes)
            while len(self._pixels) > most:
                self._pixels.pop(next(iter(self._pixels)))

    def missing(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Those of which nothing is known."""
        return tuple(number for number in numbers if number not in self._pixels and number not in self._values)

    def begin_frame(self) -> None:
        """Some more pictures may be made ready."""
        self._made = 0

    @property
    def wants_another_frame(self) -> bool:
        """Whether some pictures had to wait."""
        return self._made > MOST_AT_ONCE

    def picture(self, number: int, ratio: float) -> QImage | None:
        """A sample's picture as large as it is painted, if it is there already."""
        if ratio != self._ratio:
            self._ratio = ratio
            self._scaled.clear()
        found = self._scaled.get(number)
        if found is None and number in self._pixels:
            self._made += 1
            if self._made > MOST_AT_ONCE:
                return None
            if len(self._scaled) >= MOST_SCALED:
                self._scaled.pop(next(iter(self._scaled)))
            found = self._scaled[number] = self._drawn(self._pixels[number])
        return None if found is None else found[0]

    def values(self, number: int) -> list[float] | None:
        """The numbers of a sample that is no picture."""
        return self._values.get(number)

    def targets(self, number: int) -> list[float]:
        """The numbers to predict."""
        return self._targets.get(number, [])

    def _drawn(self, pixels: NDArray[np.uint8]) -> tuple[QImage, NDArray[np.uint32]]:
        """As large as it is painted, in the colours of the screen; with the array, which Qt reads itself."""
        size = self.size * self._ratio
        packed = _packed(pixels)
        rows, columns = packed.shape
        times, left = divmod(size.width(), columns)
        whole = not left and times and size.height() == times * rows
        if whole:
            # Many times as quick as by Qt, which matters when hundreds come into sight at once.
            packed = packed.repeat(times, axis=0).repeat(times, axis=1)
        image = QImage(packed.data, packed.shape[1], packed.shape[0], packed.shape[1] * 4, QImage.Format.Format_RGB32)
        if not whole:
            grows = times >= 1
            mode = Qt.TransformationMode.FastTransformation if grows else Qt.TransformationMode.SmoothTransformation
            image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        image.setDevicePixelRatio(self._ratio)
        return image, packed


def _packed(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Grey or three colours as a screen wants them: one number for each pixel."""
    wide = pixels.astype(np.uint32)
    red, green, blue = wide[..., 0], wide[..., pixels.shape[2] // 2], wide[..., -1]
    packed: NDArray[np.uint32] = red << np.uint32(16) | green << np.uint32(8) | blue | np.uint32(0xFF000000)
    return packed
