"""The Doctor finds each sickness in a real training, mends it, and has nothing to say of healthy ones."""

import logging
import os
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.api import Model
from nnstudio.compiler.problems import find_problems
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.readers.mnist_folder import MnistFolder
from nnstudio.doctor import remedies
from nnstudio.doctor.base import Advice, Case, Severity, Sign, diagnose, signs
from nnstudio.doctor.wording import figure
from nnstudio.graph import edits
from nnstudio.graph.graph import Wire
from nnstudio.layers.base import layers
from nnstudio.training.health_check import HealthCheck
from nnstudio.training.history import Epoch
from nnstudio.training.stopping import NoImprovement

FOLDER = os.environ.get("NNSTUDIO_TEST_MNIST")
BCE, CCE, MSE = "binary_cross_entropy", "categorical_cross_entropy", "mean_squared_error"


def _layer(kind, **fields):
    return layers().find(kind).from_fields(fields)


def _dense(units, **fields):
    return _layer("dense", units=units, **fields)


def _model(shape, *chain, data="circle", loss=BCE, **settings):
    made = [_layer(each) if isinstance(each, str) else each for each in chain]
    return nn.model(edits.chain(_layer("input", shape=shape), *made), data, loss=loss, **settings)


def _digits(optimizer, **settings):
    model = nn.new("digits")
    model.configure(optimizer=optimizer, **settings)
    return model


def _sgd(rate):
    return {"kind": "sgd", "learning_rate": rate}


def _adam(rate):
    return {"kind": "adam", "learning_rate": rate}


@dataclass
class Seen:
    """What the Doctor said in the course of a training, and at its end."""

    ever: dict[str, Advice]
    last: dict[str, Advice]
    loss: float
    first_loss: float


def _train(model, data=None, steps=100, every=10):
    """Train, and let the Doctor look every few steps and at the end."""
    ever, last = {}, {}
    with model.session(data, threads=1) as session:
        check = HealthCheck(session)
        while not session.finished and session.steps_done < steps:
            before = session.parameters.vector.copy()
            session.step()
            if session.finished or session.steps_done % every == 0 or session.steps_done < 25:
                health = check.measure(before)
                told = diagnose(health, _losses(session), session.history.epochs, model.project)
                last = {each.sign: each for each in told}
                ever.update(last)
    return Seen(ever, last, health.loss, health.first_loss)


def _losses(session):
    return session.history.arrays()["losses"]


def _mended(model, advice):
    return Model(advice.remedy.apply(model.project))


def _prepared(data, model):
    steps = model.project.preparation
    return data if data is None or steps is None else data.prepared_by(steps)


def _mnist(train=2000):
    """The first training samples of MNIST, its pixels from 0 to 255."""
    data = MnistFolder().open(Path(FOLDER))
    return replace(data, parts={"train": data.part("train")[:train]})


def _bytes(count=200):
    """Pictures with numbers from 0 to 255 of two classes, one of them brighter at the top."""
    random = np.random.default_rng(0)
    classes = random.integers(0, 2, count)
    pictures = random.integers(0, 200, (count, 8, 8, 1))
    pictures[classes == 1, :4] += 55
    return DataSet(
        "pictures", pictures.astype(np.uint8), classes, ("dark", "bright"), {"train": np.arange(count)}
    )


# Healthy trainings


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ["xor", "playground", "digits", "linear-regression", "neuron", "perceptron"])
def test_of_the_templates_there_is_nothing_to_say(name, seed):
    model = nn.new(name)
    model.configure(seed=seed)
    assert _train(model, steps=500, every=7).ever == {}


@pytest.mark.parametrize("data", ["xor", "gauss", "spiral", "moons"])
def test_of_the_playground_on_other_points_there_is_nothing_to_say(data):
    model = nn.new("playground")
    model.project = replace(model.project, data=data)
    assert _train(model, steps=3200, every=50).ever == {}


@pytest.mark.skipif(not FOLDER, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
@pytest.mark.parametrize("name", ["mnist-mlp", "mnist-lenet"])
def test_of_networks_on_mnist_there_is_nothing_to_say(name):
    model = nn.new(name)
    assert _train(model, _mnist(), steps=40).ever == {}


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"])
def test_of_the_optimizers_as_they_come_there_is_nothing_to_say(optimizer):
    normalised = _model((8, 8, 1), _layer("conv2d", filters=8), "batch_norm", "relu", "max_pool", "flatten", _dense(32),
                        "batch_norm", "tanh", "dropout", _dense(10), "softmax", data="digits", loss=CCE,
                        optimizer=optimizer)  # fmt: skip
    flowers = _model((4,), _dense(10), "relu", _dense(3), "softmax", data="iris", loss=CCE, optimizer=optimizer)
    single = _model((2,), _dense(8), "tanh", _dense(1), "sigmoid", optimizer=optimizer, batch_size=1)
    for model in (normalised, flowers, single):
        assert _train(model, steps=200).ever == {}


def test_of_deep_rectifiers_there_is_nothing_to_say():
    deep = [each for _ in range(8) for each in (_dense(64, weights_start={"kind": "he"}), "relu")]
    model = _model((8, 8, 1), "flatten", *deep, _dense(10), "softmax", data="digits", loss=CCE, optimizer="adam")
    assert _train(model, steps=200).ever == {}


def test_of_the_lectures_neuron_with_the_squared_error_there_is_nothing_to_say():
    model = _model((2,), _dense(1), "sigmoid", data="gauss", loss=MSE, epochs=20)
    assert _train(model, steps=200).ever == {}


def test_a_schedule_that_ends_with_a_tiny_rate_is_not_blamed():
    model = nn.new("digits")
    model.configure(epochs=5, schedule={"kind": "one_cycle", "last": 1e-9})
    assert _train(model, steps=10_000, every=5).ever == {}


# Each sickness, and its cure

DEEP = [each for _ in range(8) for each in (_dense(10), "sigmoid")]
WILD = [each for _ in range(8) for each in (_dense(30, weights_start={"kind": "normal", "deviation": 1.0}), "relu")]
SICK = {
    "rate 100": (
        "divergence", "Set the learning rate to 0.1",
        lambda: _model((2,), _dense(8), "tanh", _dense(1), "linear", data="gauss", loss=MSE, optimizer=_sgd(100.0)),
    ),
    "usual rate, large targets": (
        "divergence", "Shorten gradients to a length of 1",
        lambda: _model((2,), _dense(8), "elu", _dense(1), "linear", data="plane", loss=MSE, optimizer=_sgd(0.1),
                       batch_size=10),
    ),
    "large negative biases": (
        "dead_units", "Replace ReLU by Leaky ReLU",
        lambda: _model((2,), _dense(16, bias_start={"kind": "constant", "value": -10.0}), "relu", _dense(1), "sigmoid",
                       optimizer=_adam(0.001)),
    ),
    "large weights": (
        "saturated_units", "Start the weights of 1 layer by Glorot",
        lambda: _model((2,), _dense(16, weights_start={"kind": "normal", "deviation": 50.0}), "tanh", _dense(1),
                       "sigmoid"),
    ),
    "large biases": (
        "saturated_units", "Insert BatchNorm before Tanh",
        lambda: _model((2,), _dense(16, bias_start={"kind": "constant", "value": 30.0}), "tanh", _dense(1), "sigmoid"),
    ),
    "a huge rate behind sigmoids": (
        "saturated_units", "Set the learning rate to 0.001",
        lambda: _model((8, 8, 1), "flatten", _dense(16), "sigmoid", _dense(10), "softmax", data="digits", loss=CCE,
                       optimizer=_adam(3.0)),
    ),
    "eight sigmoids": (
        "vanishing_gradients", "Replace 8 Sigmoid by ReLU",
        lambda: _model((2,), *DEEP, _dense(1), "sigmoid"),
    ),
    "weights that start tiny": (
        "vanishing_gradients", "Start the weights of 3 layers by He",
        lambda: _model((2,), *2 * (_dense(8, weights_start={"kind": "normal", "deviation": 0.01}), "leaky_relu"),
                       _dense(1, weights_start={"kind": "normal", "deviation": 1e-6}), "sigmoid", optimizer=_sgd(1e-3)),
    ),
    "weights that start large": (
        "exploding_gradients", "Shorten gradients to a length of 1",
        lambda: _model((2,), *WILD, _dense(1), "linear", loss=MSE, optimizer=_adam(0.001)),
    ),
    "a rate that makes the loss rise": (
        "high_rate", "Set the learning rate to 0.1",
        lambda: _model((2,), _dense(8), "tanh", _dense(8), "tanh", _dense(1), "tanh", loss=MSE, optimizer=_sgd(10.0)),
    ),
    "a rate that makes the loss rattle": (
        "high_rate", "Set the learning rate to 0.001",
        lambda: _digits(_adam(1.0)),
    ),
    "a rate of nearly nothing": (
        "low_rate", "Set the learning rate to 0.001",
        lambda: _model((2,), _dense(8), "tanh", _dense(1), "tanh", loss=MSE, optimizer=_sgd(1e-7)),
    ),
    "a rate of nearly nothing with Adam": (
        "low_rate", "Set the learning rate to 0.0001",
        lambda: _digits(_adam(1e-7), schedule="constant"),
    ),
    "squared error behind softmax": (
        "unfit_loss", "Choose Categorical Cross Entropy",
        lambda: _model((8, 8, 1), "flatten", _dense(10), "softmax", data="digits", loss=MSE),
    ),
    "squared error behind a sure, wrong sigmoid": (
        "unfit_loss", "Choose Binary Cross Entropy",
        lambda: _model((2,), _dense(1, weights_start={"kind": "constant", "value": -5.0}), "sigmoid", data="gauss",
                       loss=MSE),
    ),
    "numbers behind a sigmoid": (
        "unfit_loss", "Replace Sigmoid by Linear",
        lambda: _model((1,), _dense(8), "tanh", _dense(1), "sigmoid", data="linear-regression", loss=MSE),
    ),
    "numbers below 0 behind a ReLU": (
        "unfit_loss", "Replace ReLU by Linear",
        lambda: _model((1,), _dense(8), "tanh", _dense(1), "relu", data="linear-regression", loss=MSE),
    ),
    "hinge behind a sigmoid": (
        "unfit_loss", "Replace Sigmoid by Tanh",
        lambda: _model((2,), _dense(1), "sigmoid", data="gauss", loss="hinge"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SICK)
def test_a_sick_training_is_seen_and_its_remedy_mends_it(name):
    sign, remedy, make = SICK[name]
    model = make()
    seen = _train(model)
    assert sign in seen.last
    assert seen.last[sign].remedy.title == remedy
    mended = _train(_mended(model, seen.last[sign]))
    assert sign not in mended.last
    # It is a cure, not only a silence: the network learns.
    assert mended.loss < 0.98 * mended.first_loss or mended.loss < 0.5 * seen.loss


@pytest.mark.parametrize(("activation", "data"), [("sigmoid", _bytes()), ("relu", _bytes())])
def test_inputs_up_to_255_are_seen_and_standardised(activation, data):
    model = _model((8, 8, 1), "flatten", _dense(32), activation, _dense(1), "sigmoid", data="")
    seen = _train(model, data)
    assert set(seen.ever) == {"unscaled_inputs"}
    assert "up to 254" in seen.last["unscaled_inputs"].evidence
    assert seen.last["unscaled_inputs"].node == "input"
    model = _mended(model, seen.last["unscaled_inputs"])
    mended = _train(model, _prepared(data, model))
    assert mended.ever == {}
    assert mended.loss < seen.loss


@pytest.mark.skipif(not FOLDER, reason="NNSTUDIO_TEST_MNIST does not name a folder with MNIST")
def test_raw_pixels_of_mnist_are_seen_and_standardised():
    data = _mnist().prepared_by(())
    model = _model((28, 28, 1), "flatten", _dense(32), "sigmoid", _dense(10), "softmax", data="", loss=CCE)
    seen = _train(model, data, steps=60)
    assert set(seen.ever) == {"unscaled_inputs"}
    model = _mended(model, seen.last["unscaled_inputs"])
    assert _train(model, _prepared(data, model), steps=60).ever == {}


def test_inputs_that_a_batch_norm_scales_first_are_no_matter():
    model = _model((8, 8, 1), "flatten", "batch_norm", _dense(32), "sigmoid", _dense(1), "sigmoid", data="", epochs=40)
    assert "unscaled_inputs" not in _train(model, _bytes()).last


def test_tiny_inputs_are_seen_too():
    data = _bytes()
    data = replace(data, inputs=data.inputs / np.float32(1e7))
    model = _model((8, 8, 1), "flatten", _dense(8), "tanh", _dense(1), "sigmoid", data="")
    advice = _train(model, data).last["unscaled_inputs"]
    assert "The largest input is 2.5·10⁻⁵." in advice.evidence
    model = _mended(model, advice)
    assert _train(model, _prepared(data, model)).ever == {}


def test_learning_by_heart_is_seen_and_stopped():
    random = np.random.default_rng(0)
    data = nn.dataset(random.normal(size=(120, 20)), random.integers(0, 2, 120).astype(str), validation=0.4, test=0.1)
    model = _model((20,), _dense(64), "relu", _dense(1), "sigmoid", data="", optimizer=_adam(0.01), epochs=60,
                   batch_size=16)  # fmt: skip
    seen = _train(model, data, steps=1000)
    assert set(seen.ever) == {"overfitting"}
    mended = _mended(model, seen.last["overfitting"])
    assert _train(mended, data, steps=1000).ever == {}
    assert mended.project.settings.stops == (NoImprovement(patience=5),)


def test_where_a_stop_is_set_already_a_penalty_is_offered_against_learning_by_heart():
    model = nn.new("playground")
    with model.session() as session:
        session.run_epoch()
        health = HealthCheck(session).measure()
        losses = _losses(session)
    epochs = [Epoch(1, 1.0, 0.1, 0.5 / each, None, 0.5 + 0.05 * each) for each in range(1, 12)]
    model.configure(stops=[NoImprovement(patience=20)])
    (advice,) = diagnose(health, losses, epochs, model.project)
    assert advice.remedy.title == "Add an L2 penalty of 0.3"  # A thousandth of 320 samples.
    assert advice.remedy.apply(model.project).settings.penalty.strength == 0.3


def test_a_class_that_outweighs_the_others_is_seen_and_balanced():
    points = np.random.default_rng(0).normal(size=(500, 2))
    data = nn.dataset(points, (points[:, 0] > 1.6).astype(int).astype(str))
    model = _model((2,), _dense(1), "sigmoid", data="")
    seen = _train(model, data)
    assert set(seen.ever) == {"unbalanced_classes"}
    assert "307 of 320 training samples (96 %) are of the class 0." in seen.last["unbalanced_classes"].evidence
    model = _mended(model, seen.last["unbalanced_classes"])
    assert _train(model, _prepared(data, model)).ever == {}


def test_a_missing_number_is_seen_and_filled_in():
    points = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    classes = (points[:, 0] > 0).astype(np.intp)
    points[7, 1] = np.nan
    data = DataSet("holes", points, classes, ("no", "yes"), {"train": np.arange(200)})
    model = _model((2,), _dense(1), "sigmoid", data="")
    seen = _train(model, data)
    assert set(seen.last) == {"broken_data"}
    model = _mended(model, seen.last["broken_data"])
    assert _train(model, _prepared(data, model)).ever == {}


def test_a_missing_target_cannot_be_filled_in():
    x = np.linspace(-1, 1, 40, dtype=np.float32)[:, None]
    data = DataSet("holes", x, np.where(x > 0.9, np.nan, x), (), {"train": np.arange(40)})
    seen = _train(_model((1,), _dense(1), data="", loss=MSE), data)
    assert seen.last["broken_data"].remedy is None


# What is told


def test_the_loss_that_rose_is_told_with_its_numbers():
    seen = _train(SICK["rate 100"][2]())
    evidence = seen.last["divergence"].evidence
    assert re.fullmatch(
        r"The loss rose from 0\.\d+ to [\d.,]+(·10\S+)? within \d+ steps, then was not finite. "
        r"The learning rate is 100.", evidence
    )  # fmt: skip


def test_a_divergence_in_the_first_step_is_told_without_a_rise():
    seen = _train(_model((2,), _dense(8), "linear", _dense(1), "linear", loss=MSE, optimizer=_sgd(1e6), batch_size=1,
                         clip=0.0), steps=5, every=1)  # fmt: skip
    assert seen.last["divergence"].evidence.startswith(("The loss rose", "At step"))


def test_the_worst_is_told_first():
    data = replace(_bytes(), targets=np.array([0] * 190 + [1] * 10))
    model = _model((8, 8, 1), "flatten", _dense(1), "sigmoid", data="")
    with model.session(data) as session:
        session.run(5)
        told = diagnose(HealthCheck(session).measure(), _losses(session), (), model.project)
    assert [each.severity for each in told] == [Severity.SERIOUS, Severity.HINT]
    assert [each.sign for each in told] == ["unscaled_inputs", "unbalanced_classes"]


def test_what_follows_from_something_worse_is_not_told_as_well():
    """Inputs up to 255 saturate the sigmoids, so that no gradient comes through."""
    model = _model((8, 8, 1), "flatten", _dense(32), "sigmoid", _dense(1), "sigmoid", data="")
    with model.session(_bytes()) as session:
        session.run(30)
        case = Case(HealthCheck(session).measure(), _losses(session), (), model.project)
    assert list(signs().find("saturated_units")().look(case))
    assert [each.sign for each in diagnose(case.health, case.losses, (), model.project)] == ["unscaled_inputs"]


def test_a_threshold_inside_the_model_is_left_to_the_problems_of_the_model():
    model = _model((2,), _dense(4), "threshold", _dense(1), "sigmoid")
    assert any(each.kind == "no gradient" for each in find_problems(model.project.graph, model.project.settings.loss))
    assert _train(model).ever == {}


def test_the_perceptron_rule_is_never_too_fast():
    model = nn.new("perceptron")
    model.project = replace(model.project, data="xor")
    model.configure(optimizer={"kind": "perceptron_rule", "learning_rate": 1000.0}, epochs=3)
    assert _train(model, steps=900).ever == {}


def test_every_sign_has_its_file_and_explains_itself_in_two_sentences():
    found = signs().kinds()
    assert set(found) == {
        "divergence", "broken_data", "dead_units", "saturated_units", "vanishing_gradients", "exploding_gradients",
        "high_rate", "low_rate", "unscaled_inputs", "unfit_loss", "overfitting", "unbalanced_classes",
    }  # fmt: skip
    for kind, sign in found.items():
        assert sign.__module__ == f"nnstudio.doctor.{kind}"
        assert set(sign.follows) <= set(found)


@pytest.mark.parametrize("name", SICK)
def test_advice_is_sentences(name):
    for advice in _train(SICK[name][2]()).ever.values():
        assert advice.explanation.endswith(".")
        assert len(re.findall(r"\.(?= |$)", advice.explanation)) <= 2
        assert advice.evidence.endswith(".")
        assert not advice.title.endswith(".")
        assert "nan" not in advice.evidence
        assert "e-" not in advice.evidence


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.0, "0"), (0.693147, "0.693"), (41.0, "41"), (1234.5, "1,230"), (-4.6879, "−4.69"), (100.0, "100"),
        (3.14e-9, "3.1·10⁻⁹"), (2.5e35, "2.5·10³⁵"), (0.0001, "0.0001"), (999_999.0, "1,000,000"),
        (float("nan"), "not finite"), (float("inf"), "not finite"), (-1e-9, "−1·10⁻⁹"),
    ],
)  # fmt: skip
def test_numbers_are_written_with_the_digits_that_count(number, words):
    assert figure(number) == words


# Plugins


@dataclass(frozen=True)
class Strange(Sign):
    """A plugin's sign."""

    title = "Strange"

    def look(self, case):
        yield self.advice(f"There are {len(case.health.layers)} layers.")


@dataclass(frozen=True)
class Broken(Sign):
    """A plugin's sign that fails."""

    def look(self, case):
        raise ZeroDivisionError


def _with_plugin(monkeypatch, sign):
    model = nn.new("neuron")
    monkeypatch.setattr(signs(), "_members", {**signs().kinds(), sign.kind: sign})
    with model.session() as session:
        session.run(5)
        return diagnose(HealthCheck(session).measure(), _losses(session), (), model.project)


def test_a_plugins_sign_is_asked_too(monkeypatch):
    assert [each.evidence for each in _with_plugin(monkeypatch, Strange)] == ["There are 3 layers."]


def test_a_plugins_sign_that_fails_is_named_and_left_out(monkeypatch, caplog):
    with caplog.at_level(logging.ERROR):
        assert _with_plugin(monkeypatch, Broken) == ()
    assert "The sign broken of a plugin failed" in caplog.text


# Remedies


def _case(model, data=None, steps=1):
    with model.session(data) as session:
        session.run(steps)
        return Case(HealthCheck(session).measure(), _losses(session), session.history.epochs, model.project)


def test_a_remedy_leaves_the_project_it_is_given_as_it_was():
    model = SICK["eight sigmoids"][2]()
    before = (model.project.graph, model.project.settings, model.project.preparation)
    _train(model).last["vanishing_gradients"].remedy.apply(model.project)
    assert (model.project.graph, model.project.settings, model.project.preparation) == before


def test_inputs_are_standardised_behind_the_steps_that_the_data_brings():
    model = nn.new("digits")
    mended = remedies.standardise(_case(model)).apply(model.project)
    assert [step.kind for step in mended.preparation] == ["scale", "standardise"]


def test_inputs_are_standardised_behind_the_steps_that_the_user_chose():
    model = nn.new("digits")
    case = _case(model)
    chosen = replace(model.project, preparation=(Scale(3.0),))
    mended = remedies.standardise(replace(case, project=chosen)).apply(chosen)
    assert [step.to_json() for step in mended.preparation[:1]] == [Scale(3.0).to_json()]
    assert mended.preparation[1].kind == "standardise"


@pytest.mark.parametrize(("name", "per"), [("digits", "channel"), ("playground", "feature")])
def test_a_picture_is_standardised_as_a_whole_and_a_table_by_columns(name, per):
    model = nn.new(name)
    assert remedies.standardise(_case(model)).apply(model.project).preparation[-1].per == per


def test_weights_are_given_up_where_the_model_or_its_inputs_change_and_kept_elsewhere():
    model = nn.new("xor")
    with model.session() as session:
        session.run(2)
        model.keep(session, resumable=True)
    case = _case(model)
    for remedy in (remedies.standardise(case), remedies.activate(case, ["tanh"]), remedies.normalise(case, ["tanh"])):
        mended = remedy.apply(model.project)
        assert (mended.weights, mended.checkpoint, mended.history) == (None, None, ())
    assert remedies.learn_slower(case).apply(model.project).weights is model.project.weights


def test_a_replaced_activation_keeps_its_place_and_its_group_but_not_the_name_of_its_kind():
    model = _model((2,), _dense(4), "sigmoid", _dense(1), "sigmoid")
    model.project = replace(model.project, graph=edits.group(model.project.graph, ["dense", "sigmoid"], "Hidden"))
    graph = remedies.activate(_case(model), ["sigmoid"]).apply(model.project).graph
    assert [node.label for node in graph.nodes] == ["Input", "Dense", "ReLU", "Dense 2", "Sigmoid 2"]
    assert [node.position for node in graph.nodes] == [node.position for node in model.project.graph.nodes]
    assert graph.group("Hidden").members == {"dense", "relu"}
    assert graph.node("dense").layer.weights_start.kind == "he"
    assert all(wire in graph.wires for wire in [Wire("dense", "relu"), Wire("relu", "dense_2")])


def test_a_replaced_activation_keeps_the_name_that_somebody_gave_it():
    model = nn.new("playground")
    model.project = replace(model.project, graph=edits.rename(model.project.graph, "tanh_1", "bend"))
    graph = remedies.activate(_case(model), ["tanh_1", "output"], "linear").apply(model.project).graph
    assert graph.node("tanh_1").label == "bend"
    assert graph.node("output").layer.kind == "linear"


def test_a_rate_is_lowered_to_the_usual_one_at_least_and_raised_to_it_at_most():
    model = nn.new("playground")
    case = _case(model)

    def offered(rate, remedy, by):
        now = replace(case, health=replace(case.health, learning_rate=rate))
        return remedy(now, by).apply(model.project).settings.optimizer.learning_rate

    assert offered(100.0, remedies.learn_slower, 10.0) == 0.001
    assert offered(0.0003, remedies.learn_slower, 10.0) == 0.00003
    assert offered(1e-8, remedies.learn_faster, 1e7) == 0.001
    assert offered(0.01, remedies.learn_faster, 10.0) == 0.1


def _edited(graph):
    """Every way in which somebody may have drawn on while it trained."""
    yield graph.__class__()
    for node in graph.nodes:
        yield edits.remove(graph, node.id)
    for one, other in pairwise(graph.nodes[1:]):
        yield replace(graph, wires=(*graph.wires, Wire(other.id, one.id, 1)))
        yield replace(graph, wires=(Wire(one.id, other.id), Wire(other.id, one.id)))


@pytest.mark.parametrize("name", SICK)
def test_a_model_that_was_changed_meanwhile_is_no_reason_to_fail(name):
    model = SICK[name][2]()
    case = _case(model, steps=30)
    told = diagnose(case.health, case.losses, (), model.project)
    for graph in _edited(model.project.graph):
        changed = replace(model.project, graph=graph)
        for advice in (*diagnose(case.health, case.losses, (), changed), *told):
            if advice.remedy is not None:
                advice.remedy.apply(changed)
