"""Measure the panels of samples and confusion: `python -m tests.benchmarks.samples`, with or without a screen.

70,000 pictures of 28×28 are scrolled; a frame is the handler of a turn of the wheel, and all painting because of it.
What is limited is the time that the window's thread works, which is that of the clock where nothing else is done.
MNIST is taken from the folder in NNSTUDIO_TEST_MNIST, else there is noise.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from time import monotonic, perf_counter, thread_time
from typing import Any

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from nnstudio.live.messages import Seen
from nnstudio.live.probes.verdicts import ALL
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio
from nnstudio.ui.sample_query import Order, Query, Verdict
from nnstudio.ui.window import StudioWindow
from tests.benchmarks.measure import Row, table

LIMIT = 8.0  # Milliseconds of the 95th of a hundred frames.
FRAMES = 200
SAMPLES = 70_000
PANELS = "samples", "confusion"


def wait(wanted: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the window live until something has come true."""
    end = monotonic() + seconds
    while not wanted() and monotonic() < end:
        QApplication.processEvents()


def source(folder: Path) -> str:
    """The data: MNIST, or as much noise."""
    named = os.environ.get("NNSTUDIO_TEST_MNIST")
    if named:
        return named
    random = np.random.default_rng(0)
    path = folder / "noise.npz"
    np.savez(path, x=random.integers(0, 256, (SAMPLES, 28, 28, 1), np.uint8), y=np.arange(SAMPLES) % 10)
    return str(path)


def row(what: str, job: Callable[[int], object], between: Callable[[], object] = lambda: None) -> Row:
    """The middle frame and the 95th of a hundred, which is limited."""
    worked, passed = [], []
    for number in range(FRAMES):
        began, clock = thread_time(), perf_counter()
        job(number)
        QApplication.processEvents()
        worked.append((thread_time() - began) * 1e3)
        passed.append((perf_counter() - clock) * 1e3)
        between()
    late, by_clock = (sorted(each)[int(0.95 * FRAMES)] for each in (worked, passed))
    words = f"{sorted(worked)[FRAMES // 2]:.2f} ms, p95 {late:.2f} (by the clock {by_clock:.2f})"
    return Row(what, words, "", None, f"p95 ≤ {LIMIT:g} ms", late <= LIMIT)


def opened(studio: Studio, data: str, size: tuple[int, int]) -> tuple[StudioWindow, list[Any]]:
    """A window with both panels in sight, after a few batches."""
    window = studio.open(replace(load_template("mnist-mlp"), data=data), None)
    window.showNormal()
    window.resize(*size)
    for name in PANELS:
        window.docks.show(name, 480)
    wait(lambda: all(window.panels.all[name].content is not None for name in PANELS))  # type: ignore[attr-defined]
    window.run.train(steps=300)
    wait(lambda: window.run.known.step >= 300 and not window.run.going)
    panels: list[Any] = [window.panels.all[name].content for name in PANELS]  # type: ignore[attr-defined]
    window.panels.query.choose(Query(ALL))
    wait(lambda: panels[0].verdicts is not None and panels[0].verdicts.complete and panels[0].verdicts.part == ALL)
    return window, panels


def scrolling(what: str, panel: Any) -> Iterator[Row]:
    """With pictures that are there, with those that are not yet, and by leaps."""
    bar, random = panel.grid.verticalScrollBar(), Random(0)
    rest: Callable[[], None] = lambda: wait(lambda: "pictures" not in panel.probes(), 1.0)  # noqa: E731
    yield row(f"{what}, scroll by half a row", lambda _: bar.setValue(bar.value() + bar.singleStep()))
    yield row(f"{what}, scroll, pictures come between", lambda _: bar.setValue(bar.value() + bar.singleStep()), rest)
    yield row(f"{what}, leap", lambda _: bar.setValue(random.randrange(bar.maximum())))
    yield row(f"{what}, leap, pictures come between", lambda _: bar.setValue(random.randrange(bar.maximum())), rest)


def choices(window: StudioWindow, panels: list[Any]) -> Iterator[Row]:
    """Filtering and sorting all samples, and what comes of new verdicts."""
    queries = [Query(ALL), Query(ALL, verdict=Verdict.WRONG), Query(ALL, order=Order.UNSURE), Query(ALL, 3),
               Query(ALL, order=Order.WORST)]  # fmt: skip
    yield row("another query of 70,000", lambda number: window.panels.query.choose(queries[number % len(queries)]))
    samples, confusion = panels
    verdicts = samples.verdicts, confusion.verdicts
    keys = f"verdicts/{ALL}", "verdicts/test"
    for panel, key, value, what in zip(panels, keys, verdicts, PANELS, strict=True):
        yield row(f"new verdicts, {what}", lambda number, panel=panel, key=key, value=value: panel.show_seen(
            key, Seen(1, key, number, replace(value, step=number))))  # type: ignore[misc]  # fmt: skip
    past = confusion.errors._past
    yield row("another past", lambda number: confusion.show_seen("past/test", Seen(1, "past/test", number, past)))


def main() -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as folder:
        app = QApplication([])
        studio = Studio(app, QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
        rows: list[Row] = []
        for size in ((1280, 720), (1920, 1080)):
            window, panels = opened(studio, source(Path(folder)), size)
            if size[0] > 1280:
                window.docks["samples"].setFloating(True)
                window.docks["samples"].resize(*size)
                wait(lambda: False, 0.3)
            rows += scrolling(f"{panels[0].grid.width()}×{panels[0].grid.height()}", panels[0])
            rows += choices(window, panels)
            window.run.close()
            window.document.undo_stack.setClean()
            window.close()
        print(table(rows))


if __name__ == "__main__":
    main()
