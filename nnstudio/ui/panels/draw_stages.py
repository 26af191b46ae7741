"""The stages of a drawing on its way to the network: a small picture after each, and a check box to leave it out."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from nnstudio.classify.sheet import WHITE
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.plots.colours import diverging, limit_of, shades
from nnstudio.ui.plots.numbers import exact, rounded
from nnstudio.ui.sizes import follow, follow_font, px
from nnstudio.ui.theme import GAP, theme_of

SMALLEST, LARGEST = 40, 64  # Pixels of a picture's side.
LARGE = 100  # From so many pixels on a picture is shown smoothly.
COLOURED = 3


class Photo(QWidget):
    """A small picture: bytes as grey, other numbers from orange over nothing to blue."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: NDArray[np.generic] = np.empty((0, 0), np.uint8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self.setMinimumSize, SMALLEST, SMALLEST)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(px(LARGEST), px(LARGEST))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(max(width, px(SMALLEST)), px(LARGEST))

    def show_values(self, values: NDArray[np.generic]) -> None:
        """Show a picture of any size; the array is kept."""
        self.values = values
        self.update()

    @property
    def place(self) -> QRectF:
        """Where the picture is."""
        side = min(self.width(), self.height()) - 2
        high, wide = (*self.values.shape, 1, 1)[:2] if self.values.size else (1, 1)
        scale = side / max(high, wide)
        return QRectF((self.width() - wide * scale) / 2, (self.height() - high * scale) / 2, wide * scale, high * scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, place = QPainter(self), theme_of(self.palette()), self.place
        painter.fillRect(place, theme.color("field"))
        if self.values.size:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, max(self.values.shape[:2]) > LARGE)
            painter.drawImage(place, self.image())
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))

    def image(self) -> QImage:
        """The picture as pixels."""
        values = self.values
        high, wide = values.shape[:2]
        if values.dtype == np.uint8:
            rows = np.ascontiguousarray(values.reshape(high, wide, -1))
            channels = rows.shape[2]
            form = QImage.Format.Format_RGB888 if channels == COLOURED else QImage.Format.Format_Grayscale8
            return QImage(rows.data, wide, high, wide * channels, form).copy()
        flat = np.asarray(values, np.float64).reshape(high, wide, -1).mean(axis=2)
        places = np.ascontiguousarray(shades(flat, limit_of(flat)))
        image = QImage(places.data, wide, high, wide, QImage.Format.Format_Indexed8)
        image.setColorTable(list(diverging(theme_of(self.palette()))))
        return image.copy()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self.values.size:
            QToolTip.showText(event.globalPos(), self.told_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def told_at(self, at: QPointF) -> str:
        """Size and range, and the exact number under the mouse."""
        high, wide = self.values.shape[:2]
        low, most = float(np.min(self.values)), float(np.max(self.values))
        words = [f"{high}×{wide}", f"{rounded(low)} … {rounded(most)}"]
        place = self.place
        row = int((at.y() - place.top()) / place.height() * high)
        column = int((at.x() - place.left()) / place.width() * wide)
        if 0 <= row < high and 0 <= column < wide:
            words.insert(0, f"[{row}, {column}] = {exact(np.ravel(self.values[row, column])[0])}")
        return "\n".join(words)


class Step(QWidget):
    """One stage: its picture, and beneath it its name with a check box where it can be left out."""

    def __init__(self, caption: str, about: str, parent: QWidget | None = None, *, optional: bool = True) -> None:
        super().__init__(parent)
        self.photo, self.check = Photo(self), QCheckBox(caption, self)
        self.check.setChecked(True)
        self.check.setStyleSheet("QCheckBox { spacing: 4px; }")
        words = QLabel(caption, self)
        self.check.setVisible(optional)
        words.setVisible(not optional)
        self.photo.setAccessibleName(self.tr("Picture after {}").format(caption.lower()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP // 2)
        column.addWidget(self.photo)
        for widget in (self.check, words):
            follow_font(widget, SMALLER)
            widget.setToolTip(about)
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)


class Stages(QWidget):
    """All stages side by side, in their order."""

    switched = Signal()
    """A stage was switched on or off."""

    def __init__(self, steps: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps: dict[str, Step] = {}
        self.setAccessibleName(self.tr("From the drawing to the network"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for name, caption, about in steps:
            step = self.steps[name] = Step(caption, about, self)
            step.check.toggled.connect(self._tell)
            row.addWidget(step, 1)
        self.input = Step(self.tr("Input"), self.tr("The numbers that the network reads"), self, optional=False)
        row.addWidget(self.input, 1)

    @property
    def on(self) -> frozenset[str]:
        """The names of the stages that are switched on."""
        return frozenset(name for name, step in self.steps.items() if step.check.isChecked())

    @property
    def off(self) -> frozenset[str]:
        """The names of the stages that are switched off."""
        return frozenset(self.steps) - self.on

    def show_known(self, names: Collection[str]) -> None:
        """Which stages there are for this network."""
        for name, step in self.steps.items():
            step.setVisible(name in names)

    def show_picture(self, name: str, values: NDArray[np.generic]) -> None:
        """The picture after a stage."""
        self.steps[name].photo.show_values(values)

    def show_input(self, values: NDArray[np.floating], shape: tuple[int, ...] | None) -> None:
        """The numbers that the network reads at the end, in the shape of a picture if they have it."""
        fits = shape is not None and values.size == np.prod(shape)
        self.input.photo.show_values(values.reshape(shape) if fits and shape else values.reshape(1, -1))

    def show_nothing(self) -> None:
        """There is no drawing."""
        for step in (*self.steps.values(), self.input):
            step.photo.show_values(np.empty((0, 0), np.uint8))

    def _tell(self, _: bool) -> None:
        self.switched.emit()


def bytes_of(picture: NDArray[np.floating], low: float, high: float) -> NDArray[np.uint8]:
    """Levels (height, width, channels) as bytes, without an axis for a single channel."""
    levels: NDArray[np.uint8] = np.rint(((picture - low) * (WHITE / (high - low))).clip(0, WHITE)).astype(np.uint8)
    return levels if levels.shape[2] > 1 else levels[:, :, 0]
