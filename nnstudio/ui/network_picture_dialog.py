"""The dialog for a picture of the network as circles and lines: a preview, what is shown, and where to save it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnstudio.graph.diagram import Diagram, diagram
from nnstudio.project.project import Project
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.network_picture import Look, paint_diagram
from nnstudio.ui.sizes import follow, follow_screen, follow_words, px_size
from nnstudio.ui.theme import GAP, THEMES, Theme

WIDTH, HEIGHT = 860, 600
ARROW = 44  # Pixels of a combo box beside its words.


class Preview(QWidget):
    """The picture as it will be, as large as there is room."""

    def __init__(self, drawn: Diagram, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._diagram, self._look = drawn, look
        self.setAccessibleName(self.tr("Preview"))
        follow(self.setMinimumSize, 320, 200)

    def show_look(self, look: Look) -> None:
        """Paint it otherwise."""
        self._look = look
        self.update()

    def sizeHint(self) -> QSize:
        return px_size(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        size = self._diagram.width, self._diagram.height
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.color("canvas"))
        scale = min(1.0, self.width() / size[0], self.height() / size[1])
        painter.translate((self.width() - size[0] * scale) / 2, (self.height() - size[1] * scale) / 2)
        painter.scale(scale, scale)
        painter.setClipRect(QRectF(0, 0, *size))
        paint_diagram(painter, self._diagram, self._look)
        painter.end()


class NetworkPictureDialog(QDialog):
    """Shows the network as it is now; the network itself is not changed."""

    wanted = Signal(object, object, str)
    """A Diagram and its Look are to be saved, with that ending."""

    def __init__(self, project: Project, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Picture of the network"))
        self.setProperty("help", "commands#circles-and-lines")
        self.diagram = diagram(project.graph, project.weights)
        trained = any(line.weight is not None for line in self.diagram.lines)
        self.weights = QCheckBox(self.tr("&Weights as colours"), self)
        self.weights.setChecked(trained)
        self.weights.setEnabled(trained)
        self.weights.setToolTip(
            self.tr("Orange is negative, blue is positive; the stronger, the larger") if trained
            else self.tr("There are no weights yet: train the network first")
        )  # fmt: skip
        self.functions = QCheckBox(self.tr("&Activation functions"), self)
        self.functions.setChecked(True)
        self.look = Combo(self)
        self.look.setAccessibleName(self.tr("Look"))
        for name, words in (("light", self.tr("Light, for paper")), ("dark", self.tr("Dark"))):
            self.look.addItem(words, name)
        follow_words(self.look.setMinimumWidth, self.look.itemText(0), beside=ARROW)
        self.look.setCurrentIndex(self.look.findData(theme.name))
        self.preview = Preview(self.diagram, self._chosen(), self)
        self.buttons = {ending: QPushButton(words, self) for ending, words in (
            (".png", self.tr("Save as &PNG…")), (".svg", self.tr("Save as &SVG…")),
        )}  # fmt: skip
        self._connect()
        self._lay_out()

    def _chosen(self) -> Look:
        return Look(THEMES[str(self.look.currentData())], self.weights.isChecked(), self.functions.isChecked())

    def _show(self, *_: object) -> None:
        self.preview.show_look(self._chosen())

    def _save(self, ending: str, *_: object) -> None:
        self.wanted.emit(self.diagram, self._chosen(), ending)

    def _connect(self) -> None:
        self.weights.toggled.connect(self._show)
        self.functions.toggled.connect(self._show)
        self.look.currentIndexChanged.connect(self._show)
        for ending, button in self.buttons.items():
            button.clicked.connect(partial(self._save, ending))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * GAP)
        for control in (self.weights, self.functions, self.look):
            row.addWidget(control)
        row.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        for button in self.buttons.values():
            button.setAutoDefault(False)
            close.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.preview, 1)
        column.addLayout(row)
        column.addWidget(close)
        follow_screen(self, WIDTH, HEIGHT)


def start_of(path: Path | None, ending: str) -> Path:
    """A name for the picture, beside the project."""
    place = path or Path.home() / "model"
    return place.with_name(f"{place.stem} circles{ending}")
