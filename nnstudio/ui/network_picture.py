"""The picture of a network as circles and lines: painted the same on the screen, as PNG and as SVG."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from nnstudio.core.errors import StudioError
from nnstudio.core.files import write_atomically
from nnstudio.graph.diagram import APART, PITCH, RADIUS, SHIFT, Column, Diagram, Line
from nnstudio.ui import picture_files
from nnstudio.ui.theme import Theme

SCALE = 2.0  # Pixels of a PNG for one of the diagram.
MOST_PIXELS = 40_000_000
FAINTEST, PLAIN = 0.06, 0.28  # Opacity of a line whose weight is zero, and of one of many that have none.
THIN, MIDDLE, THICK = 0.8, 1.0, 2.4
DOT = 1.8
LETTERS = 14  # Pixels that letters are high.


@dataclass(frozen=True)
class Look:
    """What is painted of a diagram besides its circles."""

    theme: Theme
    weights: bool = True
    functions: bool = True


def paint_diagram(painter: QPainter, diagram: Diagram, look: Look) -> None:
    """Paint it, one pixel for each unit of its size."""
    painter.fillRect(QRectF(0, 0, diagram.width, diagram.height), look.theme.color("canvas"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The strongest last, so that no faint one lies over it.
    for line in sorted(diagram.lines, key=lambda each: each.strength):
        painter.setPen(_pen(line, look))
        painter.drawLine(QLineF(*line.start, *line.end))
    for column in diagram.columns:
        _paint_column(painter, column, look.theme)
        _paint_words(painter, column, look)


def image_of(diagram: Diagram, look: Look) -> QImage:
    """The picture as pixels."""
    scale = min(SCALE, (MOST_PIXELS / (diagram.width * diagram.height)) ** 0.5)
    size = QSize(round(diagram.width * scale), round(diagram.height * scale))
    image = QImage(size.expandedTo(QSize(1, 1)), QImage.Format.Format_RGB32)
    image.fill(look.theme.color("canvas"))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_diagram(painter, diagram, look)
    painter.end()
    return image


def svg_of(diagram: Diagram, look: Look) -> bytes:
    """The picture as the content of an SVG file."""
    size = QSize(round(diagram.width), round(diagram.height))
    return picture_files.svg_of(size, "nnstudio", partial(paint_diagram, diagram=diagram, look=look))


def painted(diagram: Diagram, look: Look, path: Path) -> Callable[[], Path]:
    """Paint it now, in the window's thread; what comes back writes it to a file, in any."""
    if path.suffix.lower() == ".svg":
        return partial(_save, path, partial(bytes, svg_of(diagram, look)))
    return partial(_save, path, partial(picture_files.png_of, image_of(diagram, look)))


def _save(path: Path, content: Callable[[], bytes]) -> Path:
    write_atomically(path, content(), StudioError)
    return path


def _pen(line: Line, look: Look) -> QPen:
    coloured = look.weights and line.weight is not None
    # With the colours switched off, a weight is a line like any other.
    strength = line.strength if coloured or line.weight is None else 0.0
    faintest, thin = (FAINTEST, THIN) if coloured else (PLAIN, MIDDLE)
    sign = "negative" if coloured and (line.weight or 0) < 0 else "positive"
    color = look.theme.color(sign if coloured else "wire")
    opacity, width = faintest + (1 - faintest) * strength, thin + (THICK - thin) * strength
    color.setAlphaF(opacity)
    return QPen(color, width)


def _paint_column(painter: QPainter, column: Column, theme: Theme) -> None:
    color = theme.of_group("Images" if column.sheets else "Neurons")
    painter.setPen(QPen(color, 1.6))
    painter.setBrush(theme.color("card"))
    for number in reversed(range(column.sheets)):
        away = (number - (column.sheets - 1) / 2) * SHIFT
        half = column.side / 2
        painter.drawRect(QRectF(column.x - half + away, column.y - half - away, column.side, column.side))
    for circle in column.circles:
        painter.drawEllipse(QPointF(circle.x, circle.y), RADIUS, RADIUS)
    if column.gap is not None:
        _paint_dots(painter, QPointF(column.x, column.circles[column.gap - 1].y + PITCH), theme.color("dim"))


def _paint_dots(painter: QPainter, middle: QPointF, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for step in (-1, 0, 1):
        painter.drawEllipse(middle + QPointF(0, step * 4 * DOT), DOT, DOT)


def _paint_words(painter: QPainter, column: Column, look: Look) -> None:
    """Its name, its size and what follows it, below."""
    top = column.y + column.height / 2 + RADIUS
    functions = " · ".join(column.functions) if look.functions else ""
    rows = ((column.name, "text", QFont.Weight.DemiBold), (column.size, "dim", QFont.Weight.Normal),
            (functions, "dim", QFont.Weight.Normal))  # fmt: skip
    for text, color, weight in rows:
        font = QFont(painter.font())
        font.setPixelSize(LETTERS)
        font.setWeight(weight)
        painter.setFont(font)
        painter.setPen(look.theme.color(color))
        room = QRectF(column.x - APART / 2 + 4, top, APART - 8, LETTERS + 5)
        fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), fitting)
        top += LETTERS + 5
