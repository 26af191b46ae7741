"""`nnstudio sweep`: a table of trials, whatever happens on the way."""

import os
import pty
import re
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pandas
import pytest

import nnstudio

from .command import COMMAND, ENVIRONMENT, call, refuse, start

QUICK = ["--epochs", 3, "--workers", 1]


@pytest.fixture
def xor(nn):
    """The smallest project."""
    assert nn("new", "xor", "-o", "it.nns").code == 0
    return "it.nns"


def alive(group):
    """What still runs of a group of processes."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            found += [stat.parent.name] if int(its_group) == group and state not in "ZX" else []
    return found


def table(path):
    return pandas.read_csv(path).drop(columns="seconds")


def test_a_sweep_prints_its_trials_and_writes_them(nn, xor):
    result = nn("sweep", xor, "--lr", "0.01:1:3", "--width", "2,4", "--seeds", 2, *QUICK, "-o", "r.csv")
    assert result.code == 0
    head, *rows = result.out.splitlines()
    assert re.split(" {2,}", head) == [
        "trial", "learning rate", "width", "seed", "epochs", "best loss", "last loss", "right", "s",
    ]  # fmt: skip
    assert len(rows) == 12
    assert len(result.err.splitlines()) == 12
    assert re.search(r"^12/12 trial 12 \(learning rate 1, width 4, seed 1\): loss .* right", result.err, re.MULTILINE)
    found = table("r.csv")
    assert list(found.learning_rate) == [0.01] * 4 + [0.1] * 4 + [1.0] * 4
    assert list(found.seed) == [0, 1] * 6
    best = found.best_validation_loss.min()
    assert f"{best:.5g}" in rows[0]


def test_a_trial_is_what_the_training_of_the_same_settings_is(nn, xor):
    report = nn("sweep", xor, "--lr", "0.5", "--optimizer", "sgd,adam", "--batch-size", "2", *QUICK, "--json").json
    for trial in report["trials"]:
        told = nn(
            "train", xor, "--lr", 0.5, "--optimizer", trial["optimizer"], "--batch-size", 2, "--epochs", 3, "--json",
            "-o", "out.nns",
        ).json  # fmt: skip
        for name in ("train_loss", "validation_loss", "train_accuracy"):
            assert trial[name] == told[name][-1]


def test_json_is_one_object_with_every_trial_and_the_best(nn, xor):
    report = nn("sweep", xor, "--lr", "0.01,1", *QUICK, "--json").json
    assert [each["trial"] for each in report["trials"]] == [1, 2]
    assert report["best"] in report["trials"]
    assert (report["failed"], report["diverged"], report["wanted"], report["rungs"]) == (0, 0, 2, [3])
    assert report["stopped"] == "all trials are done"


def test_random_trials_are_the_same_each_time(nn, xor):
    options = ["sweep", xor, "--lr", "1e-3:1", "--penalty", "0,l1=0.01", "--random", 4, *QUICK, "--json"]
    first, second = nn(*options).json["trials"], nn(*options).json["trials"]
    assert [each["learning_rate"] for each in first] == [each["learning_rate"] for each in second]
    assert len({each["learning_rate"] for each in first}) == 4
    assert all(1e-3 <= each["learning_rate"] <= 1 for each in first)


def test_halving_trains_few_to_the_end(nn, xor):
    report = nn("sweep", xor, "--lr", "0.001:10:9", "--halving", "--epochs", 9, "--workers", 1, "--json").json
    assert report["rungs"] == [1, 3, 9]
    assert sorted(each["epochs"] for each in report["trials"]) == [1] * 6 + [3] * 2 + [9]


def test_trials_that_diverge_are_results(nn):
    assert nn("new", "linear-regression", "-o", "line.nns").code == 0
    result = nn("sweep", "line.nns", "--lr", "1e-3,1e5", "--workers", 1)
    assert result.code == 0
    assert "diverged at step" in result.out.splitlines()[-1]


def test_a_trial_that_fails_is_told_and_if_all_fail_the_sweep_has(nn):
    graph = nnstudio.chain(
        nnstudio.Input((8, 8, 1)), nnstudio.Conv2D(2), nnstudio.Conv2D(2, groups=2), nnstudio.Flatten(),
        nnstudio.Dense(10), nnstudio.Softmax(),
    )  # fmt: skip
    nnstudio.model(graph, data="digits", loss="categorical_cross_entropy").save("d.nns")
    result = nn("sweep", "d.nns", "--width", "2,3", "--epochs", 1, "--workers", 1, "-o", "some.csv")
    assert result.code == 0
    assert "into 2 groups, which leaves a rest" in result.err
    assert "into 2 groups" in result.out.splitlines()[-1]
    assert list(table("some.csv").failed.isna()) == [True, False]
    assert nn("sweep", "d.nns", "--width", "3", "--epochs", 1, "--workers", 1).code == 1


BAD = {
    "a rate of 0": (["--lr", "0"], "greater than 0"),
    "a rate below 0": (["--lr=-0.1"], "greater than 0"),
    "a rate of nan": (["--lr", "nan"], "nan"),
    "a rate of 1e9": (["--lr", "0.1,1e9"], "1e9"),
    "a range from 0": (["--lr", "0:1:3"], "greater than 0"),
    "no rate": (["--lr", ""], "no value for the learning rate"),
    "a batch of 0": (["--batch-size", "0"], "whole number from 1"),
    "an optimizer that is none": (["--optimizer", "magic"], "adam"),
    "a penalty below 0": (["--penalty=-1"], "strength"),
    "half a unit": (["--width", "1.5"], "whole number"),
    "no seed": (["--seeds", "0"], "from 1 to"),
    "nothing": ([], "what is to be varied"),
    "none at random": (["--lr", "1", "--random", "0"], "At least one"),
    "no workers": (["--lr", "1", "--workers", "0"], "from 1 to 256"),
    "both": (["--lr", "1", "--workers", "1", "--cluster", "tcp://127.0.0.1:1"], "either"),
    "a cluster elsewhere": (["--lr", "1", "--cluster", "tcp://10.0.0.1:8786"], "TLS"),
    "certificates for nothing": (["--lr", "1", "--tls-ca", "ca.pem"], "tls://"),
    "resuming nothing": (["--lr", "1", "--resume"], "-o"),
    "epochs 0": (["--lr", "1", "--epochs", "0"], "from 1 to"),
}


@pytest.mark.parametrize(("options", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_is_wrong_usage_and_writes_nothing(nn, xor, options, told):
    before = sorted(os.listdir())
    result = nn("sweep", xor, *options, *([] if "--resume" in options else ["-o", "r.csv"]), "--json")
    assert told in refuse(result, 2)
    assert sorted(os.listdir()) == before


def test_a_cluster_that_does_not_answer_is_said_in_plain_words_within_5_seconds(folder, xor):
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = monotonic()
        result = call(folder, "sweep", xor, "--lr", "1", "--cluster", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        # The program itself has to start, too, on a machine that may be busy.
        assert monotonic() - began < 8
    assert "does not answer" in refuse(result, 1)
    assert result.err.count("\n") == 1


def test_results_that_are_there_are_not_written_over(nn, xor, folder):
    (folder / "r.csv").write_text("mine")
    result = nn("sweep", xor, "--lr", "1", *QUICK, "-o", "r.csv")
    assert "is there already" in refuse(result, 1)
    assert "is there already" in refuse(nn("sweep", xor, "--lr", "1", *QUICK, "-o", "r.csv", "--resume"), 1)
    assert (folder / "r.csv").read_text() == "mine"


def test_a_sweep_that_is_over_has_nothing_to_resume(nn, xor):
    options = ["sweep", xor, "--lr", "0.1,1", *QUICK, "-o", "r.csv"]
    assert nn(*options).code == 0
    before = table("r.csv")
    assert "--resume" in refuse(nn(*options), 1)
    result = nn(*options, "--resume")
    assert result.code == 0
    assert result.err == ""
    assert len(result.out.splitlines()) == 3
    assert table("r.csv").equals(before)
    assert "another sweep" in refuse(nn("sweep", xor, "--lr", "0.1,2", *QUICK, "-o", "r.csv", "--resume"), 1)


def test_ctrl_c_keeps_what_is_done_and_resuming_does_the_rest(folder, xor):
    options = ["sweep", xor, "--lr", "0.01:1:8", "--epochs", 400, "--workers", 2]
    assert call(folder, *options, "-o", "whole.csv").code == 0
    process = subprocess.Popen(
        [*COMMAND, *map(str, options), "-o", "r.csv"], cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with process:
        told = process.stderr.readline() + process.stderr.readline()
        # As a terminal does it: to the workers too.
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told + out + err
    assert err.endswith("Interrupted; go on with --resume.\n")
    done = len(table(folder / "r.csv"))
    assert 2 <= done < 8
    assert len(out.splitlines()) == 1 + done
    end = monotonic() + 20
    while (left := alive(process.pid)) and monotonic() < end:
        pass
    assert left == []
    assert call(folder, *options, "-o", "r.csv", "--resume").code == 0
    assert table(folder / "r.csv").equals(table(folder / "whole.csv"))


def test_a_sweep_that_is_killed_goes_on_from_its_journal(folder, xor):
    options = ["sweep", xor, "--lr", "0.01:1:6", "--epochs", 400, "--workers", 1, "-o", "r.csv"]
    with start(folder, *options) as process:
        process.stderr.readline()
        process.kill()
    assert not (folder / "r.csv").exists()
    result = call(folder, *options, "--resume")
    assert result.code == 0
    assert 1 <= len(result.err.splitlines()) < 6
    assert len(table(folder / "r.csv")) == 6


def test_a_full_disk_is_one_sentence_and_loses_nothing(folder, xor):
    options = ["sweep", xor, "--lr", "0.01:1:20", *QUICK, "-o", "r.csv"]
    command = " ".join(map(str, [*COMMAND, *options]))
    full = subprocess.run(
        ["bash", "-c", f"ulimit -f 4; exec {command}"], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert full.returncode == 1
    (sentence,) = [line for line in full.stderr.splitlines() if line.startswith("nnstudio:")]
    assert "r.csv.journal could not be written" in sentence
    assert "--resume" in sentence
    assert "Traceback" not in full.stderr
    kept = len((folder / "r.csv.journal").read_text().splitlines()) - 1
    assert 0 < kept < 20
    assert len(table(folder / "r.csv")) == kept
    result = call(folder, *options, "--resume")
    assert len(result.err.splitlines()) == 20 - kept
    assert len(table(folder / "r.csv")) == 20


def test_on_a_terminal_the_table_is_drawn_again_and_again(folder, xor):
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "sweep", xor, "--lr", "0.01:1:15", "--epochs", "30", "--workers", "1"], cwd=folder, env=ENVIRONMENT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=terminal, text=True,
    )  # fmt: skip
    with process:
        out, _ = process.communicate(timeout=60)
    os.close(terminal)
    drawn = os.read(screen, 1 << 16).decode()
    os.close(screen)
    assert process.returncode == 0
    assert len(out.splitlines()) == 16
    assert "of 15 trials" in drawn
    assert "best loss" in drawn
    # At the end it makes room for the whole table.
    assert re.search(r"\x1b\[\d+A\r\x1b\[J$", drawn)
