"""Description: a model in plain sentences, for a screen reader and for whoever wants it told."""

from collections.abc import Sequence

from nnstudio.core.wording import counted, listed
from nnstudio.graph.circles import on_circles
from nnstudio.graph.graph import Graph, Node
from nnstudio.graph.inference import Shapes
from nnstudio.graph.table import Row, table_of
from nnstudio.layers.shapes import IMAGE, Shape, shown

MOST_NAMED = 8


def describe(graph: Graph, shapes: Shapes) -> str:
    """What a model reads, how its layers are wired, and what each of them gives; one line for each layer."""
    if not graph.nodes:
        return "The model is empty."
    rows = table_of(graph, shapes)
    lines = [_summary(graph, rows), *_form(graph, rows)]
    several = len(graph.sinks()) > 1
    lines += [f"{number}. {_told(graph, row, shapes, several)}" for number, row in enumerate(rows, 1)]
    label = {row.id: row.name for row in rows}
    for group in graph.groups:
        members = [label[row.id] for row in rows if row.id in group.members]
        lines.append(f"The group {group.name} holds {_some(members)}.")
    return "\n".join(lines)


def _summary(graph: Graph, rows: Sequence[Row]) -> str:
    row = {each.id: each for each in rows}
    doors = [row[node.id] for node in graph.sources()]
    ends = [row[node.id] for node in graph.sinks() if node.layer.takes != (0, 0)]
    total = sum(each.parameters for each in rows)
    size = f"has {counted(len(rows), 'layer')} "
    size += f"with {counted(total, 'parameter')}" if total else "without parameters"
    told = [*_through("reads", doors), *_through("gives", ends), size]
    simple = len(doors) < 2 and len(ends) < 2
    return f"The model {listed(told) if simple else '. It '.join(told)}."


def _through(verb: str, rows: Sequence[Row]) -> list[str]:
    """What goes in, or comes out; nothing if that is not known of every end."""
    known = [(_numbers(row.shape), row.name) for row in rows if row.shape is not None]
    if not known or len(known) < len(rows):
        return []
    each = [f"{numbers} at {name}" if len(known) > 1 else numbers for numbers, name in known]
    return [f"{verb} {listed(each)}"]


def _numbers(shape: Shape) -> str:
    return counted(shape[0], "number") if len(shape) == 1 else shown(shape)


def _form(graph: Graph, rows: Sequence[Row]) -> list[str]:
    """How the layers hang together: a chain, or where it branches and where branches meet."""
    parting = [row.name for row in rows if len(_readers(graph, row.id)) > 1]
    meeting = [row.name for row in rows if len({wire.source for wire in graph.into(row.id)}) > 1]
    loose = [row.name for row in rows if not graph.into(row.id) and not graph.out_of(row.id)]
    circling = on_circles(graph)
    if len(graph.wires) == len(rows) - 1 > 0 and not (parting or meeting or loose or circling):
        return [f"The layers form one chain, from {rows[0].name} to {rows[-1].name}."]
    told = []
    if parting:
        told.append(f"It branches after {_some(parting)}.")
    if meeting:
        told.append(f"Branches meet in {_some(meeting)}.")
    if circling:
        told.append(f"{_some([row.name for row in rows if row.id in circling])} form an endless circle.")
    if loose and len(rows) > 1:
        told.append(f"{_some(loose)} {'is' if len(loose) == 1 else 'are'} not wired.")
    return told


def _told(graph: Graph, row: Row, shapes: Shapes, several: bool) -> str:
    """One layer: what it is, reads and gives, its parameters, and where its output goes if that is not plain.

    With `several` ends, each of them is told.
    """
    node = graph.node(row.id)
    told = [f"{_called(node)} {_takes(row) if node.layer.takes == (0, 0) else _reads(graph, row, shapes)}."]
    if row.parameters:
        frozen = "" if node.layer.learns else ", which are frozen"
        told.append(f"It has {counted(row.parameters, 'parameter')}{frozen}.")
    readers = _readers(graph, row.id)
    if len(readers) > 1:
        told.append(f"Its output goes to {_some(readers)}.")
    elif not readers and several:
        told.append("Nothing reads it.")
    return " ".join(told)


def _called(node: Node) -> str:
    """Dense 2 with 128 neurons; or by a name of its own: scores (Dense with 10 neurons)."""
    phrase, title = node.layer.phrase(), node.layer.title
    given = node.label == title or (node.label.startswith(f"{title} ") and not node.name)
    if given and phrase.startswith(title):
        return node.label + phrase.removeprefix(title)
    return f"{node.label} ({phrase})"


def _takes(row: Row) -> str:
    if row.shape is None:
        return "takes more numbers than fit"
    order = " (height, width, channels)" if len(row.shape) == IMAGE else ""
    return f"takes {_numbers(row.shape)}{order}"


def _reads(graph: Graph, row: Row, shapes: Shapes) -> str:
    """What it reads and gives; a layer behind one that does not fit has nothing to give yet."""
    sources = [graph.node(wire.source).label for wire in graph.into(row.id)]
    if not sources:
        return "reads nothing yet"
    gives = f" and gives {_numbers(row.shape)}" if row.shape is not None else ""
    return f"reads {_some(sources)}{gives or (', which does not fit' if row.id in shapes.refused else '')}"


def _readers(graph: Graph, id: str) -> list[str]:
    """The layers that read a node, each once."""
    return [graph.node(target).label for target in dict.fromkeys(wire.target for wire in graph.out_of(id))]


def _some(names: Sequence[str]) -> str:
    """All names, or of very many the first ones and how many more."""
    if len(names) <= MOST_NAMED:
        return listed(names)
    return listed([*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1:,} more"])
