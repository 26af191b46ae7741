"""Which columns of a table are inputs and which are targets."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.options import nearest
from nnstudio.data.table.cells import is_missing, listed, quoted

TARGET_NAMES = frozenset(
    {"label", "labels", "class", "classes", "target", "targets", "y", "species", "outcome", "diagnosis", "klasse"}
)
SHOWN = 20
COMPARED = 1000  # Names, in search of one like a wrong one.

Places = dict[int, None]  # Each once, in order, and quickly found among thousands.


@dataclass(frozen=True)
class Choices:
    """What a user said about the columns: names or numbers from 1, joined by +; empty where nothing was said."""

    target: str = ""
    columns: str = ""
    leave_out: str = ""
    categories: str = ""


@dataclass(frozen=True)
class Roles:
    """The columns by what they are for."""

    names: tuple[str, ...]
    inputs: tuple[int, ...]
    targets: tuple[int, ...]
    categories: frozenset[int]
    """Columns whose numbers are to be taken as names."""
    notes: tuple[str, ...]
    chosen: bool
    """Whether the inputs were named by the user."""


def names_of(header: Sequence[str] | None, width: int, where: str) -> tuple[str, ...]:
    """A name for each column: that in the header, or its number."""
    if header is None:
        return tuple(f"column {number}" for number in range(1, width + 1))
    names = tuple(shown(cell.strip()) or f"unnamed {number}" for number, cell in enumerate(header, 1))
    places: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if name in places:
            raise DataError(
                f"Columns {places[name]:,} and {number:,} of {where} are both called {quoted(name)}. Rename one, or "
                "choose header=no if the first line does not name the columns."
            )
        places[name] = number
    return names


def roles_of(names: tuple[str, ...], rows: Sequence[Sequence[str]], choices: Choices, where: str) -> Roles:
    """The columns by what they are for: as was said, and else as their names and first rows suggest."""
    targets, columns, left_out, categories = (
        _places(text, names, where)
        for text in (choices.target, choices.columns, choices.leave_out, choices.categories)
    )
    there = [place for place in range(len(names)) if place not in left_out]
    for place in targets:
        _check_target(quoted(names[place]), place in left_out, place in categories)
    notes: tuple[str, ...] = ()
    if not targets:
        others = [place for place in there if place not in columns] or there
        targets, notes = _usual_target(others, names, rows)
    inputs = tuple(place for place in columns or there if place not in left_out and place not in targets)
    if not inputs:
        raise DataError(f"No column of {where} is left for the inputs. Leave fewer out, or choose fewer as targets.")
    return Roles(names, inputs, tuple(targets), frozenset(categories).difference(targets), notes, bool(columns))


def _check_target(name: str, is_left_out: bool, is_category: bool) -> None:
    if is_left_out:
        raise DataError(f"The target {name} is left out. Choose another target, or leave it in.")
    if is_category:
        raise DataError(f"The target {name} is no input, so not among their categories. Choose task=classes instead.")


def _usual_target(
    there: list[int], names: tuple[str, ...], rows: Sequence[Sequence[str]]
) -> tuple[Places, tuple[str, ...]]:
    if not there:
        return {}, ()
    named = [place for place in there if names[place].lower() in TARGET_NAMES]
    # A delimiter at the end of every line makes a last column that holds nothing.
    filled = [place for place in there if not _empty(place, rows)] or there
    if len(named) == 1:
        place, why = named[0], "as its name says"
    elif _unchanging(filled[-1], rows) and not _unchanging(there[0], rows):
        # Tables of pixels without a header begin with the label, and end with a corner that is always black.
        place, why = there[0], "the first column, since the last seems never to change"
    else:
        place, why = filled[-1], "the last column"
    note = f"The target is {quoted(names[place])}, {why}; choose another with target=NAME or its number."
    return {place: None}, (note,)


def _cells(place: int, rows: Sequence[Sequence[str]]) -> list[str]:
    return [row[place] for row in rows if place < len(row)]


def _empty(place: int, rows: Sequence[Sequence[str]]) -> bool:
    cells = _cells(place, rows)
    return bool(cells) and all(map(is_missing, cells))


def _unchanging(place: int, rows: Sequence[Sequence[str]]) -> bool:
    return len(rows) > 1 and len(set(_cells(place, rows))) == 1


def _places(text: str, names: tuple[str, ...], where: str) -> Places:
    if not text.strip():
        return {}
    exact = {name: place for place, name in enumerate(names)}
    # The whole first: a name may have a + in it.
    words = [text.strip()] if text.strip() in exact else [word.strip() for word in text.split("+")]
    alike: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        alike.setdefault(name.lower(), []).append(place)
    found: Places = {}
    for word in words:
        others = alike.get(word.lower(), [])
        # A number may also be a name, which goes before.
        inexact = others[0] if len(others) == 1 else _by_number(word, len(names))
        chosen = exact.get(word, inexact)
        if chosen is None:
            raise DataError(
                f"{where} has no column {quoted(word)}.{nearest(word, names[:COMPARED])} "
                f"Its columns are: {listed(names, SHOWN)}."
            )
        found[chosen] = None
    return found


def _by_number(word: str, width: int) -> int | None:
    if word.isascii() and word.isdecimal() and len(word) < 9 and 1 <= int(word) <= width:
        return int(word) - 1
    return None
