"""About: what this program is, its version, and what it is made of, with the licence of each part."""

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio import __version__
from nnstudio.core.errors import StudioError
from nnstudio.licences import Licence, bundled
from nnstudio.ui.icons import window_icon
from nnstudio.ui.labels import Quiet, Words
from nnstudio.ui.report import copy_report
from nnstudio.ui.sizes import follow_font, follow_screen, px
from nnstudio.ui.theme import GAP

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

PICTURE = 64


class About(QDialog):
    """Choosing a part shows its licence."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About nnstudio"))
        self.setProperty("help", "commands#about-nnstudio")
        self._window = window
        self._licences: tuple[Licence, ...] = ()
        self.parts, self.text = self._add_parts(), QPlainTextEdit(self)
        self.home = QPushButton(self)
        self.home.setAutoDefault(False)
        self.home.setToolTip(self.tr("Show the home of this part in the browser"))
        self.home.hide()
        self.text.setReadOnly(True)
        # The licences are written in columns; Tab goes on to the buttons.
        follow_font(self.text, 0.9, columns=True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Text of the licence"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy_button = self.buttons.addButton(self.tr("&Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        # Enter closes.
        self.copy_button.setAutoDefault(False)
        self.copy_button.setToolTip(self.tr("Versions, settings and the end of the log, for the makers of nnstudio"))
        self._lay_out()
        self.parts.currentItemChanged.connect(self._show_chosen)
        self.home.clicked.connect(self._visit)
        self.buttons.rejected.connect(self.reject)
        self.copy_button.clicked.connect(self._copy_report)
        follow_screen(self, 720, 640)
        # The texts are read from files, many of them.
        window.background.run(bundled, self._show_parts, self._tell)

    def _add_parts(self) -> QTreeWidget:
        parts = QTreeWidget(self)
        parts.setColumnCount(3)
        parts.setHeaderLabels([self.tr("Part"), self.tr("Version"), self.tr("Licence")])
        parts.setRootIsDecorated(False)
        parts.setUniformRowHeights(True)
        parts.setAllColumnsShowFocus(True)
        parts.setAccessibleName(self.tr("What nnstudio is made of"))
        header = parts.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return parts

    def _lay_out(self) -> None:
        halves = QSplitter(Qt.Orientation.Vertical, self)
        halves.setChildrenCollapsible(False)
        lower = QWidget(halves)
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, GAP // 2, 0, 0)
        below.setSpacing(GAP)
        below.addWidget(self.home, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self.text)
        halves.addWidget(self.parts)
        halves.addWidget(lower)
        halves.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP + GAP // 2)
        layout.addLayout(self._head())
        layout.addWidget(halves, 1)
        layout.addWidget(self.buttons)
        self.setTabOrder(self.parts, self.home)
        self.setTabOrder(self.home, self.text)

    def _head(self) -> QHBoxLayout:
        picture = QLabel(self)
        picture.setPixmap(window_icon().pixmap(px(PICTURE), px(PICTURE)))
        name = QLabel(f"nnstudio {escape(__version__)}", self)
        follow_font(name, 1.5)
        about = Words(
            self.tr("Build neural networks by pointing, watch them learn, and take the trained weights away."), self
        )
        made_of = Quiet(self.tr("Free under the BSD 3-Clause licence. This is what it is made of:"), self)
        words = QVBoxLayout()
        words.setSpacing(GAP // 2)
        for each in (name, about, made_of):
            words.addWidget(each)
        head = QHBoxLayout()
        head.setSpacing(2 * GAP)
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        return head

    def _show_parts(self, found: tuple[Licence, ...]) -> None:
        self._licences = found
        items = [QTreeWidgetItem([each.name, each.version, each.licence]) for each in found]
        self.parts.addTopLevelItems(items)
        self.parts.setCurrentItem(items[0])

    def _show_chosen(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            part = self._licences[self.parts.indexOfTopLevelItem(item)]
            self.home.setText(part.home)
            self.home.show()
            self.text.setPlainText(part.text)

    def _visit(self) -> None:
        QDesktopServices.openUrl(QUrl(self.home.text()))

    def _tell(self, error: StudioError) -> None:
        self.text.setPlainText(str(error))

    def _copy_report(self) -> None:
        copy_report(self._window)
