"""A frozen BatchNorm works as after training, while the layers before it learn through it."""

import numpy as np

import nnstudio as nn
from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.losses import MeanSquaredError
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.program import Program


def network(seed=0):
    graph = nn.chain(nn.Input((3,)), nn.Dense(4), nn.BatchNorm(frozen=True), nn.Dense(2))
    plan = compile_graph(graph, MeanSquaredError(), 5, "float64")
    parameters = Parameters.initial(plan, seed)
    random = np.random.default_rng(1)
    for name in ("mean", "variance", "scale", "shift"):
        parameters.of("batch_norm")[name][...] = random.uniform(0.5, 2, 4)
    gradient = Parameters.zeros(parameters.layout, plan.dtype, learned_only=True)
    program = Program(plan, 5, parameters, gradient)
    program.inputs[...] = random.normal(size=(5, 3))
    program.target[...] = random.normal(size=(5, 2))
    return parameters, gradient, program


def loss_of(program):
    program.run()
    program.judge()
    return float(program.total) / program.batch


def test_it_normalises_by_what_it_gathered_and_gathers_no_more():
    parameters, _, program = network()
    kept = {name: array.copy() for name, array in parameters.of("batch_norm").items()}
    program.run()
    x = program.value("dense")
    wanted = (x - kept["mean"][:, None]) / np.sqrt(kept["variance"] + 1e-5)[:, None]
    wanted = wanted * kept["scale"][:, None] + kept["shift"][:, None]
    np.testing.assert_allclose(program.value("batch_norm"), wanted, rtol=1e-12)
    for name, array in parameters.of("batch_norm").items():
        np.testing.assert_array_equal(array, kept[name])


def test_what_comes_before_it_learns_through_it():
    parameters, gradient, program = network()
    loss_of(program)
    program.run_back()
    weights, small = parameters.of("dense")["weights"], 1e-6
    for place in np.ndindex(weights.shape):
        before = weights[place]
        weights[place] = before + small
        up = loss_of(program)
        weights[place] = before - small
        down = loss_of(program)
        weights[place] = before
        np.testing.assert_allclose(gradient.of("dense")["weights"][place], (up - down) / (2 * small), rtol=1e-6)
