"""The tabs of panels that lie over one another: one row under them, and no row where it belongs to nothing."""

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QTabBar

from tests.gui.conftest import settle

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
ROUND = ("explore", "build", "train", "build", "classify", "laboratory", "build", "explore", "train", "laboratory")


@pytest.fixture
def wide(window):
    """A window in which every perspective has room."""
    window.resize(1600, 1000)
    QApplication.processEvents()
    return window


def rows(window):
    """Every row of tabs that can be seen: its titles, and its place."""
    found = [bar for bar in window.findChildren(QTabBar, options=DIRECT) if bar.isVisible() and bar.count()]
    return [bar for bar in found if window.rect().intersects(bar.geometry())]


def words(bar):
    return [bar.tabText(number) for number in range(bar.count())]


def panel_over(window, bar):
    """The panel whose title the row shows as the front one."""
    title = bar.tabText(bar.currentIndex())
    (dock,) = [dock for dock in window.findChildren(QDockWidget) if dock.windowTitle() == title]
    return dock


def go(window, name):
    window.docks.use(name)
    for _ in range(5):
        QApplication.processEvents()


def test_however_one_goes_through_the_perspectives_a_row_stands_only_under_its_panels(wide):
    for name in ROUND:
        go(wide, name)
        for bar in rows(wide):
            dock = panel_over(wide, bar)
            assert dock.isVisible(), (name, words(bar))
            assert abs(dock.geometry().bottom() + 1 - bar.geometry().top()) <= 2, (name, words(bar))
            assert dock.geometry().left() == bar.geometry().left(), (name, words(bar))
        assert len({bar.geometry().getRect() for bar in rows(wide)}) == len(rows(wide)), name


def test_after_that_every_tab_brings_its_panel_to_the_front(wide):
    for name in ROUND:
        go(wide, name)
    for name in wide.docks.perspectives:
        go(wide, name)
        for bar in rows(wide):
            for number, title in enumerate(words(bar)):
                QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())
                QApplication.processEvents()
                assert panel_over(wide, bar).windowTitle() == title
                assert not panel_over(wide, bar).visibleRegion().isEmpty(), (name, title)


def test_a_row_goes_with_the_last_but_one_of_its_panels_and_comes_back_with_it(wide):
    go(wide, "train")
    (row,) = [words(bar) for bar in rows(wide) if "Weights" in words(bar)]
    for name in row[1:]:
        panel = next(dock for dock in wide.findChildren(QDockWidget) if dock.windowTitle() == name)
        panel.toggleViewAction().trigger()
    QApplication.processEvents()
    assert [words(bar) for bar in rows(wide) if "Weights" in words(bar)] == []
    panel.toggleViewAction().trigger()
    QApplication.processEvents()
    QApplication.processEvents()
    assert [words(bar) for bar in rows(wide) if "Weights" in words(bar)] == [["Weights", row[-1]]]


def test_a_window_in_which_nothing_happens_rests(wide, qtbot):
    for name in ROUND:
        go(wide, name)
    settle(qtbot, wide)
    woken = []
    dispatcher = QAbstractEventDispatcher.instance()
    dispatcher.awake.connect(lambda: woken.append(1))
    # Long enough for thousands of turns, if something keeps asking for one more.
    with qtbot.waitSignal(wide.destroyed, timeout=500, raising=False):
        pass
    dispatcher.awake.disconnect()
    assert len(woken) < 100
