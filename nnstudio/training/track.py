"""A track: one figure of every batch, each known singly for a million batches, in ever coarser buckets before that."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]

KEPT = 1 << 20  # So many of the latest batches, or more, are known singly.
CHUNK = 1 << 18  # So many are folded at a time: seldom, and in a few milliseconds.
BUCKETS = 1 << 16
FILED = 1 << 16  # So many of the latest batches, or more, are known singly in a file, so that it stays small.
BLOCK = 64  # Batches of the smallest bucket.
PIECE = 1 << 10


class Buckets(NamedTuple):
    """The least, the greatest and the mean figure of batches in a row, the same number of batches for each bucket."""

    low: Figures
    high: Figures
    mean: Figures

    @classmethod
    def none(cls) -> "Buckets":
        """No bucket at all."""
        return cls(np.empty(0), np.empty(0), np.empty(0))

    @classmethod
    def of(cls, figures: Figures, size: int) -> "Buckets":
        """So many figures to a bucket."""
        rows = figures.reshape(-1, size)
        # Divided first: the sum of great losses may be beyond all numbers, their mean is not.
        return cls(rows.min(axis=1), rows.max(axis=1), np.add.reduce(rows * (1 / size), axis=1))

    def part(self, first: int | None, last: int | None) -> "Buckets":
        """Some buckets in a row."""
        return Buckets(*(column[first:last] for column in self))

    def before(self, other: "Buckets") -> "Buckets":
        """These, and others behind them."""
        return Buckets(*(np.concatenate(columns) for columns in zip(self, other, strict=True)))

    def merged(self, count: int) -> "Buckets":
        """So many neighbours in one, a power of two: by halves, so that it does not matter on how many occasions."""
        low, high, mean = self
        while count > 1:
            low, high = np.minimum(low[::2], low[1::2]), np.maximum(high[::2], high[1::2])
            mean, count = mean[::2] / 2 + mean[1::2] / 2, count // 2
        return Buckets(low, high, mean)


class Envelope(NamedTuple):
    """What a curve is drawn from: for each bucket its middle, its least and greatest figure, and their mean."""

    positions: Figures
    low: Figures
    high: Figures
    mean: Figures


class Track(Sequence[float]):
    """Grows by `append`, that of a bare array: call `thin` now and then, at least whenever CHUNK batches more are in.

    What is known depends on the number of batches alone, unless it was in a file between. A batch that was folded is
    read as the mean of its bucket.
    """

    append: Callable[[float], None]

    def __init__(self, figures: Figures | Sequence[float] = ()) -> None:
        self._single = array("d")
        self._folded, self._size = Buckets.none(), BLOCK
        self._blocks = Buckets.none()  # Of what is known singly, as far as they were asked for.
        self.append = self._single.append
        self.extend(np.asarray(figures, np.float64))

    def __len__(self) -> int:
        return self.first_single + len(self._single)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self.since(0)[index].tolist()
        place = range(len(self))[index] - self.first_single
        return self._single[place] if place >= 0 else float(self._folded.mean[place // self._size])

    def __iter__(self) -> Iterator[float]:
        return iter(self.since(0).tolist())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self.since(0).astype(dtype or np.float64, copy=False)

    def __eq__(self, other: object) -> bool:
        mine, others = self.arrays(), other.arrays() if isinstance(other, Track) else {}
        return mine.keys() == others.keys() and all(np.array_equal(mine[name], others[name]) for name in mine)

    __hash__ = None  # type: ignore[assignment]

    @property
    def first_single(self) -> int:
        """The first batch that is known singly; the very first is 0."""
        return len(self._folded.low) * self._size

    def extend(self, figures: Figures) -> None:
        """Many at once, folded when they would have been one by one."""
        done = 0
        while done < len(figures):
            room = CHUNK - len(self) % CHUNK
            self._single.frombytes(np.ascontiguousarray(figures[done : done + room], np.float64).tobytes())
            done += room
            self.thin()

    def thin(self) -> None:
        """Fold the older batches where there are many, at whole chunks. Nearly free where there are not."""
        if len(self._single) >= KEPT + CHUNK and not len(self) % CHUNK:
            self._fold(len(self) - KEPT)

    def filed(self) -> "Track":
        """The same as a file keeps it, with fewer batches known singly."""
        if len(self._single) < 2 * FILED:
            return self
        self._fill_blocks()
        made = self.until(len(self))
        made._fold(len(made) - FILED)
        return made

    def _fold(self, foldable: int) -> None:
        """Put so many of the oldest batches, or some less, into buckets."""
        size = self._size
        while foldable > size * BUCKETS:
            size *= 2
        # As many as fill whole buckets of the new size.
        fresh = foldable // size * size - self.first_single
        self._fill_blocks()
        folded = self._blocks.part(0, fresh // BLOCK).merged(self._size // BLOCK)
        self._folded = self._folded.before(folded).merged(size // self._size)
        self._size, self._blocks = size, self._blocks.part(fresh // BLOCK, None)
        del self._single[:fresh]

    def since(self, first: int) -> Figures:
        """Every batch from that one on, the very first being 0. A copy."""
        fresh = self._copy(max(first - self.first_single, 0), None)
        if first >= self.first_single:
            return fresh
        return np.concatenate((self._folded.mean.repeat(self._size)[first:], fresh))

    def raw(self) -> tuple[int, Figures]:
        """The first batch that is known singly, and all from there on. A copy."""
        return self.first_single, self.since(self.first_single)

    def until(self, count: int) -> "Track":
        """A track of the first so many batches alone."""
        made = Track()
        made._single.extend(self._single[: max(count - self.first_single, 0)])
        made._folded, made._size, made._blocks = self._folded, self._size, self._blocks
        made.cut(count)
        return made

    def cut(self, count: int) -> None:
        """Forget all but the first so many batches. Of those in a bucket that is cut through, the mean is left."""
        if count >= self.first_single:
            del self._single[count - self.first_single :]
            self._blocks = self._blocks.part(0, len(self._single) // BLOCK)
            return
        whole, rest = divmod(count, self._size)
        self._single[:] = array("d", self._folded.mean[whole : whole + 1].repeat(rest).tolist())
        self._folded, self._blocks = self._folded.part(0, whole), Buckets.none()
        self._size = self._size if whole else BLOCK

    def envelope(self, first: int = 0, last: int | None = None, most: int = 2000) -> Envelope:
        """At most so many buckets over the batches from `first` to before `last`; every batch, where they are few.

        Buckets begin at multiples of their size, so that a curve stands still while it grows; the outer ones may
        reach beyond what was asked for. Least and greatest figures are exact.
        """
        last = min(len(self) if last is None else last, len(self))
        first = min(max(first, 0), last)
        width = 1
        while last // width - first // width + 2 > max(most, 4):
            width *= 2
        starts, sizes, buckets = self._between(first // width * width, -(-last // width) * width, width)
        return _gathered(starts, sizes, buckets, width)

    def arrays(self) -> dict[str, Figures]:
        """All of it: under no name what is known singly, and the buckets, if there are any. Copies."""
        folded = {name: column.copy() for name, column in self._folded._asdict().items()}
        return {"": self.since(self.first_single), **(folded if len(self._folded.low) else {})}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], count: int) -> Self:
        """The inverse, for so many batches; ValueError for what cannot be."""
        made = cls()
        single, *parts = (_column(arrays.get(name, np.empty(0))) for name in ("", *Buckets._fields))
        made._single.frombytes(single.tobytes())
        folded, buckets = count - len(single), len(parts[0])
        if any(len(part) != buckets for part in parts) or (parts[0] > parts[1]).any():
            raise ValueError("the buckets of a track do not fit together")
        if folded or buckets:
            made._folded, made._size = Buckets(*parts), _size_of(folded, buckets)
        return made

    def _fill_blocks(self) -> None:
        """Know every whole block of what is known singly."""
        whole = len(self._single) // BLOCK
        while (done := len(self._blocks.low)) < whole:
            # Piece by piece, so that what is made on the way stays in the cache.
            end = min(whole, done + PIECE)
            self._blocks = self._blocks.before(Buckets.of(self._copy(done * BLOCK, end * BLOCK), BLOCK))

    def _copy(self, first: int, last: int | None) -> Figures:
        """Some of what is known singly. A copy: an array that somebody looks into cannot grow."""
        return np.frombuffer(self._single)[first:last].copy()

    def _between(self, first: int, last: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Buckets]:
        """Where buckets of at most that width begin, how many batches each has, and the buckets; or the narrowest."""
        pieces = [(0, self._size, self._folded)]
        end = self.first_single
        if width >= BLOCK:
            self._fill_blocks()
            pieces.append((end, BLOCK, self._blocks))
            end += len(self._blocks.low) * BLOCK
        begin = max(first - end, 0)
        single = self._copy(begin + end - self.first_single, max(last - self.first_single, 0))
        pieces.append((end + begin, 1, Buckets(single, single, single)))
        starts, sizes, found = [], [], Buckets.none()
        for begin, size, buckets in pieces:
            low, high = max(first - begin, 0) // size, -(-max(last - begin, 0) // size)
            part = buckets.part(low, high)
            starts.append(begin + size * (low + np.arange(len(part.low))))
            sizes.append(np.full(len(part.low), size))
            found = found.before(part)
        return np.concatenate(starts), np.concatenate(sizes), found


def _gathered(starts: NDArray[np.int64], sizes: NDArray[np.int64], buckets: Buckets, width: int) -> Envelope:
    """Neighbours that begin within the same multiple of a width, in one."""
    groups = np.flatnonzero(np.diff(starts // width, prepend=-1))
    if len(groups) < len(starts):
        members = np.add.reduceat(sizes, groups)
        mean = np.add.reduceat(buckets.mean * sizes, groups) / members
        low, high = np.minimum.reduceat(buckets.low, groups), np.maximum.reduceat(buckets.high, groups)
        starts, sizes, buckets = starts[groups], members, Buckets(low, high, mean)
    return Envelope(starts + (sizes - 1) / 2, *buckets)


def _column(array: NDArray[Any]) -> Figures:
    column = np.ascontiguousarray(array, np.float64)
    if column.ndim != 1 or not np.isfinite(column).all():
        raise ValueError("a track is a row of finite numbers")
    return column


def _size_of(folded: int, buckets: int) -> int:
    """How many batches each bucket holds: a power of two."""
    size, rest = divmod(folded, max(buckets, 1))
    if rest or size < BLOCK or size & (size - 1) or buckets > BUCKETS:
        raise ValueError("the buckets of a track hold no number of batches that could be")
    return size
