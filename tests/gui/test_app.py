"""The application: a quick start, an orderly end, and nothing that piles up on the way."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest

import nnstudio
import nnstudio.ui.app as app_module
from nnstudio.graph import edits
from nnstudio.project.file import load_project, save_project
from nnstudio.project.recovery import left_behind
from nnstudio.project.templates import load_template
from nnstudio.ui.theme import DARK, LIGHT

UNNEEDED = {
    "pyqtgraph", "PIL", "scipy", "sklearn", "pandas", "torch", "onnx", "onnxruntime", "matplotlib", "threadpoolctl",
    "nnstudio.api", "nnstudio.cli", "nnstudio.arguments", "nnstudio.engine.engine", "nnstudio.training.session",
    "nnstudio.compiler.compile", "nnstudio.ui.welcome", "nnstudio.ui.key_sheet", "nnstudio.ui.canvas.picture",
    "PySide6.QtNetwork", "PySide6.QtOpenGL", "PySide6.QtTest",
}  # fmt: skip
WINDOWS, WARM_UP, MOST_GROWTH = 500, 50, 20e6


@pytest.fixture
def environment(tmp_path):
    """That of a process of its own, with folders of its own."""
    return {
        **os.environ, "PYTHONPATH": str(Path(nnstudio.__file__).parents[1]), "QT_QPA_PLATFORM": "offscreen",
        "XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }  # fmt: skip


# The start

PAINTED = """
import os, sys
from nnstudio.ui.canvas.view import CanvasView

STAT = "/proc/self/schedstat"
paint = CanvasView.drawBackground
def painted(view, painter, area):
    paint(view, painter, area)
    print(open(STAT).read() if os.path.exists(STAT) else "0 0 0")
    print(*sys.modules)
    sys.stdout.flush()
    os._exit(0)
CanvasView.drawBackground = painted

from nnstudio.ui.start import start
start(None)
"""


def test_the_window_is_painted_within_a_second_and_a_half(environment):
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        command = [sys.executable, "-c", PAINTED]
        said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60).stdout
        # While another program had the processor, it stood in the queue.
        queued = int(said.split()[1]) / 1e9
        seconds.append(time.perf_counter() - begin - queued)
    # The quickest of five: other programs take their share of this machine.
    assert min(seconds) < 1.5, seconds


def test_nothing_is_loaded_that_an_untouched_window_does_not_need(environment):
    command = [sys.executable, "-c", PAINTED]
    result = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
    loaded = set(result.stdout.split())
    assert "nnstudio.ui.window" in loaded
    assert UNNEEDED & loaded == set()


def test_the_first_start_shows_a_small_network(studio):
    assert studio.begin(load_template("playground"), None)
    (window,) = studio.windows
    assert [node.layer.title for node in window.document.graph.nodes][:2] == ["Input", "Dense"]
    assert window.canvas.hasFocus() or window.focusWidget() is window.canvas.view
    settle()
    assert as_begun(window)
    # However the window finds its size,
    window.showNormal()
    window.resize(1000, 600)
    settle()
    assert as_begun(window)
    sight = in_sight(window)
    # but not once the hand has taken it over.
    QTest.mouseClick(window.canvas.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    window.resize(1200, 700)
    settle()
    assert in_sight(window).topLeft() == sight.topLeft()
    assert not as_begun(window)


def settle():
    for _ in range(5):
        QCoreApplication.processEvents()


def in_sight(window):
    return window.canvas.view.mapToScene(window.canvas.view.viewport().rect()).boundingRect()


def as_begun(window):
    shown = in_sight(window)
    window.canvas.view.begin()
    return shown == in_sight(window)


# The end

STUDIO = """
import sys
from pathlib import Path
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
import nnstudio.ui.app as app
from nnstudio.graph import edits
from nnstudio.project.templates import load_template

class Hand(QObject):
    def do(self):
        window = next(each for each in QApplication.topLevelWidgets() if hasattr(each, "document"))
        {do}
        print("ready", flush=True)

begin = app.Studio.begin
def began(studio, project, path):
    studio.hand = Hand(studio)
    QTimer.singleShot(100, studio.hand.do)
    return begin(studio, project, path)
app.Studio.begin = began
sys.argv = ["nnstudio", *sys.argv[1:]]
from nnstudio.__main__ import main
sys.exit(main())
"""
EDIT = 'window.document.edit("Rename", edits.rename(window.document.graph, "hidden_1", "bent"))'
ASK = f"{EDIT}; QTimer.singleShot(0, window.close)"


def studio_that(do, environment, *arguments, folder=None):
    code = STUDIO.replace("{do}", do)
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], env=environment, cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def words_of(process):
    """What a process said on its way out, but for what the platform without a screen says of itself."""
    _, words = process.communicate(timeout=20)
    return [line for line in words.splitlines() if "propagateSizeHints" not in line]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
@pytest.mark.parametrize("do", [EDIT, ASK], ids=["while editing", "while a question is open"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_program_in_order_and_keeps_the_work(tmp_path, environment, name, do):
    number = getattr(signal, name)
    process = studio_that(do, environment)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.2)
    process.send_signal(number)
    assert words_of(process) == []
    assert process.returncode == 128 + number
    (found,) = left_behind(tmp_path / "state" / "nnstudio" / "recovery")
    assert found.project.graph.node("hidden_1").name == "bent"


def test_closing_the_last_window_ends_the_program(tmp_path, environment):
    process = studio_that("QTimer.singleShot(0, window.close)", environment)
    assert words_of(process) == []
    assert process.returncode == 0
    assert list((tmp_path / "state" / "nnstudio" / "recovery").iterdir()) == []


def test_a_project_named_from_its_folder_is_known_by_its_whole_path(tmp_path, environment):
    save_project(load_template("playground"), tmp_path / "it.nns")
    do = "print(window.document.path, window.windowTitle()); QTimer.singleShot(0, window.close)"
    process = studio_that(do, environment, "it.nns", folder=tmp_path)
    assert process.stdout.readline() == f"{tmp_path / 'it.nns'} it.nns[*] – nnstudio\n"
    assert words_of(process) == []
    assert process.returncode == 0


def test_quitting_ends_the_program_and_what_is_being_saved_is_saved(tmp_path, environment):
    path = tmp_path / "it.nns"
    save_project(load_template("playground"), path)
    do = f"{EDIT}; window.files.save(); QTimer.singleShot(0, window.quit_asked.emit)"
    process = studio_that(do, environment, path)
    assert words_of(process) == []
    assert process.returncode == 0
    assert load_project(path).graph.node("hidden_1").name == "bent"


def test_a_bug_at_the_start_is_one_sentence(environment):
    code = "import nnstudio.ui.window as w; w.PanelSet = None; import sys; sys.argv = ['nnstudio']\n"
    code += "from nnstudio.__main__ import main; sys.exit(main())"
    process = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=20)
    assert process.returncode == 1
    assert "bug in nnstudio" in process.stderr
    assert "Traceback" not in process.stderr


def test_control_c_that_python_sees_first_ends_the_program_too(studio, monkeypatch):
    codes = []
    monkeypatch.setattr(studio._app, "exit", codes.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    studio._look_around()
    assert codes == [130]


# On the way


class Knot:
    """Garbage that only the collector takes away."""

    def __init__(self):
        self.me = self


def test_garbage_is_collected_by_the_window_s_thread_and_no_other(studio, qtbot):
    assert not gc.isenabled()
    threads, knot = set(), Knot()
    gone = weakref.ref(knot)

    def seen(phase, _):
        threads.add(threading.current_thread())

    gc.callbacks.append(seen)
    try:
        del knot
        studio._rounds = app_module.SOMETIMES
        qtbot.waitUntil(lambda: gone() is None)
    finally:
        gc.callbacks.remove(seen)
    assert threads == {threading.main_thread()}


def test_the_look_follows_the_system_unless_one_was_chosen(studio, window, monkeypatch):
    monkeypatch.setattr("nnstudio.ui.theme.theme_of_system", lambda _: LIGHT)
    studio._follow_system()
    assert studio.theme is DARK
    studio.choose_theme("")
    assert window.theme is LIGHT
    monkeypatch.setattr("nnstudio.ui.theme.theme_of_system", lambda _: DARK)
    studio._follow_system()
    assert window.theme is DARK


def memory():
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system does not tell its memory")
def test_opening_and_closing_projects_does_not_pile_up(studio, tmp_path, qtbot):
    paths = [tmp_path / f"{name}.nns" for name in ("digits", "xor", "mnist-lenet")]
    for path in paths:
        save_project(load_template(path.stem), path)
    base = studio.open(load_template("neuron"), None)
    base.document.edit("Rename", edits.rename(base.document.graph, base.document.graph.nodes[0].id, "kept"))
    before = 0
    for number in range(WINDOWS):
        if number == WARM_UP:
            before = memory()
        base.files.open(paths[number % len(paths)])
        qtbot.waitUntil(lambda: len(studio.windows) == 2)
        use_and_close(studio.windows[1])
        if number % 10 == 0:
            gc.collect()
    grown = memory() - before
    print(f"{WINDOWS} projects opened and closed: {grown / 1e6:.1f} MB more")
    assert grown < MOST_GROWTH
    assert studio.windows == [base]


def use_and_close(window):
    graph = window.document.graph
    window.selection.choose([graph.nodes[1].id])
    window.document.edit("Rename", edits.rename(graph, graph.nodes[1].id, "bent"))
    QCoreApplication.processEvents()
    window.document.undo()
    window.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def test_a_window_whose_worker_does_not_answer_closes_all_the_same(studio, answers, qtbot, monkeypatch):
    monkeypatch.setattr("nnstudio.ui.window.PATIENCE", 100)
    window = studio.open(load_template("playground"), None)
    window.run.train()
    qtbot.waitUntil(lambda: window.run.known.step > 0)
    # From here on it is silent.
    monkeypatch.setattr(window.run._worker, "send", lambda _: None)
    answers.save = False
    window.close()
    qtbot.waitUntil(lambda: studio.windows == [])


def test_closing_in_the_middle_of_a_training_keeps_what_was_learned(studio, answers, qtbot, tmp_path):
    answers.save, answers.paths["save"] = True, tmp_path / "mine.nns"
    window = studio.open(load_template("playground"), None)
    window.run.train()
    qtbot.waitUntil(lambda: window.run.known.step > 0)
    window.close()
    qtbot.waitUntil(lambda: studio.windows == [])
    saved = load_project(tmp_path / "mine.nns")
    assert saved.weights is not None
