"""Which samples each step learns from: shuffled by seed, in sequence, all at once, or one at a time."""

from itertools import chain

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.data.dataset import DataSet
from nnstudio.data.split import undivided

SAMPLES = 12


def data() -> DataSet:
    inputs = np.arange(SAMPLES, dtype=np.float32).reshape(-1, 1)
    return undivided(DataSet("numbers", inputs, inputs.astype(np.float64)))


def batches(epochs: int = 1, **settings: object) -> list[list[int]]:
    """The samples of every step."""
    model = nn.model(nn.chain(nn.Input((1,)), nn.Dense(1)), epochs=epochs, **settings)
    seen: list[list[int]] = []
    with model.session(data(), threads=1) as session:
        learn = session.engine.gradient

        def watched(picks: np.ndarray) -> object:
            seen.append(picks.tolist())
            return learn(picks)

        session.engine.gradient = watched  # type: ignore[method-assign]
        session.run()
    return seen


def test_an_epoch_passes_through_every_sample_once() -> None:
    seen = batches(batch_size=5)
    assert [len(each) for each in seen] == [5, 5, 2]
    assert sorted(chain.from_iterable(seen)) == list(range(SAMPLES))


def test_the_order_is_shuffled_anew_for_every_epoch() -> None:
    seen = batches(epochs=2, batch_size=SAMPLES)
    assert seen[0] != list(range(SAMPLES))
    assert seen[0] != seen[1]


def test_the_same_seed_gives_the_same_order() -> None:
    assert batches(batch_size=4, seed=3) == batches(batch_size=4, seed=3)
    assert batches(batch_size=4, seed=3) != batches(batch_size=4, seed=4)


def test_without_shuffling_samples_come_as_they_are_stored() -> None:
    seen = batches(batch_size=5, shuffle=False)
    assert seen == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11]]


@pytest.mark.parametrize("settings", [{"batch_size": 10_000}, {"batch_size": 1, "optimizer": "gradient_descent"}])
def test_the_whole_set_can_be_one_batch(settings: dict[str, object]) -> None:
    assert [sorted(each) for each in batches(**settings)] == [list(range(SAMPLES))]


def test_a_batch_can_be_a_single_sample() -> None:
    assert [len(each) for each in batches(batch_size=1)] == [1] * SAMPLES
