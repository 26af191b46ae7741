"""What tests of several rooms share."""

import os

import pytest


@pytest.fixture
def nobody():
    """Root may read everything, so be somebody else for a while."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    yield
    if was_root:
        os.seteuid(0)
