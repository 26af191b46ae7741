"""Somebody who has never seen it: from an empty window to a saved model of three layers, by hand and without help."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import nnstudio
from nnstudio.ui.layer_model import KIND

LEFT, NONE, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Hand:
    """A mouse and a keyboard before a window."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot = window, qtbot
        self.view = window.canvas.view

    def drag_from_palette(self, name, point):
        """Find a layer in the palette, and drop what is dragged from there on the canvas."""
        palette = self.window.panels.palette
        QTest.mouseClick(palette.search, LEFT)
        palette.search.selectAll()
        QTest.keyClicks(palette.search, name)
        index = palette.view.first()
        assert index.data(KIND)
        data = palette.model.mimeData([index])
        target, action = self.view.viewport(), Qt.DropAction.CopyAction
        for kind in (QDragEnterEvent, QDragMoveEvent):
            event = kind(point, action, data, LEFT, NONE)
            QApplication.sendEvent(target, event)
            assert event.isAccepted()
        QApplication.sendEvent(target, QDropEvent(QPointF(point), action, data, LEFT, NONE))

    def draw_wire(self, source, target):
        """Press on an output, and let go on an input."""
        source, target = self.card(source), self.card(target)
        start = self.view.mapFromScene(source.mapToScene(source.output_position()))
        end = self.view.mapFromScene(target.mapToScene(target.input_position(0)))
        QTest.mousePress(self.view.viewport(), LEFT, NONE, start)
        for share in (0.2, 0.5, 0.8, 1.0):
            QTest.mouseMove(self.view.viewport(), start + (end - start) * share)
        QTest.mouseRelease(self.view.viewport(), LEFT, NONE, end)

    def type_into_field(self, name, field, text):
        """Double click on a field of a card, and type."""
        card = self.card(name)
        point = self.view.mapFromScene(card.mapToScene(card.field_rect(field).center()))
        QTest.mouseDClick(self.view.viewport(), LEFT, NONE, point)
        line = QApplication.focusWidget()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def press(self, key, keys=NONE):
        """A key where the keys are."""
        QTest.keyClick(QApplication.focusWidget(), key, keys)

    def card(self, name):
        """The card on which a name stands."""
        (card,) = [each for each in self.window.canvas.scene.cards() if each.face.title == name]
        return card

    @property
    def shapes(self):
        """What stands on the wires, from left to right."""
        wires = sorted(self.window.canvas.scene.wire_items(), key=lambda item: item.path.pointAtPercent(0.5).x())
        return [item.text for item in wires]


@pytest.fixture
def hand(studio, qtbot):
    """A hand before an empty window: the first start, and Ctrl+N."""
    from nnstudio.project.templates import load_template

    studio.begin(load_template("playground"), None)
    (first,) = studio.windows
    first.activateWindow()
    qtbot.waitUntil(first.isActiveWindow)
    QTest.keyClick(first.canvas.view, Qt.Key.Key_N, CTRL)
    (window,) = studio.windows
    window.showNormal()
    window.resize(1280, 720)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.document.graph.nodes == ()
    return Hand(window, qtbot)


def test_three_layers_from_an_empty_window_to_a_saved_model(hand, tmp_path, answers, qtbot):
    window = hand.window
    for name, x in (("Input", 120), ("Dense", 360), ("Softmax", 600)):
        hand.drag_from_palette(name, QPoint(x, 200))
    hand.draw_wire("Input", "Dense")
    hand.draw_wire("Dense", "Softmax")
    assert hand.shapes == ["2", "10"]
    assert window.status.count.text() == "No problems"

    # A mistake: images for a layer that reads flat data.
    hand.type_into_field("Input", "shape", "8x8x1")
    assert hand.shapes == ["8×8×1", ""]
    assert window.status.count.text() == "1 problem"
    QTest.mouseClick(window.status.count, LEFT)
    qtbot.waitUntil(lambda: window.panels.problems.area.rows[0].button.isVisible())
    (row,) = [each for each in window.panels.problems.area.rows if each.isVisible()]
    assert "Put a Flatten before it" in row.about.sentence
    QTest.mouseClick(row.button, LEFT)
    assert hand.shapes == ["8×8×1", "64", "10"]
    assert window.status.count.text() == "No problems"

    hand.press(Qt.Key.Key_F6)
    answers.paths["save"] = tmp_path / "mine"
    hand.press(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: window.windowTitle().startswith("mine.nns") and not window.isWindowModified())
    checked = check(tmp_path / "mine.nns")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert [line.split()[0] for line in checked.stdout.splitlines()[1:5]] == ["Input", "Flatten", "Dense", "Softmax"]


def test_the_same_three_layers_without_a_mouse(hand, tmp_path, answers, qtbot):
    window = hand.window
    for name in ("inp", "dense", "softm"):
        hand.press(Qt.Key.Key_Tab)
        QTest.keyClicks(QApplication.focusWidget(), name)
        hand.press(Qt.Key.Key_Return)
    assert hand.shapes == ["2", "10"]
    answers.paths["save"] = tmp_path / "mine.nns"
    hand.press(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not window.document.modified)
    assert check(tmp_path / "mine.nns").returncode == 0


def check(path):
    environment = os.environ | {"PYTHONPATH": str(Path(nnstudio.__file__).parents[1])}
    command = [sys.executable, "-m", "nnstudio", "check", str(path)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
