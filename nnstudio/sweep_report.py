"""What the command line tells of a sweep: lines or a live table while it runs, and the table at its end."""

import os
import sys
from collections.abc import Sequence
from math import isfinite
from time import monotonic
from typing import Any, TextIO

from nnstudio.core.wording import counted
from nnstudio.experiments.sweep import Sweep
from nnstudio.experiments.sweep_table import columns_of, row_of, varied_names
from nnstudio.experiments.trials import Result

ROWS = 10  # Of the live table.
USUAL = 80  # Columns of a terminal that does not say.
OFTEN = 0.1  # Seconds between two pictures of it.
DONE = "all epochs are done"
REMARK = 60  # Characters of a remark in the table; the file and --json have all of it.


def table_of(ranking: Sequence[Result]) -> list[str]:
    """The results, best first, in columns."""
    names = varied_names(ranking)
    head = ["trial", *(name.replace("_", " ") for name in names), "epochs", "best loss", "last loss", "right", "s", ""]
    rows = [
        [
            str(each.number), *(_value(each.changes.get(name, "")) for name in names), str(each.epochs),
            _number(each.score), _number(_watched(each, "loss")), _share(_watched(each, "accuracy")),
            f"{each.seconds:.2f}", _remark(each),
        ]
        for each in ranking
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    # Numbers stand under each other by their last digits, words by their first.
    return [
        "  ".join([*(cell.rjust(width) for cell, width in zip(line[:-1], widths, strict=False)), line[-1]]).rstrip()
        for line in (head, *rows)
    ]


def report_of(sweep: Sweep, seconds: float) -> dict[str, Any]:
    """The same for programs."""
    ranking = sweep.ranking
    columns = columns_of(ranking)
    rows = {each.number: {name: row_of(each).get(name) for name in columns} for each in ranking}
    best = next((rows[each.number] for each in ranking if isfinite(each.score)), None)
    return {
        "trials": [rows[number] for number in sorted(rows)],
        "best": best,
        "wanted": len(sweep.candidates),
        "failed": sum(each.failed is not None for each in ranking),
        "diverged": sum(each.diverged is not None for each in ranking),
        "rungs": list(sweep.rungs),
        "seconds": seconds,
    }


class Progress:
    """The best results and a bar, drawn again and again on a terminal; in a log, one line for each result."""

    def __init__(self, sweep: Sweep, out: TextIO | None = None) -> None:
        self._sweep, self._out = sweep, out or sys.stderr
        self._live = self._out.isatty()
        self._drawn, self._lines, self._done = 0.0, 0, 0

    def show(self, result: Result) -> None:
        """Tell of a result."""
        self._done += 1
        if not self._live:
            print(self._line(result), file=self._out, flush=True)
        elif monotonic() - self._drawn > OFTEN:
            self._draw([*table_of(self._sweep.ranking)[: ROWS + 1], self._bar()])

    def end(self) -> None:
        """Make room for the table of all."""
        if self._live:
            self._draw([])

    def _line(self, result: Result) -> str:
        changes = ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in result.changes.items())
        # Where trials go on after a rung, there is no telling how many are to come.
        count = "" if len(self._sweep.rungs) > 1 else f"{len(self._sweep.results)}/{len(self._sweep.candidates)} "
        start = f"{count}trial {result.number} ({changes}): "
        if result.failed:
            return start + result.failed
        if result.diverged is not None:
            return f"{start}diverged at step {result.diverged}"
        loss, accuracy = _watched(result, "loss"), _watched(result, "accuracy")
        told = [f"loss {_number(loss)}", *([f"{_share(accuracy)} right"] if accuracy is not None else [])]
        told += [] if result.stopped == DONE else [result.stopped.removeprefix("set aside ")]
        return f"{start}{', '.join(told)}, {result.seconds:.2f} s"

    def _bar(self) -> str:
        done, all_of_them = len(self._sweep.results), len(self._sweep.candidates)
        filled = 30 * done // all_of_them
        return f"{'█' * filled}{'░' * (30 - filled)} {done} of {counted(all_of_them, 'trial')}{self._rung()}"

    def _rung(self) -> str:
        rungs, reached = self._sweep.rungs, max(each.until for each in self._sweep.results.values())
        return f", rung {rungs.index(reached) + 1} of {len(rungs)}" if len(rungs) > 1 else ""

    def _draw(self, lines: Sequence[str]) -> None:
        width = _columns_of(self._out)
        back = f"\x1b[{self._lines}A" if self._lines else ""
        text = "".join(f"{line[: width - 1]}\n" for line in lines)
        print(f"{back}\r\x1b[J{text}", end="", file=self._out, flush=True)
        self._lines, self._drawn = len(lines), monotonic()


def _columns_of(terminal: TextIO) -> int:
    try:
        return os.get_terminal_size(terminal.fileno()).columns or USUAL
    except (OSError, ValueError):
        return USUAL


def _watched(result: Result, figure: str) -> float | None:
    """The last figure of the validation part, or of the training where there is none."""
    found: float | None = getattr(result, f"validation_{figure}")
    return found if found is not None else getattr(result, f"train_{figure}")


def _remark(result: Result) -> str:
    if result.failed:
        text = " ".join(result.failed.split())
        return text if len(text) <= REMARK else f"{text[: REMARK - 3]}..."
    if result.diverged is not None:
        return f"diverged at step {result.diverged:,}"
    return "" if result.stopped == DONE else result.stopped


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: float | None) -> str:
    return "–" if value is None or not isfinite(value) else f"{value:.5g}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"
