"""`nnstudio lr-range`: the range test and the stable rate on the command line."""

import json
import os
import signal

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.project.file import load_project

from .command import refuse, start


@pytest.fixture
def regression(nn):
    """The lectures' regression as a file."""
    assert nn("new", "linear-regression", "-o", "line.nns").code == 0
    return "line.nns"


def test_it_draws_the_loss_and_suggests_a_rate_with_its_reason(nn, regression):
    result = nn("lr-range", regression)
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].split() == ["rate", "loss"]
    assert sum("▇" in line for line in lines) >= 20
    for word in ("← steepest", "← lowest", "stable ↑", "Suggestion: 0.0", "Stability: ", "2/λ"):
        assert word in result.out
    assert "four times its lowest" in result.err
    assert max(map(len, lines)) <= 96


def test_the_stable_rate_stands_between_the_rates_around_it(nn, regression):
    lines = nn("lr-range", regression).out.splitlines()
    place = next(number for number, line in enumerate(lines) if "stable ↑" in line)
    before, limit, after = (float(lines[number].split()[0]) for number in (place - 1, place, place + 1))
    assert before < limit < after


def test_a_program_gets_all_of_it_as_json(nn, regression):
    report = nn("lr-range", regression, "--from", 1e-4, "--to", 1, "--json").json
    assert report["rates"][0] == pytest.approx(1e-4)
    assert len(report["rates"]) == len(report["losses"]) == len(report["smoothed"]) == report["steps"]
    assert set(report["suggestion"]) == {"rate", "steepest", "lowest", "reason"}
    data = load_data()
    rows = np.column_stack((data, np.ones(len(data))))
    exact = float(np.linalg.eigvalsh(rows.T @ rows / len(rows))[-1])
    assert report["curvature"]["value"] == pytest.approx(exact, rel=1e-9)
    assert report["stable_rate"] == pytest.approx(2 / exact, rel=1e-9)
    assert report["stopped"] == "the greatest rate is reached"


def load_data() -> np.ndarray:
    """The inputs of the regression's training part."""
    data = nn.new("linear-regression").data()
    return data.inputs[data.part("train")].reshape(-1, 1).astype(float)


def test_the_project_stays_as_it_is(nn, regression, folder):
    before = (folder / regression).read_bytes()
    assert nn("lr-range", regression).code == 0
    assert (folder / regression).read_bytes() == before
    assert load_project(folder / regression).weights is None


def test_where_there_is_no_stable_rate_it_says_why(nn, project):
    report = nn("lr-range", project, "--json").json
    assert report["stable_rate"] is None
    assert "divides each weight's step" in report["curvature"]["sentence"]


def test_a_perceptron_gets_no_suggestion_and_that_is_no_failure(nn):
    assert nn("new", "perceptron", "-o", "p.nns").code == 0
    result = nn("lr-range", "p.nns", "--json")
    assert result.code == 0
    assert result.json["suggestion"] is None
    assert "advise no rate" in nn("lr-range", "p.nns").out


def test_another_data_set_can_be_named(nn, project):
    assert nn("lr-range", project, "--data", "spiral", "--json").json["data"] == "spiral"


@pytest.mark.parametrize(
    "rates",
    [("--from", 0), ("--from", -1), ("--to", "nan"), ("--to", 1e9), ("--from", 1, "--to", 0.1), ("--from", "little")],
)
def test_rates_that_cannot_be_are_wrong_usage(nn, project, rates):
    refuse(nn("lr-range", project, *rates), 2)
    refuse(nn("lr-range", project, *rates, "--json"), 2)


def test_a_file_that_is_not_there_is_a_problem(nn):
    assert "no file" in refuse(nn("lr-range", "missing.nns"), 1)


def test_data_that_does_not_fit_is_a_problem(nn, project):
    assert refuse(nn("lr-range", project, "--data", "digits", "--json"), 1)


def test_ctrl_c_reports_what_was_measured(folder):
    model = nn.new("digits")
    model.configure(batch_size=1, optimizer={"kind": "sgd"}, penalty={"kind": "none"})
    model.save(folder / "slow.nns")
    # A schedule is told of once everything stands ready.
    with start(folder, "lr-range", "slow.nns", "--json", "--from", 1e-6, "--to", 1e-5) as process:
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert json.loads(out)
    assert os.listdir(folder) == ["slow.nns"]
