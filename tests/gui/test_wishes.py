"""What panels want to know, gathered."""

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from nnstudio.live.probes.weights import Weights
from nnstudio.ui.wishes import Wishes


@pytest.fixture
def parent():
    parent = QObject()
    yield parent
    parent.deleteLater()


def test_several_wishes_are_told_once_together(parent, qtbot):
    wishes, told = Wishes(parent), []
    wishes.changed.connect(told.append)
    wishes.want("one", {"a": Weights("x")})
    wishes.want("two", {"b": Weights("y")})
    qtbot.waitUntil(lambda: bool(told))
    assert told == [{"a": Weights("x"), "b": Weights("y")}]
    wishes.want("one", {})
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == {"b": Weights("y")}


def test_a_panel_that_is_hidden_when_all_is_gone_wants_nothing():
    parent = QObject()
    wishes = Wishes(parent)
    wishes.want("one", {"a": Weights("x")})
    wishes.close()
    delete(parent)
    wishes.want("one", {})
