"""The largest curvature is that of NumPy and of PyTorch, and from the rate that follows from it descent diverges."""

import numpy as np
import pytest
import torch

import nnstudio as nn
from nnstudio.api import dataset
from nnstudio.experiments.curvature import measure
from nnstudio.experiments.lanczos import largest_eigenvalue
from nnstudio.experiments.slope import spread

WHOLE = 1000  # A batch that holds the whole set.


def design(data) -> np.ndarray:
    """The training inputs of a regression with a column of ones behind them."""
    inputs = np.asarray(data.inputs[data.part("train")], np.float64).reshape(len(data.part("train")), -1)
    return np.column_stack((inputs, np.ones(len(inputs))))


def largest(matrix) -> float:
    return float(np.linalg.eigvalsh(matrix)[-1])


@pytest.fixture
def line():
    """The lectures' linear regression."""
    return nn.new("linear-regression")


@pytest.mark.parametrize(("factor", "times"), [("1/2", 1), ("1", 2)])
def test_the_curvature_of_the_lectures_regression_is_exact(line, factor, times):
    line.configure(loss={"kind": "mean_squared_error", "factor": factor})
    rows = design(line.data())
    with line.session() as session:
        found = measure(session)
    assert found.value == pytest.approx(times * largest(rows.T @ rows / len(rows)), rel=1e-9)
    assert found.limit == pytest.approx(2 / found.value, rel=1e-12)
    assert found.samples == len(rows)


def test_a_penalty_bends_the_error_of_the_weights_but_not_of_the_bias(line):
    line.configure(penalty={"kind": "l2", "strength": 150.0})
    rows = design(line.data())
    with line.session() as session:
        found = measure(session)
    wanted = largest(rows.T @ rows / len(rows) + np.diag([150.0 / len(rows), 0.0]))
    assert found.value == pytest.approx(wanted, rel=1e-9)


def test_a_penalty_of_straight_pieces_bends_nothing(line):
    with line.session() as session:
        without = measure(session)
    line.configure(penalty={"kind": "l1", "strength": 150.0})
    with line.session() as session:
        session.set_weights({name: 0 * array for name, array in session.parameters.named().items()})
        assert measure(session).value == pytest.approx(without.value, rel=1e-6)


def test_a_regression_on_many_inputs_is_exact_too():
    random = np.random.default_rng(3)
    inputs = random.normal(size=(400, 30)) * np.geomspace(0.1, 3, 30)
    data = dataset(inputs, random.normal(size=(400, 2)), validation=0.0, test=0.0)
    model = nn.model(nn.chain(nn.Input((30,)), nn.Dense(2)), optimizer="sgd")
    with model.session(data) as session:
        found = measure(session)
    rows = np.column_stack((session.engine.samples.inputs(data.part("train"), np.dtype(float)), np.ones(400)))
    # Two outputs whose squares are averaged: each has a half of 2·XᵀX/m.
    assert found.value == pytest.approx(largest(rows.T @ rows / 400), rel=1e-5)
    assert abs(found.value - largest(rows.T @ rows / 400)) <= found.error


TORCH = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}


def torch_hessian(session, layers) -> np.ndarray:
    """The Hessian of the mean cross-entropy by PyTorch's second derivatives, at the session's weights."""
    picks = session.data.part("train")
    inputs = torch.tensor(session.engine.samples.inputs(picks, np.dtype(float)))
    classes = torch.tensor(session.data.targets[picks].astype(np.int64))
    arrays = [torch.tensor(array.astype(float)) for array in session.parameters.named().values()]
    sizes = [array.numel() for array in arrays]

    def cost(vector):
        parts = [part.reshape(array.shape) for part, array in zip(vector.split(sizes), arrays, strict=True)]
        hidden = layers(inputs @ parts[0].T + parts[1])
        return torch.nn.functional.cross_entropy(hidden @ parts[2].T + parts[3], classes)

    flat = torch.cat([array.reshape(-1) for array in arrays])
    return torch.autograd.functional.hessian(cost, flat).numpy()


@pytest.mark.parametrize("steps", [0, 40])
@pytest.mark.parametrize(("name", "layer"), [("tanh", nn.Tanh), ("relu", nn.ReLU), ("sigmoid", nn.Sigmoid)])
def test_the_curvature_of_a_small_network_is_that_of_pytorchs_hessian(name, layer, steps):
    random = np.random.default_rng(5)
    inputs = random.normal(size=(60, 3)) * 3
    classes = [("a", "b", "c")[number] for number in random.integers(0, 3, 60)]
    data = dataset(inputs, classes, validation=0.0, test=0.0)
    graph = nn.chain(nn.Input((3,)), nn.Dense(5), layer(), nn.Dense(3), nn.Softmax())
    model = nn.model(graph, loss="categorical_cross_entropy", optimizer={"kind": "sgd", "learning_rate": 0.3})
    with model.session(data) as session:
        session.run(steps)
        found = measure(session)
        values = np.linalg.eigvalsh(torch_hessian(session, TORCH[name]()))
    assert found.value == pytest.approx(values[-1], rel=1e-4)


def test_a_greater_curvature_downwards_is_not_taken_for_the_largest():
    values = np.concatenate(([-50.0, 2.0], np.linspace(-1, 1.5, 200)))
    found = largest_eigenvalue(lambda v: values * v, np.ones(len(values)))
    assert found.value == pytest.approx(2.0, rel=1e-5)
    assert np.linalg.norm(values * found.direction - found.value * found.direction) == pytest.approx(
        found.error, abs=1e-9
    )


def test_a_search_with_little_memory_begins_anew_and_gets_there(monkeypatch):
    values = np.append(np.linspace(-1, 1.5, 200), 2.0)
    monkeypatch.setattr("nnstudio.experiments.lanczos.ROOM", 6 * len(values))
    found = largest_eigenvalue(lambda v: values * v, np.ones(len(values)), products=200)
    assert found.settled
    assert found.products > 6
    assert found.value == pytest.approx(2.0, rel=1e-5)


def test_lanczos_needs_far_fewer_products_than_the_power_iteration():
    values = np.append(np.linspace(-1, 1.9, 200), 2.0)
    found = largest_eigenvalue(lambda v: values * v, np.ones(len(values)))
    vector, products = np.ones(len(values)) / np.sqrt(len(values)), 0
    while np.linalg.norm(values * vector - (vector @ (values * vector)) * vector) > found.error and products < 1000:
        vector = values * vector / np.linalg.norm(values * vector)
        products += 1
    assert found.value == pytest.approx(2.0, rel=1e-5)
    assert products > 3 * found.products


@pytest.fixture
def careless():
    """A network in which much varies at random, and whose optimizer remembers."""
    layers = (
        nn.Input((8, 8, 1)), nn.Conv2D(4, 3), nn.BatchNorm(), nn.ReLU(), nn.MaxPool(2), nn.Flatten(), nn.Dropout(0.4),
        nn.Dense(10), nn.Softmax(),
    )  # fmt: skip
    return nn.model(
        nn.chain(*layers), "digits", loss="categorical_cross_entropy", optimizer="momentum",
        penalty={"kind": "l2", "strength": 1.0},
    )  # fmt: skip


def bits(keyframe):
    return keyframe.at, keyframe.moves, str(keyframe.random), keyframe.numbers.tobytes()


def test_measuring_leaves_the_training_as_it_is(careless):
    with careless.session() as session, careless.session() as twin:
        session.run(7)
        twin.run(7)
        before = bits(session.keyframe())
        found = measure(session, samples=150)
        assert bits(session.keyframe()) == before
        session.run(7)
        twin.run(7)
        assert session.history.losses == twin.history.losses
        np.testing.assert_array_equal(session.parameters.vector, twin.parameters.vector)
    assert found.value > 0
    assert np.isfinite(found.value)
    assert found.samples == 150


def test_measuring_twice_gives_the_same_number(careless):
    with careless.session() as session:
        assert measure(session, samples=150) == measure(session, samples=150)


def test_nothing_is_dropped_while_it_measures():
    def measured(*more):
        graph = nn.chain(nn.Input((8, 8, 1)), nn.Flatten(), *more, nn.Dense(10), nn.Softmax())
        with nn.model(graph, "digits", loss="categorical_cross_entropy").session() as session:
            session.set_numbers(np.arange(650), np.random.default_rng(0).normal(size=650).astype(np.float32))
            return measure(session).value

    assert measured(nn.Dropout(0.5)) == measured()


def test_of_a_large_set_samples_from_all_over_are_taken():
    picks = spread(np.arange(1000, 11_000), 200)
    assert len(set(picks)) == 200
    counts = np.histogram(picks, 4, (1000, 11_000))[0]
    assert counts.min() > 30
    np.testing.assert_array_equal(picks, spread(np.arange(1000, 11_000), 200))


OPTIMIZERS = [
    {"kind": "gradient_descent"}, {"kind": "sgd"}, {"kind": "momentum", "momentum": 0.9},
    {"kind": "momentum", "momentum": 0.3}, {"kind": "nesterov", "momentum": 0.9}, {"kind": "nesterov", "momentum": 0.5},
]  # fmt: skip


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda each: "-".join(map(str, each.values())))
def test_below_the_line_the_regression_converges_and_above_it_diverges(line, optimizer):
    rows, targets = design(line.data()), line.data().targets[line.data().part("train")]
    rest = targets - rows @ np.linalg.lstsq(rows, targets, rcond=None)[0]
    lowest = 0.5 * float(np.mean(rest**2))
    line.configure(optimizer=optimizer, batch_size=WHOLE, epochs=1000, precision="float64")
    with line.session() as session:
        limit = measure(session).limit
        first = session.judge("train").mean_loss
        start = session.keyframe()
        ends = []
        for share in (0.99, 1.01):
            session.stand_at(start)
            session.learning_rate = share * limit
            session.run(900)
            ends.append(session.judge("train").mean_loss if not session.diverged else np.inf)
    assert ends[0] == pytest.approx(lowest, rel=1e-6)
    assert ends[1] > 100 * first


def test_the_exact_rate_lies_between_the_lane_that_converges_and_the_one_that_diverges(line):
    """The lectures' regression with its own optimizer, by the textbook's matrix alone."""
    rows = design(line.data())
    exact = 2 / largest(rows.T @ rows / len(rows))
    losses = {}
    for share in (0.99, 1.01):
        line.configure(optimizer={"kind": "gradient_descent", "learning_rate": share * exact}, epochs=900)
        with line.session() as session:
            line_drawn = measure(session).limit
            session.run()
            losses[share] = session.history.losses
    assert 0.99 * exact < line_drawn < 1.01 * exact
    assert losses[0.99][-1] < 0.2 * losses[0.99][0]
    assert abs(losses[0.99][-1] - losses[0.99][-2]) < 1e-6
    assert losses[1.01][-1] > 100 * losses[1.01][0]


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "rmsprop", "adagrad"])
def test_an_optimizer_that_divides_the_gradient_has_no_limit_and_says_why(line, optimizer):
    line.configure(optimizer=optimizer)
    with line.session() as session:
        found = measure(session)
    assert found.limit is None
    assert "divides each weight's step" in found.sentence


def test_the_perceptron_rule_has_no_limit():
    with nn.new("perceptron").session() as session:
        found = measure(session)
    assert found.limit is None
    assert found.value == 0
    assert "longer or shorter" in found.sentence


def test_what_else_sets_the_step_is_said(line):
    line.configure(optimizer="sgd", batch_size=10, schedule="cosine", clip=2.0)
    with line.session() as session:
        sentence = measure(session).sentence
    assert "Cosine multiplies the rate" in sentence
    assert "longer than 2 are shortened" in sentence
    assert "Batches" in sentence


def test_a_network_in_which_nothing_learns_has_no_limit():
    graph = nn.chain(nn.Input((1,)), nn.Dense(1, frozen=True))
    data = dataset([[0.0], [1.0]], [[0.0], [1.0]], validation=0.0, test=0.0)
    with nn.model(graph).session(data) as session:
        found = measure(session)
    assert found.limit is None
    assert "Nothing" in found.sentence


def test_weights_that_are_no_numbers_are_told(line):
    with line.session() as session:
        session.parameters.vector[:] = np.inf
        found = measure(session)
    assert np.isnan(found.value)
    assert found.limit is None
    assert "not a finite number" in found.sentence
