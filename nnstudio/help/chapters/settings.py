"""The settings that hold for all projects and windows."""

from collections.abc import Iterator

from nnstudio.core.wording import sentence_of
from nnstudio.help.page import Page
from nnstudio.help.sections import field_sections, field_words
from nnstudio.preferences import Preferences

EXAMPLES = {
    "theme": "`dark` for a dim room, `light` for a bright one.",
    "text_size": "at 150, letters of 10 points are 15 points high, and everything around them grows along.",
    "projector": "switch it on before a lecture, and off after it; text size and theme stay as they were.",
    "threads": "2 leaves the other cores to other programs.",
    "refresh_rate": "at 16 a second a curve grows every 62 ms; at 2, twice a second.",
    "autosave": "with 10, at most ten seconds of editing without a pause can be lost.",
    "welcome": "switched on, the templates and recent projects stand before you at every start.",
    "data_folder": "with `/data/sets`, [MNIST](data/mnist.md) is looked for in `/data/sets/mnist`.",
}
WHERE = "They stand under *Edit ▸ Settings*. What you change shows at once; *Reset all* brings back what was at first."


def pages(chapter: str, title: str) -> Iterator[Page]:
    """One page, with a section for each setting."""
    about = sentence_of(Preferences)
    yield Page(
        chapter, title, about, lambda: field_sections(Preferences, chapter, EXAMPLES, about, WHERE),
        f"preferences {field_words(Preferences)}",
    )  # fmt: skip
