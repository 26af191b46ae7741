"""The licence texts of all that is bundled, each with the folder it goes into: `licences/numpy-2.4.6/LICENSE.txt`."""

import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

HERE = Path(__file__).parent / "licences"
TOLD_BY = ("licen", "copying", "notice", "authors")  # What such a file's name begins with, in small letters.
# Python says in one of these places what it is under, each system in another.
OF_PYTHON = (
    Path(sysconfig.get_path("stdlib"), "LICENSE.txt"),
    Path(sysconfig.get_path("data"), "LICENSE.txt"),
    Path(f"/usr/share/doc/python{sysconfig.get_python_version()}/copyright"),
)


def of_packages(metadata: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The texts in the `.dist-info` folders that are bundled."""
    for folder in metadata:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name.lower().startswith(TOLD_BY):
                inner = path.parent.relative_to(folder).parts
                parts = inner[1:] if inner[:1] == ("licenses",) else inner
                yield path, "/".join(("licences", folder.name.removesuffix(".dist-info"), *parts))


def of_the_rest() -> Iterator[tuple[Path, str]]:
    """What these do not bring: Qt's licence and Python's own."""
    for path in sorted(HERE.iterdir()):
        yield path, f"licences/PySide6 and Qt {distribution('PySide6-Essentials').version}"
    python = next(path for path in OF_PYTHON if path.exists())
    yield python, f"licences/Python {sysconfig.get_python_version()}"


def of_the_start() -> Iterator[tuple[Path, str]]:
    """The first program of the bundle is PyInstaller's, under the GPL with an exception for what it starts."""
    for file in distribution("pyinstaller").files or ():
        if file.name == "COPYING.txt":
            yield Path(str(file.locate())), "licences/PyInstaller's bootloader"
