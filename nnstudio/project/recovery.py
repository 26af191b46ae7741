"""Recovery: copies of unsaved work, which the next start offers after a crash."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import time

import msgspec
from platformdirs import user_state_path

from nnstudio.core.errors import ProjectError, StudioError
from nnstudio.core.files import opened, write_atomically
from nnstudio.core.locks import Lock
from nnstudio.project.file import load_project, save_project
from nnstudio.project.project import Project

LARGEST_NOTE = 1 << 16
ASIDE = ".damaged"


class Note(msgspec.Struct, forbid_unknown_fields=True):
    """What is known of a copy: the file that the work belongs to, if it was ever saved, its title, and when."""

    path: str | None
    title: str
    seconds: float


@dataclass(frozen=True)
class Unsaved:
    """Work that a window left behind when it ended without being asked."""

    name: str
    project: Project
    path: Path | None
    title: str
    seconds: float


def recovery_home() -> Path:
    """The folder of all copies."""
    return user_state_path("nnstudio") / "recovery"


class Recovery:
    """The copy of one window's unsaved work. As long as the window lives, nobody else takes it for left behind."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or recovery_home()
        self._folder.mkdir(parents=True, exist_ok=True)
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        lock = Lock.take(self._folder / f"{self.name}.lock")
        assert lock is not None, "nobody else knows this name"
        self._lock = lock

    def announce(self, path: Path | None, title: str = "") -> None:
        """Tell other windows which file is open here."""
        note = Note(None if path is None else os.path.abspath(path), title[:200], time())
        write_atomically(self._folder / f"{self.name}.json", msgspec.json.encode(note), ProjectError)

    def keep(self, project: Project, path: Path | None) -> None:
        """Copy the work as it is now; the old copy or the new one is there, never half of one."""
        self.announce(path, project.title)
        save_project(project, self._folder / f"{self.name}.nns")

    def forget(self) -> None:
        """The work is saved, or not wanted."""
        (self._folder / f"{self.name}.nns").unlink(missing_ok=True)

    def close(self) -> None:
        """The window ends in order."""
        _remove(self._folder, self.name)
        self._lock.release()


def open_elsewhere(path: Path, but: Recovery | None = None, folder: Path | None = None) -> bool:
    """Whether another window has this file open."""
    folder = folder or recovery_home()
    wanted = os.path.abspath(path)
    for name in _names(folder):
        if (but is None or name != but.name) and (note := _note(folder, name)) and note.path == wanted:
            lock = Lock.take(folder / f"{name}.lock")
            if lock is None:
                return True
            lock.release(remove=False)
    return False


def left_behind(folder: Path | None = None) -> list[Unsaved]:
    """The work of windows that live no more, newest first. What cannot be read is set aside."""
    folder = folder or recovery_home()
    found = []
    for name in _names(folder):
        lock = Lock.take(folder / f"{name}.lock")
        if lock is None:
            continue
        unsaved = _read(folder, name)
        if unsaved is None:
            _remove(folder, name)
        else:
            found.append(unsaved)
        lock.release(remove=unsaved is None)
    return sorted(found, key=lambda each: -each.seconds)


def discard(unsaved: Unsaved, folder: Path | None = None) -> None:
    """The user has taken the work back, or does not want it."""
    folder = folder or recovery_home()
    _remove(folder, unsaved.name)
    (folder / f"{unsaved.name}.lock").unlink(missing_ok=True)


def _names(folder: Path) -> Iterator[str]:
    with suppress(OSError):
        yield from sorted(path.stem for path in folder.glob("*.lock"))


def _read(folder: Path, name: str) -> Unsaved | None:
    copy = folder / f"{name}.nns"
    if not os.path.lexists(copy):
        return None
    try:
        project = load_project(copy)
    except StudioError:
        with suppress(OSError):
            os.replace(copy, copy.with_name(copy.name + ASIDE))
        return None
    note = _note(folder, name) or Note(None, project.title, 0.0)
    return Unsaved(name, project, Path(note.path) if note.path else None, note.title, note.seconds)


def _note(folder: Path, name: str) -> Note | None:
    try:
        with opened(folder / f"{name}.json", ProjectError) as file:
            return msgspec.json.decode(file.read(LARGEST_NOTE), type=Note)
    except (StudioError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _remove(folder: Path, name: str) -> None:
    for ending in (".nns", ".json"):
        (folder / f"{name}{ending}").unlink(missing_ok=True)
