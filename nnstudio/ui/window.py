"""The window: canvas in the middle, palette, inspector and lists around it. It puts the pieces together, no more."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QToolBar, QToolButton, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.project.project import Project
from nnstudio.ui.background import Background
from nnstudio.ui.canvas.canvas import Canvas
from nnstudio.ui.canvas.first_sight import FirstSight
from nnstudio.ui.commands import Commands
from nnstudio.ui.dialogs import ENDING, Dialogs
from nnstudio.ui.docks import Area, Docks, Place
from nnstudio.ui.document import Document
from nnstudio.ui.files import Files
from nnstudio.ui.formula_view import FormulaView
from nnstudio.ui.icons import SIZE, icon_of
from nnstudio.ui.inspector import Inspector
from nnstudio.ui.keeper import Keeper
from nnstudio.ui.menus import WindowMenus
from nnstudio.ui.model_table import ModelTable
from nnstudio.ui.palette import Palette
from nnstudio.ui.problem_list import ProblemList
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import GAP, Theme

TOLD_FOR = 8000  # Milliseconds that a sentence stays in the status bar.
WIDTH, HEIGHT = 1280, 800
SMALL_SCREEN = 1400, 850  # On a smaller one the first window takes all of it.
TOOLS = (("new", "open", "save"), ("undo", "redo"), ("quick_add", "arrange", "fit"))
DRAWINGS = {"quick_add": "add"}  # The icons that are called otherwise than their command.


class StudioWindow(QMainWindow):
    """One project in a window."""

    opened = Signal(object, object, bool)
    """A Project and its Path that should be shown, here or in a window of its own; whether another window has it."""
    theme_asked = Signal(str)
    quit_asked = Signal()
    closed = Signal()

    def __init__(
        self,
        project: Project,
        path: Path | None,
        theme: Theme,
        settings: QSettings,
        dialogs: Callable[[QWidget], Dialogs] = Dialogs,
    ) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.settings, self.theme = settings, theme
        self.dialogs = dialogs(self)
        self.document = Document(project, path, self)
        self.selection = Selection(self.document, self)
        self.commands = Commands(self.document, self.selection, self)
        self.background = Background(self)
        self.keeper = Keeper(self.document, self.background)
        self.files = Files(self.document, self.background, self.dialogs, self.keeper.shelf, settings)
        self.canvas = Canvas(self.document, self.selection, self.commands, theme, self)
        self._asking = self._agreed = self._shown = False
        self.setCentralWidget(self.canvas)
        self.setAcceptDrops(True)
        self._add_panels()
        self.menus = WindowMenus(self)
        self._add_bars()
        self._connect()
        self._show_title()
        self._take_size()
        self._remembered = self.docks.restore(settings)

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self.theme = theme
        self.canvas.show_theme(theme)
        self._show_icons()
        self.menus.show_theme()

    def tell(self, sentence: str) -> None:
        """Say something in the status bar for a while."""
        if sentence:
            self.statusBar().showMessage(sentence, TOLD_FOR)
        else:
            self.statusBar().clearMessage()

    def tell_error(self, error: StudioError) -> None:
        """Say what went wrong where nobody waits for it."""
        self.tell(str(error))

    @property
    def untouched(self) -> bool:
        """Whether nothing is lost when it goes: no file, no edit, and nothing is being opened from here."""
        return self.document.path is None and not self.document.modified and not self.files.busy

    def come_forward(self) -> None:
        """Be the window in front."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def go(self) -> bool:
        """Close, now or once the project is saved; False if the user called it off."""
        return self.close() or self.files.saving

    def leave(self) -> None:
        """The program must end now: what is unsaved is kept for the next start, and nothing is asked."""
        self.keeper.leave()
        self._fall_silent()
        self.hide()
        self.deleteLater()

    def next_panel(self, step: int = 1) -> None:
        """Bring the keys to the next panel, or to the canvas."""
        stops = [self.canvas, *(panel for name, panel in self.panels.items() if self.docks.in_sight(name))]
        focus = self.focusWidget()
        here = next((place for place, each in enumerate(stops) if focus and each.isAncestorOf(focus)), 0)
        for distance in range(1, len(stops) + 1):
            target = _first_stop(stops[(here + step * distance) % len(stops)])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            if not self._remembered:
                self.docks.make_room(self.screen().availableSize())
                self.docks.share_out()
            self.canvas.setFocus()
            self.canvas.view.begin()
            FirstSight(self.canvas.view)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._agreed:
            self._asking = True
            self.files.when_safe(self._agree)
            self._asking = False
        event.setAccepted(self._agreed)
        if self._agreed:
            self.docks.keep(self.settings)
            self.keeper.close()
            self._fall_silent()
            self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _projects_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for path in _projects_in(event.mimeData()):
            event.acceptProposedAction()
            self.files.open(path)

    def _fall_silent(self) -> None:
        # A stack of edits tells of its end when it is destroyed, to menus that are half gone by then.
        self.document.undo_stack.blockSignals(True)

    def _agree(self) -> None:
        self._agreed = True
        if not self._asking:
            # Saved after the question: what was ignored then can be done now.
            self.close()

    def _add_panels(self) -> None:
        of = self.document, self.selection
        self.palette_panel, self.inspector, self.formula = Palette(*of), Inspector(*of), FormulaView(*of)
        self.table, self.problems = ModelTable(*of), ProblemList(*of)
        self.panels = {
            "palette": self.palette_panel, "table": self.table, "problems": self.problems, "formula": self.formula,
            "inspector": self.inspector,
        }  # fmt: skip
        low = Area.BottomDockWidgetArea
        self.docks = Docks(self, {
            "palette": Place(self.tr("Layers"), self.palette_panel, Area.LeftDockWidgetArea),
            "inspector": Place(self.tr("Inspector"), self.inspector, Area.RightDockWidgetArea),
            "table": Place(self.tr("Model"), self.table, low, "lists"),
            "problems": Place(self.tr("Problems"), self.problems, low, "lists"),
            "formula": Place(self.tr("Formula"), self.formula, low),
        })  # fmt: skip

    def _add_bars(self) -> None:
        bar = QToolBar(self.tr("Tools"), self)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(bar.iconSize().scaled(SIZE, SIZE, Qt.AspectRatioMode.IgnoreAspectRatio))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for place, names in enumerate(TOOLS):
            if place:
                bar.addSeparator()
            for name in names:
                bar.addAction(self.menus.actions[name])
        self.addToolBar(bar)
        # Without it the bar could be hidden, and nothing would bring it back.
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._show_icons()
        self._count = QToolButton(self)
        self._count.setAccessibleName(self.tr("Problems"))
        self._count.setToolTip(self.tr("Show the list of problems"))
        self._zoom = QLabel(self)
        self._zoom.setAccessibleName(self.tr("Zoom"))
        self._zoom.setMinimumWidth(self._zoom.fontMetrics().horizontalAdvance("400%"))
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.statusBar().setContentsMargins(GAP, 0, GAP, 0)
        self.statusBar().setSizeGripEnabled(False)
        for widget in (self._count, self._zoom):
            self.statusBar().addPermanentWidget(widget)

    def _connect(self) -> None:
        self.document.path_changed.connect(self._show_title)
        self.document.modified_changed.connect(self.setWindowModified)
        for teller in (self.commands, self.canvas, self.keeper):
            teller.told.connect(self.tell)
        self.files.opened.connect(self.opened)
        self.files.saved.connect(self._tell_saved)
        self.problems.go_to.connect(self.canvas.go_to)
        self.problems.counted.connect(self._show_count)
        self.canvas.view.zoom_changed.connect(self._show_zoom)
        self._count.clicked.connect(self._show_problems)
        self._show_zoom(self.canvas.view.zoom)
        self._show_count(*self.problems.count)

    def _show_icons(self) -> None:
        for name in (name for names in TOOLS for name in names):
            self.menus.actions[name].setIcon(icon_of(DRAWINGS.get(name, name), self.theme))

    def _show_title(self) -> None:
        path = self.document.path
        name = path.name if path else self.document.project.title or self.tr("New model")
        self.setWindowTitle(f"{name}[*] – nnstudio")

    def _show_zoom(self, zoom: float) -> None:
        self._zoom.setText(f"{zoom:.0%}")

    def _show_count(self, problems: int, notes: int) -> None:
        words = self.tr("1 problem") if problems == 1 else self.tr("{} problems").format(problems)
        self._count.setText(words if problems else self.tr("No problems"))
        count = problems + notes
        title = self.tr("Problems")
        self.docks["problems"].setWindowTitle(f"{title} ({count})" if count else title)

    def _show_problems(self) -> None:
        self.docks.show("problems")

    def _tell_saved(self, path: Path) -> None:
        self.tell(self.tr("Saved {}").format(path.name))

    def _take_size(self) -> None:
        room = self.screen().availableSize()
        self.resize(min(WIDTH, room.width()), min(HEIGHT, room.height()))
        if room.width() < SMALL_SCREEN[0] or room.height() < SMALL_SCREEN[1]:
            self.setWindowState(Qt.WindowState.WindowMaximized)


def _first_stop(panel: QWidget) -> QWidget | None:
    """The first widget inside a panel that the Tab key would stop at."""
    inside = (each for each in panel.findChildren(QWidget) if each.isVisible() and each.isEnabled())
    return next((each for each in inside if each.focusPolicy() & Qt.FocusPolicy.TabFocus), None)


def _projects_in(data: QMimeData) -> list[Path]:
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in files if path.suffix.lower() == ENDING]
