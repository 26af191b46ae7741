"""Dividing into parts: every sample once, classes in proportion, the same for the same seed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.core.errors import DataError
from nnstudio.data.dataset import PARTS, DataSet
from nnstudio.data.split import Shares, split, undivided

several = settings(max_examples=80, deadline=None, database=None)


def classes(targets: list[int] | np.ndarray) -> DataSet:
    numbers = np.asarray(targets)
    names = tuple(str(each) for each in range(int(numbers.max()) + 1))
    return DataSet("some", np.zeros((len(numbers), 2), np.float32), numbers, names)


def numbers(count: int) -> DataSet:
    return DataSet("some", np.zeros((count, 1), np.float32), np.zeros((count, 1), np.float32))


shares = st.builds(Shares, validation=st.floats(0, 0.4), test=st.floats(0, 0.5))


@several
@given(st.lists(st.integers(0, 4), min_size=10, max_size=300), shares, st.integers(0, 2**40))
def test_every_sample_is_in_exactly_one_part(targets, shares, seed):
    parts = split(classes(targets), replace(shares, seed=seed)).parts
    assert sorted(np.concatenate([parts[name] for name in PARTS])) == list(range(len(targets)))


@several
@given(st.integers(10, 500), shares, st.integers(0, 99))
def test_parts_have_the_size_their_share_asks(count, shares, seed):
    parts = split(numbers(count), replace(shares, seed=seed)).parts
    assert len(parts["test"]) == round(count * shares.test)
    assert abs(len(parts["validation"]) - count * shares.validation) <= 1


@several
@given(st.lists(st.integers(0, 4), min_size=10, max_size=300), shares, st.integers(0, 99))
def test_the_same_seed_gives_the_same_parts(targets, shares, seed):
    one, two = split(classes(targets), replace(shares, seed=seed)), split(classes(targets), replace(shares, seed=seed))
    assert all(np.array_equal(one.part(name), two.part(name)) for name in PARTS)


@several
@given(st.integers(2, 10), st.integers(5, 60), st.integers(0, 99))
def test_equal_classes_are_in_proportion_in_every_part(classes_count, each, seed):
    data = split(classes(np.tile(np.arange(classes_count), each)), Shares(seed=seed))
    for name, share in zip(PARTS, (0.64, 0.16, 0.2), strict=True):
        found = np.bincount(data.targets[data.part(name)], minlength=classes_count)
        assert np.abs(found - share * each).max() <= 2


@several
@given(st.lists(st.integers(0, 4), min_size=10, max_size=300), st.integers(0, 99))
def test_no_class_is_missing_from_training(targets, seed):
    data = split(classes(targets), Shares(seed=seed))
    assert set(data.targets[data.part("train")]) == set(targets)


def test_another_seed_gives_other_parts():
    data = numbers(100)
    assert not np.array_equal(split(data, Shares(seed=1)).part("test"), split(data, Shares(seed=2)).part("test"))


def test_the_choice_is_random_and_not_by_place():
    assert 40 < split(numbers(100), Shares(seed=3)).part("test").mean() < 60


def test_a_class_numbered_first_is_not_favoured():
    firsts = [split(classes(np.tile([0, 1], 7)), Shares(seed=seed)) for seed in range(60)]
    in_test = np.array([np.bincount(data.targets[data.part("test")], minlength=2) for data in firsts])
    assert abs(in_test[:, 0].sum() - in_test[:, 1].sum()) < 30


def test_parts_are_in_file_order():
    part = split(numbers(50)).part("train")
    assert (np.diff(part) > 0).all()


def test_rare_classes_are_split_in_proportion_too():
    data = split(classes([0] * 900 + [1] * 100), Shares(seed=5))
    assert [int(data.targets[data.part(name)].sum()) for name in PARTS] == pytest.approx([64, 16, 20], abs=1)


def test_a_share_of_nothing_leaves_the_part_empty():
    data = split(numbers(20), Shares(validation=0, test=0))
    assert [len(data.part(name)) for name in PARTS] == [20, 0, 0]


@pytest.mark.parametrize("shares", [Shares(0.0, 0.95), Shares(0.95, 0.0), Shares(0.45, 0.5)])
def test_training_keeps_at_least_one_sample(shares):
    assert len(split(numbers(10), shares).part("train")) >= 1


def test_shares_that_leave_too_little_to_train_on_are_refused():
    with pytest.raises(DataError, match="more than 95 %"):
        split(numbers(100), Shares(0.6, 0.6))


@pytest.mark.parametrize("count", [1, 4, 9])
def test_a_tiny_set_trains_validates_and_tests_on_all_samples(count):
    data = split(numbers(count))
    assert all(data.part(name).tolist() == list(range(count)) for name in PARTS)


def test_a_set_that_is_not_divided_says_so():
    assert undivided(numbers(4)).notes == (
        "All 4 samples are used for training; validation and test look at the same ones.",
    )


def test_splitting_leaves_the_samples_alone():
    data = classes([0, 1] * 10)
    assert split(data).inputs is data.inputs
