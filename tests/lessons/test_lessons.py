"""Every lesson, played through by real training; and its numbers, computed once more by somebody else."""

import re
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.core.resources import resource
from nnstudio.data.sources import open_data
from nnstudio.graph import edits
from nnstudio.help.panels import PANELS
from nnstudio.layers.base import layers
from nnstudio.lessons.base import Work, in_order, lessons
from nnstudio.lessons.learning_rates import CURVATURE, LEAST, LIMIT
from nnstudio.lessons.neuron_by_hand import answer, descended

KINDS = sorted(lessons().kinds())


class Learner:
    """Works through a lesson without a window."""

    def __init__(self, kind):
        self.lesson = lessons().find(kind)()
        self.model = Model(self.lesson.begin())
        self.steps = self.lesson.steps()
        self.work = Work(self.model.project)

    def learn(self, epochs, rate=None):
        """From the first weights, as after a reset."""
        if rate is not None:
            optimizer = self.model.project.settings.optimizer
            self.model.configure(optimizer=replace(optimizer, learning_rate=rate))
        with self.model.session() as session:
            while len(session.history.epochs) < epochs and not session.finished:
                session.run_epoch()
            self.model.keep(session)
            self.work = Work(
                self.model.project, session.steps_done, tuple(session.history.epochs), False
            )

    def reached(self, number):
        return self.steps[number].reached(self.work)


def test_there_are_four_in_the_order_in_which_one_learns():
    assert [lesson.title for lesson in in_order()] == [
        "A neuron by hand", "Too small, just right, too large", "XOR needs a hidden layer", "Reading digits",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_lesson_begins_with_a_model_that_can_be_trained(kind):
    model = Model(lessons().find(kind)().begin())
    assert [each for each in model.problems(model.data()) if not each.warning] == []
    assert model.project.weights is None


@pytest.mark.parametrize("kind", KINDS)
def test_no_goal_is_reached_before_anything_was_done(kind):
    learner = Learner(kind)
    assert any(step.reached for step in learner.steps)
    assert not any(step.reached(learner.work) for step in learner.steps if step.reached)


@pytest.mark.parametrize("kind", KINDS)
def test_the_pages_of_a_lesson_point_to_panels_that_are_there(kind):
    for step in lessons().find(kind)().steps():
        assert step.title
        assert step.text.strip()
        assert step.panel in PANELS
        assert step.topic
        assert bool(step.answer) == bool(step.goal)
        if step.topic.startswith(("ideas/", "panels/")):
            assert resource("help", *f"{step.topic}.md".split("/")).is_file()


def test_a_neuron_by_hand():
    learner = Learner("neuron_by_hand")
    learner.learn(1)
    assert learner.work.numbers("neuron/weights") + learner.work.numbers("neuron/bias") == (0.25, 0.25, 0.25)
    assert (learner.reached(1), learner.reached(2)) == (True, False)
    learner.learn(2)
    assert (learner.reached(1), learner.reached(2)) == (False, True)
    learner.learn(200)
    assert learner.reached(3)


def test_the_neuron_s_goal_follows_the_rate_and_refuses_other_weights():
    learner = Learner("neuron_by_hand")
    learner.learn(1, rate=0.5)
    assert learner.work.numbers("neuron/bias") == (0.125,)
    assert learner.reached(1)
    learner.model.configure(optimizer="adam")
    learner.learn(1)
    assert not learner.reached(1)


def test_the_numbers_in_the_neuron_s_text_are_those_of_numpy():
    points, targets = np.array([(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)]), np.array([0, 1, 1, 1])
    weights, costs = np.zeros(3), []
    for step in (1, 2):
        y = 1 / (1 + np.exp(-points @ weights))
        costs.append(-np.mean(targets * np.log(y) + (1 - targets) * np.log(1 - y)))
        weights = weights + points.T @ (targets - y) / 4
        np.testing.assert_allclose(descended(step, 1.0), weights, rtol=1e-12)
    y = 1 / (1 + np.exp(-points @ np.full(3, 0.25)))
    costs[1] = -np.mean(targets * np.log(y) + (1 - targets) * np.log(1 - y))
    text = "".join(step.text + step.goal + step.answer for step in lessons().find("neuron_by_hand")().steps())
    errors = targets - y
    told = [*y, *np.abs(errors), errors[[2, 3]].sum() / 4, errors.sum() / 4, *weights[1:], *costs]
    assert [f"{number:.4f}" for number in told if f"{number:.4f}" not in text] == []
    assert answer(1, 1, (0.25, 0.25, 0.25)) == pytest.approx(y[3])


def test_too_small_just_right_too_large():
    learner = Learner("learning_rates")
    learner.learn(20)
    assert [learner.reached(number) for number in (1, 2, 3)] == [True, False, False]
    assert f"{learner.work.loss:.2f}" == "0.48"
    assert "0.48 after 20 steps" in learner.steps[1].answer
    learner.learn(20, rate=0.27)
    assert [learner.reached(number) for number in (1, 2, 3)] == [False, True, False]
    learner.learn(20, rate=0.6)
    assert [learner.reached(number) for number in (1, 2, 3)] == [False, False, True]


@pytest.mark.parametrize(("rate", "grows"), [(0.99 * LIMIT, False), (1.01 * LIMIT, True)])
def test_the_limit_of_the_rate_is_where_the_cost_begins_to_grow(rate, grows):
    learner = Learner("learning_rates")
    learner.learn(50, rate=rate)
    assert (learner.work.epochs[-1].train_loss > learner.work.epochs[0].train_loss) == grows


def test_curvature_and_lowest_cost_are_those_of_the_data():
    data = open_data("linear-regression")
    x, t = data.inputs[:, 0].astype(float), data.targets[:, 0].astype(float)
    rows = np.stack([x, np.ones_like(x)], axis=1)
    assert np.linalg.eigvalsh(rows.T @ rows / len(x))[-1] == pytest.approx(CURVATURE, abs=5e-4)
    best = np.linalg.lstsq(rows, t, rcond=None)[0]
    assert np.mean((rows @ best - t) ** 2) / 2 == pytest.approx(LEAST, abs=5e-5)
    text = "".join(step.text for step in lessons().find("learning_rates")().steps())
    told = (f"{np.mean(x * x):.2f}", f"{2 / CURVATURE:.3f}", f"{(1 - 0.01 * CURVATURE) ** 20:.2f}",
            f"{(1 - 0.6 * CURVATURE) ** 2:.2f}")  # fmt: skip
    assert [number for number in told if number not in text] == []


def test_xor_needs_a_hidden_layer():
    learner = Learner("xor_hidden")
    learner.learn(100)
    assert [learner.reached(number) for number in (0, 1, 2)] == [True, False, False]
    graph = learner.model.project.graph
    dense, tanh = layers().find("dense"), layers().find("tanh")
    grown = edits.insert(graph, graph.into("neuron")[0], dense(units=4), "new")
    assert not learner.steps[1].reached(Work(replace(learner.model.project, graph=grown)))
    grown = edits.insert(grown, grown.into("neuron")[0], tanh(), "bent")
    learner.model.project = replace(learner.model.project, graph=grown, weights=None)
    learner.work = Work(learner.model.project)
    assert [learner.reached(number) for number in (0, 1, 2)] == [False, True, False]
    learner.learn(400)
    assert [learner.reached(number) for number in (0, 1, 2)] == [False, True, True]


def test_xor_by_hand_is_right():
    text = lessons().find("xor_hidden")().steps()[3].text
    for x in ((0, 0), (0, 1), (1, 0), (1, 1)):
        h = np.maximum(0, np.ones((2, 2), int) @ x + (0, -1))
        row = f"| {x[0]} | {x[1]} | {h[0]} | {h[1]} | {h @ (1, -2)} |"
        assert row in text
        assert h @ (1, -2) == (x[0] != x[1])


def test_reading_digits():
    learner = Learner("reading_digits")
    learner.learn(1)
    assert [learner.reached(number) for number in (1, 2)] == [True, False]
    learner.learn(60)
    assert [learner.reached(number) for number in (1, 2)] == [True, True]
    assert learner.model.evaluate().accuracy > 0.95


def test_the_counts_in_the_text_on_digits_are_those_of_the_table():
    learner = Learner("reading_digits")
    counts = [row.parameters for row in learner.model.table() if row.parameters]
    data = learner.model.data()
    text = "".join(step.text for step in learner.steps)
    batches = -(-len(data.part("train")) // learner.model.project.settings.batch_size)
    told = *counts, sum(counts), len(data.part("train")), len(data.part("validation")), batches
    assert [count for count in told if not re.search(rf"\b{count:,}\b", text)] == []
