"""The report for the makers of nnstudio, and the log of a window."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings, QtMsgType, QUrl
from PySide6.QtGui import QGuiApplication

import nnstudio
from nnstudio.core import logbook
from nnstudio.core.log_file import Seat
from nnstudio.core.logbook import begin, end
from nnstudio.live.known import State
from nnstudio.ui import report
from nnstudio.ui.report import changed_settings, report_text, show_log
from nnstudio.ui.report_log import LEVELS
from tests.gui.conftest import settle


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A log of this test alone."""
    monkeypatch.delenv("NNSTUDIO_LOG", raising=False)
    monkeypatch.setattr(logbook, "log_folder", lambda: tmp_path / "log")
    monkeypatch.setattr(Seat, "watch", lambda self: None)
    level = logging.getLogger("nnstudio").level
    book = begin()
    yield book
    end(book)
    logging.getLogger("nnstudio").setLevel(level)
    logging.raiseExceptions = True


# The report


def test_a_report_names_versions_computer_screen_and_plugins(qapp):
    text = report_text()
    assert f"nnstudio {nnstudio.__version__}" in text
    for words in ("Python", "numpy", "PySide6", "cores", "Plugin", "Qt ", "offscreen"):
        assert words in text
    assert "Settings: as usual" in text


def test_a_report_tells_what_is_set_otherwise_but_no_path_and_no_place(tmp_path):
    settings = QSettings(str(tmp_path / "mine.ini"), QSettings.Format.IniFormat)
    settings.setValue("recent", ["/home/jane/secret.nns"])
    settings.setValue("geometry", QByteArray(b"1234"))
    settings.setValue("preferences/threads", 3)
    settings.setValue("somewhere", "/home/jane/data")
    told = ["preferences/threads = 3", "somewhere = (a path)"]
    assert changed_settings(settings) == told
    assert "jane" not in report_text(settings)


def test_a_report_holds_the_bug_and_what_happened_before(book):
    logging.getLogger("nnstudio.test").info("Saved circle.nns.")
    book.flush()
    book.fault = "Fatal Python error: Segmentation fault"
    text = report_text(None, "Traceback …\nValueError: a plugin")
    assert "The bug:\nTraceback …\nValueError: a plugin\n" in text
    assert "The last run ended in the middle of something:\nFatal Python error" in text
    assert text.endswith("Saved circle.nns.\n")


def test_home_is_not_in_a_report(book):
    home = os.path.expanduser("~")
    text = report_text(None, f'File "{home}/nets/layer.py"')
    assert home not in text
    assert 'File "~/nets/layer.py"' in text


def test_copying_puts_it_on_the_clipboard_and_says_so(window):
    window.menus.actions["report"].trigger()
    assert QGuiApplication.clipboard().text() == report_text(window.settings)
    assert "clipboard" in window.statusBar().currentMessage()


def test_the_folder_of_the_log_is_shown_by_the_system(window, book):
    shown = []
    show_log(window, lambda url: shown.append(url) or True)
    assert shown == [QUrl.fromLocalFile(str(book.folder))]


def test_where_the_system_cannot_show_it_the_folder_is_named(window, book):
    show_log(window, lambda _: False)
    assert str(book.folder) in window.statusBar().currentMessage()


def test_the_menu_shows_the_log(window, book, monkeypatch):
    shown = []
    monkeypatch.setattr(report, "show_log", shown.append)
    window.menus.actions["log"].trigger()
    assert shown == [window]


# What a window tells the log


def test_what_is_opened_saved_and_closed_is_told_by_its_name_alone(window, book, answers, tmp_path, qtbot):
    from nnstudio.ui.chronicle import Chronicle

    Chronicle(window)
    folder = tmp_path / "private"
    folder.mkdir()
    answers.paths["save"] = folder / "circle.nns"
    with qtbot.waitSignal(window.files.saved):
        window.menus.actions["save"].trigger()
    window.close()
    text = "\n".join(book.last_lines())
    assert re.search(r"A window shows a model without a file, \d+ layers; Qt ", text)
    assert "Saved circle.nns." in text
    assert "Closed circle.nns." in text
    assert "private" not in text


def test_a_training_is_told_with_its_sizes_and_its_speed(window, book, qtbot):
    window.menus.actions["one_epoch"].trigger()
    qtbot.waitUntil(lambda: window.run.state is State.STANDING and window.run.known.step > 0)
    settle(qtbot, window)
    text = "\n".join(book.last_lines())
    begun = re.search(r"Training from step 0: 6 layers, 2410 parameters, \w+, batches of \d+, samples: (.*)\.", text)
    assert "train" in begun[1]
    steps = window.run.known.step
    assert re.search(rf"Training stands at step {steps}: {steps} steps in \d+\.\d\d s, \d+ a second; paused\.", text)


def test_why_a_training_cannot_be_done_is_told(window, book, qtbot):
    window.document.change("Data", data="/nowhere/nothing.csv")
    window.run.begin()
    qtbot.waitUntil(lambda: window.run.state is State.FAILED)
    assert f"The training cannot be done: {window.run.sentence}" in "\n".join(book.last_lines())


def test_what_the_user_is_told_in_a_dialog_is_in_the_log(window, book, monkeypatch):
    from nnstudio.ui.dialogs import Dialogs

    monkeypatch.setattr("nnstudio.ui.dialogs.QMessageBox.open", lambda box: box.deleteLater())
    Dialogs(window).tell("Not opened", "digits.nns is damaged.")
    assert book.last_lines(1)[0].endswith("Not opened: digits.nns is damaged.")


def test_a_bug_is_in_the_log_with_its_traceback(studio, book, bugs, qtbot):
    studio.hook.met.disconnect(studio._show_crash)
    try:
        raise ValueError("a plugin")
    except ValueError as bug:
        sys.excepthook(ValueError, bug, bug.__traceback__)
    qtbot.waitUntil(lambda: len(bugs) == 1)
    bugs.clear()
    assert "A bug:\n    Traceback" in book.last_lines(1)[0]
    assert book.last_lines(1)[0].endswith("ValueError: a plugin")


# Qt's own words


def test_every_kind_of_qts_words_has_a_level():
    kinds = [kind for kind in QtMsgType if kind is not QtMsgType.QtSystemMsg]
    assert set(kinds) <= set(LEVELS) | {QtMsgType.QtSystemMsg}


STUDIO = """
import os, sys
from PySide6.QtCore import QTimer, qWarning
import nnstudio.ui.app as app
from nnstudio.project.templates import load_template

def begun(studio, project, path):
    begin(studio, project, path)
    QTimer.singleShot(0, studio, lambda: END(studio))
    return True
begin, app.Studio.begin = app.Studio.begin, begun

def END(studio):
    qWarning("a word of Qt")
    if sys.argv[1:] == ["crash"]:
        import ctypes
        ctypes.string_at(0)
    if sys.argv[1:] == ["bug"]:
        studio.hook.met.connect(lambda _: app.QApplication.exit(0))
        raise ValueError("a bug in a slot")
    studio.quit()

sys.exit(app.open_studio(load_template("xor"), None))
"""


def run_studio(tmp_path, *arguments):
    environment = {
        **os.environ, "PYTHONPATH": str(Path(nnstudio.__file__).parents[1]), "QT_QPA_PLATFORM": "offscreen",
        **{f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("STATE", "CONFIG", "DATA")},
    }  # fmt: skip
    environment.pop("NNSTUDIO_LOG", None)
    command = [sys.executable, "-c", STUDIO, *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    (log,) = tmp_path.rglob("nnstudio.log")
    return result, log.read_text("utf-8")


def test_the_studio_writes_a_log_of_its_window_and_of_what_qt_says(tmp_path):
    result, text = run_studio(tmp_path)
    assert result.returncode == 0, result.stderr
    assert f"nnstudio {nnstudio.__version__}" in text
    assert "A window shows" in text
    assert "WARNING Qt: a word of Qt" in text
    assert "Closed" in text
    assert "a word of Qt" in result.stderr


def test_a_bug_in_the_studio_is_in_its_log_and_in_the_terminal(tmp_path):
    result, text = run_studio(tmp_path, "bug")
    assert "    ValueError: a bug in a slot" in text
    assert "ValueError: a bug in a slot" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are otherwise there")
def test_after_a_segmentation_fault_the_next_log_begins_with_its_trace(tmp_path):
    result, _ = run_studio(tmp_path, "crash")
    assert result.returncode < 0
    _, text = run_studio(tmp_path)
    last = text.rpartition("This log is for")[2]
    assert "The last run ended in the middle of something:\n    Fatal Python error: Segmentation fault" in last
    assert "in END" in last
