"""One at a time: a file that only one process and thread may add to, and that is free again when its process dies."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from nnstudio.core.errors import DataError

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows has other means.
    HAS_FLOCK = False
else:
    HAS_FLOCK = True

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
# A link laid in the way is not followed, and a pipe not waited for.
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def alone(path: Path, name: str) -> AbstractContextManager[None]:
    """While inside, the file at `path`, made if need be, is ours; if it is another's, `name` is being fetched."""
    return locked(path, name) if HAS_FLOCK else marked(path, name)


@contextmanager
def locked(path: Path, name: str) -> Iterator[None]:
    """Ours by a lock on the file itself, which vanishes with the process."""
    while True:
        descriptor = os.open(path, _FLAGS | _CAREFUL, 0o666)
        try:
            _lock(descriptor, name)
            # The one who had it before may have moved it to its place since it was opened.
            if _is_at(descriptor, path):
                yield
                return
        finally:
            os.close(descriptor)


@contextmanager
def marked(path: Path, name: str) -> Iterator[None]:
    """Ours by another file beside it, which Windows removes when the process ends, however it ends."""
    mark = path.with_name(f"{path.name}-lock")
    try:
        descriptor = os.open(mark, _FLAGS | os.O_EXCL | getattr(os, "O_TEMPORARY", 0), 0o666)
    except FileExistsError:
        raise _busy(name) from None
    try:
        path.touch()
        yield
    finally:
        os.close(descriptor)
        with suppress(OSError):
            mark.unlink()


def _lock(descriptor: int, name: str) -> None:
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise _busy(name) from None
    except OSError:
        # Some network folders have no locks. The checksum still guards what is fetched.
        pass


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def _busy(name: str) -> DataError:
    return DataError(f"{name} is being fetched already, by another window or command. Wait until it is done.")
