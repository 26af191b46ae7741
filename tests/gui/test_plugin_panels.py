"""A window with plugins: a layer that is dragged and trained by a process of its own, a panel, and panels that fail."""


import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from nnstudio.api import Model
from nnstudio.live.process import ProcessWorker
from nnstudio.project.templates import load_template
from nnstudio.ui.guests import Guest
from nnstudio.ui.plugin_panels import _told
from nnstudio.ui.theme import LIGHT
from tests.gui.conftest import roomy, settle, studio_with
from tests.gui.test_first_build import Hand
from tests.plugins.installing import lay

PANEL = """
from dataclasses import dataclass
from nnstudio.core.panels import Panel

@dataclass(frozen=True)
class Odd(Panel):
    title, about, area = "Odd", "Fails in one way or another", "bottom"

    def make(self, *window):
        from the_odd_one.view import View
        return View(*window)
"""
START = "from PySide6.QtWidgets import QWidget\nfrom nnstudio.ui.panels.live import LivePanel\n"
PROBE = """
from dataclasses import dataclass
from nnstudio.live.probes.base import Probe
@dataclass(frozen=True)
class Asked(Probe):
    def take(self, sight):
        raise ValueError("asked")
"""
FAULTS = {
    "raises when it is made": (START + "def View(*window): raise ValueError('made')", "ValueError: made"),
    "cannot be imported": ("import what_is_not_there", "ModuleNotFoundError"),
    "makes no widget": ("def View(*window): return 3", "TypeError: make gave a int, and not a widget"),
    "raises when it is painted": (
        START + "class View(LivePanel):\n    def paintEvent(self, event): raise ValueError('painted')",
        "ValueError: painted"),
    "raises when it follows": (
        START + "class View(LivePanel):\n    def refresh(self): raise ValueError('refreshed')",
        "ValueError: refreshed"),
    "asks for nonsense": (
        START + "class View(LivePanel):\n    def probes(self): return 3", "AttributeError"),
    "asks a question that fails": (
        START + "from the_odd_one.probe import Asked\n"
        "class View(LivePanel):\n    def probes(self): return {'it': Asked()}", "ValueError: asked"),
}  # fmt: skip


@pytest.fixture
def installed(installed):
    """What was said of a plugin in one test is said again in the next."""
    yield installed
    _told.clear()


@pytest.fixture
def processes(qtbot, qapp, home, settings, answers, bugs, installed):
    """The application whose trainings run in processes of their own."""
    yield from studio_with(ProcessWorker, qtbot, qapp, settings, answers, bugs)


def epochs_of(window):
    return window.run.record.epochs if window.run.record else 0


def test_a_layer_of_a_plugin_is_dragged_trained_by_another_process_and_watched_in_its_panel(
    installed, example, processes, qtbot
):
    installed.add(example)
    window = roomy(processes.open(load_template("digits"), None))
    hand = Hand(window, qtbot)
    wire = next(each for each in window.canvas.scene.wire_items() if each.wire.source == "hidden")
    middle = hand.view.mapFromScene(wire.path.pointAtPercent(0.5))
    hand.drag_from_palette("Hard tanh", QPoint(middle))
    assert [node.layer.title for node in window.document.graph.order][2:4] == ["Dense", "Hard tanh"]

    window.docks.show("plugin-weight_norms", 320)
    table = window.panels.plugins.guests["plugin-weight_norms"].content.table
    window.run.train(epochs=2)
    qtbot.waitUntil(lambda: epochs_of(window) == 2 and not window.run.going)
    settle(qtbot, window)
    weights = window.document.project.weights
    wanted = [f"{np.linalg.norm(weights[name]):.6g}" for name in ("hidden/weights", "hidden/bias")]
    qtbot.waitUntil(lambda: [table.item(row, 2).text() for row in (0, 1)] == wanted)
    assert [table.item(row, 1).text() for row in range(4)] == ["weights", "bias"] * 2
    assert Model(window.document.project).evaluate("digits").accuracy > 0.3


def test_a_panel_of_a_plugin_stands_in_the_menu_and_is_made_when_it_is_first_seen(installed, example, studio):
    installed.add(example)
    window = roomy(studio.open(load_template("digits"), None))
    guest = window.panels.plugins.guests["plugin-weight_norms"]
    assert guest.content is None
    (action,) = [each for each in window.docks.actions() if each.text() == "Weight norms"]
    assert "as vectors" in action.statusTip()
    action.trigger()
    assert guest.content is not None
    assert window.docks["plugin-weight_norms"].property("help") == "panels/plugin-weight_norms"
    studio.choose_theme("light")
    assert guest.content.theme is LIGHT


@pytest.mark.parametrize("way", FAULTS)
def test_a_panel_that_fails_is_replaced_by_a_notice_and_the_window_goes_on(way, installed, studio, tmp_path, qtbot):
    view, reason = FAULTS[way]
    points = "[nnstudio.panels]\nodd = the_odd_one.odd:Odd\n"
    installed.add(lay(tmp_path / "odd", "the-odd-one", points, odd=PANEL, view=view, probe=PROBE))
    window = roomy(studio.open(load_template("digits"), None))
    guest = window.panels.plugins.guests["plugin-odd"]
    window.docks.show("plugin-odd")
    qtbot.waitUntil(lambda: guest.notice is not None)
    assert guest.content is None
    assert f"the plugin the-odd-one. {reason}" in guest.notice.words.text().replace("\u200b", "")
    guest.notice.copy.click()
    assert reason.partition(":")[0] in QGuiApplication.clipboard().text()

    # The rest is as well as ever.
    window.run.train(epochs=1)
    qtbot.waitUntil(lambda: epochs_of(window) == 1)
    settle(qtbot, window)
    assert window.document.project.weights is not None


def test_a_panel_that_failed_can_be_tried_again(studio, window, qtbot):
    made = []

    def make(parent):
        made.append(parent)
        if len(made) == 1:
            raise ValueError("the first time")
        return Guest("Inner", "p", make, window.run, parent)

    guest = Guest("Outer", "some-plugin", make, window.run)
    qtbot.addWidget(guest)
    guest.show()
    qtbot.waitUntil(lambda: guest.notice is not None)
    QTest.mouseClick(guest.notice.again, Qt.MouseButton.LeftButton)
    assert guest.notice is None
    assert guest.content.title == "Inner"


def test_a_bug_in_a_thread_of_a_plugin_takes_away_its_panel_and_no_more(installed, studio, tmp_path, qtbot):
    view = START + "import threading\nclass View(QWidget):\n    def __init__(self, *window):\n"
    view += "        super().__init__(window[-1])\n        threading.Thread(target=self.work).start()\n"
    view += "    def work(self): raise ValueError('in a thread')"
    points = "[nnstudio.panels]\nodd = the_odd_one.odd:Odd\n"
    installed.add(lay(tmp_path / "odd", "the-odd-one", points, odd=PANEL, view=view))
    window = roomy(studio.open(load_template("digits"), None))
    window.docks.show("plugin-odd")
    guest = window.panels.plugins.guests["plugin-odd"]
    qtbot.waitUntil(lambda: guest.notice is not None)
    assert "in a thread" in guest.notice.words.text()


LAYER = """
from dataclasses import dataclass
from nnstudio.layers.base import Activation
@dataclass(frozen=True)
class Fuzzy(Activation):
    "Fails when it is used."
    def output_shape(self, *inputs):
        {shape}
    def forward(self, at):
        raise ValueError("forward")
    def backward(self, at): ...
"""


def test_a_layer_that_has_no_shape_but_a_bug_is_a_problem_on_its_card(installed, studio, tmp_path, answers):
    source = LAYER.format(shape="return inputs[7]")
    installed.add(lay(tmp_path / "f", "fuzzy-one", "[nnstudio.layers]\nf = fuzzy_one.f:Fuzzy\n", f=source))
    window = roomy(studio.open(load_template("digits"), None))
    window.selection.choose(["hidden"])
    window.panels.palette.append("fuzzy")
    (problem,) = [each for each in window.document.findings.problems if "plugin" in each.sentence]
    assert problem.sentence.startswith("Fuzzy comes from the plugin fuzzy-one and failed (IndexError")
    window.document.undo()
    assert window.document.findings.problems == ()


def test_a_layer_that_fails_in_the_training_is_named_and_no_bug_of_ours(installed, studio, tmp_path, qtbot):
    source = LAYER.format(shape="return inputs[0]")
    installed.add(lay(tmp_path / "f", "fuzzy-one", "[nnstudio.layers]\nf = fuzzy_one.f:Fuzzy\n", f=source))
    window = roomy(studio.open(load_template("digits"), None))
    window.selection.choose(["hidden"])
    window.panels.palette.append("fuzzy")
    window.run.train(epochs=1)
    qtbot.waitUntil(lambda: window.run.state.name == "FAILED")
    assert window.run.sentence.startswith("The plugin fuzzy-one failed (ValueError: forward).")


def test_what_failed_at_the_start_is_said_once_in_the_status_bar(installed, studio, tmp_path, qtbot):
    installed.add(lay(tmp_path / "b", "the-broken-one", "[nnstudio.layers]\nbang = the_broken_one.boom:Boom\n"))
    window = studio.open(load_template("digits"), None)
    qtbot.waitUntil(lambda: "“bang” of the plugin the-broken-one is left out" in window.statusBar().currentMessage())
    window.tell("")
    window.panels.plugins.tell_failures()
    assert window.statusBar().currentMessage() == ""
