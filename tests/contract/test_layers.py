"""The contract of every registered layer."""

import json
from string import Formatter

import numpy as np
import pytest

from nnstudio.core.fields import rules_of
from nnstudio.layers.base import layers
from nnstudio.layers.shapes import size_of

from .bench import KINDS, Bench, error_between, slopes
from .examples import EXAMPLES, WITHOUT_INPUTS, Example, all_examples, examples_of, one_of_each

every_example = pytest.mark.parametrize("example", all_examples(), ids=str)
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in WITHOUT_INPUTS])
def test_a_layer_has_as_many_examples_as_the_table_says(kind: str) -> None:
    assert kind in EXAMPLES, f"Give {kind} a line in tests/contract/examples.py."
    assert len(examples_of(kind)) == EXAMPLES[kind][0]


@every_example
def test_the_promised_shape_comes_out(example: Example) -> None:
    bench = Bench(example)
    bench.loss()
    assert bench.output.shape == (example.batch, *bench.shape)


@every_example
def test_every_output_number_is_written(example: Example) -> None:
    bench = Bench(example)
    bench.loss()
    first = bench.output.copy()
    if not np.shares_memory(bench.output, bench.program.inputs):
        bench.program.value("layer").fill(np.nan)
    bench.loss()
    np.testing.assert_array_equal(bench.output, first)


@every_example
def test_input_derivatives_agree_with_central_differences(example: Example) -> None:
    bench = Bench(example)
    bench.work()
    found = np.concatenate([part.reshape(example.batch, -1) for part in bench.input_derivatives], axis=1)
    wanted = slopes(bench, bench.program.inputs)
    assert error_between(found, wanted) <= 1e-6


@every_example
def test_parameter_derivatives_agree_with_central_differences(example: Example) -> None:
    bench = Bench(example)
    bench.work()
    found = {name: gradient.copy() for name, gradient in bench.learned_gradients.items()}
    for name, numbers in bench.learned.items():
        assert error_between(found[name], slopes(bench, numbers)) <= 1e-6, name


LEARNERS = [each for each in all_examples() if len(each.inputs) == 1 and Bench(each).learned]


@pytest.mark.parametrize("example", LEARNERS, ids=str)
def test_parameter_derivatives_are_the_same_where_nothing_learns_before(example: Example) -> None:
    behind, between = Bench(example, front=False), Bench(example)
    for name, numbers in between.learned.items():
        behind.learned[name][...] = numbers
    behind.program.inputs[...] = between.program.inputs
    behind.program.target[...] = between.program.target
    between.work()
    behind.work()
    for name, gradient in between.learned_gradients.items():
        assert error_between(behind.learned_gradients[name], gradient) <= 1e-12, name


@every_example
def test_a_second_pass_back_gives_the_same_derivatives(example: Example) -> None:
    bench = Bench(example)
    bench.work()
    before = bench.gradient.vector.copy(), *bench.input_derivatives
    bench.gradient.vector.fill(np.nan)
    bench.work()
    for first, second in zip(before, (bench.gradient.vector, *bench.input_derivatives), strict=True):
        np.testing.assert_array_equal(second, first)


@every_example
def test_inputs_and_the_derivative_of_the_output_are_left_as_they_are(example: Example) -> None:
    bench = Bench(example)
    rows, target = bench.program.inputs.copy(), bench.program.target.copy()
    bench.work()
    np.testing.assert_array_equal(bench.program.inputs, rows)
    np.testing.assert_array_equal(bench.program.target, target)
    for port, (numbers, shape) in enumerate(zip(bench.inputs, example.inputs, strict=True)):
        value = bench.program.value(f"front{port}").reshape(size_of(shape), -1).T
        np.testing.assert_array_equal(value, numbers.reshape(example.batch, -1))
    wanted = (bench.output.reshape(example.batch, -1) - target) / example.batch
    found = bench.program.derivative("end").T
    np.testing.assert_allclose(found, wanted, rtol=1e-13)


@every_example
def test_learning_leaves_the_parameters_to_the_optimizer(example: Example) -> None:
    bench = Bench(example)
    learned = bench.parameters.layout.learned
    before = bench.parameters.vector[:learned].copy()
    bench.work()
    np.testing.assert_array_equal(bench.parameters.vector[:learned], before)


@every_example
def test_float32_stays_float32_in_every_call(example: Example) -> None:
    bench = Bench(example, "float32")
    bench.work()
    program = bench.program
    operands = [
        operand
        for call in (*program.forward, *program.judging, *program.backward)
        for operand in (*call.args, *call.keywords.values(), getattr(call.func, "__self__", None))  # type: ignore[attr-defined]
        if isinstance(operand, np.ndarray) and operand.dtype.kind == "f"
    ]
    assert {operand.dtype.name for operand in operands} == {"float32"}
    derivatives = [*bench.input_derivatives, bench.gradient.vector]
    assert {array.dtype.name for array in (bench.output, program.total, *derivatives)} == {"float32"}


# Dropout's dice differ between the precisions.
@pytest.mark.parametrize("example", [each for each in all_examples() if each.layer.kind != "dropout"], ids=str)
def test_float32_agrees_with_float64(example: Example) -> None:
    single, double = Bench(example, "float32"), Bench(example)
    single.work()
    double.work()
    # The normalising layers magnify the rounding of nearly equal numbers by 1/√ε.
    assert error_between(single.output, double.output) <= 1e-3


@every_example
def test_a_layer_that_is_not_training_gives_the_same_answer_twice(example: Example) -> None:
    bench = Bench(example, learns=False)
    statistics = bench.parameters.vector.copy()
    bench.program.run()
    first = bench.output.copy()
    bench.program.run()
    np.testing.assert_array_equal(bench.output, first)
    np.testing.assert_array_equal(bench.parameters.vector, statistics)


# A product of several large numbers is larger than float32 holds.
@pytest.mark.parametrize("example", [each for each in one_of_each() if each.layer.kind != "multiply"], ids=str)
def test_answers_and_derivatives_are_finite_for_numbers_up_to_ten_thousand(example: Example) -> None:
    bench = Bench(example, "float32")
    numbers = np.resize([1e4, -1e4, 0.0, 3.0, -1e4, 88.8, -103.9, 1e4], bench.program.inputs.shape)
    bench.program.inputs[...] = numbers
    bench.work()
    for array in (bench.output, bench.gradient.vector, *bench.input_derivatives):
        assert np.isfinite(array).all()


@every_example
def test_a_layer_survives_json(example: Example) -> None:
    stored = json.dumps(example.layer.to_json())
    assert layers().from_json(json.loads(stored)) == example.layer


@every_kind
def test_a_layer_of_defaults_survives_json(kind: str) -> None:
    layer = layers().find(kind)()
    assert layers().from_json(json.loads(json.dumps(layer.to_json()))) == layer


@every_kind
def test_a_layer_explains_itself(kind: str) -> None:
    layer = layers().find(kind)
    assert all((layer.title, layer.formula, layer.group, layer.__doc__))


@every_kind
def test_a_formula_names_only_fields_of_its_layer(kind: str) -> None:
    layer = layers().find(kind)
    named = {name for _, name, _, _ in Formatter().parse(layer.formula) if name is not None}
    assert named <= set(rules_of(layer))


@every_kind
def test_a_layer_knows_its_names_elsewhere(kind: str) -> None:
    layer = layers().find(kind)
    assert all((layer.onnx, layer.torch, layer.keras))
