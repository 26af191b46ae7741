"""Pieces of Markdown: tables, code, links between topics, and what a heading is called in a link."""

import re
from collections.abc import Iterable, Sequence
from posixpath import dirname, relpath

FIELDS = "Fields"  # The heading under which a page has the fields of its kind.
MARKED = re.compile(r"([\\*_`\[\]<])")


def plain_text(words: str) -> str:
    """Words in which nothing is a mark of Markdown; what stands in backquotes is code."""
    parts = words.split("`")
    if len(parts) % 2 == 0:
        return MARKED.sub(r"\\\1", words)
    return "`".join(part if number % 2 else MARKED.sub(r"\\\1", part) for number, part in enumerate(parts))


def paragraphs(*parts: str) -> str:
    """Parts with an empty line between them; empty ones are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def section(title: str, *parts: str) -> str:
    """A heading and what stands under it; nothing where nothing does."""
    text = paragraphs(*parts)
    return f"## {title}\n\n{text}" if text else ""


def code(lines: str, language: str = "text") -> str:
    """Lines as they stand."""
    return f"```{language}\n{lines}\n```" if lines.strip() else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; nothing where there are no rows."""
    lines = [_row(row) for row in rows]
    return "\n".join((_row(head), "|" + "---|" * len(head), *lines)) if lines else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def link(words: str, topic: str, seen_from: str) -> str:
    """A link from one topic to another, which may have an anchor behind #."""
    page, _, anchor = topic.partition("#")
    path = relpath(f"{page}.md", dirname(seen_from) or ".")
    return f"[{words}]({path}{'#' + anchor if anchor else ''})"


def anchor_of(heading: str) -> str:
    """What a heading is called behind the # of a link, as GitHub does it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
