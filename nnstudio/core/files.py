"""Files: read only what is an ordinary file; written whole or not at all."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident
from typing import BinaryIO

from nnstudio.core.errors import StudioError

MARK = ".nnstudio-part"
LONGEST_SHOWN = 200
_saving: set[str] = set()  # Parts that threads of this process are writing.
LONGEST_START = 40  # Of a name, in its part's; 40 characters may take 160 of the 255 bytes that a name may have.


def shown(path: str | Path) -> str:
    """A file's name as a message can show it, whatever characters it has."""
    name = str(path)
    name = name if name.isprintable() else ascii(name)[1:-1]
    return name if len(name) <= LONGEST_SHOWN else f"{name[:80]}...{name[-100:]}"


@contextmanager
def opened(path: str | Path, error: type[StudioError] = StudioError) -> Iterator[BinaryIO]:
    """An ordinary file, open for reading; what goes wrong with it becomes one sentence."""
    with _ordinary(path, error) as file:
        try:
            yield file
        except OSError as reason:
            raise _unreadable(path, reason, error) from None


def _ordinary(path: str | Path, error: type[StudioError]) -> BinaryIO:
    try:
        file = os.fdopen(_descriptor(path), "rb")
        mode = os.fstat(file.fileno()).st_mode
    except FileNotFoundError:
        raise error(f"There is no file {shown(path)}. Check its name and its folder.") from None
    except IsADirectoryError:
        raise error(f"{shown(path)} is a folder. Choose a file inside it.") from None
    except (OSError, ValueError) as reason:
        raise _unreadable(path, reason, error) from None
    if stat.S_ISREG(mode):
        return file
    file.close()
    if stat.S_ISDIR(mode):
        raise error(f"{shown(path)} is a folder. Choose a file inside it.")
    raise error(f"{shown(path)} is not an ordinary file. Choose another.")


def _unreadable(path: str | Path, reason: Exception, error: type[StudioError]) -> StudioError:
    return error(f"{shown(path)} cannot be read ({_why(reason)}). Choose a file that you may read.")


def _descriptor(path: str | Path) -> int:
    # A pipe that nobody writes to would block the opening for ever; it is recognised and refused afterwards.
    return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))


def write_atomically(path: Path, content: bytes, error: type[StudioError] = StudioError) -> None:
    """Replace a file by new content: after a crash, a full disk or a pulled plug the old file or the new one is there.

    The content goes into a file beside it, is forced to the disk, and takes the old one's place in one step. A link
    is followed, so that the file behind it changes and the link stays.
    """
    try:
        target = Path(os.path.realpath(path, strict=False))
        before = _replaceable(target, path, error)
        _clear_old_parts(target)
        part = target.with_name(f".{target.name[:LONGEST_START]}.{os.getpid()}-{get_ident()}{MARK}")
        _saving.add(part.name)
        try:
            _write_whole(part, content, before)
            os.replace(part, target)
        finally:
            # Still there only if something went wrong.
            part.unlink(missing_ok=True)
            _saving.discard(part.name)
        force_folder(target.parent)
    except (OSError, ValueError) as reason:
        raise error(
            f"{shown(path)} could not be saved ({_why(reason)}). What was there before is unchanged; "
            "free some space or choose another folder."
        ) from None


def _replaceable(target: Path, path: Path, error: type[StudioError]) -> int | None:
    """The mode of the file that will be replaced, or None if there is none yet."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise error(f"{shown(path)} is a folder. Choose a name for the file.")
    if not stat.S_ISREG(mode):
        raise error(f"{shown(path)} is not an ordinary file. Choose another name.")
    if not os.access(target, os.W_OK):
        raise error(f"{shown(path)} is write-protected. Choose another name, or allow writing to it.")
    return stat.S_IMODE(mode)


def _write_whole(part: Path, content: bytes, mode: int | None) -> None:
    # What only its owner may read must not be open to others for a moment either.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    file = os.open(part, flags, 0o666 if mode is None else 0o600)
    try:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file, mode)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
        if os.fstat(file).st_size != len(content):
            raise OSError("not all of it was written")
    finally:
        os.close(file)


def force_folder(folder: Path) -> None:
    """Make the new name last. Some systems cannot open a folder; there the name lasts without it."""
    with suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def _clear_old_parts(target: Path) -> None:
    """Remove what a killed save left; a part of a process that still lives is left alone."""
    for part in target.parent.glob(f".{_literal(target.name[:LONGEST_START])}.*{MARK}"):
        process = part.name[: -len(MARK)].rpartition(".")[2].partition("-")[0]
        if process.isdecimal() and part.name not in _saving and not _lives(int(process)):
            with suppress(OSError):
                part.unlink()


def _literal(name: str) -> str:
    return "".join(f"[{each}]" if each in "*?[" else each for each in name)


def _lives(process: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return process != os.getpid()


def _why(reason: Exception) -> str:
    return (getattr(reason, "strerror", None) or str(reason) or "unknown reason").lower()
