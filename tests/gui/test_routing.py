"""The way of a wire: to the right as a smooth curve, and around the cards that stand in between."""

import pytest
from PySide6.QtCore import QPointF, QRectF

from nnstudio.graph import edits
from nnstudio.graph.graph import Wire
from nnstudio.layers.add import Add
from nnstudio.ui.canvas.routing import route
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.theme import DARK

START, END = QPointF(168, 15), QPointF(720, 15)
BETWEEN = QRectF(240, -6, 168, 42)


def touches(path, card):
    """Whether a curve runs over a card."""
    return any(card.contains(path.pointAtPercent(number / 500)) for number in range(501))


def test_a_wire_ends_where_it_should(qapp):
    for cards in ((), (BETWEEN,)):
        path = route(START, END, cards)
        assert (path.pointAtPercent(0), path.pointAtPercent(1)) == (START, END)


def test_nothing_in_between_is_no_reason_for_a_detour(qapp):
    box = route(START, END, (BETWEEN.translated(0, 200),)).boundingRect()
    assert (box.top(), box.bottom()) == (15, 15)


@pytest.mark.parametrize("lower", [-20, -8, 8, 20])
def test_a_wire_goes_around_a_card_by_the_shorter_way(qapp, lower):
    card = BETWEEN.translated(0, lower)
    path = route(START, END, (card,))
    assert not touches(path, card)
    below = path.boundingRect().bottom() > card.bottom()
    assert below == (lower < 0)


def test_a_detour_does_not_run_over_the_next_card(qapp):
    rows = tuple(BETWEEN.translated(column * 40, row * 60) for column in (0, 1, 2) for row in (-2, -1, 0, 1, 2, 3))
    path = route(START, END, rows)
    assert not any(touches(path, card) for card in rows)


@pytest.mark.parametrize("end", [QPointF(0, 15), QPointF(-200, 15), QPointF(0, 200)])
def test_a_wire_back_to_the_left_goes_around_its_own_cards(qapp, end):
    own = (QRectF(0, 0, 168, 60), QRectF(end.x(), end.y() - 15, 168, 60))
    path = route(START, end, own)
    assert path.pointAtPercent(1) == end
    inner = [card.adjusted(3, 3, -3, -3) for card in own]
    assert not any(touches(path, card) for card in inner)


def test_every_wire_of_a_branch_keeps_clear_of_the_layers_between(document, selection):
    graph = edits.add(edits.disconnect(document.graph, Wire("relu", "scores")), Add(), "sum", position=(840.0, 120.0))
    for source, target in (("relu", "sum"), ("flatten", "sum"), ("sum", "scores")):
        graph = edits.connect(graph, source, target)
    document.edit("Branch", graph)
    scene = Scene(document, selection, DARK)
    for item in scene.wire_items():
        others = [card for card in scene.cards() if card.id not in (item.wire.source, item.wire.target)]
        assert not any(touches(item.path, card.outline().translated(card.pos())) for card in others), item.wire


def test_where_there_is_hardly_room_between_the_ends_a_wire_still_finds_its_way(qapp):
    for x in range(20, 60, 2):
        for y in range(-60, 80, 5):
            for left in range(-40, 60, 10):
                path = route(QPointF(0, 15), QPointF(x, y), (QRectF(left, 0, 30, 30),))
                assert path.pointAtPercent(1) == QPointF(x, y)
