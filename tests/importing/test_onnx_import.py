"""ONNX files become models that answer as the files do: our own, PyTorch's, and what others write."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

import nnstudio as nn
from nnstudio.core.errors import StudioError
from nnstudio.engine.losses import Loss
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph
from nnstudio.importing.onnx_import import NotImported, import_onnx
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from tests.compiler.test_any_graph import graphs
from tests.contract.bench import network_around
from tests.contract.examples import Example, all_examples
from tests.data.preparation.examples import EXAMPLES as STEPS
from tests.export.onnx_models import onnx_bytes, runtime_answers, samples_for, trained

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
from onnx import helper, numpy_helper  # noqa: E402

CLOSE = 1e-4
Array = NDArray[Any]
FLOAT = onnx.TensorProto.FLOAT


def apart(found: Array, wanted: Array) -> float:
    return float(np.abs(found - wanted).max(initial=0)) / max(1.0, float(np.abs(wanted).max(initial=0)))


def written(folder: Path, content: bytes) -> Path:
    path = folder / "it.onnx"
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("onnx")


@pytest.mark.parametrize("example", all_examples(), ids=str)
def test_every_layer_comes_back_to_the_same_answers(folder: Path, example: Example) -> None:
    model = trained(network_around(example))
    samples = samples_for(model)
    found = nn.from_onnx(written(folder, onnx_bytes(model))).predict(samples)
    assert apart(found, model.answers(samples).outputs) <= CLOSE


@pytest.mark.parametrize("example", all_examples(), ids=str)
def test_every_layer_is_known_again_by_its_kind(folder: Path, example: Example) -> None:
    model = trained(network_around(example))
    found = {node.layer.kind for node in import_onnx(written(folder, onnx_bytes(model))).graph.nodes}
    is_affine = example.layer.kind == "batch_norm" and len(example.inputs[0]) in (2, 4)
    moves_nothing = example.layer.kind in ("reshape", "flatten")
    assert example.layer.kind in found or moves_nothing or is_affine or (
        example.layer.kind == "silu" and {"sigmoid", "multiply"} <= found
    )


@settings(derandomize=True, deadline=None, database=None, max_examples=100)
@given(graphs())
def test_100_random_graphs_come_back_to_the_same_answers(folder: Path, made: tuple[Graph, Loss]) -> None:
    model = trained(made[0], loss=made[1])
    samples = samples_for(model)
    found = nn.from_onnx(written(folder, onnx_bytes(model))).predict(samples)
    assert apart(found, model.answers(samples).outputs) <= CLOSE


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.kind)
def test_the_preparation_comes_back(folder: Path, step) -> None:
    ready = step.ready()
    model = trained(chain(Input(shape=ready.shape(step.shape)), Flatten(), Dense(units=3)), (ready,), step.shape)
    samples = step.stored(6)
    found = nn.from_onnx(written(folder, onnx_bytes(model))).predict(samples)
    assert apart(found, model.answers(samples).outputs) <= CLOSE


def test_several_steps_come_back_one_after_the_other(folder: Path) -> None:
    steps = tuple(each.ready() for each in STEPS if each.kind in ("fill", "standardise", "scale"))
    model = trained(chain(Input(shape=(6, 5, 2)), Flatten(), Dense(units=3)), steps, (6, 5, 2))
    samples = samples_for(model)
    samples[0, 1, 2, 0] = np.nan
    back = nn.from_onnx(written(folder, onnx_bytes(model)))
    assert [each.kind for each in back.project.preparation] == ["fill", "standardise"]
    assert apart(back.predict(samples), model.answers(samples).outputs) <= CLOSE


def test_what_comes_in_can_be_saved_and_goes_out_again(tmp_path: Path) -> None:
    model = nn.new("digits")
    model.train(epochs=1)
    model.export("onnx", tmp_path / "a.onnx", prove=False)
    back = nn.from_onnx(tmp_path / "a.onnx")
    back.save(tmp_path / "a.nns")
    again = nn.load(tmp_path / "a.nns")
    assert again.project.class_names == model.project.class_names
    assert again.project.title == model.project.title
    assert again.evaluate("digits").accuracy == pytest.approx(model.evaluate().accuracy)
    proof = again.export("onnx", tmp_path / "b.onnx").proof
    assert proof is not None
    assert proof.holds


def test_layers_are_laid_out_on_the_canvas(tmp_path: Path) -> None:
    model = nn.new("digits")
    model.train(epochs=1)
    model.export("onnx", tmp_path / "a.onnx", prove=False)
    places = [node.position for node in import_onnx(tmp_path / "a.onnx").graph.order]
    assert [x for x, _ in places] == sorted({x for x, _ in places})
    assert {y for _, y in places} == {0.0}


def test_an_imported_model_can_be_trained_further(tmp_path: Path) -> None:
    model = nn.new("digits")
    model.train(epochs=1)
    model.export("onnx", tmp_path / "a.onnx", prove=False)
    back = nn.from_onnx(tmp_path / "a.onnx")
    assert back.project.settings.loss.kind == "categorical_cross_entropy"
    session = back.train("digits", epochs=2, optimizer="adam")
    assert session.history.epochs[-1].train_loss < session.history.epochs[0].train_loss


# What PyTorch writes


def networks():
    torch = pytest.importorskip("torch")
    layer = torch.nn

    class Residual(layer.Module):
        """Normalises its input, then a short cut, a gate and a mean over the image."""

        def __init__(self):
            super().__init__()
            self.first, self.normal = layer.Conv2d(3, 8, 3, padding=1), layer.BatchNorm2d(8)
            self.second, self.last = layer.Conv2d(8, 8, 3, padding=1), layer.Linear(8, 5)

        def forward(self, x):
            x = (x - torch.tensor([0.1, 0.2, 0.3]).view(1, 3, 1, 1)) / torch.tensor([0.5, 0.6, 0.7]).view(1, 3, 1, 1)
            x = torch.relu(self.normal(self.first(x)))
            x = x + layer.functional.silu(self.second(x))
            return self.last(x.mean((2, 3)))

    class Viewed(layer.Module):
        """Flattens by hand, as many scripts do."""

        def __init__(self):
            super().__init__()
            self.filters, self.last = layer.Conv2d(3, 4, 3), layer.Linear(4 * 6 * 6, 5)

        def forward(self, x):
            x = torch.relu(self.filters(x))
            return torch.softmax(self.last(x.view(x.size(0), -1)), 1)

    return {
        "mlp": layer.Sequential(
            layer.Flatten(), layer.Linear(192, 16), layer.Sigmoid(), layer.BatchNorm1d(16), layer.Linear(16, 3),
            layer.Softmax(1),
        ),
        "cnn": layer.Sequential(
            layer.Conv2d(3, 6, 5, padding=2), layer.ReLU(), layer.MaxPool2d(2), layer.Conv2d(6, 8, 3),
            layer.LeakyReLU(0.2), layer.AvgPool2d(2), layer.Flatten(), layer.Dropout(0.5), layer.Linear(8, 7),
            layer.ELU(), layer.Linear(7, 4),
        ),
        "residual": Residual(),
        "viewed": Viewed(),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["mlp", "cnn", "residual", "viewed"])
def test_what_pytorch_exports_answers_as_in_pytorch(tmp_path: Path, name: str) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(3)
    network = networks()[name]
    for part in network.modules():
        if hasattr(part, "running_var"):
            part.running_var.uniform_(0.5, 2)
            part.running_mean.uniform_(-1, 1)
    network.eval()
    samples = torch.randn(4, 3, 8, 8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (samples,), str(tmp_path / "it.onnx"), dynamo=False)
    with torch.no_grad():
        wanted = network(samples).numpy()
    # Images are height × width × channels here.
    found = nn.from_onnx(tmp_path / "it.onnx").predict(samples.permute(0, 2, 3, 1).numpy())
    assert found.shape == wanted.shape
    assert apart(found, wanted) <= CLOSE


# What others write, by hand


def file_of(nodes: Sequence[Any], arrays: dict[str, Any], shape: Sequence[Any], version: int = 20) -> bytes:
    """An ONNX file from x to y."""
    graph = helper.make_graph(
        list(nodes), "by hand", [helper.make_tensor_value_info("x", FLOAT, ["n", *shape])],
        [helper.make_tensor_value_info("y", FLOAT, None)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=9)
    content: bytes = model.SerializeToString()
    return content


def numbers(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).normal(0, 1, shape).astype(np.float32)


NODE = helper.make_node
WEIGHTS = {"w": numbers(4, 3), "b": numbers(3)}
BY_HAND: dict[str, tuple[Sequence[Any], dict[str, Any], Sequence[int]]] = {
    "a product and a sum": ([NODE("MatMul", ["x", "w"], ["a"]), NODE("Add", ["a", "b"], ["y"])], WEIGHTS, [4]),
    "the sum the other way round": ([NODE("MatMul", ["x", "w"], ["a"]), NODE("Add", ["b", "a"], ["y"])], WEIGHTS, [4]),
    "alpha and beta": ([NODE("Gemm", ["x", "w", "b"], ["y"], alpha=0.5, beta=2.0)], WEIGHTS, [4]),
    "a product without a bias": ([NODE("MatMul", ["x", "w"], ["y"])], WEIGHTS, [4]),
    "numbers in a node": (
        [NODE("Constant", [], ["w"], value=numpy_helper.from_array(WEIGHTS["w"])), NODE("MatMul", ["x", "w"], ["y"])],
        {}, [4],
    ),
    "a factor in the middle": (
        [NODE("MatMul", ["x", "w"], ["a"]), NODE("Tanh", ["a"], ["t"]), NODE("Mul", ["t", "b"], ["y"])], WEIGHTS, [4],
    ),
    "a number less the input": (
        [NODE("Sub", ["one", "x"], ["a"]), NODE("MatMul", ["a", "w"], ["y"])], {**WEIGHTS, "one": np.float32(1)}, [4],
    ),
    "a quotient": (
        [NODE("Div", ["x", "d"], ["a"]), NODE("MatMul", ["a", "w"], ["y"])], {**WEIGHTS, "d": np.float32(3)}, [4],
    ),
    "a convolution that pads like Keras": (
        [
            NODE("Conv", ["x", "w"], ["a"], auto_pad="SAME_UPPER", strides=[2, 2]), NODE("Flatten", ["a"], ["f"]),
            NODE("MatMul", ["f", "v"], ["y"]),
        ],
        {"w": numbers(3, 2, 3, 3), "v": numbers(27, 4)}, [2, 6, 5],
    ),
    "a pool that rounds upwards": (
        [
            NODE("MaxPool", ["x"], ["a"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
            NODE("Flatten", ["a"], ["f"]), NODE("MatMul", ["f", "v"], ["y"]),
        ],
        {"v": numbers(18, 4)}, [2, 5, 5],
    ),
    "channels last, as Keras has them": (
        [
            NODE("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]), NODE("Conv", ["t", "w"], ["a"], pads=[1, 1, 1, 1]),
            NODE("Transpose", ["a"], ["l"], perm=[0, 2, 3, 1]), NODE("Reshape", ["l", "s"], ["f"]),
            NODE("MatMul", ["f", "v"], ["y"]),
        ],
        {"w": numbers(3, 2, 3, 3), "s": np.array([-1, 60]), "v": numbers(60, 4)}, [5, 4, 2],
    ),
    "a list that becomes an image": (
        [
            NODE("Reshape", ["x", "s"], ["i"]), NODE("Conv", ["i", "w"], ["a"]), NODE("Flatten", ["a"], ["f"]),
            NODE("MatMul", ["f", "v"], ["y"]),
        ],
        {"w": numbers(3, 1, 3, 3), "s": np.array([-1, 1, 5, 4]), "v": numbers(18, 4)}, [20],
    ),
    "a mean that keeps its axes": (
        [
            NODE("Conv", ["x", "w"], ["a"]), NODE("ReduceMean", ["a", "axes"], ["m"], keepdims=1),
            NODE("Squeeze", ["m", "axes"], ["y"]),
        ],
        {"w": numbers(3, 2, 1, 1), "axes": np.array([2, 3])}, [2, 5, 4],
    ),
    "half precision": (
        [NODE("Cast", ["h"], ["w"], to=FLOAT), NODE("MatMul", ["x", "w"], ["y"])],
        {"h": WEIGHTS["w"].astype(np.float16)}, [4],
    ),
    "two branches side by side": (
        [
            NODE("Conv", ["x", "w"], ["a"]), NODE("Conv", ["x", "w"], ["b"]), NODE("Relu", ["b"], ["r"]),
            NODE("Concat", ["a", "r"], ["c"], axis=1), NODE("GlobalAveragePool", ["c"], ["g"]),
            NODE("Flatten", ["g"], ["y"]),
        ],
        {"w": numbers(3, 2, 3, 3)}, [2, 5, 4],
    ),
    "a normalisation after flattening": (
        [
            NODE("Conv", ["x", "w"], ["a"]), NODE("Flatten", ["a"], ["f"]),
            NODE("BatchNormalization", ["f", "g", "h", "i", "j"], ["n"]), NODE("MatMul", ["n", "v"], ["y"]),
        ],
        {
            "w": numbers(3, 2, 3, 3), "g": numbers(18), "h": numbers(18) + 1, "i": numbers(18) * 2,
            "j": np.abs(numbers(18)) + 0.5, "v": numbers(18, 4),
        },
        [2, 5, 4],
    ),
    "layers one after another": (
        [
            NODE("MatMul", ["x", "w"], ["a"]), NODE("LayerNormalization", ["a", "b"], ["n"]),
            NODE("Gelu", ["n"], ["g"], approximate="tanh"), NODE("Softplus", ["g"], ["p"]),
            NODE("Identity", ["p"], ["y"]),
        ],
        WEIGHTS, [4],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_what_others_write_answers_as_in_onnxruntime(tmp_path: Path, name: str) -> None:
    nodes, arrays, shape = BY_HAND[name]
    content = file_of(nodes, arrays, shape)
    samples = np.random.default_rng(0).normal(0, 1, (4, *shape)).astype(np.float32)
    (wanted,) = runtime_answers(content, samples)
    imported = nn.from_onnx(written(tmp_path, content))
    image = imported.plan().input_shape
    if image != tuple(shape):
        samples = samples.transpose(0, 2, 3, 1)
    found = imported.predict(samples).reshape(4, -1)
    assert apart(found, wanted) <= CLOSE


# What is not known


def test_every_node_that_is_not_known_is_named_at_once(tmp_path: Path) -> None:
    nodes = [
        NODE("MatMul", ["x", "w"], ["a"], name="first"), NODE("Sin", ["a"], ["s"], name="wave"),
        NODE("Relu", ["s"], ["r"]), NODE("Hardmax", ["r"], ["h"], name="hard"), NODE("Tanh", ["h"], ["y"]),
    ]  # fmt: skip
    with pytest.raises(NotImported) as caught:
        import_onnx(written(tmp_path, file_of(nodes, WEIGHTS, [4])))
    assert [(node.name, node.operator) for node in caught.value.nodes] == [("wave", "Sin"), ("hard", "Hardmax")]
    assert "2 of its 5 nodes have no layer here: wave (Sin): no layer here does that; hard" in str(caught.value)


@pytest.mark.parametrize(
    ("node", "arrays", "shape", "why"),
    [
        (NODE("Gelu", ["x"], ["y"]), {}, [4], "error function"),
        (NODE("Conv", ["x", "w"], ["y"]), {"w": numbers(2, 1, 3)}, [1, 9], "only images"),
        (NODE("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], dilations=[2, 2]), {}, [1, 9, 9], "gaps"),
        (NODE("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1), {}, [1, 9, 9],
         "count the border"),
        (NODE("Conv", ["x", "w"], ["y"], pads=[0, 1, 2, 0]), {"w": numbers(2, 1, 3, 3)}, [1, 9, 9], "border"),
        (NODE("MatMul", ["x", "w"], ["y"]), {"w": numbers(5, 2)}, [4], "weights for 5 numbers, but gets 4"),
        (NODE("Reshape", ["x", "s"], ["y"]), {"s": np.array([-1])}, [4], "samples apart"),
        (NODE("Softmax", ["x"], ["y"], axis=0), {}, [3, 4], "axis"),
        (NODE("Elu", ["x"], ["y"], alpha=1000.0), {}, [4], "ELU"),
        (NODE("Gemm", ["x", "w"], ["y"]), {"w": np.full((4, 2), np.nan, np.float32)}, [4], "finite"),
        (NODE("Gemm", ["x", "w", "b"], ["y"]), {"w": numbers(4, 2), "b": numbers(3)}, [4], "bias"),
        (NODE("Clip", ["x"], ["y"]), {}, [4], "no layer"),
    ],
    ids=lambda value: value.op_type if hasattr(value, "op_type") else None,
)  # fmt: skip
def test_a_node_that_is_a_little_different_says_how(tmp_path: Path, node, arrays, shape, why: str) -> None:
    with pytest.raises(NotImported, match=why) as caught:
        import_onnx(written(tmp_path, file_of([node], arrays, shape)))
    assert [each.operator for each in caught.value.nodes] == [node.op_type]


def test_a_missing_package_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(StudioError, match=r"pip install 'nnstudio\[onnx\]'"):
        import_onnx(tmp_path / "it.onnx")
