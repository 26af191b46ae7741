"""The help book: all pages by topic, made from the things themselves, and found again by words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from itertools import chain

from nnstudio.core.wording import spelled
from nnstudio.help.bases import PAGES_OF, topic_of_kind
from nnstudio.help.markdown import FIELDS, anchor_of
from nnstudio.help.page import Page
from nnstudio.help.panels import PanelCard
from nnstudio.help.search import Index


@dataclass(frozen=True)
class Chapter:
    """Pages that belong together; they are looked up when they are first asked for."""

    name: str
    title: str

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """Its pages by topic, in order; the first is the overview, where there is one."""
        pages = import_module(f"nnstudio.help.chapters.{self.name}").pages(self.name, self.title)
        return {page.topic: page for page in pages}


CHAPTERS = (
    Chapter("ideas", "Ideas"),
    Chapter("lessons", "Lessons"),
    Chapter("panels", "Panels"),
    Chapter("layers", "Layers"),
    Chapter("initialisers", "Initialisers"),
    Chapter("training", "Training"),
    Chapter("losses", "Losses"),
    Chapter("optimizers", "Optimizers"),
    Chapter("schedules", "Schedules"),
    Chapter("penalties", "Penalties"),
    Chapter("stops", "Stop conditions"),
    Chapter("data", "Data sets"),
    Chapter("preparation", "Preparation steps"),
    Chapter("readers", "Files that can be read"),
    Chapter("signs", "What the doctor looks for"),
    Chapter("exporters", "Export formats"),
    Chapter("jobs", "The command line"),
    Chapter("settings", "Settings"),
)


@dataclass(frozen=True)
class Book:
    """All pages of the help."""

    chapters: tuple[Chapter, ...] = CHAPTERS

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """Every page by its topic, in order."""
        return dict(chain.from_iterable(chapter.pages.items() for chapter in self.chapters))

    def find(self, topic: str) -> Page | None:
        """The page of a topic, with or without an anchor behind #; or the one page that has this title or last name."""
        topic = topic.partition("#")[0].strip().strip("/")
        chapter = next((each for each in self.chapters if each.name == topic.partition("/")[0]), None)
        if chapter is not None and topic in chapter.pages:
            # Without looking up the other chapters.
            return chapter.pages[topic]
        return self._index.named(topic)

    def search(self, words: str) -> tuple[Page, ...]:
        """The pages in which all words are found, the best first; words may be cut short, case and accents are free."""
        return self._index.search(words)

    def near(self, words: str) -> tuple[Page, ...]:
        """Pages that may have been meant by a topic that does not exist."""
        return self._index.near(words)

    @cached_property
    def _index(self) -> Index:
        return Index(tuple(self.pages.values()))


@cache
def book() -> Book:
    """The book; its pages are kept once they are written."""
    return Book()


def topic_of(thing: object) -> str:
    """The topic that explains something, or an empty text: a configured value or its class, one of its fields as a
    pair (class or value, name of the field), or a panel's card."""
    field = ""
    if isinstance(thing, tuple) and len(thing) == 2:
        thing, field = thing
    if isinstance(thing, PanelCard):
        return f"panels/{thing.name}"
    topic = topic_of_kind(thing if isinstance(thing, type) else type(thing))
    if not (topic and field):
        return topic
    return f"{topic}#{anchor_of(spelled(str(field)) if topic in PAGES_OF.values() else FIELDS)}"
