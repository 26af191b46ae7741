"""The ground: the error over a plane, found on ever finer grids, so that there is soon something to be seen."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from nnstudio.experiments.charts import Chart
from nnstudio.experiments.planes import Ground, Plane
from nnstudio.experiments.spans import Spans
from nnstudio.layers.shapes import Array
from nnstudio.training.bench import Bench

STRIDES = (8, 4, 2, 1)
FAR = 8.0  # So many times its own width away from the start, the bottom of a valley is no good guess any more.


def survey(bench: Bench, plane: Plane, chart: Chart, spans: Spans, counts: tuple[int, int]) -> Ground:
    """The error at so many places in each direction, both ends included."""
    *_, last = soundings(bench, plane, chart, spans, counts)
    assert last is not None
    return last


def soundings(
    bench: Bench, plane: Plane, chart: Chart, spans: Spans, counts: tuple[int, int]
) -> Iterator[Ground | None]:
    """The same, a place at a time: None after each, a Ground after every grid. The last one is the finest."""
    x, y = (np.linspace(*span, count) for span, count in zip(spans, counts, strict=True))
    costs = np.full((len(y), len(x)), np.nan)
    known = np.zeros(costs.shape, bool)
    strides = [each for each in STRIDES if all(count > 2 * each and (count - 1) % each == 0 for count in counts)] or [1]
    made = Ground(plane, chart.names, spans, costs, bench.samples, chart.explained)
    for stride in strides:
        for row in range(0, len(y), stride):
            for column in range(0, len(x), stride):
                if not known[row, column]:
                    costs[row, column] = cost_at(bench, chart, (float(x[column]), float(y[row])))
                    known[row, column] = True
                    yield None
        yield replace(made, costs=costs[::stride, ::stride].copy(), finest=stride == strides[-1])


def cost_at(bench: Bench, chart: Chart, place: tuple[float, float]) -> float:
    """The cost at a place of a chart."""
    chart.write(place, bench.parameters.vector)
    return bench.cost()


def cost_of(bench: Bench, vector: Array) -> float:
    """The cost with these parameters."""
    np.copyto(bench.parameters.vector, vector)
    return bench.cost()


def guessed_bottom(bench: Bench, chart: Chart, start: tuple[float, float], reach: float) -> tuple[float, float] | None:
    """Where the bottom of the valley would be if the error were a parabola around the start, as it is in linear
    regression; None where it bends another way, or the bottom would be far off."""
    x, y = start
    step = reach / 4
    here, right, left, up, down, both = (
        cost_at(bench, chart, (x + across * step, y + along * step))
        for across, along in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1))
    )
    slope = np.array([right - left, up - down]) / (2 * step)
    mixed = (both - right - up + here) / step**2
    bends = np.array([[(right - 2 * here + left) / step**2, mixed], [mixed, (up - 2 * here + down) / step**2]])
    if not np.isfinite(bends).all() or np.linalg.eigvalsh(bends)[0] <= 1e-9 * abs(bends).max():
        return None
    move = -np.linalg.solve(bends, slope)
    if not np.abs(move).max() <= FAR * reach:
        return None
    return x + float(move[0]), y + float(move[1])
