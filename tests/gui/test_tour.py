"""The tour: it points at the real controls, stays out of their way, and ends cleanly."""

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest

from nnstudio.graph import edits
from nnstudio.layers.tanh import Tanh
from nnstudio.project.templates import load_template
from nnstudio.ui.theme import DARK, LIGHT, apply
from nnstudio.ui.tour import Tour
from nnstudio.ui.tour_place import Side, place_of
from tests.gui.conftest import roomy

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
STEPS = 5


@pytest.fixture
def begun(studio):
    """Begins the tour over a template, by default the playground."""

    def begun(template="playground"):
        window = roomy(studio.open(load_template(template), None))
        tour = Tour(window)
        tour.begin()
        breathe()
        return window, tour

    return begun


@pytest.fixture
def tour(begun):
    """The tour over the playground."""
    return begun()[1]


def breathe():
    for _ in range(5):
        QCoreApplication.processEvents()


def go_to(qtbot, tour, number):
    """Press Next until a step is reached."""
    while tour.number < number:
        before = tour.number
        QTest.mouseClick(tour.bubble.next, LEFT)
        qtbot.waitUntil(lambda before=before: tour.number > before)
        breathe()


def jump(tour, number):
    """Be at a step without having done those before it."""
    tour._go_to(number)
    breathe()


def box(tour):
    """The bubble without the room of its arrow."""
    return tour.bubble.geometry().adjusted(10, 10, -10, -10)


def target(tour):
    """Where the control is in the window."""
    widget = tour._target
    return QRect(widget.mapTo(tour._window, QPoint()), widget.size())


def gone(qtbot, window):
    qtbot.waitUntil(lambda: window.findChildren(Tour) == [])
    breathe()
    assert [each for each in window.children() if type(each).__name__ in ("Bubble", "Light")] == []
    return True


# Its steps


@pytest.mark.parametrize("template", ["playground", "digits"])
def test_every_step_points_at_a_control_that_can_be_seen_and_does_not_cover_it(qtbot, begun, template):
    window, tour = begun(template)
    said = []
    for number in range(STEPS):
        go_to(qtbot, tour, number)
        qtbot.waitUntil(lambda: tour._place_of_target() is not None)
        tour._follow()
        assert window.rect().contains(box(tour)), number
        assert not box(tour).intersects(target(tour)), number
        assert tour.bubble._side is not Side.NONE, number
        assert tour.light.geometry().contains(target(tour) & window.rect()), number
        said.append(tour.bubble.title.text())
        assert tour.bubble.count.text() == f"{number + 1} of 5"
    assert len(set(said)) == STEPS


def test_the_first_step_is_done_by_pressing_train(qtbot, tour):
    window = tour._window
    QTest.mouseClick(window.run_bar.widgetForAction(window.run_bar.train), LEFT)
    qtbot.waitUntil(lambda: tour.number == 1)
    assert window.run.going or window.run.learned


def test_next_presses_train_too(qtbot, tour):
    QTest.mouseClick(tour.bubble.next, LEFT)
    qtbot.waitUntil(lambda: tour.number == 1)
    qtbot.waitUntil(lambda: tour._window.run.learned)


def test_points_are_watched_at_the_boundary_and_pictures_at_the_curves(qtbot, begun):
    for template, panel in (("playground", "boundary"), ("digits", "curves")):
        window, tour = begun(template)
        jump(tour, 1)
        assert tour._target is window.docks[panel]
        assert window.docks.in_sight(panel)


def test_the_learning_rate_is_moved_while_the_bubble_is_there(qtbot, tour):
    jump(tour, 2)
    words = tour.bubble.words.text()
    line = tour._window.run_bar.rate.controls()[0]
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "0.05")
    QTest.keyClick(line, Key.Key_Return)
    assert tour._window.document.project.settings.optimizer.learning_rate == 0.05
    assert tour.number == 2
    assert tour.bubble.words.text() != words


def test_an_edit_is_noticed_and_can_be_undone(qtbot, tour):
    jump(tour, 3)
    document = tour._window.document
    assert document.graph.nodes
    before = document.graph
    document.edit("Insert", edits.insert(before, before.wires[0], Tanh()))
    assert "Ctrl+Z" in tour.bubble.words.text()
    tour._window.menus.actions["undo"].trigger()
    assert document.graph == before


def test_the_last_step_saves_or_draws(qtbot, begun):
    window, tour = begun("digits")
    jump(tour, 4)
    assert tour._target is window.docks["draw"]
    assert tour.bubble.next.text() == "&Done"
    QTest.mouseClick(tour.bubble.next, LEFT)
    assert gone(qtbot, window)


def test_one_can_go_back(qtbot, tour):
    assert not tour.bubble.back.isEnabled()
    jump(tour, 2)
    QTest.mouseClick(tour.bubble.back, LEFT)
    assert tour.number == 1


def test_a_model_with_a_problem_is_no_dead_end(begun):
    window, tour = begun()
    tour.end()
    window.document.edit("Remove", edits.remove(window.document.graph, "input", reconnect=False))
    breathe()
    tour = Tour(window)
    tour.begin()
    assert "not ready" in tour.bubble.words.text()
    QTest.mouseClick(tour.bubble.next, LEFT)
    assert tour.number == 1


# Its bubble


def test_it_follows_the_window(qtbot, tour):
    window = tour._window
    jump(tour, 3)
    for width, height in ((900, 640), (1500, 900), (1280, 720)):
        window.resize(width, height)
        breathe()
        assert window.rect().contains(box(tour))
        assert not box(tour).intersects(target(tour) & window.rect())


def test_a_control_that_is_hidden_meanwhile_is_named(qtbot, tour):
    window = tour._window
    jump(tour, 3)
    window.docks["palette"].close()
    qtbot.waitUntil(lambda: "View ▸ Layers" in tour.bubble.words.text())
    assert not tour.light.isVisible()
    assert tour.bubble._side is Side.NONE
    window.docks.show("palette")
    qtbot.waitUntil(lambda: tour.light.isVisible())
    assert "View ▸ Layers" not in tour.bubble.words.text()


def test_a_panel_of_another_perspective_is_brought_into_sight(qtbot, tour):
    window = tour._window
    jump(tour, 2)
    window.docks.use("laboratory")
    breathe()
    QTest.mouseClick(tour.bubble.next, LEFT)
    assert window.docks.in_sight("palette")


def test_a_floating_panel_stays_where_it_is(qtbot, tour):
    window = tour._window
    window.docks["palette"].setFloating(True)
    jump(tour, 3)
    tour._follow()
    assert window.docks["palette"].isFloating()
    assert tour.bubble._side is Side.NONE
    assert window.rect().contains(box(tour))


def test_its_words_have_room_in_the_largest_letters(qtbot, begun, qapp):
    apply(qapp, LIGHT, 200)
    window, tour = begun()
    for number in range(STEPS):
        jump(tour, number)
        words = tour.bubble.words
        assert words.height() >= words.heightForWidth(words.width()), number
        assert window.rect().contains(box(tour)), number
        assert tour.bubble.next.width() >= tour.bubble.next.sizeHint().width()


@pytest.mark.parametrize(
    ("at", "side"),
    [
        (QRect(10, 10, 80, 30), Side.TOP), (QRect(400, 650, 80, 30), Side.BOTTOM),
        (QRect(0, 60, 200, 600), Side.LEFT), (QRect(900, 60, 300, 600), Side.RIGHT),
        (QRect(0, 0, 1200, 700), Side.NONE),
    ],
)  # fmt: skip
def test_the_bubble_finds_a_place_beside_anything(at, side):
    room, bubble = QSize(1200, 700), QSize(340, 160)
    place = place_of(room, at, bubble)
    assert place.side is side
    assert QRect(QPoint(), room).contains(place.box)
    assert side is Side.NONE or not place.box.intersects(at)


def test_its_light_is_of_the_theme(tour):
    picture = tour.light.grab().toImage()
    assert DARK.accent in {picture.pixelColor(picture.width() // 2, y).name() for y in range(12)}


# Its end


def test_escape_skips_it_and_gives_the_keys_back(qtbot, tour):
    window = tour._window
    assert window.focusWidget() is tour.bubble.next
    QTest.keyClick(tour.bubble.next, Key.Key_Escape)
    assert gone(qtbot, window)
    assert window.focusWidget() is window.canvas.view


def test_enter_goes_on(qtbot, tour):
    QTest.keyClick(tour.bubble.next, Key.Key_Return)
    qtbot.waitUntil(lambda: tour.number == 1)


def test_skip_ends_it(qtbot, tour):
    QTest.mouseClick(tour.bubble.skip, LEFT)
    assert gone(qtbot, tour._window)


def test_it_counts_as_taken_from_its_beginning(tour, settings):
    assert str(settings.value("tour/begun")).lower() == "true"


def test_a_second_one_takes_the_place_of_the_first(qtbot, tour):
    window = tour._window
    jump(tour, 2)
    Tour(window).begin()
    qtbot.waitUntil(lambda: len(window.findChildren(Tour)) == 1)
    assert window.findChildren(Tour)[0].number == 0
    assert window.focusWidget() is window.findChildren(Tour)[0].bubble.next


def test_another_project_ends_it_with_its_window(qtbot, studio, tour):
    window = tour._window
    with qtbot.waitSignal(window.destroyed):
        window.files.new(load_template("xor"))
    assert [each.findChildren(Tour) for each in studio.windows] == [[]]


def test_the_window_can_be_worked_meanwhile(tour):
    window = tour._window
    QTest.keyClick(window.canvas.view, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(window.selection.nodes) == len(window.document.graph.nodes)
