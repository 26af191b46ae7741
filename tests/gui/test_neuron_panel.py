"""Weight space and input space: two views of one neuron, with numbers that equal a calculation by hand."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.data.points import Points
from nnstudio.live.known import State
from nnstudio.live.worker import ThreadWorker
from nnstudio.project.templates import load_template
from nnstudio.training.settings import Settings
from nnstudio.ui.beginnings import Beginnings
from nnstudio.ui.document import Document
from nnstudio.ui.panels.neuron import NeuronPanel
from nnstudio.ui.panels.neuron_site import Answers, find_single, weight_ranges
from nnstudio.ui.plots.numbers import exact
from nnstudio.ui.plots.table import csv_of
from nnstudio.ui.run import Run
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK

TWO = Points(((1.0, 2.0), (-1.0, 0.5)), (1, 0), (0, 0), ("no", "yes"))
Button = Qt.MouseButton
f = np.float32


@pytest.fixture
def neuron(qtbot):
    """A panel on a template, when it shows its numbers."""
    runs = []

    def neuron(template="neuron", points=None, wait=True, **settings):
        project = load_template(template)
        settings = Settings.from_fields({**vars(project.settings), **settings})
        document = Document(replace(project, points=points, settings=settings))
        run = Run(document, lambda: True, worker=ThreadWorker)
        runs.append((run, document))
        panel = NeuronPanel(document, Selection(document), run, DARK, beginnings=Beginnings(document, run))
        qtbot.addWidget(panel)
        panel.resize(720, 640)
        panel.show()
        if wait:
            qtbot.waitUntil(lambda: panel._numbers is not None and panel._shown is not None)
            qtbot.waitUntil(lambda: panel.weights._costs.size > 0)
        return panel

    yield neuron
    for run, document in runs:
        assert run.close()
        document.deleteLater()


def step_done(panel, steps, qtbot):
    panel.run.train(steps=1)
    qtbot.waitUntil(lambda: panel.run.known.step == steps and panel.run.state is State.STANDING)
    qtbot.waitUntil(lambda: panel._path.steps[-1] == steps)


def numbers(panel):
    return dict(part.split("\u00a0=\u00a0") for part in panel.numbers.text().split("   "))


def test_two_samples_and_one_step_equal_a_calculation_by_hand(neuron, qtbot):
    panel = neuron(points=TWO, optimizer=replace(load_template("neuron").settings.optimizer, learning_rate=0.5))
    assert numbers(panel) == {"w₁": "0", "w₂": "0", "b": "0", "J": exact(float(f(np.log(2))))}
    step_done(panel, 1, qtbot)
    # y = 0.5 for both, so e = t − y is 0.5 and −0.5: w = η·½·Σ e·x, b = η·½·Σ e, with η = 0.5.
    assert numbers(panel)["w₁"] == exact(0.5 * 0.5 * (0.5 * 1.0 - 0.5 * -1.0)) == "0.25"
    assert numbers(panel)["w₂"] == exact(0.5 * 0.5 * (0.5 * 2.0 - 0.5 * 0.5)) == "0.1875"
    assert numbers(panel)["b"] == "0"
    a = np.array([0.25 * 1 + 0.1875 * 2, 0.25 * -1 + 0.1875 * 0.5])
    y = 1 / (1 + np.exp(-a))
    cost = np.mean([-np.log(y[0]), -np.log(1 - y[1])])
    assert float(numbers(panel)["J"]) == pytest.approx(cost, rel=2e-7)


def test_the_saved_table_has_the_weights_of_every_step_and_the_cost_of_every_batch(neuron, qtbot):
    panel = neuron(points=TWO, optimizer=replace(load_template("neuron").settings.optimizer, learning_rate=0.5))
    step_done(panel, 1, qtbot)
    step_done(panel, 2, qtbot)
    lines = [line.split(",") for line in csv_of(panel.table()).decode().splitlines()]
    assert lines[0] == ["step", "w₁", "w₂", "b", "cost"]
    assert [line[0] for line in lines[1:]] == ["0", "1", "2"] or lines[1][0] in ("0", "0.0")
    assert [float(cell) for cell in lines[2][1:4]] == [0.25, 0.1875, 0.0]
    assert float(lines[2][4]) == pytest.approx(np.log(2), rel=2e-7)


def test_the_contours_are_of_the_cost_of_the_lectures(neuron):
    panel = neuron(points=TWO)
    costs, (xs, ys) = panel.weights._costs, panel.weights._ranges
    w1, w2 = np.meshgrid(np.linspace(*xs, costs.shape[1]), np.linspace(*ys, costs.shape[0]))
    y1, y2 = (1 / (1 + np.exp(-(w1 * x[0] + w2 * x[1]))) for x in TWO.inputs)
    assert np.allclose(costs, (-np.log(y1) - np.log(1 - y2)) / 2, rtol=1e-5)


def pixel(panel, layer_plot, place):
    return (place + layer_plot.axes.inside.topLeft()).toPoint()


def drag(plot, begin, end):
    view = plot.axes.viewport()
    QTest.mousePress(view, Button.LeftButton, pos=begin)
    for share in (0.3, 0.7, 1.0):
        here = QPointF(begin) + (QPointF(end) - QPointF(begin)) * share
        QTest.mouseMove(view, here.toPoint())
    QTest.mouseRelease(view, Button.LeftButton, pos=end)


def weights(panel):
    found = panel.document.project.weights
    return None if found is None else [*found["neuron/weights"][0].tolist(), *found["neuron/bias"].tolist()]


def test_dragging_the_arrow_moves_the_weights_and_undo_brings_them_back(neuron, qtbot):
    panel = neuron(points=TWO)
    step_done(panel, 1, qtbot)
    qtbot.waitUntil(lambda: weights(panel) is not None)
    before, edits = weights(panel), panel.document.undo_stack.count()
    plot = panel.weights
    begin = pixel(panel, plot, plot.arrow.pixel())
    drag(plot, begin, begin + QPoint(30, 20))
    moved = weights(panel)
    assert moved[0] > before[0]
    assert moved[1] < before[1]
    assert moved[2] == before[2]
    assert panel.document.undo_stack.count() == edits + 1
    qtbot.waitUntil(lambda: panel._path.present.tolist() == moved)
    assert numbers(panel)["w₁"] == exact(f(moved[0]))
    qtbot.waitUntil(lambda: numbers(panel)["J"] != "…")
    panel.document.undo()
    assert weights(panel) == before
    qtbot.waitUntil(lambda: panel._path.present.tolist() == before and numbers(panel)["w₁"] == exact(f(before[0])))


def test_dragging_the_line_moves_the_bias_alone(neuron, qtbot):
    panel = neuron(points=TWO)
    step_done(panel, 1, qtbot)
    qtbot.waitUntil(lambda: weights(panel) is not None)
    before = weights(panel)
    plane = panel.inputs.plane
    line, frame = plane.neuron, plane.plot.frame
    foot = line.foot()
    w = np.array(before[:2])
    along = np.array([-w[1], w[0]]) / np.hypot(*w) * 0.6
    start = QPointF(float(frame.across(foot[0] + along[0])), float(frame.down(foot[1] + along[1])))
    begin = pixel(panel, plane.plot, start)
    end = begin + QPoint(25, 0)
    drag(plane.plot, begin, end)
    moved = weights(panel)
    assert moved[:2] == pytest.approx(before[:2])
    inside = QPointF(end) - plane.plot.axes.inside.topLeft()
    here = np.array([frame.x_at(inside.x()), frame.y_at(inside.y())])
    assert moved[2] == pytest.approx(-float(w @ here), abs=1e-6)


def test_dragging_the_normal_turns_the_weights_about_its_foot(neuron, qtbot):
    panel = neuron(points=TWO)
    step_done(panel, 1, qtbot)
    qtbot.waitUntil(lambda: weights(panel) is not None)
    before = weights(panel)
    plane = panel.inputs.plane
    foot = np.array(plane.neuron.foot())
    begin = pixel(panel, plane.plot, plane.neuron.tip())
    drag(plane.plot, begin, begin + QPoint(10, 40))
    moved = weights(panel)
    assert np.hypot(*moved[:2]) == pytest.approx(np.hypot(*before[:2]), rel=1e-5)
    assert moved[:2] != pytest.approx(before[:2], rel=1e-3)
    assert np.dot(moved[:2], foot) + moved[2] == pytest.approx(0, abs=1e-6)


def test_dragging_while_it_trains_pauses_first(neuron, qtbot):
    panel = neuron(epochs=100_000)
    panel.run.train()
    qtbot.waitUntil(lambda: panel.run.known.step > 20 and np.hypot(*panel._numbers[:2]) > 0.1)
    plot = panel.weights
    begin = pixel(panel, plot, plot.arrow.pixel())
    drag(plot, begin, begin + QPoint(-20, 15))
    wanted = panel._numbers.tolist()
    qtbot.waitUntil(lambda: panel.run.state is State.STANDING and weights(panel) == wanted)
    qtbot.waitUntil(lambda: panel._path.present.tolist() == wanted)
    assert not panel.run.going


def test_a_line_through_points_is_moved_by_its_handles(neuron, qtbot):
    panel = neuron("linear-regression")
    assert numbers(panel)["w"] == "0.1"
    line = panel.inputs.line
    begin = pixel(panel, line, line.offset._pixel())
    drag(line, begin, begin + QPoint(0, -30))
    found = panel.document.project.weights
    assert found["line/bias"][0] > 0
    assert found["line/weights"][0, 0] == f(0.1)
    qtbot.waitUntil(lambda: panel._path.present.tolist() == [f(0.1), found["line/bias"][0]])
    begin = pixel(panel, line, line.slope._pixel())
    drag(line, begin, begin + QPoint(0, -30))
    assert panel.document.project.weights["line/weights"][0, 0] > f(0.1)
    assert panel.document.project.weights["line/bias"][0] == pytest.approx(found["line/bias"][0], rel=1e-6)


def test_other_axes_show_the_error_over_them(neuron, qtbot):
    panel = neuron(points=TWO)
    panel.axes.setCurrentIndex(1)
    assert str(panel.weights.axes.side.labelText) == "b"
    qtbot.waitUntil(lambda: panel.weights._costs.size > 0)
    costs, (xs, ys) = panel.weights._costs, panel.weights._ranges
    w1, b = np.meshgrid(np.linspace(*xs, costs.shape[1]), np.linspace(*ys, costs.shape[0]))
    y1, y2 = (1 / (1 + np.exp(-(w1 * x[0] + b))) for x in TWO.inputs)
    assert np.allclose(costs, (-np.log(y1) - np.log(1 - y2)) / 2, rtol=1e-5)


def test_the_perceptron_shows_the_line_of_each_sample(neuron, qtbot):
    panel = neuron("perceptron", points=TWO)
    panel.lines.click()
    assert panel.weights.lines._factors.tolist() == [[1, 2, 0], [-1, 0.5, 0]]
    panel.lines.click()
    assert not len(panel.weights.lines._factors)


def test_the_path_goes_along_while_it_trains(neuron, qtbot):
    panel = neuron(epochs=100_000)
    panel.run.train()
    qtbot.waitUntil(lambda: len(panel._path.steps) > 5)
    assert len(panel.weights.path._x) == len(panel._path.steps) + 1
    assert panel.weights.path._x[0] == 0


def test_a_model_without_such_a_neuron_gets_a_sentence(neuron, qtbot):
    panel = neuron("playground", wait=False)
    assert "one unit" in panel.stage.nothing.sentence
    assert panel.stage.nothing.isVisible()
    assert panel.probes() == {}
    other = load_template("neuron")
    panel.document.change("Other", graph=other.graph, settings=other.settings, data=other.data)
    qtbot.waitUntil(lambda: panel._numbers is not None)
    assert panel.stage.nothing.isHidden()


def test_which_neuron_is_shown():
    document = Document(load_template("xor"))
    shapes = document.findings.shapes.known
    assert find_single(document.graph, shapes, None) is None
    document = Document(load_template("neuron"))
    single = find_single(document.graph, document.findings.shapes.known, "output")
    assert (single.id, single.names, single.activation.kind) == ("neuron", ("w₁", "w₂", "b"), "sigmoid")
    assert not single.linear


def test_what_an_activation_answers():
    single = find_single(*(lambda d: (d.graph, d.findings.shapes.known))(Document(load_template("neuron"))), None)
    numbers = np.array([[-2.0, 0.0, 3.0]])
    assert np.allclose(Answers(single.activation, 3)(numbers), 1 / (1 + np.exp(-numbers)))
    assert np.allclose(Answers(None, 3)(numbers), numbers)


def test_ranges_of_weights_hold_origin_and_path_and_change_seldom():
    x, y = weight_ranges(np.array([[0.5, 3.0], [1.0, 4.0]]))
    assert x[0] <= 0 < 1 <= x[1]
    assert y[0] <= 0 < 4 <= y[1]
    assert x[1] - x[0] == pytest.approx(y[1] - y[0])
    assert weight_ranges(np.array([[1.1, 3.5]]), (x, y)) == (x, y)
    assert weight_ranges(np.array([[1.1, 9.0]]), (x, y)) != (x, y)
    assert weight_ranges(np.array([[np.nan, 1.0]]))
