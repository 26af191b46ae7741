"""Why a network answers as it does: where covering the picture hurts, and where more or less ink would matter."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.classify.network import Network
from nnstudio.engine.crew import SingleThreadedProducts
from nnstudio.engine.engine import quiet
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program

Array = NDArray[Any]

PARTS = 5  # The patch is a fifth of the picture's side,
STRIDES = 14  # and takes so many places along each side.
NUDGE = 1e-2  # How far an input is moved to see what that does; inputs are around 1.


@dataclass(frozen=True, eq=False)
class Reasons:
    """A map (height, width) of one class: above 0 where the picture speaks for it, below where it speaks against."""

    kind: str
    of_class: int
    map: Array


def occlusion(
    probability: Callable[[Array], Array], sample: Array, patch: tuple[int, int], stride: tuple[int, int], ground: float
) -> Array:
    """How much the probability falls where a patch of the ground's level covers the picture, (height, width).

    `probability` takes (samples, height, width, channels); a pixel gets the mean over all patches that cover it.
    """
    height, width = sample.shape[:2]
    places = list(product(_starts(height, patch[0], stride[0]), _starts(width, patch[1], stride[1])))
    covered = np.repeat(sample[np.newaxis], len(places) + 1, axis=0)
    for picture, (row, column) in zip(covered, places, strict=False):
        picture[row : row + patch[0], column : column + patch[1]] = ground
    answers = probability(covered).astype(np.float64)
    drops, counts = np.zeros((2, height, width))
    for (row, column), drop in zip(places, answers[-1] - answers[:-1], strict=True):
        here = np.s_[row : row + patch[0], column : column + patch[1]]
        drops[here] += drop
        counts[here] += 1
    means: Array = drops / np.maximum(counts, 1)
    return means


def _starts(length: int, patch: int, stride: int) -> list[int]:
    """Every place of the patch along one side, the last one flush with the end."""
    last = length - patch
    return sorted({*range(0, last + 1, stride), last})


def occlusion_map(network: Network, sample: Array, of_class: int) -> Reasons:
    """The drop of a class's probability, or of its output where it is none, for a sample that the network fits."""
    assert not isinstance(network.stored, str)
    stored, shape = network.stored, network.stored.picture
    picture = sample.reshape(shape)
    patch = (max(1, shape[0] // PARTS), max(1, shape[1] // PARTS))
    stride = (max(1, shape[0] // STRIDES), max(1, shape[1] // STRIDES))

    def probability(pictures: Array) -> Array:
        outputs = network.outputs(pictures.reshape(-1, *sample.shape))
        found: Array = network.probabilities(outputs)[:, of_class]
        return found

    paper = stored.low if stored.light_ink else stored.high
    ground = paper if stored.box is not None else float(picture.mean())
    return Reasons("occlusion", of_class, occlusion(probability, picture, patch, stride, ground))


def gradient_map(network: Network, sample: Array, of_class: int) -> Reasons:
    """∂ score / ∂ input: how the class's score grows with each number that the network reads, added up over colours."""
    assert not isinstance(network.stored, str)
    inputs = network.inputs(sample[np.newaxis])
    slope = by_differences if network.plan.whole_batch_at_once else by_going_back
    number, sign = (0, 1 if of_class else -1) if network.plan.outputs == 1 else (of_class, 1)
    found = sign * slope(network, inputs, number).astype(np.float64)
    return Reasons("gradient", of_class, found.reshape(network.stored.picture).sum(axis=2))


def by_going_back(network: Network, inputs: Array, number: int) -> Array:
    """The derivative of one score for all inputs, by the same way back that learning goes."""
    plan = network.plan
    program = Program(
        plan, 1, network.parameters, Parameters.zeros(network.parameters.layout, plan.dtype, learned_only=True),
        still=True, to_inputs=True,
    )  # fmt: skip
    with quiet(), SingleThreadedProducts():
        np.copyto(program.inputs, inputs, casting="same_kind")
        program.run()
        seed = program.derivative(network.judged)
        seed.fill(0)
        seed.reshape(-1)[number] = 1
        program.run_back()
        found: Array = program.input_derivative[0].copy()
    return found


def by_differences(network: Network, inputs: Array, number: int) -> Array:
    """The same by moving every input a little up and down: for layers whose way back looks at a whole batch."""
    steps = np.eye(inputs.shape[1], dtype=inputs.dtype) * np.asarray(NUDGE, inputs.dtype)
    moved = network.ask(np.concatenate([inputs + steps, inputs - steps]), network.judged)[:, number].astype(np.float64)
    return np.subtract(*np.split(moved, 2)) / (2 * NUDGE)


MAPS: dict[str, Callable[[Network, Array, int], Reasons]] = {"occlusion": occlusion_map, "gradient": gradient_map}
"""The maps by their names."""
