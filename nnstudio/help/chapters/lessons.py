"""The lessons: what one learns in each, and its steps."""

from collections.abc import Iterator

from nnstudio.help.markdown import link, paragraphs, plain_text, section, table
from nnstudio.help.overview import overview
from nnstudio.help.page import Page
from nnstudio.lessons.base import Lesson, Step, in_order

ABOUT = "What can be learned step by step in the window, with goals that are ticked when they are reached."
BEGIN = "*Help ▸ Lessons* begins one, in a project of its own."


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every lesson, the first ones first."""
    found = [_page(chapter, kind) for kind in in_order()]
    yield from overview(chapter, title, ABOUT, {"": found}, BEGIN)


def _page(chapter: str, kind: type[Lesson]) -> Page:
    topic = f"{chapter}/{kind.kind}"
    about = f"{kind.about.rstrip('.')}."

    def write() -> str:
        steps = [_row(number, step, topic) for number, step in enumerate(kind().steps(), 1)]
        return paragraphs(plain_text(about), BEGIN, section("Steps", table(("", "Step", "Goal", "More"), steps)))

    return Page(topic, kind.title, about, write, "lesson course exercise")


def _row(number: int, step: Step, topic: str) -> tuple[str, ...]:
    words = step.topic.partition("#")[0].rpartition("/")[2].translate(str.maketrans("-_", "  "))
    more = link(words, step.topic, topic) if step.topic else ""
    return str(number), plain_text(step.title), plain_text(step.goal), more
