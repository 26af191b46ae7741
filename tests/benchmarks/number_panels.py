"""Measure the panels of weights and activations without a screen: `python -m tests.benchmarks.number_panels`.

A frame is what the window's thread does when a probe's answer comes: taking it, and painting. MNIST is taken from the
folder in NNSTUDIO_TEST_MNIST.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from nnstudio.live.messages import Seen
from nnstudio.live.probes.activations import Activations
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio
from nnstudio.ui.window import StudioWindow
from tests.benchmarks.measure import Row, table

FRAMES = 120
LIMIT = 3.0
TEMPLATES = ("playground", "mnist-mlp", "mnist-lenet")
VIEWS = ("matrix", "pictures", "histogram")
SIZE = 1440, 900
LOW = 300


def projects() -> Iterator[tuple[str, Project]]:
    """The models, as far as their data is there."""
    folder = os.environ.get("NNSTUDIO_TEST_MNIST")
    for name in TEMPLATES:
        project = load_template(name)
        if not name.startswith("mnist"):
            yield name, project
        elif folder:
            yield name, replace(project, data=folder)


def wait(wanted: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the window live until something has come true."""
    end = monotonic() + seconds
    while not wanted() and monotonic() < end:
        QApplication.processEvents()


def changed(value: Any, by: float) -> Any:
    """An answer as it might be a moment later."""
    if isinstance(value, np.ndarray):
        return value * by if value.dtype.kind == "f" else value.copy()
    if isinstance(value, dict):
        return {name: changed(each, by) for name, each in value.items()}
    if isinstance(value, Activations):
        return replace(value, values=changed(value.values, by))
    return value


def frames(panel: Any, answers: dict[str, Seen]) -> list[float]:
    """Milliseconds of each frame, sorted."""
    took = []
    for number in range(FRAMES):
        new = {key: replace(seen, value=changed(seen.value, 1 + 0.002 * number)) for key, seen in answers.items()}
        began = perf_counter()
        for key, seen in new.items():
            panel.show_seen(key.partition("/")[2], seen)
        QApplication.processEvents()
        took.append((perf_counter() - began) * 1e3)
    return sorted(took)


def row(name: str, took: list[float]) -> Row:
    """The middle frame, which is limited, and the 95th of a hundred."""
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    figures = f"{middle:.2f} ms (p95 {late:.2f})"
    return Row(name, figures, "", None, f"≤ {LIMIT:g} ms", middle <= LIMIT)


class Watched:
    """A window with one panel in sight, and the last answer to each of its probes."""

    def __init__(self, studio: Studio, project: Project, name: str) -> None:
        self.window: StudioWindow = studio.open(project, None)
        self.window.showNormal()
        self.window.resize(*SIZE)
        self.answers: dict[str, Seen] = {}
        self.window.run.seen.connect(self._note)
        for dock in ("table", "problems", "formula"):
            self.window.docks[dock].hide()
        self.window.docks.show(name)
        later: Any = self.window.panels.all[name]
        wait(lambda: later.content is not None)
        self.panel = later.content
        self.panel.setMinimumHeight(LOW)
        self.window.run.train(steps=20)
        wait(lambda: self.window.run.known.step >= 20 and not self.window.run.going)
        self.settle()

    def settle(self) -> None:
        """Wait until everything that the panel wants is answered."""
        self.answers.clear()
        wait(lambda: self.panel._probes.keys() <= self.answers.keys(), 3)

    def wanted(self) -> dict[str, Seen]:
        """The answers that come many times a second."""
        often = {key for key, probe in self.panel._probes.items() if probe.period < 0.5 and not probe.constant}
        return {key: seen for key, seen in self.answers.items() if key in often}

    def close(self) -> None:
        """End it."""
        self.window.run.close()
        self.window.document.undo_stack.setClean()
        self.window.close()

    def _note(self, key: str, seen: Seen) -> None:
        self.answers[key] = seen


def weight_rows(studio: Studio, name: str, project: Project) -> Iterator[Row]:
    """Every view of the first and of the largest layer, and a weight by itself."""
    watched = Watched(studio, project, "weights")
    for id in [node.id for node in project.graph.order if watched.panel.layer.findText(node.label) >= 0]:
        watched.window.selection.choose([id])
        for number, view in enumerate(VIEWS):
            watched.panel.views.button(number).click()
            watched.window.run.go_to(19)
            watched.settle()
            watched.window.run.go_to(20)
            watched.settle()
            yield row(f"{name}, {id}, {view}", frames(watched.panel, watched.wanted()))
        watched.panel.views.button(0).click()
    watched.close()


def activation_rows(studio: Studio, name: str, project: Project) -> Iterator[Row]:
    """All layers in a low panel, as it stands at first, and in a high one, where all are seen."""
    watched = Watched(studio, project, "activations")
    watched.window.run.go_to(19)
    watched.settle()
    for words, high in (("low", LOW), ("high", SIZE[1])):
        watched.panel.setMinimumHeight(high)
        wait(lambda: False, 0.2)
        yield row(f"{name}, activations, {words}", frames(watched.panel, watched.wanted()))
    watched.close()


def measured(job: Callable[[Studio, str, Project], Iterator[Row]], name: str, project: Project) -> list[Row]:
    """The rows of a job with an application of its own."""
    with tempfile.TemporaryDirectory() as folder:
        app = QApplication([])
        studio = Studio(app, QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
        return list(job(studio, name, project))


def main() -> None:
    """Print all figures; each panel is measured in a process of its own, so that none disturbs another."""
    context = get_context("spawn")
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as pool:
        jobs = [
            pool.submit(measured, job, name, project)
            for name, project in projects()
            for job in (weight_rows, activation_rows)
        ]
        print(table([row for job in jobs for row in job.result()]))


if __name__ == "__main__":
    main()
