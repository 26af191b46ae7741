"""The time machine: at any step again with the same bits, and on from there with the same bits or other ones."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.core.errors import TrainingError
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.noise import Noise
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax
from nnstudio.training import session as own
from nnstudio.training import track
from nnstudio.training.recorder import Recorder
from nnstudio.training.session import Session
from nnstudio.training.settings import Settings

from .networks import LARGE, MIXED, NEURON, bits_of, line, session_of, ten_classes, three_classes, two_classes

ALWAYS = float("inf")  # Whatever keeping costs.


def images() -> DataSet:
    """80 pictures of noise in four classes."""
    random = np.random.default_rng(0)
    parts = {"train": np.arange(70), "validation": np.arange(70, 80)}
    pixels, answers = random.random((80, 12, 12, 1)).astype(np.float32), random.integers(0, 4, 80)
    return DataSet("pictures", pixels, answers, tuple("abcd"), parts)


def varied() -> DataSet:
    """Points that are never the same twice."""
    return replace(three_classes(), preparation=(Noise(),))


CONV = (
    Conv2D(filters=24, padding="same"), ReLU(), MaxPool(), Conv2D(filters=24), ReLU(), Flatten(), Dropout(rate=0.2),
    Dense(units=4), Softmax(),
)  # fmt: skip
SETTINGS = {"penalty": {"kind": "l2", "strength": 0.1}, "clip": 0.5, "optimizer": "adam", "epochs": 6, "batch_size": 8}
PLATEAU = {"kind": "on_plateau", "patience": 1, "better": 0.9}
TRAININGS = {
    "adam, dropout and one cycle": lambda: session_of(MIXED, three_classes(), schedule="one_cycle", **SETTINGS),
    "momentum and a plateau": lambda: session_of(
        MIXED, three_classes(), **{**SETTINGS, "optimizer": "momentum", "schedule": PLATEAU}
    ),
    "noise on the inputs": lambda: session_of(MIXED, varied(), schedule="cosine", **SETTINGS),
    "a wide network on two threads": lambda: session_of(
        LARGE, ten_classes(), 2, batch_size=300, epochs=4, optimizer="adam"
    ),
    "convolutions on two lanes": lambda: session_of(CONV, images(), 2, batch_size=32, epochs=4, optimizer="adam"),
    "descent on the whole set": lambda: session_of(NEURON, two_classes(), optimizer="gradient_descent", epochs=20),
    "a stop": lambda: session_of(
        MIXED, three_classes(), **{**SETTINGS, "epochs": 60, "stops": [{"kind": "no_improvement", "patience": 3}]}
    ),
    "the perceptron rule": lambda: session_of(
        [Dense(units=1)], two_classes(5), loss="perceptron_criterion", optimizer="perceptron_rule", epochs=4
    ),
    "divergence": lambda: session_of(
        [Dense(units=1)], line(), optimizer={"kind": "sgd", "learning_rate": 3.0}, batch_size=4, epochs=500
    ),
}


def all_of(session: Session) -> tuple[object, ...]:
    """Everything that there is to be the same, but times."""
    history = session.history
    arrays = {name: array.tobytes() for name, array in session.checkpoint().arrays.items()}
    epochs = [replace(epoch, seconds=0.0) for epoch in history.epochs]
    standing = {
        name: value
        for name, value in session.checkpoint().standing.items()
        if name not in ("seconds", "epoch_began", "epochs")
    }
    return arrays, epochs, standing, len(history), session.settings


def recorded(session: Session, recorder: Recorder, steps: float = float("inf")) -> None:
    """Train as the worker does: up to the next keyframe in one go."""
    while not session.finished and steps > 0:
        done = session.steps_done
        session.run(min(steps, recorder.due(session)))
        steps -= session.steps_done - done
        recorder.keep(session)


def as_it_was(make) -> list[tuple[object, ...]]:
    """What an uninterrupted training is after each step."""
    with make() as session:
        found = [all_of(session)]
        while not session.finished:
            session.step()
            if session.steps_done == len(found):
                found.append(all_of(session))
            else:
                found[-1] = all_of(session)
    return found


@pytest.mark.parametrize("most", [512, 5, 2])
@pytest.mark.parametrize("make", TRAININGS.values(), ids=TRAININGS)
def test_any_step_can_be_gone_to_in_any_order_and_is_as_it_was(make, most: int) -> None:
    truth = as_it_was(make)
    random = np.random.default_rng(most)
    with make() as session:
        recorder = Recorder(session, most=most, share=ALWAYS)
        recorded(session, recorder)
        assert recorder.furthest == len(truth) - 1
        wanted = np.concatenate((np.arange(len(truth)), np.arange(len(truth))[::-1], random.permutation(len(truth))))
        for step in wanted[:: max(len(wanted) // 60, 1)]:
            assert recorder.go_to(session, int(step)) == step
            assert all_of(session) == truth[step]


@pytest.mark.parametrize("most", [512, 4])
@pytest.mark.parametrize("make", TRAININGS.values(), ids=TRAININGS)
def test_going_on_from_any_step_comes_to_the_same_end(make, most: int) -> None:
    truth = as_it_was(make)
    for step in sorted({0, 1, 3, 4, len(truth) // 2, max(len(truth) - 2, 0)}):
        with make() as session:
            recorder = Recorder(session, most=most, share=ALWAYS)
            recorded(session, recorder)
            recorder.go_to(session, step)
            recorder.fork(session)
            assert recorder.furthest == step
            assert max(recorder.steps) == step
            recorded(session, recorder)
            assert all_of(session) == truth[-1]
            recorder.go_to(session, min(2, len(truth) - 1))
            assert all_of(session) == truth[min(2, len(truth) - 1)]


def test_the_convolutions_have_two_lanes_each_with_random_numbers_of_its_own() -> None:
    with TRAININGS["convolutions on two lanes"]() as session:
        assert session.plan.lanes == 2
        assert len(session.keyframe().random) == 2


def test_the_diverging_training_diverges_and_can_go_on_from_before() -> None:
    with TRAININGS["divergence"]() as session:
        recorder = Recorder(session, most=5, share=ALWAYS)
        recorded(session, recorder)
        assert session.diverged is not None
        end = session.steps_done
        recorder.go_to(session, end - 1)
        assert (session.diverged, session.finished) == (None, None)
        recorder.go_to(session, end)
        assert session.diverged is not None
        recorder.go_to(session, end // 2)
        recorder.fork(session)
        session.adjust(_with_rate(session.settings, 0.001))
        recorder.keep(session)
        recorded(session, recorder)
        assert session.diverged is None
        assert session.epoch == 500


def _small(**settings: object) -> Session:
    return session_of(MIXED, three_classes(), **{**SETTINGS, "schedule": "one_cycle", **settings})


def _with_rate(settings: Settings, rate: float) -> Settings:
    return replace(settings, optimizer=replace(settings.optimizer, learning_rate=rate))


# What is recorded.
def test_every_step_is_recorded_until_there_are_many() -> None:
    with _small() as session:
        recorder = Recorder(session, most=8, share=ALWAYS)
        recorded(session, recorder, 7)
        assert recorder.steps == [0, 1, 2, 3, 4, 5, 6, 7]
        recorded(session, recorder, 1)
        assert recorder.steps == [0, 2, 4, 6, 8]
        recorded(session, recorder)
        assert recorder.steps == [0, 4, 8, 12, 16]
        assert recorder.due(session) == 2


def test_no_more_memory_is_used_than_may_be() -> None:
    with _small() as session:
        each = session.keyframe().numbers.nbytes
        recorder = Recorder(session, budget=5 * (each + 2048), share=ALWAYS)
        recorded(session, recorder)
        assert len(recorder.steps) <= 5
        assert recorder.bytes <= 5 * (each + 2048)
        buffers = len(recorder._keyframes) + len(recorder._spare)
        assert buffers <= 6, "what is thinned out is used again"


def test_two_keyframes_stay_however_large_they_are() -> None:
    with _small() as session:
        recorder = Recorder(session, budget=1, share=ALWAYS)
        recorded(session, recorder)
        assert recorder.steps == [0, 16]
        recorder.go_to(session, 15)
        assert session.steps_done == 15


def test_what_takes_a_large_share_of_the_time_is_recorded_more_seldom() -> None:
    with _small(epochs=2000) as session:
        recorder = Recorder(session, share=1e-9)
        recorded(session, recorder)
        assert session.seconds > 0.1
        assert recorder.spacing > 64


def test_a_rewind_to_a_keyframe_trains_nothing_again(monkeypatch) -> None:
    with _small() as session:
        recorder = Recorder(session, most=8, share=ALWAYS)
        recorded(session, recorder)
        monkeypatch.setattr(session, "_step", None)
        for step in recorder.steps:
            recorder.go_to(session, step)


def test_a_long_way_is_left_when_it_is_not_wanted_any_more() -> None:
    with _small(epochs=200) as session:
        recorder = Recorder(session, most=2, share=ALWAYS)
        recorded(session, recorder)
        asked = []
        stopped = recorder.go_to(session, 500, lambda: asked.append(1) or len(asked) < 3)
        assert 0 < stopped == session.steps_done < 500
        recorder.go_to(session, 500)
        assert session.steps_done == 500


def test_steps_that_never_were_become_the_nearest_that_were() -> None:
    with _small() as session:
        recorder = Recorder(session)
        recorded(session, recorder, 5)
        assert recorder.go_to(session, -3) == 0
        assert recorder.go_to(session, 99) == 5


def test_a_training_that_was_resumed_is_recorded_from_there_on() -> None:
    with _small() as session:
        session.run(7)
        kept = session.checkpoint()
        truth = all_of(session)
    with _small() as session:
        session.restore(kept)
        recorder = Recorder(session, most=3, share=ALWAYS)
        recorded(session, recorder)
        assert (recorder.first, recorder.furthest) == (7, 18)
        assert recorder.go_to(session, 0) == 7
        assert all_of(session) == truth


def test_keyframes_do_not_change_when_the_session_goes_on() -> None:
    with _small() as session:
        keyframe = session.keyframe()
        before = keyframe.numbers.tobytes(), repr(keyframe.at), repr(keyframe.random)
        session.run()
        assert (keyframe.numbers.tobytes(), repr(keyframe.at), repr(keyframe.random)) == before


# What the user does on the way.
def test_a_replay_takes_the_rates_that_were_chosen_on_the_way() -> None:
    for most in (512, 3):
        with _small() as session:
            recorder = Recorder(session, most=most, share=ALWAYS)
            truth = {}
            for number in range(18):
                if number in (0, 4, 5, 9, 16):
                    session.adjust(_with_rate(session.settings, 0.001 * (number + 2)))
                    recorder.keep(session)
                truth[session.steps_done] = all_of(session)
                recorded(session, recorder, 1)
            for step in (17, 5, 4, 9, 8, 10, 0, 1, 16, 3):
                recorder.go_to(session, step)
                assert all_of(session) == truth[step], (most, step)


def test_a_replay_sets_the_weights_that_were_set_on_the_way() -> None:
    with _small() as session:
        recorder = Recorder(session, most=3, share=ALWAYS)
        truth = {}
        for number in range(18):
            if number in (0, 5, 11):
                weights = session.parameters.named()["dense/weights"].copy()
                weights[1, 2] += number + 1
                recorder.set_weights(session, {"dense/weights": weights})
            truth[session.steps_done] = all_of(session)
            recorded(session, recorder, 1)
        for step in (17, 5, 4, 12, 0, 11, 7):
            recorder.go_to(session, step)
            assert all_of(session) == truth[step]


def test_more_epochs_after_the_end_are_replayed_too() -> None:
    with _small(epochs=2) as session:
        recorder = Recorder(session, most=3, share=ALWAYS)
        recorded(session, recorder)
        session.adjust(replace(session.settings, epochs=4))
        recorder.keep(session)
        recorded(session, recorder)
        truth = all_of(session)
        assert session.steps_done == 12
        for step in (11, 3, 6, 7):
            recorder.go_to(session, step)
            assert session.steps_done == step
            assert session.settings.epochs == (4 if step >= 6 else 2)
        recorder.go_to(session, 5)
        recorder.go_to(session, 11)
        session.step()
        assert all_of(session) == truth


def test_another_rate_while_rewound_begins_another_future() -> None:
    with _small() as session:
        recorder = Recorder(session, share=ALWAYS)
        recorded(session, recorder, 12)
        recorder.go_to(session, 5)
        session.adjust(_with_rate(session.settings, 0.5))
        recorder.keep(session)
        assert recorder.furthest == 5
        recorded(session, recorder, 2)
        assert len(session.history) == 7
        assert session.history.rates[-1] > 0.01
        assert recorder.steps == list(range(8))


def test_stepping_on_while_rewound_comes_back_to_where_it_was() -> None:
    with _small() as session:
        recorder = Recorder(session, share=ALWAYS)
        recorded(session, recorder, 12)
        truth = all_of(session)
        recorder.go_to(session, 5)
        recorded(session, recorder, 7)
        assert all_of(session) == truth
        recorded(session, recorder, 1)
        assert recorder.furthest == 13


def test_the_history_of_a_rewound_session_ends_at_its_step() -> None:
    with _small() as session:
        recorder = Recorder(session, share=ALWAYS)
        recorded(session, recorder)
        whole = list(session.history.losses)
        recorder.go_to(session, 7)
        assert list(session.history.losses) == whole[:7]
        assert session.history.column("steps") == [3, 6]
        recorder.go_to(session, 18)
        assert list(session.history.losses) == whole


def test_epochs_keep_the_time_they_took_at_first() -> None:
    with _small() as session:
        recorder = Recorder(session, most=2, share=ALWAYS)
        recorded(session, recorder)
        seconds = session.history.column("seconds")
        recorder.go_to(session, 14)
        assert session.history.column("seconds") == seconds[:4]


def test_a_rewind_to_before_what_is_known_singly_comes_back_to_the_same_weights(monkeypatch) -> None:
    for module, name, value in ((track, "KEPT", 64), (track, "CHUNK", 64), (track, "BUCKETS", 2), (own, "CHUNK", 64)):
        monkeypatch.setattr(module, name, value)
    with _small(epochs=200) as session:
        recorder = Recorder(session, most=8, share=ALWAYS)
        recorded(session, recorder)
        truth = all_of(session)
        recorder.go_to(session, 100)
        assert len(session.history) == 100
        recorder.go_to(session, 600)
        assert all_of(session) == truth
        recorder.go_to(session, 100)
        recorder.fork(session)
        recorded(session, recorder)
        assert bits_of(session) == truth[0]["parameters"]
        assert [epoch.train_loss for epoch in session.history.epochs] == [epoch.train_loss for epoch in truth[1]]
        single = session.history.losses.raw()[1]
        assert single.tobytes() == truth[0]["history/losses"][-single.nbytes :]


# The history of weights.
def test_a_single_weight_has_a_history() -> None:
    with _small() as session:
        recorder = Recorder(session, most=8, share=ALWAYS)
        seen = {0: float(session.parameters.vector[3])}
        while not session.finished:
            recorded(session, recorder, 1)
            seen[session.steps_done] = float(session.parameters.vector[3])
        steps, values = recorder.weights_at(3)
        assert steps.tolist() == recorder.steps
        assert values.tolist() == [seen[step] for step in recorder.steps]


def test_a_parameter_has_a_history_by_its_places() -> None:
    with _small() as session:
        recorder = Recorder(session, share=ALWAYS)
        recorded(session, recorder)
        for name, places in session.parameters.places().items():
            steps, rows = recorder.weights_at(places)
            assert rows.shape == (len(steps), places.size)
            np.testing.assert_array_equal(rows[-1].reshape(places.shape), session.parameters.named()[name])


def test_histograms_count_every_number() -> None:
    with _small() as session:
        recorder = Recorder(session, share=ALWAYS)
        recorded(session, recorder)
        part = slice(0, 24)
        steps, edges, counts = recorder.histograms_at(part, bins=10, most=5)
        assert counts.shape == (5, 10)
        assert (steps[0], steps[-1]) == (0, 18)
        assert counts.sum(axis=1).tolist() == [24] * 5
        rows = recorder.weights_at(part)[1]
        assert (edges[0], edges[-1]) == pytest.approx((rows[steps].min(), rows[steps].max()))
        np.testing.assert_array_equal(counts[-1], np.histogram(rows[-1], edges)[0])


# Memory of its own.
def test_a_keyframe_of_another_network_is_refused() -> None:
    with _small() as session, session_of(NEURON, two_classes()) as other:
        before = bits_of(session)
        with pytest.raises(TrainingError, match="another training"):
            session.stand_at(other.keyframe())
        assert bits_of(session) == before


def test_recording_changes_nothing() -> None:
    with _small() as watched, _small() as left_alone:
        recorded(watched, Recorder(watched, most=4, share=ALWAYS))
        left_alone.run()
        assert all_of(watched) == all_of(left_alone)
