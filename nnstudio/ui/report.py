"""The report for the makers of nnstudio: what runs where, what is set, what happened last; no folders, no names."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication

from nnstudio.core.logbook import discreet, log_folder, present
from nnstudio.core.surroundings import surroundings
from nnstudio.ui.actions import tr

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

LINES = 60  # Of the log: what happened just before.
LONGEST = 60  # Characters of a setting.
NAMES_OF_THE_USER = {"recent"}  # Settings that are nobody else's business.
Open = Callable[[QUrl], object]


def report_text(settings: QSettings | None = None, bug: str = "") -> str:
    """All that a maintainer needs to know, with the traceback of a bug where there is one."""
    book = present()
    parts = {
        "": [*surroundings(), screen_words(), f"Settings: {'; '.join(changed_settings(settings)) or 'as usual'}"],
        "The bug": bug.splitlines(),
        "The last run ended in the middle of something": book.fault.splitlines() if book else [],
        "The end of the log": book.last_lines(LINES) if book else [],
    }
    told = ["\n".join([f"{title}:", *lines] if title else lines) for title, lines in parts.items() if lines]
    return discreet("\n\n".join(told)) + "\n"


def screen_words() -> str:
    """What the window is drawn by, and on what."""
    screens = [
        f"{screen.size().width()}×{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    ]
    return f"Qt {qVersion()} on {QGuiApplication.platformName()}, screens: {', '.join(screens) or 'none'}"


def changed_settings(settings: QSettings | None) -> list[str]:
    """What the user has set. Where windows and panels were left is no mistake of theirs, and folders are private."""
    found = []
    for key in settings.allKeys() if settings is not None else ():
        value = settings.value(key) if settings is not None else None
        if key in NAMES_OF_THE_USER or isinstance(value, QByteArray | list):
            continue
        words = str(value)
        private = os.sep in words or "/" in words
        found.append(f"{key} = {'(a path)' if private else words[:LONGEST]}")
    return sorted(found)


def copy_report(window: "StudioWindow") -> None:
    """Put the report on the clipboard, and say so."""
    QGuiApplication.clipboard().setText(report_text(window.settings))
    window.tell(tr("The report is on the clipboard. Read it before you send it: it is plain text."))


def show_log(window: "StudioWindow", open_folder: Open = QDesktopServices.openUrl) -> None:
    """Show the folder of the log in the system's own window, or say where it is."""
    book = present()
    folder = book.folder if book else log_folder()
    if not open_folder(QUrl.fromLocalFile(str(folder))):
        window.tell(tr("The log is in {}").format(folder))
