"""Steps that vary at random do so in training only, and always in the same way for the same seed."""

from dataclasses import replace

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.preparation.noise import Noise
from nnstudio.data.preparation.rotate import Rotate
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.shift import Shift
from nnstudio.data.sources import open_data
from nnstudio.training.session import Session

STEPS = (Shift(1), Rotate(10), Scale(16), Noise(0.1))


def digits(*steps: Preparation) -> DataSet:
    data = open_data("digits")
    return replace(data, parts={**data.parts, "train": data.part("train")[:300]}).prepared_by(steps)


def model(seed: int = 0) -> nn.Model:
    layers = (
        nn.Input((8, 8, 1)), nn.Conv2D(4, padding="same"), nn.ReLU(), nn.Dropout(0.1), nn.Flatten(), nn.Dense(10),
        nn.Softmax(),
    )  # fmt: skip
    return nn.model(
        nn.chain(*layers), loss="categorical_cross_entropy", optimizer="adam", batch_size=128, seed=seed, epochs=3
    )


def bits(session: Session) -> bytes:
    return session.parameters.vector.tobytes()


def trained(data: DataSet, seed: int = 0, threads: int = 1) -> bytes:
    with model(seed).session(data, threads=threads) as session:
        session.run()
        return bits(session)


def test_the_same_seed_varies_in_the_same_way() -> None:
    assert trained(digits(*STEPS)) == trained(digits(*STEPS))


def test_another_seed_varies_in_another_way() -> None:
    assert trained(digits(*STEPS), seed=1) != trained(digits(*STEPS))


def test_two_threads_give_the_same_bits_as_one() -> None:
    assert trained(digits(*STEPS), threads=2) == trained(digits(*STEPS))


@pytest.mark.parametrize("steps", [1, 4])
def test_a_training_goes_on_to_the_same_bits_after_a_checkpoint(steps: int) -> None:
    data = digits(*STEPS)
    with model().session(data) as session:
        session.run(steps)
        checkpoint = session.checkpoint()
        session.run()
        expected = bits(session)
    with model().session(data) as again:
        again.restore(checkpoint)
        again.run()
        assert bits(again) == expected


def test_each_step_off_is_as_if_it_were_not_there() -> None:
    off = tuple(step if isinstance(step, Scale) else replace(step, on=False) for step in STEPS)
    assert trained(digits(*off)) == trained(digits(Scale(16)))


def test_the_samples_a_network_learns_from_do_vary() -> None:
    assert trained(digits(*STEPS)) != trained(digits(Scale(16)))


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_judging_sees_every_sample_as_it_is(part: str) -> None:
    plain, varied = digits(Scale(16)), digits(*STEPS)
    with model().session(plain) as session, model().session(varied) as other:
        assert session.judge(part).loss == other.judge(part).loss


def test_predictions_do_not_vary() -> None:
    varied = model()
    varied.train(digits(*STEPS), epochs=1)
    inputs = open_data("digits").inputs[:9]
    np.testing.assert_array_equal(varied.predict(inputs), varied.predict(inputs))


def test_a_balanced_training_sees_every_class_equally_often() -> None:
    data = open_data("digits,balance,validation=0")
    seen: list[int] = []
    with model().session(data) as session:
        learn = session.engine.gradient

        def watched(picks: np.ndarray) -> object:
            seen.extend(data.targets[picks])
            return learn(picks)

        session.engine.gradient = watched  # type: ignore[method-assign]
        session.run_epoch()
    assert len(set(np.bincount(seen))) == 1


def test_augmentation_helps_where_images_are_off_centre() -> None:
    """A network that saw moved digits reads moved digits."""
    moved = replace(open_data("digits"), inputs=np.roll(open_data("digits").inputs, 1, axis=2))
    accuracies = []
    for steps in ((Scale(16),), (Shift(1), Scale(16))):
        reader = model()
        reader.train(open_data("digits").prepared_by(steps), epochs=15)
        accuracies.append(reader.evaluate(moved).accuracy)
    assert accuracies[1] > accuracies[0] + 0.05
