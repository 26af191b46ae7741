"""The scripts of `packaging/` are no package: here they are found by their names."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def script():
    """A script of `packaging/` by its name, as those beside it import it."""
    before = list(sys.path)
    sys.path.insert(0, str(ROOT / "packaging"))
    yield import_module
    sys.path[:] = before


@pytest.fixture(scope="session")
def icons(script, tmp_path_factory):
    """All icons, painted."""
    folder = tmp_path_factory.mktemp("icons")
    script("icons").make(folder)
    return folder
