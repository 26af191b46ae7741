"""The process that trains for a packaged program, which finds plugins in their folder and nowhere else."""

import shutil
import sys
from dataclasses import replace

import pytest

from nnstudio.graph import edits
from nnstudio.layers.base import layers
from nnstudio.live.commands import Go, Prepare, Watch
from nnstudio.live.messages import Halted, Seen
from nnstudio.live.process import ProcessWorker
from nnstudio.project.templates import load_template
from tests.cli.command import ENVIRONMENT
from tests.live.test_worker import wait_for


@pytest.fixture
def packaged(tmp_path, example, monkeypatch):
    """Workers are begun as a packaged program begins them, with the example in the folder of plugins."""
    shutil.copytree(example, tmp_path / "nnstudio" / "plugins")
    command = [sys.executable, "-m", "nnstudio", "--worker"]
    monkeypatch.setattr("nnstudio.live.process._command", lambda: command)
    monkeypatch.setattr("nnstudio.live.process._environment", lambda: {**ENVIRONMENT, "XDG_DATA_HOME": str(tmp_path)})


def test_it_trains_a_layer_of_a_plugin_and_answers_its_question(packaged, installed, example):
    installed.add(example)
    from nnstudio_example.norms_probe import Norms

    project = load_template("playground")
    graph = edits.set_layer(project.graph, "tanh_1", layers().find("hard_tanh")(limit=0.9))
    worker, heard = ProcessWorker(), []
    worker.send(Watch({"it": Norms(("hidden_1",))}))
    worker.send(Prepare(1, replace(project, graph=graph)))
    worker.send(Go(steps=3))
    try:
        assert wait_for(worker, Halted, heard).step == 3
        assert set(wait_for(worker, Seen, heard).value["hidden_1"]) == {"weights", "bias"}
    finally:
        assert worker.close()
