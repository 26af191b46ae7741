"""A table that says which picture is of which class: one column of file names, one of labels."""

import codecs
import csv
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown

FILE_COLUMNS = ("file", "filename", "file_name", "path", "image", "image_path", "picture", "name", "id", "image_id")
LABEL_COLUMNS = ("label", "labels", "class", "class_name", "category", "target", "y")
DELIMITERS = ",;\t"

_LONGEST = 32 * 2**20
_LONG_LINE = re.compile(rb"[^\r\n]{65536}")
_PIECE = 2**16
_TRIED = 50  # Rows that are looked at to find the column of file names.


@dataclass(frozen=True)
class Labels:
    """Pictures with the label of each, in the order of the table, and how the table was read."""

    paths: tuple[str, ...]
    labels: tuple[str, ...]
    note: str


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Columns(NamedTuple):
    file: int
    label: int
    header: bool


def is_inside(name: str) -> bool:
    """Whether a name, written with either slash, can only mean a file in the folder itself or below it."""
    written = name.replace("\\", "/")
    return not (written.startswith("/") or re.match(r"[A-Za-z]:", written) or ".." in written.split("/"))


def read_labels(path: str, folder: str, pictures: Sequence[str]) -> Labels:
    """The labels of pictures in a folder; whatever is wrong in the table is refused with its line."""
    known = _Names(folder, pictures)
    rows = _rows(path)
    start = list(islice(rows, _TRIED))
    if not start:
        raise DataError(f"{shown(path)} is empty. Write a file name and a label into each line.")
    columns = _columns(path, start, known)
    found: dict[str, tuple[int, str]] = {}
    # One row at a time: a long table of nonsense ends at its first line.
    for row in chain(start[columns.header :], rows):
        name = row.cells[columns.file].strip()
        picture = _picture(path, row, name, known)
        if picture in found:
            raise _refused(path, row, f"names {shown(name)} again, after line {found[picture][0]:,}. Leave one out.")
        found[picture] = (row.line, row.cells[columns.label].strip())
    labelled = {picture: label for picture, (_, label) in found.items() if label}
    return Labels(tuple(labelled), tuple(labelled.values()), _note(path, start[0], columns))


class _Names:
    """The pictures by the names that a table may have for them: from the folder on, or in short where that is clear."""

    def __init__(self, folder: str, pictures: Sequence[str]) -> None:
        self._full: dict[str, str] = {}
        self._short: dict[str, str | None] = {}
        for picture in pictures:
            name = os.path.relpath(picture, folder).replace(os.sep, "/")
            self._full[name] = picture
            ends = {name, name.partition("/")[2] or name, name.rpartition("/")[2]}
            for short in ends | {os.path.splitext(end)[0] for end in ends}:
                self._short[short] = None if short in self._short else picture

    def find(self, name: str) -> str | None:
        """The picture of that name; None if there is none, or if it could be one of several."""
        written = self._written(name)
        return self._full.get(written) or self._short.get(written)

    def is_ambiguous(self, name: str) -> bool:
        """Whether several pictures may be meant."""
        return self._short.get(self._written(name), "") is None

    def _written(self, name: str) -> str:
        return name.replace("\\", "/").removeprefix("./")


def _rows(path: str) -> Iterator[_Row]:
    """All rows that are not blank, each as long as the first."""
    content, encoding = _content(path)
    text = TextIOWrapper(BytesIO(content), encoding, newline="")
    start = next((line for line in text if line.strip()), "")
    text.seek(0)
    reader = csv.reader(text, delimiter=max(DELIMITERS, key=start.count), strict=True)
    length = 0
    try:
        for cells in reader:
            row = _Row(reader.line_num, cells)
            if not any(cell.strip() for cell in cells):
                continue
            length = length or len(cells)
            if length < 2:
                raise _refused(path, row, "has one column only. Write a file name, a comma and a label.")
            if len(cells) != length:
                raise _refused(path, row, f"has another number of columns: {len(cells)}, not {length}. Mend that line.")
            yield row
    except csv.Error:
        row = _Row(reader.line_num, [])
        raise _refused(path, row, "has a quotation mark that does not fit, or is too long. Mend it.") from None


def _content(path: str) -> tuple[bytes, str]:
    """The bytes of a text file, and their encoding."""
    with opened(Path(path), DataError) as file:
        content = file.read(_LONGEST + 1)
    if len(content) > _LONGEST or _LONG_LINE.search(content):
        raise DataError(f"{shown(path)} is too large for a table of labels, or has a line that is. Choose another.")
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ("utf-16",) if wide else ("utf-8-sig", "cp1252", "latin-1")
    encoding = next((each for each in encodings if _fits(content, each)), None)
    if encoding is None or (b"\0" in content and not wide):
        raise DataError(f"{shown(path)} is not a text. Save the table of labels as CSV.")
    return content, encoding


def _fits(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _columns(path: str, rows: Sequence[_Row], known: _Names) -> _Columns:
    """Which column has the file names, which the labels, and whether the first line is a header."""
    names = [cell.strip().lower().replace(" ", "_") for cell in rows[0].cells]
    places = range(len(names))
    hits = [sum(known.find(row.cells[place].strip()) is not None for row in rows) for place in places]
    called = next((place for place in places if names[place] in FILE_COLUMNS), 0)
    file = hits.index(max(hits)) if any(hits) else called
    labels = [place for place in places if names[place] in LABEL_COLUMNS and place != file]
    if len(labels) != 1 and len(names) > 2:
        raise _refused(
            path, rows[0], f"has {len(names)} columns, and not just one called label or class. Call one of them so."
        )
    label = labels[0] if labels else 1 - file
    cell = rows[0].cells[file].strip()
    titled = names[file] in FILE_COLUMNS or names[label] in LABEL_COLUMNS or not _like_file(cell)
    return _Columns(file, label, titled and known.find(cell) is None)


def _like_file(cell: str) -> bool:
    return bool(re.search(r"[/\\0-9]|\.\w{3,4}\Z", cell))


def _picture(path: str, row: _Row, name: str, known: _Names) -> str:
    """The picture that a line names."""
    if not name:
        raise _refused(path, row, "has no file name. Write one, or leave the line out.")
    if not is_inside(name):
        raise _refused(path, row, f"names {shown(name)}, which is outside the folder. Name only files inside it.")
    found = known.find(name)
    if found is None and known.is_ambiguous(name):
        raise _refused(path, row, f"names {shown(name)}, as several files are called. Write the whole name.")
    if found is None:
        raise _refused(path, row, f"names {shown(name)}, but there is no such picture. Correct it, or leave it out.")
    return found


def _refused(path: str, row: _Row, what: str) -> DataError:
    return DataError(f"{shown(path)}, line {row.line:,}, {what}")


def _note(path: str, first: _Row, columns: _Columns) -> str:
    if columns.header:
        file, label = (f"'{shown(first.cells[place].strip())}'" for place in (columns.file, columns.label))
        return f"In {shown(os.path.basename(path))}, the column {file} has the file names and {label} the labels."
    return (
        f"In {shown(os.path.basename(path))}, which has no header, column {columns.file + 1} has the file names and "
        f"column {columns.label + 1} the labels."
    )
