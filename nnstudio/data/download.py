"""Published files, fetched into a folder: from one mirror after another, checked, whole or not at all, resumable."""

import os
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.collections.base import Remote
from nnstudio.data.download_check import check_remote, is_right
from nnstudio.data.download_http import Answer, Caller, Refused
from nnstudio.data.download_part import Part, part_of, part_path

PATIENCE = 20.0

# A round through all mirrors that brings this share of the file is worth another: connections break.
_WORTHWHILE = 1 / 16
_STEPS = 256


@dataclass(frozen=True)
class Progress:
    """How far a file has come: the bytes that are there, of how many, and the host that sends them."""

    name: str
    done: int
    total: int
    host: str


class Cancelled(DataError):
    """The user stopped it; its text says what is kept."""


class _Stopped(Exception):
    """Unwinds what is under way once the user wants no more."""


def _ignored(progress: Progress) -> None:
    pass


def _never() -> bool:
    return False


def fetch_all(
    remotes: Iterable[Remote],
    folder: Path,
    progress: Callable[[Progress], None] = _ignored,
    cancelled: Callable[[], bool] = _never,
    context: ssl.SSLContext | None = None,
    patience: float = PATIENCE,
) -> list[Path]:
    """Fetch several files one after another; the first that cannot be had ends it, those before it stay."""
    return [fetch(remote, folder, progress, cancelled, context, patience) for remote in remotes]


def fetch(
    remote: Remote,
    folder: Path,
    progress: Callable[[Progress], None] = _ignored,
    cancelled: Callable[[], bool] = _never,
    context: ssl.SSLContext | None = None,
    patience: float = PATIENCE,
) -> Path:
    """Where the file is in the folder, after fetching it if the right one is not there.

    A wrong file of that name is replaced, but only by the right one and when all of it is there. What has come when a
    mirror breaks off, the user cancels or the computer stops is kept beside it under a hidden name, and the next call
    goes on from there. `patience` is how many seconds a mirror may send nothing; `progress` and `cancelled` are called
    in the thread of the caller, `cancelled` several times in a second, but not while a connection is being made.
    """
    check_remote(remote)

    def stop() -> None:
        if cancelled():
            raise _Stopped

    target = folder / remote.name
    try:
        if found := _found(remote, folder, stop):
            return found
        with part_of(target) as part:
            # Somebody else may have fetched it just before the part was ours.
            if found := _found(remote, folder, stop):
                return found
            caller = Caller(context or ssl.create_default_context(), patience, stop)
            return _Fetching(remote, part, caller, progress).run(folder)
    except _Stopped:
        raise _cancelled(remote, target) from None


def _found(remote: Remote, folder: Path, stop: Callable[[], None]) -> Path | None:
    """The right file if it is there, under its name or unpacked."""
    names = [remote.name]
    if remote.content and remote.name.endswith(".gz"):
        names.append(remote.name.removesuffix(".gz"))
    paths = [folder / name for name in names if os.path.isfile(folder / name)]
    return next((path for path in paths if is_right(path, remote, stop)), None)


def _cancelled(remote: Remote, target: Path) -> Cancelled:
    kept = os.path.getsize(part_path(target)) if os.path.exists(part_path(target)) else 0
    again = f"Fetch it again to go on from {_of(kept, remote)}." if kept else "Fetch it again when you like."
    return Cancelled(f"The fetching of {remote.name} was cancelled. {again}")


def _of(done: int, remote: Remote) -> str:
    return f"{done / 1e6:.1f} of {remote.size / 1e6:.1f} MB"


def _host(address: str) -> str:
    return shown(urlsplit(address).hostname or address)


class _Fetching:
    """One file on its way."""

    def __init__(self, remote: Remote, part: Part, caller: Caller, progress: Callable[[Progress], None]) -> None:
        self._remote, self._part, self._caller, self._progress = remote, part, caller, progress
        self._told = 0
        # Wrapped anew, with less effort or a name inside, the same content may take more room.
        self._most = 2 * remote.size + 2**16 if remote.content else remote.size

    def run(self, folder: Path) -> Path:
        """Ask the mirrors, round after round while that brings something, and put the file in its place."""
        # It may have been killed when all was there but not yet moved.
        if self._is_right():
            return self._part.finish()
        while True:
            before = self._part.length
            reasons = self._asked_all()
            if not reasons:
                return self._part.finish()
            if self._part.length - before < _WORTHWHILE * self._remote.size:
                raise self._failed(reasons, folder)

    def _asked_all(self) -> list[str]:
        """What is wrong with each mirror, or nothing when one had the file."""
        reasons = []
        for address in self._remote.addresses:
            try:
                self._take(address)
                return []
            except Refused as reason:
                reasons.append(f"{_host(address)} {reason}")
        return reasons

    def _take(self, address: str) -> None:
        """Complete the part from one mirror."""
        start, total = self._receive(address)
        if self._is_right():
            return self._tell(self._part.length, self._part.length, address)
        if self._part.length < total:
            raise Refused("broke off")
        self._part.cut(0)
        if not start:
            raise Refused("sent other bytes than were published")
        # Its beginning came from elsewhere or was damaged: this mirror may still be right.
        return self._take(address)

    def _receive(self, address: str) -> tuple[int, int]:
        """Write what the mirror sends; where that began, and how long it says the file is."""
        with self._caller.ask(address, self._part.length) as answer:
            self._check_length(answer)
            total = self._remote.size if answer.total is None else answer.total
            self._part.begin(answer.start)
            self._tell(answer.start, total, address)
            for block in answer.blocks(self._most):
                self._part.write(block)
                if abs(self._part.place - self._told) * _STEPS >= total:
                    self._tell(self._part.place, total, address)
        # A mirror that starts again and breaks off must not cost what others have sent.
        if answer.total is None or self._part.place >= answer.total:
            self._part.cut(self._part.place)
        return answer.start, total

    def _check_length(self, answer: Answer) -> None:
        if answer.total is None or answer.total == self._remote.size:
            return
        if not self._remote.content or answer.total > self._most:
            raise Refused(f"offers {answer.total:,} bytes instead of {self._remote.size:,}")

    def _is_right(self) -> bool:
        return self._part.length > 0 and is_right(self._part.path, self._remote, self._caller.stop)

    def _tell(self, done: int, total: int, address: str) -> None:
        self._told = done
        self._progress(Progress(self._remote.name, done, max(done, total), _host(address)))

    def _failed(self, reasons: list[str], folder: Path) -> DataError:
        kept = f" ({_of(self._part.length, self._remote)} are kept)" if self._part.length else ""
        return DataError(
            f"{self._remote.name} could not be fetched: {'; '.join(dict.fromkeys(reasons))}. "
            f"Try again later{kept}, or put the file into {shown(folder)} by hand."
        )
