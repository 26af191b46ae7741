"""The same seed gives the same bits: again, with any number of threads, and after a resume."""

import json
import threading

import numpy as np
import pytest

from nnstudio.core.errors import TrainingError
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.scale import Scale
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.tanh import Tanh
from nnstudio.training import session as own
from nnstudio.training import track
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.session import Session

from .networks import LARGE, MIXED, bits_of, line, session_of, ten_classes, three_classes


def _large(threads: int, **settings: object) -> tuple[bytes, list[float], int]:
    with session_of(LARGE, ten_classes(), threads, batch_size=300, epochs=2, optimizer="adam", **settings) as session:
        session.run()
        lanes = sum(thread.name == "nnstudio-lane" for thread in threading.enumerate())
        return bits_of(session), list(session.history.losses), lanes


def test_a_training_gives_the_same_bits_again() -> None:
    assert _large(2) == _large(2)


def test_one_thread_and_two_give_the_same_bits() -> None:
    alone, together = _large(1), _large(2)
    assert (alone[2], together[2]) == (0, 1)
    assert alone[:2] == together[:2]


def test_another_seed_gives_other_bits() -> None:
    assert _large(1, seed=0)[0] != _large(1, seed=1)[0]


def test_another_seed_changes_the_first_weights_the_order_and_the_dropout() -> None:
    given = {"dense/weights": np.arange(12.0).reshape(3, 4) / 12, "dense/bias": np.zeros(3)}
    losses = {}
    for layers in ([Dense(units=3), Softmax()], [Dense(units=3), Dropout(), Softmax()]):
        for shuffle in (True, False):
            for seed in (0, 1):
                settings = {"seed": seed, "shuffle": shuffle, "precision": "float64"}
                with session_of(layers, three_classes(), weights=given, batch_size=8, **settings) as session:
                    losses[len(layers), shuffle, seed] = session.step()
    assert losses[2, False, 0] == losses[2, False, 1], "the same weights in the same order"
    assert losses[2, True, 0] != losses[2, True, 1], "another order"
    assert losses[3, False, 0] != losses[3, False, 1], "others are dropped"


# Resuming. Three batches an epoch; everything that could be forgotten: the order, dropout, gathered statistics, the
# optimizer's memory and step count, the schedule, losses that a plateau waits for, a rate moved by hand.
OPTIMIZERS = ["adam", "momentum"]
SCHEDULES = ["one_cycle", {"kind": "on_plateau", "patience": 1, "better": 0.9}]


def _small(optimizer: object = "adam", schedule: object = "one_cycle", **settings: object) -> Session:
    given = {"batch_size": 8, "epochs": 3, "penalty": {"kind": "l2", "strength": 0.1}, "clip": 0.5, **settings}
    return session_of(MIXED, three_classes(), optimizer=optimizer, schedule=schedule, **given)


def _result(session: Session) -> tuple[object, ...]:
    history = session.history
    timeless = [{**vars(epoch), "seconds": None} for epoch in history.epochs]
    numbers = list(history.losses), list(history.rates), list(history.lengths)
    return bits_of(session), *numbers, timeless, session.finished


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES, ids=["one cycle", "plateau"])
def test_a_resume_at_any_step_gives_the_same_bits_in_the_end(optimizer: str, schedule: object) -> None:
    checkpoints = []
    with _small(optimizer, schedule) as session:
        while not session.finished:
            checkpoints.append(session.checkpoint())
            session.step()
        uninterrupted = _result(session)
    assert len(checkpoints) == 9
    for checkpoint in checkpoints:
        with _small(optimizer, schedule) as resumed:
            resumed.restore(_stored(checkpoint))
            resumed.run()
            assert _result(resumed) == uninterrupted


def _stored(checkpoint: Checkpoint) -> Checkpoint:
    """What a file would keep of it."""
    arrays = {name: array.copy() for name, array in checkpoint.arrays.items()}
    return Checkpoint(arrays, json.loads(json.dumps(checkpoint.standing)), checkpoint.matches)


def test_a_resume_on_two_lanes_gives_the_same_bits() -> None:
    settings = {"batch_size": 300, "epochs": 2, "optimizer": "adam"}
    with session_of(LARGE, ten_classes(), 2, **settings) as session:
        session.step()
        session.step()
        checkpoint = session.checkpoint()
        session.run()
        uninterrupted = _result(session)
    with session_of(LARGE, ten_classes(), 1, **settings) as resumed:
        resumed.restore(checkpoint)
        resumed.run()
        assert _result(resumed) == uninterrupted


def test_a_resume_keeps_a_rate_that_was_moved_by_hand() -> None:
    with _small() as session:
        session.learning_rate = 0.03
        session.step()
        checkpoint = session.checkpoint()
    with _small() as resumed:
        resumed.restore(checkpoint)
        assert resumed.learning_rate == 0.03


def test_a_checkpoint_does_not_change_when_the_session_goes_on() -> None:
    with _small() as session:
        session.step()
        checkpoint = session.checkpoint()
        before = _bytes_of(checkpoint)
        session.run()
    assert _bytes_of(checkpoint) == before


def _bytes_of(checkpoint: Checkpoint) -> tuple[dict[str, bytes], str]:
    return {name: array.tobytes() for name, array in checkpoint.arrays.items()}, json.dumps(checkpoint.standing)


def test_making_a_checkpoint_changes_nothing() -> None:
    with _small() as watched, _small() as left_alone:
        while not watched.finished:
            watched.checkpoint()
            watched.step()
        left_alone.run()
        assert _result(watched) == _result(left_alone)


def test_a_finished_training_is_still_finished_after_a_resume() -> None:
    with _small() as session:
        session.run()
        checkpoint = session.checkpoint()
    with _small() as resumed:
        resumed.restore(_stored(checkpoint))
        assert resumed.finished == "all epochs are done"


def test_a_resume_after_old_batches_were_folded_gives_the_same_bits_and_history(monkeypatch) -> None:
    for module, name, value in ((track, "KEPT", 64), (track, "CHUNK", 64), (track, "BUCKETS", 2), (own, "CHUNK", 64)):
        monkeypatch.setattr(module, name, value)
    with _small(epochs=200) as session:
        session.run(333)
        checkpoint = session.checkpoint()
        session.run()
        assert session.history.losses.first_single == 512
        uninterrupted = _result(session), session.history.arrays()
    assert "history/losses/low" in checkpoint.arrays
    with _small(epochs=200) as resumed:
        resumed.restore(_stored(checkpoint))
        resumed.run()
        assert _result(resumed) == uninterrupted[0]
        for name, column in resumed.history.arrays().items():
            np.testing.assert_array_equal(column, uninterrupted[1][name])


def test_a_finished_training_goes_on_when_more_epochs_are_wanted() -> None:
    with _small(schedule="constant", epochs=5) as longer:
        longer.run()
        uninterrupted = _result(longer)
    with _small(schedule="constant", epochs=3) as session:
        session.run()
        checkpoint = session.checkpoint()
    with _small(schedule="constant", epochs=5) as resumed:
        resumed.restore(_stored(checkpoint))
        assert resumed.finished is None
        resumed.run()
        assert _result(resumed) == uninterrupted


def test_a_training_that_has_all_the_epochs_that_are_wanted_now_is_finished() -> None:
    with _small(epochs=3) as session:
        session.run_epoch()
        session.run_epoch()
        checkpoint = session.checkpoint()
    with _small(epochs=2) as resumed:
        resumed.restore(_stored(checkpoint))
        assert resumed.finished == "all epochs are done"


def test_a_training_that_a_stop_ended_goes_on_without_it() -> None:
    stop = {"kind": "target_loss", "loss": 1e9}
    with _small(stops=[stop]) as session:
        session.run()
        assert session.epoch == 1
        checkpoint = session.checkpoint()
    with _small() as resumed, _small() as uninterrupted:
        resumed.restore(_stored(checkpoint))
        resumed.run()
        uninterrupted.run()
        assert _result(resumed) == _result(uninterrupted)


def test_a_rate_that_is_chosen_for_the_resume_holds_from_there_on() -> None:
    settings = [{"optimizer": {"kind": "adam", "learning_rate": rate}, "schedule": "constant"} for rate in (0.25, 0.5)]
    with _small(**settings[0]) as session:
        session.learning_rate = 0.125
        session.step()
        checkpoint = session.checkpoint()
    with _small(**settings[1]) as resumed:
        resumed.restore(_stored(checkpoint))
        resumed.step()
        assert list(resumed.history.rates) == [0.125, 0.5]


def test_settings_that_are_adjusted_on_the_way_hold_from_the_next_batch_on() -> None:
    chosen = {"optimizer": {"kind": "adam", "learning_rate": 0.5}, "schedule": "constant"}
    with _small(schedule="constant", epochs=1) as session, _small(**chosen, epochs=2) as other:
        session.run()
        session.adjust(other.settings)
        assert session.finished is None
        session.run()
        assert session.epoch == 2
        assert list(session.history.rates)[2:] == [0.001, 0.5, 0.5, 0.5]


def test_settings_that_make_another_training_of_it_are_refused_on_the_way() -> None:
    with _small() as session, _small(batch_size=4) as other:
        with pytest.raises(TrainingError, match="Only the learning rate"):
            session.adjust(other.settings)
        assert session.settings.batch_size == 8


def test_a_checkpoint_of_an_older_version_is_resumed_to_the_same_bits() -> None:
    """It names all settings, does not count the epochs, and does not say which rate was chosen."""
    with _small() as session:
        for _ in range(4):
            session.step()
        kept = session.checkpoint()
        identity = session._identity(session.settings.to_json())
        session.run()
        uninterrupted = _result(session)
    standing = {name: value for name, value in kept.standing.items() if name not in ("epoch", "chosen_rate")}
    with _small() as resumed:
        resumed.restore(_stored(Checkpoint(kept.arrays, standing, identity)))
        resumed.run()
        assert _result(resumed) == uninterrupted


def test_a_diverged_training_still_tells_where_after_a_resume() -> None:
    settings = {"optimizer": {"kind": "sgd", "learning_rate": 1e6}, "clip": 0.0, "epochs": 50}
    with session_of([Dense(units=1)], line(), **settings) as session:
        session.run()
        checkpoint = session.checkpoint()
    with session_of([Dense(units=1)], line(), **settings) as resumed:
        resumed.restore(_stored(checkpoint))
        assert resumed.diverged is not None
        assert resumed.diverged == session.diverged


# Refusing what belongs elsewhere.
HERE = (MIXED, three_classes(), {"batch_size": 8})


def _checkpoint_from_here() -> Checkpoint:
    with session_of(HERE[0], HERE[1], **HERE[2]) as session:
        session.step()
        return session.checkpoint()


def _assert_refused(layers, data, settings) -> None:
    with session_of(layers, data, **settings) as other:
        before = bits_of(other)
        with pytest.raises(TrainingError, match="belongs to another model, other settings or other data"):
            other.restore(_checkpoint_from_here())
        assert bits_of(other) == before


def test_a_checkpoint_of_the_same_training_is_accepted() -> None:
    with session_of(HERE[0], HERE[1], **HERE[2]) as session:
        session.restore(_checkpoint_from_here())
        assert session.steps_done == 1


def test_a_checkpoint_of_a_model_of_other_sizes_is_refused() -> None:
    _assert_refused((Dense(units=5), *MIXED[1:]), HERE[1], HERE[2])


@pytest.mark.parametrize(
    "layers",
    [
        (*MIXED[:2], ReLU(), *MIXED[3:]),
        (*MIXED[:3], Dropout(rate=0.5), *MIXED[4:]),
        (MIXED[0], MIXED[1], Tanh(), MIXED[4], MIXED[5]),
    ],
    ids=["another activation", "another rate of dropout", "one layer less"],
)
def test_a_checkpoint_of_a_model_with_the_same_weights_but_other_layers_is_refused(layers) -> None:
    _assert_refused(layers, HERE[1], HERE[2])


@pytest.mark.parametrize(
    "changed", [{"batch_size": 4}, {"optimizer": "adam"}, {"seed": 1}, {"schedule": "cosine"}, {"clip": 1.0}]
)
def test_a_checkpoint_of_other_settings_is_refused(changed: dict[str, object]) -> None:
    _assert_refused(HERE[0], HERE[1], {**HERE[2], **changed})


def test_a_checkpoint_of_fewer_samples_is_refused() -> None:
    _assert_refused(HERE[0], three_classes(train=21), HERE[2])


def test_a_checkpoint_of_other_samples_under_the_same_name_is_refused() -> None:
    _assert_refused(HERE[0], three_classes(seed=1), HERE[2])


def test_a_checkpoint_of_data_that_was_prepared_otherwise_is_refused() -> None:
    data = three_classes()
    prepared = DataSet(data.name, data.inputs, data.targets, data.class_names, data.parts, (Scale(divisor=2),))
    _assert_refused(HERE[0], prepared, HERE[2])


WRONG = {
    "steps below zero": {"steps_done": -1},
    "a position below zero": {"position": -8},
    "a position beyond the epoch": {"position": 80},
    "more epochs than steps": {"epoch": 3},
    "a count in words": {"right": "many"},
    "half a step": {"moves": 0.5},
    "a rate in words": {"learning_rate": "fast"},
    "an epoch of words": {"epochs": [{"steps": "a"}]},
    "a stream of another kind": {"random": [{"state": {}}]},
    "no stream": {"random": []},
    "a divergence nowhere": {"diverged": {"step": 1}},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_checkpoint_that_says_what_cannot_be_is_refused_and_changes_nothing(changed: dict[str, object]) -> None:
    kept = _checkpoint_from_here()
    _assert_damaged(Checkpoint(kept.arrays, {**kept.standing, **changed}, kept.matches))


COLUMNS = {
    "fewer losses than steps": {"history/losses": np.zeros(0)},
    "more losses than steps": {"history/losses": np.zeros(2)},
    "losses in a square": {"history/losses": np.zeros((1, 1))},
    "a loss that is no number": {"history/losses": np.array([np.nan])},
    "buckets of nothing": {"history/losses/low": np.zeros(1), "history/losses/high": np.zeros(1)},
    "buckets before the first batch": {
        f"history/losses/{part}": np.zeros(1) for part in ("low", "high", "mean")
    },
    "weights of a square": {"parameters": np.zeros((2, 2))},
}  # fmt: skip


@pytest.mark.parametrize("changed", COLUMNS.values(), ids=COLUMNS)
def test_a_checkpoint_with_arrays_that_cannot_be_is_refused_and_changes_nothing(changed: dict[str, object]) -> None:
    kept = _checkpoint_from_here()
    _assert_damaged(Checkpoint({**kept.arrays, **changed}, kept.standing, kept.matches))


def _assert_damaged(checkpoint: Checkpoint) -> None:
    with session_of(HERE[0], HERE[1], **HERE[2]) as session, session_of(HERE[0], HERE[1], **HERE[2]) as untouched:
        session.step()
        untouched.step()
        with pytest.raises(TrainingError, match="The checkpoint is damaged"):
            session.restore(checkpoint)
        session.run()
        untouched.run()
        assert _result(session) == _result(untouched)


@pytest.mark.parametrize("hole", ["position", "random", "epochs"])
def test_a_damaged_checkpoint_is_refused_and_changes_nothing(hole: str) -> None:
    kept = _checkpoint_from_here()
    standing = {name: value for name, value in kept.standing.items() if name != hole}
    with session_of(HERE[0], HERE[1], **HERE[2]) as session, session_of(HERE[0], HERE[1], **HERE[2]) as untouched:
        with pytest.raises(TrainingError, match="The checkpoint is damaged"):
            session.restore(Checkpoint(kept.arrays, standing, kept.matches))
        session.run()
        untouched.run()
        assert _result(session) == _result(untouched)
