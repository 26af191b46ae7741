"""What the trials of a sweep change: all combinations, or drawn; and who goes on in successive halving."""

from math import log10

import numpy as np
import pytest

from nnstudio.core.errors import FieldError
from nnstudio.experiments.axes import axis_from_text, seeds_from
from nnstudio.experiments.choices import Between, drawn, grid
from nnstudio.experiments.halving import Halving, combinations
from nnstudio.experiments.trials import Result


def test_a_grid_has_every_combination_once():
    assert grid({"learning_rate": [0.1, 1.0, 0.1], "width": [4, 8]}) == (
        {"learning_rate": 0.1, "width": 4}, {"learning_rate": 0.1, "width": 8},
        {"learning_rate": 1.0, "width": 4}, {"learning_rate": 1.0, "width": 8},
    )  # fmt: skip


def test_drawn_numbers_are_as_likely_in_every_decade():
    found = drawn({"learning_rate": Between(1e-4, 1.0)}, 2000)
    decades = np.bincount([int(log10(each["learning_rate"]) + 4) for each in found], minlength=4)
    # 500 each; 3.5 standard deviations are 68.
    assert abs(decades - 500).max() < 70


def test_the_same_seed_draws_the_same_and_another_another():
    axes = {"learning_rate": Between(1e-4, 1.0), "optimizer": ["sgd", "adam"], "width": Between(2, 64)}
    assert drawn(axes, 5, 1) == drawn(axes, 5, 1)
    assert drawn(axes, 5, 1) != drawn(axes, 5, 2)
    found = drawn(axes, 200)
    assert {each["optimizer"] for each in found} == {"sgd", "adam"}
    assert all(isinstance(each["width"], int) and 2 <= each["width"] <= 64 for each in found)


def test_every_drawn_combination_is_tried_with_each_seed():
    found = drawn({"learning_rate": Between(0.1, 1.0), "seed": [3, 4]}, 2)
    assert [each["seed"] for each in found] == [3, 4, 3, 4]
    assert found[0]["learning_rate"] == found[1]["learning_rate"] != found[2]["learning_rate"]


@pytest.mark.parametrize(("least", "greatest"), [(0, 1), (-1, 1), (2, 1), (float("nan"), 1)])
def test_a_range_that_cannot_be_is_refused(least, greatest):
    with pytest.raises(FieldError, match="above 0"):
        Between(least, greatest)


def test_more_trials_than_anybody_waits_for_are_refused():
    with pytest.raises(FieldError, match="1,000,000 trials"):
        grid({"width": range(1000), "batch_size": range(1000)})


@pytest.mark.parametrize(("name", "text", "values"), [
    ("learning_rate", "1e-3:10:5", (0.001, 0.01, 0.1, 1.0, 10.0)),
    ("learning_rate", "0.1, 0.01", (0.01, 0.1)),
    ("batch_size", "16,32,64", (16, 32, 64)),
    ("width", "8:128:5", (8, 16, 32, 64, 128)),
    ("penalty", "0,1e-4:1e-2:3,l1=0.5,none", (0, 1e-4, 1e-3, 1e-2, "l1=0.5", "none")),
    ("penalty", "1:10:3", (1.0, 3.162, 10.0)),
    ("optimizer", "sgd,adam", ("sgd", "adam")),
])  # fmt: skip
def test_values_are_read_as_they_are_written(name, text, values):
    assert axis_from_text(name, text) == values


@pytest.mark.parametrize(("name", "text", "between"), [
    ("learning_rate", "1e-4:1:9", Between(1e-4, 1.0)), ("learning_rate", "1e-4:1", Between(1e-4, 1.0)),
    ("width", "8:128", Between(8, 128)), ("penalty", "1:10", Between(1.0, 10.0)),
])  # fmt: skip
def test_a_range_is_what_is_drawn_from(name, text, between):
    assert axis_from_text(name, text, random=True) == between


@pytest.mark.parametrize(("name", "text"), [
    ("width", "8:128"), ("width", "8:128:1"), ("width", "0:8:3"), ("width", "9:8:3"), ("width", "a:b:3"),
    ("penalty", "0:1:3"), ("width", ""), ("optimizer", ", ,"), ("learning_rate", "1:inf:3"), ("penalty", "1:inf:3"),
])  # fmt: skip
def test_what_is_no_list_of_values_is_refused(name, text):
    with pytest.raises(FieldError):
        axis_from_text(name, text)


def test_seeds_follow_the_projects_own():
    assert seeds_from(5, 3) == (5, 6, 7)


@pytest.mark.parametrize(("epochs", "candidates", "rungs"), [
    (27, 9, (3, 9, 27)), (27, 27, (1, 3, 9, 27)), (27, 1000, (1, 3, 9, 27)), (10, 9, (1, 3, 10)), (2, 9, (2,)),
    (9, 1, (9,)),
])  # fmt: skip
def test_rungs_are_a_third_of_the_next(epochs, candidates, rungs):
    assert Halving(3).rungs(epochs, candidates) == rungs


def promoted(of, *trials):
    """Who goes on, of pairs of changes and losses."""
    results = {
        number: Result(number, changes, 1, best_validation_loss=loss, diverged=7 if loss is None else None)
        for number, (changes, loss) in enumerate(trials, 1)
    }
    return Halving(of).promoted([(number, each.changes) for number, each in results.items()], results)


def test_the_best_go_on():
    assert promoted(2, *(({"width": width}, loss) for width, loss in enumerate([0.3, 0.1, 0.4, 0.2]))) == {2, 4}


def test_a_combination_is_as_good_as_its_seeds_are_together():
    trials = [({"width": 1, "seed": 0}, 0.0), ({"width": 1, "seed": 1}, 1.0),
              ({"width": 2, "seed": 0}, 0.4), ({"width": 2, "seed": 1}, 0.4)]  # fmt: skip
    assert combinations(changes for changes, _ in trials) == 2
    assert promoted(2, *trials) == {3, 4}


def test_what_diverged_does_not_go_on_even_if_there_is_nothing_else():
    assert promoted(2, ({"width": 1}, None), ({"width": 2}, None)) == set()
    assert promoted(2, ({"width": 1}, None), ({"width": 2}, 9.0), ({"width": 3}, None), ({"width": 4}, None)) == {2}
