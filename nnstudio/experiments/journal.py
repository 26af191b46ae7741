"""A journal: every result of a sweep on the disk as soon as it is there, so that the sweep can go on after anything."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from nnstudio.core.errors import StudioError
from nnstudio.core.files import force_folder, opened, shown
from nnstudio.core.locks import Lock
from nnstudio.experiments.trials import Result

FORMAT, VERSION = "nnstudio sweep", 1
LARGEST = 1 << 28


class Journal:
    """A file of JSON lines: which sweep it belongs to, then one result a line, each forced to the disk.

    A line that a crash tore is cut off. `results` are those that were there, in their order.
    """

    def __init__(self, path: Path, sweep: str, resume: bool) -> None:
        self.path = path
        self.results: tuple[Result, ...] = ()
        if not resume and os.path.lexists(path):
            raise StudioError(
                f"{shown(path)} is there already: the journal of a sweep. Add --resume to go on with that sweep, or "
                "choose another name."
            )
        self._file: int | None = None
        self._count = 0
        try:
            self._lock = Lock.take(path.with_name(f"{path.name}.lock"))
        except OSError as error:
            raise self._closed_to_us(error) from None
        if self._lock is None:
            raise StudioError(f"Another sweep is writing {shown(path)}. Wait for it, or choose another name.")
        try:
            self._open(_encoded({"format": FORMAT, "version": VERSION, "sweep": sweep}))
        except BaseException:
            self.close()
            raise

    def append(self, result: Result) -> None:
        """Write a result; an error leaves what was written before."""
        self._write(_encoded({name: getattr(result, name) for name in NAMES}))
        self._count += 1

    def close(self) -> None:
        """Let go of the file; one without a single result is taken away."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
            if not self._count:
                with suppress(OSError):
                    self.path.unlink()
        if self._lock is not None:
            self._lock.release()

    def _open(self, header: bytes) -> None:
        content = self._content()
        end = content.rfind(b"\n") + 1
        if not content.startswith(header):
            # Torn within its first line, it never held a result.
            if not header.startswith(content):
                self._refuse(content[:end], header)
            end = 0
        self.results = tuple(self._result(line) for line in content[len(header) : end].splitlines())
        self._count = len(self.results)
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            os.ftruncate(self._file, end)
            os.lseek(self._file, end, os.SEEK_SET)
        except OSError as error:
            raise self._closed_to_us(error) from None
        if not end:
            self._write(header)
            force_folder(self.path.parent)

    def _content(self) -> bytes:
        if not os.path.lexists(self.path):
            return b""
        with opened(self.path) as file:
            return file.read(LARGEST)

    def _refuse(self, content: bytes, header: bytes) -> None:
        try:
            found = msgspec.json.decode(content.partition(b"\n")[0], type=dict[str, Any])
        except msgspec.DecodeError:
            found = {}
        if found.get("format") != FORMAT:
            raise StudioError(f"{shown(self.path)} is not the journal of a sweep. Choose another name.")
        if found.get("version") != VERSION:
            raise StudioError(f"{shown(self.path)} was written by another version of nnstudio. Choose another name.")
        raise StudioError(
            f"{shown(self.path)} belongs to another sweep: the project, its data or what is varied was another. "
            "Give the same as then, or choose another name."
        )

    def _result(self, line: bytes) -> Result:
        try:
            return msgspec.json.decode(line, type=Result)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise StudioError(f"{shown(self.path)} is damaged. Remove it to begin the sweep again.") from None

    def _write(self, line: bytes) -> None:
        assert self._file is not None
        before = os.lseek(self._file, 0, os.SEEK_CUR)
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError as error:
            # Half a line is taken back; where that fails, it is cut off when the journal is read.
            with suppress(OSError):
                os.ftruncate(self._file, before)
                os.lseek(self._file, before, os.SEEK_SET)
            raise StudioError(
                f"{shown(self.path)} could not be written ({_why(error)}). All results before are kept; free some "
                "space, and go on with --resume."
            ) from None

    def _closed_to_us(self, error: OSError) -> StudioError:
        return StudioError(
            f"{shown(self.path)} cannot be written ({_why(error)}). Choose a folder that is there and open to you."
        )


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _encoded(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"


NAMES = tuple(name for name in Result.__dataclass_fields__ if name != "kept")
