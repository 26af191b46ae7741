"""The drawing: a picture of 280×280 pixels, dark ink on white paper, every stroke of which can be undone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

SIDE = 280
PAPER, INK = 255, 0
GREY, COLOUR = QImage.Format.Format_Grayscale8, QImage.Format.Format_RGB888
FLAT = 2  # Dimensions of a picture without colour.
MOST_STEPS = 100  # That can be undone; each keeps a picture of 77 KB, or three times as much in colour.
LIGHTEST = 0.35  # Of the brush's width, under a pen that hardly touches.


Buffer = bytes | bytearray | memoryview


@dataclass(frozen=True)
class Brush:
    """What draws: a round point of so many pixels of the picture, or an eraser of that size."""

    width: float = 22.0
    erases: bool = False

    def width_under(self, pressure: float) -> float:
        """Thinner where a pen is pressed less; a mouse presses with 1."""
        return self.width * (LIGHTEST + (1 - LIGHTEST) * min(max(pressure, 0.0), 1.0))


class Drawing(QObject):
    """The picture and what it was before. Whoever changes it says so with `begin` first, so that it can be undone."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._image = blank()
        self._before: list[QImage] = []
        self._after: list[QImage] = []

    @property
    def image(self) -> QImage:
        """The picture as it is now."""
        return self._image

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture as numbers from 0, ink, to 255, paper: (280, 280), or (280, 280, 3) in colour. A copy."""
        return view_of(self._image).copy()

    @property
    def empty(self) -> bool:
        """Whether there is nothing but paper."""
        return bool((view_of(self._image) == PAPER).all())

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a stroke was taken back."""
        return bool(self._after)

    def begin(self) -> None:
        """From here on all changes are one step of undo, until the next beginning."""
        # Qt shares the pixels of a copy until one of both changes.
        self._before = [*self._before, QImage(self._image)][-MOST_STEPS:]
        self._after = []

    def paint(self, path: QPainterPath, width: float, brush: Brush) -> None:
        """Draw along a path."""
        ground, ink, both = (INK, PAPER, np.maximum) if brush.erases else (PAPER, INK, np.minimum)
        # Apart at first: pieces that overlap would darken each other's soft edges.
        piece = QImage(self._image.size(), GREY)
        piece.fill(ground)
        painter = QPainter(piece)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.strokePath(path, QPen(QColor(ink, ink, ink), width, *shape))
        painter.end()
        pixels, ink_on_it = _rows(self._image.bits(), self._image), view_of(piece)
        both(pixels, ink_on_it if pixels.ndim == FLAT else ink_on_it[..., np.newaxis], out=pixels)
        self.changed.emit()

    def put(self, image: QImage) -> None:
        """Another picture in the place of this one."""
        self.begin()
        self._image = image.convertToFormat(GREY if image.allGray() else COLOUR)
        self.changed.emit()

    def clear(self) -> None:
        """White paper again."""
        if not self.empty:
            self.put(blank())

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._before:
            self._after.append(self._image)
            self._image = self._before.pop()
            self.changed.emit()

    def redo(self) -> None:
        """Draw the stroke that was taken back again."""
        if self._after:
            self._before.append(self._image)
            self._image = self._after.pop()
            self.changed.emit()


class Stroke:
    """One stroke from where the brush is set down to where it is lifted, smoothed through the points in between."""

    def __init__(self, drawing: Drawing, brush: Brush, at: QPointF, pressure: float = 1.0) -> None:
        self._drawing, self.brush = drawing, brush
        self._last = self._middle = at
        self._width = brush.width_under(pressure)
        drawing.begin()
        dot = QPainterPath(at)
        # A path without length has no ends to be rounded.
        dot.lineTo(at + QPointF(0.01, 0))
        drawing.paint(dot, self._width, brush)

    def move(self, at: QPointF, pressure: float = 1.0) -> None:
        """Go on: a curve from the middle of the last piece to the middle of this one, bent by the point between."""
        if at == self._last:
            return
        width = self.brush.width_under(pressure)
        middle = (self._last + at) * 0.5
        piece = QPainterPath(self._middle)
        piece.quadTo(self._last, middle)
        self._drawing.paint(piece, (self._width + width) / 2, self.brush)
        self._last, self._middle, self._width = at, middle, width

    def end(self) -> None:
        """Lift the brush: the rest of the way."""
        if self._last != self._middle:
            rest = QPainterPath(self._middle)
            rest.lineTo(self._last)
            self._drawing.paint(rest, self._width, self.brush)


def blank() -> QImage:
    """White paper."""
    image = QImage(SIDE, SIDE, GREY)
    image.fill(PAPER)
    return image


def view_of(image: QImage) -> NDArray[np.uint8]:
    """The numbers of a grey picture, or of one with three colours, without a copy: good as long as the picture is."""
    return _rows(image.constBits(), image)


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """A picture of these numbers, (height, width) in grey or (height, width, 3). A copy."""
    rows = np.ascontiguousarray(pixels)
    height, width = rows.shape[:2]
    form = GREY if rows.ndim == FLAT else COLOUR
    return QImage(rows.data, width, height, rows.strides[0], form).copy()


def on_paper(image: QImage) -> QImage:
    """Any picture as large as the paper lets it be, in the middle, on a ground that goes on from its edge."""
    flat = _without_transparency(image)
    size = flat.size().scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    small = flat.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    pixels = view_of(small)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    sheet = np.empty((SIDE, SIDE, *pixels.shape[2:]), np.uint8)
    sheet[:] = np.median(edge, axis=0).astype(np.uint8)
    top, left = (SIDE - size.height()) // 2, (SIDE - size.width()) // 2
    sheet[top : top + size.height(), left : left + size.width()] = pixels
    return image_of(sheet)


def _without_transparency(image: QImage) -> QImage:
    """In grey or three colours; what can be seen through lies on white paper."""
    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    flat.fill(Qt.GlobalColor.white)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    return flat.convertToFormat(GREY if flat.allGray() else COLOUR)


def _rows(memory: Buffer, image: QImage) -> NDArray[np.uint8]:
    rows = np.frombuffer(memory, np.uint8).reshape(image.height(), image.bytesPerLine())
    if image.format() is GREY:
        return rows[:, : image.width()]
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
