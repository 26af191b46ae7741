"""Which page explains what: the thing under the keys or the pointer is asked, then what it stands in, and so on."""

import re
from functools import singledispatch

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDockWidget,
    QMenu,
    QMenuBar,
    QTabBar,
    QToolButton,
    QWidget,
)

from nnstudio.core.fields import Configured
from nnstudio.core.wording import spelled
from nnstudio.help.book import topic_of
from nnstudio.ui.help_menu import START

HELP = "help"
"""The property in which a widget or an action keeps the topic of its page; the items of a list keep it as what Qt calls
"What's this"."""
ROLE = Qt.ItemDataRole.WhatsThisRole


def topic_at(window: QWidget) -> str:
    """The topic of what has the keys, in an open menu before all else; the first page where nothing is known."""
    focus = QApplication.focusWidget()
    if focus is None or not _is_in(focus, window):
        focus = window.focusWidget()
    return topic_for(QApplication.activePopupWidget() or focus or window)


def topic_for(widget: QWidget, at: QPoint | None = None) -> str:
    """The topic of a widget, or of what is at a point in it."""
    return told_topic(widget, at) or START


def told_topic(widget: QWidget | None, at: QPoint | None = None) -> str:
    """The first topic that a widget and those around it tell; an empty text where none does."""
    # What is registered there is made of pieces of the whole window.
    import nnstudio.ui.help_things  # noqa: F401

    while widget is not None:
        topic = explained(widget, at)
        if topic:
            return topic
        # The point goes along while the window is the same.
        at = widget.mapToParent(at) if at is not None and not widget.isWindow() else None
        widget = widget.parentWidget()
    return ""


def topic_of_field(kind: type[Configured], field: str) -> str:
    """Where a field stands on the page of its class; an empty text where the class has none."""
    topic = topic_of(kind)
    return f"{topic}#{slug(spelled(field))}" if topic else ""


def slug(text: str) -> str:
    """The anchor that a heading, or the first cell of a row, gets: Learning rate is learning-rate."""
    return re.sub(r"[^\w]+", "-", text.lower().replace("_", "-")).strip("-")


def said_by(thing: QObject | None) -> str:
    """The topic that a widget or an action was given."""
    return str(thing.property(HELP) or "") if thing is not None else ""


@singledispatch
def explained(widget: QWidget, at: QPoint | None) -> str:
    """The topic of a widget alone, at a point in it or where its mark stands; kinds of widgets register here."""
    return said_by(widget)


@explained.register
def _of_dock(dock: QDockWidget, at: QPoint | None) -> str:
    return said_by(dock)


@explained.register
def _of_tabs(tabs: QTabBar, at: QPoint | None) -> str:
    place = tabs.tabAt(at) if at is not None else tabs.currentIndex()
    title = tabs.tabText(place)
    docks = tabs.window().findChildren(QDockWidget)
    return said_by(tabs) or next((said_by(dock) for dock in docks if dock.windowTitle() == title), "")


@explained.register
def _of_items(view: QAbstractItemView, at: QPoint | None) -> str:
    index = view.indexAt(view.viewport().mapFrom(view, at)) if at is not None else view.currentIndex()
    return str(index.data(ROLE) or "") or said_by(view)


@explained.register
def _of_combo(combo: QComboBox, at: QPoint | None) -> str:
    return str(combo.currentData(ROLE) or "") or said_by(combo)


@explained.register
def _of_menu(menu: QMenu, at: QPoint | None) -> str:
    action = menu.actionAt(at) if at is not None else menu.activeAction()
    return topic_of_action(action) or said_by(menu) or topic_of_action(menu.menuAction())


@explained.register
def _of_menu_bar(bar: QMenuBar, at: QPoint | None) -> str:
    return topic_of_action(bar.actionAt(at) if at is not None else bar.activeAction())


@explained.register
def _of_button(button: QToolButton, at: QPoint | None) -> str:
    return said_by(button) or topic_of_action(button.defaultAction())


def topic_of_action(action: QAction | None) -> str:
    """The topic of a command, or of what a menu entry shows."""
    if action is None:
        return ""
    return said_by(action) or said_by(action.parent()) or _of_command(action)


def _of_command(action: QAction) -> str:
    from nnstudio.ui.help_commands import topic_of_command, topic_of_menu
    from nnstudio.ui.window import StudioWindow

    window = action.parent()
    while window is not None and not isinstance(window, StudioWindow):
        window = window.parent()
    if window is None:
        return ""
    if not action.objectName():
        return topic_of_menu(window.menus.actions, action.text())
    return topic_of_command(window.menus.actions, action.objectName())


def _is_in(widget: QWidget, window: QWidget) -> bool:
    """Whether a widget belongs to a window, perhaps by way of a dialog of it."""
    above: QWidget | None = widget
    while above is not None and above is not window:
        above = above.parentWidget()
    return above is not None
