"""The contract of the help: everything public has a page with an example, and what computes has a formula."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nnstudio.cli import JOBS
from nnstudio.core.fields import Configured, real, rules_of
from nnstudio.core.panels import panels
from nnstudio.core.registry import Family
from nnstudio.core.wording import sentence_of, spelled
from nnstudio.data.bundled import BUNDLED
from nnstudio.data.collections.base import collections
from nnstudio.data.generated import generators
from nnstudio.data.preparation.base import preparations
from nnstudio.data.readers.base import readers
from nnstudio.doctor.base import signs
from nnstudio.engine.losses import losses
from nnstudio.engine.optimizers import optimizers
from nnstudio.engine.penalties import penalties
from nnstudio.engine.schedules import schedules
from nnstudio.export.base import exporters
from nnstudio.help.bases import CHAPTERS_OF
from nnstudio.help.book import Book, book, topic_of
from nnstudio.help.chapters import layers as layer_pages
from nnstudio.help.markdown import plain_text
from nnstudio.help.page import Page
from nnstudio.help.panels import panel_cards
from nnstudio.layers.base import Activation, Layer, layers
from nnstudio.layers.initialisers import initialisers
from nnstudio.lessons.base import lessons
from nnstudio.plugins import FAMILIES
from nnstudio.preferences import Preferences
from nnstudio.training.settings import Settings
from nnstudio.training.stopping import stops

COMPUTING = (layers, initialisers, losses, optimizers, schedules, penalties)
WITH_EXAMPLE = (*COMPUTING, stops, generators, collections, readers, preparations, exporters, signs)
FAMILY_OF = {family().noun: family for family in WITH_EXAMPLE}
# Of a plugin nothing is promised; the tests of the plugins look at theirs.
OURS = [(noun, kind) for noun, family in FAMILY_OF.items() for kind, member in family().kinds().items()
        if member.__module__.startswith("nnstudio.")]  # fmt: skip

every_kind = pytest.mark.parametrize(("noun", "kind"), OURS)


def section_of(page: Page | None, title: str) -> str:
    """What stands under a heading; nothing where the heading is not there."""
    assert page is not None
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page.text, re.DOTALL | re.MULTILINE)
    return found.group(1).strip() if found else ""


def lacks(page: Page | None, formula: bool) -> list[str]:
    """What a page has not, though it should."""
    if page is None:
        return ["a page"]
    example = section_of(page, "Example")
    wanted = {"Example": bool(example)}
    if formula:
        # What computes is shown with numbers.
        wanted["Example"] = any(each.isdigit() for each in example)
        wanted["Formula"] = "```" in section_of(page, "Formula")
    return [name for name, there in wanted.items() if not there] + ([] if page.about else ["a sentence"])


@every_kind
def test_every_kind_has_a_page_with_an_example_and_what_computes_a_formula(noun: str, kind: str) -> None:
    family = FAMILY_OF[noun]
    page = book().pages.get(topic_of(family().find(kind)))
    assert lacks(page, family in COMPUTING) == []


@dataclass(frozen=True)
class Silent(Activation):
    """Says nothing of how it computes."""

    example = None


class Nameless(Layer):
    """Stands in no family."""


def test_the_contract_sees_a_layer_without_a_page() -> None:
    assert lacks(book().pages.get(topic_of(Nameless)), formula=True) == ["a page"]


def test_the_contract_sees_a_layer_without_example_and_formula() -> None:
    assert lacks(layer_pages._page("layers", Silent), formula=True) == ["Example", "Formula"]


def test_a_layer_of_a_plugin_gets_its_page_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Steep(Activation):
        """Multiplies by a slope: y = slope·a."""

        formula = "y = {slope}·a"
        slope: float = real(3.0, 0.0, 10.0, "How steep it is")

        def forward(self, at: Any) -> None:
            """slope·a."""
            at.run(np.multiply, at.x, at.number(self.slope), at.y)

        def backward(self, at: Any) -> None:
            """slope."""
            at.run(np.multiply, at.dy, at.number(self.slope), at.dx)

    pages = pages_with(monkeypatch, steep=Steep)
    assert lacks(pages["layers/steep"], formula=True) == []
    assert "| −2 | −6 | 3 |" in pages["layers/steep"].text
    assert "How steep it is" in pages["layers/steep"].text
    assert "[Steep](layers/steep.md)" in pages["layers"].text


def test_a_layer_of_a_plugin_that_fails_has_a_page_that_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @dataclass(frozen=True)
    class Torn(Activation):
        """Never gets so far."""

        def forward(self, at: Any) -> None:
            """Fails."""
            raise ZeroDivisionError

    page = pages_with(monkeypatch, torn=Torn)["layers/torn"]
    assert page.text.startswith("Never gets so far.")
    assert "failed" in page.text
    assert "Torn could not be made" in caplog.text


def pages_with(monkeypatch: pytest.MonkeyPatch, **more: type[Layer]) -> dict[str, Page]:
    """The pages of the layers, with a few more layers."""
    original: Callable[[Any], Any] = Family.kinds
    found = {**layers().kinds(), **more}
    monkeypatch.setattr(Family, "kinds", lambda self: found if self is layers() else original(self))
    return {page.topic: page for page in layer_pages.pages("layers", "Layers")}


@every_kind
def test_a_page_has_every_field_with_the_help_of_its_form(noun: str, kind: str) -> None:
    member = FAMILY_OF[noun]().find(kind)
    text = book().pages[topic_of(member)].text
    for name, rule in rules_of(member).items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| {spelled(name)} |")]
        assert row.endswith(f"| {plain_text(rule.help).replace('|', chr(92) + '|')} |")


@every_kind
def test_a_page_begins_with_the_sentence_of_the_tooltip(noun: str, kind: str) -> None:
    member = FAMILY_OF[noun]().find(kind)
    page = book().pages[topic_of(member)]
    about = getattr(member, "about", "") if noun == "data set" else sentence_of(member)
    assert page.about == about
    assert page.text.startswith(plain_text(about).strip())


def test_every_panel_job_lesson_and_bundled_set_has_a_page() -> None:
    topics = set(book().pages)
    assert {f"panels/{name}" for name in panel_cards()} <= topics
    assert {f"panels/{kind}" for kind in panels().kinds()} <= topics
    assert {f"lessons/{kind}" for kind in lessons().kinds()} <= topics
    assert {f"jobs/{job.replace(' ', '-')}" for job in JOBS} <= topics
    assert {f"data/{name}" for name in BUNDLED} <= topics


@pytest.mark.parametrize("name", panel_cards())
def test_the_page_of_a_panel_says_how_to_read_it_and_has_an_example(name: str) -> None:
    page = book().pages[f"panels/{name}"]
    assert section_of(page, "Example")
    assert len(page.text) > 300


@pytest.mark.parametrize("job", JOBS)
def test_the_page_of_a_job_lists_its_options_and_has_an_example_that_can_be_parsed(job: str) -> None:
    from nnstudio.arguments import parser_of

    page = book().pages[f"jobs/{job.replace(' ', '-')}"]
    assert "`--json`" in section_of(page, "What it can be told")
    (command,) = re.findall(r"^nnstudio (.*)$", section_of(page, "Example"), re.MULTILINE)
    given = parser_of(dict.fromkeys(JOBS, lambda given: 0)).parse_args(command.split())
    assert given.job is not None


@pytest.mark.parametrize("cls", [Settings, Preferences])
def test_every_setting_has_a_section_of_its_own(cls: type[Configured]) -> None:
    for name, rule in rules_of(cls).items():
        topic, _, anchor = topic_of((cls, name)).partition("#")
        assert anchor == spelled(name).lower().replace(" ", "-")
        found = section_of(book().pages[topic], spelled(name))
        assert found.startswith(plain_text(rule.help))
        assert "At first: " in found
        assert "For example: " in found


def test_every_family_has_a_chapter_with_an_overview_of_all_its_kinds() -> None:
    for make in FAMILIES:
        family = make()
        name = f"{family.base.__module__}.{family.base.__qualname__}"
        overview = book().pages[CHAPTERS_OF[name]]
        for member in family.kinds().values():
            assert f"]({topic_of(member)}.md)" in overview.text, member


def test_a_thing_leads_to_its_page() -> None:
    adam = optimizers().find("adam")
    assert topic_of(adam) == topic_of(adam()) == "optimizers/adam"
    assert topic_of((adam, "beta1")) == "optimizers/adam#fields"
    assert topic_of((Settings(), "batch_size")) == "training#batch-size"
    assert topic_of((Preferences, "text_size")) == "settings#text-size"
    assert topic_of(panel_cards()["curves"]) == "panels/curves"
    assert topic_of("a text") == topic_of(str) == ""


def test_pages_lie_under_their_own_topics_and_no_title_is_empty() -> None:
    assert [topic for topic, page in book().pages.items() if page.topic != topic or not page.title] == []


def test_a_topic_is_found_without_looking_up_the_other_chapters() -> None:
    fresh = Book()
    page = fresh.find("losses/hinge")
    assert page is not None
    assert "pages" not in vars(fresh)
