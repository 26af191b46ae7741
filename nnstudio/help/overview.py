"""The overview of a chapter, a table of its pages, each with its sentence; and behind it those pages."""

from collections.abc import Iterator, Mapping, Sequence

from nnstudio.help.markdown import link, paragraphs, plain_text, section, table
from nnstudio.help.page import Page


def overview(
    topic: str, title: str, about: str, parts: Mapping[str, Sequence[Page]], before: str = ""
) -> Iterator[Page]:
    """A page that leads to others, and those others; parts with a name get a heading."""

    def write() -> str:
        return paragraphs(about, before, *(_part(name, pages, topic) for name, pages in parts.items()))

    yield Page(topic, title, about, write)
    for pages in parts.values():
        yield from pages


def _part(name: str, pages: Sequence[Page], topic: str) -> str:
    rows = [(link(page.title, page.topic, topic), plain_text(page.about)) for page in pages]
    listed = table(("Page", "What it is"), rows)
    return section(name, listed) if name else listed
