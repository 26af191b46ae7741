"""The place where one layer writes itself down in ONNX, which wants the channels of images before height and width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nnstudio.core.onnx_sheet import Attribute, OnnxSheet
from nnstudio.layers.shapes import IMAGE, Array, Shape


@dataclass(frozen=True)
class OnnxValue:
    """The name of what a layer makes, its shape as the user sees it, and whether its channels come first."""

    name: str
    shape: Shape
    channels_first: bool = False


@dataclass(eq=False)
class OnnxSite:
    """One layer's inputs, parameters and output in an ONNX model. Images are turned only where somebody needs it."""

    sheet: OnnxSheet
    inputs: Sequence[OnnxValue]
    shape: Shape
    parameters: Mapping[str, Array]
    turned: dict[str, str]
    """What was turned already, by its name; shared by all layers of a model."""
    output: OnnxValue | None = None

    @property
    def x(self) -> str:
        """The first input, samples first and channels last."""
        return self.plain(self.inputs[0])

    @property
    def image(self) -> str:
        """The first input with its channels before height and width."""
        value = self.inputs[0]
        return value.name if value.channels_first else self._turned(value, (0, 3, 1, 2))

    def plain(self, value: OnnxValue) -> str:
        """A value as the user sees it: channels last."""
        return self._turned(value, (0, 2, 3, 1)) if value.channels_first else value.name

    def parameter(self, name: str) -> str:
        """One of the layer's own arrays."""
        return self.constant(name, self.parameters[name])

    def constant(self, name: str, array: Any) -> str:
        """Numbers that stand in the file."""
        return self.sheet.constant(name, array)

    def node(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """Write a node; gives back the name of what it makes."""
        return self.sheet.node(operator, *inputs, **attributes)

    def give(self, name: str, channels_first: bool = False) -> None:
        """Say what the layer's output is."""
        self.output = OnnxValue(name, self.shape, channels_first)

    def alike(self) -> tuple[list[str], bool]:
        """All inputs in the order that the first one has, and whether it is channels first."""
        first = self.inputs[0].channels_first
        return [replaced.image if first else replaced.x for replaced in map(self._with, self.inputs)], first

    def number_by_number(self, operator: str, *constants: str, **attributes: Attribute) -> None:
        """The output is an operator that treats every number alike, in whichever order they come."""
        names, first = self.alike()
        self.give(self.node(operator, *names, *constants, **attributes), first)

    def feature_axis(self, channels_first: bool) -> int:
        """The axis of features or channels in ONNX, where samples are axis 0."""
        return 1 if channels_first else len(self.inputs[0].shape)

    def _with(self, value: OnnxValue) -> "OnnxSite":
        return replace(self, inputs=(value,))

    def _turned(self, value: OnnxValue, order: tuple[int, ...]) -> str:
        assert len(value.shape) == IMAGE
        if value.name not in self.turned:
            self.turned[value.name] = self.node("Transpose", value.name, perm=order)
        return self.turned[value.name]
