"""Bugs: one hook for what nobody expected. The work is kept aside, and a report can be copied; the window goes on."""

import logging
import sys
import threading
import traceback
from contextlib import suppress
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.plugged import blame
from nnstudio.ui.guests import took_the_blame
from nnstudio.ui.sizes import follow_font, follow_screen

log = logging.getLogger(__name__)


class CrashHook(QObject):
    """Takes every unexpected error of any thread into the window's own."""

    met = Signal(str)
    """The traceback of a bug, told in the window's thread; once, for a bug while painting comes again and again."""
    interrupted = Signal()
    """Ctrl+C was pressed in the terminal."""

    _came = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: set[str] = set()
        self._before = sys.excepthook, threading.excepthook
        self._came.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._meet
        threading.excepthook = self._meet_in_thread

    def remove(self) -> None:
        """Put the hooks back that were there before."""
        sys.excepthook, threading.excepthook = self._before

    @Slot(str)
    def tell(self, traceback: str) -> None:
        """A bug was met in another process, which sends its traceback."""
        log.error("A bug in a process that trains:\n%s", traceback)
        self._tell(traceback, traceback)

    def _meet(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.interrupted.emit()
            return
        if took_the_blame(error):
            return
        # Whose bug it is comes first, where it is not ours.
        words = "\n".join(filter(None, (blame(error), "".join(traceback.format_exception(kind, error, trace)))))
        # A window may have no terminal, or one that was closed.
        with suppress(OSError, AttributeError, ValueError):
            log.error("A bug:\n%s", words)
        # Where it happened, without the words, in which a name may differ from time to time.
        self._came.emit(words, kind.__name__ + "".join(traceback.format_tb(trace)))

    def _meet_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._meet(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str, str)
    def _tell(self, traceback: str, place: str) -> None:
        if place not in self._known:
            self._known.add(place)
            self.met.emit(traceback)


class CrashDialog(QDialog):
    """Says that a bug was met, that the work is safe, and lets the report be copied."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("A bug in nnstudio"))
        self.setProperty("help", "commands#copy-report")
        self.report = report
        words = QLabel(
            self.tr(
                "Something went wrong that should not have. Your work was kept aside and is offered at the next start. "
                "You can go on, and save. Please send the report to the makers of nnstudio; it is plain text, without "
                "your name, your folders or what is in your files."
            )
        )
        words.setWordWrap(True)
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        follow_font(text, 0.9, columns=True)
        text.setAccessibleName(self.tr("Report"))
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox()
        self.copy_button = QPushButton(self.tr("Copy report"))
        self.go_on_button = QPushButton(self.tr("Go on"))
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.go_on_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.go_on_button.setDefault(True)
        self.copy_button.clicked.connect(self.copy_report)
        buttons.accepted.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (words, text, buttons):
            layout.addWidget(widget)
        follow_screen(self, 680, 440)

    @Slot()
    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report)
