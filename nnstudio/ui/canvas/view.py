"""The view: looks at the scene, zooms and pans, and hands presses to gestures."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.graph import edits
from nnstudio.graph.legality import fits_into_wire
from nnstudio.graph.room import with_room
from nnstudio.layers.base import Layer
from nnstudio.ui.canvas.card import HEAD, REACH, WIDTH
from nnstudio.ui.canvas.dragged import LAYER_MIME, layer_in
from nnstudio.ui.canvas.gestures import Gesture, Hearing, gesture_at
from nnstudio.ui.canvas.ground import paint_ground
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.sight import sight_of
from nnstudio.ui.canvas.wire import WireItem
from nnstudio.ui.sizes import factor, follow
from nnstudio.ui.theme import Theme

FURTHEST, NEAREST = 0.08, 4.0
LEGIBLE = 0.6
STEP = 1.0015  # Zoom for one unit of the wheel, of which a notch has 120.
ROOM = 4000.0  # How far beyond the cards the canvas can be moved.


class CanvasView(QGraphicsView):
    """The canvas as a widget."""

    told = Signal(str)
    """A sentence about what is under the hand, such as why a wire is refused."""
    zoom_changed = Signal(float)
    field_asked = Signal(str, str)
    """A double click on a card: the layer's id and the field, or an empty text for its name."""
    key_pressed = Signal(object)
    """A QKeyEvent that the view itself has no use for; whoever takes it accepts it."""
    mend_offered = Signal(object, object, QPointF)
    """An Objection to a Wire that was just drawn, and where it was dropped."""
    note_asked = Signal(str)
    """A double click on a note: its id."""
    quick_add_asked = Signal(QPointF)
    """A double click on the empty canvas."""

    def __init__(self, scene: Scene, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._scene, self._theme, self._zoom = scene, theme, 1.0
        self._gesture: Gesture | None = None
        self._hearing = Hearing(self.told.emit, self.mend_offered.emit)
        self._panned_from: QPoint | None = None
        self._space = False
        self._inviting: WireItem | None = None
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("The model as cards and wires. Arrow keys walk along the wires."))
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_theme(theme)
        self._make_room()
        follow(self._take_size)
        scene.document.graph_changed.connect(self._follow)

    @property
    def zoom(self) -> float:
        """How much larger than life, where letters are as large as the user wants them."""
        return self._zoom

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.setBackgroundBrush(theme.color("canvas"))
        self._scene.show_theme(theme)

    def fit(self, least: float = FURTHEST) -> None:
        """Show all cards, but not larger than life; where they would be smaller than `least`, the first of them."""
        area = self._scene.content_rect().adjusted(-40, -40, 40, 40)
        if area.width() <= 80:
            self._zoom_to(1.0)
            self.centerOn(0, 0)
            return
        size = self.viewport().size()
        whole = min(size.width() / area.width(), size.height() / area.height()) / factor()
        self._zoom_to(max(min(whole, 1.0), least))
        scale = self.transform().m11()
        self.centerOn(sight_of(area, QSizeF(size.width() / scale, size.height() / scale)).center())

    def begin(self) -> None:
        """The first look at a model: all of it where it can be read so, else its beginning."""
        self.fit(LEGIBLE)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom so that the point of the viewport, by default its middle, stays where it is."""
        at = at if at is not None else QPointF(self.viewport().rect().center())
        before = self.mapToScene(at.toPoint())
        self._zoom_to(self.zoom * factor)
        moved = self.mapFromScene(before) - at.toPoint()
        self._pan_by(moved)

    def show_node(self, id: str) -> None:
        """Bring a card into sight."""
        card = self._scene.card(id)
        self.ensureVisible(card.outline().translated(card.pos()), 60, 60)

    def drop_layer(self, layer: Layer, position: QPointF) -> None:
        """Put a new layer where it was dropped: into the wire there, or on its own."""
        document = self._scene.document
        item = self._scene.wire_at(position)
        id = edits.fresh_id(document.graph, layer)
        place = (position.x() - WIDTH / 2, position.y() - HEAD / 2)
        wire = item.wire if item is not None and fits_into_wire(layer) else None
        try:
            graph = edits.insert(document.graph, wire, layer, id) if wire else edits.add(document.graph, layer, id)
        except StudioError as error:
            self.told.emit(str(error))
            return
        crowded = wire and self._scene.cards_in(QRectF(*place, WIDTH, HEAD))
        graph = with_room(document.graph, graph) if crowded else edits.move(graph, {id: place})
        document.edit(self.tr("Add {}").format(layer.title), graph)
        self._scene.selection.choose([id])

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._pan_by(QPoint(-event.angleDelta().y() - event.angleDelta().x(), 0))
        elif not event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._pan_by(-event.pixelDelta())
        else:
            self.zoom_by(STEP ** event.angleDelta().y(), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1 + event.value(), event.position())
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() is Qt.MouseButton.LeftButton:
            # The end of the last one may have gone to a dialog or to another window.
            self._give_up()
        middle = event.button() is Qt.MouseButton.MiddleButton
        if middle or (self._space and event.button() is Qt.MouseButton.LeftButton):
            self._panned_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() is Qt.MouseButton.LeftButton:
            place = self.mapToScene(event.position().toPoint())
            self._gesture = gesture_at(self._scene, self._theme, self._hearing, place, event.modifiers())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._panned_from is not None:
            self._pan_by(self._panned_from - point)
            self._panned_from = point
        elif self._gesture is not None:
            self._gesture.move(self.mapToScene(point), event.modifiers())
        else:
            self._show_cursor(self.mapToScene(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._gesture is not None and event.button() is Qt.MouseButton.LeftButton:
            gesture, self._gesture = self._gesture, None
            gesture.finish(self.mapToScene(event.position().toPoint()), event.modifiers())
        elif self._panned_from is not None:
            self._panned_from = None
            self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        position = self.mapToScene(event.position().toPoint())
        card = self._scene.card_at(position)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        note, group = self._scene.note_at(position), self._scene.group_at(position)
        if card is not None:
            self.field_asked.emit(card.id, card.field_at(card.mapFromScene(position)) or "")
        elif note is not None:
            self.note_asked.emit(note.id)
        elif group is not None:
            document = self._scene.document
            name = self.tr("Open {}") if group.collapsed else self.tr("Collapse {}")
            graph = edits.collapse(document.graph, group.name, not group.collapsed)
            document.edit(name.format(group.name), graph)
        else:
            self.quick_add_asked.emit(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._gesture is not None:
            self._give_up()
        elif event.key() == Qt.Key.Key_Tab and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().focusNextPrevChild(True)
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            # Not to the view itself: it would scroll with the arrow keys.
            event.ignore()
            self.key_pressed.emit(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab adds a layer here; Shift+Tab, Ctrl+Tab and F6 lead elsewhere."""
        return False if next else super().focusNextPrevChild(False)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().unsetCursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # Who gets the keys now is told of the end of it.
        self._space = False
        self.viewport().unsetCursor()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(LAYER_MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        layer = layer_in(event)
        item = self._scene.wire_at(self.mapToScene(event.position().toPoint()))
        self._invite(item if layer is not None and fits_into_wire(layer) else None)
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._invite(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._invite(None)
        layer = layer_in(event)
        if layer is not None:
            self.drop_layer(layer, self.mapToScene(event.position().toPoint()))
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            event.acceptProposedAction()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_ground(painter, rect, self._theme, self.transform().m11())

    def _show_cursor(self, position: QPointF) -> None:
        card = self._scene.card_at(position, REACH)
        inside = card.mapFromScene(position) if card is not None else QPointF()
        wiring = card is not None and (card.output_at(inside) or card.port_at(inside) is not None)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if wiring else Qt.CursorShape.ArrowCursor)

    def _invite(self, item: WireItem | None) -> None:
        if self._inviting is not None and self._inviting is not item and self._inviting.scene() is not None:
            self._inviting.show_inviting(False)
        self._inviting = item
        if item is not None:
            item.show_inviting(True)

    def _zoom_to(self, zoom: float) -> None:
        # Cards keep their places and sizes, which are the user's; larger letters are a larger view of all.
        self._zoom = min(max(zoom, FURTHEST), NEAREST)
        self.setTransform(QTransform.fromScale(self._zoom * factor(), self._zoom * factor()))
        self.zoom_changed.emit(self._zoom)

    def _take_size(self) -> None:
        """Letters became larger or smaller: the same middle, as near as before."""
        middle = self.mapToScene(self.viewport().rect().center())
        if self.transform().m11() != self._zoom * factor():
            self._zoom_to(self._zoom)
            self.centerOn(middle)

    def _pan_by(self, by: QPoint) -> None:
        for bar, distance in ((self.horizontalScrollBar(), by.x()), (self.verticalScrollBar(), by.y())):
            bar.setValue(bar.value() + distance)

    def _follow(self) -> None:
        # An undo in the middle of a gesture: what it holds may be gone.
        self._give_up()
        self._invite(None)
        self._make_room()

    def _give_up(self) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()

    def _make_room(self) -> None:
        self._scene.setSceneRect(self._scene.content_rect().adjusted(-ROOM, -ROOM, ROOM, ROOM))
