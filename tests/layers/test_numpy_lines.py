"""The NumPy lines that the studio shows compute what the studio computes; formulas carry the layer's own shapes."""

import ast
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from numpy.typing import NDArray

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.engine import predict
from nnstudio.engine.parameters import Parameters
from nnstudio.graph.edits import chain
from nnstudio.layers.add import Add
from nnstudio.layers.base import Layer, layers
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.dropout import Dropout
from nnstudio.layers.formulas import formula_with_shapes
from nnstudio.layers.input import Input
from nnstudio.layers.leaky_relu import LeakyReLU
from nnstudio.layers.max_pool import MaxPool
from nnstudio.layers.relu import ReLU
from nnstudio.layers.shapes import Shape
from nnstudio.layers.softmax import Softmax
from tests.contract.bench import Bench
from tests.contract.examples import WITHOUT_INPUTS, Example, all_examples, examples_of

every_example = pytest.mark.parametrize("example", all_examples(), ids=str)


def run(lines: str, names: dict[str, Any]) -> NDArray[np.float64]:
    """What a learner gets who types the lines."""
    known = {"np": np, **names}
    exec(lines, known)
    return known["y"]


def bench_of(example: Example) -> Bench:
    """The layer after training, with statistics as if it had gathered some."""
    bench = Bench(example, learns=False)
    for name, numbers in bench.parameters.of("layer").items():
        low = 0.1 if name == "variance" else -2.0
        numbers[...] = np.random.default_rng(11).uniform(low, 2.0, numbers.shape)
    bench.program.run()
    return bench


def inputs_of(bench: Bench) -> dict[str, NDArray[np.float64]]:
    given = bench.inputs
    return {"x": given[0]} if len(given) == 1 else {f"x{number}": x for number, x in enumerate(given, 1)}


@pytest.mark.parametrize("kind", [kind for kind in sorted(layers().kinds()) if kind not in WITHOUT_INPUTS])
def test_every_layer_has_lines(kind: str) -> None:
    example = examples_of(kind)[-1]
    assert example.layer.numpy(*example.inputs), f"Give {kind} the NumPy lines of its way forward."


@every_example
def test_the_lines_compute_what_the_engine_computes(example: Example) -> None:
    bench = bench_of(example)
    found = run(example.layer.numpy(*example.inputs), {**inputs_of(bench), **bench.parameters.of("layer")})
    assert found.shape == bench.output.shape
    np.testing.assert_allclose(found, bench.output, rtol=1e-9, atol=1e-9)


@every_example
def test_the_lines_leave_their_inputs_and_parameters_as_they_are(example: Example) -> None:
    bench = bench_of(example)
    given = {name: array.copy() for name, array in {**inputs_of(bench), **bench.parameters.of("layer")}.items()}
    for array in given.values():
        array.setflags(write=False)
    run(example.layer.numpy(*example.inputs), given)


@every_example
def test_the_lines_name_nothing_but_numpy_inputs_and_the_layers_own_parameters(example: Example) -> None:
    tree = ast.parse(example.layer.numpy(*example.inputs))
    made = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - made
    count = len(example.inputs)
    known = {"np", "len", *(["x"] if count == 1 else [f"x{number}" for number in range(1, count + 1)])}
    parameters = {name for block in example.layer.blocks(*example.inputs).values() for name in block}
    assert read <= known | parameters
    assert "y" in made


@every_example
def test_the_lines_fit_on_a_page(example: Example) -> None:
    lines = example.layer.numpy(*example.inputs).splitlines()
    assert len(lines) <= 8
    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize("shape", [(3,), (4, 5), (3, 4, 2), (4, 3, 1)])
def test_an_input_gives_its_samples_their_shape(shape: Shape) -> None:
    plan = compile_graph(chain(Input(shape=shape), ReLU()), precision="float64")
    rows = np.random.default_rng(1).uniform(0, 1, (5, int(np.prod(shape))))
    found = run(Input(shape=shape).numpy(), {"x": rows})
    np.testing.assert_array_equal(found, predict(plan, Parameters.initial(plan, 0), rows))


@pytest.mark.filterwarnings("error")
def test_softmax_and_its_like_stay_finite_for_large_numbers() -> None:
    x = np.array([[1e4, -1e4, 0.0]])
    for kind in ("softmax", "softplus", "elu", "relu", "tanh"):
        assert np.isfinite(run(layers().find(kind)().numpy((3,)), {"x": x})).all()


def test_a_layer_of_a_plugin_without_lines_has_an_empty_text() -> None:
    class Strange(Layer):
        """A layer whose author wrote no lines."""

    assert Strange().numpy((3,)) == ""


def test_the_lines_have_the_fields_of_the_layer() -> None:
    assert Dense(units=128).numpy((784,)) == "y = x @ weights.T + bias  # (samples, 784) @ (784, 128)"
    assert LeakyReLU(slope=0.25).numpy((3,)) == "y = np.where(x > 0, x, 0.25 * x)"
    assert Add().numpy((3,), (3,), (3,)) == "y = x1 + x2 + x3"
    assert "np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0))" in Conv2D(size=5).numpy((28, 28, 1))
    assert "np.pad" not in Conv2D(padding="valid").numpy((28, 28, 1))


@pytest.mark.parametrize(
    ("layer", "inputs", "wanted"),
    [
        (Dense(units=128), [(784,)], "a = W·x + b   with W 128×784, b 128, x 784, a 128"),
        (ReLU(), [(14, 14, 8)], "y = max(0, a)   with a 14×14×8, y 14×14×8"),
        (Softmax(), [(10,)], "yᵢ = e^zᵢ / Σⱼ e^zⱼ   with z 10, y 10"),
        (Add(), [(8,), (8,)], "y = x₁ + x₂ + …   with x₁ 8, x₂ 8, y 8"),
        (Dropout(rate=0.25), [(3,)], "y = x·mask / (1 − 0.25) in training, y = x after   with x 3, y 3"),
        (MaxPool(), [(28, 28, 8)], "y = max of each window   with x 28×28×8, y 14×14×8"),
        (
            BatchNorm(), [(4, 4, 6)], "y = γ·(x − mean) / √(variance + 1e-05) + β   "
            "with γ 6, β 6, mean 6, variance 6, x 4×4×6, y 4×4×6",
        ),
        (Input(shape=(28, 28, 1)), [], "x   with x 28×28×1"),
    ],
)  # fmt: skip
def test_a_formula_tells_the_shape_of_every_letter(layer: Layer, inputs: list[Shape], wanted: str) -> None:
    assert formula_with_shapes(layer, "", inputs, layer.output_shape(*inputs)) == wanted


def test_a_formula_carries_the_name_of_its_layer() -> None:
    assert formula_with_shapes(Dense(units=2), "hidden", [(3,)], (2,)).startswith("hidden: a = W·x + b   with ")


def test_a_formula_without_shapes_stands_alone() -> None:
    assert formula_with_shapes(Dense(), "hidden", [], None) == "hidden: a = W·x + b"


@pytest.mark.parametrize("kind", sorted(layers().kinds()))
def test_every_letter_that_a_layer_declares_stands_in_its_formula(kind: str) -> None:
    layer = layers().find(kind)
    assert [letter for letter in layer.letters.values() if letter not in normalize("NFKC", layer.formula)] == []
