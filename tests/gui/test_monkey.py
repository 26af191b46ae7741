"""A monkey at the window: any click, key, drag and menu in any order. No crash, no word from Qt, no bug."""

import os
import random
from collections import deque
from time import monotonic, sleep

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from nnstudio.core.errors import DataError
from nnstudio.data.download import Cancelled, Progress
from nnstudio.layers.base import layers
from nnstudio.project.file import save_project
from nnstudio.project.templates import load_template, template_names
from nnstudio.ui.canvas.dragged import LAYER_MIME

# For longer: `NNSTUDIO_MONKEY_SECONDS=600`, and another one by `NNSTUDIO_MONKEY_SEED=1`.
SECONDS = float(os.environ.get("NNSTUDIO_MONKEY_SECONDS", "15"))
SEED = int(os.environ.get("NNSTUDIO_MONKEY_SEED", "0"))
MOST_LAYERS, MOST_WINDOWS = 80, 3
BUTTONS = (Qt.MouseButton.LeftButton,) * 6 + (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)
KEYS = (Qt.KeyboardModifier.NoModifier,) * 6 + (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)  # fmt: skip
NAMED = [
    Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Space, Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F6,
]  # fmt: skip
LETTERS = "abcdxyz0123456789.,-+?&%\"' "


class AnyAnswers:
    """Answers every question at random, with files of the test's folder."""

    asking = False

    def __init__(self, hand, folder):
        self.hand, self.folder = hand, folder

    def __call__(self, _):
        return self

    def path(self, ending):
        return self.hand.choice([None, self.folder / f"{self.hand.randrange(4)}{ending}", self.folder / "none" / "it"])

    def where_to_save(self, start):
        return self.path(".nns")

    def where_to_export(self, start, ending):
        return self.path(ending)

    def what_to_open(self, start):
        return self.path(".nns")

    def what_to_learn(self, start):
        return self.path(".csv")

    def what_to_classify(self, start):
        return self.path(".png")

    def which_to_classify(self, start):
        return [path for path in (self.path(".png"), self.path(".nns")) if path is not None]

    def folder_to_classify(self, start):
        return self.hand.choice([None, self.folder, self.folder / "none"])

    where_to_keep = where_to_keep_data = folder_to_classify

    def what_to_import(self, start):
        return self.path(self.hand.choice([".onnx", ".npz", ".safetensors", ".nns"]))

    def where_to_put(self, start, ending, kind):
        return self.path(ending)

    def replace_export(self, path, folder=False):
        return self.hand.random() < 0.5

    def save_first(self, title):
        return self.hand.choice([True, False, None])

    def go_on_training(self):
        return self.hand.random() < 0.5

    def replace(self, path):
        return self.hand.random() < 0.5

    replace_changed = open_anyway = replace

    def recover(self, found):
        return self.hand.choice([True, False, None])

    def tell(self, title, sentence):
        assert title
        assert sentence


class Monkey(QObject):
    """Does one thing after another, each from the event loop, so that it goes on inside menus and dialogs too."""

    def __init__(self, studio, hand, folder):
        super().__init__(studio)
        self.studio, self.hand, self.folder = studio, hand, folder
        self.count = 0
        self.last = deque(maxlen=30)
        self.end = monotonic() + SECONDS
        self.log = open(folder / "monkey.log", "w", buffering=1, encoding="utf-8")  # noqa: SIM115
        self.does = (
            [self.click] * 6 + [self.drag] * 6 + [self.key] * 6 + [self.type] * 3 + [self.command] * 5
            + [self.wheel] * 2 + [self.drop] * 3 + [self.choose] * 2 + [self.shut] * 2 + [self.press, self.let_go]
            + [self.resize, self.drop_file, self.dock]
        )  # fmt: skip
        self.wake()

    def wake(self):
        timer = QTimer(self, singleShot=True, interval=0)
        timer.timeout.connect(self.act)
        timer.timeout.connect(timer.deleteLater)
        timer.start()

    def close_what_is_open(self):
        """One menu or dialog after another: each has a loop of its own, in which this goes on."""
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if top is not None:
            self.wake()
            top.close()

    @property
    def done(self):
        return monotonic() > self.end

    @Slot()
    def act(self):
        """One thing."""
        if self.done:
            self.close_what_is_open()
            return
        # The next one first: this one may open a menu, which stays in a loop of its own until it is closed.
        self.wake()
        self.keep_in_bounds()
        what = self.hand.choice(self.does)
        self.count += 1
        self.note(what.__name__)
        what()

    def note(self, *words):
        self.last.append(words)
        print(self.count, *words, file=self.log)

    def keep_in_bounds(self):
        windows = self.studio.windows
        if not windows:
            self.note("open")
            self.studio.open(load_template(self.hand.choice(template_names())), None)
        for window in windows[MOST_WINDOWS:]:
            window._agreed = True
            window.close()
        for window in self.studio.windows:
            if len(window.document.graph.nodes) > MOST_LAYERS:
                window.selection.choose_all()
                window.commands.delete()

    def window(self):
        return self.hand.choice(self.studio.windows)

    def top(self):
        """Where the mouse would be heard: a popup, a dialog, or a window."""
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window()

    def widget(self):
        """Anything in sight, often the canvas."""
        top = self.top()
        if top in self.studio.windows and self.hand.random() < 0.5:
            return top.canvas.view.viewport()
        inside = [each for each in top.findChildren(QWidget) if not each.visibleRegion().isEmpty()]
        return self.hand.choice([top, *inside])

    def point(self, widget):
        """A point of it; on a canvas often a card or a port."""
        scene = next((each.canvas.scene for each in self.studio.windows if widget is each.canvas.view.viewport()), None)
        cards = list(scene.cards()) if scene is not None else []
        if cards and self.hand.random() < 0.7:
            card = self.hand.choice(cards)
            inside = self.hand.choice([
                card.output_position(), card.input_position(0), card.outline().center(),
                QPointF(self.hand.uniform(0, card.outline().width()), self.hand.uniform(0, card.height)),
            ])  # fmt: skip
            return scene.views()[0].mapFromScene(card.mapToScene(inside))
        return QPoint(self.hand.randrange(max(1, widget.width())), self.hand.randrange(max(1, widget.height())))

    def click(self):
        widget = self.widget()
        press = self.hand.choice([QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick])
        button, keys, point = self.hand.choice(BUTTONS), self.hand.choice(KEYS), self.point(widget)
        self.note(widget.metaObject().className(), button, keys, point)
        press(widget, button, keys, point)

    def press(self):
        widget = self.widget()
        QTest.mousePress(widget, self.hand.choice(BUTTONS), self.hand.choice(KEYS), self.point(widget))

    def let_go(self):
        widget = self.widget()
        QTest.mouseRelease(widget, self.hand.choice(BUTTONS), self.hand.choice(KEYS), self.point(widget))

    def drag(self):
        """Press, move, perhaps something else in the middle, let go."""
        window = self.window()
        view, keys = window.canvas.view.viewport(), self.hand.choice(KEYS)
        button = self.hand.choice(BUTTONS)
        QTest.mousePress(view, button, keys, self.point(view))
        for _ in range(self.hand.randrange(5)):
            QTest.mouseMove(view, self.point(view))
        if self.hand.random() < 0.2:
            self.hand.choice([self.key, self.command, self.drop])()
        if window in self.studio.windows and self.hand.random() < 0.9:
            QTest.mouseRelease(view, button, keys, self.point(view))

    def key(self):
        widget = QApplication.focusWidget() or self.top()
        key, keys = self.hand.choice(NAMED), self.hand.choice(KEYS)
        self.note(widget.metaObject().className(), key, keys)
        QTest.keyClick(widget, key, keys)

    def type(self):
        widget = QApplication.focusWidget() or self.top()
        text = "".join(self.hand.choices(LETTERS, k=self.hand.randrange(1, 5)))
        self.note(widget.metaObject().className(), text)
        # One by one: a letter may close what it is typed into.
        for letter in text:
            QTest.keyClicks(QApplication.focusWidget() or self.top(), letter)

    def command(self):
        window = self.window()
        actions = [window.menus.actions[name] for name in window.menus.actions.names()]
        action = self.hand.choice([each for each in actions if each.isEnabled()])
        self.note(action.objectName())
        action.trigger()

    def wheel(self):
        widget = self.widget()
        point = QPointF(self.point(widget))
        turn = QPoint(self.hand.choice([0, 0, 120]), self.hand.choice([-240, -120, 120, 240]))
        event = QWheelEvent(
            point, widget.mapToGlobal(point), QPoint(), turn, Qt.MouseButton.NoButton, self.hand.choice(KEYS),
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def drop(self):
        """Drag a layer over the canvas, and drop it there or not."""
        view = self.window().canvas.view.viewport()
        data = QMimeData()
        data.setData(LAYER_MIME, self.hand.choice([*layers().kinds(), "nonsense"]).encode())
        self.let_fall(view, data)

    def drop_file(self):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self.folder / f"{self.hand.randrange(4)}.nns"))])
        self.let_fall(self.window(), data)

    def let_fall(self, target, data):
        action, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for kind in (QDragEnterEvent, QDragMoveEvent):
            QApplication.sendEvent(target, kind(self.point(target), action, data, button, none))
        if self.hand.random() < 0.2:
            QApplication.sendEvent(target, QDragLeaveEvent())
        else:
            QApplication.sendEvent(target, QDropEvent(QPointF(self.point(target)), action, data, button, none))

    def choose(self):
        window = self.window()
        nodes = [node.id for node in window.document.graph.nodes]
        window.selection.choose(self.hand.sample(nodes, min(len(nodes), self.hand.randrange(4))))

    def shut(self):
        """Close a menu or a dialog."""
        top = self.top()
        if isinstance(top, QDialog | QMenu):
            top.close()

    def resize(self):
        self.window().resize(self.hand.randrange(300, 1600), self.hand.randrange(200, 1000))

    def dock(self):
        self.hand.choice(self.window().docks.actions()).trigger()


class Nowhere(QObject):
    """Takes what should be shown by other programs of the system."""

    @Slot(QUrl)
    def show(self, address):
        assert address.isValid()


def nothing_is_fetched(files, folder, progress, cancelled):
    """Half of the first file comes, slowly, if it is waited for."""
    for part in range(50):
        if cancelled():
            raise Cancelled("It was left.")
        progress(Progress(files[0].name, files[0].size * part // 100, files[0].size, "nowhere"))
        sleep(0.01)
    raise DataError("Nobody has it.")


@pytest.fixture
def cage(monkeypatch, tmp_path):
    """Whatever is chosen, nothing of the user's own is changed, nothing fetched, and no other program started."""
    monkeypatch.setattr("nnstudio.data.download.fetch_all", nothing_is_fetched)
    monkeypatch.setattr("nnstudio.data.home._note", lambda: tmp_path / "data-folder.txt")
    nowhere = Nowhere()
    schemes = "file", "https"
    for scheme in schemes:
        QDesktopServices.setUrlHandler(scheme, nowhere, "show")
    yield
    for scheme in schemes:
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.mark.slow
def test_a_monkey_finds_nothing(qtbot, qapp, home, settings, tmp_path, studio, bugs, cage):
    hand = random.Random(SEED)
    for number, name in enumerate(("xor", "digits", "mnist-mlp")):
        save_project(load_template(name), tmp_path / f"{number}.nns")
    studio._dialogs = AnyAnswers(hand, tmp_path)
    monkey = Monkey(studio, hand, tmp_path)
    try:
        qtbot.waitUntil(lambda: monkey.done or bool(bugs), timeout=int(SECONDS * 1000) + 60_000)
    finally:
        monkey.end = 0
        monkey.log.close()
    assert bugs == [], monkey.last
    for _ in range(20):
        for top in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if top is not None:
                top.close()
    print(f"{monkey.count} things done")
    assert monkey.count > 5 * SECONDS
