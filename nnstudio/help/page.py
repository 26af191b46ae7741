"""What a page of the help is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Page:
    """One topic. The text is Markdown; links to other pages are relative, so that the files read on their own too."""

    topic: str
    """Its address, such as layers/dense."""
    title: str
    about: str
    """One sentence, as in the tooltip."""
    write: Callable[[], str] = field(repr=False, compare=False)
    words: str = field(default="", repr=False, compare=False)
    """Other names under which it is looked for."""

    @cached_property
    def text(self) -> str:
        """The whole page without its title. It is written when it is first asked for: examples are computed."""
        return self.write()

    @property
    def chapter(self) -> str:
        """The first part of its address."""
        return self.topic.partition("/")[0]
