"""What the network says to a drawing, and why: the same as for a sample of the data, and nothing changes by asking."""

import pickle
import time

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.classify.way import stages_for, way
from nnstudio.live.probes.activations import Answer
from nnstudio.live.probes.base import Sight
from nnstudio.live.probes.drawn import DRAWN, Classified, Expected, Expects, Sample, Why
from nnstudio.project.templates import load_template
from nnstudio.training.recorder import Recorder
from tests.classify.test_way import seven


@pytest.fixture
def look():
    """A sight of a template's training, after some steps."""
    sessions = []

    def look(template="digits", steps=30):
        session = Model(load_template(template)).session(threads=1)
        sessions.append(session)
        session.run(steps)
        return Sight(session, Recorder(session))

    yield look
    for session in sessions:
        session.close()


def drawing(sight):
    stored = Expects().take(sight).stored
    return Sample.of(way(seven(), stages_for(stored), stored).sample)


def test_a_sample_of_the_data_is_answered_as_if_it_were_drawn(look):
    sight = look()
    data = sight.session.data
    for number in (0, 700, 1500):
        known = Answer(number).take(sight)
        found = Classified(Sample.of(np.array(data.inputs[number]))).take(sight)
        assert found.answer == known.answer
        assert found.activations.values.keys() == known.values.keys()
        assert all(np.array_equal(found.activations.values[step], known.values[step]) for step in known.values)
        assert np.array_equal(found.activations.stored, known.stored)


def test_probabilities_are_the_softmax_of_the_scores(look):
    sight = look()
    found = Classified(drawing(sight)).take(sight)
    powers = np.exp(found.scores.astype(np.float64))
    assert np.allclose(found.probabilities, powers / powers.sum(), atol=1e-6)
    assert found.answer == int(found.probabilities.argmax())
    assert found.class_names == tuple("0123456789")
    assert (found.activations.sample, found.activations.wanted) == (DRAWN, DRAWN)


def test_asking_leaves_the_training_on_its_way_to_the_same_bits(look):
    asked, alone = look(), look()
    for _ in range(3):
        sample = drawing(asked)
        for probe in (Classified(sample), Why(sample), Why(sample, "gradient"), Expects()):
            probe.take(asked)
        asked.session.run(10)
        alone.session.run(10)
    assert asked.session.parameters.vector.tobytes() == alone.session.parameters.vector.tobytes()


def test_the_answer_is_that_of_the_network_as_it_is_now(look):
    sight = look(steps=1)
    probe = Classified(drawing(sight))
    first, again = probe.take(sight), probe.take(sight)
    sight.session.run(50)
    assert np.array_equal(first.probabilities, again.probabilities)
    assert not np.array_equal(first.probabilities, probe.take(sight).probabilities)


def test_why_is_asked_of_the_networks_own_answer_or_of_another_class(look):
    sight = look()
    sample = drawing(sight)
    answer = Classified(sample).take(sight).answer
    for kind in ("occlusion", "gradient"):
        own, named = Why(sample, kind).take(sight), Why(sample, kind, answer).take(sight)
        other = Why(sample, kind, (answer + 1) % 10).take(sight)
        assert own.kind == kind
        assert own.of_class == answer
        assert own.map.shape == (8, 8)
        assert np.array_equal(own.map, named.map)
        assert not np.array_equal(own.map, other.map)
    assert Why(sample, "gradient", 10).take(sight) is None


def test_a_sample_of_another_shape_is_not_answered(look):
    sight = look()
    strange = Sample.of(np.zeros((28, 28, 1), np.uint8))
    assert Classified(strange).take(sight) is None
    assert Why(strange).take(sight) is None


def test_what_is_expected_is_how_the_data_stores_its_pictures(look):
    sight = look()
    found = Expects().take(sight)
    assert isinstance(found, Expected)
    assert (found.stored.shape, found.stored.high, found.class_names) == ((8, 8, 1), 16, tuple("0123456789"))
    assert found.preparation == sight.session.data.preparation
    assert Expects.constant


def test_a_network_that_reads_no_pictures_says_so(look):
    sight = look("playground")
    assert "not pictures" in Expects().take(sight)
    assert Classified(Sample.of(np.zeros(2))).take(sight) is None


def test_probes_are_values_that_travel(look):
    sight = look()
    for probe in (Classified(drawing(sight)), Why(drawing(sight), "gradient"), Expects()):
        copy = pickle.loads(pickle.dumps(probe))
        assert copy == probe
        assert hash(copy) == hash(probe)
        assert pickle.dumps(probe.take(sight))
    assert np.array_equal(drawing(sight).array, drawing(sight).array)


def test_a_drawing_is_answered_in_a_few_milliseconds():
    """Each stroke has 30 ms, of which the window needs most. Of the processor's time: others may use it as well."""
    network = Model(load_template("mnist-trained")).network(alone=True)
    sample = Sample.of(way(seven(), stages_for(network.stored), network.stored).sample)
    for probe, most in ((Classified(sample), 0.005), (Why(sample), 0.03), (Why(sample, "gradient"), 0.01)):
        times = []
        for _ in range(8):
            began = time.thread_time()
            probe.ask(network)
            times.append(time.thread_time() - began)
        assert min(times) < most
