"""The files and folders that can be read as data, with the options of each."""

from collections.abc import Iterator

from nnstudio.data.readers.base import Reader, readers
from nnstudio.help.chapters.data import command
from nnstudio.help.kinds import fields, kind_page
from nnstudio.help.markdown import section
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "Files and folders that can be read as data. Which one a file is, is found out by looking at it."


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every reader."""
    found = [kind_page(chapter, kind, _example, fields, words=f"{kind.reads} data file") for kind in
             readers().kinds().values()]  # fmt: skip
    yield from overview(chapter, title, ABOUT, {"": found})


def _example(kind: type[Reader], topic: str) -> str:
    """Look at it, then train with it."""
    if not kind.example:
        return ""
    lines = command(f'data info "{kind.example}"', f'train FILE.nns --data "{kind.example}"')
    return section("Example", f"It reads {kind.reads}.", lines)
