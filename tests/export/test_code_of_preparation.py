"""What is done to the data's numbers goes out with the network, in each of the three."""

import numpy as np
import pytest

from nnstudio.core.errors import StudioError
from nnstudio.data.preparation.base import Preparation, preparations, prepared, shape_after
from nnstudio.data.preparation.fill import Fill
from nnstudio.data.preparation.flatten import Flatten as FlattenData
from nnstudio.data.preparation.min_max import MinMax
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.one_hot import OneHot
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.export.trained import Trained
from nnstudio.graph.edits import chain
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from tests.data.preparation.examples import EXAMPLES, Example, learned
from tests.export.code_models import trained
from tests.export.scripts import by_keras, by_numpy, by_torch, files_of

every_step = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.kind)


def model_behind(steps: tuple[Preparation, ...], shape: tuple[int, ...]) -> Trained:
    seen = shape_after([step for step in steps if not step.only_in_training], shape)
    graph = chain(Input(shape=seen), Flatten(), Dense(units=3))
    return trained(graph, preparation=steps, stored_shape=shape)


def check(by, model: Trained, samples) -> None:
    ours = model.answers(samples).outputs
    np.testing.assert_allclose(by(model, samples)[0], ours, rtol=1e-5, atol=1e-5 * max(1, np.abs(ours).max()))


@every_step
def test_a_step_in_numpy_does_what_ours_does(example: Example) -> None:
    check(by_numpy, model_behind((example.ready(),), example.shape), example.stored(5))


@every_step
def test_a_step_in_pytorch_does_what_ours_does(example: Example) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed, so there is nothing to compare with")
    check(by_torch, model_behind((example.ready(),), example.shape), example.stored(5))


@every_step
def test_a_step_in_keras_does_what_ours_does(example: Example, keras: None) -> None:
    check(by_keras, model_behind((example.ready(),), example.shape), example.stored(5))


def missing_numbers() -> np.ndarray:
    numbers = np.random.default_rng(3).normal(0, 3, (40, 6))
    numbers[::3, 1] = np.nan
    numbers[5, 2] = np.inf
    return numbers


def learned_chain() -> tuple[Preparation, ...]:
    steps: list[Preparation] = []
    numbers = missing_numbers()
    some = Fill(by="median"), Standardise(), MinMax(per="all"), Scale(divisor=0.1), Normalise(mean=2.0, deviation=3.0)
    for step in some:
        steps.append(learned(step, prepared(tuple(steps), numbers, np.dtype(np.float64))))
    return tuple(steps)


@pytest.mark.parametrize("by", [by_numpy, by_torch, by_keras])
def test_several_steps_come_one_after_the_other(by, keras: None) -> None:
    check(by, model_behind(learned_chain(), (6,)), missing_numbers().astype(np.float32))


@pytest.mark.parametrize("by", [by_numpy, by_torch, by_keras])
@pytest.mark.parametrize("per", ["feature", "channel", "all"])
def test_numbers_per_channel_hold_for_images_that_are_written_out(by, per: str, keras: None) -> None:
    images = np.random.default_rng(0).integers(0, 255, (20, 4, 3, 2)).astype(np.uint8)
    steps = (learned(Standardise(per=per), images), FlattenData(), Scale(divisor=2.0))
    check(by, model_behind(steps, (4, 3, 2)), images[:5])


@pytest.mark.parametrize("by", [by_numpy, by_torch, by_keras])
def test_whole_numbers_become_lists(by, keras: None) -> None:
    numbers = np.array([[0, 3, 1], [2, 2, 7], [1.5, -1, np.nan]], np.float32)
    check(by, model_behind((OneHot(classes=4),), (3,)), numbers)


def test_steps_that_are_switched_off_or_for_training_only_leave_no_trace() -> None:
    steps = (Scale(divisor=7.0, on=False), *(each.ready() for each in EXAMPLES if each.step.only_in_training))
    text = files_of(model_behind(steps, (6, 5, 2)), "numpy")["model.py"].decode()
    prepare = text[text.index("def prepare") : text.index("def answer")]
    assert [line.strip() for line in prepare.strip().splitlines()[2:]] == [
        "x = samples.astype(np.float32)",
        "return x.reshape(len(x), 6, 5, 2)",
    ]


@pytest.mark.parametrize("kind", sorted(preparations().kinds()))
def test_every_step_says_its_own_words(kind: str) -> None:
    """For who writes a step: `written` in its own file, unless it does nothing after training."""
    example = next((each for each in EXAMPLES if each.kind == kind), None)
    assert example is not None
    for module in ("np", "torch", "ops"):
        assert example.ready().written(module, example.shape) is not None


def test_a_step_without_words_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scale, "written", lambda self, module, shape: None)
    with pytest.raises(StudioError, match="Scale cannot be written as code"):
        files_of(model_behind((Scale(),), (6,)), "numpy")
