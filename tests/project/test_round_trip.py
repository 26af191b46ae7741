"""What is saved comes back: the model, its settings, the bits of its weights, and where the training stood."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from nnstudio import api
from nnstudio.core.errors import ModelError, ProjectError, StudioError
from nnstudio.graph.edits import set_fields
from nnstudio.graph.graph import Graph, Node
from nnstudio.layers.dense import Dense
from nnstudio.project import stored as stored_form
from nnstudio.project.file import bytes_of_project, load_project, save_project
from nnstudio.project.project import Project
from nnstudio.training.history import Epoch

from . import projects
from .projects import PROJECTS, file_of, small, stored

STEADY = settings(derandomize=True, deadline=None, database=None, max_examples=100)


def bits(arrays):
    return {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in arrays.items()}


@STEADY
@given(project=PROJECTS)
def test_any_project_comes_back_as_it_was(tmp_path_factory, project):
    path = tmp_path_factory.getbasetemp() / "any.nns"
    save_project(project, path)
    again = load_project(path)
    for name in ("graph", "settings", "data", "title", "description", "preparation", "history", "layout"):
        assert getattr(again, name) == getattr(project, name), name
    assert (again.weights is None) == (project.weights is None)
    assert bits(again.weights or {}) == bits(project.weights or {})
    assert (again.best is None) == (project.best is None)
    if project.best is not None:
        assert again.best.steps == project.best.steps
        assert bits(again.best.weights) == bits(project.best.weights)
    assert (again.checkpoint is None) == (project.checkpoint is None)
    if project.checkpoint is not None:
        assert again.checkpoint.standing == project.checkpoint.standing
        assert again.checkpoint.matches == project.checkpoint.matches
        assert bits(again.checkpoint.arrays) == bits(project.checkpoint.arrays)


@STEADY
@given(project=PROJECTS)
def test_a_loaded_project_is_saved_to_the_same_bytes(tmp_path_factory, project):
    path = tmp_path_factory.getbasetemp() / "same.nns"
    save_project(project, path)
    assert bytes_of_project(load_project(path)) == path.read_bytes() == bytes_of_project(project)


def test_the_order_of_the_weights_does_not_change_the_bytes():
    project = small()
    turned = replace(project, weights=dict(reversed(project.weights.items())))
    assert bytes_of_project(turned) == bytes_of_project(project)


def test_weights_that_are_views_are_saved_as_they_look(tmp_path):
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    save_project(replace(small(), weights={"dense/weights": turned}), tmp_path / "a.nns")
    np.testing.assert_array_equal(load_project(tmp_path / "a.nns").weights["dense/weights"], turned)


def test_a_long_history_comes_back(tmp_path):
    history = tuple(Epoch(steps, 0.0, 0.1, 1 / steps) for steps in range(1, 30_001))
    save_project(replace(small(), history=history), tmp_path / "a.nns")
    assert load_project(tmp_path / "a.nns").history == history


def test_a_training_of_very_many_epochs_can_be_saved_and_opened(tmp_path):
    """Of old epochs only some are known, so that what is saved stays small enough to be read."""
    model = _playing()
    with model.session() as session:
        for step in range(1, 50_001):
            session.history.end_epoch(Epoch(step, 1 / 3, 0.1, 1 / step, 2 / 3, 1 / 7, 1 / 9))
        model.keep(session, resumable=True)
    model.save(tmp_path / "a.nns")
    assert load_project(tmp_path / "a.nns").history[-1].steps == 50_000


def test_a_layout_that_packs_well_comes_back(tmp_path):
    layout = {"notes": " " * 3_000_000}
    save_project(replace(small(), layout=layout), tmp_path / "a.nns")
    assert load_project(tmp_path / "a.nns").layout == layout


UNSAVEABLE = {
    "a layer nowhere": replace(small(), graph=Graph((Node("a", Dense(1), position=(float("nan"), 0.0)),))),
    "a layer far away": replace(small(), graph=Graph((Node("a", Dense(1), position=(1e10, 0.0)),))),
    "a layer with a very long id": replace(small(), graph=Graph((Node("a" * 100, Dense(1)),))),
    "a layer with a very long name": replace(small(), graph=Graph((Node("a", Dense(1), "a" * 100),))),
    "a very long title": replace(small(), title="a" * 1000),
    "a title that is no text": replace(small(), title="\ud800"),
    "a layout that is no JSON": replace(small(), layout={"window": object()}),
    "a layout within itself": replace(small(), layout={"window": (deep := [])}),
    "a history with a loss that is no number": replace(small(), history=(Epoch(1, 0.0, 0.1, float("nan")),)),
    "a history longer than is read": replace(small(), history=(Epoch(1, 0.0, 0.1, 0.5),) * 100_000),
    "weights that are whole numbers": replace(small(), weights={"dense/bias": np.arange(3)}),
}
deep.append(deep)


@pytest.mark.parametrize("project", UNSAVEABLE.values(), ids=UNSAVEABLE)
def test_what_could_not_be_opened_again_is_not_saved(tmp_path, project):
    path = tmp_path / "a.nns"
    save_project(small(), path)
    before = path.read_bytes()
    with pytest.raises(ProjectError) as caught:
        save_project(project, path)
    assert str(caught.value).startswith(f"{path} ")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_weights_of_another_model_are_refused_when_used_and_nothing_changes(tmp_path):
    project = small()
    wider = replace(project, graph=set_fields(project.graph, "dense", units=3))
    save_project(wider, tmp_path / "a.nns")
    before = (tmp_path / "a.nns").read_bytes()
    model = api.load(tmp_path / "a.nns")
    for use in (lambda: model.predict([[0.0, 0.0]]), lambda: model.export("npz", tmp_path / "a.npz")):
        with pytest.raises(ModelError, match="do not fit the model"):
            use()
    assert bits(model.project.weights) == bits(project.weights)
    assert (tmp_path / "a.nns").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "a.nns"]


def test_missing_weights_are_named(tmp_path):
    save_project(replace(small(), weights={"dense/bias": np.float32([0])}), tmp_path / "a.nns")
    with pytest.raises(ModelError, match="missing: dense/weights"):
        api.load(tmp_path / "a.nns").predict([[0.0, 0.0]])


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    model = _playing()
    with model.session() as session:
        session.step()
        model.keep(session, resumable=True)
    model.configure(batch_size=7)
    with pytest.raises(StudioError, match="another model, other settings"):
        model.session(resume=True)


@pytest.mark.parametrize("missing", ["random", "position", "epochs"])
def test_a_checkpoint_with_a_hole_is_refused_in_words(missing):
    model = _playing()
    with model.session() as session:
        session.step()
        model.keep(session, resumable=True)
    kept = model.project.checkpoint
    standing = {name: value for name, value in kept.standing.items() if name != missing}
    model.project = replace(model.project, checkpoint=replace(kept, standing=standing))
    with pytest.raises(StudioError, match="is damaged"):
        model.session(resume=True)


@pytest.mark.parametrize("wrong", [{}, {"parameters": np.zeros(3)}], ids=["none", "of another size"])
def test_a_checkpoint_with_wrong_arrays_is_refused_in_words(wrong):
    model = _playing()
    with model.session() as session:
        session.step()
        model.keep(session, resumable=True)
    kept = model.project.checkpoint
    model.project = replace(model.project, checkpoint=replace(kept, arrays=wrong and {**kept.arrays, **wrong}))
    with pytest.raises(StudioError, match="is damaged"):
        model.session(resume=True)


def _playing():
    return api.new("playground")


@pytest.fixture
def older(monkeypatch):
    """A version 3 that knows how to read versions 1 and 2."""
    steps = {1: lambda old: {**old, "title": old["title"] + "+2"}, 2: lambda old: {**old, "title": old["title"] + "+3"}}
    monkeypatch.setattr(stored_form, "VERSION", 3)
    monkeypatch.setattr(stored_form, "MIGRATIONS", steps)
    return steps


def opened(folder, project) -> Project:
    path = folder / "old.nns"
    path.write_bytes(file_of(project))
    return load_project(path)


def test_an_older_version_is_migrated_step_by_step(tmp_path, older):
    assert opened(tmp_path, stored(version=1, title="old")).title == "old+2+3"
    assert opened(tmp_path, stored(version=2, title="old")).title == "old+3"
    assert opened(tmp_path, stored(version=3, title="old")).title == "old"


def test_a_migrated_project_is_saved_in_the_new_version(tmp_path, older):
    project = opened(tmp_path, stored(version=1, title="old"))
    assert opened(tmp_path, projects.msgspec.json.decode(stored_form.encode(project))).title == "old+2+3"


def test_a_version_that_nothing_leads_from_is_refused(tmp_path, older):
    with pytest.raises(ProjectError, match="version 0 is not known"):
        opened(tmp_path, stored(version=0))


def test_an_older_file_that_a_migration_cannot_read_is_refused(tmp_path, older):
    holed = stored(version=1)
    del holed["title"]
    with pytest.raises(ProjectError, match="does not say what a project of version 1 says"):
        opened(tmp_path, holed)
