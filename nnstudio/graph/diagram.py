"""A model as the circles and lines of a lecture: where every circle stands, and which weight every line is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from nnstudio.graph.graph import Graph, Node
from nnstudio.graph.inference import infer_shapes
from nnstudio.layers.shapes import IMAGE, Array, Shape, shown, size_of

DRAWN = ("Data", "Neurons", "Images")  # Groups of layers; others are written below the column that they follow.
SAID = ("Activations",)
MOST = 16  # Circles in a column; of a larger layer the first and the last are shown.
MOST_SHEETS = 5
PITCH, RADIUS = 30.0, 10.0
APART = 190.0  # From column to column,
BETWEEN = 70.0  # and between two that stand one below the other.
MARGIN, WORDS = 60.0, 64.0  # Around it all, and below it for the words.
LARGE, SMALL, SHIFT = 92.0, 28.0, 7.0  # Sides of the largest and the smallest image, and from sheet to sheet.
Weights = Mapping[str, Array]


@dataclass(frozen=True)
class Circle:
    """A unit: its number in its layer, and its middle."""

    unit: int
    x: float
    y: float


@dataclass(frozen=True)
class Column:
    """A layer: circles, with a gap after as many as `gap` says; or sheets, where it makes images."""

    id: str
    name: str
    shape: Shape
    functions: tuple[str, ...]
    x: float
    y: float
    height: float
    circles: tuple[Circle, ...] = ()
    gap: int | None = None
    side: float = 0.0
    sheets: int = 0

    @property
    def size(self) -> str:
        """How many units, or the shape of the images."""
        return shown(self.shape)


@dataclass(frozen=True)
class Line:
    """From one unit to another; the weight where it is known, and how large it is beside the largest of its layer.

    Without a weight, the strength is less the more lines there are between the same layers.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    weight: float | None = None
    strength: float = 0.0


@dataclass(frozen=True)
class Diagram:
    """All of it, with the size of the whole picture."""

    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()
    width: float = 2 * MARGIN
    height: float = 2 * MARGIN


@dataclass(frozen=True)
class _Skeleton:
    """What is drawn of a graph, and from which drawn layers each gets its inputs."""

    graph: Graph
    shapes: Mapping[str, Shape]
    drawn: Mapping[str, Node] = field(default_factory=dict)

    def before(self, id: str) -> tuple[str, ...]:
        """The drawn layers right before one, through others that are not drawn."""
        met = self._met(id, lambda each: [wire.source for wire in self.graph.into(each)])
        return tuple(each for each in met if each in self.drawn)

    def functions(self, id: str) -> tuple[str, ...]:
        """The activation functions right behind one, up to the next that is drawn."""
        met = self._met(id, lambda each: [wire.target for wire in self.graph.out_of(each)])
        layers = [self.graph.node(each).layer for each in met if each not in self.drawn]
        return tuple(dict.fromkeys(layer.title for layer in layers if layer.group in SAID))

    def _met(self, id: str, step: Callable[[str], list[str]]) -> list[str]:
        """All layers on the way to the next drawn ones, and these; each is met once, however many ways lead to it."""
        met: dict[str, None] = {}
        ahead = step(id)
        while ahead:
            each = ahead.pop(0)
            if each not in met:
                met[each] = None
                ahead += [] if each in self.drawn else step(each)
        return list(met)


def diagram(graph: Graph, weights: Weights | None = None) -> Diagram:
    """Lay a model out from left to right; with weights, the lines between circles know theirs."""
    shapes = infer_shapes(graph).known
    drawn = {node.id: node for node in graph.order if node.layer.group in DRAWN and node.id in shapes}
    if not drawn:
        return Diagram()
    skeleton = _Skeleton(graph, shapes, drawn)
    depth: dict[str, int] = {}
    for id in drawn:
        depth[id] = 1 + max((depth[each] for each in skeleton.before(id)), default=-1)
    sheets = _as_sheets(skeleton)
    stacks = [[id for id in drawn if depth[id] == level] for level in range(max(depth.values()) + 1)]
    tall = max(sum(_height(shapes[id], id in sheets) + BETWEEN for id in stack) - BETWEEN for stack in stacks)
    columns = {
        column.id: column
        for level, stack in enumerate(stacks)
        for column in _stack(skeleton, stack, level, tall, sheets)
    }
    lines = [line for id in drawn for source in skeleton.before(id)
             for line in _lines(columns[source], columns[id], (weights or {}).get(f"{id}/weights"))]  # fmt: skip
    width = 2 * MARGIN + (len(stacks) - 1) * APART
    return Diagram(tuple(columns.values()), tuple(lines), width, 2 * MARGIN + tall + WORDS)


def _as_sheets(skeleton: _Skeleton) -> set[str]:
    """Images are sheets, but an input that only neurons read is a column of its pixels, as in the lectures."""
    images = {id for id in skeleton.drawn if len(skeleton.shapes[id]) == IMAGE}
    read = {source for id in images for source in skeleton.before(id)}
    return {id for id in images if id in read or skeleton.before(id)}


def _stack(skeleton: _Skeleton, stack: list[str], level: int, tall: float, sheets: set[str]) -> Iterator[Column]:
    """The columns of one level, one below the other, all of it in the middle."""
    heights = [_height(skeleton.shapes[id], id in sheets) for id in stack]
    top = MARGIN + (tall - sum(heights) - BETWEEN * (len(stack) - 1)) / 2
    for id, height in zip(stack, heights, strict=True):
        yield _column(skeleton, id, (MARGIN + level * APART, top + height / 2), height, id in sheets)
        top += height + BETWEEN


def _column(skeleton: _Skeleton, id: str, middle: tuple[float, float], height: float, as_sheets: bool) -> Column:
    shape, (x, y) = skeleton.shapes[id], middle
    about = (id, skeleton.drawn[id].label, shape, skeleton.functions(id), x, y, height)
    if as_sheets:
        return Column(*about, side=_side(shape), sheets=min(shape[2], MOST_SHEETS))
    units, gap = _units(size_of(shape))
    places = [place + (gap is not None and place >= gap) for place in range(len(units))]
    top = y - height / 2 + RADIUS
    circles = tuple(Circle(unit, x, top + place * PITCH) for unit, place in zip(units, places, strict=True))
    return Column(*about, circles=circles, gap=gap)


def _units(count: int) -> tuple[list[int], int | None]:
    """The units that are shown of so many, and after how many of them some are left out."""
    if count <= MOST:
        return list(range(count)), None
    half = MOST // 2
    return [*range(half), *range(count - half, count)], half


def _height(shape: Shape, as_sheets: bool) -> float:
    if as_sheets:
        return _side(shape) + SHIFT * (min(shape[2], MOST_SHEETS) - 1)
    count = size_of(shape)
    rows = count if count <= MOST else MOST + 1
    return (rows - 1) * PITCH + 2 * RADIUS


def _side(shape: Shape) -> float:
    return SMALL + (LARGE - SMALL) * min(1.0, max(shape[0] - 4, 0) / 28)


def _lines(source: Column, target: Column, matrix: Array | None) -> Iterator[Line]:
    """From every circle to every circle; from and to sheets one for each circle."""
    starts, ends = _anchors(source, 1), _anchors(target, -1)
    if matrix is None or matrix.shape != (size_of(target.shape), size_of(source.shape)) or source.sheets:
        strength = (len(starts) * len(ends)) ** -0.5
        yield from (Line(start, end, strength=strength) for (_, start), (_, end) in product(starts, ends))
        return
    units, inputs = [unit for unit, _ in ends], [unit for unit, _ in starts]
    seen = np.asarray(matrix, np.float64)[np.ix_(units, inputs)]
    largest = float(np.abs(seen[np.isfinite(seen)]).max(initial=0.0)) or 1.0
    for (row, (_, end)), (column, (_, start)) in product(enumerate(ends), enumerate(starts)):
        weight = float(seen[row, column])
        yield Line(start, end, weight, min(1.0, abs(weight) / largest) if np.isfinite(weight) else 1.0)


def _anchors(column: Column, side: int) -> list[tuple[int, tuple[float, float]]]:
    """Where lines touch a column at its right (1) or left (-1): each unit that is shown, and the place."""
    if column.sheets:
        half = (column.side + SHIFT * (column.sheets - 1)) / 2
        return [(0, (column.x + side * half, column.y))]
    return [(circle.unit, (circle.x + side * RADIUS, circle.y)) for circle in column.circles]
