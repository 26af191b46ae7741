"""Planes through the weights: their places, the error over them, and how much of them is looked at."""

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.core.errors import StudioError
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.penalties import L2
from nnstudio.experiments.charts import chart_of_chance, chart_of_paths, chart_of_two
from nnstudio.experiments.ground import guessed_bottom, soundings, survey
from nnstudio.experiments.planes import OfTwoWeights
from nnstudio.experiments.spans import spans_around
from nnstudio.project.templates import load_template
from nnstudio.training.bench import Bench

W, B = ("line/weights", (0, 0)), ("line/bias", (0,))
LINE = OfTwoWeights(W, B)


@pytest.fixture
def session_of():
    """A session of a template, ended with the test."""
    sessions = []

    def session_of(template, **settings):
        model = Model(load_template(template))
        model.configure(**settings)
        sessions.append(model.session(threads=1))
        return sessions[-1]

    yield session_of
    for session in sessions:
        session.close()


def parabola(session, w, b):
    """½ mean (w·x + b − t)², by hand."""
    picks = session.data.training()
    x, t = (np.asarray(each[picks], np.float64).ravel() for each in (session.data.inputs, session.data.targets))
    return 0.5 * np.mean((np.multiply.outer(w, x) + np.asarray(b)[..., None] - t) ** 2, axis=-1)


def test_the_surface_of_linear_regression_is_the_parabola(session_of):
    session = session_of("linear-regression", precision="float64")
    found = survey(Bench(session), LINE, chart_of_two(session.parameters, LINE), ((-1, 3), (-2, 2)), (9, 17))
    w, b = np.meshgrid(np.linspace(-1, 3, 9), np.linspace(-2, 2, 17))
    assert found.costs.shape == (17, 9)
    assert np.allclose(found.costs, parabola(session, w, b), rtol=1e-12)
    assert (found.samples, found.finest) == (len(session.data.training()), True)


def test_the_cost_has_its_penalty(session_of):
    session = session_of("linear-regression", precision="float64", penalty=L2(strength=3.0))
    found = survey(Bench(session), LINE, chart_of_two(session.parameters, LINE), ((1, 2), (0, 1)), (2, 2))
    half = 3.0 / (2 * len(session.data.training()))
    assert found.costs[1, 1] == pytest.approx(parabola(session, 2.0, 1.0) + half * 4, rel=1e-12)


def test_the_bottom_of_a_parabola_is_found_from_anywhere(session_of):
    session = session_of("linear-regression", precision="float64")
    bottom = guessed_bottom(Bench(session), chart_of_two(session.parameters, LINE), (-2.0, 3.0), 1.0)
    picks = session.data.training()
    x, t = session.data.inputs[picks].ravel(), np.asarray(session.data.targets)[picks].ravel()
    assert np.allclose(bottom, np.polyfit(x.astype(np.float64), t.astype(np.float64), 1), atol=1e-6)


def test_where_the_error_bends_downwards_no_bottom_is_guessed(session_of):
    session = session_of("xor")
    plane = OfTwoWeights(("hidden/weights", (0, 0)), ("hidden/weights", (0, 1)))
    chart = chart_of_two(session.parameters, plane)
    start = tuple(chart.places(session.parameters.vector[None])[0])
    assert guessed_bottom(Bench(session), chart, start, 1.0) is None


def test_grids_become_finer_and_keep_what_is_known(session_of):
    session = session_of("linear-regression")
    bench, chart = Bench(session), chart_of_two(session.parameters, LINE)
    told = list(soundings(bench, LINE, chart, ((-1, 1), (-1, 1)), (33, 17)))
    grounds = [each for each in told if each is not None]
    assert [each.costs.shape for each in grounds] == [(3, 5), (5, 9), (9, 17), (17, 33)]
    assert [each.finest for each in grounds] == [False, False, False, True]
    for each, stride in zip(grounds, (8, 4, 2, 1), strict=True):
        assert np.array_equal(each.costs, grounds[-1].costs[::stride, ::stride])
    assert len(told) - len(grounds) == 17 * 33


def test_the_place_of_two_weights_is_these_numbers(session_of):
    session = session_of("xor")
    plane = OfTwoWeights(("neuron/weights", (0, 2)), ("hidden/bias", (3,)))
    chart = chart_of_two(session.parameters, plane)
    named = session.parameters.named()
    (place,) = chart.places(session.parameters.vector[None])
    assert tuple(place) == (named["neuron/weights"][0, 2], named["hidden/bias"][3])


def test_only_the_two_weights_are_others_elsewhere_on_their_plane(session_of):
    parameters = session_of("xor").parameters
    chart = chart_of_two(parameters, OfTwoWeights(("neuron/weights", (0, 2)), ("hidden/bias", (3,))))
    there = Parameters(parameters.layout, np.empty_like(parameters.vector))
    chart.write((0.25, -4.0), there.vector)
    assert (there.named()["neuron/weights"][0, 2], there.named()["hidden/bias"][3]) == (0.25, -4.0)
    assert np.count_nonzero(there.vector != parameters.vector) == 2


@pytest.mark.parametrize("second", [("gone/bias", (0,)), *(("line/bias", index) for index in ((1,), (-1,), ())), W])
def test_a_weight_that_is_not_there_or_twice_makes_no_plane(session_of, second):
    with pytest.raises(StudioError, match="weight"):
        chart_of_two(session_of("linear-regression").parameters, OfTwoWeights(W, second))


def test_random_directions_are_as_long_as_the_weights_of_each_unit(session_of):
    parameters = session_of("playground").parameters
    for place in parameters.layout.places:
        # No unit alike.
        place.matrix(parameters.vector)[:] *= np.linspace(0.5, 2, place.rows, dtype=np.float32)[:, None]
    chart = chart_of_chance(parameters, 3)
    for place in parameters.layout.places:
        own = np.linalg.norm(place.matrix(parameters.vector), axis=1)
        for direction in chart.directions:
            assert np.allclose(np.linalg.norm(place.matrix(direction), axis=1), own, rtol=1e-5)
    assert not np.allclose(*chart.directions)
    assert np.array_equal(chart.origin, parameters.vector)


def test_where_all_weights_are_zero_random_directions_have_a_length_all_the_same(session_of):
    chart = chart_of_chance(session_of("neuron").parameters, 0)
    assert np.allclose(np.linalg.norm(chart.directions, axis=1), 1)


def test_another_seed_gives_other_directions(session_of):
    parameters = session_of("xor").parameters
    first, same, other = (chart_of_chance(parameters, seed).directions for seed in (0, 0, 1))
    assert np.array_equal(first, same)
    assert not np.allclose(first, other)


def walk(session, steps):
    rows = [session.parameters.vector.copy()]
    for _ in range(steps):
        session.step()
        rows.append(session.parameters.vector.copy())
    return np.array(rows)


def test_principal_directions_are_those_of_the_singular_values(session_of):
    session = session_of("xor", precision="float64")
    rows = walk(session, 60)
    chart = chart_of_paths(session.parameters, [rows])
    _, values, directions = np.linalg.svd(rows - rows.mean(axis=0))
    for found, wanted in zip(chart.directions, directions, strict=False):
        assert abs(found @ wanted) == pytest.approx(1, abs=1e-9)
    assert chart.explained == pytest.approx((values[:2] ** 2).sum() / (values**2).sum(), rel=1e-9)
    assert np.allclose(chart.places(rows), (rows - rows.mean(axis=0)) @ chart.directions.T, atol=1e-9)


def test_paths_go_to_the_right(session_of):
    session = session_of("xor")
    rows = walk(session, 60)
    for path in (rows, rows[::-1]):
        places = chart_of_paths(session.parameters, [path]).places(path)
        assert places[-1, 0] > places[0, 0]


def test_a_place_on_a_plane_is_written_and_read(session_of):
    session = session_of("playground")
    for chart in (chart_of_chance(session.parameters, 1), chart_of_paths(session.parameters, [walk(session, 30)])):
        vector = np.empty_like(session.parameters.vector)
        chart.write((0.75, -0.5), vector)
        assert np.allclose(chart.places(vector[None]), [[0.75, -0.5]], atol=1e-5)


def test_who_has_not_moved_has_no_principal_directions(session_of):
    parameters = session_of("xor").parameters
    assert chart_of_paths(parameters, [np.repeat(parameters.vector[None], 5, axis=0)]) is None
    assert chart_of_paths(parameters, [parameters.vector[None]]) is None


def test_a_straight_way_has_one_direction_which_is_no_plane(session_of):
    parameters = session_of("xor").parameters
    away = np.linspace(0, 1, 9)[:, None] * np.ones(len(parameters.vector))
    assert chart_of_paths(parameters, [parameters.vector + away]) is None


def test_spans_hold_all_places_with_a_margin():
    places = np.array([[0.1, 0.0], [1.0, -0.03], [0.7, 0.4]])
    (left, right), (low, high) = spans_around(places, 1.5, 0.0, alike=False)
    assert left < 0.0
    assert right > 1.1
    assert low < -0.05
    assert high > 0.45


def test_spans_that_are_alike_have_the_shape_of_the_picture():
    (left, right), (low, high) = spans_around(np.array([[0.0, 0.0], [10.0, 1.0]]), 2.0, 0.0, alike=True)
    assert (right - left) / (high - low) == pytest.approx(2.0, rel=0.2)


def test_spans_are_round_and_stay_while_they_will_do():
    places = np.array([[0.123, 0.0], [1.0, 1.0]])
    now = spans_around(places, 1.0, 0.0, alike=True)
    assert all(len(f"{end:g}") <= 5 for span in now for end in span)
    assert spans_around(places + 0.1, 1.0, 0.0, True, now) == now
    further = spans_around(places * 3, 1.0, 0.0, True, now)
    assert further != now
    assert further[0][1] > 3.0


def test_what_is_no_number_does_not_widen_spans():
    places = np.array([[0.0, 0.0], [np.nan, 5.0], [np.inf, 9.0], [1.0, 1.0]])
    assert spans_around(places, 1.0, 0.0, True) == spans_around(places[[0, 3]], 1.0, 0.0, True)


def test_a_single_place_stands_in_the_middle():
    (left, right), (low, high) = spans_around(np.array([[3.0, -2.0]]), 1.0, 2.0, alike=True)
    assert ((left + right) / 2, (low + high) / 2) == pytest.approx((3.0, -2.0), abs=0.2)
    assert right - left >= 2.0

