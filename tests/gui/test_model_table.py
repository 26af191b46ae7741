"""The model table: a row for every layer, following the model and the selection."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from nnstudio.api import Model
from nnstudio.graph import edits
from nnstudio.layers.base import layers
from nnstudio.project.templates import load_template
from nnstudio.ui.document import Document
from nnstudio.ui.model_table import ModelTable
from nnstudio.ui.selection import Selection
from nnstudio.ui.table_model import NAME, PARAMETERS, SHAPE, SHARE, SHARE_ROLE


@pytest.fixture
def table(qtbot, document, selection):
    table = ModelTable(document, selection)
    QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal, table)
    qtbot.addWidget(table)
    table.resize(700, 220)
    with qtbot.waitExposed(table):
        table.show()
    return table


def column(table, place, model=None):
    model = model or table.model
    return [model.index(row, place).data() for row in range(model.rowCount())]


def chosen_rows(table):
    return sorted(index.row() for index in table.view.selectionModel().selectedRows())


def click(qtbot, table, row, keys=Qt.KeyboardModifier.NoModifier):
    at = table.view.visualRect(table.model.index(row, NAME)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, keys, at)


def test_rows_stand_in_the_order_of_the_wires_with_their_figures(table):
    assert column(table, NAME) == ["Input", "Flatten", "hidden", "ReLU", "scores", "output"]
    assert column(table, SHAPE) == ["8×8×1", "64", "32", "32", "10", "10"]
    assert column(table, PARAMETERS) == ["–", "–", "2,080", "–", "330", "–"]
    assert column(table, SHARE) == ["–", "–", "86.5%", "–", "13.5%", "–"]


def test_the_figures_are_those_of_the_command_line(table, document):
    rows = Model(document.project).table()
    assert [row.id for row in rows] == table.model.ids
    assert sum(row.parameters for row in rows) == 2410


def test_the_totals_stand_below(table):
    assert column(table, NAME, table.total) == ["6 layers"]
    assert column(table, PARAMETERS, table.total) == ["2,410"]
    assert column(table, SHARE, table.total) == ["2,368"]


def test_shares_add_up_to_one(table):
    shares = [table.model.index(row, 0).data(SHARE_ROLE) for row in range(6)]
    assert sum(shares) == pytest.approx(1)


def test_a_click_selects_and_control_adds(table, selection, qtbot):
    click(qtbot, table, 2)
    assert selection.nodes == {"hidden"}
    click(qtbot, table, 4, Qt.KeyboardModifier.ControlModifier)
    assert selection.nodes == {"hidden", "scores"}


def test_it_follows_the_selection(table, selection):
    selection.choose(["relu"])
    assert chosen_rows(table) == [3]
    selection.clear()
    assert chosen_rows(table) == []


def test_arrow_keys_walk_through_the_layers(table, selection):
    selection.choose(["flatten"])
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    assert selection.only_node == "hidden"


def test_figures_follow_an_edit_and_the_selection_stays(table, document, selection):
    selection.choose(["scores"])
    document.edit("more", edits.set_fields(document.graph, "hidden", units=64))
    assert column(table, PARAMETERS)[2] == "4,160"
    assert chosen_rows(table) == [4]
    assert selection.only_node == "scores"


def test_layers_come_and_go_without_losing_the_selection(table, document, selection):
    selection.choose(["scores"])
    wire = document.graph.wires[2]
    document.edit("insert", edits.insert(document.graph, wire, layers().find("dropout")()))
    assert column(table, NAME)[3] == "Dropout"
    assert chosen_rows(table) == [5]
    document.edit("remove", edits.remove(document.graph, "flatten"))
    assert chosen_rows(table) == [4]
    assert selection.only_node == "scores"
    document.undo()
    document.undo()
    assert column(table, NAME) == ["Input", "Flatten", "hidden", "ReLU", "scores", "output"]


def test_a_removed_layer_leaves_the_selection(table, document, selection):
    selection.choose(["scores", "relu"])
    document.edit("remove", edits.remove(document.graph, "relu"))
    assert selection.nodes == {"scores"}
    assert len(chosen_rows(table)) == 1


def test_shapes_that_are_not_known_are_said_so(table, document):
    document.edit("break", edits.remove(document.graph, "flatten"))
    assert column(table, SHAPE) == ["8×8×1", "?", "?", "?", "?"]
    assert "missing or does not fit" in table.model.index(1, SHAPE).data(Qt.ItemDataRole.ToolTipRole)


def test_an_edit_keeps_the_place_in_a_long_table(qtbot):
    chain = [layers().find("input")((4,)), *(layers().find("dense")(4) for _ in range(60))]
    document = Document(replace(load_template("digits"), graph=edits.chain(*chain)))
    table = ModelTable(document, Selection(document))
    qtbot.addWidget(table)
    table.resize(600, 200)
    table.show()
    table.view.verticalScrollBar().setValue(30)
    document.edit("more", edits.set_fields(document.graph, "dense_50", units=9))
    assert table.view.verticalScrollBar().value() == 30
    document.edit("insert", edits.insert(document.graph, document.graph.wires[55], layers().find("relu")()))
    assert table.view.verticalScrollBar().value() == 30


def test_an_empty_model_says_so(qtbot):
    document = Document()
    table = ModelTable(document, Selection(document))
    qtbot.addWidget(table)
    table.show()
    assert table.nothing.isVisible()
    document.edit("add", edits.add(document.graph, layers().find("input")()))
    assert not table.nothing.isVisible()
    assert column(table, NAME, table.total) == ["1 layer"]


def test_a_hidden_table_is_not_computed_until_it_is_seen(table, document):
    table.hide()
    document.edit("more", edits.set_fields(document.graph, "hidden", units=64))
    assert column(table, PARAMETERS)[2] == "2,080"
    table.show()
    assert column(table, PARAMETERS)[2] == "4,160"


def test_it_paints_with_and_without_a_selection(table, selection):
    plain = table.grab().toImage()
    selection.choose_all()
    assert table.grab().toImage() != plain
