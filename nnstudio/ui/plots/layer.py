"""A layer: something that is drawn into a plot, can be read off, and stands in its table."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.ui.plots.colours import Ink, colour_of
from nnstudio.ui.plots.frame import Frame
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.table import Series
from nnstudio.ui.theme import DARK, Theme


@dataclass(frozen=True)
class Reading:
    """A value that can be read off: of what, the value in words, and where a dot marks it."""

    name: str
    value: str
    x: float
    y: float = float("nan")


class Layer(QGraphicsItem):
    """Draws in the pixels of the plot's inside; where a place in the data is among them, its `frame` says.

    A layer with a name stands in the legend. Of the methods below each kind of layer overrides what it needs.
    """

    def __init__(self, name: str = "", ink: Ink = "dim", level: float = 0.0) -> None:
        super().__init__()
        self.name, self.ink = name, ink
        self.frame, self.theme = Frame(), DARK
        self.heeded: Callable[[], None] | None = None
        """Whom to tell that the content is another: the plot."""
        self.setZValue(level)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def colour(self) -> QColor:
        """What it is drawn in, in the present theme."""
        return colour_of(self.theme, self.ink)

    def shade(self) -> QColor:
        """What the legend shows of it."""
        return self.colour

    def draw(self, painter: QPainter) -> None:
        """Paint what is seen of it now."""

    def extent(self, log_x: bool, log_y: bool) -> Extent | None:
        """How far it reaches; None where it does not matter."""
        return None

    def snap(self, x: float, y: float) -> tuple[float, float] | None:
        """The place nearest to another at which it has a value of its own."""
        return None

    def beyond(self, x: float, y: float, right: int, up: int) -> tuple[float, float] | None:
        """The next such place in a direction, for the arrow keys."""
        return None

    def heading(self, x: float, y: float) -> str:
        """What the place is called, where the axes do not say it."""
        return ""

    def readings(self, x: float, y: float) -> list[Reading]:
        """Its values at a place."""
        return []

    def series(self) -> list[Series]:
        """What a table shows of it."""
        return []

    def grasp(self, place: QPointF) -> bool:
        """Whether a press at that pixel takes hold of it."""
        return False

    def drag_to(self, x: float, y: float) -> None:
        """It was taken hold of, and the mouse is here now."""

    def changed(self) -> None:
        """Its content is another: forget what was made of it, and tell the plot."""
        self.update()
        if self.heeded is not None:
            self.heeded()

    def show_in(self, frame: Frame, theme: Theme) -> None:
        """Take its place; called by the plot."""
        if (frame, theme) == (self.frame, self.theme):
            return
        if (frame.width, frame.height) != (self.frame.width, self.frame.height):
            self.prepareGeometryChange()
        self.frame, self.theme = frame, theme
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.frame.width, self.frame.height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self.frame.drawable:
            painter.save()
            try:
                self.draw(painter)
            finally:
                # A bug in one layer must not spoil the others.
                painter.restore()
