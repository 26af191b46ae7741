"""The panel of a lesson: one page at a time, and goals that are ticked as they are reached."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.core.plugged import blame
from nnstudio.lessons.base import Lesson, Work, in_order, lessons
from nnstudio.project.project import Project
from nnstudio.ui.lesson_list import LessonList
from nnstudio.ui.lesson_page import LessonPage
from nnstudio.ui.panels.live import LivePanel
from nnstudio.ui.run import Run
from nnstudio.ui.sizes import px

if TYPE_CHECKING:
    from nnstudio.ui.docks import Docks
    from nnstudio.ui.document import Document
    from nnstudio.ui.selection import Selection
    from nnstudio.ui.theme import Theme
    from nnstudio.ui.window import StudioWindow

NAME = "lesson"
WIDEST = 0.38  # Of the window.
WIDTH = 340  # Pixels that a lesson wants at least.
Begun = tuple[Lesson, Project]


class LessonPanel(LivePanel):
    """Follows document and run, in sight or not: a goal may be reached only for a moment."""

    def __init__(
        self, document: "Document", selection: "Selection", run: Run, theme: "Theme", parent: QWidget | None = None, *,
        titles: Mapping[str, str], begin: Callable[[str], object], docks: "Docks", show_help: Callable[[str], object],
    ) -> None:  # fmt: skip
        super().__init__(document, selection, run, theme, parent)
        self.lesson: Lesson | None = None
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.place = 0
        self.done: set[int] = set()
        """The steps whose goal was reached."""
        self._beginning, self._titles, self._begin_kind = Project(), titles, begin
        self._docks, self._show_help = docks, show_help
        self._closed = False  # By hand: then another arrangement of the panels does not bring it back.
        self.page, self.list = LessonPage(self), LessonList(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.page)
        self.list.show_lessons(in_order())
        self.list.chosen.connect(self._choose)
        self.page.turned.connect(self.turn)
        self.page.restart_asked.connect(self.restart)
        self.page.left.connect(self._leave)
        self.page.panel_asked.connect(self._look)
        self.page.help_asked.connect(self._read)
        document.project_changed.connect(self._check)
        for signal in (run.changed, run.grew):
            signal.connect(self._check)
        docks.changed.connect(self._stay)
        docks[NAME].installEventFilter(self)

    def begin_lesson(self, lesson: Lesson) -> None:
        """Show the first page of a lesson whose project is in the window already."""
        self.lesson, self._beginning = lesson, self.document.project
        self._stack.setCurrentWidget(self.page)
        self._begin_anew()

    @Slot(int)
    def turn(self, by: int) -> None:
        """Go so many pages on, or back."""
        if self.lesson is not None:
            self.place = min(max(self.place + by, 0), len(self.lesson.steps()) - 1)
            self._show_page()

    @Slot()
    def restart(self) -> None:
        """The project as it was at the beginning, and no goal reached."""
        self.run.pause()
        self.document.apply(self.tr("Restart the lesson"), self._beginning)
        self.run.stand_ready(keep=False)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.place, self.done = 0, set()
        self._show_page()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Close, QEvent.Type.Show):
            self._closed = event.type() is QEvent.Type.Close
        return super().eventFilter(watched, event)

    @Slot()
    def _stay(self) -> None:
        """Other panels are in sight now, but who is in the middle of a lesson still needs it."""
        if self.lesson is not None and not self._closed:
            self._docks.show(NAME, width_in(self.window()))

    @Slot(str)
    def _choose(self, kind: str) -> None:
        self._begin_kind(kind)

    @Slot(str)
    def _look(self, panel: str) -> None:
        self._docks.show(panel)

    @Slot(str)
    def _read(self, topic: str) -> None:
        self._show_help(topic)

    @Slot()
    def _leave(self) -> None:
        self.lesson = None
        self._stack.setCurrentWidget(self.list)

    def _show_page(self) -> None:
        if self.lesson is not None:
            steps = self.lesson.steps()
            step = steps[self.place]
            self.page.show_step(self.lesson.title, step, self.place, len(steps), self._titles.get(step.panel, ""))
            self._check()

    @Slot()
    def _check(self, *_: object) -> None:
        """Tick what is reached now. Goals of pages that were not read yet are not looked at: chance is no insight."""
        if self.lesson is None:
            return
        step = self.lesson.steps()[self.place]
        fault = ""
        if step.reached is not None and self.place not in self.done:
            try:
                if step.reached(self.work()):
                    self.done.add(self.place)
            except Exception as bug:
                fault = blame(bug) or ""
                if not fault:
                    raise
        self.page.show_goal(self.place in self.done, fault)

    def work(self) -> Work:
        """What the learner has come to, as plain values."""
        record, known = self.run.record, self.run.known
        epochs = tuple(record.history.epochs_until(known.step)) if record else ()
        diverged = known.halted is not None and known.halted.diverged is not None
        return Work(self.document.project, known.step, epochs, diverged)


def width_in(window: QWidget) -> int:
    """How many pixels a lesson gets: more for larger letters, but not the room that the canvas needs."""
    return max(WIDTH, min(px(WIDTH), round(window.width() * WIDEST)))


def begin_lesson(window: "StudioWindow", kind: str, *_: object) -> None:
    """Begin a lesson: its project comes into this window, or into one of its own where this one is in use."""
    window.background.run(partial(_prepared, kind), partial(_open, window), window.files.tell_not_opened)


def _prepared(kind: str) -> Begun:
    lesson = lessons().find(kind)()
    try:
        return lesson, lesson.begin()
    except StudioError:
        raise
    except Exception as bug:
        if (sentence := blame(bug)) is None:
            raise
        raise StudioError(sentence) from bug


def _open(window: "StudioWindow", begun: Begun) -> None:
    lesson, project = begun
    window.files.new(project)
    # Whichever window took it.
    shown = (each for each in QApplication.topLevelWidgets() if _shows(each, project))
    for each in shown:
        each.panels.begin_lesson(lesson)  # type: ignore[attr-defined]


def _shows(widget: QWidget, project: Project) -> bool:
    document = getattr(widget, "document", None)
    return document is not None and document.project is project
