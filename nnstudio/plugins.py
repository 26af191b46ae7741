"""Which plugins are installed, what each adds, and what failed and why."""

import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from nnstudio.core.panels import panels
from nnstudio.core.plugged import GROUPS, Failure, Point, Unfit, fail, failures, points, seconds
from nnstudio.core.registry import Family
from nnstudio.data.collections.base import collections
from nnstudio.data.generated import generators
from nnstudio.data.preparation.base import preparations
from nnstudio.data.readers.base import readers
from nnstudio.doctor.base import signs
from nnstudio.engine.losses import losses
from nnstudio.engine.optimizers import optimizers
from nnstudio.engine.penalties import penalties
from nnstudio.engine.schedules import schedules
from nnstudio.export.base import exporters
from nnstudio.layers.base import layers
from nnstudio.layers.initialisers import initialisers
from nnstudio.lessons.base import lessons
from nnstudio.training.stopping import stops

FAMILIES: tuple[Callable[[], Family[Any]], ...] = (
    layers, initialisers, losses, optimizers, schedules, penalties, stops, signs,
    generators, collections, readers, preparations, exporters, panels, lessons,
)  # fmt: skip
SLOW = 1.0  # Seconds to load that are worth a word.


@dataclass(frozen=True)
class Addition:
    """One thing that a plugin adds."""

    group: str
    noun: str
    kind: str
    title: str
    seconds: float
    """How long it took to load."""


@dataclass(frozen=True)
class Plugin:
    """An installed package that adds something, or wanted to."""

    name: str
    version: str
    summary: str
    adds: tuple[Addition, ...]
    failures: tuple[Failure, ...]


def families() -> Mapping[str, Family[Any]]:
    """Everything that plugins can add to, by the name of its group of entry points."""
    return {family.group: family for family in (make() for make in FAMILIES)}


def installed() -> list[Plugin]:
    """All plugins by name. Everything that they add is loaded, and tried, for that."""
    by_group = families()
    for family in by_group.values():
        family.kinds()
    for point in points():
        if point.group not in by_group:
            near = get_close_matches(point.group, by_group, 1)
            fail(point, Unfit(f"there is no group {point.group}" + (f"; did you mean {near[0]}?" if near else "")))
    failed = {failure.point: failure for failure in failures()}
    names = sorted({point.plugin for point in (*points(), *failed)}, key=str.lower)
    return [_plugin(name, by_group, failed) for name in names]


def _plugin(name: str, by_group: Mapping[str, Family[Any]], failed: Mapping[Point, Failure]) -> Plugin:
    own = [point for point in dict.fromkeys((*points(), *failed)) if point.plugin == name]
    adds = tuple(_addition(point, by_group[point.group]) for point in own if point not in failed)
    found = tuple(failed[point] for point in own if point in failed)
    return Plugin(name, own[0].version, _summary(name), adds, found)


def _addition(point: Point, family: Family[Any]) -> Addition:
    kind = next(kind for kind in family.kinds() if family.origin(kind) == point)
    return Addition(point.group, family.noun, kind, family.find(kind).title, seconds.get(point, 0.0))


def _summary(name: str) -> str:
    """What the package says of itself in one line."""
    try:
        return str(importlib.metadata.metadata(name)["Summary"] or "")
    except (importlib.metadata.PackageNotFoundError, KeyError, ValueError):
        return ""


def as_json(found: list[Plugin]) -> dict[str, Any]:
    """All of it as plain values."""
    return {"plugins": [_plain(plugin) for plugin in found], "groups": list(families())}


def as_text(found: list[Plugin]) -> str:
    """A table of it, as a terminal or a letter can take it."""
    if not found:
        return f"No plugins are installed. A plugin is a package with entry points in {GROUPS}layers and other groups."
    return "\n\n".join("\n".join(_lines(plugin)) for plugin in found)


def _plain(plugin: Plugin) -> dict[str, Any]:
    return {
        "name": plugin.name, "version": plugin.version, "summary": plugin.summary,
        "adds": [vars(each) for each in plugin.adds],
        "failures": [{"group": each.point.group, "name": each.point.name, "value": each.point.value,
                      "reason": each.reason} for each in plugin.failures],
    }  # fmt: skip


def _lines(plugin: Plugin) -> list[str]:
    lines = [f"{plugin.name} {plugin.version}" + (f": {plugin.summary}" if plugin.summary else "")]
    width = max((len(each.noun) for each in plugin.adds), default=0)
    for each in plugin.adds:
        slow = f"  (took {each.seconds:.1f} s to load)" if each.seconds >= SLOW else ""
        lines.append(f"  {each.noun:<{width}}  {each.kind}  {each.title}{slow}")
    lines += [f"  left out: {each.point.name} ({each.point.value}): {each.reason}" for each in plugin.failures]
    return lines
