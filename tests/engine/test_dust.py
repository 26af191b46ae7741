"""Numbers so small that they have fewer digits cost a hundred times as much as others: none may gather."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio import api
from nnstudio.engine.optimizers import optimizers
from nnstudio.engine.updater import DUSTING
from nnstudio.graph.edits import chain
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid

SMALLEST = float(np.finfo(np.float32).tiny)
REMEMBER = [kind for kind in optimizers().kinds() if optimizers().find(kind)().state]


def dust_in(array: np.ndarray) -> int:
    return int(((array != 0) & (np.abs(array) < SMALLEST)).sum())


@pytest.mark.parametrize("kind", REMEMBER)
def test_what_an_optimizer_remembers_of_a_dead_unit_comes_to_an_end(kind: str) -> None:
    inputs = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
    data = api.dataset(inputs, (inputs.sum(axis=1) > 0).astype(int), validation=0, test=0)
    model = api.model(
        chain(Input((3,)), Dense(8), ReLU(), Dense(1), Sigmoid()), optimizer=kind, epochs=4000, batch_size=64,
        loss="binary_cross_entropy",
    )  # fmt: skip
    with model.session(data) as session:
        session.run(10)
        # No unit answers from now on, so no gradient reaches the weights before them.
        session.set_weights({**_copies(session), "dense/bias": np.full(8, -1e6, np.float32)})
        for vector in session.updater.state.values():
            np.copyto(vector, 2 * SMALLEST, where=vector != 0)
        session.run(40 * DUSTING)
        assert sum(dust_in(vector) for vector in session.updater.state.values()) == 0


def _copies(session) -> dict[str, np.ndarray]:
    return {name: array.copy() for name, array in session.parameters.named().items()}


def test_a_sigmoid_that_is_far_down_answers_with_all_its_digits() -> None:
    model = api.model(chain(Input((1,)), Dense(1), Sigmoid()))
    weights = {"dense/weights": np.float32([[1.0]]), "dense/bias": np.float32([0.0])}
    model.project = replace(model.project, weights=weights)
    asked = -np.logspace(0, 4, 200, dtype=np.float32)[:, None]
    answers = model.predict(asked)
    assert dust_in(answers) == 0
    with np.errstate(over="ignore"):
        exact = 1 / (1 + np.exp(-asked.astype(np.float64)))
    np.testing.assert_allclose(answers, exact, rtol=1e-5, atol=1e-26)
