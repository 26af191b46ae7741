"""A bug anywhere gives one dialog, the work is kept aside, and the window goes on."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import nnstudio
from nnstudio import __version__
from nnstudio.core.logbook import discreet
from nnstudio.graph import edits
from nnstudio.live.known import State
from nnstudio.live.messages import Failed
from nnstudio.project.file import load_project
from nnstudio.ui.crash import CrashDialog, CrashHook

LEFT = Qt.MouseButton.LeftButton
ROOT = Path(nnstudio.__file__).parents[1]


class Careless(QObject):
    """Slots with bugs."""

    @Slot()
    def divide(self):
        1 / 0  # noqa: B018

    @Slot()
    def look_up(self):
        {}["key"]


class Unpaintable(QWidget):
    """Cannot paint itself."""

    def paintEvent(self, event):
        raise ValueError("no paint")


def dialogs():
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, CrashDialog) and each.isVisible()]


def close(qtbot, dialog):
    with qtbot.waitSignal(dialog.destroyed):
        QTest.mouseClick(dialog.go_on_button, LEFT)


def in_slot(window):
    careless = Careless(window)
    QTimer.singleShot(0, careless.divide)


def in_thread(window):
    threading.Thread(target=lambda: 1 / 0).start()


def in_paint(window):
    Unpaintable(window).show()


def in_background(window):
    window.background.run(lambda: 1 / 0, print, lambda _: None)


@pytest.mark.parametrize("crash", [in_slot, in_thread, in_paint, in_background])
def test_a_bug_gives_one_dialog_and_the_window_goes_on(window, bugs, qtbot, home, caplog, crash):
    graph = edits.rename(window.document.graph, "relu", "bend")
    window.document.edit("Rename", graph)
    crash(window)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    # Where painting fails it fails again and again.
    for _ in range(5):
        window.update()
        qtbot.wait(20)
    (dialog,) = dialogs()
    assert len(bugs) == 1
    traceback = bugs.pop()
    assert "Traceback" in traceback
    assert ("no paint" if crash is in_paint else "ZeroDivisionError") in traceback
    assert discreet(traceback) in dialog.report
    assert __version__ in dialog.report
    assert traceback in caplog.text
    qtbot.waitUntil(lambda: len(list(home.glob("*.nns"))) == 1)
    (copy,) = home.glob("*.nns")
    assert load_project(copy).graph == graph
    close(qtbot, dialog)
    for broken in window.findChildren(Unpaintable):
        broken.deleteLater()
    window.document.undo()
    assert window.document.graph.node("relu").name == ""
    assert dialogs() == []


def test_a_bug_in_the_worker_can_be_reported_like_any_other(window, bugs, qtbot, caplog):
    """A layer of a plugin that fails while it trains."""
    window.run.begin()
    qtbot.waitUntil(lambda: window.run.state is State.STANDING)
    number = window.run._number
    for _ in range(2):
        window.run._worker.mailbox.put(Failed(number, "The training met a bug.", "Traceback …\nValueError: a plugin"))
        window.run._tick.start()
        qtbot.waitUntil(lambda: window.run.state is State.FAILED)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert len(bugs) == 1
    assert "ValueError: a plugin" in bugs.pop()
    assert "ValueError: a plugin" in caplog.text
    (dialog,) = dialogs()
    assert "ValueError: a plugin" in dialog.report
    assert __version__ in dialog.report
    close(qtbot, dialog)


def test_the_same_bug_is_told_once(window, bugs, qtbot):
    careless = Careless(window)
    for _ in range(3):
        QTimer.singleShot(0, careless.divide)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    close(qtbot, *dialogs())
    QTimer.singleShot(0, careless.divide)
    qtbot.wait(50)
    assert dialogs() == []
    assert len(bugs) == 1
    bugs.clear()


def test_another_bug_is_told_after_the_first_was_read(window, bugs, qtbot):
    careless = Careless(window)
    QTimer.singleShot(0, careless.divide)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    close(qtbot, *dialogs())
    QTimer.singleShot(0, careless.look_up)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert "KeyError" in dialogs()[0].report
    close(qtbot, *dialogs())
    assert len(bugs) == 2
    bugs.clear()


def test_two_bugs_at_once_give_one_dialog(window, bugs, qtbot):
    careless = Careless(window)
    QTimer.singleShot(0, careless.divide)
    QTimer.singleShot(0, careless.look_up)
    qtbot.waitUntil(lambda: len(bugs) == 2)
    assert len(dialogs()) == 1
    close(qtbot, *dialogs())
    bugs.clear()


def test_the_report_can_be_copied(window, bugs, qtbot):
    in_slot(window)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    (dialog,) = dialogs()
    QTest.mouseClick(dialog.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == dialog.report
    assert bugs.pop() in dialog.report
    assert dialog.isVisible()
    close(qtbot, dialog)


def test_after_its_window_is_gone_the_next_bug_still_has_a_dialog(studio, window, bugs, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    in_slot(window)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    window.close()
    qtbot.waitUntil(lambda: dialogs() == [])
    careless = Careless(studio)
    QTimer.singleShot(0, careless.look_up)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    close(qtbot, *dialogs())
    bugs.clear()


def test_a_bug_without_a_terminal_is_told_all_the_same(window, bugs, qtbot, monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    in_slot(window)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    close(qtbot, *dialogs())
    bugs.clear()


def test_control_c_is_no_bug(qtbot):
    hook = CrashHook()
    try:
        with qtbot.waitSignal(hook.interrupted), qtbot.assertNotEmitted(hook.met, wait=50):
            sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    finally:
        hook.remove()


def test_the_hooks_are_put_back():
    before = sys.excepthook, threading.excepthook
    hook = CrashHook()
    assert sys.excepthook != before[0]
    hook.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_without_a_log_a_bug_is_told_in_the_terminal():
    """As Python does it where nobody has set up its logging."""
    code = (
        "import sys; from PySide6.QtCore import QCoreApplication; from nnstudio.ui.crash import CrashHook\n"
        "app = QCoreApplication([]); hook = CrashHook(); 1 / 0"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "ZeroDivisionError" in result.stderr
    assert "Traceback" in result.stderr
