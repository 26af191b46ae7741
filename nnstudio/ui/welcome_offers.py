"""What the welcome offers: templates, recent projects and data sets that are here. Looked for in a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nnstudio.core.errors import StudioError
from nnstudio.data.bundled import BUNDLED
from nnstudio.data.collections.base import collections
from nnstudio.data.collections.mnist_like import MnistLike
from nnstudio.data.fetched import to_fetch
from nnstudio.data.generated import TruthTable, generators
from nnstudio.data.sources import data_names, name_of, open_data
from nnstudio.lessons.base import in_order
from nnstudio.project.project import Project
from nnstudio.project.templates import load_template, template_names
from nnstudio.ui.welcome_glimpse import Glimpse, glimpse_of, glimpse_of_folder

MOST_RECENT = 5


@dataclass(frozen=True, eq=False)
class Starting:
    """A template, a glimpse of its data, and the title of a data set that must be fetched before it learns."""

    project: Project
    glimpse: Glimpse | None = None
    missing: str = ""


@dataclass(frozen=True)
class Recent:
    """A project that was open lately, and when its file was written."""

    path: Path
    written: float


@dataclass(frozen=True, eq=False)
class Here:
    """A data set that needs no fetching."""

    name: str
    about: str
    glimpse: Glimpse | None = None


@dataclass(frozen=True)
class Taught:
    """A lesson: the name by which it is begun, its title, and what one learns."""

    kind: str
    title: str
    about: str


def starting_points() -> list[Starting]:
    """Every template that can be read, from the simplest on."""
    found = (_starting(name) for name in template_names())
    return [each for each in found if each is not None]


def recent_projects(paths: Sequence[Path]) -> list[Recent]:
    """Those that are still there, the last first."""
    return [each for each in map(_recent, paths) if each is not None][:MOST_RECENT]


def data_here() -> list[Here]:
    """Data sets that can be learned at once: fetched ones first, then what came with the studio, then recipes."""
    about = data_names()
    return [Here(name, about[name], _glimpse(name)) for name in (*_fetched(), *BUNDLED, *_recipes())]


def lessons_here() -> list[Taught]:
    """All lessons, in the order in which they are best taken."""
    return [Taught(lesson.kind, lesson.title, lesson.about) for lesson in in_order()]


def _starting(name: str) -> Starting | None:
    try:
        project = load_template(name)
    except StudioError:
        return None
    data = name_of(project.data)
    lacking = to_fetch(data) if project.weights is None else None
    glimpse = None if data in collections().kinds() else _glimpse(project.data)
    return Starting(project, glimpse, lacking.title if lacking else "")


def _fetched() -> list[str]:
    return [name for name, each in collections().kinds().items() if each.files and to_fetch(name) is None]


def _recipes() -> list[str]:
    """Recipes for points, and behind them the tables, which are smallest."""
    kinds = generators().kinds()
    return sorted(kinds, key=lambda name: issubclass(kinds[name], TruthTable))


def _glimpse(data: str) -> Glimpse | None:
    """A glimpse of data that are quickly read."""
    name = name_of(data)
    try:
        if name not in collections().kinds():
            return glimpse_of(open_data(data))
        collection = collections().find(name)
        return glimpse_of_folder(collection.home(), collection.places) if issubclass(collection, MnistLike) else None
    except (StudioError, OSError):
        return None


def _recent(path: Path) -> Recent | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return Recent(path, found.st_mtime)
