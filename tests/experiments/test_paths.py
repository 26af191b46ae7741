"""The memory of a lane's path: every place, within bounds."""

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.experiments.charts import chart_of_chance, chart_of_two
from nnstudio.experiments.lanes import Lane
from nnstudio.experiments.paths import Path
from nnstudio.experiments.planes import OfTwoWeights
from nnstudio.project.templates import load_template

TWO = OfTwoWeights(("hidden/weights", (1, 0)), ("neuron/bias", (0,)))


@pytest.fixture
def lane():
    """The training of XOR, whose every step a recorder can bring back."""
    session = Model(load_template("xor")).session(threads=1)
    yield Lane(0, session, 1 << 24)
    session.close()


def walk(lane, path, steps):
    path.note(lane.steps, lane.session.parameters.vector, 0.0)
    for _ in range(steps):
        lane.step()
        path.note(lane.steps, lane.session.parameters.vector, 0.0)


def weights_at(lane, step):
    lane.stand_at(step)
    return lane.session.parameters.vector.copy()


@pytest.mark.parametrize("budget", [1 << 20, 4000])
def test_every_place_is_where_the_recorder_stands_at_that_step(lane, budget):
    path, chart = Path(budget), chart_of_two(lane.session.parameters, TWO)
    path.follow(chart)
    walk(lane, path, 50)
    way = path.way()
    assert way.steps.tolist() == list(range(51))
    for step in (0, 1, 17, 50):
        assert np.array_equal(way.places[step], chart.places(weights_at(lane, step)[None])[0])


def test_another_plane_is_followed_from_what_is_remembered(lane):
    path = Path(budget=17 * 4 * 20)
    walk(lane, path, 100)
    chart = chart_of_chance(lane.session.parameters, 0)
    path.follow(chart)
    way = path.way()
    assert way.steps[0] == 0
    assert way.steps[-1] == 100
    assert len(way.steps) < 30
    for step, place in zip(way.steps.tolist(), way.places, strict=True):
        assert np.allclose(place, chart.places(weights_at(lane, step)[None])[0], atol=1e-6)


def test_the_memory_is_bounded_and_evenly_thinned():
    path = Path(budget=100_000)
    for step in range(5000):
        path.note(step, np.full(100, step, np.float32), 0.0)
    rows = path.weights(1000, 100)
    assert path.bytes <= 100_000
    assert np.unique(np.diff(rows[:-1, 0])).size == 1
    assert (rows[0, 0], rows[-1, 0]) == (0, 4999)


def test_places_are_thinned_only_when_there_are_too_many():
    path = Path(budget=1000, most=100)
    chart = chart_of_two(*line())
    path.follow(chart)
    for step in range(100):
        path.note(step, np.array([step, -step], np.float32), 0.0)
    assert path.way().steps.tolist() == list(range(100))
    path.note(100, np.array([100, -100], np.float32), 0.0)
    assert path.way().steps.tolist() == list(range(0, 101, 2))
    path.note(101, np.array([101, -101], np.float32), 0.0)
    assert path.way().places[-1].tolist() == [101, -101]


def test_who_goes_back_and_on_leaves_one_path():
    path = Path()
    path.follow(chart_of_two(*line()))
    for step in range(10):
        path.note(step, np.array([step, 0], np.float32), 0.0)
    path.note(4, np.array([4, 0], np.float32), 0.0)
    assert path.way().steps.tolist() == [0, 1, 2, 3, 4]
    path.note(5, np.array([50, 0], np.float32), 0.0)
    assert path.way().places[:, 0].tolist() == [0, 1, 2, 3, 4, 50]


def test_what_diverges_does_not_count_for_corners_and_directions():
    path = Path(wild=10.0)
    path.follow(chart_of_two(*line()))
    for step, (x, loss) in enumerate(((1, 5.0), (-1, 9.0), (3, 11.0), (np.nan, 1.0), (2e30, np.nan))):
        path.note(step, np.array([x, x], np.float32), loss)
    assert path.corners.tolist() == [[-1, -1], [1, 1]]
    assert len(path.weights(100, 2)) == 3


def line():
    """The parameters of linear regression, and the plane of both."""
    session = Model(load_template("linear-regression")).session(threads=1)
    session.close()
    return session.parameters, OfTwoWeights(("line/weights", (0, 0)), ("line/bias", (0,)))
