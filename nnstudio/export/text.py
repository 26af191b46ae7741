"""Texts inside code: a user's words as literals and remarks that cannot become code, and lines of a decent length."""

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100
LONGEST = 200


def plain(text: str, longest: int = LONGEST) -> str:
    """A user's text as a docstring or a remark may hold it: one line, no quotes, no backslashes, nothing unseen."""
    seen = "".join(each if each.isprintable() else " " for each in text)
    words = " ".join(seen.replace('"', "'").replace("\\", "/").split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def literal(texts: Sequence[str]) -> str:
    """Texts as a tuple in Python."""
    inside = [quoted(text) for text in texts]
    line = f"({', '.join(inside)}{',' if len(inside) == 1 else ''})"
    if len(line) <= WIDTH - 15:
        return line
    return f"(\n{indented(filled(f'{each},' for each in inside))}\n)"


def quoted(text: str) -> str:
    """A text as a literal of Python, as people write it, with double quotes, unless the text has some."""
    written = repr(str(text))
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in written and "\\'" not in written else written


def filled(parts: Iterable[str], width: int = WIDTH - 4) -> str:
    """Parts in lines, as many in each as fit; no part is broken."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 1 + len(part) <= width:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return "\n".join(lines)


def indented(lines: str | Iterable[str], by: int = 4) -> str:
    """Lines moved to the right."""
    return textwrap.indent(lines if isinstance(lines, str) else "\n".join(lines), " " * by)


def paragraph(text: str, width: int = WIDTH) -> str:
    """A text in lines."""
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
