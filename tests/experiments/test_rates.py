"""Learning rates as somebody writes them."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.core.errors import FieldError
from nnstudio.experiments.rates import checked_rate, greatest_rate, rates_from_text, spaced_rates, with_rate
from nnstudio.project.templates import load_template


def test_rates_are_spaced_by_equal_factors():
    rates = spaced_rates(1e-4, 1, 9)
    assert rates == (0.0001, 0.0003162, 0.001, 0.003162, 0.01, 0.03162, 0.1, 0.3162, 1.0)
    assert rates == pytest.approx(np.geomspace(1e-4, 1, 9), rel=1e-3)


def test_rates_that_lie_close_together_have_as_many_digits_as_they_need():
    rates = np.array(spaced_rates(0.99, 1.01, 9))
    assert np.diff(np.log(rates)) == pytest.approx(np.log(1.01 / 0.99) / 8, rel=0.03)


def test_the_ends_are_what_was_written():
    assert spaced_rates(0.123456789, 9.87654321, 2) == (0.123456789, 9.87654321)


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("0.01, 0.1, 1", (0.01, 0.1, 1.0)),
        ("1 0.1;1e-2", (0.01, 0.1, 1.0)),
        ("0.001:1:4", (0.001, 0.01, 0.1, 1.0)),
        ("0.001:1:4, 3, 0.1", (0.001, 0.01, 0.1, 1.0, 3.0)),
        (" 0.5 ", (0.5,)),
    ],
)
def test_a_text_names_rates_from_small_to_large(text, rates):
    assert rates_from_text(text) == rates


@pytest.mark.parametrize("rate", ["0", "-0.1", "nan", "inf", "-inf", "1e9", "1e400", 0, -1.0, float("nan"), True])
def test_a_rate_that_no_training_can_take_is_refused_with_the_bounds(rate):
    with pytest.raises(FieldError, match=r"greater than 0 and at most 1,000,000, but here is"):
        checked_rate(rate)


def test_the_greatest_rate_is_taken():
    assert checked_rate(greatest_rate()) == 1e6
    assert with_rate(load_template("playground"), 1e6).settings.optimizer.learning_rate == 1e6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is no learning rate yet"),
        ("fast", "A learning rate is a number, but here is fast"),
        ("0.1, 1e9", "here is 1e9"),
        ("0:1:5", "greater than 0"),
        ("1:2", "1:2 does not name learning rates"),
        ("1:0.1:5", "must be greater than the least"),
        ("0.1:1:1", "from 2 to 1,000"),
        ("0.1:1:2.5", "from 2 to 1,000"),
        ("1e-4:1:100000", "from 2 to 1,000"),
        ("1:1.0000000000000002:3", "no 3 different rates"),
        ("1e-4:1:1000, 7", "1,001 learning rates are too many"),
        ("x" * 5000, "here is xxx"),
    ],
)
def test_a_text_that_names_none_is_refused_in_a_sentence(text, words):
    with pytest.raises(FieldError) as refusal:
        rates_from_text(text)
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 200


def test_another_rate_leaves_everything_else_but_forgets_what_was_learned():
    model = Model(load_template("playground"))
    model.train(epochs=1)
    before = model.project
    after = with_rate(before, 0.5)
    assert after.settings.optimizer.learning_rate == 0.5
    assert replace(after.settings, optimizer=before.settings.optimizer) == before.settings
    assert after.graph is before.graph
    assert after.weights is None
    assert after.history == ()
    assert after.best is None
