"""The perspective Laboratory of a window: its panels work on the window's model, and end with it."""

from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from nnstudio.live.process import ProcessWorker
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio
from nnstudio.ui.panels.rates import RatesPanel
from nnstudio.ui.theme import LIGHT
from tests.gui.conftest import roomy

LEFT = Qt.MouseButton.LeftButton


def open_laboratory(window, qtbot):
    """Press the button of the perspective, and leave the rates alone in it."""
    button = next(each for each in window.tool_bar.findChildren(QToolButton) if each.text() == "Laboratory")
    QTest.mouseClick(button, LEFT)
    window.docks["descent"].hide()
    later = window.panels.all["rates"]
    qtbot.waitUntil(lambda: later.content is not None and later.content.isVisible())
    return later.content


def test_the_perspective_shows_the_rates_of_the_windows_model(window, qtbot):
    panel = open_laboratory(window, qtbot)
    assert isinstance(panel, RatesPanel)
    assert panel.isVisible()
    assert window.docks["rates"].windowTitle() == "Learning rates"
    assert panel.bar.rates[0] < window.document.project.settings.optimizer.learning_rate < panel.bar.rates[-1]


def test_lanes_learn_and_one_becomes_the_model(window, qtbot):
    panel = open_laboratory(window, qtbot)
    panel.bar.show_rates((0.001, 0.01))
    panel.header.epochs.show_value(1)
    QTest.mouseClick(panel.header.start, LEFT)
    qtbot.waitUntil(lambda: panel.laboratory.lanes != {} and panel.laboratory.over)
    qtbot.waitUntil(lambda: not panel.experiment.going)
    panel.choose(0)
    QTest.mouseClick(panel.choice.use_lane, LEFT)
    qtbot.waitUntil(lambda: window.document.project.weights is not None)
    assert window.document.project.settings.optimizer.learning_rate == 0.001
    window.document.undo_stack.setClean()


def test_it_follows_the_theme(window, qtbot):
    panel = open_laboratory(window, qtbot)
    before = panel.grab().toImage().pixelColor(2, 2)
    window.theme_asked.emit("light")
    assert panel.theme is LIGHT
    assert panel.grab().toImage().pixelColor(2, 2) != before


def test_its_sentences_stand_in_the_status_bar(window, qtbot):
    panel = open_laboratory(window, qtbot)
    panel.laboratory.told.emit("A lane was lost.")
    assert window.statusBar().currentMessage() == "A lane was lost."


@pytest.fixture
def studio_of_processes(qapp, home, settings, answers):
    studio = Studio(qapp, settings, answers, ProcessWorker)
    yield studio
    studio.close()
    studio.deleteLater()


def test_closing_the_window_ends_its_lanes(studio_of_processes, qtbot):
    window = roomy(studio_of_processes.open(load_template("playground"), None))
    panel = open_laboratory(window, qtbot)
    panel.header.epochs.show_value(10_000)
    QTest.mouseClick(panel.header.start, LEFT)
    qtbot.waitUntil(lambda: bool(lanes := panel.laboratory.lanes) and all(lane.step for lane in lanes.values()),
                    timeout=30_000)  # fmt: skip
    processes = [worker._link._process for worker in panel.laboratory._team._workers]
    assert processes
    window.document.undo_stack.setClean()
    began = perf_counter()
    window.close()
    assert perf_counter() - began < 3
    assert all(process.poll() is not None for process in processes)
