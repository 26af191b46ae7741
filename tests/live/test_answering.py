"""A trained project answers without its data: somebody draws a 7 and reads 7, with nothing fetched before."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio import api
from nnstudio.classify.way import stages_for, way
from nnstudio.graph import edits
from nnstudio.live.commands import Go, Keep, Prepare, SetWeights, Watch
from nnstudio.live.messages import Failed, Going, Learned, Read, Ready, Seen
from nnstudio.live.probes.activations import Answer
from nnstudio.live.probes.drawn import Classified, Expects, Sample, Why
from nnstudio.live.probes.weights import Weights
from nnstudio.project.templates import load_template
from tests.classify.test_way import seven
from tests.live.talk import Talk


@pytest.fixture(autouse=True)
def nothing_fetched(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "no-data"))


@pytest.fixture
def talk():
    with Talk() as talk:
        yield talk


@pytest.fixture(scope="module")
def bundled():
    return load_template("mnist-trained")


def drawn(stored):
    return Sample.of(way(seven(), stages_for(stored), stored).sample)


def seen(talk, key):
    return next((message.value for message in reversed(talk.all(Seen)) if message.key == key), None)


def test_somebody_draws_a_seven_and_reads_seven(talk, bundled):
    talk.say(Watch({"pad": Expects()}), Prepare(1, bundled))
    expected = seen(talk, "pad")
    talk.say(Watch({"pad": Expects(), "answer": Classified(drawn(expected.stored))}))
    found = seen(talk, "answer")
    assert found.class_names[found.answer] == "7"
    assert found.probabilities[7] > 0.99


def test_why_is_answered_too(talk, bundled):
    stored = api.Model(bundled).network(alone=True).stored
    talk.say(Prepare(1, bundled), Watch({"why": Why(drawn(stored)), "how": Why(drawn(stored), "gradient")}))
    assert seen(talk, "why").of_class == seen(talk, "how").of_class == 7


def test_the_missing_data_is_told_with_what_can_be_done(talk, bundled):
    talk.say(Prepare(1, bundled))
    failed = talk.last(Failed)
    assert "MNIST is not on this computer yet. Fetch it with" in failed.sentence
    assert failed.sentence.endswith("Until then the network answers, but cannot learn.")
    assert failed.report is None
    assert not talk.all(Read) + talk.all(Ready)


def test_what_needs_the_data_is_not_answered_and_is_no_bug(talk, bundled):
    talk.say(Prepare(1, bundled), Watch({"sample": Answer(0), "weights": Weights("conv_1"), "pad": Expects()}))
    assert [message.key for message in talk.all(Seen)] == ["pad"]
    assert len(talk.all(Failed)) == 1


def test_it_does_not_learn(talk, bundled):
    talk.say(Prepare(1, bundled), Go(), Keep(1))
    assert not talk.all(Going) + talk.all(Learned)
    assert not talk.host.going


def test_other_weights_are_answered_with(talk, bundled):
    stored = api.Model(bundled).network(alone=True).stored
    talk.say(Prepare(1, bundled), Watch({"answer": Classified(drawn(stored))}))
    before = seen(talk, "answer").scores
    halves = {name: array / 2 for name, array in bundled.weights.items()}
    talk.say(SetWeights(halves))
    assert not np.allclose(seen(talk, "answer").scores, before)
    talk.say(SetWeights({"strange": np.zeros(3)}))
    assert len(talk.all(Failed)) == 1


@pytest.mark.parametrize(
    "less",
    [
        lambda project: replace(project, weights=None),
        lambda project: replace(project, preparation=None),
        lambda project: replace(project, class_names=()),
        lambda project: replace(project, graph=edits.remove(project.graph, "hidden")),
    ],
)
def test_what_has_not_learned_or_was_changed_since_does_not_answer(talk, bundled, less):
    talk.say(Watch({"pad": Expects()}), Prepare(1, less(bundled)))
    assert not talk.all(Seen)
    assert "not on this computer" in talk.last(Failed).sentence
    assert "answers" not in talk.last(Failed).sentence


@pytest.fixture
def own(tmp_path):
    """A project on a file of pictures, trained, and the file."""
    digits = api.dataset("digits")
    path = tmp_path / "pictures.npz"
    np.savez(path, x=digits.inputs[:300], y=digits.targets[:300])
    model = api.new("digits")
    model.train(str(path), epochs=2)
    return model.project, path


def test_as_soon_as_the_data_is_there_it_can_learn(talk, own):
    project, path = own
    path.rename(path.with_suffix(".away"))
    talk.say(Watch({"pad": Expects(), "weights": Weights("hidden")}), Prepare(1, project))
    assert seen(talk, "pad").stored.shape == (8, 8, 1)
    assert seen(talk, "weights") is None
    path.with_suffix(".away").rename(path)
    talk.say(Prepare(2, project))
    assert talk.last(Ready).run == 2
    assert seen(talk, "weights") is not None
    talk.say(Go(steps=1))
    assert talk.all(Going)


def test_the_answer_is_the_same_with_the_data_and_without(talk, own):
    project, path = own
    sample = drawn(api.Model(project).network().stored)
    talk.say(Watch({"answer": Classified(sample)}), Prepare(1, replace(project, checkpoint=None)))
    talk.listen()
    there = seen(talk, "answer")
    path.unlink()
    talk.host._opened.forget()
    talk.say(Prepare(2, project))
    assert len(talk.all(Failed)) == 1
    assert np.array_equal(seen(talk, "answer").probabilities, there.probabilities)
