"""The contract of every preparation step: what must hold for each of them, whatever it does."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from nnstudio.core.fields import rules_of
from nnstudio.data.preparation.base import preparations, record
from nnstudio.data.preparation.noise import Noise

from .examples import EXAMPLES, Array, Example, learned, player

# The smallest array of a batch that holds something of every sample is larger than what Python itself needs.
BATCH, ROOM = 1024, 3_000


def steps_that(wanted: Callable[[Example], bool]) -> pytest.MarkDecorator:
    """Each of these steps by itself."""
    wanted_steps = [each for each in EXAMPLES if wanted(each)]
    return pytest.mark.parametrize("example", wanted_steps, ids=lambda example: example.kind)


every_step = steps_that(lambda example: True)
random_steps = steps_that(lambda example: example.step.only_in_training and example.changes)
steady_steps = steps_that(lambda example: not example.step.only_in_training)
both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def played(
    example: Example, dtype: type = np.float32, seed: int | None = 1, times: int = 1, samples: int = 40
) -> Array:
    random = None if seed is None else np.random.default_rng(seed)
    play, result = player([example.ready()], example.stored(samples), dtype, random)
    for _ in range(times):
        play()
    return result


def test_every_step_has_an_example() -> None:
    assert sorted(each.kind for each in EXAMPLES) == sorted(preparations().kinds())


@every_step
def test_a_step_is_one_file_named_like_its_kind(example: Example) -> None:
    assert type(example.step).__module__ == f"nnstudio.data.preparation.{example.kind}"


@every_step
def test_a_step_says_to_a_learner_what_it_does(example: Example) -> None:
    words = (type(example.step).__doc__ or "").split()
    assert len(words) > 3
    assert words[0][0].isupper()
    assert not any("`" in word or "_" in word for word in words[:20])
    assert example.step.title[0].isupper()


@every_step
def test_every_field_and_every_option_is_explained(example: Example) -> None:
    for rule in rules_of(type(example.step)).values():
        assert len(rule.help) > 10
        assert not rule.help.endswith(".")
        for option in getattr(rule, "options", ()):
            assert option in rule.help


@every_step
@pytest.mark.parametrize("on", [True, False])
def test_a_step_survives_json_with_what_it_learned(example: Example, on: bool) -> None:
    step = type(example.step).from_fields({**_fields(example.ready()), "on": on})
    assert preparations().from_json(json.loads(json.dumps(step.to_json()))) == step


def _fields(step: object) -> dict[str, object]:
    return {name: getattr(step, name) for name in rules_of(type(step))}


@every_step
def test_the_stored_numbers_stay_as_they_are(example: Example) -> None:
    raw = example.stored(40).astype(np.float32)
    before = raw.copy()
    play, _ = player([example.ready()], raw, np.float32, np.random.default_rng(0))
    play()
    np.testing.assert_array_equal(raw, before)


@every_step
@both_types
def test_the_result_has_the_type_that_was_asked_for(example: Example, dtype: type) -> None:
    assert played(example, dtype).dtype == dtype


@every_step
def test_the_result_has_the_shape_that_was_promised(example: Example) -> None:
    assert played(example).shape == (40, *example.ready().shape(example.shape))


@every_step
def test_a_step_that_is_off_has_no_effect(example: Example) -> None:
    off = type(example.step).from_fields({**_fields(example.ready()), "on": False})
    raw = example.stored(40)
    play, result = player([off], raw, np.float32, np.random.default_rng(0))
    play()
    np.testing.assert_array_equal(result, raw)


@every_step
def test_a_step_that_is_on_has_an_effect(example: Example) -> None:
    stored = example.stored(40)
    result = played(example)
    same = result.size == stored.size and np.array_equal(result.reshape(stored.shape), stored)
    assert same != example.changes


# Millions of random numbers are drawn in the type that they are for.
@steps_that(lambda example: example.kind not in ("elastic", "noise"))
def test_both_types_are_prepared_alike(example: Example) -> None:
    np.testing.assert_allclose(played(example, np.float32), played(example, np.float64), rtol=1e-5, atol=1e-5)


@every_step
def test_after_the_first_time_no_arrays_are_made(example: Example, peak: Callable[[Callable[[], None]], int]) -> None:
    tape, _ = record([example.ready()], example.stored(BATCH), np.dtype(np.float32), np.random.default_rng(0))

    def play() -> None:
        for call in tape:
            call()

    assert peak(play) < ROOM


def test_the_measure_sees_an_array(peak: Callable[[Callable[[], None]], int]) -> None:
    def work() -> None:
        np.zeros(BATCH, np.float32).fill(1)

    assert peak(work) > ROOM


@every_step
@both_types
def test_the_same_seed_gives_the_same_bits(example: Example, dtype: type) -> None:
    np.testing.assert_array_equal(played(example, dtype, seed=3), played(example, dtype, seed=3))


@random_steps
def test_another_seed_gives_something_else(example: Example) -> None:
    assert not np.array_equal(played(example, seed=3), played(example, seed=4))


@random_steps
def test_every_batch_is_drawn_anew(example: Example) -> None:
    assert not np.array_equal(played(example, times=1), played(example, times=2))


@random_steps
def test_what_is_random_is_left_out_when_nothing_is_learned(example: Example) -> None:
    np.testing.assert_array_equal(played(example, seed=None), example.stored(40))


@steady_steps
def test_a_step_that_is_not_random_gives_the_same_in_training_and_after(example: Example) -> None:
    np.testing.assert_array_equal(played(example), played(example, seed=None))


@steady_steps
def test_each_sample_is_prepared_by_itself(example: Example) -> None:
    whole = played(example, samples=30)
    play, alone = player([example.ready()], example.stored(30)[11:12], np.float32)
    play()
    np.testing.assert_array_equal(alone[0], whole[11])


@every_step
@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf, 1e300, -1e300])
def test_strange_numbers_make_nothing_fail(example: Example, strange: float) -> None:
    raw = example.stored(20).astype(np.float64)
    raw[3] = strange
    step = learned(example.step, raw) if example.kind != "one_hot" or abs(strange) > 1e301 else example.ready()
    for dtype in (np.float32, np.float64):
        play, _ = player([step], raw, dtype, np.random.default_rng(0))
        play()


@every_step
def test_strange_numbers_stay_in_their_own_sample(example: Example) -> None:
    raw = example.stored(20).astype(np.float64)
    raw[3] = np.nan
    play, result = player([example.ready()], raw, np.float64, np.random.default_rng(0))
    play()
    assert np.isfinite(np.delete(result, 3, axis=0)).all()


@every_step
def test_an_empty_batch_stays_empty(example: Example) -> None:
    play, result = player([example.ready()], example.stored(0), np.float32, np.random.default_rng(0))
    play()
    assert result.shape == (0, *example.ready().shape(example.shape))


@every_step
def test_without_a_training_part_nothing_is_learned_and_nothing_fails(example: Example) -> None:
    step = learned(example.step, example.stored(0))
    play, result = player([step], example.stored(5), np.float32, np.random.default_rng(0))
    play()
    assert np.isfinite(result).all()


@every_step
def test_learning_twice_gives_the_same(example: Example) -> None:
    once = example.ready()
    assert learned(once, example.stored(40)) == once


@every_step
def test_how_many_come_at_a_time_makes_no_difference(example: Example) -> None:
    few, many = (learned(example.step, example.stored(40), at_once) for at_once in (1, 40))
    for name in rules_of(type(few)):
        ours, theirs = getattr(few, name), getattr(many, name)
        assert ours == (pytest.approx(theirs, rel=1e-13, abs=1e-13) if isinstance(ours, tuple) else theirs)


def test_all_steps_can_stand_together() -> None:
    steps = [each.step for each in EXAMPLES if each.shape == EXAMPLES[0].shape and each.kind != "flatten"]
    raw = EXAMPLES[0].stored(40)
    play, result = player([*steps, Noise(deviation=0.5)], raw, np.float32, np.random.default_rng(0))
    play()
    assert result.shape == raw.shape
    assert np.isfinite(result).all()
