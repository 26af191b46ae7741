"""The layer of the example: the contract that every layer keeps, and its way out to other programs."""

import json

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.core.errors import StudioError
from nnstudio.core.written import Written
from nnstudio.engine.optimizers import Adam
from nnstudio.export.base import exporters
from nnstudio.graph.edits import chain
from nnstudio.layers.base import layers
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.softmax import Softmax
from nnstudio.project.project import Project
from tests.contract.bench import Bench, error_between, slopes
from tests.contract.examples import Example


@pytest.fixture
def hard_tanh(installed, example):
    """The layer, found as any other is."""
    installed.add(example)
    return layers().find("hard_tanh")


@pytest.fixture(params=[((7,), 1.0), ((3, 4, 2), 0.5), ((5,), 1.7)], ids=str)
def bench(hard_tanh, request):
    """The layer at work, in float64, with numbers around 0 up to 2 on both sides."""
    shape, limit = request.param
    return Bench(Example(hard_tanh(limit=limit), (shape,), 4))


def test_its_answers_are_those_of_numpy(bench):
    bench.loss()
    limit = bench.example.layer.limit
    np.testing.assert_array_equal(bench.output, np.clip(bench.inputs[0], -limit, limit))
    assert 0 < (abs(bench.output) == limit).mean() < 1


def test_its_derivatives_agree_with_central_differences(bench):
    bench.work()
    found = np.concatenate([part.reshape(bench.example.batch, -1) for part in bench.input_derivatives], axis=1)
    assert error_between(found, slopes(bench, bench.program.inputs)) <= 1e-6


def test_the_lines_it_gives_for_numpy_say_the_same(hard_tanh):
    x = np.linspace(-3, 3, 25).reshape(5, 5)
    place = {"x": x, "np": np}
    exec(hard_tanh(limit=0.7).numpy((5,)), place)
    np.testing.assert_array_equal(place["y"], np.clip(x, -0.7, 0.7))


def test_it_survives_json_and_refuses_what_is_out_of_range(hard_tanh):
    made = hard_tanh(limit=0.7)
    assert layers().from_json(json.loads(json.dumps(made.to_json()))) == made
    with pytest.raises(StudioError, match=r"Hard tanh: limit must be a number from 0\.01 to 100"):
        hard_tanh(limit=0.0)


def test_it_says_how_pytorch_and_keras_write_it(hard_tanh):
    assert hard_tanh(limit=2.0).in_torch((5,)) == Written(("{y} = F.hardtanh({x}, -2, 2)",))
    assert hard_tanh(limit=2.0).in_keras((5,)) == Written(("{y} = ops.clip({x}, -2, 2)",))


def test_a_network_with_it_learns_and_its_exports_are_proved(hard_tanh, tmp_path):
    graph = chain(Input(shape=(8, 8, 1)), layers().find("flatten")(), Dense(units=16), hard_tanh(limit=0.8),
                  Dense(units=10), Softmax())  # fmt: skip
    model = Model(Project(graph, data="digits"))
    model.train(epochs=4, optimizer=Adam(learning_rate=0.01), loss="categorical_cross_entropy")
    assert model.evaluate().accuracy > 0.85
    for format in ("onnx", "numpy", "npz"):
        proof = model.export(format, tmp_path / f"it{exporters().find(format).suffix}").proof
        assert proof.holds, format
        assert proof.samples == 359
