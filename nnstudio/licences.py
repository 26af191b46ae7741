"""What nnstudio is made of and comes with: of each part the version, the licence and its text, and its home."""

import platform
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from nnstudio import __version__
from nnstudio.core.errors import StudioError
from nnstudio.core.resources import resource

HERE = Path(__file__).resolve().parent.parent
MISSING = "The text of this licence is not installed here. It is at {}."
LONGEST_NAME = 60  # Some put the whole text where its name belongs.
QT = (
    "Qt and PySide6 (Qt for Python) are used under the GNU Lesser General Public License, version 3. They are the "
    "libraries as their makers publish them, unchanged, and lie beside nnstudio as files of their own: you may replace "
    "them by other versions, and look into how they work together.\n\n"
    "Their sources are at https://download.qt.io/official_releases/QtForPython/ and "
    "https://download.qt.io/official_releases/qt/ under the version {}. Parts of Qt that others made, and their "
    "licences, are listed at https://doc.qt.io/qt-6/licenses-used-in-qt.html.\n"
)
OPENBLAS = "Part of NumPy; its text stands among those of NumPy, as does that of GCC's runtime libraries beside it."


@dataclass(frozen=True)
class Licence:
    """A part of nnstudio that somebody made, and what its makers allow."""

    name: str
    version: str
    licence: str
    text: str
    home: str


@dataclass(frozen=True)
class _Package:
    """A part that is installed as a package of Python's, with what its own words leave out."""

    name: str
    package: str
    licence: str
    home: str


PACKAGES = (
    _Package("NumPy", "numpy", "BSD-3-Clause", "https://numpy.org"),
    _Package("pyqtgraph", "pyqtgraph", "MIT", "https://www.pyqtgraph.org"),
    _Package("msgspec", "msgspec", "BSD-3-Clause", "https://msgspec.dev"),
    _Package("safetensors", "safetensors", "Apache-2.0", "https://github.com/huggingface/safetensors"),
    _Package("Pillow", "pillow", "MIT-CMU", "https://python-pillow.org"),
    _Package("platformdirs", "platformdirs", "MIT", "https://github.com/tox-dev/platformdirs"),
    _Package("threadpoolctl", "threadpoolctl", "BSD-3-Clause", "https://github.com/joblib/threadpoolctl"),
)
DATA = (
    ("Digits (data)", "data/digits.txt", "CC-BY-4.0", "https://doi.org/10.24432/C50P49"),
    ("Iris (data)", "data/iris.txt", "CC-BY-4.0", "https://doi.org/10.24432/C56C76"),
    ("Network trained on MNIST", "projects/mnist-trained.txt", "CC-BY-SA-3.0", "https://yann.lecun.com/exdb/mnist/"),
)


def bundled() -> tuple[Licence, ...]:
    """Every part, nnstudio itself first. It reads files and takes a moment."""
    return tuple(_parts())


def _parts() -> Iterator[Licence]:
    home = "https://github.com/nnstudio/nnstudio"
    yield Licence("nnstudio", __version__, "BSD-3-Clause", _own_text() or MISSING.format(home), home)
    home = "https://docs.python.org/3/license.html"
    yield Licence("Python", platform.python_version(), "PSF-2.0", _python() or MISSING.format(home), home)
    yield _qt()
    for part in PACKAGES:
        yield _of_package(part)
        if part.package == "numpy":
            yield Licence("OpenBLAS", "", "BSD-3-Clause", OPENBLAS, "https://www.openblas.net")
    for name, note, licence, home in DATA:
        yield Licence(name, "", licence, _note(note) or MISSING.format(home), home)
    if start := _packaged("PyInstaller*"):
        yield Licence("PyInstaller's bootloader", "", "GPL-2.0 with an exception", start, "https://pyinstaller.org")


def _of_package(part: _Package) -> Licence:
    found = _distribution(part.package)
    if found is None:
        return Licence(part.name, "", part.licence, MISSING.format(part.home), part.home)
    text = _texts(found)
    if part.package == "pyqtgraph":
        text = "\n\n".join(filter(None, (text, _colour_maps(found))))
    (said,) = found.metadata.get_all("License-Expression") or [part.licence]
    licence = said if len(said) <= LONGEST_NAME else part.licence
    return Licence(part.name, found.version, licence, text or MISSING.format(part.home), part.home)


def _qt() -> Licence:
    found = _distribution("PySide6-Essentials")
    version = found.version if found is not None else ""
    own = HERE / "packaging" / "licences"
    text = _packaged("PySide6*") or _joined(sorted(own.glob("*.txt"), reverse=True))
    home = "https://www.gnu.org/licenses/lgpl-3.0.html"
    words = QT.format(version or "that you have")
    return Licence("Qt and PySide6", version, "LGPL-3.0", f"{words}\n{text or MISSING.format(home)}", "https://pyside.org")


def _own_text() -> str:
    found = _distribution("nnstudio")
    return (_texts(found) if found is not None else "") or _joined([HERE / "LICENSE"])


def _python() -> str:
    places = Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix)
    return _packaged("Python*") or _joined([place / "LICENSE.txt" for place in places][:2])


def _texts(found: Distribution) -> str:
    """The texts that a package brings along, where its description names them."""
    names = found.metadata.get_all("License-File") or []
    texts = (found.read_text(f"licenses/{name}") or found.read_text(name) for name in names)
    return "\n\n\n".join(text.strip() for text in texts if text)


def _colour_maps(found: Distribution) -> str:
    folder = Path(str(found.locate_file("pyqtgraph/colors/maps")))
    return _joined(sorted(folder.glob("CC*.txt")))


def _packaged(name: str) -> str:
    """Texts that only the packaged program has, where packages do not bring them."""
    folder = Path(getattr(sys, "_MEIPASS", "")) / "licences"
    return _joined(sorted(folder.glob(f"{name}/*"), reverse=True)) if getattr(sys, "frozen", False) else ""


def _note(name: str) -> str:
    try:
        return _joined([resource(*name.split("/"))])
    except StudioError:
        return ""


def _joined(paths: list[Path]) -> str:
    found = []
    for path in paths:
        try:
            found.append(path.read_text("utf-8", "replace").strip())
        except OSError:
            # Said where the text would stand.
            continue
    return "\n\n\n".join(dict.fromkeys(found))


def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None
