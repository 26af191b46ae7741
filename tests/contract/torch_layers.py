"""What PyTorch makes of every layer: samples first and channels last on both sides, as everywhere in the tests."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import torch
from torch.nn import functional

Tensor = torch.Tensor
Reference = Callable[[Any, list[Tensor], Mapping[str, Tensor], Tensor], Tensor]


def _first(x: Tensor) -> Tensor:
    return x.movedim(-1, 1)


def _last(x: Tensor) -> Tensor:
    return x.movedim(1, -1)


def _borders(length: int, size: int, stride: int, dilation: int, padding: str | int) -> tuple[int, int]:
    """The border before and after; "same" as TensorFlow defines it, the odd one behind."""
    if padding == "valid":
        return 0, 0
    if padding != "same":
        return int(padding), int(padding)
    reach = (size - 1) * dilation + 1
    total = max((-(-length // stride) - 1) * stride + reach - length, 0)
    return total // 2, total - total // 2


def _padded(x: Tensor, layer: Any, stride: tuple[int, ...], dilation: tuple[int, ...], value: float) -> Tensor:
    rows, columns = (
        _borders(*each, layer.padding) for each in zip(x.shape[2:], layer.size, stride, dilation, strict=True)
    )
    return functional.pad(x, (*columns, *rows), value=value)


def _conv(layer: Any, xs: list[Tensor], parameters: Mapping[str, Tensor], ours: Tensor) -> Tensor:
    x = _padded(_first(xs[0]), layer, layer.stride, layer.dilation, 0.0)
    weights, bias = parameters["weights"], parameters["bias"]
    # Ours are (filters, height, width, channels), so that a row of pixels is one run.
    return _last(functional.conv2d(x, weights.movedim(-1, 1), bias, layer.stride, 0, layer.dilation, layer.groups))


def _pool_stride(layer: Any) -> tuple[int, ...]:
    return tuple(stride or size for stride, size in zip(layer.stride, layer.size, strict=True))


def _max_pool(layer: Any, xs: list[Tensor], parameters: Mapping[str, Tensor], ours: Tensor) -> Tensor:
    stride = _pool_stride(layer)
    return _last(functional.max_pool2d(_padded(_first(xs[0]), layer, stride, (1, 1), -torch.inf), layer.size, stride))


def _avg_pool(layer: Any, xs: list[Tensor], parameters: Mapping[str, Tensor], ours: Tensor) -> Tensor:
    stride, x = _pool_stride(layer), _first(xs[0])
    sums, counts = (
        functional.avg_pool2d(_padded(each, layer, stride, (1, 1), 0.0), layer.size, stride, divisor_override=1)
        for each in (x, torch.ones_like(x))
    )
    return _last(sums / counts)


def _batch_norm(layer: Any, xs: list[Tensor], parameters: Mapping[str, Tensor], ours: Tensor) -> Tensor:
    x = _first(xs[0])
    if x.numel() == x.shape[1]:
        # PyTorch refuses one number a feature; it is its own mean.
        return xs[0] * 0 * parameters["scale"] + parameters["shift"]
    flat = x.reshape(*x.shape[:2], -1)
    y = functional.batch_norm(flat, None, None, parameters["scale"], parameters["shift"], True, 0.1, layer.epsilon)
    return _last(y.reshape(x.shape))


def _layer_norm(layer: Any, xs: list[Tensor], parameters: Mapping[str, Tensor], ours: Tensor) -> Tensor:
    return functional.layer_norm(xs[0], xs[0].shape[-1:], parameters["scale"], parameters["shift"], layer.epsilon)


def _dropout(layer: Any, xs: list[Tensor], parameters: Mapping[str, Tensor], ours: Tensor) -> Tensor:
    """The dice differ, so the mask is read off the answer."""
    return xs[0] * (ours != 0) / (1 - layer.rate)


def _threshold(layer: Any, xs: list[Tensor], parameters: Mapping[str, Tensor], ours: Tensor) -> Tensor:
    return (xs[0] > 0).to(xs[0].dtype) * (1 - float(layer.no)) + float(layer.no) + 0 * xs[0]


def _alone(function: Callable[[Any, Tensor], Tensor]) -> Reference:
    return lambda layer, xs, parameters, ours: function(layer, xs[0])


REFERENCES: Mapping[str, Reference] = {
    "add": lambda layer, xs, parameters, ours: torch.stack(xs).sum(0),
    "avg_pool": _avg_pool,
    "batch_norm": _batch_norm,
    "concatenate": lambda layer, xs, parameters, ours: torch.cat(xs, -1),
    "conv2d": _conv,
    "dense": lambda layer, xs, parameters, ours: functional.linear(xs[0], parameters["weights"], parameters["bias"]),
    "dropout": _dropout,
    "elu": _alone(lambda layer, x: functional.elu(x, layer.alpha)),
    "flatten": _alone(lambda layer, x: x.flatten(1)),
    "gelu": _alone(lambda layer, x: functional.gelu(x, approximate="tanh")),
    "global_avg_pool": _alone(lambda layer, x: x.mean((1, 2))),
    "layer_norm": _layer_norm,
    "leaky_relu": _alone(lambda layer, x: functional.leaky_relu(x, layer.slope)),
    "linear": _alone(lambda layer, x: x * 1),
    "max_pool": _max_pool,
    "multiply": lambda layer, xs, parameters, ours: torch.stack(xs).prod(0),
    "relu": _alone(lambda layer, x: functional.relu(x)),
    "reshape": _alone(lambda layer, x: x.reshape(len(x), *layer.shape)),
    "sigmoid": _alone(lambda layer, x: torch.sigmoid(x)),
    "silu": _alone(lambda layer, x: functional.silu(x)),
    "softmax": _alone(lambda layer, x: functional.softmax(x, -1)),
    # PyTorch turns linear at 20 unless told otherwise.
    "softplus": _alone(lambda layer, x: functional.softplus(x, threshold=1000.0)),
    "tanh": _alone(lambda layer, x: torch.tanh(x)),
    "threshold": _threshold,
}


def answer(layer: Any, xs: list[Tensor], parameters: Mapping[str, Tensor], ours: Tensor) -> Tensor:
    """What PyTorch computes for the same layer, inputs and parameters."""
    y = REFERENCES[layer.kind](layer, xs, parameters, ours)
    assert prod(y.shape[1:]) == prod(ours.shape[1:])
    return y
