"""Actions: every command with its words, its key and what it does; menus, tool bar and the key sheet come from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

Keys = str | QKeySequence.StandardKey | None


@dataclass(frozen=True)
class Entry:
    """One command. `text` has the letter behind & that opens it in a menu."""

    name: str
    text: str
    do: Callable[[], object]
    keys: Keys = None
    tip: str = ""
    checked: bool | None = None


@dataclass(frozen=True)
class Section:
    """A menu: entries, and None for a line between them."""

    text: str
    entries: Sequence[Entry | None]


class Actions:
    """All commands of a window as QActions, by name."""

    def __init__(self, window: QWidget, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._by_name: dict[str, QAction] = {}
        for section in sections:
            for entry in section.entries:
                if entry is not None:
                    self._by_name[entry.name] = _action(window, entry)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def fill(self, bar: QMenuBar) -> Mapping[str, QMenu]:
        """Make the menus; gives them back by their text."""
        menus = {}
        for section in self._sections:
            menu = menus[section.text] = bar.addMenu(section.text)
            for entry in section.entries:
                if entry is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self._by_name[entry.name])
        return menus

    def sheet(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Every command that has a key, section by section: its words and the key."""
        found = []
        for section in self._sections:
            named = [self._by_name[entry.name] for entry in section.entries if entry is not None]
            rows = [(_plain(each.text()), each.shortcut().toString(NATIVE)) for each in named if each.shortcut()]
            if rows:
                found.append((_plain(section.text), rows))
        return found


NATIVE = QKeySequence.SequenceFormat.NativeText


def _action(window: QWidget, entry: Entry) -> QAction:
    action = QAction(entry.text, window)
    action.setObjectName(entry.name)
    if entry.keys is not None:
        action.setShortcut(QKeySequence(entry.keys))
    if entry.checked is not None:
        action.setCheckable(True)
        action.setChecked(entry.checked)
    keys = action.shortcut().toString(NATIVE)
    words = entry.tip or _plain(entry.text)
    action.setToolTip(f"{words} ({keys})" if keys else words)
    action.setStatusTip(words)
    action.triggered.connect(lambda *_: entry.do())
    window.addAction(action)
    return action


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("…")


def tr(text: str) -> str:
    """A text of the menus in the user's language."""
    return QCoreApplication.translate("Actions", text)
