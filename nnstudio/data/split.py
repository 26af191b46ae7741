"""Dividing a data set into training, validation and test samples."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError, FieldError
from nnstudio.core.fields import Configured, real, whole
from nnstudio.data.dataset import PARTS, DataSet

FEWEST = 10
MOST = 0.95  # Of the samples that may be kept back.


@dataclass(frozen=True)
class Shares(Configured):
    """How much of a data set is kept back from training: a share below 1, or a number of samples."""

    validation: float = real(0.16, 0.0, 1e9, "Tells during training how well it goes: a share, or how many samples")
    test: float = real(0.2, 0.0, 1e9, "What is only looked at in the end: a share, or how many samples")
    seed: int = whole(0, 0, 2**63 - 1, "The same seed gives the same division")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("validation", "test"):
            if getattr(self, name) > 1 and getattr(self, name) % 1:
                raise FieldError(f"{self.title}: {name} must be a share below 1 or a whole number of samples")

    def counts(self, samples: int) -> tuple[int, int, int]:
        """How many samples train, validate and test; the training always keeps at least one."""
        wanted = [self._share(each, samples) for each in (self.validation, self.test)]
        if sum(wanted) > MOST + 1e-9:
            raise DataError(
                f"Validation and test together take more than 95 % of the {samples:,} samples. Make one smaller."
            )
        test = min(round(samples * wanted[1]), samples - 1)
        validation = min(round(samples * wanted[0]), samples - test - 1)
        return samples - validation - test, validation, test

    def _share(self, part: float, samples: int) -> float:
        return part if part < 1 else part / samples


def split(data: DataSet, shares: Shares | None = None) -> DataSet:
    """The same samples, each in exactly one part, every class in every part as often as its share asks.

    The same seed gives the same parts. Fewer than 10 samples (a truth table) are not divided: all of them train,
    and validation and test fall back to the training samples.
    """
    if len(data.inputs) < FEWEST:
        return undivided(data)
    shares = shares or Shares()
    train, validation, _ = shares.counts(len(data.inputs))
    # A stream of its own: with the bare seed it would repeat the numbers that made the samples.
    order = _order(_classes(data), np.random.default_rng((shares.seed, 1)))
    cuts = np.split(order, [train, train + validation])
    return replace(data, parts={name: np.sort(part) for name, part in zip(PARTS, cuts, strict=True)})


def keep_back(data: DataSet, shares: Shares) -> DataSet:
    """The official parts, but with some training samples kept back for validation, every class by its share."""
    train = data.part("train")
    learn, validation, _ = replace(shares, test=0.0).counts(len(train))
    order = train[_order(_classes(data)[train], np.random.default_rng((shares.seed, 1)))]
    kept = {"train": np.sort(order[:learn]), "validation": np.sort(order[learn : learn + validation])}
    return replace(data, parts={**data.parts, **kept})


def undivided(data: DataSet) -> DataSet:
    """All samples train, and validation and test look at the same ones; a note says so."""
    everything = np.arange(len(data.inputs), dtype=np.intp)
    note = f"All {len(everything):,} samples are used for training; validation and test look at the same ones."
    return replace(data, parts=dict.fromkeys(PARTS, everything), notes=(*data.notes, note))


def _classes(data: DataSet) -> NDArray[np.intp]:
    if not data.classifies:
        return np.zeros(len(data.inputs), np.intp)
    return np.unique(data.targets, return_inverse=True)[1]


def _order(classes: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """All samples in random order, but so that each class is spread evenly and any stretch has its share of it."""
    shuffled = rng.permutation(len(classes))
    grouped = shuffled[np.argsort(classes[shuffled], kind="stable")]
    sizes = np.bincount(classes)
    rank = np.arange(len(classes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    # The first of each class comes before all else, or a class of one sample might be missing from training.
    place = np.where(rank > 0, (rank + 0.5) / np.repeat(sizes, sizes), 0)
    # Random among equals, or the first class would always come first.
    return grouped[np.lexsort((rng.random(len(place)), place))]
