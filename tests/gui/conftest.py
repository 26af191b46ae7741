"""What every test of the window shares: one application, a document, its selection, and clean ends."""

import gc
import os
import threading
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtWidgets import QApplication

from nnstudio.live.known import State
from nnstudio.live.worker import ThreadWorker
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio
from nnstudio.ui.canvas.canvas import Canvas
from nnstudio.ui.commands import Commands
from nnstudio.ui.document import Document
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import DARK, apply, theme_of

PATIENCE = 20_000  # Milliseconds.


@pytest.fixture(scope="session")
def qapp(qapp):
    """The application in our own look; it outlives all tests."""
    apply(qapp, DARK)
    # Each test ends with a look for garbage, which need not go through what thousands of other tests have loaded.
    gc.collect()
    gc.freeze()
    return qapp


@pytest.fixture
def qtbot(qtbot):
    """As usual, but patient: a machine that is busy with something else is no fault of the window."""
    for wait in ("waitUntil", "waitSignal", "waitSignals"):
        setattr(qtbot, wait, partial(getattr(qtbot, wait), timeout=PATIENCE))
    return qtbot


def is_kept_by_qt(widget):
    """Qt makes one label for tooltips, and one widget for the desktop when one hides under the mouse; it keeps them."""
    return widget.inherits("QTipLabel") or widget.windowType() is Qt.WindowType.Desktop


@pytest.fixture(autouse=True)
def _clean_end(qapp, qtlog):
    """Nothing is left of a test: no widget, and not a word from Qt."""
    # A collection in another thread would destroy Qt objects there; see the design.
    gc.disable()
    # Whatever look the test before has left.
    if theme_of(qapp.palette()) is not DARK:
        apply(qapp, DARK)
    before = QApplication.allWidgets()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.enable()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in QApplication.allWidgets() if widget not in before and not is_kept_by_qt(widget)]
    assert left == []
    assert [record.message for record in qtlog.records if not record.ignored] == []


@pytest.fixture
def document():
    """The digits: Input, Flatten, Dense (hidden), ReLU, Dense (scores), Softmax."""
    return Document(load_template("digits"))


@pytest.fixture
def selection(document):
    """What is chosen of the document."""
    return Selection(document)


@pytest.fixture
def canvas(qtbot, document, selection):
    """The digits on a canvas of 1,400×500, all in sight and larger than a pixel a pixel."""
    canvas = Canvas(document, selection, Commands(document, selection), DARK)
    qtbot.addWidget(canvas)
    canvas.resize(1500, 500)
    canvas.show()
    canvas.view.fit()
    return canvas


def settle(qtbot, window):
    """Wait until everything that was asked of the worker is answered, and the project has what was learned."""
    run = window.run
    timers = (run._tick, run._settled, run._wishes._soon)
    qtbot.waitUntil(lambda: run.state is not State.PREPARING and not any(timer.isActive() for timer in timers))


class Answers:
    """Answers every question of the windows as the test says; what was asked and what was told is written down."""

    def __init__(self):
        self.asked, self.told = [], []
        self.paths = {}
        self.save = None
        self.yes = False
        self.again = None
        self.go_on = True
        self.asking = False

    def __call__(self, _):
        return self

    def where_to_save(self, start):
        return self.answer("where_to_save", start, self.paths.get("save"))

    def where_to_export(self, start, ending):
        return self.answer("where_to_export", start, self.paths.get("export"))

    def what_to_open(self, start):
        return self.answer("what_to_open", start, self.paths.get("open"))

    def what_to_learn(self, start):
        return self.answer("what_to_learn", start, self.paths.get("learn"))

    def what_to_classify(self, start):
        return self.answer("what_to_classify", start, self.paths.get("classify"))

    def which_to_classify(self, start):
        return self.answer("which_to_classify", start, self.paths.get("classify_files", []))

    def folder_to_classify(self, start):
        return self.answer("folder_to_classify", start, self.paths.get("classify_folder"))

    def what_to_import(self, start):
        return self.answer("what_to_import", start, self.paths.get("import"))

    def where_to_put(self, start, ending, kind):
        return self.answer("where_to_put", start, self.paths.get("put"))

    def replace_export(self, path, folder):
        return self.answer("replace_export", path, self.yes)

    def where_to_keep(self, start):
        return self.answer("where_to_keep", start, self.paths.get("keep"))

    def where_to_keep_data(self, start):
        return self.answer("where_to_keep_data", start, self.paths.get("data"))

    def go_on_training(self):
        return self.answer("go_on_training", None, self.go_on)

    def save_first(self, title):
        return self.answer("save_first", title, self.save)

    def replace(self, path):
        return self.answer("replace", path, self.yes)

    def replace_changed(self, path):
        return self.answer("replace_changed", path, self.yes)

    def open_anyway(self, path):
        return self.answer("open_anyway", path, self.yes)

    def recover(self, found):
        return self.answer("recover", [each.title for each in found], self.again)

    def tell(self, title, sentence):
        self.told.append((title, sentence))

    def answer(self, question, about, answer):
        self.asked.append((question, about))
        return answer

    @property
    def questions(self):
        return [question for question, _ in self.asked]


@pytest.fixture
def answers():
    """What the dialogs answer."""
    return Answers()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder of unsaved work, of this test alone."""
    folder = tmp_path / "recovery"
    monkeypatch.setattr("nnstudio.project.recovery.recovery_home", lambda: folder)
    return folder


@pytest.fixture
def settings(tmp_path):
    """Settings of this test alone."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("theme", "dark")
    settings.setValue("speed", "full")
    # No welcome over the first window; tests of the first start take this away.
    settings.setValue("welcome/seen", True)
    return settings


@pytest.fixture
def bugs():
    """The reports of bugs that the hook met; a test that expects some takes them out."""
    return []


@pytest.fixture
def studio(qtbot, qapp, home, settings, answers, bugs):
    """The application without its first window."""
    yield from studio_with(ThreadWorker, qtbot, qapp, settings, answers, bugs)


def studio_with(worker, qtbot, qapp, settings, answers, bugs):
    """The application whose trainings have such workers. In the end no window, thread or bug is left."""
    studio = Studio(qapp, settings, answers, worker)
    studio.hook.met.connect(bugs.append)
    yield studio
    studio.close()
    studio.deleteLater()
    del studio
    qtbot.waitUntil(lambda: not [each for each in threading.enumerate() if each.name.startswith(("files", "training"))])
    assert bugs == []


@pytest.fixture
def window(studio):
    """A window with the digits, 1,280×720."""
    return roomy(studio.open(load_template("digits"), None))


def roomy(window):
    """A window of the size that everything must fit into."""
    window.showNormal()
    window.resize(1280, 720)
    QCoreApplication.processEvents()
    window.docks.arrange()
    QCoreApplication.processEvents()
    window.canvas.view.fit()
    return window
