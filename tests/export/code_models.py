"""Models for exports as code: one layer alone, any graph, with weights that make every layer speak."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.compiler.compile import compile_graph
from nnstudio.compiler.problems import Facts
from nnstudio.data.preparation.base import Preparation
from nnstudio.engine.losses import Loss
from nnstudio.engine.parameters import Parameters
from nnstudio.export.trained import About, Trained
from nnstudio.graph.graph import Graph
from nnstudio.layers.shapes import Shape
from tests.contract.bench import network_around
from tests.contract.examples import Example


def trained(
    graph: Graph,
    loss: Loss | None = None,
    preparation: tuple[Preparation, ...] = (),
    stored_shape: Shape | None = None,
    class_names: tuple[str, ...] = (),
    about: About | None = None,
    precision: str = "float32",
    facts: Facts | None = None,
) -> Trained:
    """A graph as the export formats get it, with weights drawn at random: statistics and scales, too."""
    plan = compile_graph(graph, loss, 4, precision, facts)
    random = np.random.default_rng(11)
    weights = {}
    for name, array in Parameters.initial(plan, 0).named().items():
        drawn = random.uniform(0.3, 1.5, array.shape) if name.endswith(("/variance", "/scale")) else None
        noisy = array + random.normal(0, 0.2, array.shape)
        weights[name] = np.asarray(noisy if drawn is None else drawn, plan.dtype)
    shape = stored_shape or plan.input_shape
    return Trained(plan, weights, preparation, shape, class_names, about or About(title="A model"))


def layer_alone(example: Example) -> Trained:
    """A layer behind a Dense (and a Reshape) for each of its inputs, with a list at its end."""
    return trained(network_around(example))


def samples_for(model: Trained, count: int = 6) -> NDArray[Any]:
    """Samples as the data would store them."""
    return np.random.default_rng(5).normal(0, 1, (count, *model.stored_shape)).astype(np.float32)
