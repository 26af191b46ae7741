"""A page with a section for each field of a class, so that every one of them can be shown by itself."""

from collections.abc import Mapping

from nnstudio.core.fields import Configured, defaults_of, rules_of
from nnstudio.core.wording import spelled
from nnstudio.help.fields import default_words, help_words, range_words
from nnstudio.help.markdown import paragraphs, section

EXAMPLE = "For example:"


def field_sections(cls: type[Configured], topic: str, examples: Mapping[str, str], *before: str) -> str:
    """All fields of a class, each under its own heading and with its example."""
    return paragraphs(*before, *(_section(cls, name, topic, examples.get(name, "")) for name in rules_of(cls)))


def field_words(cls: type[Configured]) -> str:
    """The names of its fields, to be found by."""
    return " ".join(spelled(name) for name in rules_of(cls))


def _section(cls: type[Configured], name: str, topic: str, example: str) -> str:
    rule, default = rules_of(cls)[name], defaults_of(cls).get(name)
    allowed = f"At first: {default_words(default, topic)}. It may be: {range_words(rule, topic)}."
    return section(spelled(name), f"{help_words(rule)}.", allowed, f"{EXAMPLE} {example}" if example else "")
