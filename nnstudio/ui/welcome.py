"""The welcome: a sheet over a window with all that one may begin with."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnstudio.project.project import Project
from nnstudio.ui.labels import Heading, Words
from nnstudio.ui.sizes import follow_font, px
from nnstudio.ui.theme import GAP
from nnstudio.ui.welcome_cards import CardDelegate, CardList
from nnstudio.ui.welcome_faces import DataFace, LessonFace, RecentFace, TemplateFace
from nnstudio.ui.welcome_fit import project_for
from nnstudio.ui.welcome_offers import (
    Here,
    Recent,
    Starting,
    Taught,
    data_here,
    lessons_here,
    recent_projects,
    starting_points,
)
from nnstudio.ui.welcome_seen import remember, tour_begun

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

WIDTH, HEIGHT = 1040, 680
EDGE = 3 * GAP
SIDE = 320  # The width of what stands at the right.
LARGE = 1.7
RECENT_IN_SIGHT = 3


class Section(QWidget):
    """A heading with cards below it, or beside it."""

    def __init__(self, title: str, face: type[CardDelegate], parent: QWidget, across: bool = False) -> None:
        super().__init__(parent)
        self.heading, self.cards = Heading(title, self), CardList(title, face, self)
        column = QHBoxLayout(self) if across else QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GAP if across else GAP // 2)
        column.addWidget(self.heading)
        column.addWidget(self.cards, 1)

    def show_rows(self, most: int) -> None:
        """Be as high as the cards are, up to so many, where there is room; hidden if there are none."""
        self.cards.rows = min(most, self.cards.count())
        self.cards.setMaximumHeight(self.cards.height_of(self.cards.rows))
        self.setVisible(self.cards.count() > 0)


class Welcome(QDialog):
    """Offers templates, recent projects, data and lessons; what is chosen is opened, and the sheet goes."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Welcome"))
        self.setProperty("help", "ideas/first-steps")
        self._window = window
        # Templates and data are always there, so their places are kept free; the others may be none.
        self.templates = Section(self.tr("Templates"), TemplateFace, self)
        self.recent = Section(self.tr("Recent projects"), RecentFace, self)
        self.data = Section(self.tr("Data"), DataFace, self)
        self.lessons = Section(self.tr("Lessons"), LessonFace, self, across=True)
        for perhaps in (self.recent, self.lessons):
            perhaps.hide()
        self.tour = QPushButton(self.tr("Take the &tour"), self)
        self.file = QPushButton(self.tr("&Open a file…"), self)
        self.empty = QPushButton(self.tr("&Empty model"), self)
        self.leave = QPushButton(self.tr("&Close"), self)
        self.always = QCheckBox(self.tr("&Show this at every start"), self)
        self._lay_out()
        self._connect()
        self._take_size()

    def open(self) -> None:
        """Show the sheet; what it offers is looked for meanwhile."""
        remember(self._window.settings)
        super().open()
        self._look_around()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QPushButton):
            # None of the buttons is the usual answer; Enter presses the one that has the keys.
            focus.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(min(px(SIDE), round(self.width() * 0.4)))

    def _lay_out(self) -> None:
        self._side = QWidget(self)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(2 * GAP)
        for section, share in ((self.recent, 0), (self.data, 1)):
            side.addWidget(section, share)
        middle = QHBoxLayout()
        middle.setSpacing(EDGE)
        middle.addWidget(self.templates, 1)
        middle.addWidget(self._side)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, 2 * GAP, EDGE, 2 * GAP)
        column.setSpacing(2 * GAP)
        column.addLayout(self._head())
        column.addLayout(middle, 1)
        column.addWidget(self.lessons)
        column.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        title = QLabel(self.tr("Welcome to nnstudio"), self)
        follow_font(title, LARGE, title.font().Weight.DemiBold)
        words = QVBoxLayout()
        words.setSpacing(GAP // 2)
        words.addWidget(title)
        words.addWidget(Words(self._invitation(), self))
        head = QHBoxLayout()
        head.setSpacing(EDGE)
        head.addLayout(words, 1)
        head.addWidget(self.tour, 0, Qt.AlignmentFlag.AlignVCenter)
        return head

    def _invitation(self) -> str:
        if self._window.untouched:
            return self.tr(
                "Choose something to begin with. Or close this and press Train: a small network is ready beneath."
            )
        return self.tr("Choose something to begin with.")

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self.always)
        foot.addStretch()
        for button in (self.file, self.empty, self.leave):
            foot.addWidget(button)
        for button in (self.tour, self.file, self.empty, self.leave):
            button.setAutoDefault(False)
        self.always.setChecked(self._window.preferring.value.welcome)
        # Lit as long as it was never taken.
        self.tour.setProperty("primary", not tour_begun(self._window.settings))
        self.tour.setToolTip(self.tr("Five steps through the window, at the real controls"))
        return foot

    def _connect(self) -> None:
        self.templates.cards.chosen.connect(self._begin_with)
        self.recent.cards.chosen.connect(self._reopen)
        self.data.cards.chosen.connect(self._learn)
        self.lessons.cards.chosen.connect(self._begin_lesson)
        self.tour.clicked.connect(self._take_tour)
        self.file.clicked.connect(self._open_file)
        self.empty.clicked.connect(self._begin_empty)
        self.leave.clicked.connect(self.reject)
        self.always.toggled.connect(self._show_always)

    def _take_size(self) -> None:
        room = self._window.screen().availableSize()
        self.resize(min(px(WIDTH), room.width() - 2 * GAP), min(px(HEIGHT), room.height() - 5 * GAP))

    def _look_around(self) -> None:
        run, failed = self._window.background.run, self._window.tell_error
        run(starting_points, self._show_templates, failed)
        run(partial(recent_projects, self._window.files.recent), self._show_recent, failed)
        run(data_here, self._show_data, failed)
        run(lessons_here, self._show_lessons, failed)

    def _show_templates(self, found: list[Starting]) -> None:
        for each in found:
            self.templates.cards.add(each, each.project.title, each.project.description)
        if self.focusWidget() in (None, self.tour):
            self.templates.cards.setFocus()

    def _show_recent(self, found: list[Recent]) -> None:
        for each in found:
            self.recent.cards.add(each, each.path.stem, str(each.path))
        self.recent.show_rows(RECENT_IN_SIGHT)

    def _show_data(self, found: list[Here]) -> None:
        for each in found:
            self.data.cards.add(each, each.name, each.about)

    def _show_lessons(self, found: list[Taught]) -> None:
        for each in found:
            self.lessons.cards.add(each, each.title, each.about)
        self.lessons.show_rows(1)

    def _begin_with(self, starting: Starting) -> None:
        self._go()
        self._window.files.new(starting.project)

    def _reopen(self, recent: Recent) -> None:
        self._go()
        self._window.files.open(recent.path)

    def _learn(self, here: Here) -> None:
        self._go()
        files = self._window.files
        self._window.background.run(partial(project_for, here.name), files.new, files.tell_not_opened)

    def _begin_lesson(self, taught: Taught) -> None:
        from nnstudio.ui.lesson_panel import begin_lesson

        self._go()
        begin_lesson(self._window, taught.kind)

    def _open_file(self) -> None:
        self._go()
        self._window.files.ask_to_open()

    def _begin_empty(self) -> None:
        self._go()
        # Without data: which ones it is to learn is not known yet.
        self._window.files.new(Project(data=""))

    def _show_always(self, always: bool) -> None:
        self._window.preferring.change(welcome=always)

    def _take_tour(self) -> None:
        from nnstudio.ui.tour import Tour

        self._go()
        Tour(self._window).begin()

    def _go(self) -> None:
        self.accept()
