"""A wire on the canvas: a curve from an output to a port, with the shape it carries as text."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.graph.graph import Wire
from nnstudio.ui.canvas.card import DIM, GROWN, PLAIN, grown
from nnstudio.ui.theme import Theme

GRAB = 12.0  # How wide a wire is for the mouse.
MARGIN = 24.0


class WireItem(QGraphicsItem):
    """A curve between two points, its shape text, and whether it is chosen or about to take a layer."""

    def __init__(self, wire: Wire | None, theme: Theme) -> None:
        super().__init__()
        self.wire = wire
        self._theme = theme
        self._path = QPainterPath()
        self._text = ""
        self._box = self._bounds = QRectF()
        self._most = 1.0
        self._chosen = self._inviting = self._broken = False
        self.setZValue(0)

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def show_path(self, path: QPainterPath) -> None:
        """Run along another curve."""
        if path != self._path:
            self.prepareGeometryChange()
            self._path = path
            self._measure()

    def shift(self, by: QPointF) -> None:
        """Run along the same curve elsewhere."""
        if not by.isNull():
            self.prepareGeometryChange()
            self._path.translate(by)
            self._box.translate(by)
            self._bounds.translate(by)
            self.update()

    def show_text(self, text: str, broken: bool = False) -> None:
        """Carry another shape; a broken wire leads to a layer that refuses it."""
        if (text, broken) != (self._text, self._broken):
            self.prepareGeometryChange()
            self._text, self._broken = text, broken
            self._measure()

    def show_chosen(self, chosen: bool) -> None:
        """Show that it is selected."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def show_inviting(self, inviting: bool) -> None:
        """Show that a layer dropped here is put into it."""
        if inviting != self._inviting:
            self._inviting = inviting
            self.update()

    def show_dim(self, dim: bool) -> None:
        """Stand back while another wire is drawn."""
        self.setOpacity(DIM if dim else 1.0)

    @property
    def text(self) -> str:
        """The shape it carries."""
        return self._text

    @property
    def path(self) -> QPainterPath:
        """Its curve."""
        return self._path

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(GRAB)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        detail = option.levelOfDetailFromTransform(painter.worldTransform())
        plain = detail < PLAIN
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not plain)
        lit = self._chosen or self._inviting
        color = self._theme.color("problem" if self._broken else "accent" if lit else "wire")
        pen = QPen(color, 3.0 if self._inviting else 2.0 if lit or not plain else 1.0)
        if self._broken:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        if self._text and not plain:
            self._paint_text(painter, grown(detail))

    def _paint_text(self, painter: QPainter, larger: float) -> None:
        larger = min(larger, self._most)
        box = _grown_box(self._box, larger)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("canvas"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(_font(larger))
        painter.setPen(self._theme.color("problem" if self._broken else "dim"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._text)

    def _measure(self) -> None:
        # Once for every change: Qt asks for the bounds much more often.
        self._box, way = self._text_box(), self._path.controlPointRect()
        # On a short wire a larger text would run under the cards.
        self._most = max(1.0, min(GROWN, (way.width() - 8) / max(self._box.width(), 1)))
        texts = _grown_box(self._box, self._most)
        self._bounds = way.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).united(texts)
        self.update()

    def _text_box(self) -> QRectF:
        if not self._text or self._path.isEmpty():
            return QRectF()
        size = QFontMetricsF(_font()).size(0, self._text)
        middle = self._path.pointAtPercent(0.5)
        return QRectF(middle - QPointF(size.width() / 2 + 4, size.height() + 3), size).adjusted(0, 0, 8, 0)


def _grown_box(box: QRectF, larger: float) -> QRectF:
    """The room for a larger text, on the same wire."""
    by = box.width() * (larger - 1) / 2
    return box.adjusted(-by, -box.height() * (larger - 1), by, 0)


def _font(larger: float = 1.0) -> QFont:
    font = QFont()
    font.setPixelSize(int(11 * larger))
    return font
