"""The search: the best page first, whatever the case, the accents and the length of a word."""

import pytest

from nnstudio.help.book import Book, Chapter, book
from nnstudio.help.page import Page
from nnstudio.help.search import Index


def first(words: str) -> str:
    found = book().search(words)
    return found[0].topic if found else ""


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("dense", "layers/dense"), ("Dense", "layers/dense"), ("adam", "optimizers/adam"), ("relu", "layers/relu"),
        ("learning rate", "ideas/learning-rate"), ("mean squared error", "losses/mean_squared_error"),
        ("max pool", "layers/max_pool"), ("maxpool2d", "layers/max_pool"), ("curves", "panels/curves"),
        ("data get", "jobs/data-get"), ("text size", "settings"), ("batch size", "training"), ("l2", "penalties/l2"),
        ("spiral", "data/spiral"), ("onnx", "exporters/onnx"), ("overfitting", "signs/overfitting"),
        ("backpropagation", "ideas/backpropagation"), ("emnist letters", "data/emnist-letters"),
    ],
)  # fmt: skip
def test_the_best_page_stands_first(words: str, topic: str) -> None:
    assert first(words) == topic


def test_pages_of_the_same_title_come_before_all_others() -> None:
    assert {page.topic for page in book().search("mnist")[:2]} == {"ideas/mnist", "data/mnist"}


def test_another_name_of_a_thing_leads_to_it() -> None:
    assert {page.chapter for page in book().search("early stopping")[:4]} == {"stops"}
    assert book().search("optimiser")[0].chapter == "optimizers"


def test_a_page_is_found_by_the_name_of_a_field() -> None:
    found = [page.topic for page in book().search("weight decay")]
    assert "optimizers/adamw" in found[:4]
    assert "layers/leaky_relu" in [page.topic for page in book().search("slope")][:5]


def test_a_page_is_found_by_words_of_its_formula() -> None:
    assert "layers/softplus" in [page.topic for page in book().search("ln(1 + eᵃ)")][:3]
    assert "optimizers/sgd" in [page.topic for page in book().search("∂J/∂w")]
    assert "penalties/l2" in [page.topic for page in book().search("λ/2m")]


def test_case_accents_and_raised_letters_do_not_matter() -> None:
    assert book().search("SIGMOÏD") == book().search("sigmoid")
    assert book().search("w²") == book().search("w2")


def test_the_beginning_of_a_word_is_enough() -> None:
    assert first("convol") == "ideas/convolution"
    assert "layers/dropout" in [page.topic for page in book().search("drop")][:2]


def test_all_words_must_be_found() -> None:
    both, one, other = (
        {page.topic for page in book().search(words)} for words in ("sigmoid gradient", "sigmoid", "gradient")
    )
    assert both
    assert both <= one & other


@pytest.mark.parametrize("nothing", ["", "   ", "qwertyuiop", "dense qwertyuiop", "()", "*"])
def test_nothing_is_found_where_nothing_is(nothing: str) -> None:
    assert book().search(nothing) == ()


def test_a_word_of_an_address_is_no_word_of_the_text() -> None:
    pages = [Page("a/one", "One", "The first.", lambda: "See [this](../b/hidden.md)."), Page("a/two", "Two", "", str)]
    assert Index(pages).search("hidden") == ()
    assert [page.topic for page in Index(pages).search("this")] == ["a/one"]


def test_a_page_is_found_by_its_title_its_address_or_its_last_name() -> None:
    for words in ("layers/dense", "Dense", "dense", "/layers/dense", "layers/dense#fields", " DENSE "):
        page = book().find(words)
        assert page is not None
        assert page.topic == "layers/dense"


def test_of_several_pages_of_that_name_none_is_taken_but_all_are_offered() -> None:
    assert book().find("flatten") is None
    assert {page.topic for page in book().near("flatten")} == {"layers/flatten", "preparation/flatten"}


def test_what_is_nearly_written_so_is_offered() -> None:
    assert book().find("adm") is None
    assert book().near("adm")[0].topic == "optimizers/adam"
    assert book().near("zzzzzz") == ()


def test_a_book_can_have_chapters_of_its_own() -> None:
    assert list(Book((Chapter("training", "Training"),)).pages) == ["training"]
