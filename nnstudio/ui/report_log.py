"""The log while windows are open: it begins before Qt does, and takes what Qt itself has to say."""

import faulthandler
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from nnstudio.core.logbook import begin, end, present

LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

log = logging.getLogger("Qt")


@contextmanager
def logged() -> Iterator[None]:
    """Keep a log of all that happens inside."""
    if sys.stderr is not None:
        # Until there is a file for it, or where there is none.
        faulthandler.enable()
    # It has begun if somebody has asked for it.
    book = present() or begin()
    before = qInstallMessageHandler(take_words_of_qt)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
        end(book)


def take_words_of_qt(kind: QtMsgType, where: QMessageLogContext, words: str) -> None:
    """Qt says something; after something fatal it ends the program, which waits until it is written."""
    category = where.category or "default"
    log.log(LEVELS.get(kind, logging.WARNING), "%s", words if category == "default" else f"{category}: {words}")
    if kind is QtMsgType.QtFatalMsg and (book := present()) is not None:
        book.flush()
