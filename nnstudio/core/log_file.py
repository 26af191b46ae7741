"""The file that a log is written into: small, of one program alone, and with what the program before left behind."""

import faulthandler
import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from nnstudio.core.locks import Lock

LARGEST = 1_000_000  # Bytes; of the file and of the one before it.
NAMES = "nnstudio", "nnstudio-2", "nnstudio-3", "nnstudio-4"  # Programs that run at once have a file each.
LONGEST_FAULT = 20_000  # Bytes.
NO_TRACE = "It left no trace: it was killed, or the computer went off."


class RollingFile:
    """A file that begins anew when it is full; what was in it before lies beside it. What cannot be written is lost."""

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self.path, self.before = path, path.with_suffix(f".1{path.suffix}")
        self._largest = largest
        self._file: int | None = None
        self._size = 0

    def write(self, text: str) -> bool:
        """Add a line; whether it could be done."""
        data = f"{text}\n".encode("utf-8", "backslashreplace")
        try:
            if self._file is not None and self._size + len(data) > self._largest:
                self.close()
            file = self._open(len(data)) if self._file is None else self._file
            self._size += len(data)
            return os.write(file, data) == len(data)
        except OSError:
            # The next line tries again: a full disk may have room by then.
            self.close()
            return False

    def close(self) -> None:
        """Let go of the file."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _open(self, more: int) -> int:
        if self.path.exists() and self.path.stat().st_size + more > self._largest:
            self.path.replace(self.before)
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        self._size = os.fstat(self._file).st_size
        return self._file


class Seat:
    """A program's own place in the folder: a file for its log, and one in which a fault leaves its trace."""

    def __init__(self, lock: Lock) -> None:
        self.file = RollingFile(lock.path.with_suffix(".log"))
        self._lock, self._trace = lock, lock.path.with_suffix(".fault")
        self._faults: int | None = None

    @classmethod
    def take(cls, folder: Path) -> tuple[Self | None, str]:
        """The first seat that is free, if any is; and what programs that ended in the middle of something left."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        seat, left = None, []
        for name in NAMES:
            lock = Lock.take(folder / f"{name}.lock")
            if lock is None:
                continue
            left.append(_taken(lock.path.with_suffix(".fault")))
            if seat is None:
                seat = cls(lock)
            else:
                lock.release()
        return seat, "\n".join(filter(None, left))

    def watch(self) -> None:
        """Let a crash of the interpreter write where each thread was, as nobody else can then."""
        self._faults = os.open(self._trace, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        faulthandler.enable(self._faults)

    def leave(self) -> None:
        """The program ends in order: nothing happened that the next one must know."""
        self.file.close()
        if self._faults is not None:
            faulthandler.disable()
            os.close(self._faults)
        with suppress(OSError):
            self._trace.unlink(missing_ok=True)
            self._lock.release()


def _taken(trace: Path) -> str:
    """What is in a trace, which is taken away; empty where there is none."""
    try:
        with trace.open("rb") as file:
            found = file.read(LONGEST_FAULT).decode("utf-8", "replace").strip()
        trace.unlink()
    except OSError:
        return ""
    return found or NO_TRACE
