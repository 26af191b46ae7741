"""Bugs: one hook for what nobody expected. The work is kept aside, and a report can be copied; the window goes on."""

import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

import numpy as np
from PySide6 import __version__ as qt_version
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from nnstudio import __version__


def report_of(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """What a maintainer needs to know of a bug."""
    versions = f"nnstudio {__version__}, Python {platform.python_version()}, NumPy {np.__version__}, Qt {qt_version}"
    return f"{versions}\n{platform.platform()}\n\n" + "".join(traceback.format_exception(kind, error, trace))


class CrashHook(QObject):
    """Takes every unexpected error of any thread into the window's own, and calls `show` with a report."""

    _met = Signal(str)

    def __init__(self, show: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show, self._showing = show, False
        self._before = sys.excepthook, threading.excepthook
        self._met.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._meet
        threading.excepthook = self._meet_in_thread

    def remove(self) -> None:
        """Put the hooks back that were there before."""
        sys.excepthook, threading.excepthook = self._before

    def _meet(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        report = report_of(kind, error, trace)
        print(report, file=sys.stderr)
        self._met.emit(report)

    def _meet_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._meet(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str)
    def _tell(self, report: str) -> None:
        # A bug while painting comes again and again; one dialog is enough.
        if not self._showing:
            self._showing = True
            try:
                self._show(report)
            finally:
                self._showing = False


class CrashDialog(QDialog):
    """Says that a bug was met, that the work is safe, and lets the report be copied."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A bug in nnstudio"))
        self._report = report
        words = QLabel(
            self.tr(
                "Something went wrong that should not have. Your work was kept aside and is offered at the next start. "
                "You can go on, and save. Please send the report to the makers of nnstudio."
            )
        )
        words.setWordWrap(True)
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Report"))
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox()
        copy = buttons.addButton(self.tr("Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.tr("Go on"), QDialogButtonBox.ButtonRole.AcceptRole)
        copy.clicked.connect(self.copy_report)
        buttons.accepted.connect(self.accept)
        layout = QVBoxLayout(self)
        for widget in (words, text, buttons):
            layout.addWidget(widget)
        self.resize(640, 420)

    @Slot()
    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self._report)
