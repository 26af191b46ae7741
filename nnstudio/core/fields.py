"""Fields declared once, with range and help; forms, checks, JSON, command-line help and pages come from them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

from nnstudio.core.errors import FieldError
from nnstudio.core.rules import (
    Choice,
    Flag,
    Folder,
    Json,
    Numbers,
    Padding,
    Part,
    Parts,
    Real,
    Rule,
    Sizes,
    Text,
    Whole,
)

if TYPE_CHECKING:
    from nnstudio.core.registry import Family


def _declare(default: Any, rule: Rule) -> Any:
    return field(default=default, metadata={"rule": rule})


def whole(default: int, low: int, high: int, help: str, step: int = 1) -> Any:
    """Declare a whole-number field."""
    return _declare(default, Whole(low, high, help, step))


def real(default: float, low: float, high: float, help: str, scale: str = "linear") -> Any:
    """Declare a number field."""
    return _declare(default, Real(low, high, help, scale))


def flag(default: bool, help: str) -> Any:
    """Declare a yes-or-no field."""
    return _declare(default, Flag(help))


def choice(default: str, options: tuple[str, ...], help: str) -> Any:
    """Declare a field with a few named values."""
    return _declare(default, Choice(options, help))


def text(default: str, longest: int, help: str) -> Any:
    """Declare a short text field."""
    return _declare(default, Text(longest, help))


def folder(default: str, longest: int, help: str) -> Any:
    """Declare a field that names a folder."""
    return _declare(default, Folder(longest, help))


def sizes(default: tuple[int, ...], low: int, high: int, help: str, count: int | None = None) -> Any:
    """Declare a field of a few whole numbers."""
    return _declare(default, Sizes(low, high, help, count))


def numbers(default: tuple[float, ...], longest: int, help: str) -> Any:
    """Declare a field of any number of numbers."""
    return _declare(default, Numbers(longest, help))


def padding(default: str | int, high: int, help: str) -> Any:
    """Declare a padding field."""
    return _declare(default, Padding(high, help))


def part(default: "str | Configured", family: "Callable[[], Family[Any]]", help: str) -> Any:
    """Declare a field that holds a member of a family; the default may be a kind."""
    return _declare(default, Part(family, help))


def parts(default: "tuple[Any, ...]", family: "Callable[[], Family[Any]]", help: str) -> Any:
    """Declare a field that holds a list of members of a family."""
    return _declare(default, Parts(family, help))


_rules: dict[type, dict[str, Rule]] = {}


def rules_of(cls: type) -> Mapping[str, Rule]:
    """The declared fields of a configured class, in order, each with its rule."""
    if cls not in _rules:
        _rules[cls] = {each.name: each.metadata["rule"] for each in fields(cls) if "rule" in each.metadata}
    return _rules[cls]


def defaults_of(cls: type) -> Mapping[str, Any]:
    """The default value of every declared field, as the class keeps it."""
    rules = rules_of(cls)
    return {each.name: rules[each.name].check(each.default) for each in fields(cls) if each.default is not MISSING}


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)


class Configured:
    """A frozen dataclass whose declared fields are checked when it is made."""

    kind: ClassVar[str]
    title: ClassVar[str]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        words = _words(cls.__name__)
        if "kind" not in cls.__dict__:
            cls.kind = words.replace(" ", "_").lower()
        if "title" not in cls.__dict__:
            cls.title = words

    def __post_init__(self) -> None:
        for name, rule in rules_of(type(self)).items():
            try:
                object.__setattr__(self, name, rule.check(getattr(self, name)))
            except FieldError as error:
                raise FieldError(f"{self.title}: {name.replace('_', ' ')} {error}") from None

    def to_json(self) -> dict[str, Json]:
        """The kind and every field, as a project file keeps them."""
        stored: dict[str, Json] = {"kind": self.kind}
        stored.update({name: rule.to_json(getattr(self, name)) for name, rule in rules_of(type(self)).items()})
        return stored

    @classmethod
    def from_fields(cls, given: Mapping[str, Any]) -> Self:
        """Make one from field names and values; unknown names are refused, missing ones take their default."""
        unknown = [name for name in given if name not in rules_of(cls)]
        if unknown:
            known = ", ".join(rules_of(cls)) or "none"
            raise FieldError(f"{cls.title} has no field called '{str(unknown[0])[:40]}'; its fields are: {known}")
        return cls(**given)
