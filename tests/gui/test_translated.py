"""Another language: every word of the window can be translated, and is found by the tool that collects words."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

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
)

import nnstudio.ui
from nnstudio.compiler.problems import find_problems
from nnstudio.data.sources import data_names
from nnstudio.graph import edits
from nnstudio.project.templates import load_template
from nnstudio.ui.about import About
from nnstudio.ui.key_sheet import KeySheet

WORD = re.compile(r"[A-Za-z]{3,}")
DECLARED = {"fields", "kinds", "panels"}  # What layers, fields, panels say of themselves; it is declared elsewhere.
COLLECT = Path(sys.executable).parent / "pyside6-lupdate"


class Other(QTranslator):
    """A language in which every text stands in brackets; it writes down what it was asked."""

    def __init__(self):
        super().__init__()
        self.asked, self.of_qt = set(), set()

    def translate(self, context, source, disambiguation=None, n=-1):
        # The texts of Qt itself count places of their own.
        if context.startswith("Q"):
            self.of_qt.add(source)
            return None
        self.asked.add((context, source))
        return f"⟦{source}⟧"

    def isEmpty(self):
        return False


@pytest.fixture
def language(qapp):
    language = Other()
    qapp.installTranslator(language)
    yield language
    qapp.removeTranslator(language)


@pytest.fixture
def window(language, studio):
    """A window in that language, with a problem to tell of."""
    window = studio.open(load_template("digits"), None)
    graph = window.document.graph
    window.document.edit("Take away", edits.disconnect(graph, graph.wires[2]))
    return window


def look_around(window):
    """Show every page of the inspector, one after another."""
    for chosen in ((), ("hidden",), ("hidden", "relu")):
        window.selection.choose(chosen)
        QApplication.processEvents()
        yield


def texts_of(widget):
    """What a widget shows or tells of itself."""
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
    if isinstance(widget, QAbstractButton | QLabel):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QDockWidget | QToolBar):
        yield widget.windowTitle()
    if isinstance(widget, QMenu):
        yield widget.title()


def untranslated(top, known):
    """Texts without brackets, but for what model and data say of themselves."""
    for widget in (top, *top.findChildren(QWidget)):
        texts = [text for text in texts_of(widget) if WORD.search(text) and "⟦" not in text]
        # What can be chosen are names of the core, which files and papers use.
        inside = isinstance(widget, QComboBox) or isinstance(widget.parent(), QComboBox)
        foreign = [text for text in texts if not inside and not text.startswith(tuple(known))]
        yield from ((type(widget).__name__, text) for text in foreign)
    for action in top.actions():
        texts = (text for text in (action.text(), action.toolTip(), action.statusTip()) if text and "⟦" not in text)
        yield from (text for text in texts if not text.startswith(tuple(known)))


def test_every_word_of_a_window_can_be_translated(window, language):
    project = window.document.project
    known = {problem.sentence for problem in find_problems(project.graph, project.settings.loss)}
    known |= {project.title, project.description, *data_names(), *data_names().values()} - {""}
    for _ in look_around(window):
        assert list(untranslated(window, known | language.of_qt)) == []


@pytest.mark.skipif(not COLLECT.exists(), reason="the tool that collects texts is not installed")
def test_whoever_collects_texts_finds_all_of_them_where_they_are_asked_for(window, language, tmp_path, qtbot):
    for _ in look_around(window):
        for name, page in (("keys", KeySheet), ("about", About)):
            window.menus.actions[name].trigger()
            (dialog,) = window.findChildren(page)
            with qtbot.waitSignal(dialog.destroyed):
                dialog.close()
    folder, found = Path(nnstudio.ui.__file__).parent, tmp_path / "found.ts"
    subprocess.run([COLLECT, *folder.rglob("*.py"), "-ts", found], check=True, capture_output=True, timeout=60)
    collected = {
        (context.findtext("name"), message.findtext("source"))
        for context in ElementTree.parse(found).iter("context") for message in context.iter("message")
    }  # fmt: skip
    assert {(context, text) for context, text in language.asked if context not in DECLARED} <= collected
