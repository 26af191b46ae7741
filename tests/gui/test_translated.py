"""Another language: every word of the window can be translated, whoever says it and however often."""

import re

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QToolBar,
    QWidget,
)  # fmt: skip

from nnstudio.graph import edits
from nnstudio.project.templates import load_template

SAID = "⟦{}⟧"
WORD = re.compile(r"[A-Za-z]{3,}")


class Other(QTranslator):
    """A language in which every text stands in brackets."""

    def translate(self, context, source, disambiguation=None, n=-1):
        return SAID.format(source)

    def isEmpty(self):
        return False


@pytest.fixture
def translated(qapp):
    language = Other()
    qapp.installTranslator(language)
    yield
    qapp.removeTranslator(language)


def texts_of(widget):
    """What a widget shows or tells of itself."""
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    yield widget.toolTip()
    if isinstance(widget, QAbstractButton | QLabel):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QDockWidget | QToolBar):
        yield widget.windowTitle()
    if isinstance(widget, QMenu):
        yield widget.title()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))


def untranslated(top, known):
    """Texts without brackets, but for what the model itself says."""
    found = set()
    for widget in (top, *top.findChildren(QWidget)):
        for text in texts_of(widget):
            if text and WORD.search(text) and "⟦" not in text and not known(text):
                found.add((type(widget).__name__, text))
    for action in top.actions():
        for text in (action.text(), action.toolTip(), action.statusTip()):
            if text and "⟦" not in text:
                found.add(("action", text))
    return found


def test_every_word_of_a_window_can_be_translated(qapp, translated, studio):
    window = studio.open(load_template("digits"), None)
    window.document.edit("x", edits.disconnect(window.document.graph, window.document.graph.wires[2]))
    found = set()
    for chosen in ((), ("hidden",), ("hidden", "relu")):
        window.selection.choose(chosen)
        QApplication.processEvents()
        found |= untranslated(window, lambda _: False)
    print("\n".join(map(repr, sorted(found))))
    assert found == set()
