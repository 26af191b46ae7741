"""A varied project is the same but for what was varied, and says in words what cannot be."""

import pytest

import nnstudio as nn
from nnstudio.core.errors import FieldError, UnknownKind
from nnstudio.experiments.variation import hidden_layers, varied
from nnstudio.graph import edits
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template
from nnstudio.training.settings import Settings


def widths(project):
    return [(node.id, node.layer.units) for node in project.graph.nodes if hasattr(node.layer, "units")]


@pytest.fixture
def playground():
    return load_template("playground")


@pytest.mark.parametrize("changes", [
    {"learning_rate": 0.25}, {"batch_size": 7}, {"optimizer": "rmsprop"}, {"penalty": 0.5}, {"seed": 9},
], ids=lambda changes: next(iter(changes)))  # fmt: skip
def test_one_setting_is_another_and_the_rest_as_before(playground, changes):
    (name, value), = changes.items()
    found = varied(playground, changes)
    told = {"learning_rate": ("optimizer", "learning_rate"), "optimizer": ("optimizer", "kind"),
            "penalty": ("penalty", "strength")}  # fmt: skip
    field, part = told.get(name, (name, None))
    changed = getattr(found.settings, field)
    assert (getattr(changed, part) if part else changed) == value
    before, after = playground.settings.to_json(), found.settings.to_json()
    assert [key for key in before if before[key] != after[key]] == [field]
    assert found.graph == playground.graph
    assert found.data == playground.data


def test_an_optimizer_brings_its_own_numbers_but_the_rate_that_is_asked_for():
    project = Project(settings=Settings(optimizer={"kind": "momentum", "momentum": 0.5}))
    assert varied(project, {"optimizer": "adam"}).settings.optimizer.learning_rate == 0.001
    assert varied(project, {"learning_rate": 0.3, "optimizer": "adam"}).settings.optimizer.learning_rate == 0.3
    kept = varied(project, {"optimizer": "momentum", "learning_rate": 0.3}).settings.optimizer
    assert (kept.momentum, kept.learning_rate) == (0.5, 0.3)


def test_a_penalty_is_a_strength_of_the_projects_own_or_a_kind_with_its_strength():
    plain, lasso = Project(), Project(settings=Settings(penalty={"kind": "l1", "strength": 0.1}))
    assert varied(plain, {"penalty": 0.5}).settings.penalty.to_json() == {"kind": "l2", "strength": 0.5}
    assert varied(lasso, {"penalty": 0.5}).settings.penalty.to_json() == {"kind": "l1", "strength": 0.5}
    assert varied(lasso, {"penalty": "l2=0.25"}).settings.penalty.to_json() == {"kind": "l2", "strength": 0.25}
    assert varied(lasso, {"penalty": "none"}).settings.penalty.to_json() == {"kind": "none"}


def test_the_width_is_that_of_every_hidden_layer_and_the_last_stays(playground):
    assert [units for _, units in widths(playground)] == [8, 8, 1]
    assert [units for _, units in widths(varied(playground, {"width": 5}))] == [5, 5, 1]


def test_filters_are_the_width_of_a_convolution():
    graph = nn.chain(
        nn.Input((8, 8, 1)), nn.Conv2D(4), nn.ReLU(), nn.Flatten(), nn.Dense(6), nn.ReLU(), nn.Dense(10), nn.Softmax()
    )
    found = varied(Project(graph), {"width": 3}).graph
    assert [getattr(node.layer, "filters", None) or node.layer.units for node in found.nodes if node.layer.width] == [
        3, 3, 10,
    ]  # fmt: skip


def test_of_two_branches_both_are_hidden():
    graph = edits.add(nn.chain(nn.Input((2,)), nn.Dense(4), nn.Tanh()), nn.Dense(9), "side")
    graph = edits.add(edits.connect(graph, "input", "side"), nn.Concatenate(), "joined")
    graph = edits.connect(edits.connect(graph, "tanh", "joined"), "side", "joined")
    graph = edits.append(graph, nn.Dense(2), after="joined", id="answer")
    assert {node.id for node in hidden_layers(Project(graph))} == {"dense", "side"}


def test_what_was_learned_before_is_left_behind(playground):
    model = nn.Model(playground)
    model.train(epochs=1)
    with model.session() as session:
        model.keep(session, resumable=True)
    found = varied(model.project, {"seed": 1})
    assert (found.weights, found.history, found.best, found.checkpoint) == (None, (), None, None)


@pytest.mark.parametrize(("changes", "error", "told"), [
    ({"learning_rate": 0}, FieldError, "greater than 0"),
    ({"learning_rate": -0.1}, FieldError, "greater than 0"),
    ({"learning_rate": float("nan")}, FieldError, "nan"),
    ({"learning_rate": 1e9}, FieldError, "at most 1,000,000"),
    ({"batch_size": 0}, FieldError, "whole number from 1"),
    ({"batch_size": 1.5}, FieldError, "whole number"),
    ({"optimizer": "magic"}, UnknownKind, "adam"),
    ({"penalty": -1.0}, FieldError, "strength must be a number from 0"),
    ({"penalty": "l1"}, FieldError, "Write l1=0.01"),
    ({"penalty": "l1=much"}, FieldError, "'much' is none"),
    ({"penalty": "l3=1"}, UnknownKind, "l1, l2"),
    ({"width": 0}, FieldError, "units must be a whole number from 1"),
    ({"seed": -1}, FieldError, "seed must be a whole number from 0"),
    ({"mood": 1}, FieldError, "learning_rate, batch_size"),
    ({"optimizer": "gradient_descent", "batch_size": 8}, FieldError, "the whole training set in each step"),
    ({"optimizer": "perceptron_rule", "batch_size": 8}, FieldError, "one sample in each step"),
], ids=str)  # fmt: skip
def test_what_cannot_be_is_said_in_words(playground, changes, error, told):
    with pytest.raises(error, match=told):
        varied(playground, changes)


def test_a_model_without_hidden_layers_has_no_width_to_vary():
    with pytest.raises(FieldError, match="no hidden layer"):
        varied(load_template("neuron"), {"width": 4})
