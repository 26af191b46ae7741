"""Words for people: numbers with their noun, lists with an and, what fields and kinds are called."""

from collections.abc import Sequence


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 layer, 1,200 layers."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """A list as a person says it: a, b and c."""
    *front, last = words or ("",)
    return f"{', '.join(front)} and {last}" if front else last


def spelled(field: str) -> str:
    """A field's name in words: Learning rate."""
    words = field.replace("_", " ")
    return words[:1].upper() + words[1:]


def sentence_of(kind: type) -> str:
    """What a kind is: the first line of its docstring; nothing where Python was told to leave those out."""
    lines = (kind.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""
