"""The copy in the repository is what the book gives now, and the wheel brings what is written by hand."""

import subprocess
import sys
from pathlib import Path

from nnstudio.help.panels import PANELS, panel_cards
from nnstudio.help.written import parted, written

ROOT = Path(__file__).parents[2]
HELP = ROOT / "resources" / "help"


def written_topics(chapter: str) -> tuple[str, ...]:
    """The topics of a chapter that is written by hand, in the order of their names."""
    return tuple(sorted(f"{chapter}/{path.stem}" for path in (HELP / chapter).glob("*.md")))


def test_the_pages_in_the_repository_are_up_to_date() -> None:
    check = [sys.executable, ROOT / "packaging" / "make_help.py", "--check"]
    result = subprocess.run(check, capture_output=True, encoding="utf-8", timeout=60)
    assert result.stdout == "", f"Run `python packaging/make_help.py`: {result.stdout}"
    assert result.returncode == 0, result.stderr


def test_every_page_that_is_written_by_hand_is_in_the_book() -> None:
    from nnstudio.help.book import book

    assert set(written_topics("panels")) == {f"panels/{name}" for name in PANELS}
    assert set(written_topics("ideas")) <= set(book().pages)
    assert len(written_topics("ideas")) >= 14


def test_a_written_page_is_a_title_a_sentence_and_the_text() -> None:
    page = "# A title\n\nWhat it is.\n\nMore.\n\nAnd more.\n"
    assert parted(page) == ("A title", "What it is.", "More.\n\nAnd more.")
    for topic in (*written_topics("ideas"), *written_topics("panels")):
        title, about, text = written(topic)
        assert title
        assert about.endswith(".")
        assert "\n" not in about
        assert text


def test_the_sentence_of_a_panel_has_no_marks_since_it_is_a_tooltip_too() -> None:
    assert [card.name for card in panel_cards().values() if set(card.about) & set("*`[]_")] == []


def test_ideas_are_at_most_a_screen() -> None:
    long = {topic: len(written(topic)[2].splitlines()) for topic in written_topics("ideas")}
    assert {topic: lines for topic, lines in long.items() if lines > 50} == {}
