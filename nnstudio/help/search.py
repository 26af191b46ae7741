"""The index of the help: which pages hold the words that somebody looks for, the best first."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from nnstudio.help.page import Page

# What a find is worth: the whole title, a word of it, another name, the sentence about it, the text.
WHOLE, TITLE, NAME, ABOUT, TEXT = 1000, 100, 60, 20, 5
BEGINNING = 0.6  # Of the worth of a whole word.
LIKE = 0.7  # From here on two words are like each other.
NEAREST = 5
MARKS = re.compile(r"\]\([^)]*\)|[`*#|\[\]\\]")


def plainly(text: str) -> str:
    """A text without case, accents and raised or lowered letters."""
    parted = unicodedata.normalize("NFKD", text.replace("_", " ").replace("-", " "))
    return "".join(letter for letter in parted if not unicodedata.combining(letter)).casefold()


def words_of(text: str) -> list[str]:
    """The words of a text, plainly."""
    return re.findall(r"\w+", plainly(text))


@dataclass(frozen=True, eq=False)
class Entry:
    """A page as the index knows it."""

    page: Page

    @cached_property
    def title(self) -> list[str]:
        """The words of its title."""
        return words_of(self.page.title)

    @cached_property
    def names(self) -> list[str]:
        """The words of its address, and other names of it."""
        return words_of(f"{self.page.topic.replace('/', ' ')} {self.page.words}")

    @cached_property
    def about(self) -> list[str]:
        """The words of its sentence."""
        return words_of(self.page.about)

    @cached_property
    def text(self) -> str:
        """Its whole text, plainly; links without their addresses."""
        return plainly(MARKS.sub("", self.page.text))

    def worth(self, word: str) -> float:
        """How well the page answers to one word; 0 where it does not hold it."""
        return max(
            TITLE * _found(word, self.title), NAME * _found(word, self.names), ABOUT * _found(word, self.about),
            TEXT * (word in self.text),
        )  # fmt: skip


def _found(word: str, words: Sequence[str]) -> float:
    if word in words:
        return 1.0
    return BEGINNING * any(each.startswith(word) for each in words)


class Index:
    """All pages, to be searched."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._entries = [Entry(page) for page in pages]

    def search(self, words: str) -> tuple[Page, ...]:
        """The pages that hold all words, the best first; those that are as good stay in the order of the book."""
        wanted = [plainly(word).strip() for word in words.split()]
        wanted = [word.strip(".,;:!?()*\"'") for word in wanted]
        # As the pages have them: what is joined by a hyphen or a dash below is two words.
        wanted = [part for word in wanted for part in word.split()]
        if not wanted:
            return ()
        found = [(self._worth(entry, wanted), entry.page) for entry in self._entries]
        return tuple(page for worth, page in sorted(found, key=lambda each: -each[0]) if worth)

    def named(self, name: str) -> Page | None:
        """The page whose title or last name this is, if there is just one; an overview goes before the others."""
        wanted = words_of(name)
        same = [each.page for each in self._entries if wanted and wanted in (each.title, _last(each.page))]
        whole = [page for page in same if "/" not in page.topic]
        return (whole or same)[0] if len(whole or same) == 1 else None

    def near(self, name: str) -> tuple[Page, ...]:
        """Pages that have such a title, or a word that is like this one."""
        wanted = " ".join(words_of(name))
        same = [each for each in self._entries if wanted and words_of(name) in (each.title, _last(each.page))]
        if same:
            return tuple(each.page for each in same)
        scored = [(_likeness(wanted, each), each.page) for each in self._entries]
        best = [page for score, page in sorted(scored, key=lambda each: -each[0]) if score >= LIKE]
        return tuple(best[:NEAREST]) or self.search(name)[:NEAREST]

    def _worth(self, entry: Entry, wanted: Sequence[str]) -> float:
        worths = [entry.worth(word) for word in wanted]
        if not all(worths):
            return 0.0
        whole = list(wanted) in (entry.title, _last(entry.page))
        # Of pages with the same words in their titles, the shorter title says more of it.
        return sum(worths) / len(worths) + WHOLE * whole - 0.1 * len(entry.title)


def _last(page: Page) -> list[str]:
    return words_of(page.topic.rpartition("/")[2])


def _likeness(wanted: str, entry: Entry) -> float:
    names = (" ".join(entry.title), " ".join(_last(entry.page)))
    return max(SequenceMatcher(None, wanted, name).ratio() for name in names)
