"""The menu Help: pages, keys, welcome, tour, lessons, plugins, reports. What is behind it is loaded when asked for."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from nnstudio.ui.actions import Actions, Entry, Section, tr

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

START = "ideas/first-steps"


class HelpMenu(QObject):
    """What explains the studio, and what it is made of."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._window = window

    def section(self) -> Section:
        """The entries of the menu."""
        return Section(tr("&Help"), [
            Entry("help", tr("&Help on this"), self._explain, "F1", tr("Explain what has the keys, or is chosen")),
            Entry("what", tr("&What is this?"), self._ask, "Shift+F1", tr("Click on anything to have it explained")),
            Entry("pages", tr("&All pages"), self._show_pages, "", tr("Contents and search")),
            Entry("keys", tr("&Keys"), self._show_keys, "?", tr("Show all keys")),
            None,
            Entry("welcome", tr("W&elcome…"), self.welcome, "", tr("Templates, recent projects and data")),
            Entry("tour", tr("&Tour"), self._tour, "", tr("Five steps through the window")),
            None,
            Entry("plugins", tr("&Plugins…"), self._plugins, "", tr("What is installed, and what failed")),
            Entry("report", tr("&Copy report"), self._copy_report, "", tr("Versions, settings and the end of the log")),
            Entry("log", tr("&Show the log file"), self._show_log),
            None,
            Entry("about", tr("A&bout nnstudio"), self._about, "", tr("Version and licences")),
        ])  # fmt: skip

    def add_lessons(self, menus: Mapping[str, QMenu], actions: Actions) -> None:
        """A menu of lessons behind the tour. Plugins may add to it, so it is filled when it is opened."""
        self._lessons = QMenu(tr("&Lessons"), self._window)
        menu, behind = menus[tr("&Help")], menus[tr("&Help")].actions()
        menu.insertMenu(behind[behind.index(actions["tour"]) + 1], self._lessons)
        self._lessons.aboutToShow.connect(self._fill_lessons)

    def _explain(self) -> None:
        from nnstudio.ui.help_keys import explain

        explain(self._window)

    def _ask(self) -> None:
        from nnstudio.ui.help_keys import ask

        ask(self._window)

    def _show_pages(self) -> None:
        from nnstudio.ui.help_keys import show

        show(self._window, START)

    def _show_keys(self) -> None:
        from nnstudio.ui.key_sheet import KeySheet

        KeySheet(self._window.menus.actions.sheet(), self._window).open()

    def welcome(self) -> None:
        """Show all that one may begin with."""
        from nnstudio.ui.welcome import Welcome

        Welcome(self._window).open()

    def _tour(self) -> None:
        from nnstudio.ui.tour import Tour

        Tour(self._window).begin()

    def _fill_lessons(self) -> None:
        from nnstudio.lessons.base import in_order
        from nnstudio.ui.lesson_panel import begin_lesson

        self._lessons.clear()
        for lesson in in_order():
            action = self._lessons.addAction(lesson.title)
            action.setStatusTip(lesson.about)
            action.triggered.connect(partial(begin_lesson, self._window, lesson.kind))

    def _plugins(self) -> None:
        from nnstudio.ui.plugin_list import PluginList

        PluginList(self._window).open()

    def _copy_report(self) -> None:
        from nnstudio.ui.report import copy_report

        copy_report(self._window)

    def _show_log(self) -> None:
        from nnstudio.ui.report import show_log

        show_log(self._window)

    def _about(self) -> None:
        from nnstudio.ui.about import About

        About(self._window).open()
