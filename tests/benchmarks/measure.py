"""Time contenders side by side in short alternating slices, and print what came of it."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Protocol

# OpenBLAS threads spin for 0.1 s after their last product (measured), on a core the next contender needs.
SETTLE_SECONDS = 0.15


class Contender(Protocol):
    """One side of a comparison: each call of `run` trains on from where the last one stopped."""

    @property
    def name(self) -> str:
        """Say who this is, for the table."""

    def run(self, steps: int) -> None:
        """Do that many training steps and return when they are done."""


@dataclass(frozen=True)
class Runner:
    """A contender made of a name and a callable that takes a number of steps."""

    name: str
    train: Callable[[int], None]

    def run(self, steps: int) -> None:
        """Do that many training steps."""
        self.train(steps)


@dataclass(frozen=True)
class Timing:
    """A contender's seconds per slice, and how many times longer than ours each slice took in its round."""

    name: str
    steps: int
    seconds: tuple[float, ...]
    ratios: tuple[float, ...]

    @property
    def minimum(self) -> float:
        """Seconds of the fastest slice."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """Seconds of the middle slice."""
        return statistics.median(self.seconds)

    @property
    def ratio(self) -> float:
        """Times ours is faster: the median of the ratios within each round."""
        return statistics.median(self.ratios)


def alternate(
    ours: Contender,
    peers: Sequence[Contender],
    rounds: int,
    steps: int,
    *,
    before_slice: Callable[[], None] = lambda: None,
    settle_seconds: float = SETTLE_SECONDS,
) -> list[Timing]:
    """Run ours and its peers in turn, `steps` a slice, after one unmeasured round; the first timing is ours.

    `before_slice` runs untimed before each slice: there every contender gets the same number of threads again,
    whatever the previous one has set.
    """
    contenders = [ours, *peers]
    measured = [_round(contenders, steps, before_slice, settle_seconds) for _ in range(rounds + 1)][1:]
    return [_timing(contender.name, steps, measured, place) for place, contender in enumerate(contenders)]


def _round(
    contenders: Sequence[Contender], steps: int, before_slice: Callable[[], None], settle_seconds: float
) -> list[float]:
    seconds = []
    for contender in contenders:
        time.sleep(settle_seconds)
        before_slice()
        seconds.append(_seconds(contender, steps))
    return seconds


def _seconds(contender: Contender, steps: int) -> float:
    with _no_collection():
        start = time.perf_counter()
        contender.run(steps)
        return time.perf_counter() - start


@contextmanager
def _no_collection() -> Iterator[None]:
    # A collection walks everybody's objects, and whoever happens to trigger it would pay for all.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _timing(name: str, steps: int, measured: list[list[float]], place: int) -> Timing:
    seconds = tuple(turn[place] for turn in measured)
    return Timing(name, steps, seconds, tuple(turn[place] / turn[0] for turn in measured))


@dataclass(frozen=True)
class Row:
    """One line of the report; `ratio` is None where a figure is compared with a limit and not with a peer."""

    what: str
    ours: str
    peer: str
    ratio: float | None
    wanted: str
    reached: bool


def speed_rows(what: str, timings: Sequence[Timing], wanted: float, show: Callable[[Timing], str]) -> list[Row]:
    """Make one row for every peer, reached where we are at least `wanted` times as fast."""
    ours, *peers = timings
    return [
        Row(what, show(ours), f"{peer.name}: {show(peer)}", peer.ratio, f"≥ {wanted:g}", peer.ratio >= wanted)
        for peer in peers
    ]


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out as a Markdown table that also reads well as plain text."""
    head = [field.name for field in fields(Row)]
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    first, *rest = (_line(line, widths) for line in cells)
    return "\n".join([first, _line(["-" * width for width in widths], widths), *rest])


def _cells(row: Row) -> list[str]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return [row.what, row.ours, row.peer, ratio, row.wanted, "yes" if row.reached else "no"]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
