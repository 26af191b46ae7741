"""Markdown as plain text for a terminal."""

from itertools import pairwise

from nnstudio.help.book import book
from nnstudio.help.markdown import anchor_of, link, plain_text, table
from nnstudio.help.plain import as_plain_text, plain_words


def test_marks_and_links_go_and_words_stay() -> None:
    assert plain_words("See [Adam](../optimizers/adam.md), *soon*, **now**, `a*b*c` and 2\\*3.") == (
        "See Adam, soon, now, a*b*c and 2*3."
    )


def test_a_table_stands_in_columns() -> None:
    text = as_plain_text(table(("Letter", "What"), [("w", "a weight"), ("alpha", "the | rate")]), 80)
    assert text.splitlines() == ["Letter  What", "------  ----------", "w       a weight", "alpha   the | rate"]


def test_a_wide_table_is_wrapped_in_its_widest_column() -> None:
    text = as_plain_text(table(("A", "B"), [("one", "two " * 20)]), 30)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 30
    assert all(line.startswith("     two") for line in lines[3:])


def test_paragraphs_and_lists_are_wrapped_and_code_is_not() -> None:
    text = as_plain_text("word " * 20 + "\n\n- item " + "more " * 10 + "\n\n```text\n" + "x" * 60 + "\n\ny\n```", 40)
    paragraph, item, code = text.split("\n\n", 2)
    assert max(map(len, paragraph.splitlines())) <= 40
    assert item.splitlines()[1].startswith("  more")
    assert code == "    " + "x" * 60 + "\n\n    y"


def test_letters_with_marks_above_them_take_one_column() -> None:
    lines = as_plain_text(table(("Letter", "What"), [("m̂", "mean"), ("mm", "mean")]), 80).splitlines()
    assert lines[2] == "m̂       mean"
    assert lines[3] == "mm      mean"


def test_what_looks_like_a_mark_is_escaped_but_not_in_code() -> None:
    assert plain_text("a_b < c * d in `x_y`") == "a\\_b \\< c \\* d in `x_y`"
    assert plain_words(plain_text("one_hot: [0, 1] * 2")) == "one_hot: [0, 1] * 2"


def test_links_are_relative_and_anchors_are_githubs() -> None:
    assert link("x", "layers/dense", "panels/curves") == "[x](../layers/dense.md)"
    assert link("x", "layers/dense", "layers/relu") == "[x](dense.md)"
    assert link("x", "training#batch-size", "README") == "[x](training.md#batch-size)"
    assert anchor_of("How large the rate may be?") == "how-large-the-rate-may-be"


def test_no_page_has_a_table_with_a_torn_row() -> None:
    for page in book().pages.values():
        lines = page.text.splitlines()
        for before, line in pairwise(lines):
            if before.startswith("|") and line.startswith("|"):
                assert before.replace("\\|", "").count("|") == line.replace("\\|", "").count("|"), (page.topic, line)
