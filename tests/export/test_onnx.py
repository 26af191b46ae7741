"""Models as ONNX answer in onnxruntime, and in ONNX's own evaluator, as they answer here."""

import json

import numpy as np
import pytest
from hypothesis import given, settings

import nnstudio as nn
from nnstudio.core.errors import DataError, LayerError
from nnstudio.data.preparation.base import Preparation
from nnstudio.engine.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph
from nnstudio.layers.base import Layer, layers
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from tests.compiler.test_any_graph import graphs
from tests.contract.bench import network_around
from tests.contract.examples import WITHOUT_INPUTS, Example, all_examples
from tests.data.preparation.examples import EXAMPLES as STEPS
from tests.data.preparation.examples import Example as StepExample
from tests.export.onnx_models import onnx_bytes, reference_answers, runtime_answers, samples_for, trained

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

CLOSE = 1e-4


def apart(found, wanted) -> float:
    return float(np.abs(found - wanted).max(initial=0))


@pytest.mark.parametrize("example", all_examples(), ids=str)
def test_every_layer_alone_answers_the_same_in_onnxruntime(example: Example) -> None:
    model = trained(network_around(example))
    samples = samples_for(model)
    (found,) = runtime_answers(onnx_bytes(model), samples)
    wanted = model.answers(samples).outputs
    assert apart(found, wanted) <= CLOSE * max(1, float(np.abs(wanted).max()))


def test_the_examples_are_of_every_layer() -> None:
    assert {example.layer.kind for example in all_examples()} | set(WITHOUT_INPUTS) == set(layers().kinds())


@settings(derandomize=True, deadline=None, database=None, max_examples=100)
@given(graphs())
def test_100_random_graphs_answer_the_same_in_onnxruntime(made: tuple[Graph, Loss]) -> None:
    model = trained(made[0], loss=made[1])
    samples = samples_for(model)
    found = runtime_answers(onnx_bytes(model), samples)
    ours = model.answers(samples)
    for mine, theirs in zip((ours.outputs, ours.logits), found, strict=False):
        assert apart(theirs, mine) <= CLOSE * max(1, float(np.abs(mine).max()))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_every_preparation_step_goes_along(step: StepExample) -> None:
    ready = step.ready()
    shape = ready.shape(step.shape)
    model = trained(chain(Input(shape=shape), Flatten(), Dense(units=3)), (ready,), step.shape)
    samples = step.stored(6)
    (found,) = runtime_answers(onnx_bytes(model), samples)
    assert apart(found, model.answers(samples).outputs) <= CLOSE


def test_missing_and_infinite_numbers_are_filled_as_here() -> None:
    step = next(each for each in STEPS if each.kind == "fill").ready()
    model = trained(chain(Input(shape=(6, 5, 2)), Flatten(), Dense(units=3)), (step,), (6, 5, 2))
    samples = samples_for(model)
    samples[0, 0, 0, 0], samples[1, 2, 3, 1], samples[2, 5, 4, 0] = np.nan, np.inf, -np.inf
    (found,) = runtime_answers(onnx_bytes(model), samples)
    assert np.isfinite(found).all()
    assert apart(found, model.answers(samples).outputs) <= CLOSE


def test_what_varies_at_random_in_training_stays_at_home() -> None:
    steps = tuple(each.ready() for each in STEPS if each.kind in ("noise", "flip"))
    model = trained(chain(Input(shape=(6, 5, 2)), Flatten(), Dense(units=3)), steps, (6, 5, 2))
    assert [node.op_type for node in onnx.load_model_from_string(onnx_bytes(model)).graph.node] == ["Flatten", "Gemm"]


@pytest.mark.parametrize(
    ("last", "loss"), [(Softmax(), CategoricalCrossEntropy()), (Sigmoid(), BinaryCrossEntropy())],
    ids=["softmax", "sigmoid"],
)  # fmt: skip
def test_probabilities_come_with_their_logits(last: Layer, loss: Loss) -> None:
    model = trained(chain(Input(shape=(3,)), Dense(units=4), last), loss=loss)
    samples = samples_for(model)
    outputs, logits = runtime_answers(onnx_bytes(model), samples)
    weights = model.parameters_of("dense")
    by_hand = samples @ weights["weights"].T + weights["bias"]
    assert apart(logits, by_hand) <= 1e-5
    assert apart(outputs, model.answers(samples).outputs) <= 1e-6


def test_any_number_of_samples_may_be_asked() -> None:
    model = trained(chain(Input(shape=(8, 8, 1)), Conv2D(filters=2), Flatten(), Dense(units=3)))
    content = onnx_bytes(model)
    for count in (1, 7):
        assert runtime_answers(content, samples_for(model, count))[0].shape == (count, 3)


def test_an_image_is_turned_once_on_its_way_in_and_once_on_its_way_out() -> None:
    model = trained(chain(Input(shape=(8, 8, 3)), Conv2D(filters=2), ReLU(), MaxPool(), Conv2D(filters=4), Flatten()))
    operators = [node.op_type for node in onnx.load_model_from_string(onnx_bytes(model)).graph.node]
    assert operators.count("Transpose") == 2


def test_onnx_s_own_evaluator_agrees_too() -> None:
    model = trained(chain(Input(shape=(6, 6, 2)), Conv2D(filters=3), ReLU(), MaxPool(), Flatten(), Dense(units=4)))
    samples = samples_for(model)
    (found,) = reference_answers(onnx_bytes(model), samples)
    assert apart(found, model.answers(samples).outputs) <= CLOSE


def test_the_file_says_where_it_comes_from() -> None:
    model = trained(chain(Input(shape=(3,)), Dense(units=2)), classes=("cat", "dog"))
    file = onnx.load_model_from_string(onnx_bytes(model))
    told = {each.key: each.value for each in file.metadata_props}
    assert file.producer_name == "nnstudio"
    assert json.loads(told["class_names"]) == ["cat", "dog"]
    assert told["seed"] == "0"
    assert file.opset_import[0].version == 20


def test_the_same_model_gives_the_same_bytes() -> None:
    graph = chain(Input(shape=(3,)), Dense(units=2), Sigmoid())
    assert onnx_bytes(trained(graph)) == onnx_bytes(trained(graph))


def test_layers_may_be_called_as_they_like() -> None:
    from nnstudio.graph import edits

    graph = edits.add(Graph(), Input(shape=(3,)), "input")
    for name in ("output", "logits", "input/shape", "output/2", "名前\n", "a" * 80):
        graph = edits.append(graph, Dense(units=3), id=name)
    model = trained(edits.append(graph, Softmax(), id="output/shape"))
    samples = samples_for(model)
    outputs, logits = runtime_answers(onnx_bytes(model), samples)
    assert apart(outputs, model.answers(samples).outputs) <= CLOSE
    assert apart(logits, model.answers(samples).logits) <= CLOSE


def test_a_layer_without_a_form_in_onnx_is_named() -> None:
    from nnstudio.layers.onnx_site import OnnxSite

    with pytest.raises(LayerError, match="Layer has no form in ONNX"):
        Layer.onnx_nodes(Layer(), OnnxSite.__new__(OnnxSite))


def test_a_preparation_step_without_a_form_in_onnx_is_named() -> None:
    from nnstudio.core.onnx_sheet import OnnxSheet

    class Strange(Preparation):
        """A step of a plugin whose author did not think of ONNX."""

        def record(self, numbers, random):
            return [], numbers

    with pytest.raises(DataError, match="Strange has no form in ONNX"):
        Strange().onnx_nodes(OnnxSheet(), "x", (3,))


def test_float64_models_go_out_in_float32(tmp_path) -> None:
    model = nn.new("playground")
    model.train(epochs=1, precision="float64")
    proof = model.export("onnx", tmp_path / "it.onnx").proof
    assert proof is not None
    assert proof.holds
    file = onnx.load(tmp_path / "it.onnx")
    assert {each.data_type for each in file.graph.initializer} == {onnx.TensorProto.FLOAT}
