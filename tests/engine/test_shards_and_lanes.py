"""However a batch is split, and however many threads work on it, the gradient is the same."""

import threading
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest

from nnstudio.data.preparation.base import record
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale
from nnstudio.engine.crew import Crew
from nnstudio.engine.engine import Engine, predict
from nnstudio.engine.optimizers import Adam
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.penalties import L2
from nnstudio.engine.samples import Samples
from nnstudio.engine.updater import Updater

from .networks import CLASSES, NETWORKS, NORMALISED, SIDE, gradient_of, make_samples, plan_of, sum_of_lanes

SPLITS = [(1, 1), (2, 1), (2, 2), (5, 1), (5, 2), (5, 3), (20, 2)]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("name", ["dense", "conv"])
@pytest.mark.parametrize(("shards", "lanes"), SPLITS)
def test_a_split_batch_has_the_same_gradient(name: str, shards: int, lanes: int) -> None:
    picks = np.arange(20)
    whole = gradient_of(plan_of(NETWORKS[name], 20, 1), picks)
    split = gradient_of(plan_of(NETWORKS[name], 20, shards, lanes), picks)
    assert np.abs(whole).max() > 1e-3
    np.testing.assert_allclose(split, whole, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(("shards", "lanes"), SPLITS)
def test_a_split_batch_has_the_same_loss_and_right_answers(shards: int, lanes: int) -> None:
    outcomes = []
    for plan in (plan_of(NETWORKS["conv"], 20, 1), plan_of(NETWORKS["conv"], 20, shards, lanes)):
        with Engine(plan, Parameters.initial(plan, 1), make_samples(), threads=1) as engine:
            outcomes.append(engine.gradient(np.arange(20)))
    assert outcomes[1].loss == pytest.approx(outcomes[0].loss, rel=1e-12)
    assert (outcomes[1].right, outcomes[1].count) == (outcomes[0].right, outcomes[0].count)


def _trained(name: str, threads: int) -> bytes:
    plan = plan_of(NETWORKS[name], 20, 5, 2, "float32")
    parameters = Parameters.initial(plan, 1)
    with Engine(plan, parameters, make_samples("float32"), seed=4, threads=threads) as engine:
        gradients = [lane.gradient.vector for lane in engine.lanes]
        updater = Updater(Adam(), L2(strength=0.1), parameters, gradients, engine.crew)
        for start in (0, 20, 40, 0):
            engine.gradient(np.arange(start, start + 20))
            updater.step(0.01, 0.01)
    return parameters.vector.tobytes()


@pytest.mark.parametrize("name", NETWORKS)
def test_one_thread_and_two_give_the_same_bits(name: str) -> None:
    assert _trained(name, 1) == _trained(name, 2)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_same_seed_gives_the_same_bits_again(name: str) -> None:
    assert _trained(name, 2) == _trained(name, 2)


def test_dropout_with_another_seed_drops_others() -> None:
    plan, found = plan_of(NETWORKS["dropout"], 20), []
    for seed in (0, 1):
        with Engine(plan, Parameters.initial(plan, 1), make_samples(), seed=seed) as engine:
            found.append(engine.gradient(np.arange(20)).loss)
    assert found[0] != found[1]


@pytest.mark.parametrize("last", [1, 3, 7, 19])
@pytest.mark.parametrize("lanes", [1, 2])
def test_a_smaller_last_batch_has_its_own_mean(last: int, lanes: int) -> None:
    plan = plan_of(NETWORKS["dense"], 20, 2, lanes)
    parameters = Parameters.initial(plan, 1)
    picks = np.arange(20, 20 + last)
    with Engine(plan, parameters, make_samples(), threads=1) as engine:
        engine.gradient(np.arange(20))
        engine.gradient(picks)
        found = sum_of_lanes(engine)
    np.testing.assert_allclose(found, gradient_of(plan_of(NETWORKS["dense"], last, 1), picks), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("lanes", [1, 2])
def test_a_batch_as_large_as_a_shard_has_its_own_mean_after_a_larger_one(lanes: int) -> None:
    plan = plan_of(NETWORKS["dense"], 20, 2, lanes)
    parameters = Parameters.initial(plan, 1)
    with Engine(plan, parameters, make_samples(), threads=1) as engine:
        engine.gradient(np.arange(10))
        first = sum_of_lanes(engine)
        engine.gradient(np.arange(20))
        engine.gradient(np.arange(10))
        np.testing.assert_array_equal(sum_of_lanes(engine), first)


def test_a_batch_that_is_normalised_is_never_split() -> None:
    plan = plan_of(NORMALISED, 20)
    assert (plan.lanes, plan.shard) == (1, 20)
    halved = [gradient_of(plan, part) for part in (np.arange(10), np.arange(10, 20))]
    whole = gradient_of(plan, np.arange(20))
    assert np.abs(np.mean(halved, axis=0) - whole).max() > 1e-6


def test_judging_agrees_with_predicting() -> None:
    plan = plan_of(NETWORKS["conv"], 20, 5, 2)
    parameters, samples = Parameters.initial(plan, 1), make_samples()
    assert samples.classes is not None
    with Engine(plan, parameters, samples, threads=2) as engine:
        outcome = engine.judge(np.arange(len(samples)))
    answers = predict(plan, parameters, samples.rows)
    right = answers[np.arange(len(samples)), samples.classes]
    assert outcome.mean_loss == pytest.approx(-np.log(right).mean(), rel=1e-12)
    assert outcome.right == (answers.argmax(1) == samples.classes).sum()


def test_judging_more_samples_than_fit_at_once_counts_each_one_once() -> None:
    plan = plan_of(NETWORKS["dense"], 20, 5, 2)
    with Engine(plan, Parameters.initial(plan, 1), make_samples(), threads=2) as engine:
        once = engine.judge(np.arange(60))
        often = engine.judge(np.tile(np.arange(60), 11))
    assert often.loss == pytest.approx(11 * once.loss, rel=1e-12)
    assert often.right == 11 * once.right


def test_judging_leaves_the_gradient_and_the_weights_alone() -> None:
    plan = plan_of(NORMALISED, 20)
    parameters = Parameters.initial(plan, 1)
    with Engine(plan, parameters, make_samples()) as engine:
        engine.gradient(np.arange(20))
        gradient, weights = sum_of_lanes(engine), parameters.vector.copy()
        engine.judge(np.arange(60))
        np.testing.assert_array_equal(sum_of_lanes(engine), gradient)
        np.testing.assert_array_equal(parameters.vector, weights)


def test_predictions_do_not_depend_on_who_else_is_asked() -> None:
    plan = plan_of(NORMALISED, 20)
    parameters, rows = Parameters.initial(plan, 1), make_samples().rows
    answers = predict(plan, parameters, np.tile(rows, (10, 1)))
    alone = predict(plan, parameters, rows[7].reshape(1, SIDE, SIDE, 1))
    assert answers.shape == (600, CLASSES)
    np.testing.assert_allclose(answers[7], alone[0], rtol=1e-12)
    np.testing.assert_allclose(answers[540 + 7], alone[0], rtol=1e-12)


def test_rows_are_prepared_by_factor_and_offset_and_never_changed() -> None:
    plan, plain = plan_of(NETWORKS["dense"], 20), make_samples()
    bytes_ = np.random.default_rng(0).integers(0, 256, plain.rows.shape).astype(np.uint8)
    before = bytes_.copy()
    raw = Samples(bytes_, plain.targets, plain.classes, partial(record, (Scale(255), Normalise(0.5))))
    ready = Samples(bytes_ / 255 - 0.5, plain.targets, plain.classes)
    losses = []
    for samples in (raw, ready):
        with Engine(plan, Parameters.initial(plan, 1), samples) as engine:
            losses.append(engine.gradient(np.arange(20)).loss)
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)
    np.testing.assert_array_equal(bytes_, before)


def _fail() -> None:
    raise OSError("the lane broke")


def _nothing() -> None:
    pass


@pytest.mark.parametrize("broken", [0, 1, 2])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_failure_in_any_piece_reaches_the_caller(broken: int, threads: int) -> None:
    crew = Crew(threads)
    pieces = [_fail if number == broken else _nothing for number in range(3)]
    with pytest.raises(OSError, match="the lane broke"):
        crew.run(pieces)
    crew.close()


def test_a_crew_goes_on_after_a_failure() -> None:
    crew, done = Crew(2), []
    with pytest.raises(OSError, match="the lane broke"):
        crew.run([_nothing, _fail])
    crew.run([lambda: done.append(0), lambda: done.append(1), lambda: done.append(2)])
    crew.close()
    assert sorted(done) == [0, 1, 2]


def test_all_pieces_are_done_before_a_failure_is_told() -> None:
    crew, done = Crew(2), []
    wait = threading.Event()

    def late() -> None:
        wait.wait(5)
        done.append(1)

    def fail_first() -> None:
        threading.Timer(0.02, wait.set).start()
        raise OSError("the lane broke")

    with pytest.raises(OSError, match="the lane broke"):
        crew.run([fail_first, late])
    assert done == [1]
    crew.close()


def test_two_pieces_really_run_side_by_side() -> None:
    crew, meet = Crew(2), threading.Barrier(2, timeout=5)
    crew.run([lambda: _meet(meet), lambda: _meet(meet)])
    crew.close()
    assert not meet.broken


def _meet(barrier: threading.Barrier) -> None:
    barrier.wait()


def test_a_failing_lane_of_an_engine_reaches_the_caller_and_leaves_no_thread() -> None:
    plan = plan_of(NETWORKS["dense"], 20, 2, 2)
    with Engine(plan, Parameters.initial(plan, 1), make_samples(), threads=2) as engine:
        engine.gradient(np.arange(20))
        engine.lanes[1].learn = lambda shards, whole: _fail()  # type: ignore[method-assign]
        with pytest.raises(OSError, match="the lane broke"):
            engine.gradient(np.arange(20))
        assert any(thread.name == "nnstudio-lane" for thread in threading.enumerate())


def test_closing_twice_is_harmless() -> None:
    plan = plan_of(NETWORKS["dense"], 20, 2, 2)
    engine = Engine(plan, Parameters.initial(plan, 1), make_samples(), threads=2)
    engine.gradient(np.arange(20))
    engine.close()
    engine.close()
