"""How weights start: the deviation and the bounds that each rule promises."""

from math import sqrt

import numpy as np
import pytest

from nnstudio.layers.initialisers import (
    Constant,
    Fan,
    Glorot,
    He,
    Initialiser,
    LeCun,
    Normal,
    PyTorch,
    Uniform,
    Zeros,
    initialisers,
)

FAN, SHAPE = Fan(50, 30), (400, 500)

# Initialiser, deviation, and the largest size, or None where there is no bound.
RULES: list[tuple[Initialiser, float, float | None]] = [
    (Zeros(), 0.0, 0.0),
    (Constant(value=1.5), 0.0, 1.5),
    (Uniform(low=-0.5, high=0.5), 1 / sqrt(12), 0.5),
    (Uniform(low=0.5, high=-0.5), 1 / sqrt(12), 0.5),
    (Normal(deviation=0.3), 0.3, None),
    (Glorot(), sqrt(2 / 80), sqrt(6 / 80)),
    (Glorot(distribution="normal"), sqrt(2 / 80), None),
    (He(), sqrt(2 / 50), None),
    (He(distribution="uniform"), sqrt(2 / 50), sqrt(6 / 50)),
    (LeCun(), sqrt(1 / 50), None),
    (LeCun(distribution="uniform"), sqrt(1 / 50), sqrt(3 / 50)),
    (PyTorch(), 1 / sqrt(150), 1 / sqrt(50)),
]

every_rule = pytest.mark.parametrize(("rule", "deviation", "bound"), RULES, ids=[str(rule) for rule, _, _ in RULES])


def _draw(rule: Initialiser, seed: int = 0) -> np.ndarray:
    return rule.draw(SHAPE, FAN, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", sorted(initialisers().kinds()))
def test_an_initialiser_has_a_line(kind: str) -> None:
    assert kind in {rule.kind for rule, _, _ in RULES}, f"Give {kind} a line in tests/layers/test_initialisers.py."


@every_rule
def test_the_deviation_is_the_promised_one(rule: Initialiser, deviation: float, bound: float | None) -> None:
    assert _draw(rule).std() == pytest.approx(deviation, rel=0.01)


@every_rule
def test_no_value_is_beyond_the_bound(rule: Initialiser, deviation: float, bound: float | None) -> None:
    largest = np.abs(_draw(rule)).max()
    if bound is None:
        assert largest > 3.5 * deviation
    else:
        assert 0.999 * bound <= largest <= bound


@every_rule
def test_values_lie_evenly_around_zero(rule: Initialiser, deviation: float, bound: float | None) -> None:
    wanted = rule.value if isinstance(rule, Constant) else 0.0
    assert _draw(rule).mean() == pytest.approx(wanted, abs=0.01 * deviation + 1e-12)


@every_rule
def test_the_same_seed_draws_the_same_values(rule: Initialiser, deviation: float, bound: float | None) -> None:
    assert _draw(rule).tobytes() == _draw(rule).tobytes()
    if deviation:
        assert _draw(rule, 1).tobytes() != _draw(rule, 2).tobytes()


def test_a_uniform_draw_between_equal_bounds_is_that_number() -> None:
    assert set(_draw(Uniform(low=0.25, high=0.25)).flat) == {0.25}
