"""Measure Draw & classify without a screen: `python -m tests.benchmarks.draw`. From a move of the hand to its answer.

The network works in a process of its own, as in the application. MNIST is taken from the folder in NNSTUDIO_TEST_MNIST
for the rows in which the network learns meanwhile.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import gc
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

from PySide6.QtCore import QEventLoop, QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.classify.way import stages_for, way
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.ui.app import SWITCH, Studio
from nnstudio.ui.window import StudioWindow
from tests.benchmarks.measure import Row, table

ROUNDS = 6
LIMIT = 30.0
FIRST = 5.0
STROKES = (
    [(70 + 10 * each, 70) for each in range(15)] + [(210 - 6 * each, 70 + 12 * each) for each in range(14)],
    [(140, 50 + 8 * each) for each in range(24)],
)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def wait(wanted: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the window live until something has come true."""
    end = monotonic() + seconds
    while not wanted() and monotonic() < end:
        # As in the application: idle between events, so that the network has the processor.
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


class Drawn:
    """A window with the pad in sight."""

    def __init__(self, studio: Studio, project: Project) -> None:
        self.window: StudioWindow = studio.open(project, None)
        self.window.showNormal()
        self.window.resize(1440, 900)
        self.window.docks.use("classify")
        later: Any = self.window.panels.all["draw"]
        wait(lambda: later.content is not None and later.content.expected is not None)
        self.panel = later.content

    def answered(self) -> bool:
        """Whether the answer to what is on the paper is shown."""
        panel = self.panel
        return not panel._soon.isActive() and panel.seen is not None and panel.seen.sample == panel.drawing

    def moves(self) -> list[float]:
        """Milliseconds from each move of the mouse to the answer that is painted, sorted."""
        pad, took = self.panel.body.pad, []
        for points in STROKES * ROUNDS:
            self.panel.body.drawing.clear()
            wait(lambda: self.panel.seen is None, 1)
            places = [pad.on_screen(QPointF(*each)).toPoint() for each in points]
            QTest.mousePress(pad, LEFT, NONE, places[0])
            wait(self.answered, 2)
            for place in places[1:]:
                began = perf_counter()
                QTest.mouseMove(pad, place)
                wait(self.answered, 2)
                self.panel.repaint()
                took.append((perf_counter() - began) * 1e3)
            QTest.mouseRelease(pad, LEFT, NONE, places[-1])
        return sorted(took)

    def close(self) -> None:
        """End it."""
        self.window.run.close()
        self.window.document.undo_stack.setClean()
        self.window.close()


def row(what: str, took: list[float]) -> Row:
    """The middle one is limited; the 95th of a hundred is told."""
    middle, late = took[len(took) // 2], took[int(0.95 * len(took))]
    return Row(what, f"{middle:.1f} ms (p95 {late:.1f})", "", None, f"≤ {LIMIT:g} ms", middle <= LIMIT)


def stages_row(drawn: Drawn) -> Row:
    """The way alone, which is gone in the window's thread."""
    stored, pixels = drawn.panel.expected.stored, drawn.panel.body.drawing.pixels
    took = []
    for _ in range(100):
        began = perf_counter()
        way(pixels, stages_for(stored), stored)
        took.append((perf_counter() - began) * 1e3)
    middle = sorted(took)[50]
    return Row("the stages alone", f"{middle:.2f} ms", "", None, "≤ 3 ms", middle <= 3)


def rows(studio: Studio) -> Iterator[Row]:
    """All figures."""
    began = perf_counter()
    drawn = Drawn(studio, load_template("mnist-trained"))
    pad = drawn.panel.body.pad
    for kind, place in ((QTest.mousePress, STROKES[0][0]), *((QTest.mouseMove, each) for each in STROKES[0])):
        at = pad.on_screen(QPointF(*place)).toPoint()
        kind(pad, at) if kind is QTest.mouseMove else kind(pad, LEFT, NONE, at)
    wait(drawn.answered)
    seconds = perf_counter() - began
    answer = drawn.panel.body.answer.large.text()
    QTest.mouseRelease(pad, LEFT)
    yield Row(f"opened, drawn, read “{answer}”", f"{seconds:.2f} s", "", None, f"≤ {FIRST:g} s", seconds <= FIRST)
    yield stages_row(drawn)
    yield row("mnist-trained, a move is answered", drawn.moves())
    drawn.panel.body.show_view(1)
    yield row("the same with the map of reasons", drawn.moves())
    drawn.close()
    folder = os.environ.get("NNSTUDIO_TEST_MNIST")
    for name in ("mnist-mlp", "mnist-lenet") if folder else ():
        drawn = Drawn(studio, replace(load_template(name), data=str(folder)))
        yield row(f"{name}, standing", drawn.moves())
        run = drawn.window.run
        run.train()
        wait(lambda run=run: run.known.step > 50)
        yield row(f"{name}, learning", drawn.moves())
        drawn.close()


def main() -> None:
    """Print all figures."""
    gc.disable()
    sys.setswitchinterval(SWITCH)
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(app, QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
        print(table(list(rows(studio))))


if __name__ == "__main__":
    main()
