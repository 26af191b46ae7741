"""A sweep goes through its trials, whatever happens on the way, and what was done stays done."""

import json
import os
import signal
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from io import StringIO
from multiprocessing import active_children
from threading import Event

import pandas
import pytest

import nnstudio as nn
from nnstudio.core.errors import FieldError, StudioError
from nnstudio.experiments import sweep as sweep_module
from nnstudio.experiments.choices import grid
from nnstudio.experiments.halving import Halving
from nnstudio.experiments.journal import Journal
from nnstudio.experiments.pools import open_pool
from nnstudio.experiments.sweep import Sweep
from nnstudio.experiments.sweep_table import csv_of, save_csv
from nnstudio.experiments.trials import Result, run_trial
from nnstudio.project.templates import load_template

RATES = (0.01, 0.1, 1.0)


class AtOnce(Executor):
    """Does every task when it is asked for."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Tiring(AtOnce):
    """Does so many tasks, and lets the others wait."""

    def __init__(self, tasks):
        self.tasks = tasks

    def submit(self, fn, /, *args, **kwargs):
        self.tasks -= 1
        return super().submit(fn, *args, **kwargs) if self.tasks >= 0 else Future()


def short(name="playground", epochs=3):
    project = load_template(name)
    return replace(project, settings=replace(project.settings, epochs=epochs))


def results_of(sweep, pool=None):
    with sweep:
        return list(sweep.run(pool or AtOnce()))


@pytest.fixture
def choices():
    return grid({"learning_rate": RATES, "width": (2, 4), "seed": (0, 1)})


def test_every_trial_has_a_result_and_the_best_comes_first(choices):
    sweep = Sweep(short(), choices)
    found = results_of(sweep)
    assert [each.changes for each in found] == list(choices)
    assert sorted(sweep.results) == list(range(1, 13))
    losses = [each.best_validation_loss for each in sweep.ranking]
    assert losses == sorted(losses)


def test_each_seed_has_the_samples_that_the_command_line_would_make(choices):
    found = {each.changes["seed"]: each for each in results_of(Sweep(short(), grid({"seed": (0, 1)})))}
    for seed in (0, 1):
        model = nn.new("playground")
        session = model.train(epochs=3, seed=seed)
        assert found[seed].validation_loss == session.history.epochs[-1].validation_loss


def test_one_that_cannot_be_trained_is_reported_and_the_rest_goes_on():
    graph = nn.chain(nn.Input((8, 8, 1)), nn.Conv2D(4, groups=1), nn.Conv2D(4, groups=2), nn.Flatten(), nn.Dense(10),
                     nn.Softmax())  # fmt: skip
    project = nn.model(graph, data="digits", loss="categorical_cross_entropy", epochs=1).project
    sweep = Sweep(project, grid({"width": (2, 3)}))
    found = results_of(sweep)
    assert [each.failed is None for each in found] == [True, False]
    assert "groups" in found[1].failed
    assert [each.number for each in sweep.ranking] == [1, 2]


def test_an_executor_that_loses_a_task_does_not_end_the_sweep(choices):
    class Forgetful(AtOnce):
        def submit(self, fn, /, *args, **kwargs):
            if args[0].number != 2:
                return super().submit(fn, *args)
            future = Future()
            future.set_exception(OSError("gone"))
            return future

    found = results_of(Sweep(short(), choices), Forgetful())
    assert [each.number for each in found if each.failed] == [2]
    assert "gone" in found[1].failed


def test_workers_that_go_away_end_it_with_a_sentence_and_keep_what_is_done(choices, tmp_path):
    class Leaving(AtOnce):
        def submit(self, fn, /, *args, **kwargs):
            if args[0].number < 3:
                return super().submit(fn, *args)
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(StudioError, match=r"The workers have gone.*--resume"):
        results_of(Sweep(short(), choices, journal=tmp_path / "j"), Leaving())
    again = Sweep(short(), choices, journal=tmp_path / "j", resume=True)
    assert results_of(again)
    assert len(again.results) == 12


def test_arrays_can_be_swept_over_too(choices):
    data = nn.dataset([[0, 0], [0, 1], [1, 0], [1, 1]] * 5, ["no", "yes", "yes", "no"] * 5)
    assert all(each.failed is None for each in results_of(Sweep(short(), choices, data=data)))


@pytest.mark.parametrize("choices", [[], [{"learning_rate": 0.0}], [{"width": 4}, {"width": -4}]], ids=str)
def test_what_cannot_be_is_refused_before_anything_begins(choices):
    with pytest.raises(FieldError):
        Sweep(short(), choices)


def test_a_model_with_problems_is_refused_before_anything_begins():
    project = nn.model(nn.chain(nn.Input((3,)), nn.Dense(1)), data="circle").project
    with pytest.raises(StudioError, match="circle"):
        Sweep(project, [{"seed": 1}])


# Successive halving


def test_in_halving_the_best_third_goes_on_to_the_figures_of_a_whole_training():
    choices = grid({"learning_rate": (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)})
    whole = {each.number: each for each in results_of(Sweep(short(epochs=9), choices))}
    sweep = Sweep(short(epochs=9), choices, Halving(3))
    found = results_of(sweep)
    assert [each.until for each in found] == [1] * 9 + [3] * 3 + [9]
    first = sorted(found[:9], key=lambda each: each.score)
    assert {each.number for each in found[9:12]} == {each.number for each in first[:3]}
    assert sweep.ranking[0] == found[-1] == whole[found[-1].number]
    assert len(sweep.results) == 9
    assert all(each.kept == b"" for each in found)


def test_a_promoted_trial_goes_on_and_does_not_begin_again(monkeypatch):
    begun = []
    monkeypatch.setattr(sweep_module, "run_trial", lambda trial: begun.append(trial) or run_trial(trial))
    results_of(Sweep(short(epochs=9), grid({"learning_rate": (0.01, 0.1, 1.0)}), Halving(3)))
    first, last = begun[:3], begun[3]
    assert len(last.project) > 2 * len(first[0].project)


def test_halving_that_was_interrupted_between_its_rungs_comes_to_the_same(tmp_path):
    choices = grid({"learning_rate": (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)})
    whole = Sweep(short(epochs=9), choices, Halving(3))
    results_of(whole)
    with Sweep(short(epochs=9), choices, Halving(3), journal=tmp_path / "j") as first:
        for count, _ in enumerate(first.run(Tiring(10)), 1):
            if count == 10:
                first.cancel()
    again = Sweep(short(epochs=9), choices, Halving(3), journal=tmp_path / "j", resume=True)
    assert len(results_of(again)) == 3
    assert again.results == whole.results


# Cancelled and resumed


def test_a_cancelled_sweep_goes_on_where_it_was(choices, tmp_path):
    whole = Sweep(short(), choices)
    results_of(whole)
    with Sweep(short(), choices, journal=tmp_path / "j") as first:
        for count, _ in enumerate(first.run(Tiring(5)), 1):
            if count == 5:
                first.cancel()
    assert len(first.results) == 5
    again = Sweep(short(), choices, journal=tmp_path / "j", resume=True)
    assert [each.number for each in results_of(again)] == list(range(6, 13))
    assert again.results == whole.results


def test_it_can_be_cancelled_from_another_thread_while_trials_are_under_way(tmp_path):
    endless = short(epochs=10_000_000)
    with ThreadPoolExecutor(1) as elsewhere, open_pool(1) as pool, Sweep(endless, grid({"seed": (0, 1)})) as sweep:
        begun = Event()
        found = elsewhere.submit(lambda: begun.set() or list(sweep.run(pool)))
        assert begun.wait(10)
        sweep.cancel()
        assert found.result(10) == []
    # The pool is closed: so the trial under way has ended too.
    assert sweep.results == {}


def test_what_failed_is_tried_again_when_it_is_resumed(tmp_path):
    class Broken(AtOnce):
        def submit(self, fn, /, *args, **kwargs):
            future = Future()
            future.set_exception(OSError("no luck"))
            return future

    choices = grid({"learning_rate": RATES})
    results_of(Sweep(short(), choices, journal=tmp_path / "j"), Broken())
    again = Sweep(short(), choices, journal=tmp_path / "j", resume=True)
    assert [each.failed for each in results_of(again)] == [None] * 3


def test_a_worker_that_is_killed_on_the_way_costs_no_result():
    choices = grid({"learning_rate": RATES, "seed": range(3)})
    project = short(epochs=40)
    expected = Sweep(project, choices)
    results_of(expected)
    strangers = {child.pid for child in active_children()}
    with open_pool(2) as pool, Sweep(project, choices) as sweep:
        killed = None
        for count, _ in enumerate(sweep.run(pool), 1):
            if count == 3:
                killed = next(child for child in active_children() if child.pid not in strangers)
                os.kill(killed.pid, signal.SIGKILL)
        killed.join(10)
    assert killed.exitcode == -signal.SIGKILL
    assert sweep.results == expected.results


# The journal


def result(number=1, **figures):
    return Result(number, {"learning_rate": 0.1, "optimizer": "adam", "width": 3}, 9, **figures)


def written(path, *results, sweep="mine"):
    journal = Journal(path, sweep, resume=False)
    for each in results:
        journal.append(each)
    journal.close()


def read(path, sweep="mine"):
    journal = Journal(path, sweep, resume=True)
    journal.close()
    return journal.results


def test_a_journal_gives_back_what_was_written(tmp_path):
    results = result(1, train_loss=0.1 + 0.2, epochs=9), result(2, failed="no, \"never\"\n"), result(3, diverged=7)
    written(tmp_path / "j", *results)
    assert read(tmp_path / "j") == results
    assert sorted(os.listdir(tmp_path)) == ["j"]


@pytest.mark.parametrize("torn", [1, 20, 100])
def test_a_torn_last_line_is_ignored_and_written_over(tmp_path, torn):
    written(tmp_path / "j", result(1), result(2))
    whole = (tmp_path / "j").read_bytes()
    (tmp_path / "j").write_bytes(whole[:-torn])
    assert read(tmp_path / "j") == (result(1),)
    journal = Journal(tmp_path / "j", "mine", resume=True)
    journal.append(result(2))
    journal.close()
    assert (tmp_path / "j").read_bytes() == whole


def test_a_journal_torn_within_its_first_line_begins_again(tmp_path):
    written(tmp_path / "j", result(1))
    (tmp_path / "j").write_bytes((tmp_path / "j").read_bytes()[:30])
    assert read(tmp_path / "j") == ()


def test_the_journal_of_another_sweep_is_refused_and_left_alone(tmp_path, choices):
    results_of(Sweep(short(), choices, journal=tmp_path / "j"))
    before = (tmp_path / "j").read_bytes()
    for project, others in ((short(epochs=4), choices), (short(), choices[1:]), (short("xor"), choices)):
        with pytest.raises(StudioError, match="belongs to another sweep"):
            Sweep(project, others, journal=tmp_path / "j", resume=True)
    assert (tmp_path / "j").read_bytes() == before
    # A card that was moved makes no other sweep of it.
    nodes = tuple(replace(node, position=(5.0, 5.0)) for node in short().graph.nodes)
    moved = replace(short(), graph=replace(short().graph, nodes=nodes))
    assert results_of(Sweep(moved, choices, journal=tmp_path / "j", resume=True)) == []


def test_a_journal_is_not_begun_anew_unless_it_is_resumed(tmp_path):
    written(tmp_path / "j", result(1))
    with pytest.raises(StudioError, match="is there already"):
        Journal(tmp_path / "j", "mine", resume=False)
    assert read(tmp_path / "j") == (result(1),)


@pytest.mark.parametrize("content", [b"hello\n", b"{}\n", b'{"format": "other"}\n', b"\xff\xfe\n"])
def test_another_file_is_no_journal(tmp_path, content):
    (tmp_path / "j").write_bytes(content)
    with pytest.raises(StudioError, match="is not the journal of a sweep"):
        read(tmp_path / "j")
    assert (tmp_path / "j").read_bytes() == content


def test_a_journal_that_is_damaged_in_its_middle_is_refused(tmp_path):
    written(tmp_path / "j", result(1), result(2))
    lines = (tmp_path / "j").read_bytes().splitlines(keepends=True)
    (tmp_path / "j").write_bytes(lines[0] + b"[1, 2]\n" + lines[2])
    with pytest.raises(StudioError, match="is damaged"):
        read(tmp_path / "j")


def test_two_sweeps_do_not_write_the_same_journal(tmp_path):
    first = Journal(tmp_path / "j", "mine", resume=False)
    with pytest.raises(StudioError, match="Another sweep is writing"):
        Journal(tmp_path / "j", "mine", resume=True)
    first.append(result(1))
    first.close()
    assert read(tmp_path / "j") == (result(1),)


def test_a_sweep_that_never_had_a_result_leaves_no_journal(tmp_path):
    Journal(tmp_path / "j", "mine", resume=False).close()
    assert os.listdir(tmp_path) == []


def test_a_journal_where_nothing_can_be_written_is_refused(tmp_path):
    with pytest.raises(StudioError, match="cannot be written"):
        Journal(tmp_path / "missing" / "j", "mine", resume=False)


@pytest.fixture
def small_disk():
    """Files that cannot grow beyond 2,000 bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_keeps_what_was_written(tmp_path, small_disk):
    written(tmp_path / "one", result(1))
    header, line = (tmp_path / "one").read_bytes().splitlines(keepends=True)
    journal = Journal(tmp_path / "j", "mine", resume=False)
    # So many lines of this length have room, and one more has not.
    fitting = (2000 - len(header)) // len(line)
    assert fitting > 3
    for _ in range(fitting):
        journal.append(result(1))
    with pytest.raises(StudioError, match=r"could not be written \(file too large\).*--resume"):
        journal.append(result(1))
    journal.close()
    assert read(tmp_path / "j") == (result(1),) * fitting
    assert [json.loads(line) for line in (tmp_path / "j").read_bytes().splitlines()]


# The table


def test_pandas_reads_the_table_with_every_digit(choices, tmp_path):
    sweep = Sweep(short(), choices)
    results_of(sweep)
    save_csv(sweep.results, tmp_path / "r.csv")
    table = pandas.read_csv(tmp_path / "r.csv").set_index("trial")
    digits = pandas.read_csv(tmp_path / "r.csv", dtype=str)
    for number, found in sweep.results.items():
        assert float(digits.best_validation_loss[number - 1]) == found.best_validation_loss
        assert table.learning_rate[number] == found.changes["learning_rate"]
        assert table.seed[number] == found.changes["seed"]
    assert list(table.columns[:3]) == ["learning_rate", "width", "seed"]
    assert table.failed.isna().all()


def test_sentences_with_commas_and_quotes_stay_one_field():
    found = csv_of([result(2, failed='so, "he" said\nno'), result(1, train_loss=0.5)])
    table = pandas.read_csv(StringIO(found))
    assert table.failed[1] == 'so, "he" said\nno'
    assert list(table.trial) == [1, 2]
    assert table.train_loss[0] == 0.5
