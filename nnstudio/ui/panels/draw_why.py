"""Why the network answers so: the picture that it reads, and over it in blue what speaks for a class, in orange what
speaks against it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from nnstudio.ui.labels import Quiet
from nnstudio.ui.panels.segments import Segments
from nnstudio.ui.plots.colours import ENDS, limit_of
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.sizes import follow, px
from nnstudio.ui.theme import GAP, Theme, theme_of

KINDS = ("occlusion", "gradient")
STRONGEST = 0.8  # Of the colour over the picture, where the map is strongest.
PALE = 0.55  # Of the picture's own brightness beneath the colours.
LEAST = 78


class ReasonMap(QWidget):
    """A map over its picture. The number under the mouse stands in a tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: NDArray[np.uint8] = np.empty((0, 0), np.uint8)
        self.map: NDArray[np.floating] = np.empty((0, 0))
        self._image: QImage | None = None
        self.setAccessibleName(self.tr("Map of reasons"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self.setMinimumSize, LEAST, LEAST)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def show_map(self, picture: NDArray[np.uint8], found: NDArray[np.floating]) -> None:
        """A picture (height, width), or with colours, and a number for each pixel."""
        self.picture, self.map, self._image = picture, found, None
        self.update()

    def show_nothing(self) -> None:
        """There is nothing to explain."""
        self.show_map(np.empty((0, 0), np.uint8), np.empty((0, 0)))

    @property
    def place(self) -> QRectF:
        """Where the picture is."""
        high, wide = self.map.shape if self.map.size else (1, 1)
        scale = min((self.width() - 2) / wide, (self.height() - 2) / high)
        return QRectF((self.width() - wide * scale) / 2, (self.height() - high * scale) / 2, wide * scale, high * scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Nearly all pictures are square: what stands below it moves up.
        self.setMaximumHeight(max(self.width(), px(LEAST)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._image = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, place = QPainter(self), theme_of(self.palette()), self.place
        if not self.map.size:
            return
        if self._image is None:
            self._image = _painted(self.picture, self.map, theme)
        painter.drawImage(place, self._image)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def told_at(self, at: QPointF) -> str:
        """The exact number of a pixel."""
        place = self.place
        if not self.map.size or not place.contains(at):
            return ""
        high, wide = self.map.shape
        row = min(int((at.y() - place.top()) / place.height() * high), high - 1)
        column = min(int((at.x() - place.left()) / place.width() * wide), wide - 1)
        return f"[{row}, {column}] = {exact(float(self.map[row, column]))}"


class WhyView(QWidget):
    """The map with its two kinds and what the colours mean."""

    kind_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kinds = Segments((self.tr("Occlusion"), self.tr("Gradient")), self.tr("Kind of map"), self)
        self.kinds.button(0).setToolTip(self.tr("What changes when a patch of the picture is covered"))
        self.kinds.button(1).setToolTip(self.tr("What changes when a pixel gets a little lighter or darker"))
        self.map = ReasonMap(self)
        self.words = Quiet("", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP // 2)
        column.addWidget(self.kinds, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.map, 1000)
        column.addWidget(self.words)
        column.addStretch()
        self.kinds.chosen.connect(self._tell)

    @property
    def kind(self) -> str:
        """Which map is wanted."""
        return KINDS[self.kinds.current]

    def show_map(self, name: str, picture: NDArray[np.uint8], found: NDArray[np.floating]) -> None:
        """The reasons for and against a class."""
        self.map.show_map(picture, found)
        if self.kind == KINDS[0]:
            words = self.tr("Blue speaks for {0}: covered, {0} gets less probable. Orange speaks against it.")
        else:
            words = self.tr("Blue: more of it raises the score of {0}. Orange: more of it lowers it.")
        self.words.setText(words.format(name))

    def show_nothing(self) -> None:
        """There is nothing to explain."""
        self.map.show_nothing()
        self.words.setText("")

    def _tell(self, _: int) -> None:
        self.map.show_nothing()
        self.kind_chosen.emit()


def _painted(picture: NDArray[np.uint8], found: NDArray[np.floating], theme: Theme) -> QImage:
    """The picture in pale grey, and over it a colour that is the stronger the larger the number is."""
    grey = picture.reshape(*found.shape, -1).mean(axis=2, keepdims=True) * PALE
    limit = limit_of(found) or 1.0
    share = np.nan_to_num(np.clip(found / limit, -1, 1))[..., np.newaxis]
    low, high = (np.array([int(end[place : place + 2], 16) for place in (1, 3, 5)]) for end in ENDS[theme.name][::2])
    colour, strength = np.where(share < 0, low, high), np.abs(share) * STRONGEST
    mixed = np.rint(grey * (1 - strength) + colour * strength).astype(np.uint8)
    rows = np.ascontiguousarray(mixed)
    height, width = found.shape
    return QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
