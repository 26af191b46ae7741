"""Records: what a run was trained with and came to. What grows with every batch, and their number, is bounded."""

import resource
from dataclasses import replace

import numpy as np

from nnstudio.data.preparation.flatten import Flatten
from nnstudio.live.messages import Batches, EpochDone, Going, Halted, Progress, Read
from nnstudio.live.record import MOST, MOST_PINNED, Beginning, Record, Records
from nnstudio.project.templates import load_template
from nnstudio.training.divergence import Divergence
from nnstudio.training.history import Epoch

CHUNK = 2000


def fed(record, batches, rng):
    """Give a record as many batches as an hour of a small network has."""
    for first in range(0, batches, CHUNK):
        losses = rng.random(CHUNK)
        record.take(Batches(1, first, losses, losses, losses))


def test_an_hour_of_batches_takes_no_more_memory_than_five_minutes():
    record, rng = Record(1), np.random.default_rng(0)
    # At 10,000 batches a second: 3 million in five minutes, and 36 million in an hour.
    fed(record, 3_000_000, rng)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fed(record, 33_000_000, rng)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 20, f"{grown:.1f} MB"
    assert len(record.history) == 36_000_000


def learned(records, losses=(1.0,)):
    """The present run has learned from batches."""
    losses = np.asarray(losses, np.float64)
    records.take(Batches(1, len(records.present.history), losses, losses, losses))


def epoch(records, steps, train_loss, **figures):
    records.take(EpochDone(1, 1, Epoch(steps, 1.0, 0.1, train_loss, **figures)))


def with_rate(project, rate):
    settings = replace(project.settings, optimizer=replace(project.settings.optimizer, learning_rate=rate))
    return replace(project, settings=settings)


class Desk:
    """Where the project lies that is being edited."""

    def __init__(self):
        self.project = load_template("xor")

    def records(self):
        return Records(lambda: self.project)


def test_a_record_knows_what_it_was_trained_with_and_holds_no_weights():
    desk = Desk()
    records = desk.records()
    desk.project = replace(desk.project, weights={"a/b": np.ones(3)})
    record = records.begin()
    assert record.project.graph == desk.project.graph
    assert record.project.settings == desk.project.settings
    assert record.project.weights is None
    assert record.beginning == Beginning(learned=True)


def test_a_rate_that_was_chosen_before_the_first_batch_is_the_runs_own():
    desk = Desk()
    records = desk.records()
    record = records.begin()
    desk.project = with_rate(desk.project, 0.7)
    learned(records)
    desk.project = with_rate(desk.project, 0.1)
    learned(records)
    assert record.project.settings.optimizer.learning_rate == 0.7


def test_a_fork_is_trained_with_what_holds_when_it_goes_on():
    desk = Desk()
    records = desk.records()
    records.begin()
    learned(records, np.ones(30))
    fork = records.fork(20)
    desk.project = with_rate(desk.project, 0.7)
    learned(records)
    assert fork.beginning == Beginning(run=1, step=20)
    assert fork.project.settings.optimizer.learning_rate == 0.7
    assert len(fork.history) == 21


def test_how_inputs_are_prepared_is_known_whoever_chose_it():
    records = Desk().records()
    records.take(Read(1, None, {}, (2,), (), (), (), (Flatten(),)))
    assert records.begin().preparation == (Flatten(),)


def test_best_and_last_figures_and_the_number_of_epochs():
    records = Desk().records()
    record = records.begin()
    assert (record.epochs, record.last, record.highest_accuracy) == (0, None, None)
    learned(records, np.ones(30))
    epoch(records, 10, 0.9, validation_loss=0.5, validation_accuracy=0.7)
    epoch(records, 20, 0.8, validation_loss=0.4, validation_accuracy=0.9)
    epoch(records, 30, 0.1, validation_loss=0.6, validation_accuracy=0.8)
    assert (record.epochs, record.lowest_loss, record.highest_accuracy) == (3, 0.4, 0.9)
    assert record.last.validation_loss == 0.6
    fork = records.fork(10)
    assert (fork.epochs, fork.lowest_loss, fork.highest_accuracy) == (1, 0.5, 0.7)


def test_losses_that_are_no_numbers_are_never_the_best():
    records = Desk().records()
    record = records.begin()
    epoch(records, 10, np.nan)
    epoch(records, 20, 2.0)
    assert record.lowest_loss == 2.0


def test_the_time_of_a_run_does_not_go_back_with_a_rewind():
    records = Desk().records()
    record = records.begin()
    records.take(Progress(1, 40, 1, 4.0, 1.0, None))
    records.take(Progress(1, 10, 0, 1.0, 1.0, None))
    assert record.seconds == 4.0


def test_why_it_ended_is_forgotten_when_it_goes_on():
    records = Desk().records()
    record = records.begin()
    records.take(Halted(1, 2, "training diverged", Divergence(3, "hidden", "output")))
    assert (record.ended, record.diverged.step) == ("training diverged", 3)
    records.take(Going(1, 2))
    assert (record.ended, record.diverged) == (None, None)


def test_the_oldest_run_goes_when_there_are_too_many_but_no_pinned_one():
    records = Desk().records()
    for _ in range(MOST):
        records.begin()
        learned(records)
    assert records.pin(records.all[0], True)
    records.begin()
    assert [each.number for each in records.all] == [1, *range(3, MOST + 2)]


def test_only_so_many_can_be_pinned_that_new_runs_have_room():
    records = Desk().records()
    for _ in range(MOST):
        records.begin()
        learned(records)
    assert [records.pin(each, True) for each in records.all] == [True] * MOST_PINNED + [False] * (MOST - MOST_PINNED)
    for _ in range(30):
        records.begin()
        learned(records)
    assert len(records.all) == MOST
    assert sum(each.pinned for each in records.all) == MOST_PINNED
    assert records.pin(records.all[0], False)
    assert records.pin(records.all[-1], True)


def test_the_present_run_cannot_be_removed():
    records = Desk().records()
    first = records.begin()
    learned(records)
    present = records.begin()
    for each in (first, present):
        records.remove(each)
    assert records.all == [present]
