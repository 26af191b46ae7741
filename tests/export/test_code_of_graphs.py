"""Any graph, with branches, merges and shared inputs, answers in PyTorch and in NumPy as it does here."""

import ast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.engine.losses import Loss
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph
from nnstudio.layers.add import Add
from nnstudio.layers.concatenate import Concatenate
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from tests.compiler.test_any_graph import graphs
from tests.export.code_models import samples_for, trained
from tests.export.scripts import by_numpy, by_torch, files_of

HUNDRED = settings(derandomize=True, deadline=None, database=None, max_examples=100)
CLOSE = 1e-4


def _agree(by, made: tuple[Graph, Loss]) -> None:
    model = trained(*made)
    samples = samples_for(model)
    ours = model.answers(samples)
    outputs, logits = by(model, samples)
    scale = max(1.0, float(np.abs(ours.raw).max()))
    np.testing.assert_allclose(outputs.reshape(ours.outputs.shape), ours.outputs, rtol=0, atol=CLOSE * scale)
    if ours.logits is not None:
        assert logits is not None
        np.testing.assert_allclose(logits.reshape(ours.logits.shape), ours.logits, rtol=0, atol=CLOSE * scale)


@HUNDRED
@given(graphs())
def test_any_graph_in_numpy_answers_as_ours(made: tuple[Graph, Loss]) -> None:
    _agree(by_numpy, made)


@HUNDRED
@given(graphs())
def test_any_graph_in_pytorch_answers_as_ours(made: tuple[Graph, Loss]) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    _agree(by_torch, made)


@settings(HUNDRED, max_examples=30)
@given(graphs(), st.sampled_from(["numpy", "torch", "keras"]))
def test_the_code_of_any_graph_is_tidy(made: tuple[Graph, Loss], kind: str) -> None:
    for name, content in files_of(trained(*made), kind).items():
        if name.endswith(".py"):
            ast.parse(content)
            lines = content.decode().splitlines()
            assert not [line for line in lines if line != line.rstrip() or "\t" in line]
            assert "\n\n\n\n" not in content.decode()


def branching() -> Graph:
    """Two ways from one image, one with a short cut, that meet again."""
    graph = edits.chain(Input(shape=(6, 6, 2)), Conv2D(filters=4), ReLU())
    graph = edits.append(graph, Conv2D(filters=4, size=1), "relu", "narrow")
    graph = edits.append(graph, ReLU(), "narrow", "sharp")
    graph = edits.append(graph, Conv2D(filters=4, size=5), "relu", "wide")
    graph = edits.add(graph, Add(), "sum")
    for source in ("sharp", "wide", "relu"):
        graph = edits.connect(graph, source, "sum")
    graph = edits.append(graph, Flatten(), "sum", "list")
    return edits.append(graph, Dense(units=3), "list", "scores")


def test_the_forward_of_a_branching_graph_reads_like_the_graph() -> None:
    text = files_of(trained(branching()), "torch")["model.py"].decode()
    forward = text[text.index("def forward") : text.index("def answer")]
    lines = [line.strip() for line in forward.splitlines()[2:] if line.strip()]
    assert lines == [
        "x = self.prepare(samples)",
        "x = self.conv2d(x)",
        "x = F.relu(x)",
        "narrow = self.narrow(x)",
        "narrow = F.relu(narrow)",
        "wide = self.wide(x)",
        "x = narrow + wide + x",
        "x = x.permute(0, 2, 3, 1).flatten(1)  # Channels last.",
        "return self.scores(x)",
    ]


def test_one_input_that_is_read_twice_keeps_its_variable() -> None:
    graph = edits.chain(Input(shape=(3,)), Dense(units=3))
    graph = edits.add(graph, Concatenate(), "twice")
    for _ in range(2):
        graph = edits.connect(graph, "dense", "twice")
    assert "torch.cat((x, x), dim=-1)" in files_of(trained(graph), "torch")["model.py"].decode()
