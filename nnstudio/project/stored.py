"""The JSON of a project file: typed, versioned, and migrated from older versions."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from nnstudio.core.errors import EditError, StudioError
from nnstudio.data.points import MOST, Points
from nnstudio.data.preparation.base import Preparation, preparations
from nnstudio.graph.stored import StoredGraph, graph_from_stored, graph_to_stored
from nnstudio.project.container import Damaged
from nnstudio.project.project import Project
from nnstudio.training.settings import Settings

FORMAT = "nnstudio project"
VERSION = 4


def _from_1(stored: dict[str, Any]) -> dict[str, Any]:
    """An empty list meant that nothing was chosen."""
    return {**stored, "preparation": stored.get("preparation") or None}


def _from_2(stored: dict[str, Any]) -> dict[str, Any]:
    """Nobody had drawn points yet."""
    return stored


def _from_3(stored: dict[str, Any]) -> dict[str, Any]:
    """Only the last weights were kept."""
    return stored


MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1, 2: _from_2, 3: _from_3}
"""From each older version to the next: a function from its JSON to the newer JSON."""


class NewerVersion(Damaged):
    """The file is of a version that this program does not know yet."""


Names = Annotated[list[Annotated[str, Meta(max_length=1000)]], Meta(max_length=10_000)]
Steps = Annotated[list[dict[str, Any]], Meta(max_length=100)]


class StoredPoints(msgspec.Struct, forbid_unknown_fields=True):
    """Points drawn by hand."""

    inputs: Annotated[list[Annotated[list[float], Meta(max_length=2)]], Meta(max_length=MOST)]
    targets: Annotated[list[float], Meta(max_length=MOST)]
    parts: Annotated[list[int], Meta(max_length=MOST)]
    class_names: Names = []
    input_names: Names = []
    preparation: Steps = []


class StoredProject(msgspec.Struct, forbid_unknown_fields=True):
    """All of a project but its arrays and its history."""

    format: str
    version: int
    graph: StoredGraph
    settings: dict[str, Any]
    data: Annotated[str, Meta(max_length=4096)] = "circle"
    points: StoredPoints | None = None
    title: Annotated[str, Meta(max_length=200)] = ""
    description: Annotated[str, Meta(max_length=10_000)] = ""
    preparation: Steps | None = None
    class_names: Names = []
    layout: dict[str, Any] = {}


def encode(project: Project) -> bytes:
    """A project as JSON, for people to read as well; Damaged if JSON has no words for a part of it."""
    stored = StoredProject(
        format=FORMAT,
        version=VERSION,
        graph=graph_to_stored(project.graph),
        settings=_without_kind(project.settings.to_json()),
        data=project.data,
        points=None if project.points is None else _stored_points(project.points),
        title=project.title,
        description=project.description,
        preparation=None if project.preparation is None else [step.to_json() for step in project.preparation],
        class_names=list(project.class_names),
        layout=dict(project.layout),
    )
    try:
        return msgspec.json.format(msgspec.json.encode(stored), indent=1) + b"\n"
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise Damaged("its texts or its layout hold something that cannot be written down") from None


def decode(content: bytes) -> Project:
    """A project from JSON, of this version or an older one."""
    try:
        stored = msgspec.convert(_migrated(msgspec.json.decode(content)), StoredProject)
        return Project(
            graph=graph_from_stored(stored.graph),
            settings=Settings.from_fields(stored.settings),
            data=stored.data,
            points=None if stored.points is None else _points(stored.points),
            title=stored.title,
            description=stored.description,
            preparation=_steps(stored.preparation),
            class_names=tuple(stored.class_names),
            layout=stored.layout,
        )
    except msgspec.ValidationError as error:
        raise Damaged(f"it does not say what a project says: {error}") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Damaged("its text is damaged") from None
    except (EditError, StudioError) as error:
        raise Damaged(str(error)) from None


def _migrated(stored: Any) -> Any:
    """The same in the present version's form."""
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        raise Damaged("it is not an nnstudio project")
    version = stored.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise Damaged("it does not say its version")
    if version > VERSION:
        raise NewerVersion(f"it was saved by a newer nnstudio (format {version}, this one knows {VERSION})")
    while version < VERSION:
        if version not in MIGRATIONS:
            raise Damaged(f"its version {version} is not known")
        try:
            stored = {**MIGRATIONS[version](stored), "version": version + 1}
        except (LookupError, TypeError, ValueError, AttributeError):
            raise Damaged(f"it does not say what a project of version {version} says") from None
        version += 1
    return stored


def _stored_points(points: Points) -> StoredPoints:
    steps = [step.to_json() for step in points.preparation]
    rows = [list(point) for point in points.inputs], list(points.targets), list(points.parts)
    return StoredPoints(*rows, list(points.class_names), list(points.input_names), steps)


def _points(stored: StoredPoints) -> Points:
    rows = tuple(map(tuple, stored.inputs)), tuple(stored.targets), tuple(stored.parts)
    return Points(*rows, tuple(stored.class_names), tuple(stored.input_names), _steps(stored.preparation) or ())


def _steps(stored: list[dict[str, Any]] | None) -> tuple[Preparation, ...] | None:
    return None if stored is None else tuple(preparations().from_json(step) for step in stored)


def _without_kind(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if name != "kind"}
