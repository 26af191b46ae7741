"""A file as text: its encoding, found or as it was said, and its lines."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import IncrementalNewlineDecoder, StringIO
from typing import BinaryIO

from nnstudio.core.errors import DataError

PIECE = 2**20
LONGEST_LINE = 2**22

_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")


@dataclass(frozen=True)
class Encoding:
    """How letters are written as bytes: what Python calls it, and what a learner does."""

    codec: str
    title: str


@dataclass(frozen=True)
class _Fault:
    line: int
    is_nul: bool


def encoding_of(file: BinaryIO, wanted: str, where: str) -> Encoding:
    """The encoding of the whole file, every byte of which was looked at."""
    file.seek(0)
    start = file.read(4)
    if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise DataError(f"{where} is written in UTF-32. Save it as UTF-8.")
    for encoding in _candidates(start, wanted):
        fault = _first_fault(file, encoding)
        if fault is None:
            return encoding
        refusal = _refused(fault, wanted, where)
        if fault.is_nul:
            break
    raise refusal


def _candidates(start: bytes, wanted: str) -> tuple[Encoding, ...]:
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    mark = " with a byte-order mark" if marked or start.startswith(codecs.BOM_UTF8) else ""
    utf_8 = Encoding("utf-8-sig", f"UTF-8{mark}")
    windows = Encoding("cp1252", "Windows-1252")
    if wanted == "utf-16" or (wanted == "auto" and marked):
        order = "utf-16" if marked else "utf-16-be" if start.startswith(b"\0") else "utf-16-le"
        return (Encoding(order, f"UTF-16{mark}"),)
    return {"auto": (utf_8, windows), "utf-8": (utf_8,), "windows-1252": (windows,)}[wanted]


def _first_fault(file: BinaryIO, encoding: Encoding) -> _Fault | None:
    line = 1
    try:
        for text in _decoded(file, encoding):
            if "\0" in text:
                return _Fault(line + text[: text.index("\0")].count("\n"), True)
            # Any bytes are letters in Windows-1252; what holds such characters is no text.
            if encoding.codec == "cp1252" and (control := _CONTROL.search(text)):
                return _Fault(line + text[: control.start()].count("\n"), False)
            line += text.count("\n")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding.codec, "ignore")
        return _Fault(line + before.replace("\r\n", "\n").replace("\r", "\n").count("\n"), False)
    return None


def _refused(fault: _Fault, wanted: str, where: str) -> DataError:
    if fault.is_nul:
        hint = "" if wanted == "utf-16" else ", or encoding=utf-16 if it is one"
        return DataError(f"Line {fault.line:,} of {where} has a NUL character: it is no text. Choose a table{hint}.")
    if wanted == "auto":
        return DataError(f"Line {fault.line:,} of {where} has bytes that are no letters. Choose a table of text.")
    return DataError(f"Line {fault.line:,} of {where} is not written in {wanted}. Leave the option encoding out.")


def _decoded(file: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The text in pieces; every line ends in a newline, whatever it ended in."""
    decoder = IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding.codec)("strict"), translate=True)
    file.seek(0)
    while piece := file.read(PIECE):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def blocks_of(file: BinaryIO, encoding: Encoding, where: str) -> Iterator[str]:
    """The text in pieces that end where a line ends."""
    rest, line = "", 1
    for text in _decoded(file, encoding):
        whole, newline, tail = text.rpartition("\n")
        if newline:
            block = rest + whole + newline
            yield block
            line += block.count("\n")
            rest = ""
        rest += tail
        if len(rest) > LONGEST_LINE:
            raise DataError(
                f"Line {line:,} of {where} has more than {LONGEST_LINE:,} characters, too many for a row. "
                "Choose a table of text."
            )
    if rest:
        yield rest


class Lines:
    """The lines of a text, one by one or all that are left of a block, and the number of the last one given."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self.number = 0
        self._blocks = blocks
        self._block: list[str] = []
        self._next = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._next == len(self._block):
            # A string file parts at newlines only; splitlines would also part at characters inside a cell.
            self._block, self._next = list(StringIO(next(self._blocks))), 0
        self._next += 1
        self.number += 1
        return self._block[self._next - 1]

    def left(self) -> list[str]:
        """The lines of this block that were not yet given, or those of the next; none at the end."""
        if self._next == len(self._block):
            self._block, self._next = list(StringIO(next(self._blocks, ""))), 0
        return self._block[self._next :]

    def skip(self, count: int) -> None:
        """Go on behind so many of the lines that are left of this block."""
        self._next += count
        self.number += count
