"""What probes found is handed on one by one, so that the window is never busy for long."""

import pytest
from PySide6.QtCore import QObject

from nnstudio.live.messages import Seen
from nnstudio.ui.delivery import Delivery


@pytest.fixture
def delivery():
    parent = QObject()
    yield Delivery(parent)
    parent.deleteLater()


class Listener:
    def __init__(self, delivery):
        self.heard = []
        delivery.seen.connect(lambda key, seen: self.heard.append((key, seen.value)))
        delivery.grew.connect(lambda: self.heard.append("grew"))


def test_everything_at_once_while_the_training_stands(delivery):
    listener = Listener(delivery)
    delivery.put(Seen(1, "a", 0, 1))
    delivery.grow()
    delivery.put(Seen(1, "b", 0, 2))
    delivery.begin(apart=False)
    assert listener.heard == [("a", 1), "grew", ("b", 2)]


def test_one_after_another_while_it_goes_on_and_only_the_latest_of_each(delivery, qtbot):
    listener = Listener(delivery)
    for value in (1, 2):
        delivery.put(Seen(1, "a", 0, value))
        delivery.put(Seen(1, "b", 0, value))
    delivery.begin(apart=True)
    # The first at once, the next when keys and clicks had their turn.
    assert listener.heard == [("a", 2)]
    delivery.put(Seen(1, "b", 0, 3))
    qtbot.waitUntil(lambda: len(listener.heard) == 2)
    assert listener.heard == [("a", 2), ("b", 3)]


def test_what_belongs_to_another_run_is_dropped(delivery, qtbot):
    listener = Listener(delivery)
    delivery.put(Seen(1, "a", 0, 1))
    delivery.put(Seen(1, "b", 0, 1))
    delivery.begin(apart=True)
    delivery.clear()
    qtbot.wait(30)
    assert listener.heard == [("a", 1)]
