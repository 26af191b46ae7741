"""The gradients: sizes, updates and stuck units, the selected layer standing out."""

import csv
from dataclasses import replace
from io import StringIO

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from nnstudio.api import Model
from nnstudio.live.messages import Progress, Recorded, Seen
from nnstudio.project.templates import load_template
from nnstudio.training.health_check import HealthCheck
from nnstudio.ui.health_watch import KEY, HealthWatch
from nnstudio.ui.panels.gradients import Gradients, View
from nnstudio.ui.panels.unit_counts import DEAD, NAME, SATURATED, SHARE_ROLE
from nnstudio.ui.plots.saving import content
from nnstudio.ui.plots.table import csv_of
from nnstudio.ui.run import Run
from nnstudio.ui.theme import DARK

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def run(document):
    run = Run(document, lambda: True)
    yield run
    assert run.close()


@pytest.fixture
def watch(run):
    return HealthWatch(run)


@pytest.fixture
def panel(qtbot, document, selection, run, watch):
    panel = Gradients(document, selection, run, DARK, watch=watch)
    QAbstractItemModelTester(panel.units.model(), QAbstractItemModelTester.FailureReportingMode.Fatal, panel)
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def healths():
    """The digits after 10, 20 and 30 steps, each of which was watched."""
    session, found = Model(load_template("digits")).session(), []
    check = HealthCheck(session)
    for _ in range(3):
        session.run(9)
        before = session.parameters.vector.copy()
        session.run(1)
        found.append(check.measure(before))
    session.close()
    return found


def measured(run, healths):
    run.begun.emit(run.records.begin())
    for health in healths:
        run.known.take(Progress(1, health.step, 0, 1.0, 1.0, None))
        run.seen.emit(KEY, Seen(1, KEY, health.step, health))


def read(panel):
    return list(csv.DictReader(StringIO(csv_of(panel.table()).decode())))


def layer(health, id):
    return next(each for each in health.layers if each.id == id)


def test_before_a_run_it_says_what_to_do(panel):
    assert panel.stage.currentWidget() is panel.stage.nothing
    assert not panel.header.save_button.isEnabled()


def test_every_figure_is_the_one_that_was_measured(panel, run, healths):
    measured(run, healths)
    rows = read(panel)
    assert [row["Step"] for row in rows] == ["10", "20", "30"]
    for row, health in zip(rows, healths, strict=True):
        hidden = layer(health, "hidden")
        assert float(row["Gradients: hidden"]) == hidden.gradient.rms
        assert float(row["Updates: hidden"]) == hidden.ratio
    assert rows[-1]["ReLU: dead units"] == str(layer(healths[-1], "relu").dead)


def test_what_was_seen_while_it_was_hidden_is_there(panel, run, healths):
    panel.hide()
    measured(run, healths)
    panel.show()
    assert len(read(panel)) == 3


def test_stuck_units_are_counted_with_a_bar(panel, run, healths):
    layers = tuple(replace(each, dead=8) if each.id == "relu" else each for each in healths[0].layers)
    measured(run, [replace(healths[0], layers=layers)])
    model = panel.units.model()
    assert model.index(0, NAME).data() == "ReLU"
    assert model.index(0, DEAD).data() == "8 of 32"
    assert model.index(0, DEAD).data(SHARE_ROLE) == 0.25
    assert model.index(0, SATURATED).data() == "–"
    panel.units.grab()


def test_a_click_on_a_curve_selects_its_layer(panel, run, healths, selection, qtbot):
    measured(run, healths)
    plot, (_, values) = panel.sizes, panel._watch.series.gradients("scores")
    plot.fit()
    inside, frame = plot.axes.inside, plot.frame
    at = QPoint(
        round(inside.left() + float(frame.across(20.0))), round(inside.top() + float(frame.down(values[1]))),
    )  # fmt: skip
    QTest.mouseClick(plot.axes.viewport(), LEFT, pos=at)
    assert selection.only_node == "scores"
    assert [panel.curves[id][0].faint for id in ("hidden", "scores")] == [True, False]
    QTest.mouseClick(plot.axes.viewport(), LEFT, pos=QPoint(round(inside.left()) + 3, round(inside.center().y())))
    assert selection.only_node == "scores"


def test_the_selected_layer_stands_out_in_both_plots_and_in_the_table(panel, run, healths, selection):
    measured(run, healths)
    selection.choose(["hidden"])
    assert [panel.curves[id][1].faint for id in ("hidden", "scores")] == [False, True]
    selection.choose(["relu"])
    assert [panel.curves[id][1].faint for id in ("hidden", "scores")] == [False, False]
    assert [index.row() for index in panel.units.selectionModel().selectedRows()] == [0]
    selection.clear()
    assert panel.units.selectionModel().selectedRows() == []


def test_a_row_of_the_table_selects_its_layer_by_mouse_and_keys(panel, run, healths, selection):
    measured(run, healths)
    at = panel.units.visualRect(panel.units.model().index(0, NAME)).center()
    QTest.mouseClick(panel.units.viewport(), LEFT, pos=at)
    assert selection.only_node == "relu"
    selection.clear()
    panel.units.setFocus()
    QTest.keyClick(panel.units, Qt.Key.Key_Space)
    assert selection.only_node == "relu"


def test_the_legend_hides_a_layer_in_both_plots(panel, run, healths):
    measured(run, healths)
    assert [entry.text() for entry in panel.layers.entries] == ["Usual", "hidden", "scores"]
    QTest.mouseClick(panel.layers["hidden"], LEFT)
    assert not any("hidden" in title for title in read(panel)[0])
    QTest.mouseClick(panel.layers["hidden"], LEFT)
    assert "Gradients: hidden" in read(panel)[0]


def test_the_band_says_where_it_comes_from(panel, run, healths):
    measured(run, healths)
    panel.ratios.fit()
    assert "CS231n" in panel.layers.entries[0].toolTip()
    assert 10**panel.ratios.frame.bottom <= 1e-4
    assert 10**panel.ratios.frame.top >= 1e-2


def test_a_view_of_its_own_for_each(panel, run, healths):
    measured(run, healths)
    for view, shown in (
        (View.GRADIENTS, (True, False, False)), (View.UPDATES, (False, True, False)),
        (View.UNITS, (False, False, True)), (View.ALL, (True, True, True)),
    ):  # fmt: skip
        QTest.mouseClick(panel.view.button(view), LEFT)
        assert tuple(each.isVisible() for each in (panel.sizes, panel.ratios, panel.units)) == shown


@pytest.mark.parametrize("width", [300, 900])
def test_it_fits_into_any_width(panel, run, healths, width):
    measured(run, healths)
    panel.resize(width, 300)
    QCoreApplication.processEvents()
    beside = panel.units_stage.geometry().top() < panel.sizes.mapTo(panel._content, QPoint()).y() + panel.sizes.height()
    assert beside == (width == 900)
    assert panel.sizes.height() >= 60


def test_a_fork_keeps_what_came_before_and_a_new_run_nothing(panel, run, healths):
    measured(run, healths)
    run.records.present.history.extend([1.0] * 30, [1.0] * 30, [1.0] * 30)
    run.begun.emit(run.records.fork(20))
    assert [row["Step"] for row in read(panel)][:2] == ["10", "20"]
    run.begun.emit(run.records.begin())
    assert panel.stage.currentWidget() is panel.stage.nothing


def test_while_rewound_the_series_stays_and_the_step_is_marked(panel, run, healths):
    measured(run, healths)
    run.known.take(Recorded(1, (0, 15, 30), 30))
    run.known.take(Progress(1, 15, 0, 1.0, 1.0, None))
    run.seen.emit(KEY, Seen(1, KEY, 15, replace(healths[0], step=15)))
    run.grew.emit()
    assert panel._watch.series.gradients("hidden")[0].tolist() == [10, 20, 30]
    assert [mark.at for mark in panel._shown[0]._marks] == [15]


def test_it_is_saved_as_picture_and_numbers(panel, run, healths):
    measured(run, healths)
    assert content(panel, ".png")().startswith(b"\x89PNG")
    assert b"<svg" in content(panel, ".svg")()
    assert content(panel, ".csv")().startswith(b"Step,Gradients: hidden,")


def test_a_real_run_fills_it(window, qtbot):
    window.docks.use("train")
    window.docks.show("gradients")
    window.run.train()
    panel = window.panels.all["gradients"].content
    qtbot.waitUntil(lambda: len(panel._watch.series.ratios("hidden")[0] if panel.curves else ()) > 1)
    window.run.pause()
    assert panel.units.model().index(0, NAME).data() == "ReLU"
    assert all(ratio > 0 for ratio in panel._watch.series.ratios("hidden")[1])


def test_what_is_merely_open_is_not_read(window):
    assert window.panels.watch.series.latest is None
    assert not window.run._wishes._wanted.get(window.panels.watch)
