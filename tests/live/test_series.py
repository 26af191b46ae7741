"""The series of health figures: bounded, cut at a fork, thinned where it is old."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.live.series import MOST, HealthSeries
from nnstudio.project.templates import load_template
from nnstudio.training.health_check import HealthCheck


@pytest.fixture(scope="module")
def health():
    """The digits after ten steps, of which the last was watched."""
    session = Model(load_template("digits")).session()
    session.run(9)
    before = session.parameters.vector.copy()
    session.run(1)
    found = HealthCheck(session).measure(before)
    session.close()
    return found


def at(health, step):
    return replace(health, step=step)


def test_it_holds_the_very_figures(health):
    series = HealthSeries()
    series.take(health)
    assert dict(series.names) == {"hidden": "hidden", "scores": "scores"}
    hidden = next(layer for layer in health.layers if layer.id == "hidden")
    steps, gradients = series.gradients("hidden")
    assert (steps.tolist(), gradients.tolist()) == ([10], [hidden.gradient.rms])
    steps, ratios = series.ratios("hidden")
    assert (steps.tolist(), ratios.tolist()) == ([10], [hidden.update.length / hidden.weights.length])


def test_a_step_that_is_known_is_not_taken_twice(health):
    series = HealthSeries()
    for step in (10, 20, 15, 20, 30):
        series.take(at(health, step))
    assert series.gradients("hidden")[0].tolist() == [10, 20, 30]
    assert series.latest.step == 30


def test_where_no_step_was_watched_the_ratio_has_no_point(health):
    series = HealthSeries()
    series.take(health)
    bare = tuple(replace(layer, update=None) for layer in health.layers)
    series.take(replace(health, step=20, layers=bare))
    assert series.gradients("hidden")[0].tolist() == [10, 20]
    assert series.ratios("hidden")[0].tolist() == [10]


def test_a_fork_keeps_what_came_before(health):
    series = HealthSeries()
    for step in (10, 20, 30):
        series.take(at(health, step))
    series.cut(20)
    series.take(at(health, 25))
    assert series.gradients("scores")[0].tolist() == [10, 20, 25]


def test_it_is_bounded_and_dense_at_its_end(health):
    series = HealthSeries()
    for step in range(1, 10 * MOST):
        series.take(at(health, step))
    steps, figures = series.gradients("hidden")
    assert len(steps) == len(figures) < MOST
    assert (np.diff(steps[-MOST // 4 :]) == 1).all()
    assert (np.diff(steps) > 0).all()
    assert steps[0] == 1


def test_a_network_that_does_not_learn_has_no_series(health):
    series = HealthSeries()
    bare = tuple(replace(layer, gradient=None) for layer in health.layers)
    series.take(replace(health, layers=bare))
    assert len(series) == 0
    assert series.latest is not None
