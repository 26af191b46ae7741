"""Problems: everything that keeps a model from training, each on its node, with a repair where there is one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from nnstudio.engine.losses import Loss
from nnstudio.graph import edits
from nnstudio.graph.circles import on_circles
from nnstudio.graph.graph import Graph, Node, Wire
from nnstudio.graph.inference import Shapes, infer_shapes, takes_count
from nnstudio.layers.base import Layer, layers
from nnstudio.layers.shapes import Shape, shown, size_of

ROOM = 2**30  # Numbers that all parameters together may hold: 4 GiB in float32.


@dataclass(frozen=True)
class Repair:
    """A change of the graph that mends a problem, with the words for its button."""

    title: str
    apply: Callable[[Graph], Graph]


@dataclass(frozen=True)
class Problem:
    """Something wrong with a model: where, what, and what to do. A warning does not stop the training."""

    node: str | None
    kind: str
    sentence: str
    repair: Repair | None = None
    warning: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of the data that a model is to learn: a sample's shape, the targets, and a code set for them."""

    name: str
    shape: Shape
    outputs: int
    classifies: bool
    no_and_yes: tuple[float, float] | None = None


def find_problems(graph: Graph, loss: Loss | None = None, facts: Facts | None = None) -> tuple[Problem, ...]:
    """All problems of a model, those of the wiring first."""
    if not graph.nodes:
        return (Problem(None, "empty", "The model is empty. Add an Input and the layers behind it."),)
    shapes = infer_shapes(graph)
    found = [*_ends(graph), *_wiring(graph), *_refusals(graph, shapes), *_room(graph, shapes)]
    if not any(not problem.warning for problem in found):
        found += [*_output(graph, shapes, loss), *_deaf(graph, loss)]
        found += [*_data(graph, shapes, loss, facts), *_code(graph, loss, facts)]
    return tuple(found)


def _ends(graph: Graph) -> Iterator[Problem]:
    sources, sinks = graph.sources(), graph.sinks()
    if not sources:
        repair = Repair("Add an Input", lambda graph: edits.add(graph, layers().find("input")()))
        yield Problem(None, "no input", "The model has no Input, so no data can enter. Add one.", repair)
    for node in sources[1:]:
        yield Problem(
            node.id, "several inputs",
            f"{node.label} is a second Input; training feeds one. Wire everything to {sources[0].label}.",
        )  # fmt: skip
    ends = [node for node in sinks if node not in sources or len(graph.nodes) == 1]
    for node in ends[:-1] if len(ends) > 1 else ():
        yield Problem(
            node.id, "several outputs",
            f"Nobody reads {node.label}; a model for training ends in one layer. Wire it on, or remove it.",
            Repair(f"Remove {node.label}", partial(_removed, id=node.id)),
        )  # fmt: skip


def _removed(graph: Graph, id: str) -> Graph:
    return edits.remove(graph, id)


def _wiring(graph: Graph) -> Iterator[Problem]:
    circling = on_circles(graph)
    for node in graph.nodes:
        count = len(graph.into(node.id))
        if node.id in circling:
            yield Problem(
                node.id, "circle", f"{node.label} is part of an endless circle. Take away a wire of it.",
                Repair("Take the wire away", partial(_cut, id=node.id)),
            )  # fmt: skip
        elif not takes_count(node, count):
            yield Problem(node.id, "inputs", _count_sentence(node, count))


def _cut(graph: Graph, id: str) -> Graph:
    # Only a wire from a layer that depends on this one closes a circle through it.
    wire = next((wire for wire in graph.into(id) if wire.source in graph.after(id)), None)
    return edits.disconnect(graph, wire) if wire else graph


def _count_sentence(node: Node, count: int) -> str:
    least, most = node.layer.takes
    if count == 0 and least:
        wanted = "an input" if least == 1 else f"at least {least} inputs"
        return f"{node.label} needs {wanted}, but nothing is wired to it. Draw a wire to it, or remove it."
    if most is not None and count > most:
        return f"{node.label} takes {most or 'no'} input{'' if most == 1 else 's'}, but has {count}. Take a wire away."
    return f"{node.label} needs at least {least} inputs, but has {count}. Wire another layer to it."


def _refusals(graph: Graph, shapes: Shapes) -> Iterator[Problem]:
    for id, refusal in shapes.refused.items():
        repair = None
        if refusal.bridge is not None:
            wire = graph.into(id)[0]
            repair = Repair(f"Insert {refusal.bridge.title}", partial(_bridged, wire=wire, layer=refusal.bridge))
        yield Problem(id, "shape", _named(graph.node(id), str(refusal)), repair)


def _named(node: Node, sentence: str) -> str:
    """A layer's sentence speaks of its kind; with a name of its own, say which one is meant."""
    return f"{node.label}: {sentence}" if node.name else sentence


def _bridged(graph: Graph, wire: Wire, layer: Layer) -> Graph:
    return edits.insert(graph, wire, layer)


def _room(graph: Graph, shapes: Shapes) -> Iterator[Problem]:
    total = 0
    for id in shapes.known:
        inputs = [shapes.known[wire.source] for wire in graph.into(id)]
        for block in graph.node(id).layer.blocks(*inputs).values():
            total += sum(size_of(parameter.shape) for parameter in block.values())
        if total > ROOM:
            yield Problem(
                id, "room", f"With {graph.node(id).label} the model has {total:,} parameters, more than "
                "fits in memory. Make it smaller.",
            )  # fmt: skip
            return


def output_node(graph: Graph) -> Node:
    """Where a model without problems ends."""
    return graph.sinks()[-1]


def _output(graph: Graph, shapes: Shapes, loss: Loss | None) -> Iterator[Problem]:
    node = output_node(graph)
    shape = shapes.known[node.id]
    if loss is None:
        return
    if len(shape) != 1:
        yield Problem(
            node.id, "output",
            f"{node.label} puts out {shown(shape)}, but the loss reads a list. Put a Flatten behind it.",
            Repair("Append Flatten", partial(_appended, kind="flatten", after=node.id)),
        )  # fmt: skip
        return
    if loss.only_through and node.layer.kind not in loss.through:
        wanted = layers().find(loss.through[0])
        yield Problem(
            node.id, "loss", f"{loss.title} needs {wanted.title} at the end, but the model ends in {node.layer.title}. "
            f"Append {wanted.title}, or choose another loss.",
            Repair(f"Append {wanted.title}", partial(_appended, kind=wanted.kind, after=node.id)),
        )  # fmt: skip
    if shape[0] < loss.least_outputs:
        yield Problem(
            node.id, "loss", f"{loss.title} compares at least {loss.least_outputs} outputs, but {node.label} has "
            f"{shape[0]}. Give it one output for each class, or choose another loss.",
        )  # fmt: skip


def _appended(graph: Graph, kind: str, after: str) -> Graph:
    return edits.append(graph, layers().find(kind)(), after)


def _deaf(graph: Graph, loss: Loss | None) -> Iterator[Problem]:
    """Layers without a gradient, unless the loss looks through them."""
    last = output_node(graph)
    looked_through = loss is not None and last.layer.kind in loss.through
    for node in graph.nodes:
        if not node.layer.has_gradient and not (node == last and looked_through):
            yield Problem(
                node.id, "no gradient",
                f"{node.label} has no gradient: the layers before it cannot learn through it. Use Sigmoid or Tanh to "
                "learn, or the perceptron criterion where it is the last layer.", warning=True,
            )  # fmt: skip


def _data(graph: Graph, shapes: Shapes, loss: Loss | None, facts: Facts | None) -> Iterator[Problem]:
    if facts is None:
        return
    source, node = graph.sources()[0], output_node(graph)
    if shapes.known[source.id] != facts.shape and size_of(shapes.known[source.id]) != size_of(facts.shape):
        yield Problem(
            source.id, "data", f"The data {facts.name} has samples of the shape {shown(facts.shape)}, but "
            f"{source.label} is set to {shown(shapes.known[source.id])}. Change the shape of {source.label}.",
            Repair(f"Set the shape to {shown(facts.shape)}", partial(_with_field, id=source.id, shape=facts.shape)),
        )  # fmt: skip
    outputs = size_of(shapes.known[node.id])
    wanted = f"{facts.outputs} classes" if facts.classifies else f"{facts.outputs} target value(s)"
    alone = facts.classifies and facts.outputs == 2 and outputs == 1
    if loss is not None and outputs != facts.outputs and not alone:
        last = _last_with_units(graph, node)
        yield Problem(
            node.id, "data", f"The data {facts.name} has {wanted}, but {node.label} puts out {outputs}. "
            "Change the number of neurons of the last layer.",
            _units_repair(last, facts.outputs) if last else None,
        )  # fmt: skip


def _code(graph: Graph, loss: Loss | None, facts: Facts | None) -> Iterator[Problem]:
    """Targets that are written in another way than the loss is made for."""
    code = facts.no_and_yes if facts is not None and facts.classifies else None
    if facts is not None and code is not None and loss is not None and loss.no not in (None, code[0]):
        yield Problem(
            output_node(graph).id, "data", f"{loss.title} is made for targets {loss.no:g} and 1, but the target code "
            f"of {facts.name} writes {code[0]:g} and {code[1]:g}. Switch that step off, or choose Mean Squared Error.",
        )  # fmt: skip


def _units_repair(node: Node, units: int) -> Repair:
    return Repair(f"Set {node.label} to {units}", partial(_with_field, id=node.id, units=units))


def _with_field(graph: Graph, id: str, **fields: object) -> Graph:
    return edits.set_fields(graph, id, **fields)


def _last_with_units(graph: Graph, node: Node) -> Node | None:
    while not hasattr(node.layer, "units"):
        into = graph.into(node.id)
        if len(into) != 1:
            return None
        node = graph.node(into[0].source)
    return node
