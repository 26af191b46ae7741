"""Why a file was not imported, where there is more to say than a sentence: a list of all that does not fit."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.core.files import shown
from nnstudio.core.wording import counted
from nnstudio.importing.onnx_import import NotImported
from nnstudio.importing.weight_import import Mismatch
from nnstudio.layers.shapes import shown as shown_shape
from nnstudio.ui.labels import Words
from nnstudio.ui.quiet_table import QuietTable
from nnstudio.ui.sizes import follow_screen

Row = tuple[str, str, str]
WIDTH, HEIGHT = 620, 420


class ImportRefused(QDialog):
    """Nothing was changed; the list can be copied."""

    def __init__(self, sentence: str, head: Row, rows: Sequence[Row], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Not imported"))
        self.setProperty("help", "commands#import")
        self.sentence, self.rows = sentence, rows
        self.words = Words(sentence, self)
        model = QStandardItemModel(self)
        model.setHorizontalHeaderLabels(head)
        for row in rows:
            model.appendRow([QStandardItem(cell) for cell in row])
        self.table = QuietTable(model, parent=self)
        self.table.setAccessibleName(self.tr("What does not fit"))
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(len(head) - 1, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy_button = QPushButton(self.tr("&Copy list"), self)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self.copy_text)
        buttons.rejected.connect(self.reject)
        self.copy_button.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (self.words, self.table, buttons):
            column.addWidget(widget)
        follow_screen(self, WIDTH, HEIGHT)

    def copy_text(self) -> None:
        """Put the sentence and the list on the clipboard."""
        lines = ["\t".join(row).rstrip() for row in self.rows]
        QGuiApplication.clipboard().setText("\n".join((self.sentence, *lines)))


def refusal(error: StudioError, path: Path, parent: QWidget) -> ImportRefused | None:
    """The dialog for an error that carries a list; None for any other."""
    if isinstance(error, Mismatch):
        sentence = tr("The weights in {} do not fit this model. Nothing was changed.").format(shown(path.name))
        return ImportRefused(sentence, (tr("Array"), tr("What is wrong"), tr("Shapes")), list(_arrays(error)), parent)
    if isinstance(error, NotImported):
        rows = [(node.name, node.operator, node.why) for node in error.nodes]
        sentence = tr("{} cannot be imported: no layer here can stand for {}.").format(
            shown(path.name), counted(len(rows), "node")
        )
        return ImportRefused(sentence, (tr("Node"), tr("Operator"), tr("Why")), rows, parent)
    return None


def _arrays(error: Mismatch) -> list[Row]:
    rows = [(shown(name), tr("missing in the file"), "") for name in error.missing]
    rows += [(shown(name), tr("unexpected: no layer has it"), "") for name in error.unexpected]
    for each in error.reshaped:
        there, here = (shown_shape(shape) or tr("a single number") for shape in (each.found, each.wanted))
        rows.append((shown(each.name), tr("of another shape"), tr("{} in the file, {} here").format(there, here)))
    return rows


def tr(text: str) -> str:
    """A text of this dialog in the user's language."""
    return QCoreApplication.translate("", text)
