"""The weights panel: it shows the very numbers of the network, and takes others by hand."""

import csv
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest

from nnstudio.api import Model
from nnstudio.graph import edits
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.live.commands import SetPace
from nnstudio.project.templates import load_template
from nnstudio.training.settings import Settings
from nnstudio.ui.panels.steady import Steady, stepped
from nnstudio.ui.panels.weight_pictures import image_behind, pictures_of, standing_out
from nnstudio.ui.panels.weights import HISTOGRAM, MATRIX, PICTURES
from nnstudio.ui.plots.saving import content
from tests.gui.conftest import roomy, settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def opened(qtbot, studio):
    """Opens a template in a window, with the weights in sight."""

    def opened(project):
        window = roomy(studio.open(load_template(project) if isinstance(project, str) else project, None))
        window.docks.show("weights")
        qtbot.waitUntil(lambda: window.panels.all["weights"].content is not None)
        panel = window.panels.all["weights"].content
        qtbot.waitUntil(panel.isVisible)
        settle(qtbot, window)
        return window, panel

    return opened


def truth(window, steps, weights=None):
    """The parameters of the same network after so many steps, without a window."""
    model = Model(replace(window.document.project, weights=weights, history=(), checkpoint=None))
    with model.session(threads=1) as session:
        session.run(steps)
        return {name: array.copy() for name, array in session.parameters.named().items()}


def train(qtbot, window, steps):
    """Let it learn so many batches more."""
    end = window.run.known.step + steps
    window.run.train(steps=steps)
    qtbot.waitUntil(lambda: window.run.known.step >= end)
    settle(qtbot, window)


def assert_shows(panel, node, named):
    """The sheet holds exactly these numbers."""
    for name, array in panel.sheet.arrays.items():
        assert array.tobytes() == named[f"{node}/{name}"].tobytes()


def at_cell(plot, x, y):
    """The pixel of the plot's widget at a place in the data."""
    inside = plot.axes.inside.topLeft()
    return QPoint(round(inside.x() + float(plot.frame.across(x))), round(inside.y() + float(plot.frame.down(y))))


def test_the_first_layer_with_weights_is_shown_where_nothing_is_selected(opened):
    window, panel = opened("digits")
    assert panel.layer.currentText() == "hidden"
    assert_shows(panel, "hidden", truth(window, 0))
    assert panel.sheet.arrays["weights"].shape == (32, 64)


def test_the_panel_follows_the_selection_and_the_choice_selects(qtbot, opened):
    window, panel = opened("digits")
    window.selection.choose(["scores"])
    qtbot.waitUntil(lambda: panel.sheet.arrays["weights"].shape == (10, 32))
    assert panel.layer.currentText() == "scores"
    panel.layer.setFocus()
    QTest.keyClick(panel.layer, Qt.Key.Key_Up)
    assert window.selection.only_node == "hidden"
    qtbot.waitUntil(lambda: panel.sheet.arrays["weights"].shape == (32, 64))


def test_a_layer_without_weights_says_so(opened):
    window, panel = opened("digits")
    window.selection.choose(["relu"])
    assert panel.stage.currentWidget() is panel.stage.nothing
    assert "ReLU has no weights" in panel.stage.nothing.sentence
    assert panel.layer.currentIndex() == -1


def test_a_model_without_layers_to_learn_says_so(opened):
    _, panel = opened(replace(load_template("digits"), graph=edits.chain()))
    assert "Add a Dense layer" in panel.stage.nothing.sentence


def test_it_shows_what_was_learned_to_the_last_bit_also_when_rewound(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 30)
    assert_shows(panel, "hidden", truth(window, 30))
    window.run.go_to(11)
    qtbot.waitUntil(lambda: window.run.known.step == 11)
    settle(qtbot, window)
    assert_shows(panel, "hidden", truth(window, 11))


def test_the_cursor_reads_weights_and_biases_with_all_digits(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 5)
    arrays = {name: array.copy() for name, array in panel.sheet.arrays.items()}
    plot = panel.sheet.plot
    QTest.mouseMove(plot.axes.viewport(), at_cell(plot, 20, 3))
    value = arrays["weights"][3, 20]
    assert plot.read == f"unit 3; weights[3, 20] = {str(value).replace('-', '−')}"
    assert np.float32(plot.read.rpartition("= ")[2].replace("−", "-")) == value
    panel.sheet.plot.show_cursor(66, 7)
    assert plot.read.startswith("unit 7; bias[7] = ")
    assert np.float32(plot.read.rpartition("= ")[2].replace("−", "-")) == arrays["bias"][7, 0]


def test_the_arrow_keys_walk_from_the_matrix_to_the_bias_and_back(opened):
    _, panel = opened("playground")
    plot = panel.sheet.plot
    plot.setFocus()
    plot.show_cursor(1, 2)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert "bias[2]" in plot.read
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert "bias[3]" in plot.read
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert "weights[3, 1]" in plot.read


def test_a_click_in_the_matrix_shows_the_history_of_that_weight(qtbot, opened):
    window, panel = opened("playground")
    train(qtbot, window, 20)
    plot = panel.sheet.plot
    QTest.mouseClick(plot.axes.viewport(), LEFT, pos=at_cell(plot, 1, 5))
    qtbot.waitUntil(lambda: panel.one.history is not None)
    history = panel.one.history
    assert panel.one.isVisible()
    assert history.steps[0] == 0
    assert history.steps[-1] == 20
    expected = [truth(window, int(step))["hidden_1/weights"][5, 1] for step in history.steps[::7]]
    assert history.values[::7].tolist() == expected
    assert np.float32(panel.one.line.text().replace("−", "-")) == history.values[-1]
    panel.one.plot.show_cursor(20, 0)
    assert panel.one.plot.read.startswith("step 20")
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.one.isVisible()


def test_the_pictures_are_the_weights_behind_the_image(qtbot, opened):
    _, panel = opened("digits")
    panel.views.button(PICTURES).click()
    weights = panel.sheet.arrays["weights"]
    assert panel.pictures.values.shape == (32, 8, 8)
    assert panel.pictures.values.tobytes() == weights.tobytes()
    assert panel.pictures.name_of(7) == "7"
    value = str(weights[4, 2 * 8 + 5]).replace("-", "−")
    assert panel.pictures.words(4, 2, 5) == f"weights[4, 21] = {value}"


def test_a_click_on_a_picture_picks_its_unit_and_the_weight(qtbot, opened):
    _, panel = opened("digits")
    panel.views.button(PICTURES).click()
    tiles = panel.pictures.tiles
    QTest.mouseClick(tiles, LEFT, pos=tiles.place(4).center())
    assert tiles.chosen == 4
    qtbot.waitUntil(lambda: panel.one.history is not None)
    assert panel.one.name.text() == "weights[4, 27] ="
    assert panel.one.history.value == panel.sheet.arrays["weights"][4, 27]


def test_a_layer_behind_other_neurons_has_no_pictures(qtbot, opened):
    window, panel = opened("digits")
    panel.views.button(PICTURES).click()
    assert panel.pictures.isVisible()
    window.selection.choose(["scores"])
    qtbot.waitUntil(panel.no_pictures.nothing.isVisible)
    assert not panel.pictures.isVisible()
    assert image_behind(window.document.graph, window.document.findings.shapes.known, "scores") is None


def test_filters_are_pictures_by_filter_and_channel():
    weights = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    found = pictures_of({"weights": weights}, None)
    assert found.images.shape == (10, 3, 4)
    for number in range(10):
        for row, column in ((0, 0), (2, 3), (1, 2)):
            assert found.images[number, row, column] == weights[found.index(number, row, column)]
    assert found.labels[:6] == ["0·0", "0·1", "0·2", "0·3", "0·4", "1·0"]


def test_flattened_images_with_channels_are_taken_apart_as_flatten_put_them_together():
    image = np.arange(3 * 4 * 2, dtype=np.float32).reshape(3, 4, 2)
    weights = np.stack([image.ravel(), -image.ravel()])
    found = pictures_of({"weights": weights}, (3, 4, 2))
    assert np.array_equal(found.images[1], image[:, :, 1])
    assert np.array_equal(found.images[2], -image[:, :, 0])
    for number in range(4):
        assert found.images[number, 2, 1] == weights[found.index(number, 2, 1)]


def test_the_histogram_counts_all_weights_now_and_over_time(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 30)
    panel.views.button(HISTOGRAM).click()
    qtbot.waitUntil(lambda: panel.spread._spread is not None and panel.spread._picture.spreads is not None)
    weights = truth(window, 30)["hidden/weights"].astype(np.float64)
    assert panel.spread._spread.counts.tolist() == np.histogram(weights, 40)[0].tolist()
    assert panel.spread._picture.spreads.counts.sum(axis=1).tolist() == [weights.size] * len(
        panel.spread._picture.spreads.steps
    )


def test_the_csv_has_the_whole_matrix_to_the_last_bit(qtbot, opened):
    window, panel = opened("digits")
    train(qtbot, window, 7)
    head, *rows = csv.reader(StringIO(content(panel, ".csv")().decode()))
    assert head[:3] == ["unit", "weights 0", "weights 1"]
    assert head[-1] == "bias"
    named = truth(window, 7)
    read = np.array(rows, np.float64).astype(np.float32)
    assert read[:, 1:65].tobytes() == named["hidden/weights"].tobytes()
    assert read[:, 65].tobytes() == named["hidden/bias"].tobytes()


@pytest.mark.parametrize("view", [MATRIX, PICTURES, HISTOGRAM])
def test_every_view_is_saved_as_a_picture(qtbot, opened, view):
    _, panel = opened("digits")
    panel.views.button(view).click()
    if view == HISTOGRAM:
        qtbot.waitUntil(lambda: panel.spread._spread is not None)
    assert content(panel, ".png")().startswith(b"\x89PNG")
    assert b"<svg" in content(panel, ".svg")()
    assert content(panel, ".csv")().count(b"\n") > 10


def neuron():
    """The single neuron with all of its data as one batch, so that the order of the samples does not matter."""
    project = load_template("neuron")
    return replace(project, settings=Settings.from_fields({**vars(project.settings), "batch_size": 1 << 20}))


def type_weight(panel, text):
    panel.window().activateWindow()
    panel.one.line.setFocus()
    panel.one.line.selectAll()
    QTest.keyClicks(panel.one.line, text)
    QTest.keyClick(panel.one.line, Qt.Key.Key_Return)


def one_step_by_hand(model, weights, bias):
    """θ ← θ − η·∇J for a logistic neuron and the mean cross-entropy, in float64."""
    with model.session(threads=1) as session:
        picks = session.data.training()
        x = np.asarray(session.data.inputs[picks], np.float64)
        t = np.asarray(session.data.targets[picks], np.float64)
        assert session.batch == len(picks)
        rate = session.learning_rate
    y = 1 / (1 + np.exp(-(x @ weights + bias)))
    return weights - rate * ((y - t) @ x) / len(x), bias - rate * (y - t).mean()


def test_a_weight_set_by_hand_is_what_the_next_batch_learns_from(qtbot, opened):
    window, panel = opened(neuron())
    train(qtbot, window, 3)
    before = {name: array.copy() for name, array in window.document.project.weights.items()}
    panel.pick("weights", (0, 1))
    qtbot.waitUntil(lambda: panel.one.history is not None)
    type_weight(panel, "-0.75")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panel.sheet.arrays["weights"][0, 1] == np.float32(-0.75))
    assert window.document.undo_stack.undoText() == "Set weight"
    weights = before["neuron/weights"][0].astype(np.float64)
    weights[1] = -0.75
    expected, expected_bias = one_step_by_hand(Model(neuron()), weights, float(before["neuron/bias"][0]))
    train(qtbot, window, 1)
    learned = window.document.project.weights
    np.testing.assert_allclose(learned["neuron/weights"][0], expected, rtol=2e-6)
    np.testing.assert_allclose(learned["neuron/bias"][0], expected_bias, rtol=2e-6)
    assert panel.sheet.arrays["weights"].tobytes() == learned["neuron/weights"].tobytes()


def test_setting_a_weight_can_be_undone_and_redone(qtbot, opened):
    window, panel = opened("playground")
    train(qtbot, window, 10)
    before = window.document.project.weights["hidden_1/weights"].copy()
    panel.pick("weights", (2, 0))
    qtbot.waitUntil(lambda: panel.one.history is not None)
    type_weight(panel, "1.5")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panel.sheet.arrays["weights"][2, 0] == 1.5)
    window.document.undo()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panel.sheet.arrays["weights"].tobytes() == before.tobytes())
    window.document.redo()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panel.sheet.arrays["weights"][2, 0] == 1.5)


def test_a_weight_can_be_set_before_anything_is_learned(qtbot, opened):
    window, panel = opened("playground")
    first = truth(window, 0)
    panel.pick("bias", (3,))
    qtbot.waitUntil(lambda: panel.one.history is not None)
    type_weight(panel, "-2")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panel.sheet.arrays["bias"][3, 0] == -2)
    assert panel.sheet.arrays["weights"].tobytes() == first["hidden_1/weights"].tobytes()


@pytest.mark.parametrize("text", ["two", "nan", "1e99", "inf"])
def test_what_is_no_number_is_refused(qtbot, opened, text):
    window, panel = opened("playground")
    panel.pick("weights", (2, 0))
    qtbot.waitUntil(lambda: panel.one.history is not None)
    type_weight(panel, text)
    assert not panel.one.alarm.isHidden()
    assert not window.document.undo_stack.canUndo()
    QTest.keyClick(panel.one.line, Qt.Key.Key_Escape)
    assert panel.one.alarm.isHidden()
    assert np.float32(panel.one.line.text().replace("−", "-")) == panel.one.history.value


def test_enter_without_a_change_changes_nothing(qtbot, opened):
    window, panel = opened("playground")
    panel.pick("weights", (2, 0))
    qtbot.waitUntil(lambda: panel.one.history is not None)
    panel.one.line.setFocus()
    QTest.keyClick(panel.one.line, Qt.Key.Key_Return)
    assert not window.document.undo_stack.canUndo()


def test_a_weight_is_not_changed_while_the_network_learns_or_is_rewound(qtbot, opened):
    window, panel = opened("playground")
    panel.pick("weights", (2, 0))
    window.run.set_pace(SetPace(100))
    window.run.train()
    qtbot.waitUntil(lambda: window.run.known.step > 3)
    assert panel.one.line.isReadOnly()
    assert "Pause" in panel.one.remark.text()
    window.run.pause()
    settle(qtbot, window)
    assert not panel.one.line.isReadOnly()
    window.run.go_to(1)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: panel.one.line.isReadOnly())
    assert "Go back to now" in panel.one.remark.text()


def test_scales_shifts_and_statistics_stand_side_by_side(qtbot, opened):
    project = load_template("digits")
    graph = edits.insert(project.graph, project.graph.into("relu")[0], BatchNorm())
    window, panel = opened(replace(project, graph=graph))
    norm = next(node.id for node in graph.nodes if isinstance(node.layer, BatchNorm))
    window.selection.choose([norm])
    qtbot.waitUntil(lambda: list(panel.sheet.arrays) == ["scale", "shift", "mean", "variance"])
    assert_shows(panel, norm, truth(window, 0))
    panel.sheet.plot.show_cursor(-0.2, 5)
    assert panel.sheet.plot.read == "channel 5; scale[5] = 1"
    assert panel.table().columns[4].title == "variance"


def test_a_few_large_weights_do_not_make_all_pictures_pale():
    images = np.full((10, 20, 20), 0.1, np.float32)
    assert standing_out(images) == pytest.approx(0.1)
    images[3, 4, 5] = 50
    assert standing_out(images) == pytest.approx(4 * np.sqrt((3999 * 0.01 + 2500) / 4000))
    images[0, 0, 0] = np.inf
    assert standing_out(images) == 50


def test_a_layer_that_is_deleted_leaves_the_panel(qtbot, opened):
    window, panel = opened("digits")
    window.selection.choose(["scores"])
    panel.pick("weights", (0, 0))
    window.document.edit("Delete", edits.remove(window.document.graph, "scores"))
    settle(qtbot, window)
    assert panel.layer.currentText() == "hidden"
    assert panel.one.isHidden()


def test_a_hidden_panel_asks_for_nothing(qtbot, opened):
    window, panel = opened("digits")
    window.docks["weights"].hide()
    assert panel._probes == {}


def test_every_control_has_a_name(opened):
    _, panel = opened("digits")
    for control in (panel.layer, panel.parameter, panel.one.line, panel.one.close_button, panel.header.save_button):
        assert control.accessibleName()
    assert panel.sheet.plot.axes.accessibleName() == "Matrix of weights"


def test_a_scale_is_a_round_number_and_stays_while_it_will_do():
    numbers = (0, 0.9, 1.0, 1.01, 4.2, 0.031, 7.6)
    assert [stepped(each) for each in numbers] == pytest.approx([1, 1, 1, 1.5, 5, 0.05, 10])
    steady = Steady()
    assert [steady.limit(each) for each in (0.8, 1.0, 0.5, 1.2, 0.7, 0.3)] == pytest.approx([1, 1, 1, 1.5, 1.5, 0.3])


def test_a_drawing_has_the_matrix_and_the_biases(qtbot, opened):
    _, panel = opened("digits")
    drawing = QSvgRenderer(QByteArray(content(panel, ".svg")()))
    image = QImage(drawing.defaultSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    drawing.render(painter)
    painter.end()
    # A row of the matrix with its 64 weights, of which hardly two have the same colour.
    assert len({image.pixel(x, image.height() // 2) for x in range(image.width())}) > 30
