"""A trial in any process comes to the very figures of `nnstudio train`, on data that is in memory once."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.api import Model
from nnstudio.cli import run
from nnstudio.data.mapped import Mapped
from nnstudio.experiments.pools import LocalPool
from nnstudio.experiments.shared_data import lay_down, opened
from nnstudio.experiments.trials import Trial, run_trial, stored
from nnstudio.experiments.variation import varied
from nnstudio.project.file import project_from_bytes
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.training.samples import fingerprint


def trial_of(project, folder, until=None, **details):
    laid = lay_down(Model(project).data(), folder, "data")
    return Trial(1, {}, stored(project), until or project.settings.epochs, laid, **details)


def test_a_trial_comes_to_the_figures_of_the_command_line(tmp_path, capsys):
    changes = {"learning_rate": 0.02, "optimizer": "adam", "batch_size": 20, "seed": 3}
    project = load_template("playground")
    Model(project).save(tmp_path / "it.nns")
    options = ["--lr", "0.02", "--optimizer", "adam", "--batch-size", "20", "--seed", "3", "--epochs", "4", "--json"]
    assert run(["train", str(tmp_path / "it.nns"), *options]) == 0
    told = json.loads(capsys.readouterr().out)
    project = replace(project, settings=replace(project.settings, epochs=4))
    found = run_trial(trial_of(varied(project, changes), tmp_path))
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
        assert getattr(found, name) == told[name][-1]
        best = min if name.endswith("loss") else max
        assert getattr(found, f"best_{name}") == best(told[name])
    assert (found.epochs, found.steps, found.stopped) == (told["epochs"], told["steps"], told["stopped"])
    assert found.failed is None


def test_a_trial_that_goes_on_from_where_it_stood_comes_to_the_same(tmp_path):
    project = load_template("playground")
    # A schedule that looks at the number of epochs: the same at every rung.
    settings = replace(project.settings, epochs=6, schedule={"kind": "cosine"})
    whole = trial_of(replace(project, settings=settings), tmp_path)
    first = run_trial(replace(whole, until=2, keeps=True))
    assert (first.epochs, first.stopped) == (2, "set aside after 2 of 6 epochs")
    assert project_from_bytes(first.kept).checkpoint is not None
    last = run_trial(replace(whole, project=first.kept))
    assert last == run_trial(whole)
    assert last.epochs == 6


def test_one_that_ends_early_or_diverges_says_so(tmp_path):
    line = load_template("linear-regression")
    found = run_trial(trial_of(varied(line, {"learning_rate": 1e5}), tmp_path))
    assert found.diverged >= 1
    assert f"diverged at step {found.diverged}" in found.stopped
    assert found.score == float("inf")
    settings = replace(line.settings, stops=({"kind": "target_loss", "loss": 1e9},))
    assert run_trial(trial_of(replace(line, settings=settings), tmp_path)).stopped.startswith("the loss reached")


def test_a_model_that_cannot_be_trained_is_a_failure_in_words(tmp_path):
    trial = trial_of(load_template("playground"), tmp_path)
    image = Project(nn.chain(nn.Input((8, 8, 1)), nn.Flatten(), nn.Dense(1)))
    found = run_trial(replace(trial, project=stored(image)))
    assert "8×8×1" in found.failed
    assert "bug" not in found.failed


def test_a_bug_in_one_trial_is_reported_and_not_raised(tmp_path):
    trial = trial_of(load_template("playground"), tmp_path)
    assert "bug" in run_trial(replace(trial, project=b"nonsense")).failed


def test_a_trial_that_nobody_waits_for_ends(tmp_path):
    project = load_template("playground")
    trial = trial_of(replace(project, settings=replace(project.settings, epochs=10_000_000)), tmp_path)
    with ThreadPoolExecutor(1) as elsewhere:
        found = elsewhere.submit(run_trial, trial)
        while not found.running():
            pass
        Path(trial.data.path).unlink()
        assert found.result(20).failed == "It was cancelled."
    # Nor does it begin, as one for another machine would.
    assert run_trial(trial).failed == "It was cancelled."


def test_a_project_is_carried_without_what_does_not_matter():
    model = nn.Model(load_template("playground"))
    before = stored(model.project)
    model.train(epochs=1)
    moved = replace(model.project.graph.nodes[0], position=(7.0, 7.0))
    graph = replace(model.project.graph, nodes=(moved, *model.project.graph.nodes[1:]))
    epochs = load_template("playground").settings.epochs
    settings = replace(model.project.settings, epochs=epochs)
    later = replace(
        model.project, graph=graph, title="Mine", layout={"a": 1}, settings=settings, preparation=None, class_names=()
    )
    assert stored(later) == before


# Data laid down once


def test_laid_data_is_the_same_and_cannot_be_changed(tmp_path):
    data = Model(load_template("digits")).data()
    laid = lay_down(data, tmp_path, "data")
    found = opened(laid, Project())
    assert fingerprint(found) == fingerprint(data) == laid.fingerprint
    assert (found.name, found.class_names, found.preparation, found.notes) == (
        data.name, data.class_names, data.preparation, data.notes,
    )  # fmt: skip
    assert not found.inputs.flags.writeable


def test_numbers_that_stay_in_their_file_are_mapped_from_it_and_not_written_again(tmp_path):
    samples = np.random.default_rng(0).integers(0, 255, (70_000, 1024), np.uint8)
    np.save(tmp_path / "x.npy", samples)
    np.save(tmp_path / "y.npy", np.arange(70_000) % 3)
    data = nn.dataset(f"{tmp_path}/x.npy,targets=y.npy")
    assert isinstance(data.inputs, Mapped)
    folder = tmp_path / "laid"
    folder.mkdir()
    found = opened(lay_down(data, folder, "data"), Project())
    assert isinstance(found.inputs, Mapped)
    assert (found.inputs[[5, 69_999]] == samples[[5, 69_999]]).all()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3 << 20


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_worker_reads_the_data_without_a_copy_of_its_own(tmp_path, tasks):
    samples = np.ones((40_000, 1000), np.uint8)
    laid = lay_down(nn.dataset(samples, np.arange(40_000) % 2), tmp_path, "data", named=False)
    with LocalPool(1) as pool:
        grown, total, process = pool.submit(tasks.look_through, laid).result()
    assert process != os.getpid()
    assert total == samples.size
    assert grown < samples.nbytes / 4


def test_a_worker_of_another_machine_opens_the_data_by_its_name(tmp_path):
    project = load_template("playground")
    laid = lay_down(Model(project).data(), tmp_path, "data")
    elsewhere = replace(laid, path="/nowhere/data.data", place="Mars")
    assert fingerprint(opened(elsewhere, project)) == laid.fingerprint
    whole = Trial(1, {}, stored(varied(project, {"seed": project.settings.seed})), 2, laid)
    assert run_trial(replace(whole, data=elsewhere)) == run_trial(whole)


def test_other_data_under_the_same_name_is_refused(tmp_path):
    project = load_template("playground")
    laid = replace(lay_down(Model(project).data(), tmp_path, "data"), place="Mars", fingerprint="other")
    trial = Trial(1, {}, stored(project), 1, laid)
    assert "other data under the name" in run_trial(trial).failed


def test_arrays_without_a_name_cannot_be_had_on_another_machine(tmp_path):
    data = nn.dataset(np.eye(20), np.arange(20) % 2)
    laid = replace(lay_down(data, tmp_path, "data", named=False), place="Mars")
    found = run_trial(Trial(1, {}, stored(load_template("playground")), 1, laid))
    assert "given as arrays" in found.failed


def test_a_disk_too_small_for_the_data_is_said_in_words(tmp_path):
    import resource

    data = nn.dataset(np.ones((1000, 100)), np.arange(1000) % 2)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(nn.core.errors.DataError, match=r"could not be laid down.*TMPDIR"):
            lay_down(data, tmp_path, "data")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
