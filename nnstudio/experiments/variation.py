"""Variations: a project with another learning rate, batch size, optimizer, penalty, width or seed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from nnstudio.core.errors import FieldError
from nnstudio.core.wording import listed
from nnstudio.engine.optimizers import optimizers
from nnstudio.engine.penalties import Penalty, penalties
from nnstudio.experiments.rates import checked_rate, with_rate
from nnstudio.graph.edits import set_fields
from nnstudio.graph.graph import Node
from nnstudio.project.project import UNLEARNED, Project
from nnstudio.training.settings import Settings

Value = int | float | str
Changes = Mapping[str, Value]
"""What is changed, by its name, and what to."""


def varied(project: Project, changes: Changes) -> Project:
    """The same project with other values, and without what it has learned; an error says what cannot be.

    `learning_rate`, `batch_size`, `seed` are numbers, `optimizer` is a kind such as adam. `penalty` is a strength of
    the project's own penalty (L2 where it has none), or a kind with its strength: l1=0.01. `width` is the number of
    units, or filters, of every hidden layer; the last layer that has any keeps its own, since the data asks for them.
    """
    unknown = [name for name in changes if name not in VARIATIONS]
    if unknown:
        raise FieldError(f"There is no varying of '{unknown[0][:40]}'. What can be varied: {listed([*VARIATIONS])}.")
    for name, vary in VARIATIONS.items():
        if name in changes:
            project = vary(project, changes[name])
    _see_to_batches(project.settings, changes)
    return replace(project, **UNLEARNED)


def _with(project: Project, **settings: Any) -> Project:
    kept = {**vars(project.settings), **settings}
    return replace(project, settings=Settings.from_fields(kept))


def _with_optimizer(project: Project, kind: Value) -> Project:
    """Another kind brings its own usual numbers; the same kind keeps the project's."""
    same = kind == project.settings.optimizer.kind
    return project if same else _with(project, optimizer=optimizers().find(str(kind))())


def _with_penalty(project: Project, value: Value) -> Project:
    own = project.settings.penalty
    if isinstance(value, str):
        return _with(project, penalty=_written_penalty(value))
    stored = own.to_json() if "strength" in own.to_json() else {"kind": "l2"}
    return _with(project, penalty=penalties().from_json({**stored, "strength": value}))


def _written_penalty(written: str) -> Penalty:
    kind, equals, strength = written.partition("=")
    if not equals:
        if "strength" in penalties().from_json({"kind": kind}).to_json():
            raise FieldError(f"The penalty {kind} needs a strength. Write {kind}=0.01.")
        return penalties().from_json({"kind": kind})
    try:
        return penalties().from_json({"kind": kind, "strength": float(strength)})
    except ValueError:
        raise FieldError(f"The strength of a penalty is a number, but '{strength[:40]}' is none.") from None


def _with_width(project: Project, width: Value) -> Project:
    hidden = hidden_layers(project)
    if not hidden:
        raise FieldError("The width cannot be varied: the model has no hidden layer with units. Add a Dense first.")
    graph = project.graph
    for node in hidden:
        graph = set_fields(graph, node.id, **{node.layer.width: width})
    return replace(project, graph=graph)


def hidden_layers(project: Project) -> list[Node]:
    """The layers whose width is varied: those with units behind which there is another with units."""
    graph = project.graph
    having = [node for node in graph.nodes if node.layer.width]
    return [node for node in having if graph.after(node.id) & {other.id for other in having if other is not node}]


def _see_to_batches(settings: Settings, changes: Changes) -> None:
    """Refuse what would be the same training under many names."""
    optimizer = settings.optimizer
    if "batch_size" in changes and (optimizer.whole_set or optimizer.single_samples):
        looks_at = "the whole training set" if optimizer.whole_set else "one sample"
        raise FieldError(
            f"{optimizer.title} looks at {looks_at} in each step, so that a batch size means nothing to it. "
            "Vary the batch size with another optimizer."
        )


VARIATIONS: Mapping[str, Callable[[Project, Value], Project]] = MappingProxyType({
    # An optimizer brings a rate of its own, so it comes before the rate.
    "optimizer": _with_optimizer,
    "learning_rate": lambda project, rate: with_rate(project, checked_rate(rate)),
    "batch_size": lambda project, size: _with(project, batch_size=size),
    "penalty": _with_penalty,
    "width": _with_width,
    "seed": lambda project, seed: _with(project, seed=seed),
})  # fmt: skip
"""Everything that can be varied, in the order in which it is done."""
