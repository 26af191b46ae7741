"""A card: a layer on the canvas. Painted text, no widgets, for it must stay quick with hundreds of them."""

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.ui.canvas.faces import Face, Line
from nnstudio.ui.canvas.strip import Strip
from nnstudio.ui.theme import RADIUS, Theme

WIDTH = 152.0
HEAD = 30.0
LINE = 20.0
FOOT = 6.0
STEP = 18.0  # From port to port. The first stands beside the name, so that a chain is a straight line.
PAD = 10.0
PORT = 5.0
REACH = 14.0  # How near to a port a click is meant for it.
PLAIN = 0.4  # Zoom below which texts are left out.
GROWN = 1.4  # How much larger texts may become on cards that are seen from afar.
STRIPE = 4.0
DIM = 0.35


def grown(detail: float) -> float:
    """How much larger texts are painted where a card is seen at this zoom, so that they can still be read."""
    return min(max(1.0, 1 / detail), GROWN)


class Light(Enum):
    """How a card stands while a wire is drawn."""

    NORMAL = 0
    LIT = 1
    DIM = 2


class Card(QGraphicsItem):
    """A layer: its name, main fields, ports, and a badge for problems. It shows what it is told and knows no model."""

    def __init__(self, id: str, face: Face, theme: Theme) -> None:
        super().__init__()
        self.id = id
        self._face = face
        self._theme = theme
        self._chosen = False
        self._light = Light.NORMAL
        self._problem = ""
        self._warning = False
        self._strip: Strip | None = None
        self.setZValue(1)
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)

    @property
    def face(self) -> Face:
        """What stands on it."""
        return self._face

    @property
    def problem(self) -> str:
        """The sentence behind its badge."""
        return self._problem

    def show_face(self, face: Face) -> None:
        """Show another face, perhaps of another height."""
        if face != self._face:
            self.prepareGeometryChange()
            self._face = face
            self.update()

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def show_chosen(self, chosen: bool) -> None:
        """Show that it is selected."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def show_light(self, light: Light) -> None:
        """Light up as a possible end of a wire, or dim."""
        if light is not self._light:
            self._light = light
            self.setOpacity(DIM if light is Light.DIM else 1.0)
            self.update()

    def show_problem(self, sentence: str, warning: bool = False) -> None:
        """Show a badge with this sentence behind it; an empty one takes the badge away."""
        if (sentence, warning) != (self._problem, self._warning):
            self._problem, self._warning = sentence, warning
            self.setToolTip(sentence)
            self.update()

    def show_thumbnail(self, image: QImage) -> None:
        """Show what comes out of the layer beneath the card; an empty picture takes it away."""
        if self._strip is None:
            self._strip = Strip(self, self._theme)
        self._strip.show_image(image, self.outline(), self._theme)

    @property
    def height(self) -> float:
        """Grows with its lines and ports."""
        lines = HEAD + LINE * len(self._face.lines) + (FOOT if self._face.lines else 0)
        return max(lines, HEAD + STEP * (self._face.ports - 1))

    def outline(self) -> QRectF:
        """The card itself, without its ports and glow."""
        return QRectF(0, 0, WIDTH, self.height)

    def boundingRect(self) -> QRectF:
        return self.outline().adjusted(-PORT - 3, -6, PORT + 3, 6)

    def input_position(self, port: int) -> QPointF:
        """Where a wire ends, in the card's own coordinates."""
        return QPointF(0, HEAD / 2 + STEP * port)

    def output_position(self) -> QPointF:
        """Where wires begin."""
        return QPointF(WIDTH, HEAD / 2)

    def port_at(self, position: QPointF) -> int | None:
        """The input port near a point of the card."""
        distances = [(_distance(position, self.input_position(port)), port) for port in range(self._face.ports)]
        nearest = min(distances, default=(REACH + 1, 0))
        return nearest[1] if nearest[0] <= REACH else None

    def output_at(self, position: QPointF) -> bool:
        """Whether a point is near the output."""
        return self._face.has_output and _distance(position, self.output_position()) <= REACH

    def field_at(self, position: QPointF) -> str | None:
        """The field whose line is at a point."""
        row = int((position.y() - HEAD) // LINE)
        inside = 0 <= position.x() <= WIDTH and position.y() >= HEAD
        return self._face.lines[row].field if inside and 0 <= row < len(self._face.lines) else None

    def field_rect(self, field: str) -> QRectF:
        """Where a field's value stands, for an editor over it."""
        row = [line.field for line in self._face.lines].index(field)
        return QRectF(WIDTH * 0.45, HEAD + LINE * row, WIDTH * 0.55 - 4, LINE)

    def title_rect(self) -> QRectF:
        """Where the name stands, for an editor over it."""
        return QRectF(PAD, 3, WIDTH - 2 * PAD, HEAD - 6)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = self._theme
        detail = option.levelOfDetailFromTransform(painter.worldTransform())
        plain = detail < PLAIN
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not plain)
        self._paint_body(painter, plain)
        if not plain:
            self._paint_texts(painter, *_fonts(grown(detail)))
            self._paint_ports(painter)
        if self._problem:
            self._paint_badge(painter, theme.color("warning" if self._warning else "problem"))

    def _paint_body(self, painter: QPainter, plain: bool) -> None:
        theme, box = self._theme, self.outline()
        edge = theme.color("accent" if self._chosen or self._light is Light.LIT else "border")
        pen = QPen(edge, 2.0 if self._chosen or self._light is Light.LIT else 1.0)
        color = theme.of_group(self._face.group)
        if plain:
            painter.setPen(pen)
            painter.setBrush(theme.color("card"))
            painter.drawRect(box)
            painter.fillRect(QRectF(box.left(), box.top(), 12, box.height()), color)
            return
        painter.setPen(pen)
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        # Along the edge, with its round corners.
        painter.save()
        painter.setClipRect(QRectF(0, 0, STRIPE, box.height()), Qt.ClipOperation.IntersectClip)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, 0, -0.5), RADIUS, RADIUS)
        painter.restore()

    def _paint_texts(self, painter: QPainter, title: QFont, small: QFont) -> None:
        theme, face = self._theme, self._face
        room = WIDTH - 2 * PAD - 2 - (16 if self._problem else 0)
        text, kind = _fitting(face.title, face.kind, room, QFontMetricsF(title), QFontMetricsF(small))
        head = QRectF(PAD + 2, 0, room, HEAD)
        painter.setFont(title)
        painter.setPen(theme.color("text"))
        painter.drawText(head, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.setFont(small)
        painter.setPen(theme.color("dim"))
        painter.drawText(head, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), kind)
        for row, line in enumerate(face.lines):
            self._paint_line(painter, QRectF(PAD + 2, HEAD + LINE * row, WIDTH - 2 * PAD - 2, LINE), line, small)

    def _paint_line(self, painter: QPainter, box: QRectF, line: Line, font: QFont) -> None:
        metrics, theme, cut = QFontMetricsF(font), self._theme, Qt.TextElideMode.ElideRight
        value = metrics.elidedText(line.value, cut, box.width() * 0.6)
        label = metrics.elidedText(line.label, cut, box.width() - metrics.horizontalAdvance(value) - 6)
        painter.setPen(theme.color("dim"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), label)
        painter.setPen(theme.color("text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), value)

    def _paint_ports(self, painter: QPainter) -> None:
        theme = self._theme
        painter.setPen(QPen(theme.color("card"), 1.5))
        painter.setBrush(theme.color("accent" if self._light is Light.LIT else "wire"))
        for port in range(self._face.ports):
            painter.drawEllipse(self.input_position(port), PORT, PORT)
        painter.setBrush(theme.color("wire"))
        if self._face.has_output:
            painter.drawEllipse(self.output_position(), PORT, PORT)

    def _paint_badge(self, painter: QPainter, color: QColor) -> None:
        centre = QPointF(WIDTH - 15, HEAD / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(centre, 8, 8)
        painter.setFont(_fonts(1.0)[0])
        painter.setPen(self._theme.color("card"))
        box = QRectF(centre.x() - 8, centre.y() - 8, 16, 16)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "!")


def _fonts(larger: float) -> tuple[QFont, QFont]:
    # Not the painter's: it comes with whatever the item before has left in it.
    title, small = QFont(), QFont()
    title.setPixelSize(int(13 * larger))
    title.setWeight(QFont.Weight.DemiBold)
    small.setPixelSize(int(11 * larger))
    return title, small


def _fitting(title: str, kind: str, room: float, head: QFontMetricsF, small: QFontMetricsF) -> tuple[str, str]:
    """A name and what it is the name of, side by side; where there is no room for both, the name."""
    if kind and head.horizontalAdvance(title) + small.horizontalAdvance(kind) + 8 > room:
        kind = ""
    return head.elidedText(title, Qt.TextElideMode.ElideRight, room), kind


def _distance(one: QPointF, other: QPointF) -> float:
    difference = one - other
    return float((difference.x() ** 2 + difference.y() ** 2) ** 0.5)
