"""The descent: lanes walk over the error surface, back, and begin again where one clicks."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.api import Model
from nnstudio.experiments.line_ups import as_it_is, by_batch, by_rate
from nnstudio.experiments.planes import OF_PATHS, OfTwoWeights
from nnstudio.graph import edits
from nnstudio.layers.initialisers import Constant
from nnstudio.project.templates import load_template
from nnstudio.ui.panels.descent_controls import LineUp, Over
from nnstudio.ui.panels.weight_names import named_places, place_in
from tests.gui.conftest import roomy

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def shown(studio, qtbot):
    """The descent of a template, with its first surface."""

    def shown(template, finest=True):
        window = roomy(studio.open(load_template(template), None))
        window.activateWindow()
        window.docks.use("explore")
        window.docks.show("descent", 640)
        later = window.panels.all["descent"]
        qtbot.waitUntil(lambda: later.content is not None)
        panel = later.content
        if finest:
            qtbot.waitUntil(lambda: panel.surface.ground is not None and panel.surface.ground.finest)
            rest(qtbot, panel)
        return panel

    return shown


def rest(qtbot, panel):
    """Wait until nothing more is told."""
    laboratory = panel.laboratory
    qtbot.waitUntil(lambda: not laboratory.going and not laboratory._tick.isActive())


def click(qtbot, panel, button):
    QTest.mouseClick(button, LEFT)
    rest(qtbot, panel)


def steps_of(panel):
    return [trail.steps[-1] for trail in panel.surface.trails.values()]


def places_of(panel):
    return [tuple(trail.places[-1]) for trail in panel.surface.trails.values()]


def test_three_lanes_stand_at_the_same_place_before_they_walk(shown):
    panel = shown("linear-regression")
    assert [trail.name for trail in panel.surface.trails.values()] == [
        "Batch: all 100", "Mini-batch: 32", "Single samples"
    ]  # fmt: skip
    assert np.allclose(places_of(panel), [(0.1, 0.0)] * 3)
    assert panel.surface.axes.bottom.labelText == "w"
    assert panel.surface.axes.side.labelText == "b"
    assert panel.surface.ground.plane == OfTwoWeights(("line/weights", (0, 0)), ("line/bias", (0,)))


def test_steps_go_on_in_every_lane_and_back(qtbot, shown):
    panel = shown("linear-regression")
    click(qtbot, panel, panel.controls.step)
    assert steps_of(panel) == [1, 1, 1]
    first = places_of(panel)
    assert len(set(first)) == 3
    click(qtbot, panel, panel.controls.ten)
    assert steps_of(panel) == [11, 11, 11]
    for _ in range(10):
        click(qtbot, panel, panel.controls.back)
    assert steps_of(panel) == [1, 1, 1]
    assert places_of(panel) == first
    assert "Step 1" in panel.controls.where.text()


def test_the_first_step_of_the_whole_set_is_the_one_of_the_lecture(qtbot, shown):
    panel = shown("linear-regression")
    click(qtbot, panel, panel.controls.step)
    data = Model(load_template("linear-regression")).data()
    picks = data.training()
    x, t = (np.asarray(each[picks], np.float64).ravel() for each in (data.inputs, data.targets))
    error = 0.1 * x - t
    assert np.allclose(places_of(panel)[0], (0.1 - 0.1 * np.mean(error * x), -0.1 * np.mean(error)), rtol=1e-5)


def test_a_click_on_the_surface_lets_all_lanes_begin_there(qtbot, shown):
    panel = shown("linear-regression")
    click(qtbot, panel, panel.controls.ten)
    surface, before = panel.surface, panel.surface.ground.spans
    pixel = surface.axes.inside.center().toPoint() + QPoint(40, -30)
    inside = surface.axes.within(QPointF(pixel))
    wanted = surface.frame.x_at(inside.x()), surface.frame.y_at(inside.y())
    QTest.mouseClick(surface.axes.viewport(), LEFT, pos=pixel)
    qtbot.waitUntil(lambda: steps_of(panel) == [0, 0, 0])
    rest(qtbot, panel)
    assert np.allclose(places_of(panel), [wanted] * 3, atol=1e-5)
    assert panel.surface.ground.spans == before
    click(qtbot, panel, panel.controls.step)
    click(qtbot, panel, panel.controls.restart)
    assert np.allclose(places_of(panel), [wanted] * 3, atol=1e-5)


def test_run_walks_to_the_end(qtbot, shown):
    panel = shown("linear-regression")
    QTest.mouseClick(panel.controls.run, LEFT)
    assert panel.controls.run.text() == "Pause"
    qtbot.waitUntil(lambda: panel.laboratory.over)
    rest(qtbot, panel)
    assert panel.controls.run.text() == "Run"
    assert steps_of(panel) == [200, 200, 200]
    assert not panel.controls.step.isEnabled()
    assert panel.controls.back.isEnabled()
    data = Model(load_template("linear-regression")).data()
    x, t = (np.asarray(each[data.training()], np.float64).ravel() for each in (data.inputs, data.targets))
    assert np.allclose(places_of(panel)[0], np.polyfit(x, t, 1), atol=1e-3)


def test_pause_stands_still(qtbot, shown):
    panel = shown("playground")
    QTest.mouseClick(panel.controls.run, LEFT)
    qtbot.waitUntil(lambda: steps_of(panel)[0] > 3)
    QTest.mouseClick(panel.controls.run, LEFT)
    rest(qtbot, panel)
    step = panel.laboratory.lanes[0].step
    assert step < 12_800
    assert not panel.walk._beat.isActive()


def test_a_hidden_panel_rests(qtbot, shown):
    panel = shown("playground")
    QTest.mouseClick(panel.controls.run, LEFT)
    qtbot.waitUntil(lambda: steps_of(panel)[0] > 3)
    panel.window().docks["descent"].hide()
    rest(qtbot, panel)
    assert not panel.walk._beat.isActive()
    assert not panel.laboratory.over


def test_networks_with_many_weights_are_seen_over_the_directions_of_the_path(qtbot, shown):
    panel = shown("xor")
    assert panel.controls.chosen_plane is Over.PATH
    for _ in range(3):
        click(qtbot, panel, panel.controls.ten)
    assert panel.surface.ground.names == OF_PATHS
    assert panel.surface.axes.bottom.labelText == "First principal direction"
    assert f"{panel.surface.ground.explained:.0%}" in panel.controls.where.text()


def test_the_plane_of_two_other_weights_is_chosen_by_name(qtbot, shown):
    panel = shown("xor")
    panel.controls.plane.setFocus()
    QTest.keyClick(panel.controls.plane, Key.Key_Home)
    QTest.keyClick(panel.controls.second, Key.Key_End)
    qtbot.waitUntil(lambda: isinstance(panel.surface.ground.plane, OfTwoWeights))
    rest(qtbot, panel)
    assert panel.surface.ground.plane == OfTwoWeights(("hidden/weights", (0, 0)), ("neuron/bias", (0,)))
    assert panel.surface.axes.side.labelText == "neuron/bias[0]"


def test_of_a_large_network_any_weight_can_be_typed(qtbot, shown):
    panel = shown("digits")
    panel.controls.plane.setFocus()
    QTest.keyClick(panel.controls.plane, Key.Key_Home)
    line = panel.controls.second.lineEdit()
    line.selectAll()
    QTest.keyClicks(line, "scores/weights[9, 31]")
    QTest.keyClick(line, Key.Key_Return)
    wanted = OfTwoWeights(("hidden/weights", (0, 0)), ("scores/weights", (9, 31)))
    qtbot.waitUntil(lambda: panel.surface.ground.plane == wanted)
    line.selectAll()
    QTest.keyClicks(line, "scores/weights[10, 31]")
    QTest.keyClick(line, Key.Key_Return)
    assert panel.controls.where.text().startswith("Choose two different weights")
    rest(qtbot, panel)
    assert panel.surface.ground.plane == wanted


def test_three_rates_lie_around_the_stable_one(qtbot, shown):
    panel = shown("linear-regression")
    QTest.keyClick(panel.controls.line_up, Key.Key_Down)
    rest(qtbot, panel)
    data = Model(load_template("linear-regression")).data()
    x = np.asarray(data.inputs[data.training()], np.float64).ravel()
    stable = 2 / np.linalg.eigvalsh([[np.mean(x * x), x.mean()], [x.mean(), 1]])[-1]
    rates = [lane.rate for lane in panel.laboratory.lanes.values()]
    assert rates == pytest.approx([0.1 * stable, 0.9 * stable, 1.05 * stable], rel=1e-3)
    for _ in range(3):
        click(qtbot, panel, panel.controls.ten)
    small, right, large = (lane.losses[-1] for lane in panel.laboratory.lanes.values())
    assert right < small < large


def test_a_rate_that_is_typed_is_taken(qtbot, shown):
    panel = shown("linear-regression")
    line = panel.controls.rate.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "0.02")
    QTest.keyClick(line, Key.Key_Return)
    rest(qtbot, panel)
    assert [lane.rate for lane in panel.laboratory.lanes.values()] == [0.02] * 3


def test_another_model_has_another_surface(qtbot, shown):
    panel = shown("neuron")
    assert panel.surface.axes.bottom.labelText == "w₁"
    document = panel.document
    document.edit("Start", edits.set_fields(document.graph, "neuron", bias_start=Constant(value=1.0)))
    qtbot.waitUntil(lambda: panel.laboratory.lanes[0].project.graph == document.graph)
    rest(qtbot, panel)
    assert steps_of(panel) == [0, 0, 0]


def test_a_model_with_problems_is_told_in_a_sentence(qtbot, shown):
    panel = shown("neuron")
    document = panel.document
    document.edit("Cut", edits.remove(document.graph, "input"))
    assert panel.stage.currentWidget() is panel.stage.nothing
    assert panel.stage.nothing.sentence == document.findings.problems[0].sentence
    document.undo()
    qtbot.waitUntil(lambda: panel.stage.currentWidget() is not panel.stage.nothing)
    rest(qtbot, panel)


def test_the_table_holds_the_surface_and_every_path(qtbot, shown):
    panel = shown("linear-regression")
    click(qtbot, panel, panel.controls.ten)
    columns = {column.name: column.cells for column in panel.table().columns}
    ground = panel.surface.ground
    assert len(columns["cost"]) == ground.costs.size
    assert np.array_equal(columns["Batch: all 100, step"], np.arange(11))
    assert columns["Batch: all 100, line/weights[0, 0]"][-1] == places_of(panel)[0][0]
    row = int(ground.costs.argmin())
    costs = columns["cost"][row], ground.costs.min()
    assert costs[0] == costs[1]


def test_the_legend_tells_the_cost_where_a_lane_stands(qtbot, shown):
    panel = shown("linear-regression")
    click(qtbot, panel, panel.controls.ten)
    data = Model(load_template("linear-regression")).data()
    x, t = (np.asarray(each[data.training()], np.float64).ravel() for each in (data.inputs, data.targets))
    w, b = places_of(panel)[2]
    words = panel.surface.legend[panel.surface.trails[2]].text()
    assert words == f"Single samples · cost {0.5 * np.mean((w * x + b - t) ** 2):.4g}"


def test_all_lanes_do_as_many_steps():
    project = load_template("linear-regression")
    for entrant in by_batch(project, 100):
        settings = entrant.project.settings
        assert settings.epochs * -(-100 // settings.batch_of(100)) == pytest.approx(200, rel=0.02)
        assert settings.optimizer.learning_rate == 0.1


def test_of_few_samples_the_mini_batch_is_half():
    assert [each.batch for each in by_batch(load_template("xor"), 4)] == [4, 2, 1]


def test_where_the_stable_rate_is_unknown_rates_lie_around_the_projects_own():
    project = load_template("xor")
    assert [each.rate for each in by_rate(project, 4, 0.05)] == pytest.approx([0.005, 0.05, 0.5])
    assert as_it_is(project, 4).project is project


def test_numbers_of_a_network_have_names_and_are_found_by_them(document):
    graph, shapes = document.graph, document.findings.shapes.known
    places = named_places(graph, shapes)
    for name, place in list(places.items())[:50]:
        assert place_in(name, graph, shapes) == place
    assert place_in("scores/bias[9]", graph, shapes) == ("scores/bias", (9,))
    for wrong in ("scores/bias[10]", "scores/bias[-1]", "scores/bias", "gone[0]", "scores/bias[x]", ""):
        assert place_in(wrong, graph, shapes) is None


def test_line_ups_stand_in_the_order_of_the_list(shown):
    panel = shown("neuron")
    for line_up, words in zip(LineUp, ("Batch", "Rates", "As the run"), strict=True):
        assert panel.controls.line_up.itemText(line_up).startswith(words)
