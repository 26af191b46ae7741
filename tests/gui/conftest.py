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


def is_tooltip(widget):
    """Qt makes one label for tooltips and keeps it."""
    return widget.inherits("QTipLabel")


@pytest.fixture(autouse=True)
def _clean_end(qapp, qtlog):
    """Nothing is left of a test: no widget, and not a word from Qt."""
    # A collection in another thread would destroy Qt objects there; see the design.
    gc.disable()
    before = QApplication.allWidgets()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.enable()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in QApplication.allWidgets() if widget not in before and not is_tooltip(widget)]
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
