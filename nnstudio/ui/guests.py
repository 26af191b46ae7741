"""The widgets of plugins, each in a frame of its own: when one fails, a quiet notice takes its place."""

import logging
import re
import traceback
from collections.abc import Callable, Iterator
from threading import current_thread, main_thread
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from nnstudio.core.plugged import to_blame
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Faulty
from nnstudio.ui.labels import Heading, Quiet, breakable
from nnstudio.ui.run import Run
from nnstudio.ui.theme import GAP, Theme

log = logging.getLogger(__name__)
CHAINED = re.compile(r"Error calling Python override of [^:]+::[^:]+: ")  # What Qt for Python puts before a message.
Make = Callable[[QWidget], object]


class Guest(QWidget):
    """Makes the panel of a plugin when it is first seen, and takes it away when it fails."""

    _failed = Signal(str, str)

    def __init__(self, title: str, plugin: str, make: Make, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.plugin = title, plugin
        self.content: QWidget | None = None
        self.notice: Fault | None = None
        self.begun = False  # Whether anything of the plugin runs for it.
        self._make, self._run = make, run
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        # Later: whatever failed may be in the middle of being painted, or in another thread.
        self._failed.connect(self._give_way, Qt.ConnectionType.QueuedConnection)
        run.seen.connect(self._see)
        _guests.add(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.content is None and self.notice is None:
            self._fill()

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours, if it can."""
        follow = getattr(self.content, "show_theme", None)
        if follow is not None:
            self._try(lambda: follow(theme))

    def owns(self, thing: object) -> bool:
        """Whether that is the plugin's widget, or something in it."""
        if self.content is None or not isinstance(thing, QObject) or not isValid(thing):
            return False
        return thing is self.content or (isinstance(thing, QWidget) and self.content.isAncestorOf(thing))

    def fail(self, error: BaseException) -> None:
        """Take it away, for that is what happened in it; from whichever thread."""
        report = "".join(traceback.format_exception(error))
        log.warning("The panel %s of the plugin %s failed:\n%s", self.title, self.plugin, report)
        self._failed.emit(f"{type(error).__name__}: {CHAINED.sub('', str(error))}", report)

    def _fill(self) -> None:
        self.begun = True
        self._try(self._take_in)

    def _take_in(self) -> None:
        made = self._make(self)
        if not isinstance(made, QWidget):
            raise TypeError(f"make gave a {type(made).__name__}, and not a widget")
        self.content = made
        self._column.addWidget(made)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        # Whatever it is, the window has nothing to do with it.
        except Exception as error:
            self.fail(error)

    @Slot(str, object)
    def _see(self, key: str, seen: Seen) -> None:
        if isinstance(seen.value, Faulty) and key.partition("/")[0] == type(self.content).__name__:
            self._failed.emit(seen.value.reason, seen.value.report)

    @Slot(str, str)
    def _give_way(self, reason: str, report: str) -> None:
        if self.notice is not None:
            return
        self.begun = False
        content, self.content = self.content, None
        if content is not None:
            self._run.want(content, {})
            content.hide()
            content.deleteLater()
        self.notice = Fault(self.title, self.plugin, reason, report, self)
        self.notice.again.clicked.connect(self._try_again)
        self._column.addWidget(self.notice)

    @Slot()
    def _try_again(self) -> None:
        if self.notice is not None:
            self.notice.hide()
            self.notice.deleteLater()
            self.notice = None
            self._fill()


class Fault(QWidget):
    """The notice: what failed, whose it is, why; it can be tried again, and the report copied."""

    def __init__(self, title: str, plugin: str, reason: str, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report or reason
        self.words = Quiet(breakable(self.tr("It comes from the plugin {}. {}").format(plugin, reason)), self)
        self.again, self.copy = QPushButton(self.tr("Try again"), self), QPushButton(self.tr("Copy report"), self)
        self.copy.setToolTip(self.tr("For the makers of the plugin"))
        self.copy.clicked.connect(self.copy_report)
        row = QHBoxLayout()
        for button in (self.again, self.copy):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, GAP, 2 * GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(Heading(self.tr("{} failed and is left out").format(title), self))
        column.addWidget(self.words)
        column.addLayout(row)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A dock may be low; then it is scrolled, and no line is cut.
        self.words.setMinimumHeight(self.words.heightForWidth(self.words.width()))

    @Slot()
    def copy_report(self) -> None:
        """Put what its makers need to know on the clipboard."""
        QGuiApplication.clipboard().setText(self._report)


_guests: WeakSet[Guest] = WeakSet()


def took_the_blame(error: BaseException) -> bool:
    """Whether an error that nobody caught came out of a plugin's panel, which is taken away then."""
    plugin = to_blame(error)
    if plugin is None:
        return False
    theirs = [guest for guest in tuple(_guests) if isValid(guest) and guest.plugin == plugin and guest.begun]
    # Widgets are for this thread alone; of an error in another one only the plugin is known.
    inside = list(_selves(error)) if current_thread() is main_thread() else []
    concerned = [guest for guest in theirs if any(map(guest.owns, inside))] or theirs
    for guest in concerned:
        guest.fail(error)
    return bool(concerned)


def _selves(error: BaseException) -> Iterator[object]:
    """The objects whose methods were under way."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        yield frame.f_locals.get("self")
