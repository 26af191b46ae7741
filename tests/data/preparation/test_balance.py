"""Balance: every class equally often among the picks of an epoch."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.balance import Balance

from .examples import Array

CLASSES = np.array([0] * 10 + [1] * 3 + [2] * 1 + [0, 1, 2, 4])  # Nobody is of class 3.
TRAIN = np.arange(14)


def data(*steps: Balance) -> DataSet:
    parts = {"train": TRAIN, "validation": np.arange(14, 16), "test": np.arange(16, 18)}
    return DataSet("some", np.zeros((18, 1)), CLASSES, tuple("abcde"), parts, steps)


def how_often(picks: Array) -> dict[int, int]:
    return dict(Counter(CLASSES[picks].tolist()))


def test_repeating_makes_every_class_as_frequent_as_the_most_frequent() -> None:
    assert how_often(data(Balance()).training()) == {0: 10, 1: 10, 2: 10}


def test_dropping_makes_every_class_as_rare_as_the_rarest() -> None:
    assert how_often(data(Balance(how="drop")).training()) == {0: 1, 1: 1, 2: 1}


def test_repeating_goes_round_before_any_sample_is_taken_once_more() -> None:
    times = Counter(data(Balance()).training().tolist())
    assert all(times[number] == 1 for number in range(10))
    assert sorted(times[number] for number in (10, 11, 12)) == [3, 3, 4]
    assert times[13] == 10


def test_dropping_takes_no_sample_twice() -> None:
    picks = data(Balance(how="drop")).training()
    assert len(set(picks.tolist())) == len(picks)


@pytest.mark.parametrize("how", ["repeat", "drop"])
def test_the_same_seed_picks_the_same_and_another_one_others(how: str) -> None:
    picks = {
        seed: Balance(how=how, seed=seed).picks(np.arange(100), np.arange(100) ** 2 % 7).tolist() for seed in range(3)
    }
    assert picks[0] == Balance(how=how, seed=0).picks(np.arange(100), np.arange(100) ** 2 % 7).tolist()
    assert picks[0] != picks[1] != picks[2]


def test_every_sample_may_be_the_one_that_is_repeated_or_kept() -> None:
    repeated, kept = Counter(), Counter()
    for seed in range(300):
        times = Counter(Balance(seed=seed).picks(TRAIN, CLASSES).tolist())
        repeated.update(number for number in (10, 11, 12) if times[number] == 4)
        kept.update(Balance(how="drop", seed=seed).picks(TRAIN, CLASSES).tolist())
    assert min(repeated[number] for number in (10, 11, 12)) > 70
    assert min(kept[number] for number in range(10)) > 12


def test_validation_and_test_are_left_alone() -> None:
    np.testing.assert_array_equal(data(Balance()).part("validation"), [14, 15])
    np.testing.assert_array_equal(data(Balance()).part("test"), [16, 17])


def test_numbers_to_predict_are_left_alone() -> None:
    numbers = DataSet("some", np.zeros((5, 1)), np.zeros((5, 1)), parts={"train": np.arange(5)})
    balanced = DataSet(numbers.name, numbers.inputs, numbers.targets, parts=numbers.parts, preparation=(Balance(),))
    np.testing.assert_array_equal(balanced.training(), np.arange(5))


def test_a_step_that_is_off_picks_what_there_is() -> None:
    np.testing.assert_array_equal(data(Balance(on=False)).training(), TRAIN)


def test_an_empty_training_part_stays_empty() -> None:
    assert len(Balance().picks(np.empty(0, np.intp), CLASSES)) == 0


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.sampled_from(["repeat", "drop"]), st.randoms())
def test_any_classes_are_balanced_in_order(classes: list[int], how: str, random: object) -> None:
    numbers = np.array(classes)
    some = np.array(sorted(random.sample(range(len(classes)), random.randint(1, len(classes)))))  # type: ignore[attr-defined]
    picks = Balance(how=how).picks(some, numbers)
    counts = Counter(numbers[some].tolist())
    wanted = max(counts.values()) if how == "repeat" else min(counts.values())
    assert Counter(numbers[picks].tolist()) == dict.fromkeys(counts, wanted)
    assert set(picks.tolist()) <= set(some.tolist())
    assert (np.diff(picks) >= 0).all()
    assert picks.dtype == np.intp
    assert how == "drop" or set(picks.tolist()) == set(some.tolist())


def test_many_rare_classes_are_not_repeated_until_the_memory_is_full() -> None:
    classes = np.concatenate((np.arange(10_000), np.zeros(3_000, np.intp)))
    with pytest.raises(DataError, match=r"Balance would train with 30,010,000 samples; .* Choose how=drop"):
        Balance().picks(np.arange(len(classes)), classes)
