"""The plot: layers over axes, a legend, and exact values under the cursor. Every panel's plots are made of it."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnstudio.ui.plots.axes import Axes, Label
from nnstudio.ui.plots.colours import Ink
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.following import Following
from nnstudio.ui.plots.frame import Frame
from nnstudio.ui.plots.layer import Layer
from nnstudio.ui.plots.legend import Legend
from nnstudio.ui.plots.log_switches import LogSwitches
from nnstudio.ui.plots.ranges import Range
from nnstudio.ui.plots.reader import Reader
from nnstudio.ui.plots.saving import SaveMenu
from nnstudio.ui.plots.source import Source
from nnstudio.ui.plots.steering import ARROWS, Steering
from nnstudio.ui.plots.table import Table, joined
from nnstudio.ui.theme import GAP, theme_of

MARGIN = 0.06  # Of the height, above and below.
Key, Button = Qt.Key, Qt.MouseButton
CLICKS = {Key.Key_Return: Button.LeftButton, Key.Key_Enter: Button.LeftButton, Key.Key_Delete: Button.RightButton}


class Plot(QWidget):
    """`x` and `y` are what the axes show, with the unit; `log` names the axes that can be made logarithmic.

    The range follows the layers until the user moves it; A, or a double click, lets it follow again.
    """

    clicked = Signal(float, float, object)
    """A place in the data, and the mouse button. Enter and Delete click where the cursor is, left and right."""
    hovered = Signal(object)
    """A place in the data, or None."""
    frame_changed = Signal()

    def __init__(
        self, title: str, x: Label | str, y: Label | str, parent: QWidget | None = None, *,
        log: str = "", square: bool = False, down: bool = False, margins: tuple[float, float] = (0.0, MARGIN),
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.title = title
        self.right_clicks = False
        """Whether the right button is told by `clicked` and opens no menu; a double click is two clicks then."""
        self._layers: list[Layer] = []
        self._held: Layer | None = None
        self.axes = Axes(_label(x), _label(y), self, square, down)
        self.legend, self.switches = Legend(self), LogSwitches(log, self)
        self._steering = Steering(self.axes)
        self._reader = Reader(self.axes, self._shown)
        self._following = Following(self.axes, self._shown, margins)
        self.axes.setAccessibleName(title)
        self.setFocusProxy(self.axes)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self._arrange()
        self._connect()
        self.axes.show_theme(theme_of(self.palette()))

    @property
    def frame(self) -> Frame:
        """Where a place in the data lies among the pixels of the inside."""
        return self.axes.frame

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Everything that is drawn, the oldest first."""
        return tuple(self._layers)

    @property
    def following(self) -> bool:
        """Whether the range follows what is shown."""
        return self._following.on

    @property
    def read(self) -> str:
        """What the card at the cursor says; empty while there is none."""
        return self._reader.text

    def add(self, layer: Layer) -> None:
        """Draw a layer; with a name, it stands in the legend."""
        self._layers.append(layer)
        self.axes.add(layer)
        layer.heeded = self._following.heed
        if layer.name:
            self.legend.add(layer, layer.name, layer.shade)
        self._following.heed()

    def add_curve(
        self, name: str, source: Source, ink: Ink | None = None, unit: str = "", faint: bool = False
    ) -> Curve:
        """Draw a curve, in the next free colour if none is named."""
        used = {layer.ink for layer in self._layers}
        free = next(number for number in range(len(used) + 1) if number not in used)
        curve = Curve(name, source, free if ink is None else ink, unit, faint)
        self.add(curve)
        return curve

    def remove(self, layer: Layer) -> None:
        """Draw a layer no more."""
        layer.heeded = None
        self._layers.remove(layer)
        self.legend.remove(layer)
        self.axes.remove(layer)
        self._following.heed()

    def say(self, x: Label | str, y: Label | str) -> None:
        """What the axes show, from now on."""
        self.axes.bottom.say(*_label(x))
        self.axes.side.say(*_label(y))

    def table(self) -> Table:
        """All numbers of the layers that are shown."""
        bottom = self.axes.bottom
        name = f"{bottom.labelText} ({bottom.labelUnits})" if bottom.labelUnits else str(bottom.labelText)
        return joined(name, [each for layer in self._shown() for each in layer.series()])

    def pictured(self) -> list[QWidget]:
        """What belongs into a picture; the cursor does not."""
        self.hide_cursor()
        self.axes.grid.mark(False)
        return [self.legend, self.axes]

    def fit(self) -> None:
        """Show everything, and follow it from now on."""
        self._following.fit()

    def zoom_to(self, x: Range, y: Range) -> None:
        """Show a part, in the coordinates of the axes, and stay there."""
        self._following.stop()
        self.axes.show_range(x, y)

    def fix(self, x: Range, y: Range) -> None:
        """Show a part, and let nobody move it."""
        self.zoom_to(x, y)
        self._steering.fixed = True

    def set_log(self, x: bool, y: bool) -> None:
        """Make axes logarithmic, those that can be."""
        self.switches.show_state(x, y)

    def show_cursor(self, x: float, y: float) -> None:
        """Read off what is at a place."""
        self._reader.show(x, y)

    def hide_cursor(self) -> None:
        """Read nothing off."""
        self._reader.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Key(event.key())
        if self._steering.press(event):
            self._following.stop()
        elif key == Key.Key_A and not event.modifiers():
            self.fit()
        elif key in ARROWS:
            self._reader.step(*ARROWS[key])
        elif key == Key.Key_Escape and self._reader.at is not None:
            self.hide_cursor()
        elif key in CLICKS and self._reader.at is not None:
            self.clicked.emit(*self._reader.at, CLICKS[key])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not (self.right_clicks and event.reason() is QContextMenuEvent.Reason.Mouse):
            menu = SaveMenu(self, self)
            menu.addSeparator()
            menu.addAction(self.tr("Show everything") + "\tA").triggered.connect(self.fit)
            menu.popup(event.globalPos())
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._following.wake()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.axes.show_theme(theme_of(self.palette()))

    def _shown(self) -> list[Layer]:
        return [layer for layer in self._layers if layer.isVisible()]

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(GAP, 0, GAP, 0)
        row.setSpacing(GAP)
        row.addWidget(self.legend, 1)
        row.addStretch()
        row.addWidget(self.switches, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self.axes, 1)

    def _connect(self) -> None:
        axes = self.axes
        axes.frame_changed.connect(self.frame_changed)
        axes.hovered.connect(self._hover)
        axes.left.connect(self._leave)
        axes.pressed.connect(self._press)
        axes.dragged.connect(self._drag)
        axes.released.connect(self._release)
        axes.clicked.connect(self._click)
        axes.doubled.connect(self._double)
        axes.framed.connect(self._frame_in)
        axes.turned.connect(self._turn)
        axes.focused.connect(axes.grid.mark)
        self.legend.toggled.connect(self._show_layer)
        self.switches.switched.connect(self._show_log)
        self._following.caught_up.connect(self._reader.again)

    def _place(self, place: QPointF) -> tuple[float, float] | None:
        """A pixel as a place in the data."""
        inside, frame = self.axes.within(place), self.frame
        return (frame.x_at(inside.x()), frame.y_at(inside.y())) if inside is not None and frame.drawable else None

    def _hover(self, place: QPointF) -> None:
        here = self._place(place)
        if here is None:
            self._leave()
            return
        self.show_cursor(*here)
        self.hovered.emit(here)

    def _leave(self) -> None:
        self.hide_cursor()
        self.hovered.emit(None)

    def _press(self, place: QPointF, button: Qt.MouseButton) -> None:
        inside = self.axes.within(place)
        if inside is not None and button is Button.LeftButton:
            self._held = next((layer for layer in reversed(self._shown()) if layer.grasp(inside)), None)

    def _drag(self, begin: QPointF, end: QPointF) -> None:
        self.hide_cursor()
        if self._held is not None:
            here, frame = end - self.axes.inside.topLeft(), self.frame
            self._held.drag_to(frame.x_at(here.x()), frame.y_at(here.y()))
        else:
            self._following.stop()
            self._steering.pan(begin, end)

    def _release(self) -> None:
        self._held = None

    def _click(self, place: QPointF, button: Qt.MouseButton) -> None:
        here = self._place(place)
        if here is not None and (button is Button.LeftButton or self.right_clicks):
            self.clicked.emit(*here, button)

    def _double(self, place: QPointF) -> None:
        if not self.right_clicks:
            self.fit()

    def _frame_in(self, area: QRectF, done: bool) -> None:
        if done:
            self._following.stop()
        self._steering.frame_in(area, done)

    def _turn(self, place: QPointF, notches: float, keys: Qt.KeyboardModifier) -> None:
        self._following.stop()
        self._steering.zoom(place, notches, keys)

    def _show_layer(self, layer: object, shown: bool) -> None:
        if isinstance(layer, Layer):
            layer.setVisible(shown)
            self._following.heed()

    def _show_log(self, x: bool, y: bool) -> None:
        self.axes.show_log(x, y)
        self.fit()


def _label(label: Label | str) -> Label:
    return (label, "") if isinstance(label, str) else label
