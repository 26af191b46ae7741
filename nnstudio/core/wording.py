"""Words for people: numbers with their noun, and lists with an and."""

from collections.abc import Sequence


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 layer, 1,200 layers."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """A list as a person says it: a, b and c."""
    *front, last = words or ("",)
    return f"{', '.join(front)} and {last}" if front else last
