"""What is answered to every sample, and what was after each epoch: equal to a calculation in one go, and without a
trace in the training."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

from nnstudio.api import Model
from nnstudio.engine import metrics
from nnstudio.live.commands import Fork, Go, GoTo, Prepare, Watch
from nnstudio.live.messages import Halted, Seen
from nnstudio.live.probes import verdicts as module
from nnstudio.live.probes.base import Partly, Sight
from nnstudio.live.probes.pictures import Pictures
from nnstudio.live.probes.roll import CallTheRoll
from nnstudio.live.probes.ups_and_downs import Past
from nnstudio.live.probes.verdicts import ALL, Judgement
from nnstudio.project.templates import load_template
from nnstudio.training.epoch_ends import EpochEnds
from nnstudio.training.recorder import Recorder
from nnstudio.training.samples import answers_on
from nnstudio.training.settings import Settings
from nnstudio.training.ups_and_downs import Turn, UpsAndDowns
from nnstudio.training.verdicts import ClassFigures
from tests.live.talk import Talk


@pytest.fixture
def look():
    """A sight of a template's training after some steps, with the ends of its epochs."""
    sessions = []

    def look(template="digits", steps=40):
        session = Model(load_template(template)).session(threads=1)
        sessions.append(session)
        ends = EpochEnds(session)
        for _ in range(steps):
            session.run(1)
            ends.notice(session)
        return Sight(session, Recorder(session), ends=ends)

    yield look
    for session in sessions:
        session.close()


def whole(probe, sight):
    """Ask until the answer is complete."""
    found = probe.take(sight)
    while isinstance(found, Partly):
        found = probe.take(sight)
    return found


def outputs_on(session, picks):
    return answers_on(session.plan, session.parameters, session.data, picks)


# Verdicts


def test_the_verdicts_are_those_of_a_calculation_in_one_go(look):
    sight = look()
    data, picks = sight.session.data, sight.session.data.part("test")
    found, outputs = whole(Judgement("test"), sight), outputs_on(sight.session, picks)
    rows = np.arange(len(picks))
    assert np.array_equal(found.numbers, picks)
    assert np.array_equal(found.wanted, data.targets[picks])
    assert np.array_equal(found.answers, outputs.argmax(axis=1))
    assert np.array_equal(found.certainty, outputs.max(axis=1))
    assert np.array_equal(found.rightful, outputs[rows, data.targets[picks]])
    assert found.complete
    assert (found.step, found.of, found.classes, found.probable) == (40, len(picks), 10, True)


def test_all_samples_are_judged_where_all_are_wanted(look):
    sight = look()
    found = whole(Judgement(ALL), sight)
    expected = outputs_on(sight.session, np.arange(len(sight.session.data.inputs))).argmax(axis=1)
    assert np.array_equal(found.answers, expected)


def test_a_single_output_is_the_probability_of_the_second_class(look):
    sight = look("neuron")
    picks = sight.session.data.part("test").astype(np.intp)
    found, output = whole(Judgement("test"), sight), outputs_on(sight.session, picks)[:, 0]
    answers = output > 0.5
    assert {0, 1} == set(found.answers.tolist())
    assert np.array_equal(found.answers, answers)
    assert np.array_equal(found.certainty, np.where(answers, output, 1 - output))
    assert np.array_equal(found.rightful, np.where(found.wanted, output, 1 - output))


def test_where_outputs_are_no_probabilities_certainty_is_the_distance_from_the_other_class(look):
    sight = look("playground")
    found = whole(Judgement("test"), sight)
    output = outputs_on(sight.session, sight.session.data.part("test").astype(np.intp))[:, 0]
    assert not found.probable
    assert np.allclose(found.certainty, np.abs(output), atol=1e-7)


def test_where_numbers_are_predicted_nobody_is_judged(look):
    sight = look("linear-regression", 3)
    assert Judgement("test").take(sight) is None
    assert Past("test").take(sight) is None


def test_a_look_is_short_and_the_next_one_goes_on(look, monkeypatch):
    monkeypatch.setattr(module, "SLICE", 0.0)
    monkeypatch.setattr(module, "TELL_EVERY", 0.0)
    sight = look()
    found = [Judgement("train").take(sight) for _ in range(5)]
    assert [len(each.value.numbers) for each in found[:-1]] == [256, 512, 768, 1024]
    assert found[-1].complete


def test_what_is_learned_meanwhile_is_left_out_until_all_are_asked(look, monkeypatch):
    monkeypatch.setattr(module, "SLICE", 0.0)
    sight = look()
    picks = sight.session.data.part("train").astype(np.intp)
    expected = outputs_on(sight.session, picks).argmax(axis=1)
    sight.going = True
    for _ in range(4):
        assert isinstance(Judgement("train").take(sight), Partly)
        sight.session.run(3)
    found = Judgement("train").take(sight)
    assert np.array_equal(found.answers, expected)
    assert found.step == 40
    sight.going = False
    later = whole(Judgement("train"), sight)
    assert later.step == 52
    assert np.array_equal(later.answers, outputs_on(sight.session, picks).argmax(axis=1))


def test_looking_changes_no_bit_of_the_training(look):
    sight, alone = look(steps=0), look(steps=60)
    for _ in range(60):
        sight.session.run(1)
        sight.ends.notice(sight.session)
        Judgement("test").take(sight)
        Past("validation").take(sight)
        Pictures((1, 2)).take(sight)
    assert np.array_equal(sight.session.parameters.vector, alone.session.parameters.vector)
    assert list(sight.session.history.losses) == list(alone.session.history.losses)


# Figures


@pytest.fixture
def judged(look):
    return whole(Judgement("test"), look(steps=15))


def test_the_table_and_its_figures_are_those_of_scikit_learn(judged):
    table = judged.table()
    assert np.array_equal(table, confusion_matrix(judged.wanted, judged.answers, labels=range(10)))
    figures = ClassFigures.of(table)
    precision, recall, f1, counts = precision_recall_fscore_support(
        judged.wanted, judged.answers, labels=range(10), zero_division=np.nan
    )
    for ours, theirs in ((figures.precision, precision), (figures.recall, recall), (figures.f1, f1)):
        np.testing.assert_allclose(ours, theirs)
    assert np.array_equal(figures.counts, counts)
    assert figures.accuracy == accuracy_score(judged.wanted, judged.answers)


def test_the_figures_are_those_of_evaluate():
    model = Model(load_template("digits"))
    with model.session(threads=1) as session:
        session.run(50)
        model.keep(session)
        found = whole(Judgement("test"), Sight(session, Recorder(session)))
    expected = model.evaluate(part="test")
    assert np.array_equal(found.table(), expected.confusion)
    assert ClassFigures.of(found.table()).accuracy == expected.accuracy


def test_a_share_of_nothing_is_not_a_number():
    figures = ClassFigures.of(np.array([[3, 0, 0], [1, 0, 0], [0, 0, 0]]))
    assert figures.precision[0] == 0.75
    assert figures.recall.tolist()[:2] == [1.0, 0.0]
    assert np.isnan(figures.precision[1:]).all()
    assert np.isnan([figures.recall[2], figures.f1[2]]).all()


def test_the_worst_errors_are_wrong_and_the_surest_comes_first(judged):
    worst = judged.worst(8)
    wrong = np.flatnonzero(judged.answers != judged.wanted)
    expected = sorted(wrong.tolist(), key=lambda place: -judged.certainty[place])[:8]
    assert len(expected) == 8
    assert worst.tolist() == expected


def test_an_answer_that_is_no_number_is_not_the_worst(judged):
    broken = replace(judged, certainty=np.where(np.arange(judged.of) % 2, judged.certainty, np.nan).astype(np.float32))
    first = broken.worst(1)
    assert not np.isnan(broken.certainty[first]).any()


# Ups and downs


def rights_after(epochs):
    """Which test samples are right before training and after each epoch, calculated by itself."""
    with Model(load_template("digits")).session(threads=1) as session:
        picks = session.data.part("test").astype(np.intp)
        found = []
        for epoch in range(epochs + 1):
            if epoch:
                session.run_epoch()
            outputs = outputs_on(session, picks)
            found.append(metrics.decide(outputs, 0.5) == session.data.targets[picks])
        return picks, np.array(found)


def test_every_epoch_is_remembered_also_those_before_anybody_asked(look):
    picks, rights = rights_after(3)
    sight = look(steps=0)
    for _ in range(3 * sight.session.steps_per_epoch + 5):
        sight.session.run(1)
        sight.ends.notice(sight.session)
    found = whole(Past("test"), sight)
    assert found.epochs.tolist() == [0, 1, 2, 3]
    for place in (0, 17, len(picks) - 1):
        assert found.of(int(picks[place])).tolist() == rights[:, place].tolist()
    assert found.of(int(sight.session.data.part("train")[0])) is None
    falls = (rights[:-1] & ~rights[1:]).sum(axis=0)
    assert np.array_equal(found.forgotten(), falls)


def ups_and_downs(*columns):
    rights = np.array(columns, bool).T
    return UpsAndDowns("test", np.array([7, 3, 9]), np.arange(len(rights)), np.packbits(rights, axis=1))


def test_turns_name_the_epochs_in_which_a_sample_was_learned_and_forgotten():
    past = ups_and_downs([0, 1, 1, 0, 1], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1])
    assert past.turns(7) == (Turn(1, True), Turn(3, False), Turn(4, True))
    assert past.turns(3) == past.turns(9) == ()
    assert past.of(9).all()
    assert past.forgotten().tolist() == [1, 0, 0]


def test_many_epochs_are_thinned_and_a_judged_one_needs_no_weights(look):
    sight = look(steps=0)
    ends = EpochEnds(sight.session, most=4, most_rows=6)
    epoch = sight.session.steps_per_epoch
    for number in range(1, 30):
        sight.session.run(ends.due(sight.session) % epoch or epoch)
        ends.notice(sight.session)
        step, numbers = ends.unjudged("test") or (0, None)
        if numbers is not None:
            ends.note("test", step, numbers, np.ones(3, bool))
        assert len(ends.steps) <= 4, number
    epochs, bits = ends.rows("test")
    assert len(epochs) <= 6
    assert len(bits) == len(epochs)
    assert epochs[-1] > 20


def test_a_large_network_keeps_two_ends_at_least(look):
    sight = look(steps=0)
    ends = EpochEnds(sight.session, budget=1)
    for _ in range(9):
        sight.session.run_epoch()
        ends.notice(sight.session)
    assert 1 <= len(ends.steps) <= 2


# Through a host


@pytest.fixture
def talk():
    with Talk() as talk:
        yield talk


def prepared(talk, **settings):
    project = load_template("digits")
    fields = Settings.from_fields({**vars(project.settings), **settings})
    talk.say(Prepare(1, replace(project, settings=fields)))


def test_a_host_at_rest_goes_on_until_all_samples_are_asked(talk, monkeypatch):
    monkeypatch.setattr(module, "SLICE", 0.0)
    prepared(talk)
    talk.say(Watch({"all": Judgement(ALL)}))
    assert talk.last(Seen).value.complete
    assert not talk.host.going


def test_when_the_training_stands_still_the_verdicts_are_of_its_last_step(talk):
    prepared(talk)
    talk.say(Watch({"verdicts": Judgement("test")}), Go(steps=70))
    assert talk.last(Halted).step == 70
    assert talk.last(Seen).value.step == 70


def test_another_future_has_another_past(talk):
    prepared(talk)
    talk.say(Watch({}), Go(epochs=4))
    talk.say(Watch({"past": Past("test")}))
    before = talk.last(Seen).value
    epoch = talk.last(Halted).step // 4
    talk.say(GoTo(2 * epoch), Fork(2), Go(epochs=1))
    after = talk.last(Seen).value
    assert before.epochs.tolist() == [0, 1, 2, 3, 4]
    assert after.epochs.tolist() == [0, 1, 2, 3]
    assert np.array_equal(before.bits[:4], after.bits)


# Samples


def test_the_roll_names_the_parts_and_classes_of_all_samples(look):
    sight = look(steps=0)
    data, found = sight.session.data, CallTheRoll().take(sight)
    assert found.count == len(data.inputs)
    assert np.array_equal(found.classes, data.targets)
    assert {name: part.tolist() for name, part in found.parts.items()} == {
        name: data.part(name).tolist() for name in ("train", "validation", "test")
    }
    assert found.pictured
    assert found.classifies
    assert not CallTheRoll().take(look("playground", 0)).pictured


def test_pictures_are_bytes_from_black_to_white(look):
    sight = look(steps=0)
    stored = sight.session.data.inputs
    found = Pictures((5, 1700, 10**9)).take(sight)
    assert found.numbers == (5, 1700)
    assert found.pixels.shape == (2, 8, 8, 1)
    expected = np.rint(stored[[5, 1700]].reshape(2, 8, 8, 1) / stored.max() * 255)
    assert np.array_equal(found.pixels, expected)


def test_samples_that_are_no_pictures_are_rows_of_numbers(look):
    sight = look("linear-regression", 0)
    found = Pictures((3,)).take(sight)
    assert found.pixels is None
    assert np.array_equal(found.values, sight.session.data.inputs[[3]])
    assert np.array_equal(found.targets, sight.session.data.targets[[3]])
