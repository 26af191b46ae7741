"""A window that trains with every panel open: how late its events are, how often panels refresh, what training loses.

Run it with `python -m tests.benchmarks.live [SECONDS]`; MNIST is taken from the folder in NNSTUDIO_TEST_MNIST.
"""

import os
import sys
from collections import Counter
from dataclasses import replace
from time import monotonic, perf_counter

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTemporaryDir, QTimer
from PySide6.QtWidgets import QApplication

from nnstudio.api import Model
from nnstudio.live.known import State
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.ui.app import SWITCH, Studio
from nnstudio.ui.window import StudioWindow

BEAT = 5  # Milliseconds of the timer that is late.
TEMPLATES = ("playground", "mnist-mlp", "mnist-lenet")
ROUNDS = 3
SIZE = 1920, 1080
LIVE = ("curves", "gradients", "weights", "activations", "boundary", "neuron", "doctor")


class Beat(QObject):
    """A timer that notes how late it comes, as a key or a click would."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=BEAT, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        """Begin to note."""
        self._last = perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """It is enough."""
        self._timer.stop()

    def _note(self) -> None:
        now = perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1000 - BEAT))
        self._last = now


def projects() -> dict[str, Project]:
    """What is trained: long enough that it never ends by itself."""
    found = {}
    for name in TEMPLATES:
        project = load_template(name)
        if name.startswith("mnist"):
            folder = os.environ.get("NNSTUDIO_TEST_MNIST")
            if not folder:
                continue
            project = replace(project, data=folder)
        found[name] = replace(project, settings=replace(project.settings, epochs=1_000_000, stops=()))
    return found


def alone(project: Project, seconds: float) -> float:
    """Batches a second without a window."""
    with Model(project).session() as session:
        session.run(20)
        end, began, before = monotonic() + seconds, perf_counter(), session.steps_done
        while monotonic() < end:
            session.run(max(1, 20000 // session.parameters.layout.size))
        return (session.steps_done - before) / (perf_counter() - began)


def spin(seconds: float) -> None:
    """Let the window live for a while, as its event loop does."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def open_all(window: StudioWindow) -> None:
    """Every panel in sight, none behind another."""
    window.resize(*SIZE)
    for name in LIVE:
        if name in window.panels.all:
            dock = window.docks[name]
            window.removeDockWidget(dock)
            area = window.panels.places[name].area
            window.addDockWidget(area, dock)
            dock.show()


def watched(studio: Studio, project: Project, seconds: float) -> tuple[float, list[float], Counter[str]]:
    """Batches a second with everything open, how late events were, and how often each probe was answered."""
    window = studio.open(project, None)
    open_all(window)
    seen: Counter[str] = Counter()
    window.run.seen.connect(lambda key, _: seen.update((key,)))
    window.run.train()
    while window.run.state is not State.GOING:
        spin(0.05)
    spin(1.0)
    seen.clear()
    beat, before, began = Beat(), window.run.known.step, perf_counter()
    beat.start()
    spin(seconds)
    speed = (window.run.known.step - before) / (perf_counter() - began)
    beat.stop()
    window.run.close()
    window.document.undo_stack.setClean()
    window.close()
    return speed, beat.late, seen


def studio_of(app: QApplication) -> Studio:
    """A studio that remembers nothing of earlier runs."""
    folder = QTemporaryDir()
    folder.setAutoRemove(False)
    return Studio(app, QSettings(folder.filePath("settings.ini"), QSettings.Format.IniFormat))


def main() -> None:
    """Print a table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    sys.setswitchinterval(SWITCH)
    app = QApplication(["nnstudio"])
    studio = studio_of(app)
    print("| network | batches/s alone | with all panels | share | late p50 | p99 | most | refreshes a second |")
    print("|---|---|---|---|---|---|---|---|")
    for name, project in projects().items():
        shares, late, seen = [], [], Counter()
        for _ in range(ROUNDS):
            base = alone(project, seconds / ROUNDS / 2)
            speed, more, answers = watched(studio, project, seconds / ROUNDS)
            base = (base + alone(project, seconds / ROUNDS / 2)) / 2
            shares.append((speed / base, base, speed))
            late += more
            seen += answers
        share, base, speed = sorted(shares)[len(shares) // 2]
        p50, p99 = np.percentile(late, (50, 99))
        rates = ", ".join(f"{key} {count / seconds:.0f}" for key, count in sorted(seen.items()))
        speeds = f"{base:,.0f} | {speed:,.0f} | {share:.2f}"
        print(f"| {name} | {speeds} | {p50:.1f} ms | {p99:.1f} ms | {max(late):.0f} ms | {rates} |", flush=True)
    studio.close()


if __name__ == "__main__":
    main()
