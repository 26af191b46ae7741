"""Writes the pages of the help into resources/help, so that they can be read in the repository.

    python packaging/make_help.py            write what has changed, and remove what is no page any more
    python packaging/make_help.py --check    only say what would change; exit code 1 if anything would

The pages about ideas and panels are written by hand, there; all others are made from what the studio says of itself.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from nnstudio.core.plugged import points  # noqa: E402
from nnstudio.help.book import Chapter, book  # noqa: E402
from nnstudio.help.markdown import link, plain_text, table  # noqa: E402

FOLDER = ROOT / "resources" / "help"
INDEX = "README"
ABOUT = (
    "What every layer, loss, optimizer, panel, job and setting of nnstudio is, with its formula and an example. The "
    "same pages open with `F1` in the window, and `nnstudio help TOPIC` prints them.\n\n"
    "Most of them are made from the studio itself by `python packaging/make_help.py`; the examples are computed by its "
    "engine."
)


def files() -> dict[str, str]:
    """Every file by its name, and what stands in it."""
    made = {f"{page.topic}.md": f"# {page.title}\n\n{page.text}\n" for page in book().pages.values()}
    return {f"{INDEX}.md": index(), **made}


def index() -> str:
    """The contents: all pages, chapter by chapter."""
    return "\n\n".join(("# The help of nnstudio", ABOUT, *(_listed(chapter) for chapter in book().chapters))) + "\n"


def _listed(chapter: Chapter) -> str:
    first, *others = chapter.pages.values()
    rows = [(link(page.title, page.topic, INDEX), plain_text(page.about)) for page in (others or [first])]
    return f"## {link(chapter.title, first.topic, INDEX)}\n\n{table(('Page', 'What it is'), rows)}"


def changes(wanted: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """What is to be written by its name, or None where a file is to go."""
    there = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.md")}
    for name, text in wanted.items():
        if name not in there or there[name].read_text("utf-8") != text:
            yield name, text
    yield from ((name, None) for name in there if name not in wanted)


def main() -> int:
    if points():
        print("Plugins are installed, and their pages are none of ours. Make the help without them.", file=sys.stderr)
        return 1
    found = dict(changes(files()))
    for name, text in found.items():
        print(f"{'remove' if text is None else 'write'} {name}")
        if "--check" not in sys.argv[1:]:
            _change(FOLDER / name, text)
    return 1 if found and "--check" in sys.argv[1:] else 0


def _change(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
