"""The perceptron rule: only mistakes move the weights, and whether it ever comes to rest."""

import numpy as np
import pytest

from nnstudio.data.dataset import DataSet
from nnstudio.data.generated import AndTable, OrTable, Separable, TruthTable, XorTable
from nnstudio.data.split import undivided
from nnstudio.layers.dense import Dense
from nnstudio.layers.threshold import Threshold
from nnstudio.training.session import Session

from .by_hand import bias_of, classes, neuron, session_of, weights_of

UNIT = [Dense(units=1), Threshold()]
ASLEEP = neuron([0, 0], 0)

# (0, 0) and (3, 3) are yes, t = 1; (2, 0) and (2, −2) are no, t = −1. α = 1, in this order, from zero:
#   1st epoch  (0, 0)   a = 0            mistake   w = (0, 0)    b = 1
#              (2, 0)   a = 1            mistake   w = (−2, 0)   b = 0
#              (3, 3)   a = −6           mistake   w = (1, 3)    b = 1
#              (2, −2)  a = 2 − 6 + 1    right
#   2nd epoch  (0, 0)   a = 1            right
#              (2, 0)   a = 2 + 1        mistake   w = (−1, 3)   b = 0
#              (3, 3)   a = −3 + 9       right
#              (2, −2)  a = −2 − 6       right
#   3rd epoch  (0, 0)   a = 0            mistake   w = (−1, 3)   b = 1
#              (2, 0)   a = −2 + 1       right     (3, 3) a = 7 right     (2, −2) a = −7 right
#   4th epoch  a = 1, −1, 7, −7          all right
POINTS = classes([[0, 0], [2, 0], [3, 3], [2, -2]], [1, 0, 1, 0])
WALK = [
    (0, 0, 1), (-2, 0, 0), (1, 3, 1), (1, 3, 1),
    (1, 3, 1), (-1, 3, 0), (-1, 3, 0), (-1, 3, 0),
    (-1, 3, 1), (-1, 3, 1), (-1, 3, 1), (-1, 3, 1),
    (-1, 3, 1), (-1, 3, 1), (-1, 3, 1), (-1, 3, 1),
]  # fmt: skip
MISSES = [0, 1, 6, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]  # How far each answer is on the wrong side: max(0, −t·a).


def perceptron(data: DataSet, **settings: object) -> Session:
    given = {"loss": "perceptron_criterion", "optimizer": "perceptron_rule", "epochs": 100, **settings}
    return session_of(UNIT, data, ASLEEP, **given)


def test_the_perceptron_walks_as_on_paper() -> None:
    with perceptron(POINTS) as session:
        walk = []
        while not session.finished:
            session.step()
            walk.append((*weights_of(session)[0], bias_of(session)[0]))
    assert walk == WALK


def test_the_perceptron_pays_for_mistakes_only() -> None:
    with perceptron(POINTS) as session:
        session.run()
        assert list(session.history.losses) == MISSES


def test_the_perceptron_rests_after_an_epoch_without_a_mistake() -> None:
    with perceptron(POINTS) as session:
        session.run()
        assert session.finished == "no mistake was left"
        assert session.epoch == 4


def test_a_learning_rate_scales_the_walk_from_zero_but_not_its_mistakes() -> None:
    """With w = 0 at the start, α = 1/2 halves every w and every a, so the same answers are wrong."""
    with perceptron(POINTS, optimizer={"kind": "perceptron_rule", "learning_rate": 0.5}) as session:
        session.run()
        assert session.steps_done == 16
        assert (*weights_of(session)[0], bias_of(session)[0]) == (-0.5, 1.5, 0.5)


def test_a_right_answer_leaves_the_weights_alone() -> None:
    """a = −1 + 3 + 1 = 3 for the class of yes."""
    given = {"loss": "perceptron_criterion", "optimizer": "perceptron_rule"}
    with session_of(UNIT, classes([[1, 1]], [1]), neuron([-1, 3], 1), **given) as session:
        session.step()
        assert (*weights_of(session)[0], bias_of(session)[0]) == (-1, 3, 1)


@pytest.mark.parametrize("table", [AndTable(), OrTable()], ids=["and", "or"])
def test_the_perceptron_learns_what_a_line_separates(table: TruthTable) -> None:
    with perceptron(undivided(table.make(np.random.default_rng(0)))) as session:
        session.run()
        assert session.finished == "no mistake was left"
        assert session.judge("train").accuracy == 1.0


@pytest.mark.parametrize("seed", range(3))
def test_the_perceptron_makes_no_mistake_in_the_end_on_separable_points(seed: int) -> None:
    data = undivided(Separable(margin=0.3, samples=100).make(np.random.default_rng(seed)))
    with perceptron(data, epochs=1_000, shuffle=True) as session:
        session.run()
        assert session.finished == "no mistake was left"
        assert session.judge("train").right == 100


def test_nothing_is_noted_about_points_that_a_line_separates() -> None:
    with perceptron(POINTS) as session:
        assert session.notes == []


def test_a_note_says_beforehand_that_the_perceptron_will_not_rest_on_xor() -> None:
    with perceptron(undivided(XorTable().make(np.random.default_rng(0)))) as session:
        assert len(session.notes) == 1
        assert session.notes[0].startswith("No line separates the two classes")


def test_the_perceptron_runs_to_its_last_epoch_on_xor() -> None:
    with perceptron(undivided(XorTable().make(np.random.default_rng(0)))) as session:
        session.run()
        assert session.epoch == 100
        assert session.finished == "all epochs are done"
        assert session.judge("train").accuracy < 1.0
