"""What ends a training before its last epoch."""

import pytest

from nnstudio.core.errors import TrainingError
from nnstudio.layers.dense import Dense
from nnstudio.training.history import Epoch
from nnstudio.training.stopping import NoImprovement, SmallChange, Stop, TargetAccuracy, TargetLoss, stops

from .networks import NEURON, line, session_of, two_classes

CASES: list[tuple[Stop, list[float], int]] = [
    # A stop, the losses of epoch after epoch, and after which epoch it says to stop.
    (TargetLoss(loss=0.5), [3, 1, 0.5, 0.4], 3),
    (SmallChange(threshold=0.25), [3, 2, 1.5, 1.75, 1], 4),
    (NoImprovement(patience=2), [3, 2, 2, 2.5, 1], 4),
    (NoImprovement(patience=2), [3, 4, 2, 3, 2.5, 1], 5),
    (NoImprovement(patience=2, least=0.5), [3, 2.75, 2.5, 1], 3),
]


def _epochs(losses: list[float]) -> list[Epoch]:
    return [Epoch(number, 0.0, 0.1, loss) for number, loss in enumerate(losses, 1)]


@pytest.mark.parametrize(
    ("stop", "losses", "epoch"), CASES, ids=[f"{stop.kind} after {after}" for stop, _, after in CASES]
)
def test_a_stop_speaks_after_the_right_epoch(stop: Stop, losses: list[float], epoch: int) -> None:
    spoken = [stop.reason(_epochs(losses[:count])) is not None for count in range(len(losses) + 1)]
    assert spoken.index(True) == epoch


def test_every_stop_is_silent_before_the_first_epoch() -> None:
    assert [stop().reason([]) for stop in stops().kinds().values()] == [None] * len(stops().kinds())


def test_every_stop_has_a_test() -> None:
    assert {stop.kind for stop, _, _ in CASES} | {TargetAccuracy.kind} == set(stops().kinds())


def test_the_accuracy_to_reach_may_be_reached_exactly() -> None:
    stop = TargetAccuracy(accuracy=0.75)
    assert stop.reason([Epoch(1, 0.0, 0.1, 1.0, 0.74)]) is None
    assert stop.reason([Epoch(1, 0.0, 0.1, 1.0, 0.75)]) == "the accuracy reached 75.0%"


def test_the_accuracy_that_counts_is_that_of_the_validation() -> None:
    stop = TargetAccuracy(accuracy=0.75)
    assert stop.reason([Epoch(1, 0.0, 0.1, 1.0, 0.9, 1.0, 0.5)]) is None


def test_the_loss_that_counts_is_that_of_the_validation() -> None:
    assert TargetLoss(loss=0.5).reason([Epoch(1, 0.0, 0.1, train_loss=0.1, validation_loss=0.6)]) is None


def test_the_change_that_counts_is_that_of_the_training() -> None:
    epochs = [Epoch(1, 0.0, 0.1, 3.0, validation_loss=9.0), Epoch(2, 0.0, 0.1, 3.0, validation_loss=1.0)]
    assert SmallChange(threshold=0.0).reason(epochs) == "the loss changed by no more than 0"


def test_a_session_ends_with_the_reason_of_its_stop() -> None:
    """y = 2x without a start of its own cannot be at a loss of 1,000,000 or more."""
    settings = {"stops": [{"kind": "target_loss", "loss": 1e6}], "epochs": 9, "optimizer": "adam"}
    with session_of([Dense(units=1)], line(), **settings) as session:
        session.run()
        assert (session.epoch, session.finished) == (1, "the loss reached 1e+06")


def test_the_first_stop_that_speaks_is_the_reason() -> None:
    both = [{"kind": "target_accuracy", "accuracy": 0.0}, {"kind": "target_loss", "loss": 1e6}]
    with session_of(NEURON, two_classes(), stops=both, epochs=9) as session:
        session.run()
        assert session.finished == "the accuracy reached 0.0%"


def test_a_session_without_stops_does_all_its_epochs() -> None:
    with session_of(NEURON, two_classes(), epochs=3) as session:
        session.run()
        assert (session.epoch, session.finished) == (3, "all epochs are done")


def test_a_session_that_ended_refuses_another_step() -> None:
    with session_of(NEURON, two_classes(), epochs=1) as session:
        session.run()
        with pytest.raises(TrainingError, match="The training has ended: all epochs are done"):
            session.step()


def test_a_session_runs_one_epoch_at_a_time() -> None:
    with session_of(NEURON, two_classes(), batch_size=4, epochs=3) as session:
        session.step()
        session.run_epoch()
        assert (session.epoch, session.steps_done) == (1, 3)
