"""Small pictures of what every unit answers over the plane, a column of them for each layer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nnstudio.ui.focus_ring import paint_ring
from nnstudio.ui.labels import SMALLER
from nnstudio.ui.panels.plane import UnitLayer
from nnstudio.ui.plots.heat import muted
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP, theme_of

LARGEST, SMALLEST = 56, 22  # Pixels of a picture's side.
ROWS = 8  # At most, where they stand at the bottom.
BETWEEN, APART = GAP // 2, 2 * GAP  # Pixels between two pictures, and between two layers.
Key = Qt.Key


@dataclass(frozen=True)
class Unit:
    """One unit of a layer, the first has the number 0."""

    layer: UnitLayer
    number: int


class UnitPictures(QWidget):
    """As large as they can be while all are seen; of a very wide layer only the first units have room."""

    pointed = Signal(object)
    """The Unit under the mouse, or None."""
    pinned = Signal(object)
    """The Unit that was clicked, or None where it was the same once more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[UnitLayer, ...] = ()
        self._images: dict[str, tuple[QImage, NDArray[np.uint8]]] = {}
        self._places: dict[Unit, QRect] = {}
        self._titles: list[tuple[QRect, str]] = []
        self._current: Unit | None = None
        self._pin: Unit | None = None
        follow_font(self, SMALLER)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("What every unit answers"))

    @property
    def units(self) -> list[Unit]:
        """Those that are seen."""
        return list(self._places)

    @property
    def pin(self) -> Unit | None:
        """The unit that is shown large until another is chosen."""
        return self._pin

    def show_layers(self, layers: Sequence[UnitLayer]) -> None:
        """Show these layers, from the inputs on."""
        if tuple(layers) != self._layers:
            self._layers, self._images = tuple(layers), {}
            self._point_at(None)
            if self._pin is not None and self._pin.layer not in layers:
                self.unpin()
            self._arrange()

    def show_shades(self, id: str, shades: NDArray[np.uint8]) -> None:
        """What the units of a layer answer: places in a table of 256 colours (units, rows, columns)."""
        units, rows, columns = shades.shape
        texture = np.ascontiguousarray(shades).reshape(units * rows, columns)
        # Qt reads the array itself, which must stay.
        image = QImage(texture.data, columns, units * rows, columns, QImage.Format.Format_Indexed8)
        image.setColorTable(list(muted(theme_of(self.palette()))))
        self._images[id] = image, texture
        self.update()

    def unpin(self) -> None:
        """Hold no unit any more."""
        if self._pin is not None:
            self._pin = None
            self.pinned.emit(None)
            self.update()

    def place(self, unit: Unit) -> QRect:
        """Where a unit is drawn."""
        return self._places[unit]

    def sizes(self, room: QSize) -> Iterator[tuple[int, QSize]]:
        """The side of a picture, and how much of a room all would take at its left or its bottom; from large to
        small."""
        for side in range(px(LARGEST), px(SMALLEST) - 1, -2):
            yield side, QSize(min(self._width(side, self._rows(side, room.height())), room.width()), room.height())
            fitting = (rows for rows in range(1, ROWS + 1) if self._width(side, rows) <= room.width())
            rows = next(fitting, ROWS)
            yield side, QSize(room.width(), self._top() + rows * (side + BETWEEN))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._at(event.position().toPoint()))
        QToolTip.showText(event.globalPosition().toPoint(), self._words(self._current), self)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        unit = self._at(event.position().toPoint())
        if unit is not None and event.button() is Qt.MouseButton.LeftButton:
            self._toggle(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Key(event.key())
        if key in (Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right) and self._places:
            self._point_at(self._beyond(key))
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and self._current is not None:
            self._toggle(self._current)
        elif key == Key.Key_Escape and (self._pin or self._current):
            self._point_at(None)
            self.unpin()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for image, _ in self._images.values():
                image.setColorTable(list(muted(theme_of(self.palette()))))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("panel"))
        painter.setPen(theme.color("dim"))
        for place, words in self._titles:
            fitting = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for unit, place in self._places.items():
            self._paint_unit(painter, unit, place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("border"), 1))
        for place in self._places.values():
            painter.drawRect(place)
        painter.setPen(QPen(theme.color("accent"), 2))
        for marked in [each for each in (self._pin, self._current) if each in self._places and each is not None]:
            painter.drawRoundedRect(QRectF(self._places[marked]).adjusted(-1, -1, 2, 2), 2, 2)
        paint_ring(painter, self)

    def _paint_unit(self, painter: QPainter, unit: Unit, place: QRect) -> None:
        image, _ = self._images.get(unit.layer.id, (None, None))
        if image is None:
            return
        rows = image.height() // unit.layer.units
        painter.drawImage(place, image, QRect(0, unit.number * rows, image.width(), rows))

    def _at(self, point: QPoint) -> Unit | None:
        return next((unit for unit, place in self._places.items() if place.contains(point)), None)

    def _words(self, unit: Unit | None) -> str:
        return "" if unit is None else self.tr("{}, unit {}").format(unit.layer.name, unit.number + 1)

    def _point_at(self, unit: Unit | None) -> None:
        if unit != self._current:
            self._current = unit
            self.setAccessibleDescription(self._words(unit))
            self.pointed.emit(unit)
            self.update()

    def _toggle(self, unit: Unit) -> None:
        self._pin = None if unit == self._pin else unit
        self.pinned.emit(self._pin)
        self.update()

    def _beyond(self, key: Qt.Key) -> Unit:
        """The next unit in a direction: of the same layer, or of the layer beside it."""
        here = self._current or self._pin
        if here not in self._places or here is None:
            return self.units[0]
        if key in (Key.Key_Up, Key.Key_Down):
            number = here.number + (1 if key == Key.Key_Down else -1)
            return next((each for each in self._places if each == Unit(here.layer, number)), here)
        at = self._layers.index(here.layer) + (1 if key == Key.Key_Right else -1)
        beside = [each for each in self._places if 0 <= at < len(self._layers) and each.layer == self._layers[at]]
        return beside[min(here.number, len(beside) - 1)] if beside else here

    def _top(self) -> int:
        return self.fontMetrics().height() + BETWEEN

    def _rows(self, side: int, height: int) -> int:
        return max(1, (height - self._top() + BETWEEN) // (side + BETWEEN))

    def _width(self, side: int, rows: int) -> int:
        columns = sum(-(-each.units // rows) for each in self._layers)
        return columns * (side + BETWEEN) + (len(self._layers) - 1) * (APART - BETWEEN) + GAP

    def _side(self, room: QSize) -> int:
        fitting = (
            side for side in range(px(LARGEST), px(SMALLEST) - 1, -2)
            if self._width(side, self._rows(side, room.height())) <= room.width()
        )  # fmt: skip
        return next(fitting, px(SMALLEST))

    def _arrange(self) -> None:
        side, top = self._side(self.size()), self._top()
        rows = self._rows(side, self.height())
        room = max(len(self._layers), (self.width() - GAP) // (side + BETWEEN))
        self._places, self._titles = {}, []
        x = GAP
        for layer, columns in zip(self._layers, _dealt([-(-each.units // rows) for each in self._layers], room),
                                  strict=True):  # fmt: skip
            seen = min(layer.units, rows * columns)
            high = min(rows, -(-seen // columns))
            for number in range(seen):
                column, row = divmod(number, high)
                corner = QPoint(x + column * (side + BETWEEN), top + row * (side + BETWEEN))
                self._places[Unit(layer, number)] = QRect(corner, QSize(side, side))
            wide = columns * (side + BETWEEN) - BETWEEN
            name = layer.name if seen == layer.units else f"{layer.name} {seen}/{layer.units}"
            self._titles.append((QRect(x, 0, wide + APART - BETWEEN, top), name))
            x += wide + APART
        self.update()


def _dealt(wanted: list[int], room: int) -> list[int]:
    """How many columns each layer gets: those that want most give way."""
    given = list(wanted)
    while sum(given) > room and max(given) > 1:
        given[given.index(max(given))] -= 1
    return given
