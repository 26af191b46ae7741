"""The median of every input over the training samples, of a bounded number of them, so that memory stays flat."""

from collections.abc import Iterable

import numpy as np

from nnstudio.data.preparation.base import Array

SAMPLES = 10_000
NUMBERS = 4_000_000  # That all kept samples may have together: 32 MB.


def medians(batches: Iterable[Array], most: int = SAMPLES) -> Array | None:
    """Exact for up to `most` samples; of more, every second, fourth, eighth ... is looked at. 0 where no number is.

    Large samples fill the memory sooner. None where there is no sample.
    """
    kept: Array | None = None
    every, next_one = 1, 0
    for batch in batches:
        new = batch[next_one::every]
        next_one += len(new) * every - len(batch)
        kept = new.copy() if kept is None else np.concatenate((kept, new))
        while len(kept) > min(most, max(NUMBERS // kept[0].size, 1)):
            next_one += every * (len(kept) % 2)
            kept, every = kept[::2], 2 * every
    return None if kept is None else _medians(kept)


def _medians(samples: Array) -> Array:
    # What is no number is sorted to the end.
    ordered = np.sort(np.where(np.isfinite(samples), samples, np.nan), axis=0)
    counts = np.isfinite(ordered).sum(0, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(counts - 1, 0) // 2, 0)[0]
    high = np.take_along_axis(ordered, np.minimum(counts // 2, len(ordered) - 1), 0)[0]
    return np.where(counts[0] > 0, low / 2 + high / 2, 0.0)
