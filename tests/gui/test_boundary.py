"""The decision boundary: answers over the plane, the samples on it, units as small pictures, points by clicks."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.api import Model
from nnstudio.live.probes.points import Cloud, PointSet
from nnstudio.live.worker import ThreadWorker
from nnstudio.project.templates import load_template
from nnstudio.ui.document import Document
from nnstudio.ui.panels.boundary import Boundary
from nnstudio.ui.panels.decision_map import DecisionMap
from nnstudio.ui.panels.plane import middles, ranges_of, steady_limit
from nnstudio.ui.plots.table import csv_of
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK

FINE = 160
Key, Button = Qt.Key, Qt.MouseButton


class Store:
    """Writes down what it is asked to keep."""

    def __init__(self):
        self.added, self.removed = [], []

    def add_point(self, x, target):
        self.added.append((x, target))

    def remove_point(self, number):
        self.removed.append(number)


@pytest.fixture
def boundary(qtbot):
    """A panel on a template, when it shows something."""
    runs = []

    def boundary(template="playground", data=None, wait=True):
        project = load_template(template)
        project = replace(project, data=data or project.data)
        document = Document(project)
        run = Run(document, lambda: True, worker=ThreadWorker)
        runs.append((run, document))
        panel = Boundary(document, Selection(document), run, DARK)
        qtbot.addWidget(panel)
        panel.resize(520, 520)
        panel.show()
        if wait:
            qtbot.waitUntil(lambda: bool(panel._seen))
        return panel

    yield boundary
    for run, document in runs:
        assert run.close()
        document.deleteLater()


def network(panel):
    """Its present parameters in float64, and what the playground's network makes of x."""
    with Model(panel.document.project).session(Model(panel.document.project).data(), 1) as session:
        w = {name: array.astype(np.float64) for name, array in session.parameters.named().items()}

    def answer(x):
        for layer in ("hidden_1", "hidden_2", "neuron"):
            x = np.tanh(w[f"{layer}/weights"] @ x + w[f"{layer}/bias"])
        return x[0]

    return w, answer


def at(plot, x, y):
    """The pixel of the axes' viewport at a place in the data."""
    inside, frame = plot.axes.inside, plot.frame
    return QPoint(round(inside.left() + float(frame.across(x))), round(inside.top() + float(frame.down(y))))


def read_at(plot, x, y):
    """What stands on the card under the mouse, by name."""
    place = at(plot, x, y)
    QTest.mouseMove(plot.axes.viewport(), place + QPoint(1, 0))
    QTest.mouseMove(plot.axes.viewport(), place)
    heading, *lines = plot.read.split("; ")
    return heading, dict(line.split(": ") for line in lines if ": " in line)


def number(text):
    return float(text.replace("−", "-"))


def test_what_is_read_under_the_cursor_is_what_the_network_answers_there(boundary):
    panel = boundary()
    _, answer = network(panel)
    for x, y in ((-5.0, 4.5), (3.3, -5.2)):
        heading, lines = read_at(panel.map.plot, x, y)
        here = [number(part.split(" ")[1]) for part in heading.split(", ")]
        assert np.abs(np.array(here) - (x, y)).max() < 0.1
        assert number(lines["output"]) == pytest.approx(answer(np.array(here)), abs=2e-5)
        assert lines["class"] == ("positive" if answer(np.array(here)) > 0 else "negative")


def test_the_training_points_are_drawn_and_on_wish_those_kept_back(boundary):
    panel = boundary()
    data = Model(panel.document.project).data()
    assert len(panel.map.points._x) == len(data.part("train"))
    assert not len(panel.map._held._x)
    panel.kept_back.click()
    assert len(panel.map._held._x) == len(data.part("validation")) + len(data.part("test"))


def test_the_range_holds_all_points_and_stays_while_training(boundary, qtbot):
    panel = boundary("playground", "spiral")
    inputs = Model(panel.document.project).data().inputs
    (left, right), (low, high) = panel._ranges
    assert left < inputs[:, 0].min() < inputs[:, 0].max() < right
    assert low < inputs[:, 1].min() < inputs[:, 1].max() < high
    before = panel._ranges, panel.map.plot.axes.ranges
    panel.run.train()
    qtbot.waitUntil(lambda: panel.run.known.step > 50)
    assert (panel._ranges, panel.map.plot.axes.ranges) == before


def test_every_hidden_unit_has_a_picture(boundary):
    panel = boundary()
    assert [(unit.layer.name, unit.number) for unit in panel.units.units] == [
        *(("Input", number) for number in range(2)),
        *(("hidden_1", number) for number in range(8)),
        *(("hidden_2", number) for number in range(8)),
    ]


def test_pointing_at_a_unit_shows_it_large_and_a_click_pins_it(boundary, qtbot):
    panel = boundary()
    w, _ = network(panel)
    unit = panel.units.units[2 + 3]
    middle = panel.units.place(unit).center()
    QTest.mouseMove(panel.units, middle + QPoint(1, 0))
    QTest.mouseMove(panel.units, middle)
    assert panel.what.text() == "hidden_1 · 4"
    qtbot.waitUntil(lambda: "tanh_1" in panel._seen)
    heading, lines = read_at(panel.map.plot, 2.0, 1.0)
    here = np.array([number(part.split(" ")[1]) for part in heading.split(", ")])
    QApplication.sendEvent(panel.units, QEvent(QEvent.Type.Leave))
    assert panel.what.text() == "Output"
    QTest.mouseClick(panel.units, Button.LeftButton, pos=middle)
    QApplication.sendEvent(panel.units, QEvent(QEvent.Type.Leave))
    assert panel.what.text() == "hidden_1 · 4"
    heading, lines = read_at(panel.map.plot, 2.0, 1.0)
    wanted = np.tanh(w["hidden_1/weights"][3] @ here + w["hidden_1/bias"][3])
    assert number(lines["hidden_1 · 4"]) == pytest.approx(wanted, abs=2e-5)
    panel.back.click()
    assert panel.what.text() == "Output"


def test_units_are_reached_by_the_keyboard(boundary):
    panel = boundary()
    panel.units.setFocus()
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down, Key.Key_Return):
        QTest.keyClick(panel.units, key)
    assert panel.what.text() == "hidden_1 · 2"
    assert panel.units.pin == panel.units.units[3]
    assert panel.units.accessibleDescription() == "hidden_1, unit 2"
    QTest.keyClick(panel.units, Key.Key_Escape)
    assert panel.what.text() == "Output"


def test_a_unit_goes_with_its_layer(boundary, qtbot):
    panel = boundary()
    panel.units.setFocus()
    QTest.keyClick(panel.units, Key.Key_Right)
    QTest.keyClick(panel.units, Key.Key_Right)
    QTest.keyClick(panel.units, Key.Key_Return)
    assert panel.units.pin is not None
    other = load_template("neuron")
    panel.document.change("Other", graph=other.graph, settings=other.settings, data=other.data)
    qtbot.waitUntil(lambda: panel.units.pin is None)
    assert panel.what.text() == "Output"


def test_a_click_adds_a_point_of_the_chosen_class(boundary):
    panel = boundary()
    store = Store()
    panel.keep_points_in(store)
    plot = panel.map.plot
    for key, (x, y) in ((Key.Key_1, (1.0, 2.0)), (Key.Key_2, (-3.0, 0.0))):
        QTest.keyClick(panel, key)
        QTest.mouseClick(plot.axes.viewport(), Button.LeftButton, pos=at(plot, x, y))
    assert [target for _, target in store.added] == [0, 1]
    assert np.allclose([x for x, _ in store.added], [(1.0, 2.0), (-3.0, 0.0)], atol=0.05)
    panel.picker.buttons[0].click()
    QTest.mouseClick(plot.axes.viewport(), Button.LeftButton, pos=at(plot, 0.0, 0.0))
    assert store.added[-1][1] == 0


def test_a_right_click_removes_the_nearest_point(boundary):
    panel = boundary()
    store = Store()
    panel.keep_points_in(store)
    data = Model(panel.document.project).data()
    plot, wanted = panel.map.plot, int(data.part("train")[7])
    QTest.mouseClick(plot.axes.viewport(), Button.RightButton, pos=at(plot, *data.inputs[wanted].tolist()))
    QTest.mouseClick(plot.axes.viewport(), Button.RightButton, pos=at(plot, -5.9, 5.9))
    [removed] = store.removed
    away = np.hypot(*(data.inputs[data.part("train")] - data.inputs[wanted]).T)
    near = data.part("train")[away < 0.1]
    assert removed in near
    assert store.added == []


def test_without_a_store_clicks_do_nothing_and_the_tooltip_says_so(boundary):
    panel = boundary()
    plot = panel.map.plot
    QTest.mouseClick(plot.axes.viewport(), Button.LeftButton, pos=at(plot, 1.0, 2.0))
    QTest.mouseClick(plot.axes.viewport(), Button.RightButton, pos=at(plot, 1.0, 2.0))
    assert not panel.picker.isEnabled()
    assert panel.picker.toolTip() == "No points can be added to this data."
    panel.keep_points_in(Store())
    assert panel.picker.isEnabled()


def test_one_input_is_a_curve_over_its_samples(boundary, qtbot):
    panel = boundary("linear-regression")
    store = Store()
    panel.keep_points_in(store)
    plot = panel.curve
    heading, lines = read_at(plot, 2.0, 3.0)
    x = number(heading.split(" ")[1])
    assert abs(x - 2.0) < 0.05
    # The template begins with y = 0.1·x.
    assert number(lines["output"].split(" at ")[0]) == pytest.approx(0.1 * x, abs=1e-6)
    QTest.mouseClick(plot.axes.viewport(), Button.LeftButton, pos=at(plot, 1.0, 3.0))
    [((here,), target)] = store.added
    assert (here, target) == pytest.approx((1.0, 3.0), abs=0.05)
    data = Model(panel.document.project).data()
    place = at(plot, float(data.inputs[5, 0]), float(data.targets[5, 0]))
    QTest.mouseClick(plot.axes.viewport(), Button.RightButton, pos=place)
    away = np.hypot(data.inputs[:, 0] - data.inputs[5, 0], data.targets[:, 0] - data.targets[5, 0])
    assert away[store.removed[0]] < 0.1


def test_other_data_gets_a_sentence_that_says_what_suits(boundary, qtbot):
    panel = boundary("digits", wait=False)
    qtbot.waitUntil(lambda: "64" in panel.stage.nothing.sentence)
    assert panel.stage.nothing.isVisible()
    assert "one or two inputs" in panel.stage.nothing.sentence
    assert panel.probes().keys() == {"points"}


def test_from_two_inputs_to_one_and_back(boundary, qtbot):
    panel = boundary()
    two, one = panel.document.project, load_template("linear-regression")
    panel.document.change("One", graph=one.graph, settings=one.settings, data=one.data)
    qtbot.waitUntil(lambda: panel.curve.isVisible() and len(panel._ranges) == 1)
    panel.document.change("Two", graph=two.graph, settings=two.settings, data=two.data)
    qtbot.waitUntil(lambda: panel.map.isVisible() and len(panel._ranges) == 2)
    assert panel.stage.nothing.isHidden()


def test_a_hidden_panel_asks_for_nothing(boundary):
    panel = boundary()
    panel.hide()
    assert panel._probes == {}


def test_the_picture_shows_two_colours_when_it_is_discretised(boundary, qtbot):
    panel = boundary()

    def colours():
        return set(np.unique(panel.map._field._shades))

    assert len(colours()) > 20
    panel.sharp.click()
    assert colours() <= {1, 128, 255}
    _, answer = network(panel)
    heading, lines = read_at(panel.map.plot, 1.0, -2.0)
    here = np.array([number(part.split(" ")[1]) for part in heading.split(", ")])
    assert number(lines["output"]) == pytest.approx(answer(here), abs=2e-5)


def test_the_numbers_of_a_saved_table_are_what_the_network_answers(boundary):
    panel = boundary()
    _, answer = network(panel)
    rows = [line.split(",") for line in csv_of(panel.table()).decode().splitlines()]
    assert rows[0] == ["x", "y", "answer", "class of the point"]
    points = len(Model(panel.document.project).data().part("train"))
    assert len(rows) == 1 + FINE * FINE + points
    x, y, value = (float(cell) for cell in rows[4711][:3])
    assert value == pytest.approx(answer(np.array([x, y])), abs=2e-6)


def test_three_classes_each_have_a_colour_and_a_name(qtbot):
    shown = DecisionMap()
    qtbot.addWidget(shown)
    shown.resize(300, 300)
    shown.show()
    cloud = Cloud(np.arange(3), np.array([[-1.0, -1], [1, -1], [0, 1]]), np.arange(3))
    none = Cloud(*(array[:0] for array in (cloud.numbers, cloud.inputs, cloud.targets)))
    clouds = {"train": cloud, "validation": none, "test": none}
    shown.show_samples(PointSet((2,), clouds, ("ape", "bee", "cat"), ("length", "weight"), (), 0, 1), False)
    answers = np.full((4, 4, 3), 0.2, np.float32)
    answers[:, :2, 1], answers[:, 2:, 2] = 0.6, 0.6
    shown.show_output(answers, ((-2, 2), (-2, 2)), False)
    heading, lines = read_at(shown.plot, -1.4, 0.6)
    assert heading == "length −1.5, weight 0.5"
    assert lines["class"] == "bee"
    assert (lines["ape"], lines["bee"]) == ("0.2", "0.6")
    assert [entry.text() for entry in shown.plot.legend.entries] == ["ape", "bee", "cat"]


def test_ranges_are_round_and_change_only_when_they_must():
    points = np.array([[-4.9, 0.02], [4.8, 1.01]])
    x, y = ranges_of(np.repeat(points, 20, axis=0))
    assert x == (-6.0, 6.0)
    assert y[0] < 0.02
    assert y[1] > 1.01
    assert ranges_of(np.append(points, [[5.5, 0.5]], axis=0), (x, y)) == (x, y)
    assert ranges_of(np.append(points, [[9.0, 0.5]], axis=0), (x, y))[0][1] > 9
    assert ranges_of(points / 100, (x, y)) != (x, y)
    assert ranges_of(np.full((3, 2), np.nan)) == ((-1, 1), (-1, 1))


def test_cells_lie_between_the_ends():
    assert middles(((-1.0, 1.0),), 4) == ((-0.75, 0.75),)


def test_a_limit_is_round_and_stays():
    assert steady_limit(np.array([-3.0, 1])) == 5
    assert steady_limit(np.array([2.0]), 5) == 5
    assert steady_limit(np.array([0.5]), 5) == 0.5
    assert steady_limit(np.array([np.nan, 0])) == 1
