"""The first five minutes of somebody who has never seen it: welcome, template, train, draw a digit, save, reopen."""

from math import cos, pi, sin
from time import perf_counter

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.live.known import State
from nnstudio.live.worker import ThreadWorker
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio
from nnstudio.ui.welcome import Welcome
from tests.gui.conftest import roomy, settle

LEFT, NONE, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ZERO = [(140 - 50 * sin(each / 12 * pi), 140 - 90 * cos(each / 12 * pi)) for each in range(25)]
ENOUGH = 20  # Epochs after which it reads most digits.


class Newcomer:
    """A mouse and a keyboard before the studio."""

    def __init__(self, qtbot, studio):
        self.qtbot, self.studio = qtbot, studio

    @property
    def window(self):
        (window,) = self.studio.windows
        return window

    def start(self):
        """Start it without naming a project; the welcome comes by itself, or by the user's wish."""
        self.studio.begin(load_template("playground"), None)

    def welcome(self):
        """The sheet, once it is filled."""
        self.qtbot.waitUntil(lambda: self.window.findChildren(Welcome) != [])
        (sheet,) = self.window.findChildren(Welcome)
        self.qtbot.waitUntil(lambda: sheet.isVisible() and not self.window.background.busy)
        return sheet

    def take(self, cards, name, title):
        """Click on a card, and wait for the window that comes of it."""
        (item,) = cards.findItems(name, Qt.MatchFlag.MatchExactly)
        cards.scrollToItem(item)
        QTest.mouseClick(cards.viewport(), LEFT, NONE, cards.visualItemRect(item).center())
        self.qtbot.waitUntil(lambda: [each.document.project.title for each in self.studio.windows] == [title])
        roomy(self.window)

    def train(self, epochs):
        """Press Train, watch, and press again."""
        window = self.window
        button = window.run_bar.widgetForAction(window.run_bar.train)
        QTest.mouseClick(button, LEFT)
        self.qtbot.waitUntil(lambda: window.run.record is not None)
        record = window.run.record
        self.qtbot.waitUntil(lambda: record.epochs >= epochs)
        QTest.mouseClick(button, LEFT)
        self.qtbot.waitUntil(lambda: window.run.state is State.STANDING and not window.run.going)

    def classify(self):
        """Press Classify at the top right; gives back the pad."""
        window = self.window
        QTest.mouseClick(window.tool_bar._perspectives["classify"], LEFT)
        self.qtbot.waitUntil(lambda: window.panels.all["draw"].content is not None)
        panel = window.panels.all["draw"].content
        self.qtbot.waitUntil(lambda: panel.isVisible() and panel._known)
        settle(self.qtbot, window)
        return panel

    def draw(self, panel, points):
        """One stroke with the mouse; gives back the answer and how sure the network is of each class."""
        places = [panel.body.pad.on_screen(QPointF(*each)).toPoint() for each in points]
        QTest.mousePress(panel.body.pad, LEFT, NONE, places[0])
        for place in places[1:]:
            QTest.mouseMove(panel.body.pad, place)
        QTest.mouseRelease(panel.body.pad, LEFT, NONE, places[-1])
        answered = lambda: panel.seen is not None and panel.seen.sample == panel.drawing  # noqa: E731
        self.qtbot.waitUntil(lambda: not panel._soon.isActive() and answered())
        return panel.body.answer.large.text(), np.array(panel.body.bars.shares)

    def save(self):
        """Ctrl+S where the keys are."""
        QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_S, CTRL)
        self.qtbot.waitUntil(lambda: self.window.document.path is not None and not self.window.document.modified)

    def close(self):
        """Close the window; nothing is unsaved, so nothing is asked."""
        self.window.close()
        self.qtbot.waitUntil(lambda: self.studio.windows == [])


def test_the_first_five_minutes(qtbot, qapp, studio, settings, answers, tmp_path):
    began = perf_counter()
    settings.remove("welcome/seen")
    path = answers.paths["save"] = tmp_path / "my first.nns"
    newcomer = Newcomer(qtbot, studio)
    newcomer.start()
    newcomer.take(newcomer.welcome().templates.cards, "Small digits", "Small digits")
    newcomer.train(ENOUGH)
    answer, shares = newcomer.draw(newcomer.classify(), ZERO)
    assert answer == "0"
    newcomer.save()
    assert answers.questions == ["where_to_save"]
    learned = newcomer.window.document.project
    assert len(learned.history) >= ENOUGH
    newcomer.close()

    # Another day: it was seen once, so it comes only because it is wanted.
    settings.setValue("preferences/welcome", True)
    again = Newcomer(qtbot, Studio(qapp, settings, answers, ThreadWorker))
    try:
        again.start()
        again.take(again.welcome().recent.cards, "my first", "Small digits")
        project = again.window.document.project
        assert again.window.document.path == path
        assert project.history == learned.history
        assert {name: each.tobytes() for name, each in project.weights.items()} == {
            name: each.tobytes() for name, each in learned.weights.items()
        }
        answer_again, shares_again = again.draw(again.classify(), ZERO)
        assert answer_again == answer
        np.testing.assert_allclose(shares_again, shares, atol=1e-6)
    finally:
        again.studio.close()
        again.studio.deleteLater()
    print(f"the five minutes took {perf_counter() - began:.1f} s")
