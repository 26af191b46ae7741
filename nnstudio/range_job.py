"""The range test of the command line: progress on standard error, and what it came to."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

from nnstudio import api
from nnstudio.data.dataset import DataSet
from nnstudio.experiments.curvature import Curvature, measure
from nnstudio.experiments.range_test import Advice, RangeTest, checked_range
from nnstudio.interruption import interruptible
from nnstudio.project.project import Project
from nnstudio.range_report import as_json, as_text


@dataclass
class RangeJob:
    """A project, its data, and the rates to try."""

    project: Project
    data: DataSet
    least: float
    greatest: float
    interrupted: bool = False
    broken: bool = False
    text: str = ""

    @classmethod
    def from_options(cls, given: Mapping[str, Any]) -> Self:
        """Read the project and open the data; rates that cannot be are refused first."""
        least, greatest = checked_range(given["from"], given["to"])
        model = api.load(given["project"])
        return cls(model.project, model.data(given["data"]), least, greatest)

    def run(self) -> dict[str, Any]:
        """Measure, test, and report. Nothing is saved: the project stays as it is."""
        with RangeTest(self.project, self.least, self.greatest, self.data) as test, interruptible(self._interrupt):
            for note in self._notes():
                print(note, file=sys.stderr)
            curvature = measure(test.session)
            self._test(test)
            return self._report(test, test.advice(), curvature)

    def _interrupt(self) -> None:
        self.interrupted = True

    def _notes(self) -> list[str]:
        schedule = self.project.settings.schedule
        told = f"The schedule {schedule.title} has no part in this: the rate rises evenly on the logarithmic scale."
        return [*self.data.warnings, *([told] if schedule.kind != "constant" else [])]

    def _test(self, test: RangeTest) -> None:
        live, shown = sys.stderr.isatty(), 0.0
        while not test.finished and not self.interrupted:
            test.step()
            if live and monotonic() - shown > 0.1:
                shown = monotonic()
                print(f"\r\x1b[K{_bar(test)}", end="", file=sys.stderr, flush=True)
        why = "interrupted" if self.interrupted else test.finished or ""
        print(f"{chr(13) + chr(27) + '[K' if live else ''}{why[:1].upper()}{why[1:]}.", file=sys.stderr, flush=True)
        self.broken = test.broken

    def _report(self, test: RangeTest, advice: Advice | None, curvature: Curvature) -> dict[str, Any]:
        self.text = as_text(test, advice, curvature)
        return {**as_json(test, advice, curvature), "seed": self.project.settings.seed, "data": self.data.name}


def _bar(test: RangeTest) -> str:
    filled = 30 * len(test.rates) // test.steps
    if not test.rates:
        return "░" * 30
    return f"{'█' * filled}{'░' * (30 - filled)} rate {test.rates[-1]:.3g}  loss {test.smoothed[-1]:.4f}"
