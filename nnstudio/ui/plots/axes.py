"""The axes: a view with numbers at the left and below, an inside where layers draw, and the range it shows."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QGraphicsGridLayout, QWidget

from nnstudio.ui.plots.axis import Axis
from nnstudio.ui.plots.frame import Frame
from nnstudio.ui.plots.graphics import GraphicsWidget, ViewBox
from nnstudio.ui.plots.grid import Grid
from nnstudio.ui.plots.layer import Layer
from nnstudio.ui.plots.ranges import Range
from nnstudio.ui.plots.view import View
from nnstudio.ui.sizes import factor, follow, px
from nnstudio.ui.theme import GAP, Theme

LOWEST = 100  # Pixels of height, where letters are large.
SMALLEST = 40  # Pixels of the inside's width.
Label = tuple[str, str]
"""What an axis shows, and its unit."""


class Axes(View):
    """Knows nothing of what is drawn. `square` keeps a unit as long across as up; `down` begins with 0 at the top."""

    frame_changed = Signal()

    def __init__(self, x: Label, y: Label, parent: QWidget, square: bool = False, down: bool = False) -> None:
        super().__init__(parent)
        self.viewport().setMouseTracking(True)
        # The view would only keep a picture of one colour.
        self.setCacheMode(self.CacheModeFlag(0))
        self._box = ViewBox(enableMenu=False, enableMouse=False, invertY=down, lockAspect=1.0 if square else False)
        self._box.disableAutoRange()
        self.bottom, self.side = Axis("bottom", *x, self.font()), Axis("left", *y, self.font())
        for axis in (self.bottom, self.side):
            axis.linkToView(self._box)
        self.grid = Grid(self.bottom, self.side)
        self._layers: list[Layer] = []
        self._theme: Theme | None = None
        self._down, self._log = down, [False, False]
        self._beside, self._shape = 0, 0.0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._share_out)
        self._put_together()
        self.add(self.grid)
        self._box.sigRangeChanged.connect(self._follow)
        self._box.sigResized.connect(self._follow)
        follow(self._take_letters)

    @property
    def frame(self) -> Frame:
        """Where everything is now."""
        (left, right), (low, high) = self._box.viewRange()
        bottom, top = (high, low) if self._down else (low, high)
        room = self._box.rect()
        return Frame(left, right, bottom, top, room.width(), room.height(), *self._log)

    @property
    def ranges(self) -> tuple[Range, Range]:
        """What the axes begin and end with, in their own coordinates."""
        (left, right), (low, high) = self._box.viewRange()
        return (left, right), (low, high)

    @property
    def inside(self) -> QRectF:
        """Where layers draw, in the pixels of this widget."""
        rect: QRectF = self._box.mapRectToScene(self._box.rect())
        return rect

    def room(self) -> QRect:
        """The same in whole pixels."""
        return self.inside.toAlignedRect()

    def add(self, layer: Layer) -> None:
        """Draw a layer from now on."""
        layer.setParentItem(self._box)
        self._layers.append(layer)
        self._place(layer)

    def remove(self, layer: Layer) -> None:
        """Draw a layer no more."""
        self._layers.remove(layer)
        self.scene().removeItem(layer)

    def show_range(self, x: Range, y: Range) -> None:
        """Show another part of the plane."""
        if (x, y) != self.ranges:
            self._box.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=False)

    def show_log(self, x: bool, y: bool) -> None:
        """Make the axes logarithmic, or even again."""
        self._log = [x, y]
        self.bottom.setLogMode(x)
        self.side.setLogMode(y)
        self._follow()

    def leave_room(self, beside: int) -> None:
        """Keep so many pixels free at the right."""
        self._beside = beside
        self._share_out()

    def keep_shape(self, shape: float) -> None:
        """Make the inside so many times as wide as high, however large this widget is; 0: fill it."""
        self._shape = shape
        self._share_out()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        # The library calls this while it is being made.
        if hasattr(self, "_layout"):
            self._share_out()

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.setBackground(theme.color("panel"))
        for axis in (self.bottom, self.side):
            axis.show_theme(theme)
        self._follow()

    def within(self, place: QPointF) -> QPointF | None:
        """A pixel of this widget as one of the inside, if it is there."""
        inside = self.inside
        return place - inside.topLeft() if inside.contains(place) else None

    def beside(self, place: QPointF) -> Qt.Orientation | None:
        """The axis that a pixel of this widget lies at, outside of the plot itself."""
        inside = self.inside
        if inside.contains(place):
            return None
        return Qt.Orientation.Horizontal if place.y() > inside.bottom() else Qt.Orientation.Vertical

    def _take_letters(self) -> None:
        for axis in (self.bottom, self.side):
            axis.show_font(QApplication.font())
        # Large numbers at the axes would leave nothing for what is drawn.
        self.setMinimumHeight(px(LOWEST) if factor() > 1 else 0)
        self._share_out()

    def _put_together(self) -> None:
        whole = GraphicsWidget()
        layout = QGraphicsGridLayout(whole)
        layout.setSpacing(0)
        layout.addItem(self.side, 0, 0)
        layout.addItem(self._box, 0, 1)
        layout.addItem(self.bottom, 1, 1)
        layout.setRowStretchFactor(0, 1)
        layout.setColumnStretchFactor(1, 1)
        self.setCentralItem(whole)
        # Without a name in Python it would be collected while the scene shows it.
        self._whole, self._layout = whole, layout
        self._share_out()

    def _share_out(self) -> None:
        # The numbers at the right and at the top stand half outside.
        left, top, right, bottom = GAP / 2, float(GAP), px(2.0 * GAP) + self._beside, 0.0
        if self._shape:
            wide = self.width() - self.side.maximumWidth() - left - right
            high = self.height() - self.bottom.maximumHeight() - top
            fitting = max(min(wide, high * self._shape), SMALLEST)
            spare = max((wide - fitting) / 2, 0.0)
            left, right, bottom = left + spare, right + spare, max(high - fitting / self._shape, 0.0)
        if self._layout.getContentsMargins() != (left, top, right, bottom):
            self._layout.setContentsMargins(left, top, right, bottom)
            self._layout.activate()

    def _follow(self, *_: object) -> None:
        # Longer numbers take more room at the left. Not now: the layout itself may be at work, and would leave the axis
        # where it was.
        self._soon.start()
        for layer in self._layers:
            self._place(layer)
        self.frame_changed.emit()

    def _place(self, layer: Layer) -> None:
        if self._theme is not None:
            layer.show_in(self.frame, self._theme)
