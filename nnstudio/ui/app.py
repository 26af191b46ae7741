"""The application: one event loop, the look, the hook for bugs, and the windows."""

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Slot
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from nnstudio import __version__
from nnstudio.core.errors import StudioError
from nnstudio.core.memory import give_large_blocks_back
from nnstudio.live.process import ProcessWorker
from nnstudio.live.worker import Worker
from nnstudio.preferences import Preferences
from nnstudio.project.project import Project
from nnstudio.project.recovery import Unsaved, left_behind
from nnstudio.ui.chronicle import Chronicle
from nnstudio.ui.crash import CrashDialog, CrashHook
from nnstudio.ui.dialogs import Dialogs
from nnstudio.ui.help_keys import HelpKeys
from nnstudio.ui.icons import window_icon
from nnstudio.ui.keeper import Shelf
from nnstudio.ui.preferring import Preferring
from nnstudio.ui.report import report_text
from nnstudio.ui.report_log import logged
from nnstudio.ui.settings_effects import SettingsEffects
from nnstudio.ui.theme import Theme, apply, theme_for
from nnstudio.ui.welcome_start import greet
from nnstudio.ui.window import StudioWindow

TICK = 250  # Milliseconds; so often Python looks for Ctrl+C and for garbage.
WORTH_IT = 700  # New objects that are worth a look for garbage,
SOMETIMES = 40  # and after how many of these the old ones are looked through too.
SWITCH = 0.0005  # Seconds that another thread may keep the window waiting.
OVERLAP = 28  # Pixels by which a new window stands beside the last one.
ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
MEASURED = "NNSTUDIO_FIRST_PAINT"  # Set by whoever measures the start: the program ends once it is painted.


class Studio(QObject):
    """Owns the windows. The garbage collector runs here and never in a worker, where it would destroy Qt objects."""

    def __init__(
        self,
        app: QApplication,
        settings: QSettings | None = None,
        dialogs: Callable[[QWidget | None], Dialogs] = Dialogs,
        worker: Callable[..., Worker] = ProcessWorker,
    ) -> None:
        super().__init__(app)
        self._app, self._dialogs, self._worker = app, dialogs, worker
        self.settings = settings or QSettings("nnstudio", "nnstudio")
        self.windows: list[StudioWindow] = []
        self._ending: int | None = None
        self._rounds = 0
        self.preferring = Preferring(self.settings, self)
        self.preferring.changed.connect(self._follow_preferences)
        self.theme = self._show_look()
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.help_keys = HelpKeys(app, self)
        self.hook = CrashHook(self)
        self.hook.met.connect(self._show_crash)
        self.hook.interrupted.connect(self._interrupt)
        self._crash: CrashDialog | None = None
        gc.disable()
        self._tick = QTimer(self, interval=TICK)
        self._tick.timeout.connect(self._look_around)
        self._tick.start()

    def begin(self, project: Project, path: Path | None) -> bool:
        """The first window, unless its file is open elsewhere and the user leaves it there; offers what was lost."""
        if path is not None and Shelf().open_elsewhere(path) and not self._dialogs(None).open_anyway(path):
            return False
        window = self.open(project, path)
        window.background.run(_found, partial(self._look_back, window), window.tell_error)
        return True

    def open(self, project: Project, path: Path | None, instead: StudioWindow | None = None) -> StudioWindow:
        """A window for a project, or one in the place of another."""
        window = StudioWindow(project, path, self.theme, self.preferring, self._dialogs, self._worker)
        SettingsEffects(window, self.preferring)
        Chronicle(window)
        window.opened.connect(self._open_from)
        window.theme_asked.connect(self.choose_theme)
        window.quit_asked.connect(self.quit)
        window.closed.connect(self._forget)
        window.bug_met.connect(self.hook.tell)
        before = instead or (self.windows[-1] if self.windows else None)
        if before is not None:
            beside = 0 if instead else OVERLAP
            window.setGeometry(before.geometry().translated(beside, beside))
            window.setWindowState(before.windowState() & ~Qt.WindowState.WindowMinimized)
        self.windows.append(window)
        window.show()
        return window

    def recover(self, window: StudioWindow, found: Sequence[Unsaved]) -> int:
        """Offer the work of windows that ended without being asked; how many were opened again."""
        answer = self._dialogs(window).recover(found) if found else None
        if answer is False:
            for unsaved in found:
                window.keeper.throw_away(unsaved)
        if answer is not True:
            return 0
        for unsaved in found:
            instead = window if window in self.windows and _gives_way(window, unsaved) else None
            self.open(unsaved.project, unsaved.path, instead).keeper.take_back(unsaved)
            if instead is not None:
                instead.close()
        return len(found)

    @Slot(str)
    def choose_theme(self, name: str) -> None:
        """Dark, light, or empty: as the system has it."""
        self.preferring.change(theme=name or "system")

    @Slot()
    def quit(self) -> None:
        """Close every window, one after another, as long as the user agrees."""
        for window in list(self.windows):
            if not window.go():
                return

    def interrupt(self, number: int, _: FrameType | None = None) -> None:
        """A signal asks the program to end: remembered here, for it may come in the middle of anything."""
        self._ending = 128 + number

    def close(self) -> None:
        """The program ends; what is left of the windows goes."""
        self._tick.stop()
        self.hook.remove()
        for window in self.windows:
            window.leave()
        self.windows = []

    def _look_back(self, window: StudioWindow, found: Sequence[Unsaved]) -> None:
        self.recover(window, found)
        if not found and window.document.path is None:
            greet(window)

    @Slot(object, object, bool)
    def _open_from(self, project: Project, path: Path | None, elsewhere: bool) -> None:
        sender = self.sender()
        assert isinstance(sender, StudioWindow)
        here = next((window for window in self.windows if path is not None and window.document.path == path), None)
        if here is not None:
            here.come_forward()
            here.tell(self.tr("{} is open here already.").format(here.document.path.name if here.document.path else ""))
        elif path is None or not elsewhere or sender.dialogs.open_anyway(path):
            # A window in which nothing was done makes room.
            self.open(project, path, sender if sender.untouched else None)
            if sender.untouched:
                sender.close()

    @Slot()
    def _forget(self) -> None:
        sender = self.sender()
        self.windows = [window for window in self.windows if window is not sender]
        self._rounds = SOMETIMES
        # Pictures of its buttons, which nobody asks for again.
        QPixmapCache.clear()

    @Slot()
    def _look_around(self) -> None:
        if self._ending is not None:
            self._app.exit(self._ending)
        elif gc.get_count()[0] > WORTH_IT or self._rounds >= SOMETIMES:
            self._rounds += 1
            gc.collect(2 if self._rounds > SOMETIMES else 1)
            self._rounds %= SOMETIMES + 1

    @Slot()
    def _interrupt(self) -> None:
        self.interrupt(signal.SIGINT)

    @Slot()
    def _follow_system(self) -> None:
        if self.preferring.value.theme == "system":
            self._follow_look()

    @Slot()
    def _follow_preferences(self) -> None:
        if _look_of(self.preferring.value) != self._look:
            self._follow_look()

    def _follow_look(self) -> None:
        self.theme = self._show_look()
        for window in self.windows:
            window.show_theme(self.theme)

    def _show_look(self) -> Theme:
        name, projector, text_size = self._look = _look_of(self.preferring.value)
        theme = theme_for(name, projector, self._app)
        apply(self._app, theme, text_size)
        return theme

    @Slot(str)
    def _show_crash(self, traceback: str) -> None:
        for window in self.windows:
            window.keeper.keep_now()
        # One dialog at a time: whoever reads the first needs no second over it.
        if self._crash is None or not isValid(self._crash):
            report = report_text(self.settings, traceback)
            self._crash = CrashDialog(report, self._app.activeModalWidget() or self._app.activeWindow())
            self._crash.open()


@logged()
def open_studio(project: Project, path: Path | None) -> int:
    """Open the studio with a project; gives back the exit code once the last window is closed."""
    sys.setswitchinterval(SWITCH)
    give_large_blocks_back()
    app = QApplication(["nnstudio"])
    app.setApplicationName("nnstudio")
    app.setApplicationDisplayName("nnstudio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("nnstudio")
    app.setWindowIcon(window_icon())
    studio = Studio(app)
    # What is there now stays; a look for garbage need not go through it.
    gc.freeze()
    for name in ENDING_SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), studio.interrupt)
    if MEASURED in os.environ:
        from nnstudio.ui.first_paint import FirstPaint

        FirstPaint(app)
    try:
        return app.exec() if studio.begin(project, path) else 0
    finally:
        studio.close()


def _look_of(preferences: Preferences) -> tuple[str, bool, int]:
    """What of the preferences the look is made of."""
    return preferences.theme, preferences.projector, preferences.text_size


def _gives_way(window: StudioWindow, unsaved: Unsaved) -> bool:
    """Whether a window shows nothing, or what was saved of the same file before."""
    return window.untouched or (window.document.path == unsaved.path and not window.document.modified)


def _found() -> list[Unsaved]:
    """What was left behind; a folder that cannot be read hides it, and is no reason not to start."""
    try:
        return left_behind()
    except OSError as reason:
        why = (reason.strerror or "unknown reason").lower()
        raise StudioError(f"Unsaved work of earlier could not be looked for ({why}).") from None
