"""What learns and what does not: frozen layers, the layout of the vectors, and the statistics of BatchNorm."""

import numpy as np
import pytest

from nnstudio.compiler.compile import compile_graph
from nnstudio.engine.engine import Engine, predict
from nnstudio.engine.losses import MeanSquaredError
from nnstudio.engine.optimizers import AdamW
from nnstudio.engine.parameters import Layout, Parameters
from nnstudio.engine.penalties import L2
from nnstudio.engine.samples import Samples
from nnstudio.engine.updater import Updater
from nnstudio.graph import edits
from nnstudio.graph.edits import chain
from nnstudio.graph.graph import Graph
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.layer_norm import LayerNorm
from nnstudio.layers.tanh import Tanh

GRAPH = chain(
    Input(shape=(4, 4, 1)), Conv2D(filters=2), LayerNorm(), Tanh(), Flatten(), Dense(units=5), Tanh(), BatchNorm(),
    Dense(units=2),
)  # fmt: skip
LEARNERS = ("conv2d", "layer_norm", "dense", "batch_norm", "dense_2")


def _samples(size: int = 16, outputs: int = 2) -> Samples:
    random = np.random.default_rng(0)
    return Samples(random.normal(0.3, 1.5, (30, size)), random.normal(0, 1, (30, outputs)))


def _train(graph: Graph, steps: int = 3) -> tuple[Parameters, Parameters]:
    plan = compile_graph(graph, MeanSquaredError(), 10, "float64")
    before, parameters = Parameters.initial(plan, 0), Parameters.initial(plan, 0)
    with Engine(plan, parameters, _samples()) as engine:
        gradients = [lane.gradient.vector for lane in engine.lanes]
        updater = Updater(AdamW(), L2(strength=1.0), parameters, gradients, engine.crew)
        for start in range(steps):
            engine.gradient(np.arange(10 * start, 10 * start + 10))
            updater.step(0.05, 0.1)
    return before, parameters


@pytest.mark.parametrize("id", LEARNERS)
def test_a_frozen_layer_does_not_move_and_all_others_do(id: str) -> None:
    before, after = _train(edits.set_fields(GRAPH, id, frozen=True))
    for step in LEARNERS:
        for name in set(after.of(step)) - {"mean", "variance"}:
            moved = not np.array_equal(after.of(step)[name], before.of(step)[name])
            assert moved == (step != id), f"{step}/{name}"


@pytest.mark.parametrize("id", LEARNERS)
def test_a_frozen_layer_has_no_gradient(id: str) -> None:
    plan = compile_graph(edits.set_fields(GRAPH, id, frozen=True), MeanSquaredError(), 10)
    gradient = Parameters.zeros(Layout.of(plan), plan.dtype, learned_only=True)
    assert not gradient.of(id)
    assert all(gradient.of(step) for step in LEARNERS if step != id)


def test_layers_behind_a_frozen_one_get_the_gradients_they_would_have() -> None:
    found = []
    for graph in (GRAPH, edits.set_fields(GRAPH, "dense", frozen=True)):
        plan = compile_graph(graph, MeanSquaredError(), 10, "float64")
        with Engine(plan, Parameters.initial(plan, 0), _samples()) as engine:
            engine.gradient(np.arange(10))
            found.append({name: array.copy() for name, array in engine.lanes[0].gradient.named().items()})
    free, frozen = found
    assert set(free) - set(frozen) == {"dense/weights", "dense/bias"}
    for name, array in frozen.items():
        np.testing.assert_allclose(array, free[name], rtol=1e-12, atol=1e-16)


def test_a_model_that_is_frozen_throughout_does_not_move() -> None:
    graph = GRAPH
    for id in LEARNERS:
        graph = edits.set_fields(graph, id, frozen=True)
    before, after = _train(graph)
    for name, array in after.named().items():
        if not name.endswith(("mean", "variance")):
            np.testing.assert_array_equal(array, before.named()[name])


def test_freezing_one_layer_leaves_the_first_weights_of_all_as_they_were() -> None:
    plans = [compile_graph(graph) for graph in (GRAPH, edits.set_fields(GRAPH, "dense", frozen=True))]
    free, frozen = (Parameters.initial(plan, 7).named() for plan in plans)
    for name, array in free.items():
        np.testing.assert_array_equal(frozen[name], array)


def test_what_learns_comes_first_and_nothing_overlaps() -> None:
    layout = Layout.of(compile_graph(edits.set_fields(GRAPH, "dense", frozen=True)))
    learned = [place.learned for place in layout.places]
    assert learned == sorted(learned, reverse=True)
    assert [place.start for place in layout.places] == [0, *(place.end for place in layout.places[:-1])]
    assert layout.size == sum(array.size for array in Parameters.zeros(layout, "float32").named().values())


def test_parameters_are_counted_as_on_paper() -> None:
    layout = Layout.of(compile_graph(GRAPH))
    conv, layer_norm, dense, batch_norm, last = 2 * 9 + 2, 2 + 2, 32 * 5 + 5, 5 + 5, 5 * 2 + 2
    assert layout.counted == conv + layer_norm + dense + batch_norm + last
    assert layout.size == layout.counted + 5 + 5


def test_every_number_belongs_to_its_place() -> None:
    layout = Layout.of(compile_graph(GRAPH))
    for index in range(layout.size):
        place = layout.locate(index)
        vector = np.zeros(layout.size)
        vector[index] = 1
        assert place.matrix(vector).sum() == 1


def test_only_weights_decay() -> None:
    plan = compile_graph(GRAPH)
    layout = Layout.of(plan)
    mask = Parameters(layout, layout.decays("float32"))
    decaying = {name for name, array in mask.named().items() if array.all()}
    assert decaying == {"conv2d/weights", "dense/weights", "dense_2/weights"}
    assert not any(array.any() for name, array in mask.named().items() if name not in decaying)


def test_adding_a_layer_leaves_the_first_weights_of_the_others_alone() -> None:
    longer = edits.append(GRAPH, Dense(units=3))
    first, second = (Parameters.initial(compile_graph(graph), 5).named() for graph in (GRAPH, longer))
    for name, array in first.items():
        np.testing.assert_array_equal(second[name], array)


def test_another_seed_gives_other_weights() -> None:
    plan = compile_graph(GRAPH)
    first, second = (Parameters.initial(plan, seed).of("dense")["weights"] for seed in (0, 1))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("momentum", [0.0, 0.1, 0.7, 1.0])
@pytest.mark.parametrize("shape", [(5,), (4, 3, 2)])
def test_statistics_are_gathered_like_pytorch_gathers_them(momentum: float, shape: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    layers = (Input(shape=shape), BatchNorm(momentum=momentum, epsilon=1e-3), *([Flatten()] if len(shape) > 1 else []))
    plan = compile_graph(chain(*layers), MeanSquaredError(), 10, "float64")
    parameters = Parameters.initial(plan, 0)
    size = int(np.prod(shape))
    samples = _samples(size, size)
    kind = torch.nn.BatchNorm2d if len(shape) > 1 else torch.nn.BatchNorm1d
    theirs = kind(shape[-1], eps=1e-3, momentum=momentum, dtype=torch.float64)
    with Engine(plan, parameters, samples) as engine:
        for picks in (np.arange(10), np.arange(10, 20), np.arange(20, 23)):
            engine.gradient(picks)
            theirs(torch.tensor(samples.rows[picks].reshape(-1, *shape)).movedim(-1, 1))
    ours = parameters.of("batch_norm")
    np.testing.assert_allclose(ours["mean"], theirs.running_mean.numpy(), rtol=1e-12)
    np.testing.assert_allclose(ours["variance"], theirs.running_var.numpy(), rtol=1e-12)
    theirs.eval()
    wanted = theirs(torch.tensor(samples.rows.reshape(-1, *shape)).movedim(-1, 1)).movedim(1, -1).reshape(30, -1)
    np.testing.assert_allclose(predict(plan, parameters, samples.rows), wanted.detach().numpy(), rtol=1e-11)
