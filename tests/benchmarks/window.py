"""Measure the canvas without a screen: `python -m tests.benchmarks.window`. Frames of a drag, opening, editing."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from itertools import pairwise
from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.graph import edits
from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.layers.base import layers
from nnstudio.project.project import Project
from nnstudio.ui.canvas.canvas import Canvas
from nnstudio.ui.commands import Commands
from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK, apply
from tests.benchmarks.measure import Row, table

FRAMES = 120
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def graph_of(count: int) -> Graph:
    """A chain of dense layers and rectifiers, folded into rows of twenty."""
    kinds = layers()
    nodes = [Node("input", kinds.find("input")((16,)))]
    for number in range(1, count):
        kind = "dense" if number % 2 else "relu"
        place = (number % 20 * 240.0, number // 20 * 120.0)
        nodes.append(Node(f"{kind}_{number}", kinds.find(kind)(), "", place))
    wires = [Wire(one.id, other.id) for one, other in pairwise(nodes)]
    return Graph(tuple(nodes), tuple(wires))


def canvas_of(graph: Graph) -> Canvas:
    """A canvas on the screen, with everything in sight."""
    document = Document(Project(graph))
    selection = Selection(document)
    canvas = Canvas(document, selection, Commands(document, selection), DARK)
    canvas.resize(1280, 800)
    canvas.show()
    canvas.view.fit()
    QApplication.processEvents()
    return canvas


def drag_frames(canvas: Canvas, id: str, clock: Callable[[], float] = perf_counter) -> list[float]:
    """Seconds of each frame while a card, or all that is chosen, is dragged; sorted."""
    target, view = canvas.view.viewport(), canvas.view
    card = canvas.scene.card(id)
    start = view.mapFromScene(card.mapToScene(QPointF(60, 12)))
    QTest.mousePress(target, LEFT, NONE, start)
    frames = []
    for number in range(FRAMES):
        began = clock()
        QTest.mouseMove(target, start + QPoint(2 * number % 200, number % 100))
        QApplication.processEvents()
        frames.append(clock() - began)
    QTest.mouseRelease(target, LEFT, NONE, start)
    return sorted(frames)


def seconds(job: Callable[[], object]) -> float:
    """How long something takes, with all that Qt does because of it."""
    began = perf_counter()
    job()
    QApplication.processEvents()
    return perf_counter() - began


def rows() -> Iterator[Row]:
    """All figures of the canvas."""
    for count, most in ((300, 1.0), (3000, 5.0)):
        graph = graph_of(count)
        canvas: list[Canvas] = []
        took = seconds(lambda graph=graph, canvas=canvas: canvas.append(canvas_of(graph)))
        yield Row(f"{count:,} layers, open", f"{took:.2f} s", "", None, f"≤ {most:g} s", took <= most)
        here = canvas[0]
        for chosen in ("one", "all"):
            if chosen == "all":
                here._selection.choose_all()
            frames = drag_frames(here, graph.nodes[count // 2].id)
            p95 = frames[int(0.95 * FRAMES)] * 1e3
            limit = ("≤ 8 ms", p95 <= 8) if count == 300 else ("", True)
            yield Row(f"{count:,} layers, drag {chosen}, p95", f"{p95:.1f} ms", "", None, *limit)
        document = here._document
        took = seconds(lambda d=document, g=graph: d.edit("", edits.set_fields(g, g.nodes[1].id, units=7)))
        yield Row(f"{count:,} layers, change a field", f"{took * 1e3:.1f} ms", "", None, "", True)
        # As a window goes: Qt's side first.
        here.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del here, canvas, document
        gc.collect()


if __name__ == "__main__":
    # As in the application: garbage goes between events, never in the middle of painting.
    gc.disable()
    app = QApplication([])
    apply(app, DARK)
    print(table(list(rows())))
