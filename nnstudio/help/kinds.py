"""The page of a kind: its docstring, its formula, its fields, and what a chapter adds to it."""

import logging
import re
from collections.abc import Callable, Mapping
from inspect import cleandoc
from typing import Any

from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.wording import sentence_of, spelled
from nnstudio.help.fields import field_table
from nnstudio.help.markdown import FIELDS, code, paragraphs, plain_text, section
from nnstudio.help.page import Page

log = logging.getLogger(__name__)

OURS = "nnstudio."
BROKEN = "The plugin that brings this failed when its example was to be computed; so there is no more to tell."
MINUS = re.compile(r"(?<![e\w])-(?=\d)")
Write = Callable[[Any, str], str]
"""A section of the page of a kind, by the kind and the page's topic."""


def kind_page(chapter: str, kind: type[Configured], *sections: Write, words: str = "") -> Page:
    """A page with the docstring of a kind and these sections."""
    topic = f"{chapter}/{kind.kind}"
    fields = " ".join(spelled(name) for name in rules_of(kind))

    def write() -> str:
        try:
            return paragraphs(docstring(kind), *(each(kind, topic) for each in sections))
        # A plugin may fail in any way; its page says so, and the search goes on.
        except Exception:
            if kind.__module__.startswith(OURS):
                raise
            log.exception("The help page of %s could not be made.", kind.__qualname__)
            return paragraphs(docstring(kind), BROKEN)

    return Page(topic, kind.title, sentence_of(kind), write, f"{words} {fields}")


def docstring(kind: type) -> str:
    """All that the docstring of a kind says."""
    return plain_text(cleandoc(kind.__doc__ or ""))


def formula(kind: Any, topic: str) -> str:
    """The formula, with the field's own first values."""
    return section("Formula", code(formula_of(kind)))


def formula_of(kind: Any, given: Mapping[str, Any] = {}) -> str:
    """The formula of a kind as it is with its first values, or with these."""
    formula: str = getattr(kind, "formula", "")
    return MINUS.sub("−", formula.format(**vars(kind(**given)))) if formula else ""


def fields(kind: type[Configured], topic: str) -> str:
    """Its fields, if it has any."""
    return section(FIELDS, field_table(kind, topic))


def with_fields(thing: Configured, given: Any) -> str:
    """How an example begins: With every 3 and, or With."""
    named = [f"{name.replace('_', ' ')} = {getattr(thing, name):g}" for name in given]
    return f"With {', '.join(named)} and" if named else "With"
