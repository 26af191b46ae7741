"""Many pictures in one array: of one size and colour, by rules that are said, without those that cannot be read."""

import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.data.idx import LIMIT
from nnstudio.data.picture_fit import Wanted
from nnstudio.data.picture_header import MOST_MEMORY, Header
from nnstudio.data.pictures import cost, decoded, has_colour, header_of, silence

LARGEST_SAME = 256  # Of the longer side, where all pictures have the same size.
LARGEST_MIXED = 64  # Where they have not.
LARGEST_CHOSEN = 1024
JUDGED = 20  # Pictures that are looked at to see whether there is colour.

TRAITS = {
    "deep": "16 bits a pixel were divided by 257, to have 8 (pictures: {:,}).",
    "alpha": "What is transparent was laid on white (pictures: {:,}).",
    "turned": "What a camera took on its side was turned upright (pictures: {:,}).",
    "frames": "Of files that may hold several pictures, such as GIF, the first was taken (files: {:,}).",
}

# Threads pay only where the decoder has much to do between two lines of Python.
_WORTH_THREADS = 200 * 200
_MOST_THREADS = 4
_AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class Stack:
    """Pictures as (samples, height, width, 1 or 3), and which of those that were asked for they are."""

    pixels: NDArray[np.uint8]
    kept: NDArray[np.intp]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture whose header has been read, and its number among all that were asked for."""

    number: int
    path: str
    header: Header


@dataclass
class _Left:
    """Pictures that cannot be read: a few are left out, too many are refused."""

    total: int
    where: str
    reasons: dict[int, str] = field(default_factory=dict)

    def check(self) -> None:
        if 2 * len(self.reasons) > self.total:
            raise DataError(self._sentence(f"pictures in {self.where} cannot be read"))

    def warnings(self) -> tuple[str, ...]:
        return (self._sentence("pictures had to be left out"),) if self.reasons else ()

    def _sentence(self, what: str) -> str:
        first = self.reasons[min(self.reasons)]
        return f"{len(self.reasons):,} of {self.total:,} {what}. The first: {first}"


def read_stack(paths: Sequence[str], size: str, fit: str, colour: str, where: str) -> Stack:
    """The pictures of these files; `size` is `auto`, a side, or height x width; `colour` as in the reader."""
    chosen = parsed_size(size)
    left = _Left(len(paths), where)
    with silence():
        seen = _seen(paths, left)
        sizes = np.array([each.header.size for each in seen])
        coloured, colour_note = _colour([each.path for each in seen if "colour" in each.header.traits], colour)
        wanted = Wanted(*(chosen or common_size(sizes)), fit, coloured)
        pixels = _room_for(len(seen), wanted)
        kept = _fill(pixels, seen, wanted, left)
    counts = Counter(trait for each in kept for trait in each.header.traits)
    told = [note.format(counts[trait]) for trait, note in TRAITS.items() if counts[trait]]
    numbers = np.array([each.number for each in kept], np.intp)
    return Stack(pixels[: len(kept)], numbers, (*_size_note(sizes, wanted), *colour_note, *told), left.warnings())


def parsed_size(text: str) -> tuple[int, int] | None:
    """Height and width as they were typed; None for `auto`."""
    if text.strip().lower() == "auto":
        return None
    found = re.fullmatch(r"\s*([0-9]{1,5})(?:\s*[x×]\s*([0-9]{1,5}))?\s*", text.lower())
    height, width = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= min(height, width) <= max(height, width) <= LARGEST_CHOSEN:
        raise DataError(
            f"The size of the pictures must be a number of pixels up to {LARGEST_CHOSEN:,}, or two such as 32x48 "
            f"(height x width), but is {ascii(text)[:40]}. Write size=32, or size=auto."
        )
    return height, width


def common_size(sizes: NDArray[np.intp]) -> tuple[int, int]:
    """The size that all have, or else the middle height and the middle width; smaller if that is large."""
    same = bool((sizes == sizes[0]).all())
    height, width = np.median(sizes, axis=0)
    scale = min(1.0, (LARGEST_SAME if same else LARGEST_MIXED) / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _seen(paths: Sequence[str], left: _Left) -> list[_Seen]:
    seen = []
    for number, path in enumerate(paths):
        try:
            header = header_of(path)
        except DataError as error:
            left.reasons[number] = str(error)
        else:
            # Where its pieces are, is looked up again: it is much to remember of so many.
            seen.append(_Seen(number, path, replace(header, pieces=())))
    left.check()
    return seen


def _colour(paths: Sequence[str], colour: str) -> tuple[bool, tuple[str, ...]]:
    """Whether the pictures are read in colour, judged by some of those that may have it."""
    if colour != "auto":
        return colour == "colour", ()
    looked_at = [paths[place] for place in np.linspace(0, len(paths) - 1, min(JUDGED, len(paths)), dtype=int)]
    if any(map(_shows_colour, looked_at)):
        return True, ("The pictures are read in colour, for some have it.",)
    seen = f": no colour was seen in the {len(looked_at)} that were looked at" if looked_at else ""
    return False, (f"The pictures are read in grey{seen}.",)


def _shows_colour(path: str) -> bool:
    try:
        return has_colour(path)
    except DataError:
        # It is counted when it is its turn to be read.
        return False


def _room_for(count: int, wanted: Wanted) -> NDArray[np.uint8]:
    shape = (count, *wanted.shape)
    size = f"{count:,} pictures of {wanted.height}×{wanted.width} pixels"
    if count * wanted.height * wanted.width * shape[-1] > LIMIT:
        raise DataError(f"{size} take more than {LIMIT / 2**30:.3g} GiB. Choose a smaller size, such as size=32.")
    try:
        return np.empty(shape, np.uint8)
    except MemoryError:
        raise DataError(f"{size} do not fit into memory. Choose a smaller size, such as size=32.") from None


def _fill(pixels: NDArray[np.uint8], seen: Sequence[_Seen], wanted: Wanted, left: _Left) -> list[_Seen]:
    """Read each picture into its place, close the gaps of those that are damaged, and return which are there."""

    def read(place: int) -> None:
        try:
            pixels[place] = decoded(seen[place].path, wanted)
        except DataError as error:
            left.reasons[seen[place].number] = str(error)

    _for_each(read, len(seen), _threads([each.header for each in seen], wanted))
    left.check()
    good = [place for place, each in enumerate(seen) if each.number not in left.reasons]
    for target, place in enumerate(good):
        if target != place:
            pixels[target] = pixels[place]
    return [seen[place] for place in good]


def _threads(headers: Sequence[Header], wanted: Wanted) -> int:
    """How many pictures are decoded at a time: as many as fit into the memory of the largest that is allowed."""
    if sum(header.height * header.width for header in headers) < _WORTH_THREADS * len(headers):
        return 1
    largest = max(cost(header, wanted) for header in headers)
    return max(1, min(_MOST_THREADS, os.cpu_count() or 1, MOST_MEMORY // largest))


def _for_each(do: Callable[[int], None], count: int, threads: int) -> None:
    def some(start: int) -> None:
        for place in range(start, min(start + _AT_ONCE, count)):
            do(place)

    starts = range(0, count, _AT_ONCE)
    if threads == 1:
        for start in starts:
            some(start)
        return
    with ThreadPoolExecutor(threads) as pool:
        # Going through the results raises what went wrong in a thread.
        for _ in pool.map(some, starts):
            pass


def _size_note(sizes: NDArray[np.intp], wanted: Wanted) -> tuple[str, ...]:
    several = np.unique(sizes, axis=0)
    several = several[np.argsort(several.prod(axis=1), kind="stable")]
    smallest, largest = (f"{height}×{width}" for height, width in (several[0], several[-1]))
    target = f"{wanted.height}×{wanted.width}"
    if len(several) == 1 and smallest == target:
        return ()
    which = f"{len(several):,} sizes, from {smallest} to {largest}," if len(several) > 1 else smallest
    return (f"Pictures of {which} were resized to {target} ({wanted.fit}, bilinear).",)
