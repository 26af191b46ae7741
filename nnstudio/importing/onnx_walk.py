"""Through the nodes of an ONNX file, one after another, each becoming a layer; what none can stand for is listed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from typing import Any

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.importing.onnx_book import DOOR, Book, name_of
from nnstudio.importing.onnx_file import FileNode, OnnxFile
from nnstudio.importing.onnx_fold import FOLDS, folded
from nnstudio.importing.onnx_front import Front
from nnstudio.layers.base import Layer, layers
from nnstudio.layers.onnx_order import channels_first, turned
from nnstudio.layers.onnx_reading import Lead, OnnxOp, Pending, Unreadable
from nnstudio.layers.shapes import IMAGE, Shape

PENDING = ("Greater", "Equal", "IsNaN", "IsInf", "Or")
AFFINE = ("Mul", "Add", "Sub", "Div")
UNKNOWN = "no layer here does that"
FLOATS = (1, 10, 11)
SHARED, SMALL = 4, 1 << 20  # How often all weights may be used, and how many numbers nobody counts.
MOST_BYTES = 1 << 30  # That constants may grow by.


@dataclass(frozen=True)
class Unsupported:
    """A node that no layer can stand for."""

    name: str
    operator: str
    why: str

    def __str__(self) -> str:
        return f"{self.name} ({self.operator}): {self.why}"


class Lost:
    """A value that comes from an unsupported node."""


LOST = Lost()


class Walk:
    """One way through a file, with the input as an image whose channels come first, or as it is."""

    def __init__(self, file: OnnxFile, first: bool) -> None:
        # Weights may be shared, but not without end: a small file must not become a large model.
        self.file, self.book = file, Book(SHARED * sum(each.size for each in file.constants.values()) + SMALL)
        self.unsupported: list[Unsupported] = []
        self._room = MOST_BYTES
        read = [each for node in file.nodes for each in node.inputs if each]
        self.front = Front(file.input, Counter([*read, *file.outputs]))
        self.values: dict[str, Any] = {"": None, **file.constants, file.input: self._door(first)}
        for node in file.nodes:
            self._visit(node)
        self.book.layers[DOOR] = _input(self._door_shape)

    def _door(self, first: bool) -> Lead:
        shape = self.file.shape
        ours, order = shape, None
        if first and len(shape) == IMAGE:
            ours, order = (*shape[1:], shape[0]), channels_first(shape)
        self._door_shape = ours
        self.book.layers[DOOR] = _input(ours)
        return Lead(DOOR, ours, shape, order)

    def _visit(self, node: FileNode) -> None:
        inputs = tuple(self.values[name] for name in node.inputs)
        made: Any = LOST
        try:
            if any(each is LOST for each in inputs):
                if node.operator not in known_operators():
                    raise Unreadable(UNKNOWN)
            else:
                made = self._made(node, inputs)
        except (Unreadable, StudioError) as why:
            self.unsupported.append(Unsupported(node.name, node.operator, str(why).rstrip(".")))
        first, *others = node.outputs or ("",)
        # Only the first output of a node is ever made; whoever reads another one is not understood.
        self.values |= {first: made, **dict.fromkeys(others, LOST), "": None}
        for name in others:
            if made is not LOST and self.front.uses.get(name):
                self.unsupported.append(Unsupported(node.name, node.operator, "its second output is read"))

    def _made(self, node: FileNode, inputs: tuple[Any, ...]) -> Any:
        if all(isinstance(each, np.ndarray) for each in inputs):
            return self._folded(node, inputs)
        if node.operator in PENDING:
            return Pending(node.operator, inputs)
        op = OnnxOp(node.operator, node.attributes, inputs, self.book.bridge, self.file.version)
        if node.operator == "Cast":
            return self._cast(node, op)
        if node.operator in SHAPES:
            self.front.follow(node.inputs[0], node.outputs[0])
            return SHAPES[node.operator](self, op)
        return self._at_front(node, op) or self._behind_bias(op) or self._layer(node, op)

    def _folded(self, node: FileNode, inputs: tuple[Any, ...]) -> Any:
        made = folded(node.operator, inputs, node.attributes)
        self._room -= made.nbytes if made.base is None else 0
        if self._room < 0:
            raise Unreadable("it makes more constants than fit")
        return made

    def _cast(self, node: FileNode, op: OnnxOp) -> Lead:
        value = op.inputs[0]
        if isinstance(value, Pending) and op.get("to", 0) in FLOATS:
            source = value.inputs[0]
            name = next((each for each, found in self.values.items() if found is source), "")
            found = self.front.one_hot(value) if self.front.is_at(name) else None
            if found is not None:
                self._door_shape, self.front.tail = found.ours, node.outputs[0]
                self.book.layers[DOOR] = _input(found.ours)
                return found
        if op.get("to", 0) not in FLOATS:
            raise Unreadable("it makes whole numbers of its input")
        self.front.follow(node.inputs[0], node.outputs[0])
        return op.first()

    def _at_front(self, node: FileNode, op: OnnxOp) -> Lead | None:
        """A step of the preparation, as long as no layer has read the input."""
        lead = next(iter(op.leads), None)
        if lead is None or len(op.leads) > 1 or lead.node != DOOR or self.book.wires:
            return None
        name = next(name for name, each in zip(node.inputs, op.inputs, strict=True) if each is lead)
        fits = node.operator in AFFINE and len(op.constants) == 1 and self.front.is_at(name)
        taken = fits and self.front.affine(op, lead)
        if node.operator == "Where" and len(op.inputs) == 3 and self.front.is_at(name, 3):
            taken = self.front.fill(op, lead)
        if not taken:
            return None
        self.front.tail = node.outputs[0]
        return replace(lead)

    def _behind_bias(self, op: OnnxOp) -> Lead | None:
        """Numbers added right behind a layer with a bias belong to it."""
        if op.operator != "Add" or len(op.leads) != 1 or len(op.constants) != 1:
            return None
        lead = op.leads[0]
        try:
            numbers = op.features(op.constants[0], lead)
        except Unreadable:
            return None
        return replace(lead) if self.book.add_to_bias(lead.node, numbers) else None

    def _layer(self, node: FileNode, op: OnnxOp) -> Lead:
        for kind in readers_of(node.operator):
            read = kind.from_onnx(op)
            if read is not None:
                layer, numbers = read
                id, shape = self.book.add(layer, op.reads, numbers, name_of(node.name, node.operator))
                return op.gives(id, shape)
        raise Unreadable(UNKNOWN)

    def reshape(self, op: OnnxOp) -> Lead:
        """The same numbers in another shape of a sample."""
        lead, wanted = op.first(), op.constant(1).reshape(-1).tolist()
        return self._reshaped(lead, _sizes(wanted, lead.shape, self.file.batch))

    def flatten(self, op: OnnxOp) -> Lead:
        """Every sample as a list."""
        lead = op.first()
        if op.get("axis", 1) != 1:
            raise Unreadable("it does not keep the samples apart")
        return self._reshaped(lead, (prod(lead.shape),))

    def _reshaped(self, lead: Lead, shape: Shape) -> Lead:
        # Where the numbers lie in another order, a shape of ours has no meaning; a list always has one.
        if lead.ours != shape and (lead.order is None or len(shape) == 1):
            lead = self.book.bridge(lead, shape)
        return replace(lead, shape=shape)

    def squeeze(self, op: OnnxOp) -> Lead:
        """Without axes of size 1."""
        lead = op.first()
        axes = _axes(op, len(lead.shape) + 1) or {axis for axis, size in enumerate(lead.shape, 1) if size == 1}
        if 0 in axes or any(lead.shape[axis - 1] != 1 for axis in axes):
            raise Unreadable("it takes away an axis that holds something")
        return replace(lead, shape=tuple(size for axis, size in enumerate(lead.shape, 1) if axis not in axes))

    def unsqueeze(self, op: OnnxOp) -> Lead:
        """With new axes of size 1."""
        lead = op.first()
        axes = _axes(op, 0)
        rank = len(lead.shape) + 1 + len(axes)
        axes = {axis + rank if axis < 0 else axis for axis in axes}
        rest = iter(lead.shape)
        if not all(0 < axis < rank for axis in axes):
            raise Unreadable("it adds an axis before the samples")
        return replace(lead, shape=tuple(1 if axis in axes else next(rest) for axis in range(1, rank)))

    def transpose(self, op: OnnxOp) -> Lead:
        """Other numbers first; no layer is needed as long as somebody turns them back."""
        lead = op.first()
        axes = op.get("perm", tuple(range(len(lead.shape) + 1))[::-1])
        if sorted(axes) != list(range(len(lead.shape) + 1)) or axes[0] != 0:
            raise Unreadable("it does not keep the samples apart")
        inner = [axis - 1 for axis in axes[1:]]
        known, order = turned(lead.order, lead.shape, inner)
        if not known:
            raise Unreadable("it brings the numbers into an order that no layer here can read")
        return replace(lead, shape=tuple(lead.shape[axis] for axis in inner), order=order)

    def shape(self, op: OnnxOp) -> Any:
        """The sizes as numbers; 0 stands for that of the samples."""
        return np.array([0, *op.first().shape], np.int64)


SHAPES: dict[str, Callable[[Walk, OnnxOp], Any]] = {
    "Reshape": Walk.reshape, "Flatten": Walk.flatten, "Squeeze": Walk.squeeze, "Unsqueeze": Walk.unsqueeze,
    "Transpose": Walk.transpose, "Shape": Walk.shape,
}  # fmt: skip


@cache
def readers_of(operator: str) -> tuple[type[Layer], ...]:
    """The layers that may stand for an operator."""
    return tuple(kind for kind in layers().kinds().values() if operator in kind.reads_onnx)


@cache
def known_operators() -> frozenset[str]:
    """Every operator that something is known of."""
    read = {name for kind in layers().kinds().values() for name in kind.reads_onnx}
    return frozenset({*read, *SHAPES, *PENDING, *FOLDS, *AFFINE, "Cast", "Where"})


def _input(shape: Shape) -> Layer:
    return layers().find("input").from_fields({"shape": shape})


def _axes(op: OnnxOp, rank: int) -> set[int]:
    given = op.constant(1).reshape(-1).tolist() if op.has(1) else op.get("axes", ())
    return {axis + rank if axis < 0 else axis for axis in given}


def _sizes(wanted: list[int], shape: Shape, batch: int) -> Shape:
    """The shape of a sample that a Reshape asks for; the samples must stay apart."""
    whole = prod(shape)
    first, *rest = wanted or [-1]
    if not rest or rest.count(-1) > 1:
        raise Unreadable("it does not keep the samples apart")
    sizes = [shape[place] if size == 0 and place < len(shape) else size for place, size in enumerate(rest)]
    if first in (0, 1, batch) and -1 in sizes:
        known = prod(size for size in sizes if size != -1)
        if known > 0 and whole % known == 0:
            sizes[sizes.index(-1)] = whole // known
    if min(sizes) < 1 or prod(sizes) != whole:
        raise Unreadable("it does not keep the samples apart, or asks for another number of numbers")
    return tuple(sizes)
