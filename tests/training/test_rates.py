"""The learning rate of every step: as chosen, as its schedule says, and as moved by hand."""

from math import cos, pi, sqrt

import numpy as np
import pytest

from nnstudio.engine.schedules import schedules
from nnstudio.layers.dense import Dense

from .networks import NEURON, line, session_of, two_classes

# Two epochs of 4 steps at a rate of 0.8, so steps 0 to 7; half a cosine takes share = step/7.
COSINE = [0.5 * (1 + cos(pi * step / 7)) for step in range(8)]
CASES: list[tuple[dict[str, object], list[float]]] = [
    ({"kind": "constant"}, [1, 1, 1, 1, 1, 1, 1, 1]),
    ({"kind": "step", "every": 1, "share": 0.5}, [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]),
    ({"kind": "exponential", "share": 0.25}, [1, 1, 1, 1, 0.25, 0.25, 0.25, 0.25]),
    ({"kind": "warm_up", "epochs": 1}, [0.25, 0.5, 0.75, 1, 1, 1, 1, 1]),
    ({"kind": "cosine"}, COSINE),
    # Up to share 3/7 in three steps, from 0.2: 0.2 + 0.8·½(1 − cos(π·step/3)); then down over four to 0.1.
    (
        {"kind": "one_cycle", "rise": 3 / 7, "start": 0.2, "last": 0.1},
        [0.2, 0.4, 0.8, 1, 0.1 + 0.45 * (1 + sqrt(0.5)), 0.55, 0.1 + 0.45 * (1 - sqrt(0.5)), 0.1],
    ),
]


@pytest.mark.parametrize(("schedule", "factors"), CASES, ids=[str(case["kind"]) for case, _ in CASES])
def test_a_schedule_drives_the_rate_of_every_step(schedule: dict[str, object], factors: list[float]) -> None:
    optimizer = {"kind": "sgd", "learning_rate": 0.8}
    with session_of(NEURON, two_classes(16), batch_size=4, epochs=2, schedule=schedule, optimizer=optimizer) as session:
        session.run()
        np.testing.assert_allclose(session.history.rates, 0.8 * np.array(factors), rtol=1e-12, atol=1e-15)


def test_every_schedule_has_a_test() -> None:
    assert {case["kind"] for case, _ in CASES} | {"on_plateau"} == set(schedules().kinds())


def test_the_rate_drops_on_a_plateau() -> None:
    """A rate of 1e-30 moves nothing: the loss stays, and after 2 epochs without a better one the rate drops.

    The first epoch sets the best loss; the second and third wait; from the fourth on the rate is a tenth, and so on.
    """
    settings = {
        "schedule": {"kind": "on_plateau", "patience": 2, "share": 0.1}, "epochs": 6,
        "optimizer": {"kind": "gradient_descent", "learning_rate": 1e-30},
    }  # fmt: skip
    with session_of(NEURON, two_classes(), **settings) as session:
        session.run()
        np.testing.assert_allclose(session.history.rates, [1e-30, 1e-30, 1e-30, 1e-31, 1e-31, 1e-32], rtol=1e-12)


def test_the_rate_stays_while_the_loss_falls() -> None:
    settings = {"schedule": {"kind": "on_plateau", "patience": 1}, "epochs": 6, "optimizer": "gradient_descent"}
    with session_of(NEURON, two_classes(), **settings) as session:
        session.run()
        assert list(session.history.rates) == [0.1] * 6


def test_the_epoch_records_the_rate_of_its_last_step() -> None:
    schedule = {"kind": "warm_up", "epochs": 1}
    optimizer = {"kind": "sgd", "learning_rate": 0.8}
    with session_of(NEURON, two_classes(16), batch_size=8, epochs=1, schedule=schedule, optimizer=optimizer) as session:
        session.run()
        assert session.history.rates[0] == 0.4
        assert session.history.epochs[0].learning_rate == 0.8


def test_a_rate_moved_by_hand_is_multiplied_by_the_schedule() -> None:
    schedule = {"kind": "exponential", "share": 0.5}
    with session_of(NEURON, two_classes(4), batch_size=4, epochs=3, schedule=schedule) as session:
        session.step()
        session.learning_rate = 0.4
        session.step()
        session.step()
        assert list(session.history.rates) == pytest.approx([0.1, 0.2, 0.1])


def test_the_recorded_rate_is_the_one_that_moves_the_weights() -> None:
    """x = 1, y = 2, w = b = 0: ∂J/∂w = 2(0 − 2)·1 = −4. At a rate of 0.25·½ the weight becomes 0.5."""
    data = line(2)
    data = type(data)("line", data.inputs[1:], data.targets[1:], (), {"train": np.arange(1)})
    settings = {"schedule": {"kind": "warm_up", "epochs": 2}, "optimizer": {"kind": "sgd", "learning_rate": 0.25}}
    with session_of([Dense(units=1, weights_start="zeros")], data, **settings) as session:
        session.step()
        assert session.parameters.of("dense")["weights"] == 0.5
