"""Warnings are errors in these tests."""

import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def warnings_are_errors() -> Iterator[None]:
    """Let a warning fail the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
