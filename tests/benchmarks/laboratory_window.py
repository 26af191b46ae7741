"""A window in which eight lanes run and draw: how late its events are, and what drawing takes from the lanes.

Run it with `python -m tests.benchmarks.laboratory_window [SECONDS]`; MNIST is taken from the folder in
NNSTUDIO_TEST_MNIST.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter, thread_time

import numpy as np
from PySide6.QtWidgets import QApplication

from nnstudio.engine.optimizers import SGD
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.ui.app import SWITCH, Studio
from nnstudio.ui.window import StudioWindow
from tests.benchmarks.live import Beat, spin, studio_of

SIZE = 1440, 900
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
ROUNDS = 3


class Work(Beat):
    """Notes too how long the window itself was at work between two beats, whatever other programs do meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.busy: list[float] = []
        self._worked = thread_time()

    def _note(self) -> None:
        super()._note()
        now = thread_time()
        self.busy.append((now - self._worked) * 1000)
        self._worked = now


def projects() -> Iterator[tuple[str, Project]]:
    """What the lanes learn: long enough that they never end by themselves."""
    yield "playground", load_template("playground")
    if folder := os.environ.get("NNSTUDIO_TEST_MNIST"):
        yield "mnist-mlp", replace(load_template("mnist-mlp"), data=folder)


def watched(window: StudioWindow, seconds: float, drawn: bool) -> tuple[float, Work]:
    """Batches of all lanes a second, and what the beats noted, while the panel is in sight or hidden."""
    panel = window.panels.all["rates"].content
    dock = window.docks["rates"]
    dock.setVisible(drawn)
    spin(0.5)
    lanes = panel.laboratory.lanes.values()
    beat, before, began = Work(), sum(len(lane.losses) for lane in lanes), perf_counter()
    beat.start()
    spin(seconds)
    beat.stop()
    return (sum(len(lane.losses) for lane in lanes) - before) / (perf_counter() - began), beat


def measure(studio: Studio, project: Project, seconds: float) -> str:
    """A row of the table."""
    settings = replace(project.settings, optimizer=SGD(0.1), epochs=10_000, stops=())
    window = studio.open(replace(project, settings=settings), None)
    window.showNormal()
    window.resize(*SIZE)
    window.docks.use("laboratory")
    window.docks["descent"].hide()
    spin(0.5)
    panel = window.panels.all["rates"].content
    panel.header.epochs.show_value(10_000)
    panel.bar.show_rates(RATES)
    panel.header.start.click()
    while not all(lane.step for lane in panel.laboratory.lanes.values()):
        spin(0.1)
    shares, speeds, late, busy = [], [], [], []
    for _ in range(ROUNDS):
        hidden, _ = watched(window, seconds / ROUNDS / 2, drawn=False)
        shown, more = watched(window, seconds / ROUNDS, drawn=True)
        shares.append(shown / hidden)
        speeds.append(shown)
        late += more.late
        busy += more.busy[1:]
    window.document.undo_stack.setClean()
    window.close()
    p50, p99 = np.percentile(late, (50, 99))
    speed, share = sorted(speeds)[ROUNDS // 2], sorted(shares)[ROUNDS // 2]
    late_words = f"{p50:.1f} ms | {p99:.1f} ms | {max(late):.0f} ms"
    busy_words = f"{np.percentile(busy, 99):.1f} ms | {max(busy):.0f} ms"
    return f"{speed:,.0f} | {share:.2f} | {late_words} | {busy_words}"


def main() -> None:
    """Print a table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    sys.setswitchinterval(SWITCH)
    app = QApplication(["nnstudio"])
    studio = studio_of(app)
    print("| network | batches/s of eight lanes | share of hidden | late p50 | p99 | most | at work p99 | most |")
    print("|---|---|---|---|---|---|---|---|")
    for name, project in projects():
        print(f"| {name} | {measure(studio, project, seconds)} |", flush=True)
    studio.close()


if __name__ == "__main__":
    main()
