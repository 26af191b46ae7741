"""Standardise: means and deviations equal to NumPy's and scikit-learn's, whatever the numbers look like."""

import warnings
from math import prod

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from nnstudio.core.errors import DataError, FieldError
from nnstudio.data.preparation.base import fitted, prepared
from nnstudio.data.preparation.flatten import Flatten
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.standardise import Standardise

from .examples import Array, learned, pieces

DOUBLE = np.dtype(np.float64)


def table(columns: int = 5, rows: int = 503) -> Array:
    random = np.random.default_rng(2)
    return random.normal(0, 1, (rows, columns)) * 10.0 ** np.arange(-2, columns - 2) + random.normal(0, 50, columns)


def of(samples: Array, per: str = "feature", at_once: int = 64) -> Standardise:
    step = learned(Standardise(per=per), samples, at_once)
    assert isinstance(step, Standardise)
    return step


def theirs(samples: Array) -> StandardScaler:
    return StandardScaler().fit(samples.reshape(len(samples), -1))


@pytest.mark.parametrize("at_once", [1, 2, 64, 502, 503, 4096])
def test_means_and_deviations_are_numpys_in_batches_of_any_size(at_once: int) -> None:
    samples = table()
    step = of(samples, at_once=at_once)
    np.testing.assert_allclose(step.means, samples.mean(0), rtol=1e-12)
    np.testing.assert_allclose(step.deviations, samples.std(0), rtol=1e-12)


def test_means_and_deviations_are_those_of_scikit_learn() -> None:
    samples = table()
    known = theirs(samples)
    np.testing.assert_allclose(of(samples).means, known.mean_, rtol=1e-12)
    np.testing.assert_allclose(of(samples).deviations, known.scale_, rtol=1e-12)


def test_the_result_is_that_of_scikit_learn() -> None:
    samples = table()
    np.testing.assert_allclose(
        prepared([of(samples)], samples, DOUBLE), theirs(samples).transform(samples), rtol=1e-9, atol=1e-12
    )


def test_missing_numbers_are_not_counted_as_in_scikit_learn() -> None:
    samples = table()
    samples[np.random.default_rng(3).random(samples.shape) < 0.3] = np.nan
    step = of(samples)
    np.testing.assert_allclose(step.means, np.nanmean(samples, 0), rtol=1e-12)
    np.testing.assert_allclose(step.deviations, np.nanstd(samples, 0), rtol=1e-12)
    np.testing.assert_allclose(prepared([step], samples, DOUBLE), theirs(samples).transform(samples), atol=1e-9)


@pytest.mark.parametrize("middle", [1e6, -1e9, 1e12])
def test_a_small_spread_far_from_zero_is_not_lost(middle: float) -> None:
    samples = middle + np.random.default_rng(4).integers(-4, 5, (5000, 2))
    around_zero = samples - middle
    np.testing.assert_allclose(of(samples).deviations, around_zero.std(0), rtol=1e-12)
    np.testing.assert_allclose(of(samples).means, middle + around_zero.mean(0), rtol=1e-15)


def test_rising_numbers_in_many_batches_are_merged_without_loss() -> None:
    samples = np.arange(100_000.0)[:, np.newaxis]
    step = of(samples, at_once=100)
    np.testing.assert_allclose(step.means, [49_999.5], rtol=1e-14)
    np.testing.assert_allclose(step.deviations, [np.sqrt((100_000**2 - 1) / 12)], rtol=1e-13)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9 / 3, 1e-40, 1e30])
def test_an_input_that_never_changes_keeps_its_size_and_becomes_zero(value: float) -> None:
    samples = np.full((1000, 1), value)
    step = of(samples, at_once=77)
    assert step.deviations == (1.0,)
    np.testing.assert_allclose(prepared([step], samples, DOUBLE), 0, atol=abs(value) * 1e-15)


def test_an_input_without_any_number_has_mean_zero_and_deviation_one() -> None:
    samples = table()
    samples[:, 2] = np.nan
    step = of(samples)
    assert (step.means[2], step.deviations[2]) == (0.0, 1.0)
    assert np.isnan(prepared([step], samples, DOUBLE)[:, 2]).all()


def test_an_input_whose_first_numbers_are_all_missing_is_learned_from_the_rest() -> None:
    samples = table()
    samples[:200, 1] = np.nan
    assert of(samples, at_once=50).means[1] == pytest.approx(samples[200:, 1].mean(), rel=1e-13)


def test_infinite_and_absurd_numbers_are_left_out() -> None:
    samples = table()
    wanted = of(samples[3:])
    samples[:3] = [[np.inf], [-np.inf], [1e300]]
    step = of(samples)
    assert step.means == pytest.approx(wanted.means, rel=1e-12)
    assert step.deviations == pytest.approx(wanted.deviations, rel=1e-12)


@pytest.mark.parametrize(("per", "axes"), [("feature", (0,)), ("channel", (0, 1, 2)), ("all", (0, 1, 2, 3))])
def test_images_are_standardised_by_feature_channel_or_all_together(per: str, axes: tuple[int, ...]) -> None:
    images = np.random.default_rng(6).integers(0, 256, (40, 6, 5, 3)).astype(np.uint8)
    step = of(images.astype(float), per)
    mean, deviation = images.mean(axes, keepdims=True), images.std(axes, keepdims=True)
    np.testing.assert_allclose(step.means, mean.reshape(-1), rtol=1e-12)
    np.testing.assert_allclose(step.deviations, deviation.reshape(-1), rtol=1e-12)
    np.testing.assert_allclose(prepared([step], images, DOUBLE), (images - mean) / deviation, atol=1e-12)


def test_channels_with_gaps_weigh_as_much_as_they_have_numbers() -> None:
    images = np.random.default_rng(6).random((30, 4, 4, 2))
    images[np.random.default_rng(7).random(images.shape) < 0.5] = np.nan
    step = of(images, "channel")
    np.testing.assert_allclose(step.means, np.nanmean(images, (0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(step.deviations, np.nanstd(images, (0, 1, 2)), rtol=1e-12)


def test_in_a_table_every_column_is_a_channel() -> None:
    assert of(table(), "channel").means == pytest.approx(of(table()).means, rel=1e-14)


def test_a_step_after_others_learns_from_what_they_leave() -> None:
    images = np.random.default_rng(6).integers(0, 256, (40, 6, 5, 1)).astype(np.uint8)
    steps = fitted([Scale(255), Normalise(0.5, 0.25), Flatten(), Standardise()], lambda: pieces(images, 9))
    result = prepared(steps, images, DOUBLE)
    np.testing.assert_allclose(result.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(result.std(0), 1, rtol=1e-12)
    assert result.shape == (40, 30)


def test_what_was_learned_of_training_holds_for_new_data() -> None:
    step = of(np.array([[0.0], [2.0]]))
    np.testing.assert_array_equal(prepared([step], np.array([[5.0]]), DOUBLE), [[4.0]])


def test_as_long_as_nothing_is_learned_nothing_is_changed() -> None:
    np.testing.assert_array_equal(prepared([Standardise()], table(), DOUBLE), table())


def test_another_choice_forgets_what_was_learned_in_the_old_way() -> None:
    step = of(table())
    changed = Standardise.from_fields({**{name: getattr(step, name) for name in ("means", "deviations")}, "per": "all"})
    assert (changed.means, changed.deviations) == ((), ())


@pytest.mark.parametrize("wrong", [{"means": [1.0]}, {"means": [1.0], "deviations": [1.0, 2.0]}, {"deviations": [1.0]}])
def test_unequal_lists_are_refused(wrong: dict[str, list[float]]) -> None:
    with pytest.raises(FieldError, match="means and deviations must be equally many numbers"):
        Standardise(**wrong)


@pytest.mark.parametrize("wrong", [0.0, -1.0, 1e-31])
def test_a_deviation_that_cannot_be_one_is_refused(wrong: float) -> None:
    with pytest.raises(FieldError, match="deviations must be at least 1e-30"):
        Standardise(means=(1.0,), deviations=(wrong,))


def test_a_project_that_speaks_of_gigantic_samples_takes_no_memory() -> None:
    step = Standardise(per="channel", sample=(2**31, 2**31, 3), means=(1, 2, 3), deviations=(1, 1, 1))
    result = prepared([step], np.ones((2, 4, 4, 3)), DOUBLE)
    np.testing.assert_array_equal(result[1, 3, 2], [0, -1, -2])


@pytest.mark.parametrize("shape", [(224, 224, 1), (50_001,)])
def test_too_many_inputs_are_refused_before_anything_is_computed(shape: tuple[int, ...]) -> None:
    wanted = f"Standardise would keep a number for each of {prod(shape):,} inputs; 50,000 are the most. Choose per="
    with pytest.raises(DataError, match=wanted):
        Standardise().shape(shape)
    assert Standardise(per="all").shape(shape) == shape


def test_samples_of_five_sizes_are_refused() -> None:
    with pytest.raises(DataError, match="Put Flatten before"):
        Standardise().shape((2, 2, 2, 2, 2))


def test_numbers_beyond_float32_make_no_warning() -> None:
    samples = np.array([[0.0, 1e36, 1e37, 1e140], [3e-30, 3e36, 1e37, 3e140]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        prepared([of(samples)], samples, np.dtype(np.float32))


@pytest.mark.parametrize("wrong", [1e38, -1e300])
def test_numbers_in_a_project_that_no_network_can_use_are_refused(wrong: float) -> None:
    with pytest.raises(FieldError, match=r"means and deviations must be between -1e\+37 and 1e\+37"):
        Standardise(means=(wrong,), deviations=(1.0,))


@pytest.mark.parametrize("per", ["channel", "all"])
def test_a_small_spread_far_from_zero_is_not_lost_among_channels_either(per: str) -> None:
    around_zero = np.random.default_rng(4).integers(-4, 5, (300, 3, 3, 2)).astype(float)
    step = of(1e12 + around_zero, per)
    axes = (0, 1, 2) if per == "channel" else None
    np.testing.assert_allclose(step.deviations, np.atleast_1d(around_zero.std(axes)), rtol=1e-12)


def test_a_spread_of_a_rounding_error_counts_as_none_as_in_scikit_learn() -> None:
    samples = np.where(np.arange(1000)[:, np.newaxis] % 2, 1.0, 1.0 + np.finfo(float).eps)
    assert of(samples).deviations == (1.0,) == tuple(theirs(samples).scale_)


def test_a_spread_too_fine_to_divide_by_counts_as_none() -> None:
    assert of(np.array([[0.0], [1e-35]])).deviations == (1.0,)
