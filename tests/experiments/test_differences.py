"""What differs between two trainings, in words for a learner."""

from dataclasses import replace

import pytest

from nnstudio.data.points import Points
from nnstudio.data.preparation.flatten import Flatten
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.engine.optimizers import SGD, Adam, Momentum
from nnstudio.engine.penalties import L1, L2
from nnstudio.experiments.differences import ALIKE, CHANCE, Trained, comparison, consequence, differences
from nnstudio.experiments.traits import layers_words, rows_of, varying
from nnstudio.graph import edits
from nnstudio.layers.base import layers
from nnstudio.project.templates import load_template
from nnstudio.training.history import Epoch

XOR = load_template("xor")
LAYERS = layers().kinds()


def having(project=XOR, **settings):
    return replace(project, settings=replace(project.settings, **settings))


def reshaped(graph, project=XOR):
    return replace(project, graph=graph)


def trained(name="Run 2", project=XOR, validation_loss=None, train_loss=0.1, accuracy=None, epochs=10, **details):
    last = Epoch(100, 1.0, 0.1, train_loss, accuracy, validation_loss, accuracy if validation_loss else None)
    return Trained(name, project, epochs=epochs, last=last, **details)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ({"optimizer": Adam(0.1)}, {"optimizer": Adam(0.01)}, ["learning rate 0.1 instead of 0.01"]),
        ({"optimizer": Adam(0.1)}, {"optimizer": SGD(0.1)}, ["Adam instead of SGD"]),
        (
            {"optimizer": Momentum(0.1, 0.5)}, {"optimizer": Momentum(0.2, 0.9)},
            ["learning rate 0.1 instead of 0.2", "momentum 0.5 instead of 0.9"],
        ),
        ({"batch_size": 2}, {"batch_size": 4}, ["batch size 2 instead of 4"]),
        (
            {"optimizer": "gradient_descent", "batch_size": 2}, {"optimizer": SGD(0.1), "batch_size": 4},
            ["Gradient Descent instead of SGD", "batch size the whole set instead of 4"],
        ),
        ({"epochs": 1}, {"epochs": 1000}, ["1 epoch instead of 1,000"]),
        ({"seed": 3}, {"seed": 0}, ["seed 3 instead of 0"]),
        ({"penalty": L2(0.5)}, {"penalty": L2(0.1)}, ["penalty strength 0.5 instead of 0.1"]),
        ({"penalty": L1(0.5)}, {}, ["the penalty L1 of strength 0.5 instead of no penalty"]),
        ({}, {"penalty": L2(0.5)}, ["no penalty instead of the penalty L2 of strength 0.5"]),
        ({"shuffle": False}, {"shuffle": True}, ["its samples always in the same order"]),
        ({"clip": 1.0}, {"clip": 0.0}, ["gradients cut to a length of 1 instead of none"]),
        ({"clip": 0.0}, {"clip": 2.0}, ["gradients of any length instead of at most 2"]),
        ({"precision": "float64"}, {}, ["precision float64 instead of float32"]),
        ({"schedule": "cosine"}, {"schedule": "constant"}, ["schedule Cosine (last 0) instead of Constant"]),
        (
            {"stops": ("no_improvement",)}, {},
            ["stop conditions No Improvement (patience 5, least 0) instead of none"],
        ),
    ],
)  # fmt: skip
def test_settings_are_told_field_by_field(now, before, words):
    assert differences(having(**now), having(**before)) == words


def test_layers_that_came_went_or_changed_are_named():
    graph = XOR.graph
    wider = edits.set_fields(graph, "hidden", units=16)
    assert differences(reshaped(wider), XOR) == ["units 16 instead of 4 in hidden"]
    longer = edits.append(graph, LAYERS["dropout"](), "hidden")
    assert differences(reshaped(longer), XOR) == ["the additional layer Dropout"]
    assert differences(XOR, reshaped(longer)) == ["no layer Dropout"]


def test_a_layer_in_the_place_of_another_is_told_as_one_change():
    activation = next(node for node in XOR.graph.nodes if node.layer.kind == "tanh")
    swapped = edits.set_layer(XOR.graph, activation.id, LAYERS["relu"]())
    assert differences(reshaped(swapped), XOR) == ["ReLU instead of Tanh"]
    renamed = tuple(replace(node, id="other") if node.id == activation.id else node for node in swapped.nodes)
    wires = tuple(
        replace(wire, source={activation.id: "other"}.get(wire.source, wire.source),
                target={activation.id: "other"}.get(wire.target, wire.target))
        for wire in swapped.wires
    )  # fmt: skip
    assert differences(reshaped(replace(swapped, nodes=renamed, wires=wires)), XOR) == ["ReLU instead of Tanh"]


def test_a_quite_different_model_is_told_as_a_whole():
    other = load_template("digits")
    told = differences(replace(XOR, graph=other.graph), XOR)
    assert told == [f"other layers: {layers_words(other.graph)} instead of {layers_words(XOR.graph)}"]
    assert layers_words(other.graph) == "Input 8×8×1, Flatten, Dense 32, ReLU, Dense 10, Softmax"


def test_places_names_and_notes_are_no_difference():
    moved = edits.rename(edits.move(XOR.graph, {"hidden": (500.0, 500.0)}), "hidden", "my layer")
    assert differences(reshaped(moved), XOR) == []


def test_data_and_how_it_is_prepared():
    assert differences(replace(XOR, data="moons,noise=0.3"), XOR) == [f"data moons,noise=0.3 instead of {XOR.data}"]
    points = Points(((0.0, 1.0),), (1.0,), (0,))
    assert differences(replace(XOR, points=points), XOR) == [f"data 1 point drawn by hand instead of {XOR.data}"]
    moved = replace(points, inputs=((0.5, 1.0),))
    assert differences(replace(XOR, points=points), replace(XOR, points=moved)) == ["other points drawn by hand"]
    assert differences(XOR, XOR, (Flatten(),), ()) == ["preparation Flatten instead of none"]


def test_what_was_learned_of_the_samples_is_no_difference():
    fitted = Standardise(sample=(2,), means=(1.0, 2.0), deviations=(1.0, 1.0))
    assert differences(XOR, XOR, (fitted,), (Standardise(),)) == []
    assert differences(XOR, XOR, (replace(fitted, on=False),), (fitted,)) == [
        "preparation Standardise (off, per feature) instead of Standardise (per feature)"
    ]


def test_a_comparison_says_what_differs_and_what_came_of_it():
    fast, slow = having(optimizer=Adam(0.1)), having(optimizer=Adam(0.01))
    told = comparison(trained("Run 2", fast, 0.21), trained("Run 1", slow, 0.35))
    assert told == (
        "Run 2 has learning rate 0.1 instead of 0.01; its validation loss ended at 0.210 instead of 0.350."
    )


def test_without_a_difference_it_says_so():
    assert comparison(trained(validation_loss=0.2), trained("Run 1", validation_loss=0.2)) == ALIKE
    assert comparison(trained(epochs=1), trained("Run 1")) == f"{ALIKE} Run 2 went on for 1 epoch, Run 1 for 10."


def test_what_only_the_seed_did_is_chance():
    told = comparison(trained(project=having(seed=1), validation_loss=0.2), trained("Run 1", validation_loss=0.3))
    assert told.endswith(CHANCE)
    told = comparison(trained(project=having(seed=1, epochs=3)), trained("Run 1"))
    assert CHANCE not in told


def test_what_happened_to_a_run_outweighs_that_its_settings_are_alike():
    told = comparison(trained(remarks=("began with weights that were learned before",)), trained("Run 1"))
    assert told == "Their settings differ in nothing. Run 2 began with weights that were learned before."


def test_figures_of_the_training_where_there_is_no_validation():
    one, other = trained(train_loss=0.5, accuracy=0.75, epochs=1), trained("Run 1", train_loss=0.5, accuracy=0.5)
    assert consequence(one, other) == (
        "its training loss ended at 0.500 as well and its training accuracy at 75.0% instead of 50.0% "
        "after 1 epoch instead of 10"
    )


def test_losses_of_two_kinds_are_not_compared():
    other = trained("Run 1", having(loss="mean_squared_error"), 0.3, accuracy=0.5)
    assert consequence(trained(validation_loss=0.2, accuracy=0.5), other) == "its validation accuracy at 50.0% as well"


def test_divergence_is_told_in_place_of_figures():
    assert consequence(trained(diverged=12), trained()) == "it diverged at step 12"
    assert consequence(trained(), trained(diverged=1200)) == "it did not diverge, as the other did at step 1,200"
    assert consequence(trained(diverged=12), trained(diverged=3)) == "it diverged at step 12, the other at step 3"


def test_before_the_first_epoch_there_is_no_outcome():
    one = Trained("Run 2", having(batch_size=1))
    assert comparison(one, trained("Run 1", having(batch_size=2))) == "Run 2 has batch size 1 instead of 2."


def test_columns_are_what_varies_with_the_fields_of_layers_where_the_models_are_alike():
    wider = reshaped(edits.set_fields(XOR.graph, "hidden", units=16))
    assert varying(rows_of([XOR, wider, having(wider, seed=4)], [None] * 3)) == ["seed", "hidden: units"]
    other = reshaped(load_template("digits").graph)
    assert varying(rows_of([XOR, other], [None] * 2)) == ["layers"]


def test_what_only_one_optimizer_has_is_no_column():
    names = varying(rows_of([having(optimizer=Adam(0.1)), having(optimizer=SGD(0.1))], [None] * 2))
    assert names == ["optimizer"]
