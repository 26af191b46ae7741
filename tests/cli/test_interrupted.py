"""A training that is interrupted, or killed, goes on to the very bits it would have reached."""

import os
import shutil
import signal
import struct
from gzip import compress
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.core.errors import ProjectError
from nnstudio.project.file import load_project

from .command import call, start, weight_bits

EPOCHS = 150


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """A project, and what an uninterrupted training makes of it."""
    folder = tmp_path_factory.mktemp("reference")
    model = nn.new("playground")
    model.configure(epochs=EPOCHS, seed=4, schedule="cosine", penalty={"kind": "l2", "strength": 0.1})
    model.save(folder / "start.nns")
    assert call(folder, "train", "start.nns", "-o", "whole.nns").code == 0
    return folder


@pytest.fixture
def started(reference, tmp_path):
    """A copy of that project."""
    return shutil.copy(reference / "start.nns", tmp_path / "it.nns")


def until_epoch(process, number: int) -> None:
    """Read what a training says until it says that this epoch is over."""
    for line in process.stderr:
        if line.startswith(f"epoch {number}/"):
            return
    pytest.fail("the training ended before it could be interrupted")


def same_history(path, other) -> bool:
    told = ("steps", "learning_rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    both = [
        [[getattr(epoch, name) for name in told] for epoch in load_project(Path(each)).history]
        for each in (path, other)
    ]
    return both[0] == both[1]


def test_ctrl_c_saves_the_work_and_resuming_goes_on_to_the_same_bits(reference, started, tmp_path):
    with start(tmp_path, "train", started, "--json") as process:
        until_epoch(process, 5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "go on with --resume" in err
    assert '"stopped": "interrupted"' in out
    stopped = load_project(started)
    assert stopped.checkpoint is not None
    assert 5 <= len(stopped.history) < EPOCHS
    assert sorted(os.listdir(tmp_path)) == ["it.nns"]
    result = call(tmp_path, "train", started, "--resume", "--json")
    assert result.code == 0
    assert result.json["epochs"] == EPOCHS
    assert len(result.json["train_loss"]) == EPOCHS
    assert weight_bits(started) == weight_bits(reference / "whole.nns")
    assert same_history(started, reference / "whole.nns")
    assert load_project(started).checkpoint.standing["finished"] == "all epochs are done"


def test_a_training_may_be_interrupted_again_and_again(reference, started, tmp_path):
    for stop in (3, 20, 40):
        with start(tmp_path, "train", started, *["--resume"] * (stop > 3)) as process:
            until_epoch(process, stop)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        assert process.returncode == 130
    assert call(tmp_path, "train", started, "--resume").code == 0
    assert weight_bits(started) == weight_bits(reference / "whole.nns")


def test_a_training_that_is_killed_goes_on_from_its_last_save_to_the_same_bits(reference, started, tmp_path):
    with start(tmp_path, "train", started, "--save-every", "0.05") as process:
        for line in process.stderr:
            if line.startswith("epoch") and load_project(started).checkpoint is not None:
                break
        else:
            pytest.fail("the training ended before it was saved")
        process.kill()
    saved = load_project(started)
    assert 0 < saved.checkpoint.standing["steps_done"] < EPOCHS * 32
    assert call(tmp_path, "train", started, "--resume").code == 0
    assert weight_bits(started) == weight_bits(reference / "whole.nns")
    assert same_history(started, reference / "whole.nns")
    assert sorted(os.listdir(tmp_path)) == ["it.nns"]


def test_what_is_saved_on_the_way_can_be_used_at_once(started, tmp_path):
    with start(tmp_path, "train", started, "--save-every", "0.05", "-o", "out.nns") as process:
        for line in process.stderr:
            if line.startswith("epoch") and (tmp_path / "out.nns").exists():
                break
        process.kill()
    assert call(tmp_path, "evaluate", "out.nns", "--json").json["samples"] > 0
    assert load_project(started).weights is None


def test_an_interrupted_training_is_not_resumed_with_other_settings(started, tmp_path):
    with start(tmp_path, "train", started) as process:
        until_epoch(process, 2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    before = Path(started).read_bytes()
    result = call(tmp_path, "train", started, "--resume", "--batch-size", 11)
    assert result.code == 1
    assert "other settings" in result.err
    assert Path(started).read_bytes() == before


def test_a_training_that_is_over_goes_on_with_more_epochs_to_the_bits_of_a_longer_one(tmp_path):
    assert call(tmp_path, "new", "playground", "-o", "a.nns").code == 0
    assert call(tmp_path, "train", "a.nns", "--epochs", 20, "-o", "whole.nns").code == 0
    assert call(tmp_path, "train", "a.nns", "--epochs", 10).code == 0
    report = call(tmp_path, "train", "a.nns", "--resume", "--epochs", 20, "--json").json
    assert report["epochs"] == len(report["train_loss"]) == 20
    assert weight_bits(tmp_path / "a.nns") == weight_bits(tmp_path / "whole.nns")
    assert same_history(tmp_path / "a.nns", tmp_path / "whole.nns")


@pytest.mark.parametrize("options", [[], ["--epochs", 5]], ids=["as many", "fewer"])
def test_a_training_that_is_over_is_not_resumed_for_no_more_epochs(tmp_path, options):
    assert call(tmp_path, "new", "playground", "-o", "a.nns").code == 0
    assert call(tmp_path, "train", "a.nns", "--epochs", 10).code == 0
    before = (tmp_path / "a.nns").read_bytes()
    result = call(tmp_path, "train", "a.nns", "--resume", *options)
    assert result.code == 1
    assert "no unfinished training to resume: all epochs are done" in result.err
    assert "--epochs" in result.err
    assert (tmp_path / "a.nns").read_bytes() == before


def test_a_rate_given_at_the_resume_holds_from_there_on(tmp_path):
    assert call(tmp_path, "new", "playground", "-o", "a.nns").code == 0
    assert call(tmp_path, "train", "a.nns", "--epochs", 2, "--lr", "0.5").code == 0
    assert call(tmp_path, "train", "a.nns", "--epochs", 3, "--resume", "--lr", "0.25").code == 0
    assert [epoch.learning_rate for epoch in load_project(tmp_path / "a.nns").history] == [0.5, 0.5, 0.25]
    assert call(tmp_path, "train", "a.nns", "--epochs", 4, "--resume").code == 0
    assert [epoch.learning_rate for epoch in load_project(tmp_path / "a.nns").history] == [0.5, 0.5, 0.25, 0.25]


def test_a_project_that_is_removed_on_the_way_is_saved_all_the_same(started, tmp_path):
    with start(tmp_path, "train", started) as process:
        until_epoch(process, 2)
        Path(started).unlink()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert load_project(started).checkpoint is not None


@pytest.fixture
def wide(tmp_path):
    """A network on the digits that is large enough for two threads."""
    graph = nn.chain(
        nn.Input((8, 8, 1)),
        nn.Flatten(),
        nn.Dense(512),
        nn.ReLU(),
        nn.Dense(512),
        nn.ReLU(),
        nn.Dense(10),
        nn.Softmax(),
    )
    model = nn.model(graph, data="digits", loss="categorical_cross_entropy", optimizer="adam", batch_size=128, epochs=2)
    model.save(tmp_path / "wide.nns")
    return tmp_path / "wide.nns"


def test_one_thread_or_two_give_the_same_bits(wide, tmp_path):
    for threads in (1, 2):
        assert call(tmp_path, "train", wide, "--threads", threads, "-o", f"{threads}.nns").code == 0
    assert weight_bits(tmp_path / "1.nns") == weight_bits(tmp_path / "2.nns")


def test_convolutions_with_one_thread_or_two_give_the_same_bits(tmp_path):
    graph = nn.chain(
        nn.Input((8, 8, 1)), nn.Conv2D(32, padding="same"), nn.ReLU(), nn.MaxPool(), nn.Conv2D(32), nn.ReLU(),
        nn.Flatten(), nn.Dense(10), nn.Softmax(),
    )  # fmt: skip
    model = nn.model(graph, data="digits", loss="categorical_cross_entropy", optimizer="adam", batch_size=128, epochs=1)
    assert model.plan().lanes == 2
    model.save(tmp_path / "conv.nns")
    for threads in (1, 2):
        assert call(tmp_path, "train", "conv.nns", "--threads", threads, "-o", f"{threads}.nns").code == 0
    assert weight_bits(tmp_path / "1.nns") == weight_bits(tmp_path / "2.nns")


def test_begun_with_one_thread_and_resumed_with_two_gives_the_same_bits(wide, tmp_path):
    assert call(tmp_path, "train", wide, "--epochs", 4, "--threads", 2, "-o", "whole.nns").code == 0
    with start(tmp_path, "train", wide, "--epochs", 4, "--threads", 1) as process:
        until_epoch(process, 1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert call(tmp_path, "train", wide, "--resume", "--threads", 2).code == 0
    assert weight_bits(wide) == weight_bits(tmp_path / "whole.nns")


@pytest.fixture
def tiny_mnist(tmp_path):
    """A folder laid out like MNIST, with 40 and 20 images of noise."""
    folder = tmp_path / "my mnist, small"
    folder.mkdir()
    random = np.random.default_rng(0)
    for part, count in (("train", 40), ("t10k", 20)):
        images = bytes([0, 0, 8, 3]) + struct.pack(">3I", count, 28, 28) + random.bytes(count * 784)
        labels = bytes([0, 0, 8, 1]) + struct.pack(">I", count) + bytes(number % 10 for number in range(count))
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(compress(images))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(labels)
    return folder


def test_a_folder_with_the_files_of_mnist_can_be_trained_on(tiny_mnist, tmp_path):
    assert call(tmp_path, "new", "mnist-mlp", "-o", "m.nns").code == 0
    report = call(tmp_path, "train", "m.nns", "--data", tiny_mnist, "--epochs", 1, "--json").json
    assert report["parameters"] == 785 * 128 + 129 * 10
    assert call(tmp_path, "evaluate", "m.nns", "--data", tiny_mnist, "--json").json["samples"] == 20


@pytest.mark.slow
def test_one_epoch_of_mnist_is_enough_for_92_percent(tmp_path):
    folder = os.environ.get("NNSTUDIO_TEST_MNIST")
    if not folder:
        pytest.skip("NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
    assert call(tmp_path, "new", "mnist-mlp", "-o", "m.nns").code == 0
    report = call(tmp_path, "train", "m.nns", "--data", folder, "--epochs", 1, "--json").json
    assert report["test_accuracy"] > 0.92
    assert call(tmp_path, "evaluate", "m.nns", "--data", folder, "--json").json["accuracy"] == report["test_accuracy"]


def test_a_damaged_project_is_not_overwritten_by_a_training(tmp_path):
    (tmp_path / "it.nns").write_bytes(b"PK\3\4 what is left of a year's work")
    result = call(tmp_path, "train", "it.nns", "-o", "it.nns")
    assert result.code == 1
    assert (tmp_path / "it.nns").read_bytes() == b"PK\3\4 what is left of a year's work"
    with pytest.raises(ProjectError):
        load_project(tmp_path / "it.nns")
