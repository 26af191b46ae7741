"""What the canvas says beside the hand, and where nothing stands on it yet; what it writes can be read from afar."""

from itertools import pairwise

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QFontMetricsF
from PySide6.QtTest import QTest

from nnstudio.graph import edits
from nnstudio.layers.input import Input
from nnstudio.layers.max_pool import MaxPool
from nnstudio.ui.canvas.card import GROWN, _fitting, _fonts, grown
from nnstudio.ui.canvas.dragged import LAYER_MIME
from nnstudio.ui.canvas.faces import face_of

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def on(canvas, id, point):
    return canvas.view.mapFromScene(canvas.scene.card(id).mapToScene(point))


def draw_to_the_input(canvas):
    """Draw a wire to where none can end, and hold it there."""
    target = canvas.view.viewport()
    start = on(canvas, "relu", canvas.scene.card("relu").output_position())
    end = on(canvas, "input", QPointF(60, 15))
    QTest.mousePress(target, LEFT, NONE, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(target, start + (end - start) * share)
    return end


def test_the_reason_stands_beside_the_hand_until_it_lets_go(canvas):
    end = draw_to_the_input(canvas)
    reason = canvas.reason
    assert reason.isVisible()
    assert "nothing can be wired into it" in reason.text()
    assert canvas.view.rect().contains(reason.geometry())
    assert not reason.geometry().contains(end)
    QTest.mouseRelease(canvas.view.viewport(), LEFT, NONE, end)
    assert not reason.isVisible()


def test_escape_takes_the_reason_away(canvas):
    end = draw_to_the_input(canvas)
    QTest.keyClick(canvas.view, Qt.Key.Key_Escape)
    assert not canvas.reason.isVisible()
    QTest.mouseRelease(canvas.view.viewport(), LEFT, NONE, end)


def test_at_the_lower_edge_the_reason_stands_above_the_hand(canvas):
    reason, view = canvas.reason, canvas.view
    low = QPoint(200, view.height() - 4)
    QTest.mousePress(view.viewport(), LEFT, NONE, low)
    reason.say("Why not")
    assert reason.geometry().bottom() < low.y()
    QTest.mouseRelease(view.viewport(), LEFT, NONE, low)


def test_an_empty_canvas_says_how_to_begin(canvas, document):
    words = canvas.invitation
    assert not words.isVisible()
    document.edit("Delete", edits.remove(document.graph, *document.graph.by_id))
    assert words.isVisible()
    assert canvas.view.rect().contains(words.geometry())
    document.edit("Add", edits.add(document.graph, Input()))
    assert not words.isVisible()


def test_a_double_click_reaches_through_the_words(canvas, document):
    document.edit("Delete", edits.remove(document.graph, *document.graph.by_id))
    place = canvas.invitation.geometry().center()
    assert canvas.view.childAt(place) is canvas.view.viewport()


def test_a_layer_dropped_on_a_short_wire_lies_on_no_other(canvas, document):
    wire = document.graph.wires[2]
    point = canvas.view.mapFromScene(canvas.scene.wire_item(wire).path.pointAtPercent(0.5))
    data = QMimeData()
    data.setData(LAYER_MIME, b"dropout")
    canvas.view.dropEvent(QDropEvent(QPointF(point), Qt.DropAction.CopyAction, data, LEFT, NONE))
    boxes = [card.outline().translated(card.pos()) for card in canvas.scene.cards()]
    boxes.sort(key=lambda box: box.left())
    assert all(after.left() > before.right() for before, after in pairwise(boxes))


def test_quick_add_begins_with_what_a_model_begins_with(canvas):
    canvas.quick_add()
    assert canvas.adding._list.item(0).text() == "Input"


def test_texts_of_small_cards_grow_up_to_a_limit():
    assert grown(2.0) == grown(1.0) == 1.0
    assert grown(0.8) == 1.25
    assert grown(0.5) == GROWN


def test_where_there_is_no_room_for_both_the_name_stays(canvas):
    head, small = (QFontMetricsF(font) for font in _fonts(1.0))
    assert _fitting("conv_1", "Conv2D", 150, head, small) == ("conv_1", "Conv2D")
    assert _fitting("a_rather_long_name", "Conv2D", 150, head, small)[1] == ""


def test_a_stride_that_follows_the_size_is_not_shown_as_zero(document):
    graph = edits.add(document.graph, MaxPool(), "pool")
    assert [line.field for line in face_of(graph.node("pool"), graph).lines] == ["size"]
    graph = edits.set_fields(graph, "pool", stride=(1, 1))
    assert [line.field for line in face_of(graph.node("pool"), graph).lines] == ["size", "stride"]
