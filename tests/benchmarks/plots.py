"""Measure the plots without a screen: `python -m tests.benchmarks.plots`. What one frame of each costs the window."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.training.track import Track
from nnstudio.ui.plots.diverging_image import DivergingImage
from nnstudio.ui.plots.heat import Heat
from nnstudio.ui.plots.image_grid import ImageGrid
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent
from nnstudio.ui.plots.source import Points, Steps
from nnstudio.ui.theme import DARK, apply
from tests.benchmarks.measure import Row, table

FRAMES = 60
STEPS = 3_000_000
ROOM = (640, 320)
LIMIT = 5.0  # Milliseconds.


def frames(job: Callable[[int], object]) -> list[float]:
    """Milliseconds of each frame: the job, and all that Qt does because of it."""
    taken = []
    for number in range(FRAMES + 3):
        began = perf_counter()
        job(number)
        QApplication.processEvents()
        taken.append((perf_counter() - began) * 1e3)
    return sorted(taken[3:])


def row(what: str, job: Callable[[int], object], limit: float = LIMIT) -> Row:
    """A line of the table: the middle frame and one of the slowest."""
    taken = frames(job)
    p95 = taken[int(0.95 * len(taken))]
    return Row(what, f"{median(taken):.2f} ms, p95 {p95:.2f}", "", None, f"≤ {limit:g} ms", median(taken) <= limit)


def shown(widget: QWidget) -> QWidget:
    widget.resize(*ROOM)
    widget.show()
    QApplication.processEvents()
    return widget


def losses(count: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return 0.1 + np.exp(-np.arange(count) / (count / 5)) + 0.2 * random.random(count)


def curve_rows() -> Iterator[Row]:
    """A run that is long, and grows."""
    track = Track(losses(STEPS))
    plot = Plot("Loss", "step", ("loss", "nats"), log="xy")
    curve = plot.add_curve("training", Steps(track))
    shown(plot)
    news = losses(1000, 1)

    def grow(_: int) -> None:
        track.extend(news)
        curve.changed()

    many = f"{STEPS:,} steps"
    yield row(f"{many}, 1,000 more", grow)
    for smoothing in (0.9, 0.999):
        curve.smoothing = smoothing
        yield row(f"{many}, 1,000 more, smoothing {smoothing}", grow)
    middle = plot.axes.inside.center()
    yield row(f"{many}, zoom", lambda number: plot.axes.turned.emit(middle, 1.0 if number % 20 < 10 else -1.0, NONE))
    yield row(f"{many}, pan", lambda _: plot.axes.dragged.emit(middle, middle + QPointF(3, 0)))
    yield row(f"{many}, cursor", lambda number: plot.show_cursor(plot.frame.x_at(number * 4), 0.3))
    plot.set_log(True, True)
    yield row(f"{many}, logarithmic, 1,000 more", grow)
    plot.deleteLater()


def several_rows() -> Iterator[Row]:
    """Six curves at once, and points that were known before."""
    tracks = [Track(losses(20_000, seed)) for seed in range(6)]
    plot = Plot("Losses", "step", "loss")
    curves = [plot.add_curve(f"run {number}", Steps(each)) for number, each in enumerate(tracks)]
    shown(plot)

    def grow(_: int) -> None:
        for track, curve in zip(tracks, curves, strict=True):
            track.append(0.5)
            curve.changed()

    yield row("6 curves of 20,000 steps, one more", grow)
    for curve in curves:
        curve.smoothing = 0.95
    yield row("6 smoothed curves of 20,000 steps, one more", grow)
    yield row("the same, other range", lambda number: plot.zoom_to((0, 20_000 + number * 300), (0, 1.5)), 10.0)
    plot.deleteLater()
    plot = Plot("Array", "x", "y")
    plot.add_curve("array", Points(np.arange(STEPS), losses(STEPS)))
    shown(plot)
    middle = plot.axes.inside.center()
    yield row(
        f"{STEPS:,} points of an array, zoom",
        lambda number: plot.axes.turned.emit(middle, 1.0 if number % 20 < 10 else -1.0, NONE),
    )
    plot.deleteLater()


def image_rows() -> Iterator[Row]:
    """Matrices, many images, and a decision boundary."""
    random = np.random.default_rng(0)
    matrices = [random.standard_normal((784, 128)).astype(np.float32) for _ in range(4)]
    image = DivergingImage("Weights")
    shown(image)
    yield row("matrix 784×128", lambda number: image.show_matrix(matrices[number % 4]))
    image.deleteLater()
    grid = ImageGrid("Filters")
    pictures = [random.standard_normal((64, 28, 28)).astype(np.float32) for _ in range(4)]
    names = [f"unit {number}" for number in range(64)]
    shown(grid)
    yield row("64 images of 28×28", lambda number: grid.show_images(pictures[number % 4], labels=names))
    grid.deleteLater()
    heat = Heat("Decision")
    across, up = np.meshgrid(np.linspace(-6, 6, 64), np.linspace(-6, 6, 64))
    answers = [np.tanh(np.sin(across + turn) + 1.2 * np.cos(up) + 0.3 * across) for turn in range(4)]
    x, y, kinds = random.uniform(-6, 6, 500), random.uniform(-6, 6, 500), random.integers(0, 2, 500)
    heat.show_points(x, y, kinds, ("orange", "blue"))
    shown(heat)
    place = Extent(-6, 6, -6, 6)
    yield row("heat 64×64, contour, 500 points", lambda number: heat.show_answers(answers[number % 4], place, limit=1))
    grown = np.exp(np.stack((np.sin(across) * up, np.cos(up) * across, across + up)))
    yield row("heat of 3 classes 64×64", lambda _: heat.show_classes(grown / grown.sum(axis=0), place))
    heat.deleteLater()


NONE = Qt.KeyboardModifier.NoModifier

if __name__ == "__main__":
    app = QApplication([])
    apply(app, DARK)
    print(table([*curve_rows(), *several_rows(), *image_rows()]))
