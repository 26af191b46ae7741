"""An ONNX node as a layer sees it that is asked whether it can stand for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nnstudio.layers.onnx_order import Order, channels_first
from nnstudio.layers.shapes import IMAGE, Array, Shape, size_of

if TYPE_CHECKING:
    from nnstudio.layers.base import Layer

LARGEST = 1 << 22  # Numbers of a sample for which each place is looked at.


class Unreadable(Exception):
    """A layer cannot stand for a node; the text says why, to go behind the node's name."""


@dataclass(frozen=True, eq=False)
class Lead:
    """A value of the ONNX model as a node of ours makes it.

    `shape` is ONNX's shape of a sample and `ours` the node's own; `order` says how the numbers lie.
    """

    node: str
    ours: Shape
    shape: Shape
    order: Order | None = None

    @property
    def is_image(self) -> bool:
        """Whether it is an image of ours that ONNX sees with its channels first."""
        return len(self.ours) == IMAGE == len(self.shape) and self.order == channels_first(self.shape) and (
            self.ours == (*self.shape[1:], self.shape[0])
        )


@dataclass(frozen=True, eq=False)
class Pending:
    """A value that no layer makes, but that a later node may make sense of: a comparison, say."""

    operator: str
    inputs: tuple[Any, ...]


Input = Lead | Pending | Array | None
Read = tuple["Layer", Mapping[str, Array]]
"""A layer, and the numbers of its parameters by their names."""


class Bridge(Protocol):
    """Puts a Reshape, or a Flatten, behind a value."""

    def __call__(self, lead: Lead, shape: Shape) -> Lead:
        """The same numbers under another shape of ours."""


@dataclass(eq=False)
class OnnxOp:
    """One node. A layer asks for its inputs in the form that it needs, which also says the form of its output.

    `reads` is what the layer will be wired to, `gives` how ONNX sees its output.
    """

    operator: str
    attributes: Mapping[str, Any]
    inputs: Sequence[Input]
    bridge: Bridge
    version: int = 20
    reads: list[Lead] = field(default_factory=list)
    gives: Callable[[str, Shape], Lead] = field(default=lambda node, ours: Lead(node, ours, ours))

    @property
    def leads(self) -> list[Lead]:
        """The inputs that layers make."""
        return [each for each in self.inputs if isinstance(each, Lead)]

    @property
    def constants(self) -> list[Array]:
        """The inputs that are numbers in the file."""
        return [each for each in self.inputs if isinstance(each, np.ndarray)]

    def get(self, name: str, default: Any) -> Any:
        """An attribute; of another type than the default it counts as a lie."""
        value = self.attributes.get(name, default)
        kind = (int, float) if isinstance(default, float) else type(default)
        if not isinstance(value, kind):
            raise Unreadable(f"its {name} is not what it should be")
        return value

    def constant(self, port: int) -> Array:
        """An input that must be numbers in the file."""
        value = self.inputs[port] if port < len(self.inputs) else None
        if not isinstance(value, np.ndarray):
            raise Unreadable("its weights are not in the file, but computed")
        return value

    def has(self, port: int) -> bool:
        """Whether there is an input at that place."""
        return port < len(self.inputs) and self.inputs[port] is not None

    def first(self) -> Lead:
        """The first input, which a layer must make."""
        value = self.inputs[0] if self.inputs else None
        if not isinstance(value, Lead):
            raise Unreadable("it does not read what a layer makes")
        return value

    def alike(self) -> Shape:
        """The inputs in whatever order their numbers have, which must be one for all; the output has it too."""
        first, *others = self.leads
        if any(each.shape != first.shape or each.order != first.order for each in others):
            raise Unreadable("its inputs are of different shapes, or have their numbers in different orders")
        self.reads = [first, *(each if each.ours == first.ours else self.bridge(each, first.ours) for each in others)]
        self.gives = lambda node, ours: Lead(node, ours, first.shape, first.order)
        return first.ours

    def image(self) -> Shape:
        """The first input as an image of ours; the output is one, too."""
        lead = self.as_image(self.first())
        self.reads = [lead]
        self.gives = lambda node, ours: Lead(node, ours, (ours[2], *ours[:2]), channels_first((ours[2], *ours[:2])))
        return lead.ours

    def as_image(self, lead: Lead) -> Lead:
        """A value as an image of ours."""
        if len(lead.shape) != IMAGE:
            raise Unreadable(f"it works on {len(lead.shape) - 1} axes; only images, which have two, are known here")
        if lead.order != channels_first(lead.shape):
            raise Unreadable("it wants the numbers of its image in an order that they do not have here")
        return lead if lead.is_image else self.bridge(lead, (*lead.shape[1:], lead.shape[0]))

    def flat(self) -> Order | None:
        """The first input as a list, and how ONNX orders it; the output is a list in our order."""
        lead = self.first()
        if len(lead.shape) != 1:
            raise Unreadable("it reads what is not a list")
        self.reads = [lead if lead.ours == lead.shape else self.bridge(lead, lead.shape)]
        return lead.order

    def along_features(self, axis: int) -> None:
        """All inputs, where an axis of ONNX's (samples are axis 0) must be our last; the output is as the first."""
        leads = self.leads
        axis = axis + len(leads[0].shape) + 1 if axis < 0 else axis
        if all(len(each.shape) == IMAGE and each.order == channels_first(each.shape) for each in leads) and axis == 1:
            images = [self.as_image(each) for each in leads]
            self.image()
            self.reads = images
            return
        if axis != len(leads[0].shape) or any(each.order for each in leads):
            raise Unreadable("it works along an axis that is not the last one here")
        self.reads = [each if each.ours == each.shape else self.bridge(each, each.shape) for each in leads]
        self.gives = lambda node, ours: Lead(node, ours, ours)

    def features(self, numbers: Array, lead: Lead) -> Array:
        """Numbers that go with a value in ONNX, as one for each feature of ours."""
        count = lead.ours[-1]
        if numbers.size == 1:
            return np.full(count, numbers.reshape(-1)[0])
        # One for each channel, as most are; no need to lay them out over the whole image.
        if lead.is_image and numbers.shape[-3:] == (count, 1, 1) and numbers.size == count:
            return numbers.reshape(count)
        whole = spread(numbers, lead).reshape(-1, lead.ours[-1])
        if (whole != whole[0]).any():
            raise Unreadable("it has a number of its own for every place")
        return np.array(whole[0])


def spread(numbers: Array, lead: Lead) -> Array:
    """Numbers that go with a value in ONNX, one for every number of a sample, in our order and shape."""
    if size_of(lead.shape) > LARGEST:
        raise Unreadable("its input is too large")
    if numbers.ndim > len(lead.shape) + 1 or (numbers.ndim == len(lead.shape) + 1 and numbers.shape[0] != 1):
        raise Unreadable("its numbers do not go with its input")
    numbers = numbers.reshape(numbers.shape[1:]) if numbers.ndim == len(lead.shape) + 1 else numbers
    try:
        theirs = np.broadcast_to(numbers, lead.shape).reshape(-1)
    except ValueError:
        raise Unreadable("its numbers do not go with its input") from None
    ours = np.empty(size_of(lead.shape), numbers.dtype)
    ours[... if lead.order is None else lead.order.places] = theirs
    return ours.reshape(lead.ours)


def in_our_order(numbers: Array, order: Order | None) -> Array:
    """Numbers with one for each of ONNX's along the last axis, brought into our order."""
    if order is None:
        return numbers
    moved = np.empty_like(numbers)
    moved[..., order.places] = numbers
    return moved


def factor_and_offset(op: OnnxOp) -> tuple[Array, Array]:
    """A sum, difference, product or quotient with fixed numbers, as x · factor + offset."""
    (numbers,) = op.constants
    numbers = numbers.astype(np.float64)
    fixed_first = isinstance(op.inputs[0], np.ndarray)
    one, zero = np.ones(1), np.zeros(1)
    if op.operator == "Add":
        return one, numbers
    if op.operator == "Sub":
        return (-one, numbers) if fixed_first else (one, -numbers)
    if op.operator == "Div":
        if fixed_first or not numbers.all():
            raise Unreadable("it divides by what is not a number other than 0")
        return 1 / numbers, zero
    return numbers, zero
