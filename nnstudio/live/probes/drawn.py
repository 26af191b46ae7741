"""What the network says to a picture that is not in the data, such as a drawing, and why."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nnstudio.classify.stored import Stored
from nnstudio.data.preparation.base import Preparation
from nnstudio.layers.shapes import Array, Shape
from nnstudio.live.probes.activations import Activations
from nnstudio.live.probes.base import NetworkProbe

if TYPE_CHECKING:
    from nnstudio.classify.network import Network
    from nnstudio.classify.why import Reasons

DRAWN = -1  # The number of a sample that is not in the data, and of the class that nobody knows.


@dataclass(frozen=True)
class Sample:
    """A sample as the data stores it, as a value that can be compared and sent elsewhere."""

    shape: Shape
    dtype: str
    content: bytes

    @classmethod
    def of(cls, array: Array) -> "Sample":
        """The same as a value."""
        return cls(array.shape, array.dtype.str, array.tobytes())

    @property
    def array(self) -> Array:
        """The numbers. They cannot be written to."""
        found: Array = np.frombuffer(self.content, self.dtype).reshape(self.shape)
        return found


@dataclass(frozen=True)
class Expected:
    """What a network must be shown, what its answers are called, and how it prepares a sample itself."""

    stored: Stored
    class_names: tuple[str, ...]
    preparation: tuple[Preparation, ...]


@dataclass(frozen=True)
class Expects(NetworkProbe):
    """How the network's pictures are stored, from which come the stages of the way to it."""

    constant: ClassVar[bool] = True

    def ask(self, network: "Network") -> Expected | str:
        """A sentence where it reads no pictures."""
        if isinstance(network.stored, str):
            return network.stored
        return Expected(network.stored, network.class_names, network.preparation)


@dataclass(frozen=True, eq=False)
class Classification:
    """The answer to a sample.

    `activations` is what the cards show, as for a sample of the data; its `sample` and `wanted` are DRAWN. `scores`
    are the numbers before the last activation; `probabilities` one for each class, or None where numbers are predicted
    or the outputs are no probabilities.
    """

    sample: Sample
    class_names: tuple[str, ...]
    answer: int | None
    outputs: Array
    scores: Array
    probabilities: Array | None
    activations: Activations


@dataclass(frozen=True)
class Classified(NetworkProbe):
    """The network's answer to a sample."""

    sample: Sample

    period: ClassVar[float] = 0.02

    def ask(self, network: "Network") -> Classification | None:
        """None where the network reads something else by now. Copies."""
        stored = self.sample.array
        if not network.fits(stored):
            return None
        found = network.answer(stored)
        seen = Activations(DRAWN, stored, found.values, DRAWN, found.answer)
        return Classification(
            self.sample, network.class_names, found.answer, found.outputs, found.scores, found.probabilities, seen
        )


@dataclass(frozen=True)
class Why(NetworkProbe):
    """A map of what speaks for a class, by default for the network's own answer: by `occlusion` or `gradient`."""

    sample: Sample
    kind: str = "occlusion"
    of_class: int | None = None

    period: ClassVar[float] = 0.1

    def ask(self, network: "Network") -> "Reasons | None":
        """None where the network reads something else by now, or predicts numbers."""
        # Loaded here: a window that asks another process needs no engine of its own.
        from nnstudio.classify.why import MAPS

        stored = self.sample.array
        if not network.fits(stored) or not network.class_names:
            return None
        of_class: Any = network.answer(stored).answer if self.of_class is None else self.of_class
        return MAPS[self.kind](network, stored, of_class) if of_class < len(network.class_names) else None
