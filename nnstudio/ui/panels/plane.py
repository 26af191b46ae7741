"""The plane of the inputs: how far it reaches, which layers have pictures over it, and in which colours. No Qt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from nnstudio.graph.graph import Graph, Node
from nnstudio.layers.base import Activation, Layer
from nnstudio.layers.shapes import Array, Shape
from nnstudio.live.probes.points import PointSet
from nnstudio.training.reach import reach_of

MARGIN, FEW, WIDE_MARGIN = 0.1, 16, 0.3  # Of the width; a few points need more room around them.
ALIKE = 2.5  # Inputs whose ranges differ by no more are drawn in one scale.
LOOSE = 1.6  # A range stays while it is at most so many times as wide as it need be.
ROUND = 12  # A range begins and ends with a number as round as a twelfth of it.

Range = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """Which answer is neither orange nor blue, and how far from it the colours are strongest."""

    middle: float
    limit: float


@dataclass(frozen=True)
class UnitLayer:
    """A layer whose units each have a picture."""

    id: str
    name: str
    units: int
    layer: Layer


def ranges_of(inputs: Array, now: Sequence[Range] = ()) -> tuple[Range, ...]:
    """What to show of each input, for points (points, inputs) with a margin; the present ranges while they will do."""
    known = inputs[np.isfinite(inputs).all(axis=1)]
    if not len(known):
        return tuple(now) or ((-1.0, 1.0),) * inputs.shape[1]
    low, high = known.min(axis=0).astype(float), known.max(axis=0).astype(float)
    size = np.where(high > low, high - low, np.maximum(np.abs(low), 1.0))
    if size.max() <= ALIKE * size.min():
        size[:] = size.max()
    half = size * (0.5 + (WIDE_MARGIN if len(known) <= FEW else MARGIN))
    middle = (low + high) / 2
    needed = [_rounded(one - reach, one + reach) for one, reach in zip(middle.tolist(), half.tolist(), strict=True)]
    ends = zip(low.tolist(), high.tolist(), strict=True)
    if len(now) == len(needed) and all(map(_still_good, now, needed, ends)):
        return tuple(now)
    return tuple(needed)


def middles(ranges: Iterable[Range], count: int) -> tuple[Range, ...]:
    """The first and the last middle of so many cells between each two ends."""
    return tuple((low + (high - low) / (2 * count), high - (high - low) / (2 * count)) for low, high in ranges)


def unit_layers(graph: Graph, shapes: Mapping[str, Shape], output: str) -> tuple[UnitLayer, ...]:
    """The inputs and the layers before the output, each as its activation leaves it; none where there are no others."""
    found = [
        UnitLayer(node.id, _name(graph, node), shapes[node.id][0], node.layer)
        for node in graph.order
        if node.id != output and len(shapes.get(node.id, ())) == 1 and _has_units(graph, node)
    ]
    return tuple(found) if any(each.layer.takes != (0, 0) for each in found) else ()


def scale_of(layer: Layer, answers: Array, now: Scale | None = None) -> Scale:
    """The scale for a layer's answers: all that it can answer, or, where there is no end, what it does answer."""
    reach = reach_of(layer)
    if reach.bounded:
        return Scale((reach.low + reach.high) / 2, (reach.high - reach.low) / 2)
    return Scale(0.0, steady_limit(answers, now.limit if now else None))


def scale_of_targets(points: PointSet) -> Scale:
    """The scale for a single output: from no to yes, or over the numbers that are to be predicted."""
    if points.class_names:
        return Scale((points.no + points.yes) / 2, (points.yes - points.no) / 2)
    targets = np.concatenate([cloud.targets[:, :1] for cloud in points.clouds.values()], dtype=np.float64)
    targets = targets[np.isfinite(targets)]
    low, high = (float(targets.min()), float(targets.max())) if len(targets) else (-1.0, 1.0)
    if low < 0 < high:
        return Scale(0.0, max(-low, high))
    return Scale((low + high) / 2, (high - low) / 2 or 1.0)


def steady_limit(answers: Array, now: float | None = None) -> float:
    """A round number that no answer is beyond; the present one, as long as it is not much too large."""
    finite = np.abs(answers[np.isfinite(answers)])
    greatest = float(finite.max()) if finite.size else 0.0
    if now is not None and greatest <= now <= 4 * greatest:
        return now
    if greatest <= 0:
        return 1.0
    unit = 10.0 ** floor(log10(greatest))
    return next(step * unit for step in (1.0, 2.0, 5.0, 10.0) if step * unit >= greatest)


def _has_units(graph: Graph, node: Node) -> bool:
    readers = [graph.by_id[wire.target].layer for wire in graph.out_of(node.id)]
    # A layer of neurons is shown as its activation leaves it.
    if isinstance(node.layer, Activation) or node.layer.takes == (0, 0):
        return True
    if len(readers) == 1 and isinstance(readers[0], Activation):
        return False
    return node.layer.group in ("Neurons", "Merging")


def _name(graph: Graph, node: Node) -> str:
    """An activation is called as the neurons before it."""
    sources = [graph.by_id[wire.source] for wire in graph.into(node.id)]
    if isinstance(node.layer, Activation) and len(sources) == 1 and sources[0].layer.group == "Neurons":
        return sources[0].label
    return node.label


def _rounded(low: float, high: float) -> Range:
    step = 10.0 ** floor(log10((high - low) / ROUND))
    step = next(size * step for size in (1, 2, 5, 10) if size * step >= (high - low) / ROUND / 2)
    return floor(low / step) * step, ceil(high / step) * step


def _still_good(now: Range, needed: Range, ends: Range) -> bool:
    return now[0] <= ends[0] and ends[1] <= now[1] and now[1] - now[0] <= LOOSE * (needed[1] - needed[0])
