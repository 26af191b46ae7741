"""The window: canvas in the middle, palette, inspector and lists around it. It puts the pieces together, no more."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.live.process import ProcessWorker
from nnstudio.live.worker import Worker
from nnstudio.project.project import Project
from nnstudio.ui.background import Background
from nnstudio.ui.beginnings import Beginnings
from nnstudio.ui.canvas.canvas import Canvas
from nnstudio.ui.canvas.first_sight import FirstSight
from nnstudio.ui.commands import Commands
from nnstudio.ui.crossings import Crossings
from nnstudio.ui.current_sample import CurrentSample
from nnstudio.ui.dialogs import Dialogs
from nnstudio.ui.document import Document
from nnstudio.ui.fetching import Fetching
from nnstudio.ui.files import Files
from nnstudio.ui.keeper import Keeper
from nnstudio.ui.live_cards import LiveCards
from nnstudio.ui.menus import WindowMenus
from nnstudio.ui.panel_set import PanelSet
from nnstudio.ui.preferring import Preferring
from nnstudio.ui.run import Run
from nnstudio.ui.run_bar import RunBar
from nnstudio.ui.selection import Selection
from nnstudio.ui.status import Status
from nnstudio.ui.theme import Theme
from nnstudio.ui.timeline import Timeline
from nnstudio.ui.tool_bar import ToolBar

TOLD_FOR = 8000  # Milliseconds that a sentence stays in the status bar.
WIDTH, HEIGHT = 1280, 800
SMALL_SCREEN = 1400, 850  # On a smaller one the first window takes all of it.
PATIENCE = 3000  # Milliseconds that a window waits, when it closes, for what was learned last.


class StudioWindow(QMainWindow):
    """One project in a window."""

    opened = Signal(object, object, bool)
    """A Project and its Path that should be shown, here or in a window of its own; whether another window has it."""
    theme_asked = Signal(str)
    quit_asked = Signal()
    closed = Signal()
    bug_met = Signal(str)
    """The traceback of a bug in another process."""

    def __init__(
        self,
        project: Project,
        path: Path | None,
        theme: Theme,
        preferring: Preferring,
        dialogs: Callable[[QWidget], Dialogs] = Dialogs,
        worker: Callable[..., Worker] = ProcessWorker,
    ) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.preferring, self.settings, self.theme, self.worker = preferring, preferring.settings, theme, worker
        self.dialogs = dialogs(self)
        self.document = Document(project, path, self)
        self.selection = Selection(self.document, self)
        self.commands = Commands(self.document, self.selection, self)
        self.background = Background(self)
        self.keeper = Keeper(self.document, self.background)
        self.files = Files(self.document, self.background, self.dialogs, self.keeper.shelf, self.settings)
        self.run = Run(self.document, self.dialogs.go_on_training, self, worker)
        self.beginnings = Beginnings(self.document, self.run)
        self.fetching = Fetching(self.document, self.run, self)
        self.crossings = Crossings(self)
        self.sample = CurrentSample(self)
        self.canvas = Canvas(self.document, self.selection, self.commands, theme, self)
        self.live_cards = LiveCards(self.canvas, self.run, self.sample, self.settings, theme)
        self._asking = self._agreed = self._shown = self._settling = self._waited = False
        self.setCentralWidget(self.canvas)
        self.setAcceptDrops(True)
        self.panels = PanelSet(self)
        self.docks = self.panels.docks
        self.menus = WindowMenus(self)
        self._add_bars()
        self._connect()
        self._show_title()
        self._take_size()
        self._remembered = self.docks.restore(self.settings)

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self.theme = theme
        self.canvas.show_theme(theme)
        self.live_cards.show_theme(theme)
        self.panels.show_theme(theme)
        self.tool_bar.show_theme(theme)
        self.run_bar.show_theme(theme)
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
        """Whether nothing is lost when it goes: no file, no edit, nothing being opened, and no question open."""
        asked = self.files.busy or self.dialogs.asking
        return self.document.path is None and not self.document.modified and not asked

    def come_forward(self) -> None:
        """Be the window in front."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def go(self) -> bool:
        """Close, now or once the project is saved; False if the user called it off."""
        return self.close() or self.files.saving or self._settling

    def leave(self) -> None:
        """The program must end now: what is unsaved is kept for the next start, and nothing is asked."""
        self._end_work()
        self.keeper.leave()
        self._fall_silent()
        self.hide()
        self.deleteLater()

    def next_panel(self, step: int = 1) -> None:
        """Bring the keys to the next panel, or to the canvas."""
        stops = [self.canvas, *(panel for name, panel in self.panels.all.items() if self.docks.in_sight(name))]
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
        if not self._agreed and self.run.going and not self._waited:
            self._settle()
        elif not self._agreed:
            self._asking, self._waited = True, False
            self.files.when_safe(self._agree)
            self._asking = False
        event.setAccepted(self._agreed)
        if self._agreed:
            self._end_work()
            self.docks.keep(self.settings)
            self.keeper.close()
            self._fall_silent()
            self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.crossings.may_come(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.crossings.may_come(event.mimeData()):
            event.acceptProposedAction()
            self.crossings.take(event.mimeData())

    def _end_work(self) -> None:
        for work in (self.run, self.crossings, self.panels, self.fetching):
            work.close()

    def _fall_silent(self) -> None:
        # A stack of edits tells of its end when it is destroyed, to menus that are half gone by then.
        self.document.undo_stack.blockSignals(True)

    def _agree(self) -> None:
        self._agreed = True
        if not self._asking:
            # Saved after the question: what was ignored then can be done now.
            self.close()

    def _settle(self) -> None:
        """Close once what was learned last is in the project; or after a while, if the worker is deep in a batch."""
        if not self._settling:
            self._settling = True
            QTimer.singleShot(PATIENCE, self, self._settled)
            self.run.settle(self._settled)

    def _settled(self) -> None:
        if self._settling:
            # Once: a worker that does not answer must not keep the window.
            self._settling, self._waited = False, True
            self.close()

    def _add_bars(self) -> None:
        self.tool_bar = ToolBar(self)
        self.run_bar = RunBar(self.document, self.run, self.menus.actions, self.ask_for_data, self)
        self.timeline = Timeline(self.document, self.run, self.fetching, self.settings, self)
        for bar in (self.tool_bar, self.run_bar, self.timeline):
            self.addToolBar(bar)
            self.addToolBarBreak()
        self.tool_bar.show_theme(self.theme)
        self.run_bar.show_theme(self.theme)
        # Without it the bar could be hidden, and nothing would bring it back.
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.status = Status(self)

    def _connect(self) -> None:
        self.document.path_changed.connect(self._show_title)
        self.document.modified_changed.connect(self.setWindowModified)
        crew = self.commands, self.canvas, self.keeper, self.run, self.fetching, self.panels.doctor, self.crossings
        for teller in crew:
            teller.told.connect(self.tell)
        self.run.bug_met.connect(self.bug_met)
        self.files.opened.connect(self.opened)
        self.files.saved.connect(self._tell_saved)
        self.files.asked.connect(self.canvas.take_over)
        self.panels.problems.go_to.connect(self.canvas.go_to)
        self.panels.advice.go_to.connect(self.canvas.go_to)

    def _show_title(self) -> None:
        path = self.document.path
        name = path.name if path else self.document.project.title or self.tr("New model")
        self.setWindowTitle(f"{name}[*] – nnstudio")

    def ask_for_data(self) -> Path | None:
        """A file of the user's own that the network is to learn."""
        start = self.document.path.parent if self.document.path else Path.home()
        return self.dialogs.what_to_learn(str(start))

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
