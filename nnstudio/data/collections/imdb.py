"""IMDB reviews: 50,000 movie reviews, praise or not, as words in a bag or as a sequence of words."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.fields import choice, whole
from nnstudio.core.files import shown
from nnstudio.data.collections.base import Collection, Remote
from nnstudio.data.collections.reviews import ARCHIVES, FIRST, MOST_WORDS, OTHER, Reviews, read_reviews, texts_in
from nnstudio.data.dataset import DataSet

LONGEST = 2000
AT_ONCE = 2048  # Reviews that are put into their bags together.


@dataclass(frozen=True)
class Imdb(Collection):
    """50,000 movie reviews, half of them positive."""

    words: int = whole(1000, 1, MOST_WORDS, "How many words are known: the most frequent ones")
    form: str = choice("bag", ("bag", "sequence"), "bag: which words a review has; sequence: its words in their order")
    length: int = whole(200, 1, LONGEST, "How many words a sequence has: the last ones of a review")

    kind = "imdb"
    title = "IMDB reviews"
    about = "50,000 movie reviews, positive or negative, as the words in them or as sequences of words."
    source = (
        "A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng, C. Potts: Learning word vectors for sentiment "
        "analysis. https://ai.stanford.edu/~amaas/data/sentiment/. No licence is stated."
    )
    samples = (25_000, 25_000)
    class_names = ("negative", "positive")
    files = (
        Remote(
            ARCHIVES[0],
            (
                "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
                "https://dataset.bj.bcebos.com/imdb%2FaclImdb_v1.tar.gz",
            ),
            84_125_825,
            "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
        ),
    )

    @classmethod
    def missing(cls, folder: Path) -> tuple[Remote, ...]:
        """The archive, unless it is there, packed or not."""
        return () if texts_in(folder) else cls.files

    def open(self, folder: Path) -> DataSet:
        """The labelled reviews, negative ones first, to train and to test as published."""
        reviews = read_reviews(folder)
        known = reviews.words[: self.words]
        try:
            inputs = _bags(reviews, len(known)) if self.form == "bag" else _sequences(reviews, len(known), self.length)
        except MemoryError:
            raise DataError(f"{shown(folder)} does not fit into memory. Choose fewer words.") from None
        targets = np.repeat(np.array([0, 1, 0, 1]), reviews.counts)
        names = known if self.form == "bag" else ()
        return self.divided(inputs, targets, sum(reviews.counts[:2]), self._notes(len(known)), names)

    def _notes(self, known: int) -> tuple[str, str]:
        split = "A word is a run of letters and digits in lower case, apostrophes inside included; <br /> is left out."
        if self.form == "bag":
            return split, f"An input is 1 where its word is in the review: the {known:,} most frequent in training."
        return split, (
            f"A review is the numbers of its last {self.length:,} words: {FIRST} is the most frequent of {known:,} "
            f"words, {OTHER} any other word, and 0 fills up the front."
        )


def _bags(reviews: Reviews, known: int) -> NDArray[np.uint8]:
    """Whether each review has each known word: 1 or 0."""
    bags = np.zeros((len(reviews.lengths), known), np.uint8)
    ends = np.cumsum(reviews.lengths)
    for start in range(0, len(bags), AT_ONCE):
        lengths = reviews.lengths[start : start + AT_ONCE]
        numbers = reviews.numbers[ends[start] - lengths[0] : ends[start] - lengths[0] + lengths.sum()]
        owners = np.repeat(np.arange(start, start + len(lengths)), lengths)
        here = (numbers >= FIRST) & (numbers < FIRST + known)
        bags[owners[here], numbers[here] - FIRST] = 1
    return bags


def _sequences(reviews: Reviews, known: int, length: int) -> NDArray[np.uint16]:
    """The numbers of the last words of each review, behind as many zeros as are wanting."""
    sequences = np.zeros((len(reviews.lengths), length), np.uint16)
    numbers = np.where(reviews.numbers < FIRST + known, reviews.numbers, np.uint16(OTHER))
    end = 0
    for row, words in zip(sequences, reviews.lengths.tolist(), strict=True):
        end += words
        kept = min(words, length)
        row[length - kept :] = numbers[end - kept : end]
    return sequences
