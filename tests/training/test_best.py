"""The best weights: those after the epoch with the lowest loss, whatever came after it."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio import api
from nnstudio.project.file import load_project
from nnstudio.training.session import Session

from .networks import MIXED, session_of, three_classes

# So fast that the loss goes up and down.
WILD = {"optimizer": {"kind": "sgd", "learning_rate": 1.5}, "batch_size": 8, "seed": 3}


def wild(epochs: int, **more: object) -> Session:
    return session_of(MIXED, three_classes(), **{**WILD, **more}, epochs=epochs)


def weights_after(epochs: int) -> dict[str, np.ndarray]:
    with wild(epochs) as session:
        session.run()
        return {name: array.copy() for name, array in session.parameters.named().items()}


def same(one, other) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_the_best_weights_are_those_of_a_training_that_ended_there() -> None:
    with wild(12) as session:
        session.run()
        losses = session.history.column("validation_loss")
        best = session.best
    number = int(np.argmin(losses)) + 1
    assert number < 12, "else the last are the best"
    assert best is not None
    assert best.steps == 3 * number
    assert same(best.weights, weights_after(number))
    assert not same(best.weights, weights_after(12))


def test_before_the_first_epoch_there_is_no_best() -> None:
    with wild(2) as session:
        session.run(2)
        assert session.best is None


def test_standing_before_the_best_nothing_is_claimed_and_back_again_it_is_known() -> None:
    with wild(12) as session:
        first = session.keyframe()
        session.run()
        now, history, best = session.keyframe(), session.history.copy(), session.best
        session.stand_at(first, history.until(0))
        assert session.best is None
        session.stand_at(now, history)
        assert best is not None
        assert session.best is not None
        assert session.best.steps == best.steps
        assert same(session.best.weights, best.weights)


def test_the_best_goes_through_a_file_and_a_resumed_training_knows_it(tmp_path) -> None:
    model = api.new("playground")
    model.train(epochs=30, batch_size=5, optimizer={"kind": "sgd", "learning_rate": 3.0}, seed=1)
    with model.session() as session:
        session.run(31 * session.steps_per_epoch)
        model.keep(session, resumable=True)
    best = model.project.best
    assert best is not None
    losses = [epoch.watched_loss for epoch in model.project.history]
    assert model.project.history[int(np.argmin(losses))].steps == best.steps
    model.save(tmp_path / "kept.nns")
    again = load_project(tmp_path / "kept.nns")
    assert again.best is not None
    assert again.best.steps == best.steps
    assert same(again.best.weights, best.weights)
    with api.Model(again).session(resume=True) as session:
        assert session.best is not None
        assert same(session.best.weights, best.weights)


@pytest.mark.parametrize("wrong", [{}, {"dense/weights": np.zeros((1, 1), np.float32)}])
def test_best_weights_of_another_network_are_left_out(wrong) -> None:
    model = api.new("xor")
    with model.session() as session:
        session.run(5)
        model.keep(session, resumable=True)
    assert model.project.best is not None
    model.project = replace(model.project, best=replace(model.project.best, weights=wrong))
    with model.session(resume=True) as session:
        assert session.best is None
