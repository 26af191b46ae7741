"""Every starting point opens, fits its data, and learns what it promises."""

import time

import numpy as np
import pytest

from nnstudio import api
from nnstudio.core.errors import ProjectError
from nnstudio.graph.edits import chain
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.sigmoid import Sigmoid
from nnstudio.project.file import bytes_of_project, project_from_bytes
from nnstudio.project.templates import load_template, template_names, trained_project

PROMISED = ["neuron", "perceptron", "linear-regression", "xor", "playground", "digits", "mnist-mlp", "mnist-lenet"]
BUNDLED = [name for name in template_names() if not name.startswith("mnist")]
SEEDS = [0, 1, 2]


def trained(template: str, **settings):
    model = api.new(template)
    return model, model.train(**settings)


def test_every_promised_template_is_there_the_simplest_first():
    assert [name for name in template_names() if name in PROMISED] == PROMISED


@pytest.mark.parametrize("name", template_names())
def test_a_template_has_no_problems_and_compiles(name):
    model = api.new(name)
    assert model.problems() == ()
    assert model.plan().steps
    assert model.project.title
    assert model.project.description
    assert (model.project.weights is None) == (trained_project(name) is None)


@pytest.mark.parametrize("name", BUNDLED)
def test_a_template_fits_its_data(name):
    model = api.new(name)
    data = model.data()
    assert model.problems(data) == ()
    assert len(data.part("train"))


@pytest.mark.parametrize("name", template_names())
def test_a_template_comes_back_from_a_file(name):
    project = load_template(name)
    content = bytes_of_project(project)
    again = project_from_bytes(content)
    assert (again.graph, again.settings, again.data) == (project.graph, project.settings, project.data)
    assert bytes_of_project(again) == content


def test_a_misspelt_template_is_refused_with_the_nearest_name():
    with pytest.raises(ProjectError, match="Did you mean playground"):
        load_template("playgruond")


@pytest.mark.parametrize("name", ["", "..", "../templates/xor", "xor.json", "/etc/passwd", "a" * 1000])
def test_a_name_that_leads_elsewhere_is_no_template(name):
    with pytest.raises(ProjectError, match="no template called"):
        load_template(name)


def test_the_networks_of_the_design_have_their_sizes():
    counts = {name: sum(row.parameters for row in api.new(name).table()) for name in PROMISED}
    assert counts == {
        "neuron": 3, "perceptron": 3, "linear-regression": 2, "xor": 17, "playground": 105,
        "digits": 65 * 32 + 33 * 10, "mnist-mlp": 785 * 128 + 129 * 10,
        "mnist-lenet": 26 * 8 + (25 * 8 + 1) * 16 + (7 * 7 * 16 + 1) * 64 + 65 * 10,
    }  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_the_perceptron_rests_without_a_mistake(seed):
    model, session = trained("perceptron", seed=seed)
    assert session.finished == "no mistake was left"
    assert session.history.epochs[-1].train_accuracy == 1.0
    assert model.evaluate(part="train").accuracy == 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_linear_regression_finds_the_line_of_least_squares(seed):
    model, session = trained("linear-regression", seed=seed)
    data = session.data
    part = data.part("train")
    slope, intercept = np.polyfit(data.inputs[part].ravel().astype(float), data.targets[part].ravel().astype(float), 1)
    weights = model.project.weights
    assert weights["line/weights"].item() == pytest.approx(slope, abs=1e-3)
    assert weights["line/bias"].item() == pytest.approx(intercept, abs=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_xor_is_learned(seed):
    model, _ = trained("xor", seed=seed)
    assert model.evaluate(part="train").accuracy == 1.0


@pytest.mark.parametrize("data", ["circle", "xor"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_playground_learns(data, seed):
    model = api.new("playground")
    model.train(data, seed=seed)
    assert model.evaluate(data, "test").accuracy >= 0.99


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wider_network_learns_the_spiral(seed):
    graph = chain(Input((2,)), Dense(32), ReLU(), Dense(32), ReLU(), Dense(1), Sigmoid())
    model = api.model(graph, data="spiral", loss="binary_cross_entropy", optimizer="adam", epochs=200, seed=seed)
    model.configure(optimizer={"kind": "adam", "learning_rate": 0.01})
    model.train()
    assert model.evaluate().accuracy >= 0.95


@pytest.mark.parametrize("seed", SEEDS)
def test_the_digits_are_learned_in_seconds(seed):
    start = time.perf_counter()
    model, _ = trained("digits", seed=seed)
    assert time.perf_counter() - start < 5
    assert model.evaluate(part="test").accuracy >= 0.96
