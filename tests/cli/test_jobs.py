"""Every job does what the README says, for people and, with --json, for programs."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import nnstudio as nn
from nnstudio.cli import run
from nnstudio.project.file import load_project
from nnstudio.project.templates import template_names

from .command import call, weight_bits

REPORTED = {
    "epochs", "steps", "seconds", "seconds_per_epoch", "samples_per_second", "train_loss", "validation_loss",
    "train_accuracy", "validation_accuracy", "test_accuracy", "parameters", "seed", "stopped",
}  # fmt: skip


def test_the_five_minutes_of_the_readme_work_from_another_folder(tmp_path):
    jobs = [
        ["new", "digits", "-o", "digits.nns"],
        ["check", "digits.nns"],
        ["train", "digits.nns", "--epochs", 3],
        ["evaluate", "digits.nns"],
        ["export", "digits.nns", "--to", "npz", "-o", "digits.npz"],
    ]
    results = [call(tmp_path, *job) for job in jobs]
    assert [result.code for result in results] == [0] * len(jobs)
    assert "handwritten digits" in results[0].out
    assert "2,410" in results[1].out
    assert "epoch 3/3: loss" in results[2].err
    assert results[2].out == ""
    assert "% right" in results[3].out
    assert sorted(np.load(tmp_path / "digits.npz")) == [
        "hidden.bias",
        "hidden.weights",
        "scores.bias",
        "scores.weights",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits.nns", "digits.npz", "digits.npz.md"]


def test_the_same_five_minutes_for_a_program(tmp_path):
    assert call(tmp_path, "new", "digits", "-o", "d.nns", "--json").json == {"project": "d.nns", "template": "digits"}
    checked = call(tmp_path, "check", "d.nns", "--json").json
    assert checked["problems"] == []
    assert checked["parameters"] == 2410
    report = call(tmp_path, "train", "d.nns", "--epochs", 3, "--json").json
    assert report["epochs"] == 3
    evaluation = call(tmp_path, "evaluate", "d.nns", "--json").json
    assert evaluation["accuracy"] == report["test_accuracy"]
    assert call(tmp_path, "export", "d.nns", "--to", "npz", "-o", "d.npz", "--json").json["file"] == "d.npz"


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["--version"]], ids=" ".join)
def test_help_and_version_are_no_failure(nn, arguments):
    result = nn(*arguments)
    assert result.code == 0
    assert result.out
    assert result.err == ""


def test_all_templates_are_listed(nn):
    lines = nn("templates").out.splitlines()
    assert [line.split()[0] for line in lines] == template_names()
    listed = nn("templates", "--json").json["templates"]
    assert [each["name"] for each in listed] == template_names()
    assert all(each["title"] and each["description"] for each in listed)


@pytest.mark.parametrize("template", template_names())
def test_every_template_can_be_made_and_checked(nn, template):
    assert nn("new", template, "-o", "it.nns").code == 0
    result = nn("check", "it.nns", "--json")
    assert result.code == 0
    assert result.json["problems"] == []


def test_new_does_not_replace_a_file_unless_forced(nn, project):
    before = Path(project).read_bytes()
    result = nn("new", "xor", "-o", project)
    assert result.code == 1
    assert "--force" in result.err
    assert Path(project).read_bytes() == before
    assert nn("new", "xor", "-o", project, "--force").code == 0
    assert load_project(project).data == "xor-table"


def test_check_shows_layers_shapes_and_parameters(nn, project):
    lines = nn("check", project).out.splitlines()
    assert lines[0].split() == ["name", "layer", "output", "parameters", "multiplications"]
    assert [line.split("  ")[0] for line in lines[1:-1]] == [
        "Input", "hidden_1", "Tanh 1", "hidden_2", "Tanh 2", "neuron", "output",
    ]  # fmt: skip
    assert lines[-1].split() == ["105", "88"]


def test_training_reports_all_that_was_promised(nn, project):
    report = nn("train", project, "--epochs", 4, "--json").json
    assert report.keys() >= REPORTED
    assert report["epochs"] == 4
    assert report["parameters"] == 105
    assert report["seed"] == 0
    assert report["stopped"] == "all epochs are done"
    steps_per_epoch = math.ceil(320 / 10)
    assert report["steps"] == 4 * steps_per_epoch
    for column in ("seconds_per_epoch", "train_loss", "validation_loss", "train_accuracy", "validation_accuracy"):
        assert len(report[column]) == 4, column
    assert report["train_loss"][-1] < report["train_loss"][0]
    assert sum(report["seconds_per_epoch"]) == pytest.approx(report["seconds"], rel=1e-6)
    assert report["samples_per_second"] == pytest.approx(4 * 320 / report["seconds"], rel=1e-6)


def test_training_shows_every_epoch_in_a_log(nn, project):
    result = nn("train", project, "--epochs", 3)
    lines = result.err.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3", "All epochs are done."]
    assert "\r" not in result.err
    assert "\x1b" not in result.err


def test_options_become_settings_of_the_project(nn, project):
    options = ["--epochs", 2, "--lr", 0.5, "--batch-size", 7, "--optimizer", "momentum", "--seed", 9]
    assert nn("train", project, *options).code == 0
    settings = load_project(project).settings
    assert (settings.epochs, settings.batch_size, settings.seed) == (2, 7, 9)
    assert (settings.optimizer.kind, settings.optimizer.learning_rate) == ("momentum", 0.5)


def test_a_learning_rate_alone_keeps_the_optimizer(nn, project):
    nn("train", project, "--epochs", 1, "--lr", 0.002)
    optimizer = load_project(project).settings.optimizer
    assert (optimizer.kind, optimizer.learning_rate) == ("adam", 0.002)


def test_the_result_can_be_saved_elsewhere(nn, project):
    before = Path(project).read_bytes()
    assert nn("train", project, "--epochs", 1, "-o", "out.nns").code == 0
    assert Path(project).read_bytes() == before
    assert load_project("out.nns").weights is not None


@pytest.mark.parametrize("data", ["spiral,noise=0.2", "xor", "moons,samples=50", "circle,noise=0"])
def test_data_can_be_chosen_with_options(nn, project, data):
    name = data.partition(",")[0]
    assert nn("train", project, "--data", data, "--epochs", 1, "--json").json["data"].startswith(name)
    assert nn("evaluate", project, "--data", data, "--json").code == 0
    assert nn("check", project, "--data", data, "--json").json["problems"] == []


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_every_part_can_be_evaluated(nn, trained, split):
    evaluation = nn("evaluate", trained, "--split", split, "--json").json
    assert evaluation["split"] == split
    assert sum(map(sum, evaluation["confusion"])) == evaluation["samples"]
    right = sum(row[number] for number, row in enumerate(evaluation["confusion"]))
    assert evaluation["accuracy"] == pytest.approx(right / evaluation["samples"])


def test_a_regression_is_judged_by_r_squared(nn):
    nn("new", "linear-regression", "-o", "it.nns")
    report = nn("train", "it.nns", "--epochs", 20, "--json").json
    assert report["test_accuracy"] is None
    assert "accuracy" not in nn("evaluate", "it.nns", "--json").json
    assert "R²" in nn("evaluate", "it.nns").out


@pytest.mark.parametrize(("kind", "read"), [("npz", np.load), ("safetensors", load_file)])
def test_exported_weights_are_the_weights(nn, trained, kind, read):
    assert nn("export", trained, "--to", kind, "-o", "out").out.splitlines()[:2] == ["Wrote out", "Beside it: out.md"]
    weights = load_project(trained).weights
    exported = read("out")
    assert sorted(exported) == sorted(name.replace("/", ".") for name in weights)
    for name, array in weights.items():
        np.testing.assert_array_equal(exported[name.replace("/", ".")], array)


def test_the_same_seed_gives_the_same_bits(nn, project):
    for name in ("a.nns", "b.nns"):
        nn("train", project, "--epochs", 3, "--seed", 5, "-o", name)
    nn("train", project, "--epochs", 3, "--seed", 6, "-o", "c.nns")
    assert weight_bits("a.nns") == weight_bits("b.nns")
    assert weight_bits("a.nns") != weight_bits("c.nns")


def test_a_training_that_diverges_says_so_and_its_report_is_still_json(nn, project):
    result = nn("train", project, "--optimizer", "sgd", "--lr", 1e6, "--data", "circle", "--epochs", 50, "--json")
    json.dumps(result.json, allow_nan=False)
    assert all(np.isfinite(array).all() for array in load_project(project).weights.values())


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_with_few_characters_is_no_reason_to_fail(tmp_path, encoding):
    listed = call(tmp_path, "templates", "--json", PYTHONIOENCODING=encoding)
    assert listed.code == 0
    assert any("8×8" in each["description"] for each in listed.json["templates"])
    assert call(tmp_path, "templates", PYTHONIOENCODING=encoding).code == 0


def test_a_trained_project_remembers_its_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nn.new("playground").save("p.nns")
    assert run(["train", "p.nns", "--data", "xor,noise=0.1", "--epochs", "1"]) == 0
    assert nn.load("p.nns").project.data == "xor,noise=0.1"


def test_a_training_that_diverges_is_a_problem_and_keeps_good_weights(tmp_path, capsys):
    path = tmp_path / "line.nns"
    nn.new("linear-regression").save(path)
    assert run(["train", str(path), "--lr", "100", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["diverged"]["layer"]
    assert "smaller learning rate" in report["stopped"]
    assert all(np.isfinite(array).all() for array in nn.load(path).project.weights.values())
