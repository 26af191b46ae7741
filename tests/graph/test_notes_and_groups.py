"""Notes on the canvas, and groups that collapse."""

import msgspec
import pytest

from nnstudio.core.errors import EditError
from nnstudio.graph import edits
from nnstudio.graph.diff import difference
from nnstudio.graph.graph import Graph, Note
from nnstudio.graph.stored import StoredGraph, graph_from_stored, graph_to_stored
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU


@pytest.fixture
def graph() -> Graph:
    return edits.chain(Input((4,)), Dense(3), ReLU(), Dense(2))


def stored_and_read(graph: Graph) -> Graph:
    return graph_from_stored(msgspec.json.decode(msgspec.json.encode(graph_to_stored(graph)), type=StoredGraph))


def test_a_note_is_added_written_anew_moved_and_taken_away(graph: Graph) -> None:
    noted = edits.add_note(graph, "why so small?", (10.0, 20.0))
    assert noted.notes == (Note("note", "why so small?", (10.0, 20.0)),)
    assert edits.set_note(noted, "note", "better").note("note").text == "better"
    assert edits.move(noted, {"note": (0.0, 5.0)}).note("note").position == (0.0, 5.0)
    assert edits.remove_note(noted, "note") == graph


def test_a_note_without_a_text_is_none(graph: Graph) -> None:
    assert edits.set_note(edits.add_note(graph, "x", (0.0, 0.0)), "note", "") == graph


def test_notes_have_ids_of_their_own(graph: Graph) -> None:
    twice = edits.add_note(edits.add_note(graph, "a", (0.0, 0.0)), "b", (0.0, 0.0))
    assert [note.id for note in twice.notes] == ["note", "note_2"]


def test_a_note_that_is_gone_cannot_be_changed(graph: Graph) -> None:
    with pytest.raises(EditError, match="not there any more"):
        edits.set_note(graph, "note", "x")


def test_notes_stay_when_layers_go_and_come(graph: Graph) -> None:
    noted = edits.add_note(graph, "x", (0.0, 0.0))
    assert edits.remove(noted, "relu").notes == noted.notes
    assert edits.paste(noted, edits.copy(noted, ["relu"])).notes == noted.notes


def test_a_group_collapses_and_opens(graph: Graph) -> None:
    grouped = edits.group(graph, ["dense", "relu"], "block")
    closed = edits.collapse(grouped, "block")
    assert closed.group("block").collapsed
    assert edits.collapse(closed, "block", False) == grouped


def test_a_collapsed_group_stays_so_when_a_member_goes(graph: Graph) -> None:
    closed = edits.collapse(edits.group(graph, ["dense", "relu"], "block"), "block")
    assert edits.remove(closed, "relu").group("block").collapsed


def test_an_unknown_group_is_named(graph: Graph) -> None:
    with pytest.raises(EditError, match="no group called 'other'"):
        edits.collapse(graph, "other")


def test_notes_and_collapsed_groups_come_back_from_a_file(graph: Graph) -> None:
    full = edits.collapse(edits.group(edits.add_note(graph, "x\ny", (1.0, 2.0)), ["dense"], "block"), "block")
    assert stored_and_read(full) == full


def test_the_difference_tells_of_notes_and_collapsing(graph: Graph) -> None:
    grouped = edits.group(graph, ["dense"], "block")
    change = difference(grouped, edits.collapse(edits.add_note(grouped, "x", (0.0, 0.0)), "block"))
    assert [note.text for note in change.notes_added] == ["x"]
    assert [group.collapsed for group in change.groups_added] == [True]
    assert not change.changed


def test_a_file_with_two_notes_of_one_id_is_refused(graph: Graph) -> None:
    stored = graph_to_stored(edits.add_note(graph, "x", (0.0, 0.0)))
    stored.notes.append(stored.notes[0])
    with pytest.raises(EditError, match="same id"):
        graph_from_stored(stored)
