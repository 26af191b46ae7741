"""Every registered layer against PyTorch in double precision: output, input derivatives, parameter derivatives."""

import warnings

import numpy as np
import pytest

from .bench import KINDS, Bench, error_between
from .examples import WITHOUT_INPUTS, Example, all_examples

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")

from . import torch_layers  # noqa: E402

every_example = pytest.mark.parametrize("example", all_examples(), ids=str)


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_has_a_reference(kind: str) -> None:
    assert kind in torch_layers.REFERENCES or kind in WITHOUT_INPUTS, f"Give {kind} a line in torch_layers.py."


def _both(example: Example) -> tuple[Bench, list["torch.Tensor"], dict[str, "torch.Tensor"], "torch.Tensor"]:
    bench = Bench(example)
    bench.work()
    xs = [torch.tensor(x, requires_grad=True) for x in bench.inputs]
    parameters = {name: torch.tensor(each.copy(), requires_grad=True) for name, each in bench.learned.items()}
    y = torch_layers.answer(example.layer, xs, parameters, torch.tensor(bench.output.copy()))
    loss = 0.5 * ((y.flatten(1) - torch.tensor(bench.program.target)) ** 2).sum() / example.batch
    loss.backward()
    return bench, xs, parameters, y


@every_example
def test_output_agrees(example: Example) -> None:
    bench, _, _, y = _both(example)
    assert bench.output.shape == tuple(y.shape)
    assert error_between(bench.output, y.detach().numpy()) <= 1e-9


@every_example
def test_input_derivatives_agree(example: Example) -> None:
    bench, xs, _, _ = _both(example)
    for found, x in zip(bench.input_derivatives, xs, strict=True):
        assert error_between(found, x.grad.numpy()) <= 1e-9


@every_example
def test_parameter_derivatives_agree(example: Example) -> None:
    bench, _, parameters, _ = _both(example)
    for name, found in bench.learned_gradients.items():
        assert error_between(found, parameters[name].grad.numpy()) <= 1e-9, name


def test_a_layer_without_parameters_is_not_compared_in_vain() -> None:
    with_parameters = {example.layer.kind for example in all_examples() if Bench(example).learned}
    assert with_parameters >= {"dense", "conv2d", "batch_norm", "layer_norm"}


def test_borders_of_same_are_those_of_pytorch_for_stride_one() -> None:
    x = torch.arange(30.0, dtype=torch.float64).reshape(1, 1, 5, 6)
    weights = torch.arange(12.0, dtype=torch.float64).reshape(1, 1, 3, 4)

    class Same:
        size, padding = (3, 4), "same"

    padded = torch_layers._padded(x, Same, (1, 1), (1, 1), 0.0)
    with warnings.catch_warnings():
        # PyTorch warns that an even window costs it a copy.
        warnings.simplefilter("ignore")
        wanted = torch.nn.functional.conv2d(x, weights, padding="same")
    np.testing.assert_array_equal(torch.nn.functional.conv2d(padded, weights).numpy(), wanted.numpy())
