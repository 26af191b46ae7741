"""Declared fields as a table: the name as in the form, what stands there at first, what may stand there, its help."""

from typing import Any

from nnstudio.core.fields import Configured, defaults_of, rules_of
from nnstudio.core.rules import Choice, Flag, Folder, Numbers, Padding, Part, Parts, Real, Rule, Sizes, Text, Whole
from nnstudio.core.wording import spelled
from nnstudio.help.bases import chapter_of, topic_of_kind
from nnstudio.help.markdown import link, plain_text, table

POWERS: dict[float, str] = {2**63 - 1: "2⁶³ − 1", 2**31: "2³¹"}
LARGE = 1e9  # From here on a number is written with a power of ten.


def field_table(cls: type[Configured], seen_from: str) -> str:
    """All fields of a class, in the order of its form."""
    defaults = defaults_of(cls)
    rows = [
        (spelled(name), default_words(defaults.get(name), seen_from), range_words(rule, seen_from), help_words(rule))
        for name, rule in rules_of(cls).items()
    ]
    return table(("Field", "At first", "May be", "What it is for"), rows)


def help_words(rule: Rule) -> str:
    """The help of a field, which is its tooltip too."""
    return plain_text(rule.help)


def default_words(value: Any, seen_from: str) -> str:
    """What stands in a field at first."""
    if isinstance(value, Configured):
        topic = topic_of_kind(type(value))
        return link(value.title, topic, seen_from) if topic else value.title
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "×".join(map(str, value)) if value else "none"
    if isinstance(value, int | float):
        return number_words(value)
    return f"`{value}`" if value else "nothing"


def range_words(rule: Rule, seen_from: str) -> str:
    """What may stand in a field."""
    if isinstance(rule, Part | Parts):
        return _family_words(rule, seen_from)
    if isinstance(rule, Choice):
        return ", ".join(f"`{option}`" for option in rule.options)
    if isinstance(rule, Sizes):
        numbers = f"{rule.count} whole numbers" if rule.count else f"1 to {rule.longest} whole numbers"
        return f"{numbers}, each {_between(rule.low, rule.high)}"
    if isinstance(rule, Padding):
        return f"`same`, `valid`, or {_between(0, rule.high)}"
    if isinstance(rule, Whole | Real):
        return _between(rule.low, rule.high)
    plain = ((Folder, "the name of a folder"), (Text, "a text"), (Flag, "yes or no"), (Numbers, "a list of numbers"))
    return next((words for kind, words in plain if isinstance(rule, kind)), "")


def _family_words(rule: Part | Parts, seen_from: str) -> str:
    family = rule.family()
    chapter = chapter_of(family.base)
    several = link(_plural(family.noun), chapter, seen_from)
    return f"one of the {several}" if isinstance(rule, Part) else f"any of the {several}"


def _plural(noun: str) -> str:
    if noun.endswith("y"):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"


def _between(low: float, high: float) -> str:
    return f"{number_words(low)} to {number_words(high)}"


def number_words(value: float) -> str:
    """A number as a person writes it: 1,024, 0.001 or 2⁶³ − 1."""
    if value in POWERS:
        return POWERS[value]
    if abs(value) < LARGE and float(value).is_integer():
        words = f"{int(value):,}"
    elif 1e-4 <= abs(value) < LARGE:
        words = f"{value:g}"
    else:
        words = _power(value)
    return words.replace("-", "−")


def _power(value: float) -> str:
    factor, _, power = f"{value:.6e}".partition("e")
    ten = "10" + str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    factor = factor.rstrip("0").rstrip(".")
    return ten if factor == "1" else f"−{ten}" if factor == "-1" else f"{factor}·{ten}"
