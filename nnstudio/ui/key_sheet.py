"""Pages to read: all keys, and the model in words."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from nnstudio.graph.description import describe
from nnstudio.ui.document import Document
from nnstudio.ui.sizes import follow_screen

Sheet = Sequence[tuple[str, Sequence[tuple[str, str]]]]
CANVAS_KEYS = (
    (QT_TRANSLATE_NOOP("", "Walk along a wire"), "← →"),
    (QT_TRANSLATE_NOOP("", "Walk up and down"), "↑ ↓"),
    (QT_TRANSLATE_NOOP("", "Move what is chosen"), "Alt + arrows"),
    (QT_TRANSLATE_NOOP("", "Edit the first field"), "Enter"),
    (QT_TRANSLATE_NOOP("", "Add a layer behind the chosen one"), "Tab"),
    (QT_TRANSLATE_NOOP("", "Leave the canvas"), "Ctrl + Tab, Shift + Tab"),
    (QT_TRANSLATE_NOOP("", "Pan"), "Space + drag"),
    (QT_TRANSLATE_NOOP("", "Zoom at the pointer"), "Wheel"),
    (QT_TRANSLATE_NOOP("", "Pan sideways"), "Shift + wheel"),
    (QT_TRANSLATE_NOOP("", "Choose several"), "Shift + click"),
    (QT_TRANSLATE_NOOP("", "Add a layer here"), "Double click"),
    (QT_TRANSLATE_NOOP("", "Give up a gesture"), "Esc"),
    (QT_TRANSLATE_NOOP("", "Move freely, off the grid"), "Alt + drag"),
)


class Page(QDialog):
    """A text to read and to close; it is gone then."""

    def __init__(self, title: str, html: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.text = QTextBrowser(self)
        self.text.setHtml(html)
        self.text.setAccessibleName(name)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.text)
        layout.addWidget(self.buttons)


class KeySheet(Page):
    """Every key, section by section."""

    def __init__(self, sheet: Sheet, parent: QWidget | None = None) -> None:
        canvas = [(tr(str(words)), keys) for words, keys in CANVAS_KEYS]
        title, name = tr("Keys"), tr("All keys")
        super().__init__(title, _table([(tr("Canvas"), canvas), *sheet]), name, parent)
        self.setProperty("help", "commands")
        follow_screen(self, 480, 640)


class Description(Page):
    """The model in plain sentences, for a screen reader or a report."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        self.words = describe(document.graph, document.findings.shapes)
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.words.splitlines() if line)
        super().__init__(tr("The model in words"), lines, tr("Description"), parent)
        copy = QPushButton(tr("Copy"))
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy_text)
        self.setProperty("help", "commands#describe-in-words")
        follow_screen(self, 560, 520)

    def copy_text(self) -> None:
        """Put the sentences on the clipboard."""
        QGuiApplication.clipboard().setText(self.words)


def tr(text: str) -> str:
    """A text of these pages in the user's language."""
    return QCoreApplication.translate("", text)


def _table(sheet: Sheet) -> str:
    parts = []
    for section, rows in sheet:
        lines = "".join(_row(words, keys) for words, keys in rows)
        parts.append(f"<h3>{escape(section)}</h3><table width='100%' cellpadding=3>{lines}</table>")
    return "".join(parts)


def _row(words: str, keys: str) -> str:
    return f"<tr><td>{escape(words)}</td><td align=right><b>{escape(keys)}</b></td></tr>"
