"""The training script of a PyTorch export learns as the studio does: its first loss is ours, and so are the others."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.engine.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Hinge,
    Loss,
    MeanSquaredError,
    PerceptronCriterion,
    losses,
)
from nnstudio.engine.optimizers import optimizers
from nnstudio.engine.schedules import Moment, schedules
from nnstudio.graph.edits import chain
from nnstudio.layers.base import Layer
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.tanh import Tanh
from nnstudio.layers.threshold import Threshold

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so nothing can be trained with it")

TOLD = re.compile(r"first loss: (\S+)\n")
EPOCH = re.compile(r"epoch \d+: loss (\S+)\n")


def data_for(classes: int, seed: int = 0) -> DataSet:
    random = np.random.default_rng(seed)
    inputs = random.normal(3, 2, (60, 4)).astype(np.float32)
    targets = random.normal(0, 1, (60, 2)) if not classes else [f"class {each}" for each in np.arange(60) % classes]
    return nn.dataset(inputs, targets, validation=0.1, test=0.1)


def export(folder: Path, model: nn.Model, data: DataSet) -> Path:
    """The export and its training samples, in a folder."""
    train = data.training()
    np.savez(folder / "DATA.npz", inputs=data.inputs[train], targets=data.targets[train])
    with model.session(data) as session:
        model.keep(session)
    model.arrays = data
    model.export("torch", folder / "model", prove=False)
    return folder / "model" / "model_train.py"


def run(*command: str | Path) -> str:
    """What a program prints; without our package in its way."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *map(str, command)], env={**environment, "OMP_NUM_THREADS": "1"}, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def in_this_process(script: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> str:
    """The same without a process of its own, which is much quicker."""
    monkeypatch.syspath_prepend(str(script.parent))
    monkeypatch.setattr(sys, "argv", [script.name, str(data)])
    monkeypatch.delitem(sys.modules, "model", raising=False)
    names: dict[str, Any] = {"__name__": "__main__", "__file__": str(script)}
    try:
        exec(compile(script.read_text(), script.name, "exec"), names)
    finally:
        sys.modules.pop("model", None)
    return capsys.readouterr().out


ENDS: list[tuple[Loss, int, tuple[Layer, ...]]] = [
    (CategoricalCrossEntropy(), 3, (Dense(units=3), Softmax())),
    (BinaryCrossEntropy(), 2, (Dense(units=1), Sigmoid())),
    (BinaryCrossEntropy(), 3, (Dense(units=3), Sigmoid())),
    (MeanSquaredError(), 3, (Dense(units=3), Softmax())),
    (MeanSquaredError(factor="1/2", outputs="sum"), 0, (Dense(units=2),)),
    (MeanSquaredError(), 2, (Dense(units=1), Tanh())),
    (Hinge(), 2, (Dense(units=1), Threshold())),
    (PerceptronCriterion(), 2, (Dense(units=1), Threshold())),
]  # fmt: skip


def test_every_loss_is_tried() -> None:
    assert {loss.kind for loss, _, _ in ENDS} == set(losses().kinds())


@pytest.mark.parametrize(("loss", "classes", "end"), ENDS, ids=lambda each: getattr(each, "kind", None))
def test_the_first_loss_and_the_next_ones_are_ours(loss, classes, end, tmp_path, monkeypatch, capsys) -> None:
    """Ten steps of an epoch: order, optimizer and all agree, or the mean of the epoch would not."""
    data = data_for(classes)
    model = nn.model(chain(Input(shape=(4,)), Dense(units=6), Tanh(), *end), data="", loss=loss, batch_size=5, epochs=1)
    script = export(tmp_path, model, data)
    printed = in_this_process(script, tmp_path / "DATA.npz", monkeypatch, capsys)
    with model.session(data) as session:
        first = session.step()
        session.run_epoch()
        mean = session.history.epochs[0].train_loss
    assert float(TOLD.search(printed)[1]) == pytest.approx(first, abs=1e-5)
    assert float(EPOCH.search(printed)[1]) == pytest.approx(mean, abs=1e-5)


@pytest.mark.parametrize("kind", sorted(optimizers().kinds()))
def test_every_optimizer_takes_the_same_way(kind, tmp_path, monkeypatch, capsys) -> None:
    """Three epochs with a penalty and a shortened gradient."""
    perceptron = kind == "perceptron_rule"
    end = (Dense(units=1), Threshold()) if perceptron else (Dense(units=3), Softmax())
    loss = PerceptronCriterion() if perceptron else CategoricalCrossEntropy()
    data = data_for(2 if perceptron else 3)
    settings: dict[str, Any] = {"penalty": {"kind": "l2", "strength": 0.5}, "clip": 0.7, "optimizer": kind}
    graph = chain(Input(shape=(4,)), *((Dense(units=6), ReLU()) if not perceptron else ()), *end)
    model = nn.model(graph, data="", loss=loss, batch_size=16, epochs=3, **settings)
    printed = in_this_process(export(tmp_path, model, data), tmp_path / "DATA.npz", monkeypatch, capsys)
    with model.session(data) as session:
        session.run()
        wanted = [epoch.train_loss for epoch in session.history.epochs]
    np.testing.assert_allclose([float(each) for each in EPOCH.findall(printed)], wanted, rtol=2e-4, atol=1e-5)


def test_an_l1_penalty_and_frozen_layers_hold_there_too(tmp_path, monkeypatch, capsys) -> None:
    data = data_for(3).prepared_by((Standardise(),))
    layers = Dense(units=6, frozen=True), BatchNorm(frozen=True), BatchNorm(), ReLU(), Dense(units=3), Softmax()
    model = nn.model(
        chain(Input(shape=(4,)), *layers), data="", loss=CategoricalCrossEntropy(), batch_size=16, epochs=3,
        optimizer="adam", penalty={"kind": "l1", "strength": 0.5}, shuffle=False,
    )  # fmt: skip
    printed = in_this_process(export(tmp_path, model, data), tmp_path / "DATA.npz", monkeypatch, capsys)
    with model.session(data) as session:
        session.run()
        wanted = [epoch.train_loss for epoch in session.history.epochs]
    np.testing.assert_allclose([float(each) for each in EPOCH.findall(printed)], wanted, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize("kind", sorted(schedules().kinds()))
def test_every_schedule_is_ours(kind: str) -> None:
    schedule, names = schedules().find(kind)(), {"math": math}
    lines = "\n".join(f"    {line}" for line in schedule.in_python())
    exec(f"def factor(step, epoch, share, steps_per_epoch, losses):\n{lines}", names)
    history = [1.0, 0.5, *[0.6] * 7, 0.4, *[0.5] * 12]
    for step in range(0, 66, 3):
        now = Moment(step, 3, 22, history[: step // 3])
        assert names["factor"](step, now.epoch, now.share, 3, now.losses) == pytest.approx(schedule.factor(now))


@pytest.mark.parametrize("kind", sorted(schedules().kinds()))
def test_every_schedule_runs_in_a_script(kind, tmp_path, monkeypatch, capsys) -> None:
    data = data_for(0)
    settings = {"batch_size": 16, "epochs": 4, "schedule": kind, "optimizer": "adam"}
    model = nn.model(chain(Input(shape=(4,)), Dense(units=2)), data="", **settings)
    printed = in_this_process(export(tmp_path, model, data), tmp_path / "DATA.npz", monkeypatch, capsys)
    with model.session(data) as session:
        session.run()
        wanted = [epoch.train_loss for epoch in session.history.epochs]
    if not model.project.settings.schedule.reads_losses:
        np.testing.assert_allclose([float(each) for each in EPOCH.findall(printed)], wanted, rtol=1e-4)
    assert len(EPOCH.findall(printed)) == 4


WATCHED = """
import os, runpy, sys

del sys.argv[0]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
tasks = "/proc/self/task"
names = [open(f"{tasks}/{each}/comm").read().strip() for each in os.listdir(tasks)] if os.path.isdir(tasks) else []
print("threads left:", *names, flush=True)
"""


def test_two_processes_learn_as_one(tmp_path: Path) -> None:
    data = nn.dataset("digits")
    model = nn.new("digits")
    model.configure(epochs=2, batch_size=64)
    script = export(tmp_path, model, data)
    (tmp_path / "watched.py").write_text(WATCHED)
    alone = "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"
    printed = run(*alone, tmp_path / "watched.py", script, tmp_path / "DATA.npz")
    with model.session(data) as session:
        first = session.step()
        session.run_epoch()
        mean = session.history.epochs[0].train_loss
    assert float(TOLD.search(printed)[1]) == pytest.approx(first, abs=1e-5)
    assert float(EPOCH.search(printed)[1]) == pytest.approx(mean, rel=0.02)
    losses_told = [float(each) for each in EPOCH.findall(printed)]
    assert losses_told[1] < losses_told[0]
    model.import_weights(script.with_name("model_trained.safetensors"))
    assert model.evaluate(data).accuracy > 0.8
    # A thread of the group that is still there when Python ends may bring the process down.
    assert printed.count("threads left:") == 2
    assert "gloo" not in printed.partition("threads left:")[2]
