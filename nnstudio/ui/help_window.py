"""The help in a window of its own: contents and search at the left, the page at the right, back and forward."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractSlider, QApplication, QHBoxLayout, QSplitter, QToolButton, QVBoxLayout, QWidget

from nnstudio.help.book import Book
from nnstudio.ui.help_commands import book_of
from nnstudio.ui.help_contents import HelpContents
from nnstudio.ui.help_menu import START
from nnstudio.ui.help_page import HelpView
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import GAP
from nnstudio.ui.window import StudioWindow

WIDTH, HEIGHT, CONTENTS = 920, 660, 250
PAGES = {
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}
GEOMETRY, SHARES = "help/geometry", "help/shares"


@dataclass
class Place:
    """A page that was read, and how far down."""

    topic: str
    down: int = 0


class HelpWindow(QWidget):
    """Floats beside the window it belongs to, stays open while one works, and goes with it."""

    turned = Signal(str)
    """The topic that is shown now."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self._owner = owner
        self._settings: QSettings | None = owner.settings if isinstance(owner, StudioWindow) else None
        self._places: list[Place] = []
        self._here = -1
        self.book: Book = book_of(owner)
        self.contents, self.view = HelpContents(self), HelpView(self)
        self.back = self._button("←", self.tr("Back"), "Alt+Left", partial(self._step, -1))
        self.forward = self._button("→", self.tr("Forward"), "Alt+Right", partial(self._step, 1))
        self.first = self._button(self.tr("First page"), self.tr("Begin at the first page"), "Alt+Home", self.begin)
        self._lay_out()
        self._take_place()
        self._connect()
        # Once the page that was asked for is in sight: what all pages are made of takes a moment.
        QTimer.singleShot(0, self, self._fill)

    @staticmethod
    def show_topic(asker: QWidget, topic: str) -> "HelpWindow":
        """Show a page in the help window that belongs to the asker's window."""
        owner = _outermost(asker)
        found = owner.findChild(HelpWindow, options=Qt.FindChildOption.FindDirectChildrenOnly) or HelpWindow(owner)
        found.come_forward()
        found.open(topic)
        return found

    @property
    def topic(self) -> str:
        """What is shown now, with its anchor."""
        return self._places[self._here].topic if self._places else ""

    def open(self, topic: str) -> None:
        """Turn to a page; where there is none, to the first."""
        if self.book.find(topic) is None:
            topic = START
        if topic != self.topic:
            self._leave()
            self._places[self._here + 1 :] = [Place(topic)]
            self._here += 1
        self._show()

    def begin(self) -> None:
        """Turn to the first page."""
        self.open(START)

    def come_forward(self) -> None:
        """Be seen, and usable even where a dialog waits for an answer."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        dialog = QApplication.activeModalWidget()
        self._stand_over(dialog or self._owner)
        if dialog is not None:
            # A dialog blocks all windows but those above it.
            dialog.destroyed.connect(self._stand_over_owner)
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._settings is not None:
            self._settings.setValue(GEOMETRY, self.saveGeometry())
            self._settings.setValue(SHARES, self._split.saveState())
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in PAGES:
            # While the keys are in the line of the search, the page can be read on.
            self.view.verticalScrollBar().triggerAction(PAGES[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        topic = self.topic
        page = self.book.find(topic)
        assert page is not None
        if self.view.page is not page or "#" in topic:
            self.view.show_page(page, topic.partition("#")[2])
        self.setWindowTitle(self.tr("{} – Help").format(page.title))
        self.contents.show_topic(page.topic)
        self.back.setEnabled(self._here > 0)
        self.forward.setEnabled(self._here < len(self._places) - 1)
        self.turned.emit(topic)

    def _step(self, by: int) -> None:
        if 0 <= self._here + by < len(self._places):
            self._leave()
            self._here += by
            self._show()
            self.view.verticalScrollBar().setValue(self._places[self._here].down)

    def _leave(self) -> None:
        if self._places:
            self._places[self._here].down = self.view.verticalScrollBar().value()

    def _fill(self) -> None:
        if isinstance(self._owner, StudioWindow):
            self._owner.background.run(partial(_written, self.book), self.contents.show_book, self._owner.tell_error)
        else:
            self.contents.show_book(self.book)

    def _stand_over_owner(self) -> None:
        self._stand_over(self._owner)

    def _stand_over(self, below: QWidget) -> None:
        handle, under = self.windowHandle(), below.window().windowHandle()
        if handle is not None and under is not None and handle.transientParent() is not under:
            handle.setTransientParent(under)

    def _button(self, text: str, words: str, keys: str, do: object) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{words} ({shown})")
        QShortcut(QKeySequence(keys), self, button.click)
        button.setAccessibleName(words)
        button.clicked.connect(do)
        return button

    def _connect(self) -> None:
        self.contents.asked.connect(self.open)
        self.view.asked.connect(self.open)
        QShortcut(QKeySequence("Ctrl+F"), self, self.contents.begin_search)
        QShortcut(QKeySequence("Ctrl+W"), self, self.close)
        if isinstance(self._owner, StudioWindow):
            self._owner.closed.connect(self.close)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP // 2)
        for button in (self.back, self.forward, self.first):
            buttons.addWidget(button)
        buttons.addStretch(1)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(GAP, GAP, GAP, 0)
        column.setSpacing(GAP)
        column.addLayout(buttons)
        column.addWidget(self.contents)
        self._split = QSplitter(self)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.setStyleSheet("QSplitter::handle { background: palette(mid); }")
        for side in (left, self.view):
            self._split.addWidget(side)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([px(CONTENTS), px(WIDTH - CONTENTS)])
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._split)

    def _take_place(self) -> None:
        """Where it was, or at the right of its window as far as the screen goes."""
        room = self.screen().availableGeometry()
        self.resize(min(px(WIDTH), room.width()), min(px(HEIGHT), room.height()))
        beside = self._owner.frameGeometry()
        left = min(beside.right() + GAP, room.right() - self.width())
        self.move(max(left, room.left()), max(min(beside.top(), room.bottom() - self.height()), room.top()))
        if self._settings is not None:
            geometry, shares = self._settings.value(GEOMETRY), self._settings.value(SHARES)
            if isinstance(geometry, QByteArray):
                self.restoreGeometry(geometry)
            if isinstance(shares, QByteArray):
                self._split.restoreState(shares)


def _outermost(widget: QWidget) -> QWidget:
    """The window that a widget belongs to in the end, through all dialogs."""
    outer = widget.window()
    while (parent := outer.parentWidget()) is not None:
        outer = parent.window()
    return outer


def _written(book: Book) -> Book:
    """A book whose pages are all written, and that can be searched."""
    book.search("a")
    return book
