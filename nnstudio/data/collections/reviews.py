"""Movie reviews as the numbers of their words: read once from the published texts, then from a small file beside."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown, write_atomically
from nnstudio.data.collections.archives import AGAIN, opened_tar
from nnstudio.data.dataset import Array
from nnstudio.data.npz import opened_npz

GROUPS = ("train/neg", "train/pos", "test/neg", "test/pos")
FOLDER = "aclImdb"
ARCHIVES = ("aclImdb_v1.tar.gz", "aclImdb_v1.tar")
KEPT = "aclImdb_words.npz"
_ARRAYS = ("origin", "words", "numbers", "lengths", "counts")

MOST_WORDS = 20_000  # Of the vocabulary.
OTHER, FIRST = 1, 2  # The number of all words beyond the vocabulary, and that of its most frequent one.

# The published archive has 100,000 texts, of which half are labelled, and 0.4 GB; its longest text has 14 kB.
_MOST_MEMBERS, _MOST_BYTES, _MOST_TEXTS, _LONGEST_TEXT = 200_000, 2**30, 100_000, 2**16
_MOST_DIFFERENT = 300_000  # Words; the published texts have about half as many.
# A word: letters and digits, with apostrophes inside, as in "don't" or "1950s".
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LABELLED = re.compile(rf"(?:\./)?{FOLDER}/((?:train|test)/(?:neg|pos))/([^/]+\.txt)")
_RULE = 1  # Counts up when words are made in another way: what was kept by the old one is then made anew.


@dataclass(frozen=True, eq=False)
class Reviews:
    """All reviews, one group after another, as the numbers of their words; and the words, most frequent first."""

    words: tuple[str, ...]
    numbers: NDArray[np.uint16]
    lengths: NDArray[np.int64]
    counts: tuple[int, ...]
    """How many reviews each group has."""


def texts_in(folder: Path) -> Path | None:
    """The archive, or the folder that was unpacked from it by hand, if one is there."""
    for place in (folder / FOLDER, folder):
        if all(os.path.isdir(place / group) for group in GROUPS):
            return place
    return next((folder / name for name in ARCHIVES if os.path.isfile(folder / name)), None)


def read_reviews(folder: Path) -> Reviews:
    """The reviews in a folder; whatever takes long is kept there for the next time."""
    texts = texts_in(folder)
    if texts is None:
        raise DataError(f"{shown(folder)} does not hold {ARCHIVES[0]}. Fetch it, or put it there.")
    origin = np.array([_RULE, *_mark(texts)], np.int64)
    found = _kept(folder / KEPT, origin)
    if found is None:
        found = _counted(texts)
        _keep(folder / KEPT, origin, found)
    return found


def _mark(texts: Path) -> tuple[int, ...]:
    """What tells whether the texts are the same as before, without reading them."""
    try:
        if not os.path.isdir(texts):
            status = os.stat(texts)
            return 1, status.st_size, status.st_mtime_ns
        known = [entry.stat() for group in GROUPS for entry in _entries(texts / group)]
    except OSError as reason:
        raise DataError(f"{shown(texts)} cannot be read ({reason.strerror}). Choose another folder.") from None
    return len(known), sum(each.st_size for each in known), max((each.st_mtime_ns for each in known), default=0)


def _entries(group: Path) -> list[os.DirEntry[str]]:
    with os.scandir(group) as entries:
        found = list(islice((each for each in entries if each.name.endswith(".txt")), _MOST_TEXTS + 1))
    if len(found) > _MOST_TEXTS:
        raise DataError(f"{shown(group)} holds more than {_MOST_TEXTS:,} reviews, too many. Choose another folder.")
    return sorted(found, key=lambda each: each.name)


def _counted(texts: Path) -> Reviews:
    counting = _Counting(texts)
    for group, name, text in _texts_in_folder(texts) if os.path.isdir(texts) else _texts_in_archive(texts):
        counting.add(group, name, text)
    return counting.reviews()


def _texts_in_archive(path: Path) -> Iterator[tuple[str, str, bytes]]:
    with opened_tar(path, _MOST_MEMBERS, _MOST_BYTES) as archive:
        for member in archive:
            if match := _LABELLED.fullmatch(member.name):
                if member.size > _LONGEST_TEXT:
                    archive.refuse(f"holds '{shown(member.name)}', which is too long for a review. {AGAIN}")
                yield match[1], match[2], archive.text(member)


def _texts_in_folder(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    for group in GROUPS:
        for entry in _entries(folder / group):
            with opened(Path(entry.path), DataError) as file:
                text = file.read(_LONGEST_TEXT + 1)
            if len(text) > _LONGEST_TEXT:
                raise DataError(f"{shown(entry.path)} is too long for a review. Remove it.")
            yield group, entry.name, text


class _Counting:
    """Texts on their way to numbers: first as they come, at last by frequency."""

    def __init__(self, origin: Path) -> None:
        self._origin = origin
        self._found: list[tuple[str, str, NDArray[np.uint32]]] = []
        self._number_of: defaultdict[str, int] = defaultdict(count().__next__)

    def add(self, group: str, name: str, text: bytes) -> None:
        """Number the words of a review in the order in which they are first met."""
        words = _WORD.findall(text.decode("utf-8", "replace").lower().replace("<br />", " "))
        numbers = np.fromiter(map(self._number_of.__getitem__, words), np.uint32, len(words))
        self._found.append((group, name, numbers))
        if len(self._found) > _MOST_TEXTS or len(self._number_of) > _MOST_DIFFERENT:
            raise DataError(f"{shown(self._origin)} holds too many reviews or too many different words. {AGAIN}")

    def reviews(self) -> Reviews:
        """Numbers by frequency in the training reviews, equals in alphabetical order; reviews by group and name."""
        counts = tuple(sum(group == each for group, _, _ in self._found) for each in GROUPS)
        if empty := [group for group, number in zip(GROUPS, counts, strict=True) if not number]:
            raise DataError(f"{shown(self._origin)} holds no reviews in {', '.join(empty)}. {AGAIN}")
        self._found.sort(key=lambda found: (GROUPS.index(found[0]), found[1]))
        lengths = np.array([len(numbers) for _, _, numbers in self._found], np.int64)
        first = np.concatenate([numbers for _, _, numbers in self._found])
        self._found.clear()
        often = np.bincount(first[: lengths[: sum(counts[:2])].sum()], minlength=len(self._number_of)).tolist()
        known = sorted((-often[number], word, number) for word, number in self._number_of.items() if often[number])
        known = known[:MOST_WORDS]
        number_by_first = np.full(len(self._number_of), OTHER, np.uint16)
        number_by_first[[number for _, _, number in known]] = np.arange(FIRST, FIRST + len(known))
        return Reviews(tuple(word for _, word, _ in known), number_by_first[first], lengths, counts)


def _keep(path: Path, origin: Array, found: Reviews) -> None:
    # A link could lead anywhere; it would be followed.
    if os.path.islink(path):
        return
    words = np.frombuffer("\n".join(found.words).encode(), np.uint8)
    counts = np.array(found.counts, np.int64)
    file = BytesIO()
    arrays: dict[str, Any] = dict(zip(_ARRAYS, (origin, words, found.numbers, found.lengths, counts), strict=True))
    np.savez(file, allow_pickle=False, **arrays)
    # A folder that cannot be written to just costs the time again.
    with suppress(DataError):
        write_atomically(path, file.getvalue(), DataError)


def _kept(path: Path, origin: Array) -> Reviews | None:
    """What was kept of the same texts; None if there is nothing, or anything else."""
    try:
        with opened_npz(path) as file:
            # Kept unpacked: what promises more than the file has was not kept by us.
            if set(file.keys) != set(_ARRAYS) or sum(file.header(key).nbytes for key in _ARRAYS) > path.stat().st_size:
                return None
            made_of, encoded, numbers, lengths, counts = (file.read(key) for key in _ARRAYS)
    except (DataError, OSError):
        return None
    words = tuple(encoded.tobytes().decode("utf-8", "replace").split("\n"))
    found = Reviews(words, numbers, lengths, tuple(counts.tolist()))
    return found if np.array_equal(made_of, origin) and _fits_together(found) else None


def _fits_together(found: Reviews) -> bool:
    numbers, lengths = found.numbers, found.lengths
    if numbers.dtype.str[1:] != "u2" or lengths.dtype.str[1:] != "i8" or (numbers.ndim, lengths.ndim) != (1, 1):
        return False
    if len(found.counts) != len(GROUPS) or sum(found.counts) != len(lengths) or not len(numbers):
        return False
    if lengths.min() < 0 or lengths.sum() != len(numbers):
        return False
    return bool(numbers.min() >= OTHER and numbers.max() < FIRST + len(found.words))
