"""Whatever is wrong is said in a sentence, with the right exit code, and never with a traceback."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from nnstudio.cli import run
from nnstudio.graph.edits import add, append, chain, rename
from nnstudio.graph.graph import Wire
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.project.file import save_project
from nnstudio.project.project import Project

from .command import COMMAND, ENVIRONMENT, call, refuse

OUT_OF_RANGE = {
    "epochs -1": (["--epochs", "-1"], "from 1 to 10,000,000"),
    "epochs 0": (["--epochs", "0"], "from 1 to 10,000,000"),
    "epochs huge": (["--epochs", "9" * 30], "from 1 to 10,000,000"),
    "lr nan": (["--lr", "nan"], "learning rate"),
    "lr inf": (["--lr", "inf"], "learning rate"),
    "lr below zero": (["--lr=-0.1"], "learning rate"),
    "batch size 0": (["--batch-size", "0"], "from 1 to 16,777,216"),
    "seed -1": (["--seed", "-1"], "from 0 to"),
    "seed huge": (["--seed", str(2**63)], "from 0 to"),
    "threads 0": (["--threads", "0"], "1 or more"),
    "threads -3": (["--threads", "-3"], "1 or more"),
    "optimizer unknown": (["--optimizer", "nonsense"], "adam, adamw"),
    "optimizer unknown, with lr": (["--optimizer", "nonsense", "--lr", "1"], "adam, adamw"),
    "save-every nan": (["--save-every", "nan"], "number of seconds"),
    "save-every -1": (["--save-every", "-1"], "number of seconds"),
}
NOT_UNDERSTOOD = {
    "epochs in words": (["--epochs", "ten"], "--epochs"),
    "epochs that are half": (["--epochs", "1.5"], "--epochs"),
    "lr in words": (["--lr", "fast"], "--lr"),
    "no value": (["--epochs"], "--epochs"),
    "an option that is unknown": (["--speed", "9"], "--speed"),
}


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize(
    ("options", "told"), [*OUT_OF_RANGE.values(), *NOT_UNDERSTOOD.values()], ids=[*OUT_OF_RANGE, *NOT_UNDERSTOOD]
)
def test_an_option_that_cannot_be_is_wrong_usage_and_changes_nothing(nn, project, options, told, as_json):
    before = Path(project).read_bytes()
    result = nn("train", project, *options, *["--json"] * as_json)
    assert told in refuse(result, 2)
    assert bool(result.out) == as_json
    assert Path(project).read_bytes() == before


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("arguments", [
    ["dance"], ["train"], ["new"], ["new", "xor"], ["export", "it.nns", "--to", "npz"],
    ["export", "it.nns", "--to", "pickle", "-o", "x"], ["evaluate", "it.nns", "--split", "all"],
    ["check", "a.nns", "b.nns"], ["--nonsense"],
], ids=" ".join)  # fmt: skip
def test_wrong_usage_says_where_help_is(nn, arguments, as_json):
    result = nn(*arguments, *["--json"] * as_json)
    assert "--help" in refuse(result, 2)
    assert bool(result.out) == as_json


JOBS = {
    "check": ["check"], "train": ["train"], "evaluate": ["evaluate"],
    "export": ["export", "--to", "npz", "-o", "out.npz"],
}  # fmt: skip


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
@pytest.mark.parametrize(
    "path", ["none.nns", ".", "text.nns", "empty.nns", "/dev/zero", "a" * 300], ids=lambda path: path[:20]
)
def test_a_file_that_is_no_project_is_named(nn, folder, job, path, as_json):
    (folder / "text.nns").write_text("hello")
    (folder / "empty.nns").touch()
    result = nn(job[0], path, *job[1:], *["--json"] * as_json)
    assert path[:40] in refuse(result, 1)
    assert bool(result.out) == as_json
    assert sorted(each.name for each in folder.iterdir()) == ["empty.nns", "text.nns"]


@pytest.mark.parametrize(
    "data", ["nonsense", "spiral,speed=1", "circle,noise=loud", "none/such", "digits,a=b", "it.nns"]
)
@pytest.mark.parametrize("job", ["check", "train", "evaluate"])
def test_data_that_is_not_there_is_refused(nn, trained, job, data):
    refuse(nn(job, trained, "--data", data), 1)


@pytest.mark.parametrize("job", ["train", "evaluate"])
def test_data_of_another_shape_is_a_problem(nn, trained, job):
    result = nn(job, trained, "--data", "digits")
    assert result.code == 1
    assert "8×8×1" in result.err


@pytest.mark.parametrize("job", [["evaluate"], ["export", "--to", "npz", "-o", "out.npz"]], ids=lambda job: job[0])
def test_a_model_that_is_not_trained_says_so(nn, project, folder, job):
    assert "not trained" in refuse(nn(job[0], project, *job[1:]), 1)
    assert not (folder / "out.npz").exists()


def test_resuming_what_is_not_interrupted_says_so(nn, trained):
    assert "no unfinished training" in refuse(nn("train", trained, "--resume"), 1)


def test_an_unknown_template_is_refused_with_the_known_ones(nn, folder):
    assert "playground" in refuse(nn("new", "nonsense", "-o", "it.nns"), 1)
    assert list(folder.iterdir()) == []


@pytest.fixture
def broken(folder):
    """A project with three mistakes."""
    graph = append(chain(Input((8,)), Dense(4)), Conv2D(2))
    graph = add(graph, Dense(3), "lonely")
    graph = rename(append(graph, Dense(2), "dense"), "dense_2", "loose end")
    save_project(Project(graph), "broken.nns")
    return "broken.nns"


def test_check_lists_every_problem_at_once(nn, broken):
    result = nn("check", broken)
    assert result.code == 1
    problems = [line for line in result.out.splitlines() if line.startswith("Problem: ")]
    assert len(problems) >= 3
    assert any("lonely" in line for line in problems)
    assert any("Nobody reads Conv2D" in line for line in problems)
    assert any("reads images" in line for line in problems)


def test_check_lists_every_problem_for_a_program(nn, broken):
    result = nn("check", broken, "--json")
    assert result.code == 1
    assert {"lonely", "conv2d"} <= {problem["node"] for problem in result.json["problems"]}
    assert all(problem["sentence"] and not problem["warning"] for problem in result.json["problems"])
    assert {layer["id"]: layer["shape"] for layer in result.json["layers"]} == {
        "input": [8], "dense": [4], "conv2d": None, "lonely": None, "dense_2": [2],
    }  # fmt: skip


def test_training_a_broken_model_names_every_problem(nn, broken):
    result = nn("train", broken)
    assert result.code == 1
    assert "lonely" in result.err
    assert "Nobody reads Conv2D" in result.err


def test_check_shows_the_layers_of_a_circle_and_says_so(nn, folder):
    graph = chain(Input((2,)), Dense(2), Dense(2))
    circle = replace(graph, wires=(Wire("dense_2", "dense"), Wire("dense", "dense_2")))
    save_project(Project(circle), folder / "it.nns")
    result = nn("check", "it.nns", "--json")
    assert result.code == 1
    assert {layer["id"] for layer in result.json["layers"]} == {"input", "dense", "dense_2"}
    assert {"dense", "dense_2"} <= {
        problem["node"] for problem in result.json["problems"] if problem["kind"] == "circle"
    }


def test_a_data_set_that_does_not_fit_is_a_problem_of_check(nn, project):
    result = nn("check", project, "--data", "digits", "--json")
    assert result.code == 1
    assert {problem["kind"] for problem in result.json["problems"]} == {"data"}


@pytest.mark.parametrize("output", ["none/out.nns", ".", "pipe"])
def test_train_refuses_where_it_cannot_save_before_it_trains(nn, project, folder, output):
    os.mkfifo(folder / "pipe")
    result = nn("train", project, "-o", output, "--epochs", 5)
    assert output in refuse(result, 1)
    assert "epoch" not in result.err


@pytest.mark.parametrize("job", [["new", "xor"], ["export", "it.nns", "--to", "npz"]], ids=lambda job: job[0])
def test_a_missing_folder_for_the_result_is_named(nn, trained, folder, job):
    assert "none/out" in refuse(nn(*job, "-o", "none/out"), 1)
    assert not (folder / "none").exists()


@pytest.mark.parametrize(
    "job", [["new", "xor", "--force"], ["export", "it.nns", "--to", "npz"]], ids=lambda job: job[0]
)
def test_a_pipe_is_not_replaced_by_the_result(nn, trained, folder, job):
    os.mkfifo(folder / "pipe")
    assert "not an ordinary file" in refuse(nn(*job, "-o", "pipe"), 1)
    assert (folder / "pipe").is_fifo()


def test_a_folder_that_is_read_only_is_said_before_training(nn, project, folder, monkeypatch):
    (folder / "locked").mkdir()
    real = os.access
    # Root may write everywhere; what the system would tell another user is told here.
    monkeypatch.setattr(os, "access", lambda path, mode: real(path, mode) and "locked" not in str(path))
    result = nn("train", project, "-o", "locked/out.nns", "--epochs", 5)
    assert "may not write" in refuse(result, 1)
    assert "epoch" not in result.err


@pytest.mark.parametrize("name", [b"a\xff.nns", b"\x1b[31m.nns", b"a\nb.nns"], ids=ascii)
def test_a_strange_name_is_written_out(tmp_path, name):
    result = call(tmp_path, "new", "xor", "-o", os.fsdecode(name), "--json")
    assert result.code == 0
    assert os.fsencode(result.json["project"]) == name
    again = call(tmp_path, "new", "xor", "-o", os.fsdecode(name))
    assert again.code == 1
    assert again.err.rstrip("\n").isprintable()
    shown = call(tmp_path, "new", "xor", "-o", os.fsdecode(name), "--force")
    assert shown.out.rstrip("\n").isprintable()


@pytest.mark.parametrize("arguments", [
    ["templates", "--json"], ["templates"], ["--help"], ["train", "--help"], ["dance", "--json"],
], ids=str)  # fmt: skip
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_reader_that_goes_away_is_no_failure_worth_a_word(tmp_path, arguments, unbuffered):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = subprocess.run(
            [*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, timeout=60,
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": unbuffered}, text=True,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert process.stderr == "" or process.stderr.startswith("nnstudio: Argument JOB")
    assert process.stderr.count("\n") <= 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_output_that_cannot_be_written_is_said(tmp_path, unbuffered):
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [*COMMAND, "templates"], stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, timeout=60,
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": unbuffered}, text=True,
        )  # fmt: skip
    assert process.returncode == 1
    assert process.stderr == "nnstudio: The output could not be written (No space left on device).\n"


def test_a_bug_is_told_without_a_traceback(monkeypatch, capsys):
    import nnstudio.project.templates as templates

    monkeypatch.setattr(templates, "template_names", lambda: 1 / 0)
    assert run(["templates", "--json"]) == 1
    found = capsys.readouterr()
    assert "please report it: ZeroDivisionError" in found.err
    assert "Traceback" not in found.err
    assert "ZeroDivisionError" in msgspec.json.decode(found.out)["error"]


def test_memory_that_runs_out_is_told(monkeypatch, capsys):
    import nnstudio.project.templates as templates

    def exhausted():
        raise MemoryError

    monkeypatch.setattr(templates, "template_names", exhausted)
    assert run(["templates"]) == 1
    assert "not enough memory" in capsys.readouterr().err


def test_ctrl_c_outside_a_training_is_said_in_a_word(monkeypatch, capsys):
    import nnstudio.project.templates as templates

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(templates, "template_names", interrupted)
    assert run(["templates"]) == 130
    assert capsys.readouterr().err == "nnstudio: Interrupted.\n"
