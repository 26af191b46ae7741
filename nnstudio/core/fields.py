"""Fields declared once, with range and help; forms, checks, JSON, command-line help and pages come from them."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from operator import index
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from nnstudio.core.errors import FieldError

if TYPE_CHECKING:
    from nnstudio.core.registry import Family

Json = Any  # What json.loads returns; narrowed by the field that reads it.


class Rule(Protocol):
    """What a field accepts: `check` returns the clean value or raises a FieldError saying what is wanted."""

    @property
    def help(self) -> str:
        """What the field is for, in the learner's words."""

    def check(self, value: Any) -> Any:
        """The value as the field keeps it."""

    def to_json(self, value: Any) -> Json:
        """The value as a project file keeps it."""


def _refuse(wanted: str, value: object) -> FieldError:
    shown = repr(value)
    return FieldError(f"must be {wanted}, but is {shown if len(shown) <= 60 else shown[:57] + '...'}")


class _Plain:
    def to_json(self, value: Any) -> Json:
        return value


@dataclass(frozen=True)
class Whole(_Plain):
    """A whole number between two bounds."""

    low: int
    high: int
    help: str

    def check(self, value: Any) -> int:
        """Accept an int in range; a bool or a float is refused."""
        wanted = f"a whole number from {self.low:,} to {self.high:,}"
        try:
            number = index(value)
        except TypeError:
            raise _refuse(wanted, value) from None
        if isinstance(value, bool) or not self.low <= number <= self.high:
            raise _refuse(wanted, value)
        return number


@dataclass(frozen=True)
class Real(_Plain):
    """A finite number between two bounds; a scale tells a form whether to slide in decades."""

    low: float
    high: float
    help: str
    scale: str = "linear"

    def check(self, value: Any) -> float:
        """Accept an int or a float in range; NaN and infinities are refused."""
        wanted = f"a number from {self.low:g} to {self.high:g}"
        if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
            raise _refuse(wanted, value)
        try:
            number = float(value)
        except (OverflowError, TypeError, ValueError):
            raise _refuse(wanted, value) from None
        if not math.isfinite(number) or not self.low <= number <= self.high:
            raise _refuse(wanted, value)
        return number


@dataclass(frozen=True)
class Flag(_Plain):
    """Yes or no."""

    help: str

    def check(self, value: Any) -> bool:
        """Accept True or False only."""
        if not isinstance(value, bool):
            raise _refuse("true or false", value)
        return value


@dataclass(frozen=True)
class Choice(_Plain):
    """One of a few named values."""

    options: tuple[str, ...]
    help: str

    def check(self, value: Any) -> str:
        """Accept one of the options."""
        if not isinstance(value, str) or value not in self.options:
            raise _refuse("one of " + ", ".join(self.options), value)
        return value


@dataclass(frozen=True)
class Text(_Plain):
    """A short text."""

    longest: int
    help: str

    def check(self, value: Any) -> str:
        """Accept a text of at most so many characters."""
        if not isinstance(value, str) or len(value) > self.longest:
            raise _refuse(f"a text of at most {self.longest:,} characters", value)
        return value


@dataclass(frozen=True)
class Sizes:
    """A few whole numbers, such as height and width; one number may stand for all when `count` is set."""

    low: int
    high: int
    help: str
    count: int | None = None
    longest: int = 4

    def check(self, value: Any) -> tuple[int, ...]:
        """Accept a list of whole numbers in range, or one number for all of them."""
        one = Whole(self.low, self.high, self.help)
        if self.count and not isinstance(value, list | tuple):
            value = (value,) * self.count
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= (self.count or self.longest):
            raise _refuse(f"a list of {self.count or f'1 to {self.longest}'} whole numbers", value)
        if self.count and len(value) != self.count:
            raise _refuse(f"a list of {self.count} whole numbers", value)
        return tuple(one.check(number) for number in value)

    def to_json(self, value: tuple[int, ...]) -> Json:
        """A list, since JSON has no tuples."""
        return list(value)


@dataclass(frozen=True)
class Padding:
    """`same`, `valid`, or a number of pixels on each side."""

    high: int
    help: str

    def check(self, value: Any) -> str | int:
        """Accept one of the two words or a whole number."""
        if isinstance(value, str):
            return Choice(("same", "valid"), self.help).check(value)
        return Whole(0, self.high, self.help).check(value)

    def to_json(self, value: str | int) -> Json:
        """The word or the number."""
        return value


@dataclass(frozen=True)
class Part:
    """Another configured thing, such as a layer's initialiser: one of a family of kinds."""

    family: "Callable[[], Family[Any]]"
    help: str

    def check(self, value: Any) -> "Configured":
        """Accept a member of the family, its kind, or a mapping of its kind and fields."""
        family = self.family()
        if isinstance(value, str):
            value = {"kind": value}
        if isinstance(value, Mapping):
            return self.check(family.from_json(value))
        if not isinstance(value, family.base):
            raise _refuse(f"one of {', '.join(family.kinds())}", value)
        made: Configured = value
        return made

    def to_json(self, value: "Configured") -> Json:
        """The kind and the fields."""
        return value.to_json()


@dataclass(frozen=True)
class Parts:
    """A short list of members of one family, such as the conditions that end a training."""

    family: "Callable[[], Family[Any]]"
    help: str
    longest: int = 16

    def check(self, value: Any) -> "tuple[Configured, ...]":
        """Accept a list of what `Part` accepts."""
        if not isinstance(value, list | tuple) or len(value) > self.longest:
            raise _refuse(f"a list of at most {self.longest}", value)
        one = Part(self.family, self.help)
        return tuple(one.check(member) for member in value)

    def to_json(self, value: "tuple[Configured, ...]") -> Json:
        """A list of kinds and fields."""
        return [member.to_json() for member in value]


def _declare(default: Any, rule: Rule) -> Any:
    return field(default=default, metadata={"rule": rule})


def whole(default: int, low: int, high: int, help: str) -> Any:
    """Declare a whole-number field."""
    return _declare(default, Whole(low, high, help))


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


def sizes(default: tuple[int, ...], low: int, high: int, help: str, count: int | None = None) -> Any:
    """Declare a field of a few whole numbers."""
    return _declare(default, Sizes(low, high, help, count))


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
