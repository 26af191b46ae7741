"""What every test of the window shares: one application, a document, its selection, and clean ends."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from nnstudio.project.templates import load_template
from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK, apply


@pytest.fixture(scope="session")
def qapp(qapp):
    """The application in our own look; it outlives all tests."""
    apply(qapp, DARK)
    return qapp


@pytest.fixture(scope="session", autouse=True)
def _no_collection_in_between():
    # A collection in another thread would destroy Qt objects there; see the design.
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _clean_end(qapp, qtlog):
    """Nothing is left of a test: no window, and not a word from Qt."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert left == []
    assert [record.message for record in qtlog.records if not record.ignored] == []


@pytest.fixture
def document():
    """The digits: Input, Flatten, Dense (hidden), ReLU, Dense (scores), Softmax."""
    return Document(load_template("digits"))


@pytest.fixture
def selection(document):
    """What is chosen of the document."""
    return Selection(document)
