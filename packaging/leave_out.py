"""What the packaged program does without: parts of Python, of its packages and of Qt that nobody would ever reach."""

import pkgutil
import sys
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path, PurePath

# Modules that would be bundled because something names them, but only for jobs that are not ours.
MODULES = [
    "tkinter", "_tkinter", "turtle", "turtledemo", "idlelib", "lib2to3", "ensurepip", "venv", "pip", "setuptools",
    "pkg_resources", "pydoc_data", "test", "curses", "_curses", "readline", "rlcompleter", "dbm", "shelve",
    "nis", "crypt", "ossaudiodev", "spwd", "distutils", "this", "antigravity",
    "numpy.f2py", "numpy.distutils", "numpy.testing", "numpy._core.tests",
    "pyqtgraph.examples", "pyqtgraph.jupyter", "pyqtgraph.opengl", "pyqtgraph.flowchart", "pyqtgraph.canvas",
    "PIL.ImageTk", "PIL.ImageQt", "PIL.AvifImagePlugin",
    "PySide6.QtNetwork", "PySide6.QtTest", "PySide6.QtQml", "PySide6.QtQuick",
    "PySide6.QtDesigner", "PySide6.QtUiTools", "PySide6.QtDBus", "PySide6.QtSql", "PySide6.QtHelp",
    # Installed beside nnstudio they are used; the packaged program is for those who have no Python.
    "onnx", "onnxruntime", "torch", "keras", "tensorflow", "scipy", "sklearn", "pandas", "matplotlib", "distributed",
    "numba", "IPython", "h5py",
]  # fmt: skip

# Qt's plugins by their folder, and those of a folder that stay; other folders are left out altogether.
PLUGINS = {
    "platforms": ("xcb", "wayland", "offscreen", "windows", "cocoa"),
    "platformthemes": ("gtk3", "xdgdesktopportal"),
    "platforminputcontexts": ("compose", "ibus"),
    "imageformats": ("svg", "jpeg", "gif", "ico", "icns", "webp"),
    "iconengines": ("svg",),
    "styles": ("style",),
    "wayland-shell-integration": ("xdg-shell",),
    "wayland-decoration-client": ("adwaita", "bradient"),
}

# Libraries of Qt that only come with plugins that are left out, and Windows' OpenGL without a graphics card.
LIBRARIES = (
    "Qt6Qml", "Qt6Quick", "Qt6Network", "Qt6VirtualKeyboard", "Qt6Pdf", "Qt6EglF", "Qt6Test", "Qt6Sql", "Qt6Labs",
    "Qt6WlShell", "Qt6Designer", "Qt6Help", "Qt6UiTools", "opengl32sw", "d3dcompiler",
)  # fmt: skip

# How and from where pip installed a package here: it says nothing there, and would differ with every build.
OF_PIP = ("RECORD", "direct_url.json", "REQUESTED", "INSTALLER")

# Where a Linux keeps the libraries that its packages share.
OF_THE_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")


def standard_modules() -> Iterator[str]:
    """Python's own modules, which a plugin may expect in every Python."""
    for name in sorted(sys.stdlib_module_names - set(MODULES)):
        # Some are Windows' or macOS' alone.
        if not name.startswith("_") and find_spec(name) is not None:
            yield name
            folder = str(Path(sysconfig.get_path("stdlib"), name))
            inner = (info.name for info in pkgutil.iter_modules([folder]))
            yield from (f"{name}.{each}" for each in inner if not each.startswith(("_", "test")))


def is_wanted(target: str, source: str) -> bool:
    """Whether a file of the bundle stays in it, by its place there and by where it was taken from."""
    path = PurePath(target.replace("\\", "/"))
    return _of_qt(path) and not _of_the_system(path, source) and not _of_this_computer(path)


def _of_qt(path: PurePath) -> bool:
    if "PySide6" not in path.parts and not path.name.startswith(("libQt6", "Qt6", "opengl32sw", "d3dcompiler")):
        return True
    if "translations" in path.parts or "qml" in path.parts:
        return False
    if "plugins" in path.parts:
        folder = path.parts[path.parts.index("plugins") + 1]
        return any(kept in path.name for kept in PLUGINS.get(folder, ()))
    return not path.name.removeprefix("lib").startswith(LIBRARIES)


def _of_the_system(path: PurePath, source: str) -> bool:
    """Libraries that belong to a Linux itself: it mends them, and what it starts for us must find its own."""
    folder = PurePath(source).parent
    if folder.name.endswith("-linux-gnu"):
        folder = folder.parent
    return folder.as_posix() in OF_THE_SYSTEM and not path.name.startswith("libpython")


def _of_this_computer(path: PurePath) -> bool:
    return path.parent.name.endswith(".dist-info") and path.name in OF_PIP
