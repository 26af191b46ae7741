"""What panels see of networks with one or two inputs: answers over the plane, points, the error surface, a path."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.api import Model
from nnstudio.data.arrays import from_arrays
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.engine.penalties import L2
from nnstudio.live.probes.base import Sight
from nnstudio.live.probes.field import Field
from nnstudio.live.probes.neuron_inputs import NeuronInputs
from nnstudio.live.probes.neuron_path import NeuronPath
from nnstudio.live.probes.points import Points
from nnstudio.live.probes.surface import Surface
from nnstudio.project.templates import load_template
from nnstudio.training.recorder import Recorder
from nnstudio.training.settings import Settings

W1, W2, BIAS = ("neuron/weights", (0, 0)), ("neuron/weights", (0, 1)), ("neuron/bias", (0,))


@pytest.fixture
def look():
    """A sight of a template's training, after some steps."""
    sessions = []

    def look(template, steps=20, data=None, **settings):
        project = load_template(template)
        project = replace(project, settings=Settings.from_fields({**vars(project.settings), **settings}))
        model = Model(project)
        session = model.session(data if data is not None else model.data(), 1)
        sessions.append(session)
        recorder = Recorder(session)
        for _ in range(steps):
            session.run(1)
            recorder.keep(session)
        return Sight(session, recorder)

    yield look
    for session in sessions:
        session.close()


def weights(sight):
    return {name: array.astype(np.float64) for name, array in sight.session.parameters.named().items()}


def test_the_field_is_what_the_network_computes_at_each_place(look):
    sight = look("playground")
    found = Field(("output", "tanh_1"), ((-3, 3), (-1, 2)), (5, 4)).take(sight)
    w = weights(sight)
    x, y = np.meshgrid(np.linspace(-3, 3, 5), np.linspace(-1, 2, 4))
    hidden = np.tanh(np.stack([x, y], axis=-1) @ w["hidden_1/weights"].T + w["hidden_1/bias"])
    second = np.tanh(hidden @ w["hidden_2/weights"].T + w["hidden_2/bias"])
    output = np.tanh(second @ w["neuron/weights"].T + w["neuron/bias"])
    assert found.keys() == {"output", "tanh_1"}
    assert np.allclose(found["tanh_1"], hidden, atol=1e-6)
    assert np.allclose(found["output"], output, atol=1e-6)


def test_a_field_of_one_input_is_a_curve(look):
    sight = look("linear-regression")
    w = weights(sight)
    found = Field(("output",), ((-2, 2),), (9,)).take(sight)["output"]
    line = np.linspace(-2, 2, 9)[:, None] * w["line/weights"][0] + w["line/bias"]
    assert found.shape == (9, 1)
    assert np.allclose(found, line, atol=1e-6)


def test_a_field_of_more_places_than_are_answered_at_once_has_no_seams(look):
    sight = look("neuron")
    w = weights(sight)
    found = Field(("neuron",), ((-3, 3), (-3, 3)), (50, 50)).take(sight)["neuron"][..., 0]
    x, y = np.meshgrid(np.linspace(-3, 3, 50), np.linspace(-3, 3, 50))
    assert np.allclose(found, x * w["neuron/weights"][0, 0] + y * w["neuron/weights"][0, 1] + w["neuron/bias"][0],
                       atol=1e-5)  # fmt: skip


def test_a_field_is_over_the_inputs_as_stored_though_the_network_sees_them_prepared(look):
    rng = np.random.default_rng(0)
    data = from_arrays(rng.normal(50, 10, (40, 2)).astype(np.float32), rng.integers(0, 2, 40), parts={
        "train": np.arange(40)})  # fmt: skip
    data = data.prepared_by([Standardise()])
    sight = look("neuron", data=data)
    w = weights(sight)
    mean, deviation = data.inputs.mean(axis=0), data.inputs.std(axis=0)
    x, y = np.meshgrid(np.linspace(30, 70, 3), np.linspace(30, 70, 3))
    seen = (np.stack([x, y], axis=-1) - mean) / deviation
    found = Field(("neuron",), ((30, 70), (30, 70)), (3, 3)).take(sight)["neuron"]
    assert np.allclose(found, seen @ w["neuron/weights"].T + w["neuron/bias"], atol=1e-4)


@pytest.mark.parametrize(
    "probe",
    [
        Field(("output",), ((-2, 2),), (9,)),
        Field(("gone",), ((-2, 2), (-2, 2)), (9, 9)),
        Surface(("gone/weights", (0, 0)), W2, ((-1, 1), (-1, 1)), (2, 2)),
        Surface(("neuron/weights", (0, 5)), W2, ((-1, 1), (-1, 1)), (2, 2)),
        NeuronPath("gone"),
        NeuronPath("output"),
        NeuronInputs("gone"),
        NeuronInputs("input"),
    ],
)
def test_what_is_not_there_any_more_is_not_seen(look, probe):
    found = probe.take(look("neuron", 0))
    assert found is None or not len(found)


def test_points_of_each_part(look):
    sight = look("neuron", 0)
    data = sight.session.data
    found = Points().take(sight)
    for part in ("train", "validation", "test"):
        numbers = found.clouds[part].numbers
        assert set(numbers) == set(data.part(part))
        assert (found.clouds[part].inputs == data.inputs[numbers]).all()
        assert (found.clouds[part].targets == data.targets[numbers]).all()
    assert (found.inputs, found.class_names, found.no, found.yes) == (2, ("negative", "positive"), 0, 1)


def test_a_point_that_stands_in_all_parts_is_one_of_training(look):
    clouds = Points().take(look("xor", 0)).clouds
    assert [len(clouds[part].numbers) for part in ("train", "validation", "test")] == [4, 0, 0]


def test_images_are_no_points(look):
    found = Points().take(look("digits", 0))
    assert (found.inputs, found.clouds) == (64, {})


def lecture_cost(sight, w1, w2, bias):
    """J = 1/m Σ −t ln y − (1 − t) ln(1 − y), for the logistic neuron."""
    data = sight.session.data
    picks = data.training()
    x, t = data.inputs[picks].astype(np.float64), data.targets[picks]
    y = 1 / (1 + np.exp(-(x[:, 0] * w1 + x[:, 1] * w2 + bias)))
    return np.mean(-t * np.log(y) - (1 - t) * np.log(1 - y))


def test_the_surface_is_the_cost_of_the_lectures_on_a_grid(look):
    sight = look("neuron")
    found = Surface(W1, W2, ((-1, 2), (-0.5, 1)), (4, 3)).take(sight)
    bias = weights(sight)["neuron/bias"][0]
    wanted = [[lecture_cost(sight, x, y, bias) for x in np.linspace(-1, 2, 4)] for y in np.linspace(-0.5, 1, 3)]
    assert np.allclose(found, wanted, rtol=2e-6)


def test_the_surface_with_a_penalty_that_leaves_the_bias_out(look):
    sight = look("neuron", penalty=L2(3.0))
    found = Surface(W1, BIAS, ((-1, 2), (-0.5, 1)), (4, 3)).take(sight)
    w2 = weights(sight)["neuron/weights"][0, 1]
    m = len(sight.session.data.training())
    wanted = [
        [lecture_cost(sight, x, w2, b) + 3.0 / (2 * m) * (x**2 + w2**2) for x in np.linspace(-1, 2, 4)]
        for b in np.linspace(-0.5, 1, 3)
    ]
    assert np.allclose(found, wanted, rtol=2e-6)


def test_the_surface_passes_through_the_present_cost(look):
    sight = look("neuron", penalty=L2(3.0))
    path = NeuronPath("neuron").take(sight)
    x, y = (float(number) for number in path.present[:2])
    found = Surface(W1, W2, ((x, x + 1), (y, y + 1)), (2, 2)).take(sight)
    assert found[0, 0] == pytest.approx(path.cost, rel=1e-6)
    assert path.cost == pytest.approx(
        lecture_cost(sight, x, y, float(path.present[2]))
        + 3.0 / (2 * len(sight.session.data.training())) * (x**2 + y**2),
        rel=1e-6,
    )


def test_the_squared_error_of_a_line(look):
    sight = look("linear-regression")
    data = sight.session.data
    found = Surface(("line/weights", (0, 0)), ("line/bias", (0,)), ((0, 2), (-1, 1)), (3, 3)).take(sight)
    x, t = data.inputs[:, 0].astype(np.float64), data.targets[:, 0].astype(np.float64)
    wanted = [[0.5 * np.mean((w * x + b - t) ** 2) for w in (0, 1, 2)] for b in (-1, 0, 1)]
    assert np.allclose(found, wanted, rtol=2e-6)


def test_the_path_holds_what_the_weights_were_at_every_step(look):
    sight = look("neuron", 0)
    session, recorder = sight.session, sight.recorder
    wanted = []
    for _ in range(9):
        w = session.parameters.named()
        wanted.append([*w["neuron/weights"][0].tolist(), *w["neuron/bias"].tolist()])
        session.run(1)
        recorder.keep(session)
    path = NeuronPath("neuron").take(sight)
    assert path.steps.tolist() == list(range(10))
    assert path.numbers[:9].tolist() == wanted
    assert path.numbers[9].tolist() == path.present.tolist()


def test_what_a_neuron_is_shown(look):
    sight = look("xor")
    w, data = weights(sight), sight.session.data
    first, last = NeuronInputs("hidden").take(sight), NeuronInputs("neuron").take(sight)
    assert (first.inputs == data.inputs[data.training()]).all()
    assert (first.targets == data.targets[data.training()]).all()
    wanted = np.tanh(data.inputs @ w["hidden/weights"].T + w["hidden/bias"])
    assert np.allclose(last.inputs, wanted[data.training()], atol=1e-6)


def test_looking_changes_nothing_of_the_training(look):
    watched, alone = look("neuron", 5, penalty=L2(1.0)), look("neuron", 5, penalty=L2(1.0))
    probes = (
        Field(("output",), ((-2, 2), (-2, 2)), (9, 9)), Points(), NeuronPath("neuron"), NeuronInputs("neuron"),
        Surface(W1, W2, ((-1, 1), (-1, 1)), (5, 5)),
    )  # fmt: skip
    for _ in range(30):
        for probe in probes:
            probe.take(watched)
        watched.session.run(1)
        alone.session.run(1)
    assert watched.session.parameters.vector.tobytes() == alone.session.parameters.vector.tobytes()
    assert list(watched.session.history.losses) == list(alone.session.history.losses)


def test_what_was_seen_stays_as_it_was(look):
    sight = look("neuron", 5)
    probes = Field(("output",), ((-2, 2), (-2, 2)), (3, 3)), NeuronPath("neuron"), NeuronInputs("neuron")
    field, path, shown = (probe.take(sight) for probe in probes)
    before = field["output"].copy(), path.present.copy(), path.numbers.copy(), shown.inputs.copy()
    sight.session.run(20)
    for probe in probes:
        probe.take(sight)
    after = field["output"], path.present, path.numbers, shown.inputs
    assert all((one == other).all() for one, other in zip(before, after, strict=True))
