"""What every layer is: fields, a shape rule that can refuse with a sentence, parameters, and two recordings."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any, ClassVar

from nnstudio.core.errors import LayerError
from nnstudio.core.fields import Configured, flag, part, rules_of
from nnstudio.core.plugged import Unfit
from nnstudio.core.registry import Family
from nnstudio.core.written import Written
from nnstudio.layers.example import Example, one
from nnstudio.layers.initialisers import Fan, Initialiser, initialisers
from nnstudio.layers.onnx_reading import OnnxOp, Read
from nnstudio.layers.onnx_site import OnnxSite
from nnstudio.layers.shapes import IMAGE, Shape, shown, size_of
from nnstudio.layers.site import Site

LARGEST = 2**28  # Numbers in one parameter array or one sample's output: 1 GiB in float32.


@dataclass(frozen=True)
class Parameter:
    """An array that a layer owns: learned weights and biases, or statistics that training gathers."""

    shape: Shape
    start: Initialiser
    fan: Fan
    decays: bool = False
    learned: bool = True


Block = Mapping[str, Parameter]
"""Parameters that lie side by side as columns of one matrix; all have the same first size."""


class Refusal(LayerError):
    """A layer will not take its inputs; `bridge` is a layer that, put before it, would mend that."""

    def __init__(self, sentence: str, bridge: "Layer | None" = None) -> None:
        super().__init__(sentence)
        self.bridge = bridge


class Layer(Configured):
    """One step of a network. Immutable; everything that changes lives at its Site."""

    group: ClassVar[str] = "Other"
    takes: ClassVar[tuple[int, int | None]] = (1, 1)
    has_gradient: ClassVar[bool] = True
    couples_samples: ClassVar[bool] = False
    commutes_with_max: ClassVar[bool] = False
    makes_probabilities: ClassVar[bool] = False
    """Whether what it reads are logits: exports give those out as well."""
    formula: ClassVar[str] = ""
    letters: ClassVar[Mapping[str, str]] = {}
    """What the formula calls the input x, the output y and the parameters, where that is not their own name."""
    width: ClassVar[str] = ""
    """The field that says how many units it has, where it has one."""
    example: ClassVar[Example | None] = None
    """Small numbers for its help page."""
    onnx: ClassVar[str] = ""
    reads_onnx: ClassVar[tuple[str, ...]] = ()
    """The operators of ONNX that it can stand for."""
    torch: ClassVar[str] = ""
    keras: ClassVar[str] = ""

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape that comes out, or a Refusal that says what to do."""
        raise NotImplementedError

    def blocks(self, *inputs: Shape) -> Mapping[str, Block]:
        """The parameters, grouped into the matrices that hold them."""
        return {}

    @property
    def learns(self) -> bool:
        """Whether its weights, if it has any, take part in learning."""
        return not getattr(self, "frozen", False)

    def multiplications(self, *inputs: Shape) -> int:
        """How many products one sample costs on the way forward; small change is left out."""
        return 0

    def phrase(self) -> str:
        """Its kind and what sets it apart, to be read aloud: Dense with 128 neurons."""
        return self.title

    def numpy(self, *inputs: Shape) -> str:
        """NumPy lines for the way forward after training, samples first; empty where nobody wrote them.

        They read `x`, or `x1`, `x2` and so on where there are several inputs, and the parameters under their own
        names, and leave the output in `y`.
        """
        return ""

    def in_torch(self, *inputs: Shape) -> Written | None:
        """The layer in PyTorch's words, where images come as channels × height × width; None where nobody said it.

        The lines may use torch, nn and F, as `import torch.nn.functional as F` calls it.
        """
        return None

    def in_keras(self, *inputs: Shape) -> Written | None:
        """The layer in the words of Keras 3, channels last; None where nobody said it.

        The lines may use keras, layers and ops; what is made gets a name.
        """
        return None

    def onnx_nodes(self, at: OnnxSite) -> None:
        """Write the way forward after training as ONNX nodes, and give the last one's output."""
        raise LayerError(f"{self.title} has no form in ONNX. Export in another format, or replace it.")

    @classmethod
    def from_onnx(cls, op: OnnxOp) -> Read | None:
        """The layer that stands for a node of one of those operators; None where another layer must.

        An Unreadable says why none can. Without fields and parameters there is nothing to find out.
        """
        op.alike()
        return cls(), {}

    def forward(self, at: Site) -> None:
        """Record how the output is computed."""
        raise NotImplementedError

    def backward(self, at: Site) -> None:
        """Record how the derivatives are computed."""
        raise NotImplementedError


class Activation(Layer):
    """A function applied to every number by itself."""

    group = "Activations"
    letters = {"x": "a"}
    example = one(-2, -1, 0, 1, 2)

    def output_shape(self, *inputs: Shape) -> Shape:
        """The same shape."""
        return inputs[0]

    def onnx_nodes(self, at: OnnxSite) -> None:
        """One node, of the name that it has there."""
        if not self.onnx:
            return super().onnx_nodes(at)
        return at.number_by_number(self.onnx)



def need_image(layer: Layer, shape: Shape) -> None:
    """Refuse whatever is not height × width × channels."""
    if len(shape) != IMAGE:
        hint = "Put a Reshape before it." if len(shape) == 1 else "Give it an image."
        raise Refusal(f"{layer.title} reads images (height×width×channels), but gets {shown(shape)}. {hint}")


def need_room(layer: Layer, what: str, shape: Shape) -> None:
    """Refuse what no memory would hold."""
    if size_of(shape) > LARGEST:
        raise Refusal(f"{layer.title} would need {what} of {shown(shape)} numbers, more than fits. Make it smaller.")


FROZEN = "Keep the weights as they are while the rest learns"


def frozen_field() -> Any:
    """Declare whether a layer's weights are left alone by training."""
    return flag(False, FROZEN)


def start_field(kind: str, what: str) -> Any:
    """Declare how a layer's weights or biases start."""
    return part(kind, initialisers, f"How the {what} start")


@cache
def layers() -> Family[Layer]:
    """All layers, ours and the plugins'."""
    return Family(Layer, "nnstudio.layers", "nnstudio.layers", "layer", check=_formula_fits)


def _formula_fits(member: type[Layer]) -> None:
    named = {name for _, name, _, _ in Formatter().parse(member.formula) if name is not None}
    if unknown := sorted(named - set(rules_of(member))):
        raise Unfit(f"its formula names {unknown[0]}, which is no field of it")
