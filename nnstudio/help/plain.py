"""Pages for a terminal: Markdown as plain text, with tables in columns and lines of its width."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from textwrap import wrap

INDENT = "    "
GAP = "  "
NARROW = 8  # A column of running text is at least so wide.
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
PIECE = re.compile(r"(?<!\\)`([^`]*)`|(?<!\\)\*{1,2}(?=\S)(.+?)(?<=[^\s\\])\*{1,2}")
ESCAPED = re.compile(r"\\([\\*_`\[\]<|#])")
ITEM = re.compile(r"^(\s*)(-|\d+\.) +(.*)$")


def as_plain_text(markdown: str, width: int) -> str:
    """The text of a page in lines of at most so many letters; code and narrow tables are left as they are."""
    return "\n\n".join("\n".join(lines) for lines in _blocks(markdown, width))


def plain_words(markdown: str) -> str:
    """A piece of running text without its marks."""
    text = LINK.sub(r"\1", markdown)
    text = PIECE.sub(lambda found: found.group(1) or found.group(2) or "", text)
    return ESCAPED.sub(r"\1", text)


def _blocks(markdown: str, width: int) -> Iterator[list[str]]:
    for block in _parted(markdown):
        first = block[0]
        if first.startswith("```"):
            yield [(INDENT + line).rstrip() for line in block[1:-1]]
        elif first.startswith("#"):
            words = plain_words(first.lstrip("# "))
            yield [words, "-" * _wide(words)]
        elif first.startswith("|"):
            yield _table(block, width)
        elif ITEM.match(first):
            yield [line for item in _items(block) for line in _item(item, width)]
        else:
            yield wrap(plain_words(" ".join(block)), width, break_long_words=False, break_on_hyphens=False)


def _parted(markdown: str) -> Iterator[list[str]]:
    """Blocks with an empty line between them; those of code may have empty lines inside."""
    block: list[str] = []
    in_code = False
    for line in markdown.splitlines():
        if line.startswith("```"):
            in_code = not in_code
        if line.strip() or in_code:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _items(block: Sequence[str]) -> list[str]:
    """The items of a list, each in one line."""
    items: list[str] = []
    for line in block:
        if ITEM.match(line) or not items:
            items.append(line)
        else:
            items[-1] = f"{items[-1]} {line.strip()}"
    return items


def _item(item: str, width: int) -> list[str]:
    found = ITEM.match(item)
    assert found is not None
    before, mark, text = found.groups()
    first = f"{before}{mark} "
    return wrap(
        plain_words(text), width, initial_indent=first, subsequent_indent=" " * len(first), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _table(block: Sequence[str], width: int) -> list[str]:
    """Columns under each other; where they are too wide together, the last one is wrapped."""
    head, _, *rows = [[plain_words(cell) for cell in cells_of(line)] for line in block]
    widths = [max(_wide(row[column]) for row in (head, *rows)) for column in range(len(head))]
    fixed = _narrowed(widths, width)
    lines = []
    for row in (head, ["-" * each for each in fixed], *rows):
        cells = [wrap(cell, each, break_on_hyphens=False) or [""] for cell, each in zip(row, fixed, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            lines.append(GAP.join(_filled(part, each) for part, each in zip(parts, fixed, strict=True)).rstrip())
    return lines


def _narrowed(widths: Sequence[int], width: int) -> list[int]:
    """Widths that fit side by side, taken from the widest column, for as long as that leaves words readable."""
    fixed = list(widths)
    while sum(fixed) + len(GAP) * (len(fixed) - 1) > width and max(fixed) > NARROW:
        fixed[fixed.index(max(fixed))] -= 1
    return fixed


def cells_of(line: str) -> list[str]:
    """The cells of a row of a table."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def _filled(text: str, width: int) -> str:
    return text + " " * (width - _wide(text))


def _wide(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(not unicodedata.combining(letter) for letter in text)
