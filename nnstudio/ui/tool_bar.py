"""The tool bar: what is done most often while building, and the perspectives."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolBar, QToolButton, QWidget

from nnstudio.ui.icons import SIZE, icon_of
from nnstudio.ui.sizes import follow, follow_size
from nnstudio.ui.theme import GAP, Theme

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

TOOLS = (("new", "open", "save"), ("undo", "redo"), ("quick_add", "arrange", "fit"))
DRAWINGS = {"quick_add": "add"}  # The icons that are called otherwise than their command.


class ToolBar(QToolBar):
    """Commands at the left, perspectives at the right."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._actions, self._docks = window.menus.actions, window.docks
        self.setObjectName("tools")
        self.setWindowTitle(self.tr("Tools"))
        self.setMovable(False)
        follow_size(self.setIconSize, SIZE, SIZE)
        for place, names in enumerate(TOOLS):
            if place:
                self.addSeparator()
            for name in names:
                self.addAction(self._actions[name])
        self._buttons = QButtonGroup(self)
        self._add_perspectives()
        self._docks.changed.connect(self._show_perspective)
        self._show_perspective(self._docks.perspective)
        self._wide = 0
        follow(self._measure)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only now the style sheet has been looked at.
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_words()

    def show_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        for name in (name for names in TOOLS for name in names):
            self._actions[name].setIcon(icon_of(DRAWINGS.get(name, name), theme))

    def _measure(self) -> None:
        """How wide it is with all its words."""
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._wide = self.sizeHint().width()
        self._show_words()

    def _show_words(self) -> None:
        # Where there is no room for the words, their icons will do; each has its words as a tooltip.
        styles = Qt.ToolButtonStyle
        roomy = self.width() >= self._wide
        self.setToolButtonStyle(styles.ToolButtonTextBesideIcon if roomy else styles.ToolButtonIconOnly)

    def _add_perspectives(self) -> None:
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self._perspectives: dict[str, QToolButton] = {}
        for name, perspective in self._docks.perspectives.items():
            button = QToolButton(self)
            button.setText(perspective.title)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("help", "panels")
            button.setToolTip(self.tr("Arrange the panels to {}").format(perspective.title.lower()))
            button.setMinimumWidth(8 * GAP)
            button.clicked.connect(partial(self._docks.use, name))
            self._buttons.addButton(button)
            self._perspectives[name] = button
            self.addWidget(button)

    def _show_perspective(self, name: str) -> None:
        self._perspectives[name].setChecked(True)
