"""The document: every edit can be undone, and what was learned is neither lost nor mixed up."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nnstudio as nn
from nnstudio.graph import edits
from nnstudio.ui.document import Document


@pytest.fixture
def trained(document):
    """The digits with weights."""
    model = nn.Model(document.project)
    model.train(epochs=1)
    document.keep(model.project)
    return document


def test_undo_restores_the_wires_of_a_deleted_layer(document):
    before = document.graph
    document.edit("Delete", edits.remove(before, "hidden"))
    document.undo()
    assert document.graph == before


def test_redo_brings_the_edit_back(document):
    after = edits.remove(document.graph, "hidden")
    document.edit("Delete", after)
    document.undo()
    document.redo()
    assert document.graph == after


def test_an_edit_that_changes_nothing_is_none(document):
    document.edit("Move", edits.move(document.graph, {}))
    assert document.undo_stack.count() == 0


def test_edits_have_names_for_the_menu(document):
    document.edit("Delete", edits.remove(document.graph, "hidden"))
    assert document.undo_stack.undoText() == "Delete"
    document.undo()
    assert document.undo_stack.redoText() == "Delete"


def test_edits_that_belong_together_are_undone_together(document):
    before = document.graph
    for units in (33, 34, 35):
        document.edit("Change", edits.set_fields(document.graph, "hidden", units=units), merge="hidden.units")
    document.undo()
    assert document.graph == before


def test_other_edits_in_between_keep_them_apart(document):
    document.edit("Change", edits.set_fields(document.graph, "hidden", units=33), merge="hidden.units")
    document.edit("Rename", edits.rename(document.graph, "relu", "bend"))
    document.edit("Change", edits.set_fields(document.graph, "hidden", units=34), merge="hidden.units")
    document.undo()
    assert document.graph.node("hidden").layer.units == 33


def test_settings_are_edits_too(document):
    before = document.project.settings
    document.change("Change the batch", settings=replace(before, batch_size=7))
    assert document.project.settings.batch_size == 7
    document.undo()
    assert document.project.settings == before


def test_followers_hear_the_difference(document):
    heard = []
    document.graph_changed.connect(heard.append)
    document.edit("Rename", edits.rename(document.graph, "relu", "bend"))
    assert [node.name for node in heard[0].changed] == ["bend"]


def test_a_settings_change_leaves_the_graph_s_followers_alone(document):
    heard = []
    document.graph_changed.connect(heard.append)
    document.change("Change the batch", settings=replace(document.project.settings, batch_size=7))
    assert heard == []


def test_moving_a_layer_keeps_the_weights(trained):
    trained.edit("Move", edits.move(trained.graph, {"hidden": (0.0, 99.0)}))
    assert trained.project.weights is not None
    assert trained.project.history


def test_another_layer_means_other_weights(trained):
    trained.edit("Change", edits.set_fields(trained.graph, "hidden", units=5))
    assert trained.project.weights is None
    assert trained.project.history == ()


def test_undo_brings_the_weights_back_with_the_layer(trained):
    weights = trained.project.weights
    trained.edit("Change", edits.set_fields(trained.graph, "hidden", units=5))
    trained.undo()
    assert {name: array.tobytes() for name, array in trained.project.weights.items()} == {
        name: array.tobytes() for name, array in weights.items()
    }


def test_undoing_a_move_keeps_what_was_learned_since(document):
    document.edit("Move", edits.move(document.graph, {"hidden": (0.0, 99.0)}))
    learned = {"hidden/weights": np.ones((2, 2), np.float32)}
    document.keep(replace(document.project, weights=learned))
    document.undo()
    assert document.project.weights is learned
    assert document.graph.node("hidden").position != (0.0, 99.0)


def test_a_document_is_modified_until_it_is_saved(document):
    heard = []
    document.modified_changed.connect(heard.append)
    document.edit("Rename", edits.rename(document.graph, "relu", "bend"))
    assert document.modified
    document.saved(Path("it.nns"))
    assert not document.modified
    document.undo()
    assert document.modified
    assert heard == [True, False, True]


def test_what_was_learned_wants_saving(trained):
    assert trained.modified


def test_saving_under_another_name_is_told(document):
    heard = []
    document.path_changed.connect(heard.append)
    document.saved(Path("it.nns"))
    document.saved(Path("it.nns"))
    assert heard == [Path("it.nns")]


def test_findings_follow_the_settings(document):
    assert document.findings.problems == ()
    document.change("Loss", settings=replace(document.project.settings, loss="binary_cross_entropy"))
    assert document.findings.problems != ()


def test_a_new_document_is_empty_and_says_so():
    document = Document()
    assert document.graph.nodes == ()
    assert [problem.kind for problem in document.findings.problems] == ["empty"]
