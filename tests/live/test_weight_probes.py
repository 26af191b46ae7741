"""Probes of weights: what they find is what the session and its keyframes hold, and looking changes nothing."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.data.dataset import PARTS
from nnstudio.graph import edits
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.live.commands import Go, GoTo, Prepare, Watch
from nnstudio.live.messages import Seen
from nnstudio.live.probes.base import Sight
from nnstudio.live.probes.histograms import Histogram, Histograms
from nnstudio.live.probes.parts import Parts
from nnstudio.live.probes.places import places_of
from nnstudio.live.probes.weight_history import WeightHistory
from nnstudio.project.templates import load_template
from nnstudio.training.recorder import Recorder
from tests.live.talk import Talk

STEPS = 23


@pytest.fixture
def watched():
    """A sight on a session that did some steps, and the weights after each of them, kept by hand."""
    with Model(load_template("digits")).session(threads=1) as session:
        recorder, kept = Recorder(session), []
        for _ in range(STEPS):
            kept.append({name: array.copy() for name, array in session.parameters.named().items()})
            session.run(1)
            recorder.keep(session)
        kept.append({name: array.copy() for name, array in session.parameters.named().items()})
        yield Sight(session, recorder), kept


def test_places_are_where_the_numbers_of_a_parameter_lie(watched):
    sight, _ = watched
    vector = sight.session.parameters.vector
    for name, array in sight.session.parameters.named().items():
        assert np.array_equal(vector[places_of(sight, name)], array)
    assert places_of(sight, "nowhere/weights").size == 0


def test_the_history_of_a_weight_is_what_it_was_at_each_keyframe(watched):
    sight, kept = watched
    found = WeightHistory("hidden/weights", (3, 20)).take(sight)
    assert found.steps.tolist() == sight.recorder.steps
    assert len(found.steps) > 5
    assert found.values.tolist() == [kept[step]["hidden/weights"][3, 20] for step in found.steps]
    assert (found.step, found.value) == (STEPS, kept[-1]["hidden/weights"][3, 20])
    assert found.values.dtype == np.float32


def test_the_history_has_the_present_step_where_no_keyframe_is(watched):
    sight, _ = watched
    sight.session.run(1)
    found = WeightHistory("scores/bias", (7,)).take(sight)
    assert found.steps[-1] == STEPS + 1
    assert found.values[-1] == sight.session.parameters.named()["scores/bias"][7]


def test_there_is_no_history_of_what_is_not_there(watched):
    sight, _ = watched
    for name, index in (("hidden/weights", (3,)), ("hidden/weights", (32, 0)), ("gone/weights", (0, 0))):
        assert WeightHistory(name, index).take(sight) is None


def test_the_histogram_counts_every_number_of_the_parameter(watched):
    sight, kept = watched
    found = Histogram("hidden/weights", 10).take(sight)
    numbers = kept[-1]["hidden/weights"].astype(np.float64).ravel()
    assert (found.edges[0], found.edges[-1]) == (numbers.min(), numbers.max())
    for low, high, count in zip(found.edges[:-2], found.edges[1:-1], found.counts[:-1], strict=True):
        assert count == ((numbers >= low) & (numbers < high)).sum()
    assert found.counts.sum() == numbers.size


def test_the_histograms_over_time_count_the_weights_without_the_biases(watched):
    sight, kept = watched
    found = Histograms("hidden/weights", 8).take(sight)
    assert set(found.steps) <= set(sight.recorder.steps)
    for step, counts in zip(found.steps, found.counts, strict=True):
        expected = np.histogram(kept[step]["hidden/weights"], 8, (found.edges[0], found.edges[-1]))[0]
        assert counts.tolist() == expected.tolist()
        assert counts.sum() == 32 * 64


def test_what_is_no_number_is_not_counted(watched):
    sight, _ = watched
    sight.session.parameters.named()["hidden/weights"][0, :5] = np.nan
    assert Histogram("hidden/weights").take(sight).counts.sum() == 32 * 64 - 5


def test_parts_are_those_of_the_data(watched):
    sight, _ = watched
    found = Parts().take(sight)
    assert {part: numbers.tolist() for part, numbers in found.items()} == {
        part: sight.session.data.part(part).tolist() for part in PARTS
    }


def test_looking_changes_no_bit_and_gives_copies(watched):
    sight, _ = watched
    before = sight.session.parameters.vector.tobytes()
    history = WeightHistory("hidden/weights", (0, 0))
    for probe in (history, Histogram("hidden/bias"), Histograms("hidden/bias"), Parts()):
        found = probe.take(sight)
        for value in (found.values() if isinstance(found, dict) else vars(found).values()):
            if isinstance(value, np.ndarray):
                assert not np.shares_memory(value, sight.session.parameters.vector)
    assert sight.session.parameters.vector.tobytes() == before


def test_a_rewound_training_shows_the_weight_as_it_was():
    probe = WeightHistory("hidden_1/weights", (0, 1))
    with Talk() as talk:
        talk.say(Prepare(1, load_template("playground")), Watch({"one": probe}), Go(steps=40))
        late = talk.last(Seen).value
        early = talk.say(GoTo(10))
        shown = next(message for message in early if isinstance(message, Seen)).value
        assert (shown.step, late.step) == (10, 40)
        assert shown.value == late.values[late.steps.tolist().index(10)]
        assert shown.steps.tolist() == late.steps.tolist()


def test_parts_are_asked_again_for_other_data():
    project = load_template("playground")
    with Talk() as talk:
        talk.say(Prepare(1, project), Watch({"parts": Parts()}))
        first = talk.last(Seen)
        talk.say(Prepare(2, replace(project, data="circle,samples=60")))
        second = talk.last(Seen)
    assert second.run == 2
    assert sum(map(len, second.value.values())) == 60
    assert sum(map(len, first.value.values())) != 60


def test_statistics_have_places_too():
    project = load_template("digits")
    graph = edits.insert(project.graph, project.graph.into("relu")[0], BatchNorm())
    with Model(replace(project, graph=graph)).session(threads=1) as session:
        sight = Sight(session, Recorder(session))
        named = session.parameters.named()
        name = next(name for name in named if name.endswith("/variance"))
        assert np.array_equal(session.parameters.vector[places_of(sight, name)], named[name])
