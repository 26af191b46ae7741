"""What other packages add through entry points, loaded one by one; what fails is named and left out."""

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import Distribution, EntryPoint, distributions
from io import StringIO
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any, TypeVar

from platformdirs import user_data_path

INTERFACE = 1  # Of what plugins are made against; grows when one that was made before would not work any more.
DECLARED = "NNSTUDIO_INTERFACE"  # The name under which a package says which one it was made for.
GROUPS = "nnstudio."
LONGEST_REASON = 300
OURS = "nnstudio"
T = TypeVar("T")


@dataclass(frozen=True)
class Point:
    """One thing that a package adds, as its metadata says; nothing of it is loaded yet."""

    plugin: str
    """The package's name, as it is installed."""
    version: str
    group: str
    name: str
    value: str
    """Where it is found: `module:name`."""

    @property
    def package(self) -> str:
        """The package that is imported."""
        return self.value.partition(":")[0].partition(".")[0].strip()


@dataclass(frozen=True)
class Failure:
    """Something that a plugin wanted to add, and why it is left out."""

    point: Point
    reason: str
    report: str = ""
    """The traceback, for whoever made the plugin."""

    @property
    def sentence(self) -> str:
        """For the user."""
        return f"“{self.point.name}” of the plugin {self.point.plugin} is left out: {self.reason}"


class Unfit(Exception):
    """What a plugin adds is not what it should be; says what to change."""


_failures: dict[Point, Failure] = {}
seconds: dict[Point, float] = {}
"""How long it took to load each of them."""
def failures() -> tuple[Failure, ...]:
    """What failed so far; what nobody asked for was not tried yet."""
    return tuple(_failures.values())


def plugin_folder() -> Path:
    """Where plugins can be put for a program that has no Python of its own: `pip install --target FOLDER NAME`."""
    return user_data_path("nnstudio") / "plugins"


def add_folder() -> None:
    """Let what lies in that folder be found. It comes last, so that it cannot stand in for anything of ours."""
    folder = plugin_folder()
    # Unlike the path's own method, this one answers where nothing may be read, too.
    if str(folder) not in sys.path and os.path.isdir(folder):
        sys.path.append(str(folder))


def points(group: str = "") -> tuple[Point, ...]:
    """What is installed for a group, or for all of them."""
    add_folder()
    return tuple(point for point in _points(tuple(sys.path)) if group in ("", point.group))


def plugin_of(module: str) -> str | None:
    """The name of the plugin that a module belongs to; None for ours and everybody else's."""
    package = module.partition(".")[0]
    if package == OURS:
        return None
    return next((point.plugin for point in points() if point.package == package), None)


def to_blame(error: BaseException) -> str | None:
    """The plugin in whose code, or in whose object, something went wrong, as its traceback shows."""
    modules = (module for frame, _ in traceback.walk_tb(error.__traceback__) for module in _modules_of(frame))
    return next((name for module in reversed(list(modules)) if (name := plugin_of(module))), None)


def _modules_of(frame: FrameType) -> tuple[str, str]:
    """Where a call's code stands, and where the class is made whose method it is."""
    return str(frame.f_globals.get("__name__")), type(frame.f_locals.get("self")).__module__


def blame(error: BaseException) -> str | None:
    """A sentence for something that went wrong in the code of a plugin; None where that was not so."""
    plugin = to_blame(error)
    if plugin is None:
        return None
    return f"The plugin {plugin} failed ({type(error).__name__}: {_words(error)}). Tell its makers, or do without it."


def load(point: Point, fit: Callable[[Any], object]) -> Any:
    """What an entry point names, or None where it fails; `fit` raises for what is not as it should be."""
    begun = perf_counter()
    try:
        # What is printed must not come between the lines of a job that prints JSON.
        with redirect_stdout(sys.stderr or StringIO()):
            _check_interface(import_module(point.package))
            found = EntryPoint(point.name, point.value, point.group).load()
            fit(found)
    except KeyboardInterrupt:
        raise
    # A plugin may fail in any way, even by ending the program; it is named and left out, the rest goes on.
    except BaseException as error:
        fail(point, error)
        return None
    seconds[point] = perf_counter() - begun
    return found


def spared(owner: type, ask: Callable[[], T], instead: T) -> T:
    """What something answers that is asked among others; where it is a plugin's and fails, what is taken instead, so
    that the others are heard. The failure is noted."""
    try:
        return ask()
    except Exception as bug:
        made_here = [point for point in points() if point.package == owner.__module__.partition(".")[0]]
        if owner.__module__.partition(".")[0] == OURS or not made_here:
            raise
        named = f"{owner.__module__}:{owner.__qualname__}"
        fail(next((point for point in made_here if point.value == named), made_here[0]), bug)
        return instead


def fail(point: Point, error: BaseException) -> Failure:
    """Note that something failed."""
    words = _words(error) if isinstance(error, Unfit) else f"{type(error).__name__}: {_words(error)}"
    reason = words if words.endswith("?") else f"{words}."
    report = "" if isinstance(error, Unfit) else "".join(traceback.format_exception(error))
    _failures[point] = Failure(point, reason, report)
    return _failures[point]


def _words(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:LONGEST_REASON].rstrip(".") or "no reason given"


def _check_interface(package: Any) -> None:
    made_for = getattr(package, DECLARED, INTERFACE)
    if isinstance(made_for, int) and made_for > INTERFACE:
        raise Unfit(
            f"it was made for a newer nnstudio (interface {made_for}; this one has {INTERFACE}). Update nnstudio"
        )


# By the path: who adds a folder to it, or takes one away, finds what is there then.
@cache
def _points(path: tuple[str, ...]) -> tuple[Point, ...]:
    found: dict[str, tuple[Point, ...]] = {}
    for distribution in distributions():
        if made := tuple(_points_of(distribution)):
            # The same package further back is never imported.
            found.setdefault(made[0].plugin, made)
    return tuple(sorted((point for made in found.values() for point in made), key=_order))


def _order(point: Point) -> tuple[str, str, str]:
    return point.group, point.plugin, point.name


def _points_of(distribution: Distribution) -> Iterator[Point]:
    try:
        # First a look for the word: to read what an entry point is takes longer.
        if GROUPS not in (distribution.read_text("entry_points.txt") or ""):
            return
        name, version = distribution.metadata["Name"], distribution.version
        for point in distribution.entry_points:
            if point.group.startswith(GROUPS) and name.lower() != OURS:
                yield Point(name, version, point.group, point.name, point.value)
    # Damaged metadata of any package whatsoever, which need not be a plugin.
    except Exception as error:
        place = str(getattr(distribution, "_path", "?"))
        name = Path(place).stem.partition("-")[0]
        fail(Point(name, "", GROUPS.rstrip("."), "entry_points.txt", place), error)
