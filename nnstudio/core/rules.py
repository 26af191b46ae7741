"""Rules: what a declared field accepts, and how a project file keeps it."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Any, Protocol

from nnstudio.core.errors import FieldError

if TYPE_CHECKING:
    from nnstudio.core.fields import Configured
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
    step: int = 1
    """How far an arrow of its field goes."""

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
class Folder(Text):
    """The name of a folder; an empty one stands for the usual place."""


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
class Numbers:
    """A list of finite numbers, such as one mean for each column; it may be empty."""

    longest: int
    help: str

    def check(self, value: Any) -> tuple[float, ...]:
        """Accept a list of finite numbers."""
        if not isinstance(value, list | tuple) or len(value) > self.longest:
            raise _refuse(f"a list of at most {self.longest:,} numbers", value)
        one = Real(-math.inf, math.inf, self.help)
        return tuple(one.check(number) for number in value)

    def to_json(self, value: tuple[float, ...]) -> Json:
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


YES_NO = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def typed(rule: Rule, written: str) -> object:
    """What a person wrote, as the kind of value that the rule is for; the rule itself still has to check it."""
    written = written.strip()
    if isinstance(rule, Choice | Text):
        return written
    if isinstance(rule, Flag):
        return YES_NO.get(written.lower(), written)
    if isinstance(rule, Sizes):
        sizes = [_number(part) for part in re.split(r"[x×*,;\s]+", written.strip("()[] ")) if part]
        return sizes[0] if rule.count and len(sizes) == 1 else sizes
    return _number(written)


def _number(written: str) -> int | float | str:
    # Not by way of a float, which has 16 digits.
    if re.fullmatch(r"[+-]?[0-9]{1,30}", written):
        return int(written)
    try:
        number = float(written)
    except ValueError:
        return written
    return int(number) if number.is_integer() else number
