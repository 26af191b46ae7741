"""The help window: pages, contents, search, back and forward, links, and the look."""

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QFont, QGuiApplication, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.core.fields import rules_of
from nnstudio.help.book import book
from nnstudio.layers.base import layers
from nnstudio.project.templates import load_template
from nnstudio.ui.help_menu import START
from nnstudio.ui.help_page import topic_behind
from nnstudio.ui.help_window import HelpWindow
from nnstudio.ui.theme import DARK, LIGHT, apply

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


def filled(qtbot, owner, topic="layers/dense"):
    """The help of a window, in front and with all its contents."""
    shown = HelpWindow.show_topic(owner, topic)
    qtbot.waitUntil(lambda: shown.contents.tree.topLevelItemCount() > 0)
    qtbot.waitUntil(shown.isActiveWindow)
    return shown


@pytest.fixture
def help(qtbot):
    """The help at the page of the dense layer, over a window of no importance."""
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    owner.activateWindow()
    qtbot.waitUntil(owner.isActiveWindow)
    return filled(qtbot, owner)


@pytest.fixture
def studio_help(window, qtbot):
    """The same over a window of the studio."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return filled(qtbot, window)


def press(help, key, keys=NONE):
    QTest.keyClick(help.focusWidget() or help, key, keys)
    QApplication.processEvents()


def texts(document):
    return document.toPlainText()


def links_in(document):
    """Every link of a page as it is written, with the place of its first letter."""
    block, found = document.begin(), {}
    while block.isValid():
        piece = block.begin()
        while not piece.atEnd():
            if piece.fragment().charFormat().anchorHref():
                found.setdefault(piece.fragment().charFormat().anchorHref(), piece.fragment().position())
            piece += 1
        block = block.next()
    return found


def click_link(view, link):
    """A click on a link of the page in sight."""
    cursor = QTextCursor(view.document())
    cursor.setPosition(links_in(view.document())[link] + 1)
    view.setTextCursor(cursor)
    view.ensureCursorVisible()
    QTest.mouseClick(view.viewport(), LEFT, NONE, view.cursorRect(cursor).center())
    QApplication.processEvents()


def move_to(help, point):
    """Move the mouse over the page; by way of the window, for the main window lies at the same place of the screen."""
    QTest.mouseMove(help.windowHandle(), help.view.viewport().mapTo(help, point))


def rows(help):
    return [help.contents.hits.item(row).text() for row in range(help.contents.hits.count())]


# Pages


def test_a_page_has_its_title_its_formula_and_its_fields(help):
    words = texts(help.view.document())
    assert help.windowTitle() == "Dense – Help"
    assert words.startswith("Dense\n")
    assert "W·x + b" in words
    assert rules_of(layers().find("dense"))["units"].help in words


def test_a_title_is_larger_than_a_heading_and_that_than_the_text(help):
    found, block = {}, help.view.document().begin()
    while block.isValid():
        if block.text() and not QTextCursor(block).currentTable():
            size = block.begin().fragment().charFormat().font().pointSizeF()
            found.setdefault(block.blockFormat().headingLevel(), size)
        block = block.next()
    reading = help.view.document().defaultFont().pointSizeF()
    assert found[1] > found[2] > reading


def test_an_anchor_brings_its_row_into_sight_and_marks_it(help):
    help.open("layers/dense#frozen")
    cursor = help.view.document().find("Frozen")
    assert help.view.viewport().rect().contains(help.view.cursorRect(cursor))
    assert help.view.verticalScrollBar().value() > 0
    table = cursor.currentTable()
    assert table.cellAt(cursor).format().background().color() == DARK.color("hover")
    assert table.cellAt(1, 0).format().background().style() is Qt.BrushStyle.NoBrush


def test_an_anchor_brings_a_heading_into_sight(help):
    help.open("training#seed")
    cursor = help.view.document().find("Seed")
    assert help.view.viewport().rect().contains(help.view.cursorRect(cursor))
    assert help.view.verticalScrollBar().value() > 0


def test_a_topic_without_a_page_opens_the_first_page(help):
    help.open("layers/nothing-like-it")
    assert help.topic == START


def test_code_is_copied_by_its_button(help, qtbot):
    view = help.view
    frame = next(each for each in view._code if "weights" in each.firstCursorPosition().block().text())
    view.setTextCursor(frame.firstCursorPosition())
    view.ensureCursorVisible()
    move_to(help, view.cursorRect(frame.firstCursorPosition()).center() + QPoint(12, 0))
    qtbot.waitUntil(view.copy_button.isVisible)
    QTest.mouseClick(view.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == "y = x @ weights.T + bias  # (samples, 3) @ (3, 2)"
    move_to(help, QPoint(4, 4))
    qtbot.waitUntil(view.copy_button.isHidden)


# Links


@pytest.mark.parametrize(("topic", "link", "leads"), [
    ("layers/dense", "relu.md", "layers/relu"),
    ("layers/dense", "../optimizers/adam.md#rate", "optimizers/adam#rate"),
    ("layers/dense", "../layers.md", "layers"),
    ("layers", "layers/dense.md", "layers/dense"),
    ("layers/dense", "#fields", "layers/dense#fields"),
])  # fmt: skip
def test_a_link_is_relative_to_its_page(topic, link, leads):
    assert topic_behind(topic, link) == leads


def test_a_click_on_a_link_turns_to_its_page(help):
    click_link(help.view, "../initialisers/glorot.md")
    assert help.topic == "initialisers/glorot"


def test_every_link_on_every_page_leads_to_a_page(help):
    astray, document = set(), QTextDocument()
    for page in help.book.pages.values():
        document.setMarkdown(page.text)
        for link in links_in(document):
            if QUrl(link).scheme() not in ("http", "https") and help.book.find(topic_behind(page.topic, link)) is None:
                astray.add((page.topic, link))
    assert astray == set()


class Browser(QObject):
    """Stands for the system's browser."""

    def __init__(self):
        super().__init__()
        self.opened = []

    @Slot(QUrl)
    def open(self, url):
        self.opened.append(url.toString())


def test_a_link_to_the_web_is_opened_by_the_browser_and_the_page_stays(help):
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")
    try:
        help.view.follow(QUrl("https://example.org/adam"))
    finally:
        QDesktopServices.unsetUrlHandler("https")
    assert browser.opened == ["https://example.org/adam"]
    assert help.topic == "layers/dense"


# Back and forward


def test_back_and_forward_go_through_what_was_read(help):
    help.open("losses/mean_squared_error")
    press(help, Key.Key_Left, ALT)
    assert help.topic == "layers/dense"
    assert not help.back.isEnabled()
    press(help, Key.Key_Right, ALT)
    assert help.topic == "losses/mean_squared_error"
    assert not help.forward.isEnabled()


def test_back_and_forward_work_while_the_page_has_the_keys(help):
    help.open("losses/mean_squared_error")
    help.view.setFocus()
    press(help, Key.Key_Left, ALT)
    assert help.topic == "layers/dense"


def test_back_returns_to_the_place_that_was_read(help):
    bar = help.view.verticalScrollBar()
    bar.setValue(90)
    help.open("losses/mean_squared_error")
    QTest.mouseClick(help.back, LEFT)
    assert (help.topic, bar.value()) == ("layers/dense", 90)


def test_another_way_from_an_earlier_page_forgets_the_later_ones(help):
    help.open("losses/mean_squared_error")
    QTest.mouseClick(help.back, LEFT)
    help.open("optimizers/adam")
    assert not help.forward.isEnabled()
    QTest.mouseClick(help.back, LEFT)
    assert help.topic == "layers/dense"


def test_the_first_page_has_a_button(help):
    QTest.mouseClick(help.first, LEFT)
    assert help.topic == START


# Contents and search


def test_the_contents_have_every_page_of_the_book_under_its_chapter(studio_help):
    tree = studio_help.contents.tree
    chapters = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    assert [each.text(0) for each in chapters] == [*(each.title for each in book().chapters), "Commands and keys"]
    assert set(studio_help.contents._items) == set(studio_help.book.pages)


def test_the_page_in_sight_is_marked_in_the_contents(help):
    help.open("optimizers/adam")
    assert help.contents.tree.currentItem().text(0) == "Adam"
    assert help.contents.tree.currentItem().parent().isExpanded()


def test_a_click_in_the_contents_turns_to_a_page(help):
    tree = help.contents.tree
    item = help.contents._items["layers/relu"]
    tree.scrollToItem(item)
    QTest.mouseClick(tree.viewport(), LEFT, NONE, tree.visualItemRect(item).center())
    assert help.topic == "layers/relu"


def test_searching_shows_the_best_page_first_and_enter_opens_it(help):
    press(help, Key.Key_F, CTRL)
    assert help.contents.search.hasFocus()
    QTest.keyClicks(help.contents.search, "softm")
    assert rows(help)[0] == "Softmax"
    press(help, Key.Key_Return)
    assert help.topic == "layers/softmax"


def test_down_goes_from_the_search_into_what_was_found(help):
    help.contents.begin_search()
    QTest.keyClicks(help.contents.search, "learning rate")
    press(help, Key.Key_Down)
    assert help.contents.hits.hasFocus()
    press(help, Key.Key_Down)
    press(help, Key.Key_Return)
    assert help.view.page.title == rows(help)[1]


def test_commands_are_found_too(studio_help):
    studio_help.contents.begin_search()
    QTest.keyClicks(studio_help.contents.search, "rewiring")
    assert "Commands and keys" in rows(studio_help)


def test_a_search_without_a_hit_says_so_and_what_may_be_meant(help):
    help.contents.begin_search()
    QTest.keyClicks(help.contents.search, "sofmax")
    nothing = help.contents.nothing
    assert nothing.isVisible()
    assert "sofmax" in nothing.text()
    assert "Softmax" in nothing.text()
    nothing.linkActivated.emit("layers/softmax")
    assert help.topic == "layers/softmax"


def test_what_is_searched_is_text_and_nothing_else(help):
    help.contents.search.setText("<b>zzzzqq</b>")
    assert "&lt;b&gt;zzzzqq" in help.contents.nothing.text()


def test_escape_empties_the_search_and_then_closes_the_help(help):
    help.contents.begin_search()
    QTest.keyClicks(help.contents.search, "adam")
    press(help, Key.Key_Escape)
    assert help.isVisible()
    assert help.contents.tree.isVisible()
    press(help, Key.Key_Escape)
    assert not help.isVisible()


@pytest.mark.parametrize("place", ["tree", "view"])
def test_escape_closes_the_help_from_everywhere(help, place):
    (help.contents.tree if place == "tree" else help.view).setFocus()
    press(help, Key.Key_Escape)
    assert not help.isVisible()


def test_a_page_can_be_read_on_while_the_keys_are_in_the_search(help):
    help.contents.begin_search()
    press(help, Key.Key_PageDown)
    assert help.view.verticalScrollBar().value() > 0


# The look


def test_the_page_follows_the_theme_at_once_and_stays_where_it_was(help, qapp):
    help.view.verticalScrollBar().setValue(90)
    cursor = help.view.document().find("Glorot")
    assert cursor.charFormat().foreground().color() == DARK.color("accent")
    apply(qapp, LIGHT)
    cursor = help.view.document().find("Glorot")
    assert cursor.charFormat().foreground().color() == LIGHT.color("accent")
    assert help.view.verticalScrollBar().value() == 90


def test_the_page_follows_the_size_of_the_text(help, qapp):
    before = help.view.document().defaultFont().pointSizeF()
    apply(qapp, DARK, 150)
    try:
        assert help.view.document().defaultFont().pointSizeF() == pytest.approx(1.5 * before, rel=0.05)
    finally:
        apply(qapp, DARK)


# The window


def test_there_is_one_help_for_a_window(window, studio_help):
    assert HelpWindow.show_topic(window, "optimizers/adam") is studio_help
    assert studio_help.topic == "optimizers/adam"


def test_the_window_stays_usable_and_the_help_in_sight(window, studio_help, qtbot):
    assert not studio_help.isModal()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window.canvas.view, Key.Key_A, CTRL)
    assert window.selection.nodes
    assert studio_help.isVisible()


def test_the_help_goes_with_its_window(studio, studio_help, window, qtbot):
    other = studio.open(load_template("xor"), None)
    with qtbot.waitSignal(studio_help.destroyed):
        window.close()
    assert other.isVisible()


def test_the_help_remembers_where_it_was(window, studio_help, qtbot):
    studio_help.setGeometry(40, 30, 700, 500)
    studio_help._split.setSizes([300, 400])
    shares = studio_help._split.sizes()
    studio_help.close()
    with qtbot.waitSignal(studio_help.destroyed):
        studio_help.deleteLater()
    again = HelpWindow.show_topic(window, "layers/dense")
    assert again is not studio_help
    assert again.geometry().getRect() == (40, 30, 700, 500)
    assert again._split.sizes() == shares


def test_the_letters_of_the_page_are_those_of_the_application(help):
    family = QFont(QApplication.font()).family()
    assert help.view.document().defaultFont().family() == family
