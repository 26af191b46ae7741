"""`nnstudio help`: the contents, a page, or what may have been meant, in plain lines or as JSON."""

import json

import pytest

from nnstudio.cli import run
from nnstudio.help.book import book


@pytest.fixture
def said(capsys, monkeypatch):
    """Call the command; gives back its exit code, its output and what it complained of."""
    monkeypatch.setenv("COLUMNS", "72")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["help", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_without_a_topic_all_topics_are_listed(said) -> None:
    code, out, _ = said()
    assert code == 0
    for topic in book().pages:
        assert topic.rpartition("/")[2] in out
    assert max(map(len, out.splitlines()[1:])) <= 72


@pytest.mark.parametrize("words", [["dense"], ["layers/dense"], ["Dense"]])
def test_a_page_is_printed(said, words) -> None:
    code, out, _ = said(*words)
    assert code == 0
    assert out.startswith("Dense\n=====\n")
    assert "    a = W·x + b\n" in out


def test_several_words_are_one_title(said) -> None:
    assert said("learning", "rate")[1].startswith("The learning rate\n=================\n")


def test_an_unknown_topic_is_wrong_usage_and_what_is_near_is_offered(said) -> None:
    code, out, err = said("adm")
    assert (code, out) == (2, "")
    assert err == "nnstudio: There is no help page called 'adm'. Did you mean: optimizers/adam, optimizers/adamw?\n"
    assert "`nnstudio help` lists all pages" in said("xyzzy")[2]


def test_as_json_a_page_is_one_object_with_its_markdown(said) -> None:
    code, out, _ = said("dense", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["topic"], found["title"]) == ("layers/dense", "Dense")
    assert found["text"] == book().pages["layers/dense"].text
    assert len(json.loads(said("--json")[1])["pages"]) == len(book().pages)


def test_as_json_an_unknown_topic_is_an_error_object(said) -> None:
    code, out, _ = said("adm", "--json")
    assert code == 2
    assert "Did you mean" in json.loads(out)["error"]


@pytest.mark.parametrize("columns", ["40", "72", "200"])
def test_every_page_fits_the_terminal_and_has_no_marks_of_markdown(said, monkeypatch, columns) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for topic in ("layers/conv2d", "optimizers/adam", "ideas/own-data", "panels/problems", "training", "jobs/train"):
        code, out, _ = said(topic)
        assert code == 0
        in_code = [line for line in out.splitlines() if line.startswith("    ")]
        lines = [line for line in out.splitlines() if line not in in_code and " " in line.strip()]
        assert max(map(len, lines)) <= min(int(columns), 100)
        assert not any(mark in "\n".join(lines) for mark in ("](", "**", "```", "\\", "##"))
        assert not any(line.startswith("| ") for line in lines)
