"""What an edit of a project means for the training that is under way."""

from dataclasses import replace
from enum import Enum, auto
from typing import Any

from nnstudio.graph.graph import Graph
from nnstudio.project.project import Project
from nnstudio.training.settings import Settings


class Change(Enum):
    """What must be done so that the training follows the project."""

    NOTHING = auto()
    ADJUST = auto()  # The learning rate, the number of epochs or the stop conditions: the run goes on.
    WEIGHTS = auto()  # Other weights in the same network.
    CARRY_ON = auto()  # Another network, data or settings: a new run, with the weights of the layers that stayed.
    BEGIN = auto()  # A new run from the project's own weights, or from the first ones.


def change_between(old: Project, new: Project) -> Change:
    """What became of a project, as far as the training is concerned."""
    weights_differ = new.weights is not old.weights
    if old.settings.seed != new.settings.seed:
        return Change.BEGIN
    if _task(old) != _task(new):
        return Change.BEGIN if weights_differ and new.weights is not None else Change.CARRY_ON
    if weights_differ:
        restored = new.checkpoint is not None and new.checkpoint is not old.checkpoint
        return Change.BEGIN if new.weights is None or restored else Change.WEIGHTS
    return Change.NOTHING if old.settings == new.settings else Change.ADJUST


def _task(project: Project) -> tuple[object, ...]:
    return (
        model_of(project.graph), fixed(project.settings), project.data, project.points, project.preparation
    )  # fmt: skip


def model_of(graph: Graph) -> tuple[object, ...]:
    """What a graph computes; places, names, notes and groups do not matter."""
    return graph.wires, tuple((node.id, node.layer) for node in graph.nodes)


def fixed(settings: Settings) -> Settings:
    """Settings without those that may change while a training goes on."""
    optimizer: Any = settings.optimizer
    return replace(settings, optimizer=replace(optimizer, learning_rate=1.0), epochs=1, stops=())
