"""Fill: what was missing has the mean, the median, zero or a constant; all else stays as it is."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.impute import SimpleImputer

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.base import prepared
from nnstudio.data.preparation.fill import Fill
from nnstudio.data.preparation.median import medians
from nnstudio.data.preparation.standardise import Standardise

from .examples import Array, learned, pieces

DOUBLE = np.dtype(np.float64)


def gaps(rows: int = 301, columns: int = 4) -> Array:
    random = np.random.default_rng(2)
    samples = random.gamma(1.0, 10.0, (rows, columns))
    samples[random.random(samples.shape) < 0.2] = np.nan
    return samples


def of(samples: Array, by: str = "mean", **fields: float) -> Fill:
    step = learned(Fill(by=by, **fields), samples, 40)
    assert isinstance(step, Fill)
    return step


@pytest.mark.parametrize("by", ["mean", "median"])
def test_missing_numbers_become_what_scikit_learn_puts_in(by: str) -> None:
    wanted = SimpleImputer(strategy=by).fit_transform(gaps())
    np.testing.assert_allclose(prepared([of(gaps(), by)], gaps(), DOUBLE), wanted, rtol=1e-12)


@pytest.mark.parametrize(("by", "numpys"), [("mean", np.nanmean), ("median", np.nanmedian)])
def test_the_values_are_those_of_numpy(by: str, numpys: Callable[..., Array]) -> None:
    np.testing.assert_allclose(of(gaps(), by).values, numpys(gaps(), axis=0), rtol=1e-12)


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5])
def test_a_median_of_few_is_that_of_numpy(rows: int) -> None:
    samples = np.random.default_rng(rows).normal(0, 1, (rows, 3))
    assert of(samples, "median").values == pytest.approx(np.median(samples, 0), rel=1e-15)


def test_missing_numbers_become_zero_by_choice() -> None:
    np.testing.assert_array_equal(prepared([of(gaps(), "zero")], gaps(), DOUBLE), np.nan_to_num(gaps()))


def test_missing_numbers_become_a_constant_by_choice() -> None:
    wanted = np.where(np.isnan(gaps()), -7.5, gaps())
    np.testing.assert_array_equal(prepared([of(gaps(), "constant", constant=-7.5)], gaps(), DOUBLE), wanted)


def test_all_other_numbers_stay_bit_for_bit() -> None:
    there = ~np.isnan(gaps())
    np.testing.assert_array_equal(prepared([of(gaps())], gaps(), DOUBLE)[there], gaps()[there])


@pytest.mark.parametrize("infinite", [np.inf, -np.inf])
def test_infinite_numbers_are_filled_in_as_well(infinite: float) -> None:
    samples = np.array([[1.0], [3.0], [infinite]])
    for by in ("mean", "median"):
        np.testing.assert_array_equal(prepared([of(samples, by)], samples, DOUBLE), [[1.0], [3.0], [2.0]])


@pytest.mark.parametrize("by", ["mean", "median"])
def test_a_column_without_any_number_is_filled_with_0(by: str) -> None:
    samples = gaps()
    samples[:, 1] = np.nan
    assert of(samples, by).values[1] == 0
    assert (prepared([of(samples, by)], samples, DOUBLE)[:, 1] == 0).all()


def test_images_are_filled_pixel_by_pixel() -> None:
    images = gaps(50, 12).reshape(50, 2, 3, 2)
    wanted = np.where(np.isnan(images), np.nanmean(images, 0), images)
    np.testing.assert_allclose(prepared([of(images)], images, DOUBLE), wanted, rtol=1e-12)


def test_new_data_is_filled_with_what_training_knew() -> None:
    step = of(np.array([[1.0, 10.0], [3.0, 30.0]]))
    np.testing.assert_array_equal(prepared([step], np.full((2, 2), np.nan), DOUBLE), [[2.0, 20.0]] * 2)


def test_only_the_training_part_is_learned_from() -> None:
    inputs = np.array([[1.0], [3.0], [1000.0], [np.nan]])
    data = DataSet("some", inputs, np.zeros((4, 1)), parts={"train": np.array([0, 1]), "test": np.array([2, 3])})
    assert data.prepared_by([Fill()]).preparation == (Fill(values=(2.0,)),)


def test_the_next_step_learns_from_filled_numbers() -> None:
    data = DataSet("some", gaps(), np.zeros((301, 1)), parts={"train": np.arange(301)})
    _, standardise = data.prepared_by([Fill("zero"), Standardise()]).preparation
    assert isinstance(standardise, Standardise)
    np.testing.assert_allclose(standardise.deviations, np.nan_to_num(gaps()).std(0), rtol=1e-12)


def test_samples_of_another_size_than_learned_are_refused() -> None:
    with pytest.raises(DataError, match="Fill learned from samples of 4 numbers, but gets 3"):
        prepared([of(gaps())], np.zeros((5, 3)), DOUBLE)


def test_rows_are_filled_like_the_images_they_are_written_from() -> None:
    images = gaps(50, 12).reshape(50, 2, 3, 2)
    rows = prepared([of(images)], images.reshape(50, 12), DOUBLE)
    np.testing.assert_array_equal(rows, prepared([of(images)], images, DOUBLE).reshape(50, 12))


def test_too_many_inputs_are_refused_with_a_remedy() -> None:
    with pytest.raises(DataError, match=r"keep a number for each of 150,528 inputs; .* Choose by=zero"):
        Fill().shape((224, 224, 3))
    assert Fill(by="zero").shape((224, 224, 3)) == (224, 224, 3)


@pytest.mark.parametrize("most", [10, 16, 100])
@pytest.mark.parametrize("at_once", [1, 3, 7, 64, 1000])
def test_of_many_samples_the_median_looks_at_every_second_fourth_or_eighth(most: int, at_once: int) -> None:
    samples = np.random.default_rng(1).normal(0, 1, (1000, 2))
    every = next(2**power for power in range(20) if len(samples[:: 2**power]) <= most)
    np.testing.assert_array_equal(medians(pieces(samples, at_once), most), np.median(samples[::every], 0))


def test_the_median_of_many_samples_is_near_the_true_one() -> None:
    samples = np.random.default_rng(1).normal(0, 1, (100_000, 1))
    assert of(samples, "median").values[0] == pytest.approx(np.median(samples), abs=0.05)


def test_the_median_of_very_many_samples_takes_bounded_memory() -> None:
    batch = np.ones((500, 8000))
    tracemalloc.start()
    medians(batch for _ in range(40))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 250e6  # All of them would be 1.3 GB.
