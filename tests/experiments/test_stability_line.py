"""The line 2/λmax tells where lanes become unstable: by the textbook's matrices, and on the real MNIST."""

import os
from pathlib import Path

import numpy as np
import pytest

from nnstudio.engine.optimizers import SGD, Momentum, Nesterov

FOLDER = os.environ.get("NNSTUDIO_TEST_MNIST")
LAMBDA = 3.0


def momentum_step(rate: float, friction: float) -> np.ndarray:
    """What (w, v) becomes in a valley λ·w²/2 under v := μ·v + λ·w, w := w − α·v."""
    return np.array([[1 - rate * LAMBDA, -rate * friction], [LAMBDA, friction]])


def nesterov_step(rate: float, friction: float) -> np.ndarray:
    """The same under w := w − α·(λ·w + μ·v)."""
    return np.array([[1 - rate * LAMBDA * (1 + friction), -rate * friction**2], [LAMBDA, friction]])


@pytest.mark.parametrize("friction", [0.0, 0.3, 0.9, 0.99])
@pytest.mark.parametrize(("optimizer", "step"), [(Momentum, momentum_step), (Nesterov, nesterov_step)])
def test_at_the_stable_rate_a_step_neither_grows_nor_shrinks(optimizer, step, friction):
    limit = optimizer(momentum=friction).stable_rate(LAMBDA)
    lengths = [max(abs(np.linalg.eigvals(step(share * limit, friction)))) for share in (0.999, 1.0, 1.001)]
    assert lengths[0] < 1 < lengths[2]
    assert lengths[1] == pytest.approx(1.0)


@pytest.mark.parametrize("optimizer", [Momentum, Nesterov])
def test_without_speed_the_limit_is_that_of_plain_descent(optimizer):
    assert optimizer(momentum=0.0).stable_rate(LAMBDA) == SGD().stable_rate(LAMBDA) == 2 / LAMBDA


@pytest.mark.skipif(not FOLDER, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
def test_on_mnist_the_line_separates_lanes_that_overshoot_within_a_factor_of_1_5():
    """Overshooting: the loss over the training samples rises above where it began. The line is that of a slow lane
    after its first 100 batches; the benchmark `stability` tells the numbers of more seeds and definitions."""
    from nnstudio.data.readers.mnist_folder import MnistFolder
    from tests.benchmarks.stability import lines_on_the_way, overshoots, session_of

    data = MnistFolder().open(Path(FOLDER))
    line = lines_on_the_way(data, 0, (100,))[100]
    with session_of(data, 0) as session:
        start = session.keyframe()
        found = {}
        for share in (1 / 1.5, 1.5):
            session.stand_at(start)
            found[share] = overshoots(session, share * line)
    assert found == {1 / 1.5: False, 1.5: True}
