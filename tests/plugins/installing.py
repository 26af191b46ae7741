"""Packages that are installed for a test: the example by pip, others as the few files that pip would leave."""

import gc
import importlib.util
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from nnstudio import plugins
from nnstudio.core import plugged

EXAMPLE = Path(__file__).parents[1] / "example_plugin"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]


def install_example(folder: Path) -> Path:
    """Into a folder, by pip and without a network."""
    if importlib.util.find_spec("hatchling") is None or importlib.util.find_spec("pip") is None:
        pytest.skip("hatchling or pip is not installed")
    command = [*PIP, "install", "--no-deps", "--no-build-isolation", "--target", str(folder), str(EXAMPLE)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def lay(folder: Path, name: str, points: str, **modules: str) -> Path:
    """Into a folder a package with these modules, and metadata with these lines of entry points."""
    package = name.replace("-", "_")
    (folder / package).mkdir(parents=True)
    for module, source in ({"__init__": ""} | modules).items():
        (folder / package / f"{module}.py").write_text(dedent(source), "utf-8")
    about = folder / f"{package}-0.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\nSummary: For a test\n")
    (about / "entry_points.txt").write_text(dedent(points))
    return folder


class Installed:
    """Folders that Python looks into for the time of a test, as after an installation and a new start."""

    def __init__(self, monkeypatch):
        self._monkeypatch = monkeypatch
        self._path = list(sys.path)

    def add(self, *folders: Path) -> None:
        self._monkeypatch.setattr(sys, "path", [*sys.path, *map(str, folders)])
        self._forget()

    def remove(self) -> None:
        folders = set(sys.path) - set(self._path)
        self._monkeypatch.setattr(sys, "path", self._path)
        self._forget()
        for name, module in list(sys.modules.items()):
            if any(str(getattr(module, "__file__", None) or "").startswith(folder) for folder in folders):
                del sys.modules[name]

    def _forget(self) -> None:
        for family in plugins.FAMILIES:
            family.cache_clear()
        plugged._failures.clear()
        gc.collect()
