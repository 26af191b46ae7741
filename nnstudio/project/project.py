"""A project: everything that one file holds. An immutable value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nnstudio.data.points import Points
from nnstudio.data.preparation.base import Preparation
from nnstudio.graph.graph import Graph
from nnstudio.layers.shapes import Array
from nnstudio.training.best import Best
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.history import Epoch
from nnstudio.training.settings import Settings


@dataclass(frozen=True, eq=False)
class Project:
    """A model with its settings and data source, and, once it was trained, its weights and history.

    `weights` are named `step/parameter`, as `Parameters.named` gives them, and `class_names` are what the outputs of
    these weights stand for. `best` are the weights of the best epoch, while those are the last.
    `checkpoint` is there while a training can go on from where it stood. `preparation` is how
    inputs are prepared, with all that the steps learned of the training samples; None: as the data itself brings it.
    `points` were drawn by hand and are learned in place of `data`, from which they were taken.
    `layout` belongs to the window; the core keeps it and does not look inside.
    """

    graph: Graph = field(default_factory=Graph)
    settings: Settings = field(default_factory=Settings)
    data: str = "circle"
    points: Points | None = None
    title: str = ""
    description: str = ""
    preparation: tuple[Preparation, ...] | None = None
    class_names: tuple[str, ...] = ()
    weights: Mapping[str, Array] | None = None
    history: tuple[Epoch, ...] = ()
    best: Best | None = None
    checkpoint: Checkpoint | None = None
    layout: Mapping[str, object] = field(default_factory=dict)


UNLEARNED: Mapping[str, Any] = {"weights": None, "history": (), "best": None, "checkpoint": None}
"""What a project holds of a training before there was any."""
