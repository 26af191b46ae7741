"""Notes and groups on the canvas: a slip of paper with a text, a frame around layers, a card that stands for them."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.ui.canvas.card import HEAD, PAD, PLAIN, PORT, WIDTH, grown
from nnstudio.ui.theme import RADIUS, Theme

NOTE_WIDTH = 200.0
MARGIN = 16.0
TITLE = 24.0


class NoteItem(QGraphicsItem):
    """A text on the canvas."""

    def __init__(self, id: str, text: str, theme: Theme) -> None:
        super().__init__()
        self.id = id
        self._text, self._theme, self._chosen = text, theme, False
        self.setZValue(0.5)

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def show_chosen(self, chosen: bool) -> None:
        """Show that it is selected."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def outline(self) -> QRectF:
        """As tall as its text needs."""
        room = QRectF(0, 0, NOTE_WIDTH - 2 * PAD, 10_000)
        text = QFontMetricsF(_font(11)).boundingRect(room, int(Qt.TextFlag.TextWordWrap), self._text)
        return QRectF(0, 0, NOTE_WIDTH, max(text.height(), 16) + 2 * PAD)

    def boundingRect(self) -> QRectF:
        return self.outline().adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paper = QColor(self._theme.warning)
        paper.setAlpha(36)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("accent" if self._chosen else "border"), 2 if self._chosen else 1))
        painter.setBrush(paper)
        painter.drawRoundedRect(self.outline(), RADIUS, RADIUS)
        if option.levelOfDetailFromTransform(painter.worldTransform()) >= PLAIN:
            painter.setFont(_font(11))
            painter.setPen(self._theme.color("text"))
            box = self.outline().adjusted(PAD, PAD, -PAD, -PAD)
            painter.drawText(box, int(Qt.TextFlag.TextWordWrap), self._text)


class GroupItem(QGraphicsItem):
    """A group: a frame behind its layers, or, collapsed, one card in their place."""

    def __init__(self, name: str, count: int, collapsed: bool, theme: Theme) -> None:
        super().__init__()
        self.name, self.collapsed = name, collapsed
        self._count, self._theme = count, theme
        self._frame = QRectF()
        self.setZValue(1 if collapsed else -1)

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def surround(self, members: QRectF) -> None:
        """Stand around where the members are, or at their upper left corner."""
        self.prepareGeometryChange()
        self._frame = (
            QRectF(members.left(), members.top(), WIDTH, HEAD + 20)
            if self.collapsed
            else members.adjusted(-MARGIN, -MARGIN - TITLE, MARGIN, MARGIN)
        )
        self.update()

    def outline(self) -> QRectF:
        """What it covers, in the scene's coordinates."""
        return self._frame

    def handle(self) -> QRectF:
        """Where it can be taken with the mouse: its title, or all of the card."""
        if self.collapsed:
            return self._frame
        return QRectF(self._frame.topLeft(), self._frame.topRight() + QPointF(0, TITLE))

    def output_position(self) -> QPointF:
        """Where wires of members leave the card."""
        return QPointF(self._frame.right(), self._frame.top() + HEAD / 2)

    def input_position(self) -> QPointF:
        """Where wires to members reach the card."""
        return QPointF(self._frame.left(), self._frame.top() + HEAD / 2)

    def boundingRect(self) -> QRectF:
        return self._frame.adjusted(-PORT - 2, -2, PORT + 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        detail = option.levelOfDetailFromTransform(painter.worldTransform())
        pen = QPen(self._theme.color("border"), 1.0 if self.collapsed else 1.2)
        if not self.collapsed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        ground = self._theme.color("card")
        if not self.collapsed:
            ground.setAlpha(90)
        painter.setBrush(ground)
        painter.drawRoundedRect(self._frame, RADIUS, RADIUS)
        if self.collapsed:
            # A second edge: there is more than one layer in it.
            painter.drawRoundedRect(self._frame.adjusted(3, 3, -3, -3), RADIUS - 2, RADIUS - 2)
        if detail >= PLAIN:
            self._paint_texts(painter, grown(detail))

    def _paint_texts(self, painter: QPainter, larger: float) -> None:
        box = self._frame.adjusted(PAD + 2, 0, -PAD, 0)
        title, small = _font(int((13 if self.collapsed else 12) * larger), bold=True), _font(int(11 * larger))
        mark = "▸" if self.collapsed else "▾"
        painter.setFont(title)
        painter.setPen(self._theme.color("text" if self.collapsed else "dim"))
        head = QRectF(box.left(), box.top(), box.width(), HEAD if self.collapsed else TITLE)
        text = QFontMetricsF(title).elidedText(f"{mark} {self.name}", Qt.TextElideMode.ElideRight, head.width())
        painter.drawText(head, int(Qt.AlignmentFlag.AlignVCenter), text)
        if self.collapsed:
            painter.setFont(small)
            painter.setPen(self._theme.color("dim"))
            translate = QCoreApplication.translate
            told = translate("", "1 layer") if self._count == 1 else translate("", "{} layers").format(self._count)
            painter.drawText(QRectF(box.left(), box.top() + HEAD - 4, box.width(), 20), told)


def _font(pixels: int, bold: bool = False) -> QFont:
    font = QFont()
    font.setPixelSize(pixels)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font
