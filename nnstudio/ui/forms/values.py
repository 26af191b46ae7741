"""What a form shows: the fields that its objects share, and one value for each, or that there are several."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from PySide6.QtCore import QCoreApplication

from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.rules import Rule
from nnstudio.core.wording import sentence_of, spelled


class Mixed(Enum):
    """Stands for a value where the objects of a form do not agree."""

    SEVERAL = "several"


SEVERAL = Mixed.SEVERAL


def common_fields(classes: Iterable[type[Configured]]) -> tuple[str, ...]:
    """The fields that all classes have under the same name and with the same rule."""
    first, *others = dict.fromkeys(classes)
    rules = rules_of(first)
    return tuple(name for name, rule in rules.items() if all(rules_of(each).get(name) == rule for each in others))


def common_values(objects: Sequence[Configured], fields: Iterable[str]) -> dict[str, Any]:
    """The value of each field, or SEVERAL."""
    found = {}
    for name in fields:
        first, *others = (getattr(each, name) for each in objects)
        found[name] = first if all(other == first for other in others) else SEVERAL
    return found


def label_of(field: str) -> str:
    """A field's name in words: Learning rate."""
    return QCoreApplication.translate("fields", spelled(field))


def help_of(rule: Rule) -> str:
    """What a field is for."""
    return QCoreApplication.translate("fields", rule.help)


def about(configured: type[Configured]) -> str:
    """What a kind is, in the first sentence of its docstring."""
    sentence = sentence_of(configured)
    return QCoreApplication.translate("kinds", sentence) if sentence else ""


def several_text() -> str:
    """What stands where the objects of a form do not agree."""
    return QCoreApplication.translate("forms", "several")
