"""Whether a line separates two classes: asked of us and of an oracle."""

from time import process_time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from nnstudio.training.separable import separable

Points = list[tuple[tuple[int, ...], int]]

deterministic = settings(derandomize=True, max_examples=150, deadline=None, database=None)


@st.composite
def labelled_points(draw: st.DrawFn) -> Points:
    """A few points on a small grid, so that duplicates, points in a line and flat sets are usual."""
    dimensions, reach = draw(st.integers(1, 4)), draw(st.sampled_from([1, 2, 5]))
    point = st.tuples(*[st.integers(-reach, reach)] * dimensions)
    return draw(st.lists(st.tuples(point, st.sampled_from([-1, 1])), min_size=1, max_size=14))


def _arrays(points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([x for x, _ in points], np.float64), np.array([t for _, t in points], np.float64)


def _by_linear_programming(inputs: NDArray[np.float64], targets: NDArray[np.float64]) -> bool:
    """Whether t·(w·x + b) ≥ 1 can be had for every sample."""
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed: nothing to compare with")
    rows = -targets[:, None] * np.column_stack((inputs, np.ones(len(inputs))))
    goal = np.zeros(rows.shape[1])
    found = optimize.linprog(goal, rows, -np.ones(len(rows)), bounds=(None, None), method="highs")
    assert found.status in (0, 2)
    return found.status == 0


@deterministic
@given(labelled_points())
@example([((0, 0), -1), ((0, 1), 1), ((1, 0), 1), ((1, 1), -1)])
@example([((0, 0), -1), ((0, 0), 1)])
@example([((0,), -1), ((1,), 1), ((2,), -1)])
@example([((0, 0), 1), ((1, 1), -1), ((2, 2), 1), ((3, 3), -1)])
@example([((5, 5), 1), ((5, 5), 1)])
def test_the_answer_is_that_of_linear_programming(points: Points) -> None:
    inputs, targets = _arrays(points)
    assert separable(inputs, targets) is _by_linear_programming(inputs, targets)


@deterministic
@given(labelled_points(), st.sampled_from([1e-9, 1e-3, 1.0, 1e6]), st.sampled_from([0.0, 1.0, 2000.0]))
def test_the_answer_does_not_depend_on_units_and_origin(points: Points, scale: float, origin: float) -> None:
    """The grid's points stay apart and in line: whole numbers are added before they are scaled."""
    inputs, targets = _arrays(points)
    assert separable(scale * (inputs + origin), targets) is separable(inputs, targets)


@deterministic
@given(labelled_points())
def test_the_answer_does_not_depend_on_which_class_is_which(points: Points) -> None:
    inputs, targets = _arrays(points)
    assert separable(inputs, -targets) is separable(inputs, targets)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_the_answer_is_that_of_linear_programming_on_many_random_points(seed: int, noise: float) -> None:
    random = np.random.default_rng(seed)
    inputs = random.normal(0, 1, (120, 5))
    targets = np.where(inputs @ random.normal(0, 1, 5) + 0.3 > 0, 1.0, -1.0)
    targets[random.random(120) < noise] *= -1
    assert separable(inputs, targets) is _by_linear_programming(inputs, targets)


@pytest.mark.parametrize(("targets", "answer"), [((1, -1, 1), False), ((-1, 1, 1), True)])
@pytest.mark.parametrize("origin", [0, 2000, 10_000_000])
def test_years_are_told_apart_as_well_as_small_numbers(targets: tuple[int, ...], answer: bool, origin: int) -> None:
    years = origin + np.array([[0.0], [1.0], [2.0]])
    assert separable(years, np.array(targets, np.float64)) is answer


@pytest.mark.parametrize("target", [-1.0, 1.0])
def test_a_single_class_is_separable(target: float) -> None:
    assert separable(np.array([[0.0, 0.0], [1.0, 2.0], [1.0, 2.0]]), np.full(3, target)) is True


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_it_is_not_told_of_inputs_that_are_not_finite(value: float) -> None:
    assert separable(np.array([[value], [1.0]]), np.array([-1.0, 1.0])) is None


def test_it_is_not_told_of_very_many_numbers() -> None:
    assert separable(np.zeros((1_001, 1_000)), np.ones(1_001)) is None


@pytest.mark.parametrize("shape", [(3_000, 300), (1_200, 784), (100_000, 5)])
def test_the_question_never_takes_long(shape: tuple[int, int]) -> None:
    """Training waits for the answer. It was half a minute once; now a search that takes too much work is given up."""
    random = np.random.default_rng(0)
    # As in a session, and by the processor's time, so that the test means the same on a busy machine.
    with threadpool_limits(limits=1, user_api="blas"):
        began = process_time()
        separable(random.normal(0, 1, shape), random.choice([-1.0, 1.0], shape[0]))
        assert process_time() - began < 8
