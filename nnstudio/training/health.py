"""Health: the figures that tell a sound training from a sick one, layer by layer, at one moment."""

from dataclasses import dataclass
from math import hypot

from nnstudio.data.preparation.base import Preparation
from nnstudio.layers.shapes import Shape
from nnstudio.training.divergence import Divergence


@dataclass(frozen=True)
class Size:
    """How large some numbers are: their length √Σx², and their root mean square, which does not grow with them."""

    length: float
    rms: float


@dataclass(frozen=True)
class LayerHealth:
    """One layer. Sizes are of all its weights and biases together, None where it has none or does not learn.

    `gradient` is that of the last batch, after clipping; `update` what the last step changed. `units` are neurons, or
    the channels of an image. `dead` ones give the same answer to every negative number, as ReLU does, and gave
    nothing else to any sample. `saturated` ones lie near their lowest or highest answer for nearly all samples. Both
    are None where they cannot be.
    """

    id: str
    name: str
    kind: str
    weighs: bool
    mean: float
    deviation: float
    units: int
    dead: int | None = None
    saturated: int | None = None
    weights: Size | None = None
    gradient: Size | None = None
    update: Size | None = None

    @property
    def ratio(self) -> float | None:
        """How long the last update was, for each unit of the weights' own length: about 0.001 is usual."""
        if self.update is None or self.weights is None:
            return None
        return _divided(self.update.length, self.weights.length)

    @property
    def pull(self) -> float | None:
        """How long the gradient is, for each unit of the weights' own length."""
        if self.gradient is None or self.weights is None:
            return None
        return _divided(self.gradient.length, self.weights.length)


@dataclass(frozen=True)
class InputHealth:
    """The samples as the network sees them, prepared but never varied.

    `largest` has the largest absolute value of each sample. `widest` is the input whose values are the largest,
    `widest_rms` its root mean square.
    """

    shape: Shape
    mean: float
    deviation: float
    largest: tuple[float, ...]
    widest: str
    widest_rms: float

    @property
    def rms(self) -> float:
        """The root mean square of all inputs."""
        return hypot(self.mean, self.deviation)


@dataclass(frozen=True)
class TargetHealth:
    """What the answers should be: the lowest and highest of them, and how often each class occurs in training.

    `misled` answers of the last layer, out of `answers`, lie near its bound at the wrong end, where it is flat.
    """

    lowest: float
    highest: float
    answers: int
    misled: int
    counts: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Health:
    """How a training is at one moment. `loss` is that of the samples looked at, without a penalty, and `first_loss`
    what it was when they were first looked at, after `first_step` steps.

    `rate` is what the schedule made of `learning_rate` for the last step.
    """

    step: int
    samples: int
    train_samples: int
    loss: float
    first_step: int
    first_loss: float
    learning_rate: float
    rate: float
    inputs: InputHealth
    targets: TargetHealth
    layers: tuple[LayerHealth, ...]
    output: str
    preparation: tuple[Preparation, ...] = ()
    diverged: Divergence | None = None


def _divided(part: float, whole: float) -> float:
    if whole:
        return part / whole
    return float("inf") if part else 0.0
