"""Bugs: one hook for what nobody expected. The work is kept aside, and a report can be copied; the window goes on."""

import platform
import sys
import threading
import traceback
from contextlib import suppress
from types import TracebackType

import numpy as np
from PySide6 import __version__ as qt_version
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from nnstudio import __version__
from nnstudio.ui.labels import fixed_font


def report_of(traceback: str) -> str:
    """What a maintainer needs to know of a bug."""
    versions = f"nnstudio {__version__}, Python {platform.python_version()}, NumPy {np.__version__}, Qt {qt_version}"
    return f"{versions}\n{platform.platform()}\n\n{traceback}"


class CrashHook(QObject):
    """Takes every unexpected error of any thread into the window's own."""

    met = Signal(str)
    """The report of a bug, told in the window's thread; once, for a bug while painting comes again and again."""
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
        self._tell(report_of(traceback), traceback)

    def _meet(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.interrupted.emit()
            return
        report = report_of("".join(traceback.format_exception(kind, error, trace)))
        # A window may have no terminal, or one that was closed.
        with suppress(OSError, AttributeError, ValueError):
            print(report, file=sys.stderr)
        # Where it happened, without the words, in which a name may differ from time to time.
        self._came.emit(report, kind.__name__ + "".join(traceback.format_tb(trace)))

    def _meet_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._meet(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str, str)
    def _tell(self, report: str, place: str) -> None:
        if place not in self._known:
            self._known.add(place)
            self.met.emit(report)


class CrashDialog(QDialog):
    """Says that a bug was met, that the work is safe, and lets the report be copied."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("A bug in nnstudio"))
        self.report = report
        words = QLabel(
            self.tr(
                "Something went wrong that should not have. Your work was kept aside and is offered at the next start. "
                "You can go on, and save. Please send the report to the makers of nnstudio."
            )
        )
        words.setWordWrap(True)
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setFont(fixed_font(0.9))
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
        self.resize(680, 440)

    @Slot()
    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report)
