"""The page of all commands, made from the actions themselves, and the book of a window, in which it is the last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from PySide6.QtWidgets import QWidget

from nnstudio.help.book import Book, Chapter, book
from nnstudio.help.markdown import paragraphs, plain_text, section, table
from nnstudio.help.page import Page
from nnstudio.ui.actions import Actions, Entry, Section, keys_of, plain, tr
from nnstudio.ui.help_at import slug
from nnstudio.ui.key_sheet import CANVAS_KEYS
from nnstudio.ui.window import StudioWindow

COMMANDS = "commands"


@dataclass(frozen=True)
class Commands(Chapter):
    """The chapter that only a window has."""

    given: Page = field(kw_only=True)

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """Its one page."""
        return {self.given.topic: self.given}


def book_of(owner: QWidget) -> Book:
    """All pages of the help; for a window of the studio also the one of its commands."""
    if not isinstance(owner, StudioWindow):
        return book()
    page = commands_page(owner.menus.actions)
    return Book((*book().chapters, Commands(COMMANDS, page.title, given=page)))


def commands_page(actions: Actions) -> Page:
    """A row for every command: what it is called, its keys, and what it does."""
    about = tr("Every command of the menus, its keys and what it does.")
    head = tr("Command"), tr("Keys"), tr("What it does")
    parts = [section(plain(menu.text), table(head, _rows(menu, actions))) for menu in actions.sections]
    canvas = [(plain_text(tr(str(words))), keys) for words, keys in CANVAS_KEYS]
    # The last, for words of the menus come up there again.
    parts.append(section(tr("On the canvas"), table((tr("What you do"), tr("Keys")), canvas)))
    text = paragraphs(about, *parts)
    return Page(COMMANDS, tr("Commands and keys"), about, lambda: text, tr("menu shortcuts keyboard"))


def topic_of_command(actions: Actions, name: str) -> str:
    """Where a command stands on that page; an empty text where there is none of that name."""
    entry = next((each for menu in actions.sections for each in menu.every() if each.name == name), None)
    return f"{COMMANDS}#{slug(plain(entry.text))}" if entry is not None else ""


def topic_of_menu(actions: Actions, text: str) -> str:
    """Where a menu stands on that page, the bar's or one inside; an empty text where there is none of that text."""
    menu = next((each for each in actions.sections if text in (each.text, *_inside(each))), None)
    return f"{COMMANDS}#{slug(plain(menu.text))}" if menu is not None else ""


def _inside(menu: Section) -> list[str]:
    return [each.text for each in menu.entries if isinstance(each, Section)]


def _rows(menu: Section, actions: Actions, inside: str = "") -> Iterator[Sequence[str]]:
    for entry in menu.entries:
        if isinstance(entry, Section):
            yield from _rows(entry, actions, plain(entry.text))
        elif isinstance(entry, Entry):
            does = entry.tip or (f"{inside}: {plain(entry.text)}" if inside else "")
            yield plain_text(plain(entry.text)), plain_text(keys_of(actions[entry.name])), plain_text(does)
