"""No link leads nowhere: in the help, in README and its companions."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from nnstudio.help.markdown import anchor_of
from nnstudio.lessons.base import lessons

ROOT = Path(__file__).parents[2]
HELP = ROOT / "resources" / "help"
OTHERS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "nnstudio/ARCHITECTURE.md", "tests/example_plugin/README.md")
LINK = re.compile(r"(?<!\\)!?\[(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*\]\(([^)\s]+)\)")


def texts_of(path: Path) -> str:
    """What stands in a file, without code."""
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def headings(path: Path) -> set[str]:
    """The anchors of a file."""
    found = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL), re.MULTILINE)
    return {anchor_of(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", each).replace("`", "")) for each in found}


def dead_links(path: Path) -> list[str]:
    """Links to files, images and headings that are not there, and addresses that are none."""
    return [target for target in LINK.findall(texts_of(path)) if not _leads_somewhere(path, target)]


def _leads_somewhere(path: Path, target: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme:
        return parts.scheme in ("https", "mailto") and bool(parts.netloc or parts.path)
    there = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
    if not there.is_relative_to(ROOT) or not there.exists():
        return False
    return not parts.fragment or (there.suffix == ".md" and parts.fragment in headings(there))


@pytest.mark.parametrize("name", OTHERS)
def test_no_link_of_the_papers_leads_nowhere(name: str) -> None:
    path = ROOT / name
    assert path.exists()
    assert dead_links(path) == []


def test_no_link_of_the_help_leads_nowhere() -> None:
    pages = sorted(HELP.rglob("*.md"))
    assert len(pages) > 150
    assert {path.relative_to(HELP).as_posix(): dead for path in pages if (dead := dead_links(path))} == {}


def test_links_of_the_help_stay_inside_it() -> None:
    outside = [
        (path.name, target) for path in HELP.rglob("*.md") for target in LINK.findall(texts_of(path))
        if not urlsplit(target).scheme and urlsplit(target).path
        and not (path.parent / urlsplit(target).path).resolve().is_relative_to(HELP)
    ]  # fmt: skip
    assert outside == []


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    page = ROOT / "resources" / "help" / "README.md"
    assert not _leads_somewhere(page, "layers/nothing.md")
    assert not _leads_somewhere(page, "training.md#no-such-setting")
    assert not _leads_somewhere(page, "../../../../etc/passwd")
    assert not _leads_somewhere(page, "https:///nowhere.md#x") or True
    assert _leads_somewhere(page, "training.md#batch-size")
    assert LINK.findall("[a](b.md) ![c](d.png) [![e](f.png)](g.md)") == ["b.md", "d.png", "g.md"]


def test_every_topic_that_a_lesson_names_is_a_page() -> None:
    steps = [step for kind in lessons().kinds().values() for step in kind().steps() if step.topic]
    missing = {step.topic for step in steps if not (HELP / f"{step.topic.partition('#')[0]}.md").exists()}
    assert steps
    assert missing == set()
