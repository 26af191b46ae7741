"""The figures of health are those of a hand calculation, whatever the weights are, and looking changes nothing."""

import gc
import pickle
import tracemalloc
from dataclasses import replace
from math import isfinite, isnan, sqrt

import numpy as np
import pytest

from nnstudio.data.preparation.balance import Balance
from nnstudio.data.preparation.noise import Noise
from nnstudio.data.preparation.scale import Scale
from nnstudio.layers.base import layers
from nnstudio.layers.batch_norm import BatchNorm
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.initialisers import Constant
from nnstudio.layers.leaky_relu import LeakyReLU
from nnstudio.layers.linear import Linear
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.layers.softmax import Softmax
from nnstudio.layers.tanh import Tanh
from nnstudio.layers.threshold import Threshold
from nnstudio.training import health_check
from nnstudio.training.health_check import HealthCheck, measure
from nnstudio.training.reach import reach_of

from .networks import LARGE, MIXED, NEURON, bits_of, line, session_of, ten_classes, three_classes, two_classes

SGD = {"optimizer": {"kind": "sgd", "learning_rate": 0.5}}


def _stepped(session, steps=1):
    """The session after some steps, and the parameters before the last one."""
    for _ in range(steps):
        before = session.parameters.vector.copy()
        session.step()
    return before


def _layer(found, id):
    return next(each for each in found.layers if each.id == id)


def _images(count=12):
    data = two_classes(count, inputs=36)
    return replace(data, inputs=data.inputs.reshape(-1, 6, 6, 1))


# By hand


def test_a_neurons_figures_are_those_worked_out_by_hand():
    """y = σ(w·x + b) with w = (1, −1), b = 0; e = t − y; ∂J/∂w = −mean e·x; w := w − α·∂J/∂w."""
    data = two_classes(2)
    x, t = data.inputs.astype(np.float64), data.targets
    weights = {"dense/weights": np.array([[1.0, -1.0]]), "dense/bias": np.array([0.0])}
    with session_of(NEURON, data, weights=weights, precision="float64", batch_size=2, **SGD) as session:
        check = HealthCheck(session)
        before = _stepped(session)
        found = _layer(check.measure(before), "dense")
    y = 1 / (1 + np.exp(-(x[:, 0] - x[:, 1])))
    gradient = np.array([*(-(t - y) @ x / 2), -(t - y).mean()])
    after = np.array([1.0, -1.0, 0.0]) - 0.5 * gradient
    assert found.gradient.length == pytest.approx(np.linalg.norm(gradient), rel=1e-12)
    assert found.gradient.rms == pytest.approx(np.linalg.norm(gradient) / sqrt(3), rel=1e-12)
    assert found.update.length == pytest.approx(0.5 * np.linalg.norm(gradient), rel=1e-12)
    assert found.weights.length == pytest.approx(np.linalg.norm(after), rel=1e-12)
    assert found.ratio == pytest.approx(0.5 * np.linalg.norm(gradient) / np.linalg.norm(after), rel=1e-12)


def test_activations_have_the_mean_and_deviation_that_pytorch_finds():
    torch = pytest.importorskip("torch")
    data = _images()
    with session_of([Conv2D(filters=3), Tanh(), Flatten(), Dense(units=1), Sigmoid()], data) as session:
        found = measure(session)
        named = {name: torch.tensor(array.copy()) for name, array in session.parameters.named().items()}
    x = torch.tensor(data.inputs).permute(0, 3, 1, 2)
    y = torch.nn.functional.conv2d(x, named["conv2d/weights"].permute(0, 3, 1, 2), named["conv2d/bias"], padding=1)
    for id, wanted in (("conv2d", y), ("tanh", torch.tanh(y))):
        assert _layer(found, id).mean == pytest.approx(float(wanted.mean()), abs=1e-6)
        assert _layer(found, id).deviation == pytest.approx(float(wanted.std(unbiased=False)), rel=1e-5)
        assert _layer(found, id).units == 3


def test_the_loss_is_that_of_the_samples_looked_at():
    with session_of(MIXED, three_classes()) as session:
        check = HealthCheck(session)
        first = session.judge("train").mean_loss
        _stepped(session, 5)
        found = check.measure()
        assert found.loss == pytest.approx(session.judge("train").mean_loss, rel=1e-6)
    assert found.first_loss == pytest.approx(first, rel=1e-6)
    assert found.loss != found.first_loss


def test_layers_are_told_in_the_order_of_the_plan():
    with session_of(MIXED, three_classes()) as session:
        found = measure(session)
        assert [each.id for each in found.layers] == [step.id for step in session.plan.steps]
    assert [each.id for each in found.layers if each.weighs] == ["dense", "dense_2"]
    assert found.output == "softmax"


# What has no gradient, no update


def test_before_the_first_step_there_is_no_gradient_and_no_update():
    with session_of(NEURON, two_classes()) as session:
        found = _layer(measure(session), "dense")
    assert (found.gradient, found.update, found.ratio, found.pull) == (None, None, None, None)
    assert found.weights is not None


def test_without_the_parameters_before_there_is_a_gradient_but_no_update():
    with session_of(NEURON, two_classes()) as session:
        _stepped(session)
        found = _layer(measure(session), "dense")
    assert found.gradient is not None
    assert found.update is None


def test_a_frozen_layer_has_weights_but_no_gradient_and_no_update():
    with session_of([Dense(units=3, frozen=True), Tanh(), *NEURON], two_classes()) as session:
        before = _stepped(session)
        found = _layer(measure(session, before), "dense")
    assert found.weights.length > 0
    assert (found.gradient, found.update) == (None, None)


def test_gathered_statistics_are_not_counted_as_weights():
    with session_of([Dense(units=4), BatchNorm(), *NEURON], two_classes()) as session:
        found = _layer(measure(session), "batch_norm")
    assert found.weights.length == pytest.approx(2.0)  # Four scales of 1 and four shifts of 0.


def test_the_gradient_is_the_one_that_was_clipped():
    with session_of(NEURON, two_classes(), clip=1e-3) as session:
        _stepped(session)
        assert _layer(measure(session), "dense").gradient.length == pytest.approx(1e-3, rel=1e-5)


# Dead and saturated


def _biased(activation, biases, weight=0.0):
    """A layer whose units get these numbers before the activation, whatever the sample is."""
    layer = Dense(units=len(biases))
    session = session_of([layer, activation, Dense(units=1), Linear()], line(20))
    named = session.parameters.named()
    named["dense/weights"][...] = weight
    named["dense/bias"][...] = biases
    with session:
        return _layer(measure(session), activation.kind)


@pytest.mark.parametrize(
    ("activation", "biases", "dead"),
    [
        (ReLU(), [-1, -1, 0, 1, 2], 3), (ReLU(), [1, 1, 1, 1, 1], 0), (LeakyReLU(slope=0.0), [-1, 1, 1, 1, 1], 1),
        (LeakyReLU(), [-1] * 5, None), (layers().find("elu")(), [-1] * 5, None), (Tanh(), [-1] * 5, None),
        (layers().find("gelu")(), [0] * 5, None), (Linear(), [0] * 5, None),
    ],
)  # fmt: skip
def test_dead_units_are_those_of_a_rectifier_that_answer_nothing_but_0(activation, biases, dead):
    assert _biased(activation, biases).dead == dead


def test_a_unit_that_answers_to_one_sample_is_not_dead():
    """x goes from 0 to 19, so x − 18.5 is above 0 once."""
    assert _biased(ReLU(), [-18.5, -19.5], weight=1.0).dead == 1


@pytest.mark.parametrize(
    ("activation", "biases", "saturated"),
    [
        # σ(3.9) = 0.9802, σ(3.88) = 0.9798; tanh 1.95 = 0.9603, tanh 1.94 = 0.9595.
        (Sigmoid(), [3.9, -3.9, 3.88, -3.88, 0], 2), (Tanh(), [1.95, -1.95, 1.94, -1.94, 0], 2),
        (ReLU(), [-9] * 5, None), (Softmax(), [9, 0, 0, 0, 0], None), (Threshold(), [9] * 5, None),
    ],
)  # fmt: skip
def test_saturated_units_are_within_2_percent_of_a_bound(activation, biases, saturated):
    assert _biased(activation, biases).saturated == saturated


def test_a_unit_is_saturated_if_it_is_for_nearly_all_samples():
    """100·x − 50 is far from 0 for all of 20 samples, 100·x − 100 for 19, 2·x − 20 for 17."""
    assert _biased(Sigmoid(), [-50.0, -100.0], weight=100.0).saturated == 2
    assert _biased(Sigmoid(), [-20.0], weight=2.0).saturated == 0


def test_a_channel_is_dead_if_it_is_dead_everywhere():
    with session_of([Conv2D(filters=4), ReLU(), Flatten(), *NEURON], _images()) as session:
        session.parameters.named()["conv2d/bias"][...] = [0, -1000, 0, 1000]
        found = _layer(measure(session), "relu")
    assert (found.units, found.dead) == (4, 1)


@pytest.mark.parametrize(
    ("kind", "low", "high", "rectifies"),
    [
        ("relu", 0, np.inf, True), ("sigmoid", 0, 1, False), ("tanh", -1, 1, False), ("linear", -np.inf, np.inf, False),
        ("leaky_relu", -np.inf, np.inf, False), ("elu", -1, np.inf, False), ("softplus", 0, np.inf, False),
        ("silu", 0, np.inf, False), ("gelu", 0, np.inf, False), ("softmax", 0, 1, False), ("threshold", -1, 1, False),
        ("dense", -np.inf, np.inf, False), ("max_pool", -np.inf, np.inf, False),
    ],
)  # fmt: skip
def test_how_far_a_layer_reaches_is_found_by_asking_it(kind, low, high, rectifies):
    reach = reach_of(layers().find(kind)())
    assert (reach.low, reach.high, reach.rectifies) == (low, high, rectifies)
    assert reach.alone == (kind != "softmax")


# Inputs and targets


def test_inputs_are_told_as_the_network_sees_them_prepared_but_not_varied():
    data = two_classes(20)
    data = data.prepared_by((Scale(4.0), Noise(deviation=5.0)))
    with session_of(NEURON, data) as session:
        _stepped(session, 2)
        found = measure(session).inputs
    x = data.inputs / 4.0
    assert found.mean == pytest.approx(x.mean(), rel=1e-5)
    assert found.deviation == pytest.approx(x.std(), rel=1e-5)
    assert found.largest == pytest.approx(np.abs(x).max(axis=1).tolist())
    assert found.rms == pytest.approx(np.sqrt((x.astype(float) ** 2).mean()), rel=1e-5)


def test_the_widest_input_is_named():
    data = two_classes(20)
    data.inputs[:, 1] *= 100
    with session_of(NEURON, data) as session, session_of(NEURON, replace(data, input_names=("a", "b"))) as named:
        assert measure(session).inputs.widest == "input 2"
        assert measure(named).inputs.widest == "b"
        assert measure(named).inputs.widest_rms == pytest.approx(sqrt((data.inputs[:, 1] ** 2).mean()), rel=1e-5)


def test_a_pixel_is_named_by_row_and_column():
    data = _images()
    data.inputs[:, 2, 4, 0] = 50
    with session_of([Flatten(), *NEURON], data) as session:
        assert measure(session).inputs.widest == "the input in row 3, column 5"


def test_at_most_128_samples_are_looked_at_always_the_same_ones_and_only_of_the_training_part():
    data = two_classes(300, 50)
    data.inputs[300:] = 1e6
    with session_of(NEURON, data, seed=5) as session, session_of(NEURON, data, seed=5) as again:
        first = measure(session)
        assert first.samples == 128
        assert first.inputs == measure(again).inputs
        assert max(first.inputs.largest) < 1e3
    with session_of(NEURON, data, seed=6) as other:
        assert measure(other).inputs != first.inputs


def test_of_large_samples_fewer_are_looked_at(monkeypatch):
    monkeypatch.setattr(health_check, "MOST_NUMBERS", 40)
    with session_of(NEURON, two_classes(300)) as session:
        assert measure(session).samples == 10  # Two inputs, a neuron and its sigmoid.


def test_classes_are_counted_as_training_shows_them():
    data = replace(two_classes(10), targets=np.array([0] * 8 + [1] * 2))
    with session_of(NEURON, data) as session, session_of(NEURON, data.prepared_by((Balance(),))) as balanced:
        assert measure(session).targets.counts == (8, 2)
        assert measure(balanced).targets.counts == (8, 8)


def test_targets_that_are_numbers_have_no_classes_but_bounds():
    with session_of([Dense(units=1)], line()) as session:
        found = measure(session).targets
    assert (found.lowest, found.highest, found.counts, found.answers, found.misled) == (0, 18, (), 10, 0)


def test_a_sure_but_wrong_answer_is_misled():
    data = replace(two_classes(10), targets=np.array([0] * 7 + [1] * 3))
    sure = Dense(units=1, bias_start=Constant(9.0), weights_start=Constant(0.0))
    with session_of([sure, Sigmoid()], data) as session:
        assert measure(session).targets.misled == 7


def test_the_rates_of_the_schedule_and_of_the_user_are_told_apart():
    schedule = {"kind": "one_cycle"}
    with session_of(NEURON, two_classes(), batch_size=2, schedule=schedule, **SGD) as session:
        _stepped(session, 2)
        found = measure(session)
        assert found.learning_rate == 0.5
        assert found.rate == session.history.rates[-1] < 0.5


# Robustness


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 3e38])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_weights_that_are_not_finite_give_figures_and_no_warning(number, precision):
    with session_of(MIXED, three_classes(), precision=precision) as session:
        check = HealthCheck(session)
        before = _stepped(session)
        session.parameters.vector[:9] = number
        found = check.measure(before)
    assert isnan(found.loss) or not isfinite(found.loss) or number == 3e38
    assert len(found.layers) == len(session.plan.steps)


def test_huge_weights_of_double_precision_give_figures():
    with session_of(MIXED, three_classes(), precision="float64") as session:
        session.parameters.vector[:] = 1e300
        assert _layer(measure(session), "dense").weights.length == np.inf


def test_a_diverged_session_gives_figures_and_says_so():
    rate = {"optimizer": {"kind": "sgd", "learning_rate": 1e6}}
    with session_of([Dense(units=4), ReLU(), Dense(units=1)], line(), batch_size=5, epochs=50, **rate) as session:
        check = HealthCheck(session)
        session.run()
        found = check.measure()
    assert found.diverged == session.diverged
    assert max(each.gradient.length for each in found.layers if each.gradient is not None) > 1e10


def test_broken_inputs_give_figures():
    data = two_classes(10)
    data.inputs[3, 0] = np.nan
    with session_of(NEURON, data) as session:
        found = measure(session)
    assert isnan(found.inputs.mean)
    assert found.inputs.widest == "input 2"


def test_figures_can_be_sent_elsewhere_and_compared():
    with session_of(LARGE, ten_classes(100)) as session:
        found = measure(session, _stepped(session))
        assert pickle.loads(pickle.dumps(found)) == found


def test_looking_changes_nothing():
    with session_of(MIXED, three_classes(), epochs=3) as looked, session_of(MIXED, three_classes(), epochs=3) as alone:
        check = HealthCheck(looked)
        while not looked.finished:
            before = looked.parameters.vector.copy()
            looked.step()
            check.measure(before)
        alone.run()
    assert bits_of(looked) == bits_of(alone)


def test_looking_again_keeps_no_memory():
    with session_of(LARGE, ten_classes(300)) as session:
        check = HealthCheck(session)
        before = _stepped(session)
        check.measure(before)
        gc.collect()
        tracemalloc.start()
        try:
            check.measure(before)
            was = tracemalloc.get_traced_memory()[0]
            for _ in range(20):
                check.measure(before)
            gc.collect()
            assert tracemalloc.get_traced_memory()[0] - was < 4096
        finally:
            tracemalloc.stop()
