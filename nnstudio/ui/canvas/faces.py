"""What a card says: a layer's name, its one or two main fields, and the colour of its group. Plain values, no items."""

from dataclasses import dataclass

from nnstudio.core.fields import rules_of
from nnstudio.core.rules import Choice, Padding, Real, Sizes, Whole
from nnstudio.graph.graph import Graph, Node

MOST_FIELDS = 2
IN_PLACE = Whole | Real | Sizes | Padding | Choice


@dataclass(frozen=True)
class Line:
    """One field as the card shows it."""

    field: str
    label: str
    value: str


@dataclass(frozen=True)
class Face:
    """Everything that is painted on a card, but for its state."""

    title: str
    kind: str
    group: str
    lines: tuple[Line, ...]
    ports: int
    has_output: bool = True


def face_of(node: Node, graph: Graph) -> Face:
    """A node's face; a layer that takes any number of inputs always shows one free port more."""
    wired = len(graph.into(node.id))
    least, most = node.layer.takes
    ports = max(wired, most) if most is not None else max(least, wired + 1)
    title = node.label
    kind = "" if title.startswith(node.layer.title) else node.layer.title
    return Face(title, kind, node.layer.group, _lines(node), ports)


def main_fields(node: Node) -> tuple[str, ...]:
    """The fields that a card shows: the first ones that are a number or a word."""
    names = [name for name, rule in rules_of(type(node.layer)).items() if isinstance(rule, IN_PLACE)]
    return tuple(names[:MOST_FIELDS])


def _lines(node: Node) -> tuple[Line, ...]:
    values = {name: getattr(node.layer, name) for name in main_fields(node)}
    # Sizes of 0×0 stand for “as the other field has it”, and tell nobody anything.
    told = {name: value for name, value in values.items() if not isinstance(value, tuple) or any(value)}
    return tuple(Line(name, name.replace("_", " "), value_text(value)) for name, value in told.items())


def value_text(value: object) -> str:
    """A field's value as a person writes it."""
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
