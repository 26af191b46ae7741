"""Pages to read: all keys, the model in words, and what this program is."""

from collections.abc import Sequence
from html import escape

from PySide6 import __version__ as qt_version
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from nnstudio import __version__
from nnstudio.graph.description import describe
from nnstudio.ui.document import Document

Sheet = Sequence[tuple[str, Sequence[tuple[str, str]]]]
CANVAS_KEYS = (
    ("Walk along a wire", "← →"), ("Walk up and down", "↑ ↓"), ("Move what is chosen", "Alt + arrows"),
    ("Edit the first field", "Enter"), ("Add a layer behind the chosen one", "Tab"), ("Pan", "Space + drag"),
    ("Zoom at the pointer", "Wheel"), ("Pan sideways", "Shift + wheel"), ("Choose several", "Shift + click"),
    ("Add a layer here", "Double click"), ("Give up a gesture", "Esc"), ("Move freely, off the grid", "Alt + drag"),
)  # fmt: skip


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
        canvas = [(QCoreApplication.translate("KeySheet", words), keys) for words, keys in CANVAS_KEYS]
        title, name = _tr("Keys"), _tr("All keys")
        super().__init__(title, _table([(_tr("Canvas"), canvas), *sheet]), name, parent)
        self.resize(480, 640)


class Description(Page):
    """The model in plain sentences, for a screen reader or a report."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        self.words = describe(document.graph, document.findings.shapes)
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.words.splitlines() if line)
        super().__init__(_tr("The model in words"), lines, _tr("Description"), parent)
        copy = QPushButton(_tr("Copy"))
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy_text)
        self.resize(560, 520)

    def copy_text(self) -> None:
        """Put the sentences on the clipboard."""
        QGuiApplication.clipboard().setText(self.words)


class About(Page):
    """What this program is, and its version."""

    def __init__(self, parent: QWidget | None = None) -> None:
        words = _tr("Build neural networks by pointing, watch them learn, and take the trained weights away.")
        licence = _tr("BSD 3-Clause licence. The window is drawn by Qt {}.").format(qt_version)
        html = f"<h2>nnstudio {__version__}</h2><p>{escape(words)}</p><p>{escape(licence)}</p>"
        super().__init__(_tr("About nnstudio"), html, _tr("About nnstudio"), parent)
        self.resize(420, 240)


def _tr(text: str) -> str:
    return QCoreApplication.translate("KeySheet", text)


def _table(sheet: Sheet) -> str:
    parts = []
    for section, rows in sheet:
        lines = "".join(_row(words, keys) for words, keys in rows)
        parts.append(f"<h3>{escape(section)}</h3><table width='100%' cellpadding=3>{lines}</table>")
    return "".join(parts)


def _row(words: str, keys: str) -> str:
    return f"<tr><td>{escape(words)}</td><td align=right><b>{escape(keys)}</b></td></tr>"
