"""One example of every preparation step, and what is needed to try it out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.preparation.balance import Balance
from nnstudio.data.preparation.base import Preparation, fitted, record
from nnstudio.data.preparation.elastic import Elastic
from nnstudio.data.preparation.fill import Fill
from nnstudio.data.preparation.flatten import Flatten
from nnstudio.data.preparation.flip import Flip
from nnstudio.data.preparation.min_max import MinMax
from nnstudio.data.preparation.noise import Noise
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.one_hot import OneHot
from nnstudio.data.preparation.rotate import Rotate
from nnstudio.data.preparation.scale import Scale
from nnstudio.data.preparation.shift import Shift
from nnstudio.data.preparation.standardise import Standardise
from nnstudio.data.preparation.target_code import TargetCode
from nnstudio.data.preparation.zoom import Zoom

Array = NDArray[Any]
IMAGE = (6, 5, 2)


@dataclass(frozen=True)
class Example:
    """A step, and the shape of samples to try it on; whether it does anything to whole numbers from 0 to 3."""

    step: Preparation
    shape: tuple[int, ...] = IMAGE
    changes: bool = True

    @property
    def kind(self) -> str:
        """The step's kind."""
        return self.step.kind

    def stored(self, samples: int) -> Array:
        """Samples as a data set might store them."""
        return np.random.default_rng(5).integers(0, 4, (samples, *self.shape)).astype(np.uint8)

    def ready(self, samples: int = 40) -> Preparation:
        """The step, with what it learns of such samples."""
        return learned(self.step, self.stored(samples))


# A new step gets a line here.
EXAMPLES = (
    Example(Balance(), changes=False),
    Example(Elastic(pixels=2.0, smoothness=1.5)),
    Example(Fill(), changes=False),
    Example(Flatten(), changes=False),
    Example(Flip(direction="both")),
    Example(MinMax()),
    Example(Noise()),
    Example(Normalise(mean=1.0)),
    Example(OneHot(), shape=(7,)),
    Example(Rotate()),
    Example(Scale()),
    Example(Shift()),
    Example(Standardise()),
    Example(TargetCode(), changes=False),
    Example(Zoom()),
)


def learned(step: Preparation, samples: Array, at_once: int = 7) -> Preparation:
    """The step with what it learns of these samples, which come a few at a time."""
    return fitted([step], lambda: pieces(samples, at_once))[0]


def pieces(samples: Array, at_once: int) -> Iterator[Array]:
    """The samples a few at a time."""
    return (samples[start : start + at_once] for start in range(0, len(samples), at_once))


def player(
    steps: Sequence[Preparation], raw: Array, dtype: Any, random: Any = None
) -> tuple[Callable[[], None], Array]:
    """A function that prepares what stands in `raw`, as often as it is called, and the array of the result."""
    tape, result = record(steps, raw, np.dtype(dtype), random)

    def play() -> None:
        with np.errstate(all="ignore"):
            for call in tape:
                call()

    return play, result


def warped(steps: Sequence[Preparation], images: Array, random: Any) -> Array:
    """The images once they are prepared for training, with these random numbers."""
    play, result = player(steps, images, images.dtype, random)
    play()
    return result


class Always:
    """Draws always the same: one number for all, or one for each sample."""

    def __init__(self, drawn: float | Array) -> None:
        self.drawn = np.asarray(drawn)

    def random(self, size: None, dtype: Any, out: Array) -> None:
        """Fill `out` with it."""
        out[...] = self.drawn.reshape(-1, *[1] * (out.ndim - 1)) if self.drawn.ndim else self.drawn


def ramps(samples: int, height: int, width: int, dtype: Any = np.float64) -> Array:
    """Images that say at each pixel where it is: its row and its column. Between pixels they are read exactly."""
    places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), -1).astype(dtype)
    return np.repeat(places[np.newaxis], samples, 0)


def noise_images(samples: int, height: int, width: int, channels: int = 1, dtype: Any = np.float64) -> Array:
    """Images without any pattern, so that every place can be told from every other."""
    return np.random.default_rng(9).random((samples, height, width, channels)).astype(dtype)
