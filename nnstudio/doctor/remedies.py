"""What the Doctor can do: pure functions from project to project, each behind the words for its button."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from nnstudio.core.wording import counted
from nnstudio.data.preparation.balance import Balance
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.preparation.fill import Fill
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.doctor.base import Case, Remedy
from nnstudio.doctor.wording import figure
from nnstudio.engine.losses import losses
from nnstudio.engine.penalties import penalties
from nnstudio.graph import edits
from nnstudio.graph.graph import Graph, Node
from nnstudio.layers.base import layers
from nnstudio.layers.initialisers import initialisers
from nnstudio.layers.shapes import IMAGE
from nnstudio.project.project import UNLEARNED, Project
from nnstudio.training.settings import Settings
from nnstudio.training.stopping import Stop

LARGEST_TABLE = 10_000  # Inputs that Standardise treats each by itself; of more it would have to keep too many numbers.


def learn_slower(case: Case, by: float = 10.0) -> Remedy:
    """A learning rate that is so many times smaller, and not above the one that the optimizer starts with."""
    return _learn_at(min(case.health.learning_rate / by, case.usual_rate))


def learn_faster(case: Case, by: float) -> Remedy:
    """A learning rate that is so many times larger; up to there, the one that the optimizer starts with will do."""
    now, usual = case.health.learning_rate, case.usual_rate
    return _learn_at(min(now * by, usual) if now < usual else now * by)


def _learn_at(rate: float) -> Remedy:
    rate = float(f"{rate:.3g}")
    return Remedy(f"Set the learning rate to {figure(rate)}", partial(with_rate, rate=rate))


def clip(length: float = 1.0) -> Remedy:
    """Shorten long gradients."""
    return Remedy(f"Shorten gradients to a length of {figure(length)}", partial(with_settings, clip=length))


def penalise(strength: float) -> Remedy:
    """Make large weights cost something."""
    penalty = penalties().from_json({"kind": "l2", "strength": strength})
    return Remedy(f"Add an L2 penalty of {figure(strength)}", partial(with_settings, penalty=penalty))


def stop_when(case: Case, stop: Stop, title: str) -> Remedy:
    """End the training by a condition."""
    return Remedy(title, partial(with_settings, stops=(*case.project.settings.stops, stop)))


def choose_loss(kind: str) -> Remedy:
    """Another loss."""
    chosen = losses().find(kind)
    return Remedy(f"Choose {chosen.title}", partial(with_settings, loss=chosen()))


def standardise(case: Case) -> Remedy:
    """Bring the inputs to mean 0 and deviation 1, each column of a table by itself, a picture channel by channel."""
    shape = case.health.inputs.shape
    flat = len(shape) == 1 and shape[0] <= LARGEST_TABLE
    per = "feature" if flat else "channel" if len(shape) == IMAGE else "all"
    return _prepare(case, "Standardise the inputs", Standardise(per=per))


def balance(case: Case) -> Remedy:
    """Show every class equally often."""
    return _prepare(case, "Show every class equally often", Balance())


def fill(case: Case) -> Remedy:
    """Put a number where one is missing."""
    steps = (Fill(by="zero"), *_steps_of(case))
    return Remedy("Fill in what is missing", partial(with_preparation, steps=steps))


def activate(case: Case, ids: Iterable[str], kind: str = "relu") -> Remedy:
    """Other activations in the place of some, and weights that start as they need it."""
    chosen = tuple(ids)
    titles = {case.graph.node(id).layer.title for id in chosen}
    what = titles.pop() if len(titles) == 1 else "activation" if len(chosen) == 1 else "activations"
    count = f"{len(chosen)} " if len(chosen) > 1 else ""
    new = layers().find(kind)
    return Remedy(f"Replace {count}{what} by {new.title}", partial(with_activations, ids=chosen, kind=kind))


def restart(case: Case, ids: Iterable[str], kind: str) -> Remedy:
    """Another way for the weights of some layers to start."""
    chosen = tuple(ids)
    title = f"Start the weights of {counted(len(chosen), 'layer')} by {initialisers().find(kind).title}"
    return Remedy(title, partial(with_start, ids=chosen, kind=kind))


def normalise(case: Case, ids: Iterable[str]) -> Remedy:
    """A BatchNorm before some layers."""
    chosen = tuple(ids)
    where = f"before {case.graph.node(chosen[0]).label}" if len(chosen) == 1 else f"before {len(chosen)} activations"
    return Remedy(f"Insert BatchNorm {where}", partial(with_batch_norm, ids=chosen))


def _prepare(case: Case, title: str, step: Preparation) -> Remedy:
    return Remedy(title, partial(with_preparation, steps=(*_steps_of(case), step)))


def _steps_of(case: Case) -> tuple[Preparation, ...]:
    """The project's steps; where it leaves them to the data, those that the data brought."""
    return case.health.preparation if case.project.preparation is None else case.project.preparation


def with_rate(project: Project, rate: float) -> Project:
    """Another learning rate for the same optimizer."""
    chosen = project.settings.optimizer
    return with_settings(project, optimizer=type(chosen).from_fields({**vars(chosen), "learning_rate": rate}))


def with_settings(project: Project, **fields: Any) -> Project:
    """Other settings."""
    return replace(project, settings=Settings.from_fields({**vars(project.settings), **fields}))


def with_preparation(project: Project, steps: tuple[Preparation, ...]) -> Project:
    """Other steps before the network; weights that knew other inputs are of no use any more."""
    return _unlearned(replace(project, preparation=steps))


def with_activations(project: Project, ids: tuple[str, ...], kind: str) -> Project:
    """Put an activation in the place of others; rectifiers want the weights before them to start by He."""
    graph = project.graph
    for id in ids:
        if id in graph:
            before = weighing_before(graph, id)
            if before is not None and kind == "relu":
                graph = edits.set_fields(graph, before.id, weights_start=initialisers().find("he")())
            graph = _in_place(graph, graph.node(id), kind)
    return _with_graph(project, graph)


def with_start(project: Project, ids: tuple[str, ...], kind: str) -> Project:
    """Let the weights of some layers start in another way."""
    graph, start = project.graph, initialisers().find(kind)()
    for id in ids:
        if id in graph:
            graph = edits.set_fields(graph, id, weights_start=start)
    return _with_graph(project, graph)


def with_batch_norm(project: Project, ids: tuple[str, ...]) -> Project:
    """Put a BatchNorm before each of some layers."""
    graph = project.graph
    for id in ids:
        for wire in graph.into(id) if id in graph else ():
            graph = edits.insert(graph, wire, layers().find("batch_norm")())
    return _with_graph(project, graph)


def weighing_before(graph: Graph, id: str) -> Node | None:
    """The nearest layer before another one that has weights to start."""
    # No further than there are layers: while somebody draws, they may stand in a circle.
    for _ in graph.nodes:
        wires = graph.into(id)
        if len(wires) != 1:
            return None
        id = wires[0].source
        if hasattr(graph.node(id).layer, "weights_start"):
            return graph.node(id)
    return None


def _in_place(graph: Graph, node: Node, kind: str) -> Graph:
    """A node with another layer; one that was called by its kind gets a new id, else it would keep the old name."""
    layer = layers().find(kind)()
    by_kind = not node.name and node.label.startswith(node.layer.title)
    id = edits.fresh_id(graph, layer) if by_kind else node.id
    new: Mapping[str, str] = {node.id: id}
    return replace(
        graph,
        nodes=tuple(replace(each, id=id, layer=layer) if each == node else each for each in graph.nodes),
        wires=tuple(
            replace(wire, source=new.get(wire.source, wire.source), target=new.get(wire.target, wire.target))
            for wire in graph.wires
        ),
        groups=tuple(
            replace(each, members=frozenset(new.get(member, member) for member in each.members))
            for each in graph.groups
        ),
    )


def _with_graph(project: Project, graph: Graph) -> Project:
    return _unlearned(replace(project, graph=graph)) if graph != project.graph else project


def _unlearned(project: Project) -> Project:
    return replace(project, **UNLEARNED)
