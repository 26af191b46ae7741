"""The range test: rates that rise exponentially, losses that a plain training gives too, and what they advise."""

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.api import dataset
from nnstudio.core.errors import FieldError
from nnstudio.experiments.range_advice import advice_on
from nnstudio.experiments.range_test import RangeTest


@pytest.fixture
def playground():
    return nn.new("playground").project


def run(project, *rates, **options):
    """A range test after its end."""
    with RangeTest(project, *rates, **options) as test:
        test.run()
    return test


def test_the_rate_rises_by_the_same_factor_at_every_step(playground):
    test = run(playground, 1e-4, 1e-2)
    assert len(test.rates) == test.steps
    assert test.rates[0] == pytest.approx(1e-4)
    assert test.rates[-1] == pytest.approx(1e-2)
    factors = np.array(test.rates[1:]) / np.array(test.rates[:-1])
    np.testing.assert_allclose(factors, 100 ** (1 / (test.steps - 1)))
    assert test.finished == "the greatest rate is reached"


def test_a_small_set_is_passed_through_until_there_are_a_hundred_steps(playground):
    with RangeTest(playground) as test:
        assert test.steps >= 100
        assert test.steps % test.session.steps_per_epoch == 0
        assert test.steps - test.session.steps_per_epoch < 100


def test_a_large_set_is_passed_through_once():
    model = nn.new("digits")
    model.configure(batch_size=5)
    with RangeTest(model.project) as test:
        assert test.steps == test.session.steps_per_epoch > 100


def test_the_losses_are_those_of_a_training_whose_rate_is_set_by_hand(playground):
    test = run(playground, 1e-3, 1.0)
    with nn.api.Model(playground).session() as session:
        by_hand = []
        for rate in test.rates:
            session.learning_rate = rate
            by_hand.append(session.step())
    assert test.losses == by_hand


def test_it_begins_from_the_seeds_first_weights_also_where_the_project_has_learned(playground):
    model = nn.api.Model(playground)
    fresh = run(model.project, 1e-3, 1.0)
    model.train(epochs=3)
    model.configure(epochs=playground.settings.epochs)
    assert run(model.project, 1e-3, 1.0).losses == fresh.losses


def test_the_smoothed_loss_is_the_exponential_mean_without_its_bias_to_zero(playground):
    test = run(playground, 1e-3, 1.0)
    keep = 1 - 30 / test.steps
    for place in (0, 1, 5, 40):
        weights = keep ** np.arange(place, -1, -1)
        wanted = weights @ np.array(test.losses[: place + 1]) / weights.sum()
        assert test.smoothed[place] == pytest.approx(wanted)


def test_it_ends_when_the_loss_is_four_times_its_lowest():
    test = run(nn.new("linear-regression").project)
    assert len(test.rates) < test.steps
    assert "four times its lowest" in test.finished
    lowest = np.maximum(np.minimum.accumulate(test.smoothed), test.smoothed[0] / 8)
    assert (np.array(test.smoothed) > 4 * lowest).nonzero()[0].tolist() == [len(test.rates) - 1]


def test_it_ends_where_the_numbers_are_not_finite_and_keeps_none_that_is_not():
    random = np.random.default_rng(0)
    inputs = 1e15 * random.normal(size=(200, 1))
    data = dataset(inputs, 1e-10 * inputs, validation=0.0, test=0.0, preparation=())
    model = nn.model(nn.chain(nn.Input((1,)), nn.Dense(1)), optimizer="sgd", batch_size=1)
    test = run(model.project, 1e5, 1e6, data=data)
    assert "not finite" in test.finished
    assert not test.broken
    assert np.isfinite(test.losses).all()
    assert len(test.rates) == len(test.losses) == len(test.smoothed) < test.steps


def test_a_sample_that_is_no_number_is_told_as_in_training():
    inputs = np.ones((50, 1))
    inputs[7] = np.nan
    data = dataset(inputs, np.ones((50, 1)), validation=0.0, test=0.0, preparation=())
    model = nn.model(nn.chain(nn.Input((1,)), nn.Dense(1)), optimizer="sgd", batch_size=10)
    test = run(model.project, data=data)
    assert test.broken
    assert "input that is not a finite number" in test.finished


def test_on_the_regression_the_advice_is_a_rate_that_learns():
    model = nn.new("linear-regression")
    advice = run(model.project).advice()
    assert advice.rate <= 1.01 * min(advice.steepest, advice.lowest / 10)
    assert f"{advice.steepest:.2g}" in advice.reason
    model.configure(optimizer={"kind": "gradient_descent", "learning_rate": advice.rate}, epochs=200)
    losses = model.train().history.losses
    assert losses[-1] < 0.1 * losses[0]


def curve(rates, bend):
    """Losses that are a function of the rate, without chance."""
    losses = [bend(np.log10(rate)) for rate in rates]
    return advice_on(list(rates), losses, losses)


RATES = np.geomspace(1e-5, 10, 601)


def test_the_advice_is_the_steepest_place_where_that_is_smaller():
    # A drop around 10⁻³, and a bottom at 1.
    advice = curve(RATES, lambda decade: 2 / (1 + np.exp(4 * (decade + 3))) + 0.05 * decade**2)
    assert advice.steepest == pytest.approx(1e-3, rel=0.15)
    assert advice.lowest == pytest.approx(1.0, rel=0.15)
    assert advice.rate == pytest.approx(advice.steepest, rel=0.06)
    assert "where it is steepest" in advice.reason


def test_the_advice_is_a_tenth_of_the_lowest_place_where_that_is_smaller():
    # A drop around 0.3, and a bottom soon after it.
    advice = curve(RATES, lambda decade: 1 / (1 + np.exp(8 * (decade + 0.5))) + 3 * max(0, decade) ** 2)
    assert advice.steepest == pytest.approx(10**-0.5, rel=0.15)
    assert advice.rate == pytest.approx(advice.lowest / 10, rel=0.06)
    assert "a tenth" in advice.reason


def test_a_loss_that_never_rose_again_asks_for_greater_rates():
    advice = curve(RATES, lambda decade: 2 - decade / 10)
    assert "greater rates" in advice.reason


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_advised_where_the_loss_only_varies_by_chance(seed):
    losses = 1 + 0.3 * np.random.default_rng(seed).normal(size=200)
    smoothed = [losses[0]]
    for loss in losses[1:]:
        smoothed.append(smoothed[-1] + 0.15 * (loss - smoothed[-1]))
    assert advice_on(np.geomspace(1e-5, 10, 200).tolist(), losses.tolist(), smoothed) is None


def test_nothing_is_advised_for_a_flat_or_a_rising_loss_or_a_few_steps():
    assert curve(RATES, lambda decade: 0.7) is None
    assert curve(RATES, lambda decade: 1 + max(0, decade)) is None
    assert curve(RATES[:10], lambda decade: -decade) is None


def test_a_network_whose_data_has_no_answer_gets_no_advice():
    random = np.random.default_rng(1)
    classes = [("a", "b")[number] for number in random.integers(0, 2, 4000)]
    data = dataset(random.normal(size=(4000, 2)), classes, validation=0.0, test=0.0)
    graph = nn.chain(nn.Input((2,)), nn.Dense(1, weights_start={"kind": "zeros"}), nn.Sigmoid())
    model = nn.model(graph, loss="binary_cross_entropy", optimizer="sgd", batch_size=10)
    assert run(model.project, 1e-5, 1.0, data=data).advice() is None


@pytest.mark.parametrize(
    ("least", "greatest"),
    [(0, 1), (-1e-3, 1), (float("nan"), 1), (1e-3, float("nan")), (1, 1), (1, 0.1), (1e-3, 1e9), (1e-3, float("inf"))],
)
def test_rates_that_cannot_be_are_refused_in_one_sentence(playground, least, greatest):
    with pytest.raises(FieldError) as refused:
        RangeTest(playground, least, greatest)
    assert str(refused.value).endswith(".")
    assert str(refused.value).count(". ") == 0
