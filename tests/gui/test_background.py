"""Work in a thread: what comes of it is told in the window's own, and only to whom is still there."""

from functools import partial

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from nnstudio.core.errors import StudioError
from nnstudio.ui.background import Background


class Asker(QObject):
    """Asks for something, and is told."""

    def __init__(self):
        super().__init__()
        self.told = []

    def take(self, *found):
        self.told.append(found)
        # Fails where Qt's part is gone, as what a widget does would.
        self.objectName()


@pytest.fixture
def background():
    background = Background()
    yield background
    background.close(wait=True)


def fail():
    raise StudioError("No.")


@pytest.mark.parametrize("job", [int, fail], ids=["done", "failed"])
@pytest.mark.parametrize("more", [(), ("more",)], ids=["plain", "partial"])
def test_who_asked_is_told_unless_gone(qtbot, background, job, more):
    askers = there, gone = Asker(), Asker()
    for asker in askers:
        take = partial(asker.take, *more) if more else asker.take
        background.run(job, take, take)
    delete(gone)
    qtbot.waitUntil(lambda: not background.busy)
    assert [len(found) for found in there.told] == [1 + len(more)]
    assert gone.told == []
