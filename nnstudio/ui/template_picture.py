"""A small picture of a model, as in a textbook: neurons as discs, images as stacks of squares, and what joins them."""

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnstudio.graph.graph import Graph
from nnstudio.graph.inference import infer_shapes
from nnstudio.layers.shapes import IMAGE, Shape
from nnstudio.ui.theme import Theme

DRAWN = ("Data", "Neurons", "Images")  # Groups of layers; what others do to a shape is not drawn.
MOST_DISCS = 7  # In a column; a larger layer is shown with a gap.
MOST_SHEETS = 4
RADIUS = 4.5
PITCH = 11.0  # From disc to disc.
LARGE, SMALL = 34.0, 12.0  # The sides of the largest and the smallest image.


@dataclass(frozen=True)
class Stage:
    """What comes out of a layer that is drawn."""

    shape: Shape
    group: str


def stages_of(graph: Graph) -> list[Stage]:
    """What comes out of the input and of every layer of neurons or images, in order."""
    shapes = infer_shapes(graph).known
    drawn = [node for node in graph.order if node.layer.group in DRAWN and node.id in shapes]
    return [Stage(shapes[node.id], node.layer.group) for node in drawn]


def paint_model(painter: QPainter, area: QRectF, graph: Graph, theme: Theme) -> None:
    """Paint a model into an area."""
    stages = stages_of(graph)
    if not stages:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    step = min(64.0, (area.width() - 40) / max(1, len(stages) - 1))
    left = area.center().x() - step * (len(stages) - 1) / 2
    places = [QPointF(left + number * step, area.center().y()) for number in range(len(stages))]
    columns = [_column(stage, place) for stage, place in zip(stages, places, strict=True)]
    line = QColor(theme.wire)
    line.setAlpha(120)
    painter.setPen(QPen(line, 1))
    for before, after in pairwise(columns):
        painter.drawLines([QLineF(one, other) for one in before for other in after])
    for stage, place, column in zip(stages, places, columns, strict=True):
        _paint_stage(painter, stage, place, column, theme)


def _column(stage: Stage, place: QPointF) -> list[QPointF]:
    """Where the wires of a stage begin and end: at its discs, or in the middle of an image."""
    if len(stage.shape) == IMAGE:
        return [place]
    count = min(stage.shape[0], MOST_DISCS)
    return [QPointF(place.x(), place.y() + (number - (count - 1) / 2) * PITCH) for number in range(count)]


def _paint_stage(painter: QPainter, stage: Stage, place: QPointF, column: list[QPointF], theme: Theme) -> None:
    color = theme.of_group(stage.group)
    if len(stage.shape) == IMAGE:
        _paint_sheets(painter, stage.shape, place, color, theme)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    gap = len(column) // 2 if stage.shape[0] > MOST_DISCS else -1
    for number, point in enumerate(column):
        if number == gap:
            for step in (-1, 0, 1):
                painter.drawEllipse(point + QPointF(0, step * 3.2), 1, 1)
        else:
            painter.drawEllipse(point, RADIUS, RADIUS)


def _paint_sheets(painter: QPainter, shape: Shape, place: QPointF, color: QColor, theme: Theme) -> None:
    side = SMALL + (LARGE - SMALL) * min(1.0, max(shape[0] - 4, 0) / 24)
    sheets = min(shape[2], MOST_SHEETS)
    painter.setPen(QPen(color, 1.2))
    painter.setBrush(theme.color("card"))
    for number in reversed(range(sheets)):
        away = (number - (sheets - 1) / 2) * 4
        painter.drawRect(QRectF(place.x() - side / 2 + away, place.y() - side / 2 - away, side, side))
