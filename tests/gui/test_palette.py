"""The palette: layers by group and by search, appended with Enter, dragged as text."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.graph.graph import Wire
from nnstudio.layers.base import layers
from nnstudio.ui.canvas.dragged import LAYER_MIME
from nnstudio.ui.document import Document
from nnstudio.ui.layer_model import KIND, find_layers, grouped_layers
from nnstudio.ui.palette import Palette
from nnstudio.ui.selection import Selection


@pytest.fixture
def palette(qtbot, document, selection):
    palette = Palette(document, selection)
    qtbot.addWidget(palette)
    palette.resize(210, 500)
    with qtbot.waitExposed(palette):
        palette.show()
    return palette


def titles(palette):
    model = palette.model
    return [model.item(row).text() for row in range(model.rowCount())]


def place_of(palette, title):
    """A layer in the grouped list."""
    items = palette.model.findItems(title, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    return next(item.index() for item in items if item.data(KIND))


def test_every_layer_stands_under_its_group_in_the_order_of_the_data(palette):
    assert titles(palette) == ["Data", "Neurons", "Activations", "Images", "Shape", "Merging", "Regularisation"]
    shown = {layer.kind for _, members in grouped_layers() for layer in members}
    assert shown == set(layers().kinds())


def test_every_layer_has_a_tooltip_and_a_name_for_a_screen_reader(palette):
    index = place_of(palette, "Dropout")
    assert "Sets a random share" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "y = x·mask / (1 − 0.5)" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Dropout, Regularisation"


@pytest.mark.parametrize(
    ("text", "first"),
    [("relu", "relu"), ("re", "relu"), ("conv", "conv2d"), ("max", "max_pool"), ("probabilities", "softmax"),
     ("DENSE", "dense"), ("max pool", "max_pool")],
)  # fmt: skip
def test_the_likeliest_layer_is_found_first(text, first):
    assert find_layers(text)[0].kind == first


def test_search_shows_what_it_finds_and_marks_the_first(palette):
    palette.search.setFocus()
    QTest.keyClicks(palette.search, "pool")
    assert set(titles(palette)) == {"Avg Pool", "Max Pool", "Global Avg Pool"}
    assert palette.view.currentIndex().row() == 0


def test_a_search_that_finds_nothing_says_so(palette):
    QTest.keyClicks(palette.search, "zebra")
    assert palette.nothing.isVisible()
    assert palette.nothing.text() == "No layer is called “zebra”."
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.view.isVisible()
    assert len(titles(palette)) == 7


def test_enter_appends_the_first_match_behind_the_selected_layer(palette, document, selection, qtbot):
    selection.choose(["hidden"])
    QTest.keyClicks(palette.search, "dropout")
    with qtbot.waitSignal(palette.append_requested) as asked:
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert asked.args == ["dropout"]
    assert Wire("hidden", "dropout") in document.graph.wires
    assert selection.only_node == "dropout"
    assert document.undo_stack.undoText() == "Add Dropout"


def test_without_a_selection_a_layer_goes_behind_the_last(palette, document):
    QTest.keyClicks(palette.search, "linear")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert Wire("output", "linear") in document.graph.wires


def test_a_model_is_built_from_the_search_line_alone(qtbot):
    document = Document()
    palette = Palette(document, Selection(document))
    qtbot.addWidget(palette)
    for word in ("input", "dense", "softmax"):
        QTest.keyClicks(palette.search, word)
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert document.graph.wires == (Wire("input", "dense"), Wire("dense", "softmax"))
    assert document.undo_stack.count() == 3


def test_enter_in_an_empty_search_does_nothing(palette, document):
    before = document.graph
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert document.graph is before


def test_down_goes_into_the_list_and_enter_appends_there(palette, document):
    QTest.keyClicks(palette.search, "pool")
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.view.hasFocus()
    QTest.keyClick(palette.view, Qt.Key.Key_Down)
    kind = palette.view.currentIndex().data(KIND)
    QTest.keyClick(palette.view, Qt.Key.Key_Return)
    assert document.graph.nodes[-1].layer.kind == kind


def test_up_from_the_top_goes_back_to_the_search(palette):
    palette.view.setFocus()
    palette.view.setCurrentIndex(palette.model.index(0, 0))
    QTest.keyClick(palette.view, Qt.Key.Key_Up)
    assert palette.search.hasFocus()


def test_a_double_click_appends(palette, document, qtbot):
    index = place_of(palette, "Dense")
    palette.view.scrollTo(index)
    at = palette.view.visualRect(index).center()
    qtbot.mouseClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(document.graph.nodes) == 6
    qtbot.mouseDClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert document.graph.nodes[-1].layer.kind == "dense"
    assert len(document.graph.nodes) == 7


def test_a_click_on_a_group_folds_it(palette, qtbot):
    heading = palette.model.index(2, 0)
    at = palette.view.visualRect(heading).center()
    qtbot.mouseClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert not palette.view.isExpanded(heading)
    qtbot.mouseClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert palette.view.isExpanded(heading)


def test_what_is_dragged_is_the_kind_as_text(palette):
    index = place_of(palette, "Conv2D")
    data = palette.model.mimeData([index])
    assert data.formats() == [LAYER_MIME]
    assert bytes(data.data(LAYER_MIME).data()) == b"conv2d"
    assert palette.model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled


def test_the_picture_under_the_hand_is_the_card(palette):
    drag = palette.view.drag_of(place_of(palette, "Conv2D"))
    assert drag.mimeData().hasFormat(LAYER_MIME)
    assert drag.pixmap().deviceIndependentSize().width() > 100
    assert palette.view.drag_of(palette.model.index(0, 0)) is None
    drag.deleteLater()


def test_a_group_cannot_be_dragged(palette):
    heading = palette.model.index(0, 0)
    assert not palette.model.flags(heading) & Qt.ItemFlag.ItemIsDragEnabled
    assert palette.model.mimeData([heading]).formats() == []
