"""Ideas: short pages about what is learned in a first course, and about working with the studio."""

from collections.abc import Iterator

from nnstudio.help.markdown import paragraphs
from nnstudio.help.overview import overview
from nnstudio.help.page import Page
from nnstudio.help.written import written

ABOUT = "Short pages about how networks learn, and about working with the studio."
PARTS = {
    "Working with the studio": ("first-steps", "shapes", "timeline", "mnist", "own-data", "plugins", "keys"),
    "How networks learn": (
        "input-space-and-weight-space", "activation-functions", "cost-functions", "gradient-descent", "learning-rate",
        "mini-batches", "backpropagation", "regularisation", "convolution",
    ),
}  # fmt: skip


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every idea."""
    parts = {part: [_page(f"{chapter}/{name}") for name in names] for part, names in PARTS.items()}
    yield from overview(chapter, title, ABOUT, parts)


def _page(topic: str) -> Page:
    title, about, text = written(topic)
    return Page(topic, title, about, lambda: paragraphs(about, text))
