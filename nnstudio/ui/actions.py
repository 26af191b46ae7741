"""Actions: every command with its words, keys and what it does; menus, tool bar and key sheet come from them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

NATIVE = QKeySequence.SequenceFormat.NativeText


@dataclass(frozen=True)
class Entry:
    """One command. `text` has the letter behind & that opens it in a menu; `keys` lists keys, the usual one first."""

    name: str
    text: str
    do: Callable[[], object]
    keys: str = ""
    tip: str = ""
    choice: str = ""
    """The name of a set of which one is chosen."""
    switch: bool = False
    """Whether it is on or off."""


@dataclass(frozen=True)
class Section:
    """A menu: entries, menus inside it, and None for a line between them."""

    text: str
    entries: Sequence["Entry | Section | None"]

    def every(self) -> Iterator[Entry]:
        """All entries, also of the menus inside it."""
        for entry in self.entries:
            if isinstance(entry, Section):
                yield from entry.every()
            elif entry is not None:
                yield entry


class Actions:
    """All commands of a window as QActions, by name."""

    def __init__(self, window: QWidget, sections: Sequence[Section]) -> None:
        self.sections = sections
        self._by_name: dict[str, QAction] = {}
        self._choices: dict[str, QActionGroup] = {}
        for section in sections:
            for entry in section.every():
                action = self._by_name[entry.name] = _action(window, entry)
                action.setCheckable(bool(entry.choice) or entry.switch)
                if entry.choice:
                    self._choices.setdefault(entry.choice, QActionGroup(window)).addAction(action)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def names(self) -> Sequence[str]:
        """What every command is called."""
        return list(self._by_name)

    def enable(self, can: bool, *names: str) -> None:
        """Let these be used, or grey them out."""
        for name in names:
            self._by_name[name].setEnabled(can)

    def say(self, name: str, text: str, tip: str) -> None:
        """Give a command other words."""
        action = self._by_name[name]
        if (action.text(), action.statusTip()) != (text, tip):
            action.setText(text)
            _explain(action, tip)

    def fill(self, bar: QMenuBar) -> Mapping[str, QMenu]:
        """Make the menus; gives them back by their text."""
        return {section.text: self._fill(bar.addMenu(section.text), section) for section in self.sections}

    def sheet(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Every command that has a key, section by section: its words and its keys."""
        found = []
        for section in self.sections:
            # By the words of the entry: those of the action may say what would be undone just now.
            rows = [(plain(entry.text), keys_of(self._by_name[entry.name])) for entry in section.every() if entry.keys]
            if rows:
                found.append((plain(section.text), rows))
        return found

    def _fill(self, menu: QMenu, section: Section) -> QMenu:
        for entry in section.entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, Section):
                self._fill(menu.addMenu(entry.text), entry)
            else:
                menu.addAction(self._by_name[entry.name])
        return menu


def keys_of(action: QAction) -> str:
    """The keys of a command as they stand on a keyboard."""
    return ", ".join(keys.toString(NATIVE) for keys in action.shortcuts())


def plain(text: str) -> str:
    """A menu's text without its marks."""
    return text.replace("&", "").removesuffix("…")


def tr(text: str) -> str:
    """A text outside any class of Qt's in the user's language; whoever collects them finds them without a context."""
    return QCoreApplication.translate("", text)


def _action(window: QWidget, entry: Entry) -> QAction:
    action = QAction(entry.text, window)
    action.setObjectName(entry.name)
    action.setIconVisibleInMenu(False)
    action.setShortcuts([QKeySequence(keys) for keys in entry.keys.split()])
    _explain(action, entry.tip or plain(entry.text))
    # What the signal brings, whether it is checked, is none of the command's business.
    action.triggered.connect(lambda *_: entry.do())
    window.addAction(action)
    return action


def _explain(action: QAction, words: str) -> None:
    keys = action.shortcut().toString(NATIVE)
    action.setToolTip(f"{words} ({keys})" if keys else words)
    action.setStatusTip(words)
