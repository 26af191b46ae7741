"""What the tests of experiments share."""

from importlib import import_module
from pathlib import Path

import pytest


@pytest.fixture
def tasks(monkeypatch):
    """Functions that workers find too: a process that is begun afresh has the same search path."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return import_module("worker_tasks")
