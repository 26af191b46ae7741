"""Plugins that are there for a test, and gone after it."""

import pytest

from .installing import Installed, install_example


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """A folder with the example, as pip has put it there."""
    return install_example(tmp_path_factory.mktemp("example"))


@pytest.fixture
def installed(monkeypatch):
    """Adds folders in which plugins are found, in this process."""
    found = Installed(monkeypatch)
    yield found
    found.remove()
