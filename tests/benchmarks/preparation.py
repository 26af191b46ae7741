"""Measure what the preparation of a batch costs on one core: `python -m tests.benchmarks.preparation [--rounds 30]`.

Each figure is the fastest of many slices, less what copying the stored pixels into floating point costs anyway.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from nnstudio.data.preparation.base import Preparation, fitted, record
from nnstudio.data.preparation.elastic import Elastic
from nnstudio.data.preparation.fill import Fill
from nnstudio.data.preparation.flip import Flip
from nnstudio.data.preparation.noise import Noise
from nnstudio.data.preparation.rotate import Rotate
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.shift import Shift
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.data.preparation.target_code import TargetCode
from nnstudio.data.preparation.zoom import Zoom
from tests.benchmarks.measure import Row, table

NOTHING = (TargetCode(),)  # A step that leaves the inputs as they are.
TIMES = 20  # Batches in a slice.
DIGITS, ROWS, PHOTOS = (100, 28, 28, 1), (100, 784), (64, 32, 32, 3)


@dataclass(frozen=True)
class Figure:
    """Steps on a batch, and how many microseconds they may take."""

    shape: tuple[int, ...]
    steps: tuple[Preparation, ...]
    most: float | None = None

    def row(self, rounds: int) -> Row:
        """Measure it."""
        cost = seconds(self.shape, self.steps, rounds) - seconds(self.shape, NOTHING, rounds)
        what = f"{'×'.join(map(str, self.shape))} float32: {', '.join(step.kind for step in self.steps)}"
        wanted = "" if self.most is None else f"≤ {self.most:g} µs"
        return Row(what, f"{cost * 1e6:.0f} µs", "", None, wanted, self.most is None or cost * 1e6 <= self.most)


FIGURES = (
    Figure(DIGITS, (Shift(), Rotate(), Zoom(), Elastic()), 4000),
    Figure(DIGITS, (Shift(),)),
    Figure(DIGITS, (Rotate(),)),
    Figure(DIGITS, (Zoom(),)),
    Figure(DIGITS, (Elastic(),)),
    Figure(PHOTOS, (Flip(), Shift()), 3000),
    Figure(PHOTOS, (Flip(), Shift(), Rotate(), Zoom(), Elastic())),
    Figure(ROWS, (Scale(), Standardise()), 60),
    Figure(DIGITS, (Scale(), Standardise())),
    Figure(PHOTOS, (Scale(), Standardise(per="channel"))),
    Figure(ROWS, (Fill(),)),
    Figure(ROWS, (Noise(),)),
)


def seconds(shape: tuple[int, ...], steps: Sequence[Preparation], rounds: int) -> float:
    """What one batch takes, in the fastest slice."""
    raw = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    tape, _ = record(fitted(steps, lambda: iter([raw])), raw, np.dtype(np.float32), np.random.default_rng(1))
    play(tape)
    return min(_slice(tape) for _ in range(rounds)) / TIMES


def _slice(tape: Sequence[Callable[[], object]]) -> float:
    start = perf_counter()
    for _ in range(TIMES):
        play(tape)
    return perf_counter() - start


def play(tape: Sequence[Callable[[], object]]) -> None:
    """Prepare a batch."""
    for call in tape:
        call()


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    with threadpool_limits(1), np.errstate(all="ignore"):
        print(table([figure.row(rounds) for figure in FIGURES]))


if __name__ == "__main__":
    main()
