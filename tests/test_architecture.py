"""The rooms of the package and who may enter which: the map of the design, as it is in the code."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from nnstudio.layers.base import layers

PACKAGE = Path(__file__).parents[1] / "nnstudio"

# From the foundation upwards: what each room may import besides itself. Every name must stand above the line that
# uses it, so that the way is one-directional; rooms that do not name each other are strangers.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "core": (),
    "preferences": ("core",),
    "data": ("core",),
    "layers": ("core",),
    "engine": ("core", "layers"),
    "graph": ("core", "layers"),
    "compiler": ("core", "layers", "engine", "graph"),
    "training": ("core", "layers", "engine", "data"),
    "classify": ("core", "layers", "engine", "data"),
    "export": ("core", "layers", "engine", "graph", "compiler", "data"),
    "project": ("core", "layers", "engine", "graph", "compiler", "data", "training"),
    "doctor": ("core", "layers", "engine", "graph", "compiler", "data", "training", "project"),
    "lessons": ("core", "layers", "engine", "graph", "compiler", "data", "training", "project"),
    "classifying": ("core", "layers", "engine", "data", "classify", "project"),
    "importing": ("core", "layers", "engine", "graph", "data", "export"),
    "exporting": ("classify", "core", "layers", "engine", "data", "training", "export", "importing", "project"),
    "api": (
        "core", "layers", "engine", "graph", "compiler", "data", "training", "export", "project", "lessons",
        "classify", "classifying", "importing", "exporting",
    ),
    "experiments": ("core", "layers", "engine", "graph", "compiler", "data", "training", "project", "api"),
    "live": ("core", "layers", "engine", "graph", "data", "training", "classify", "project", "api", "experiments"),
    "interruption": (),
    "training_job": ("core", "data", "training", "project", "api", "interruption"),
    "range_report": ("experiments",),
    "range_job": ("data", "project", "api", "experiments", "interruption", "range_report"),
    "sweep_report": ("core", "experiments"),
    "sweep_job": ("core", "project", "api", "experiments", "interruption", "training_job", "sweep_report"),
    "fetching_job": ("core", "data", "interruption"),
    "classify_job": ("core", "classify", "api", "interruption"),
    "data_report": ("core", "data"),
    "check_report": ("core", "layers", "compiler", "data", "api"),
    "arguments": (),
    "crossing_job": ("core", "export", "api", "arguments"),
    "help": ("core", "preferences", "layers", "engine", "data", "training", "doctor", "lessons", "export", "arguments"),
    "plugins": ("core", "layers", "engine", "data", "training", "doctor", "export", "lessons"),
    "printed": (),
    "plugin_job": ("core", "plugins", "printed"),
    "licences": ("core",),
    "help_job": ("help", "arguments", "printed"),
    "cli": (
        "core", "layers", "engine", "graph", "compiler", "data", "training", "export", "project", "experiments",
        "lessons", "api", "training_job", "range_job", "sweep_job", "check_report", "fetching_job", "data_report",
        "classify", "classify_job", "crossing_job", "arguments", "printed", "plugin_job",
        "help", "help_job",
    ),
    "ui": (
        "core", "layers", "engine", "graph", "compiler", "data", "training", "export", "project", "experiments",
        "lessons", "plugins", "api", "doctor", "live", "classify", "importing", "help", "licences", "preferences",
    ),
    "__main__": ("core", "cli", "live", "ui"),
    # The package itself hands names on when they are first asked for.
    "__init__": ("core", "layers", "graph", "api"),
}  # fmt: skip

# What a room may import from the package itself.
OF_THE_PACKAGE = {"__version__"}

WINDOW = {"PySide6", "pyqtgraph", "shiboken6"}
FRAMEWORKS = {"torch", "sklearn", "scipy", "tensorflow", "keras", "onnx", "onnxruntime"}
WITHOUT_FRAMEWORKS = {
    "core", "data", "layers", "engine", "graph", "compiler", "training", "project", "doctor", "live", "experiments",
    "classify",
}  # fmt: skip

LONGEST = 300
LONGER: dict[str, tuple[int, str]] = {
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(PACKAGE.rglob("*.py")))


def rooms() -> list[str]:
    return sorted({room_of(path) for path in modules()})


def imports_of(source: str) -> Iterator[tuple[int, str]]:
    """Line and full name of all that a module imports of nnstudio, at its top, in a function or for types only."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            found = [part.value for part in node.args if isinstance(part, ast.Constant)]
        else:
            continue
        yield from ((node.lineno, name) for name in found if name.split(".")[0] == "nnstudio")


def room_entered(name: str) -> str:
    """The room of an imported name; a name that is no room is the package's own."""
    part = (*name.split("."), "")[1]
    return part if part in MAY_IMPORT else "__init__"


def trespasses(room: str, source: str) -> list[str]:
    """Every import of a module that its room may not make."""
    wrong = []
    for line, name in imports_of(source):
        entered = room_entered(name)
        if entered == room or entered in MAY_IMPORT[room]:
            continue
        if entered == "__init__" and name.split(".")[-1] in OF_THE_PACKAGE:
            continue
        wrong.append(f"line {line} imports {name}")
    return wrong


def test_every_room_has_its_place() -> None:
    assert [room for room in rooms() if room not in MAY_IMPORT] == []


def test_the_way_through_the_rooms_is_one_directional() -> None:
    order = list(MAY_IMPORT)
    upward = [(room, other) for room in order for other in MAY_IMPORT[room] if order.index(other) >= order.index(room)]
    assert upward == []


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_what_stands_below_it(room: str) -> None:
    wrong = {
        str(path.relative_to(PACKAGE)): found
        for path in modules()
        if room_of(path) == room and (found := trespasses(room, path.read_text("utf-8")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("core", "from nnstudio.layers.base import Layer"),
        ("training", "from nnstudio.compiler.compile import compile_graph"),
        ("training", "def late():\n    from nnstudio.graph import edits"),
        ("data", "import nnstudio.engine.engine"),
        ("engine", "from nnstudio import graph"),
        ("engine", "importlib.import_module('nnstudio.graph.graph')"),
        ("layers", "from nnstudio import Dense"),
        ("api", "from nnstudio.ui.app import main"),
    ],
)
def test_a_trespass_is_seen(room: str, source: str) -> None:
    assert len(trespasses(room, source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from nnstudio import __version__", "from nnstudio.core import errors", "from nnstudio.engine import plan",
        "import numpy",
    ],
)
def test_a_rightful_import_is_let_through(source: str) -> None:
    assert trespasses("engine", source) == []


def test_no_module_imports_by_dots() -> None:
    """Only full names are read by the tests above."""
    dotted = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert dotted == []


def _loaded_by(room: str) -> set[str]:
    """The packages that are there after importing every module of a room in a fresh process."""
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in modules()
        if room_of(path) == room
    ]
    imports = "".join(f"import {name}\n" for name in names)
    code = f"import sys\n{imports}print(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


@pytest.mark.parametrize("room", [room for room in rooms() if room not in ("ui", "__main__")])
def test_no_room_below_the_window_loads_the_window(room: str) -> None:
    loaded = _loaded_by(room)
    assert "nnstudio" in loaded
    assert loaded & WINDOW == set()
    if room in WITHOUT_FRAMEWORKS:
        assert loaded & FRAMEWORKS == set()


def test_the_window_is_loaded_only_when_it_is_asked_for() -> None:
    assert _loaded_by("__main__") & (WINDOW | FRAMEWORKS | {"numpy"}) == set()


def test_every_layer_is_one_file_named_after_its_kind() -> None:
    files = {kind: layer.__module__.split(".")[-1] for kind, layer in layers().kinds().items()}
    assert files == {kind: kind for kind in files}


def test_no_layer_is_named_outside_the_layers() -> None:
    """Adding a layer touches no other file; so no room above may need to know one by its class."""
    names = {layer.__name__ for layer in layers().kinds().values()}
    known = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in modules()
        if room_of(path) != "layers"
        for _, name in imports_of(path.read_text("utf-8"))
        if name.startswith("nnstudio.layers.") and name.split(".")[-1] in names
    }
    assert known == set()


def _lines(name: str) -> int:
    return len((PACKAGE / name).read_text("utf-8").splitlines())


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    names = [path.relative_to(PACKAGE).as_posix() for path in modules()]
    assert {name: _lines(name) for name in names if _lines(name) > LONGER.get(name, (LONGEST, ""))[0]} == {}


@pytest.mark.parametrize("name", LONGER)
def test_a_module_that_may_be_longer_really_is(name: str) -> None:
    assert _lines(name) > LONGEST, f"{name} is short enough now; take it off the list."


def test_every_module_says_in_its_first_line_what_it_is_for() -> None:
    silent = [str(path.relative_to(PACKAGE)) for path in modules() if not path.read_text("utf-8").startswith('"""')]
    assert silent == []
