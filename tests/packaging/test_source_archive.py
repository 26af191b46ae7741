"""The source archive: all that is needed to build, test and package, and nothing that was made from it."""

import importlib.util
import subprocess
import sys
import tarfile

import pytest

import nnstudio

from .conftest import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """The files of the archive."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed")
    folder = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    with tarfile.open(folder / f"nnstudio-{nnstudio.__version__}.tar.gz") as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_archive_holds_the_sources_their_tests_and_the_recipes(names):
    wanted = {
        "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml", "nnstudio/__init__.py",
        "nnstudio/ARCHITECTURE.md", "nnstudio/py.typed", "tests/packaging/test_source_archive.py",
        "resources/icons/project.svg", "resources/data/iris.csv", "packaging/nnstudio.spec", "packaging/build.py",
        "packaging/linux/control", "packaging/windows/nnstudio.iss", "packaging/licences/LGPL-3.0.txt",
    }  # fmt: skip
    assert wanted <= names


def test_the_archive_holds_nothing_that_was_made(names):
    tops = {name.partition("/")[0] for name in names}
    assert tops <= {
        "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml", "PKG-INFO", ".gitignore",
        "nnstudio", "resources", "tests", "packaging",
    }  # fmt: skip
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".deb", ".whl"))]
