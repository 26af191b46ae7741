"""A project file that is cut anywhere, or has any byte changed, loads unharmed or is refused in one sentence."""

import random

import pytest

from nnstudio.core.errors import ProjectError
from nnstudio.project.file import bytes_of_project, load_project

from .projects import small

GOOD = bytes_of_project(small())
RANDOM = random.Random(1)
CHANGES = {
    "its last bit turned": lambda byte: byte ^ 0x01,
    "all its bits turned": lambda byte: byte ^ 0xFF,
    "some bits turned": lambda byte: byte ^ RANDOM.randrange(1, 256),
}


def unharmed_or_refused(path, content: bytes) -> str:
    """Which of the two; anything else fails the test."""
    path.write_bytes(content)
    try:
        project = load_project(path)
    except ProjectError as error:
        message = str(error)
        assert message.startswith(f"{path} "), message
        assert message.endswith("."), message
        assert "\n" not in message, message
        return "refused"
    assert bytes_of_project(project) == GOOD
    return "unharmed"


def test_a_file_cut_at_any_byte_is_refused(tmp_path):
    path = tmp_path / "cut.nns"
    assert {unharmed_or_refused(path, GOOD[:length]) for length in range(len(GOOD))} == {"refused"}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_with_any_byte_changed_loads_unharmed_or_is_refused(tmp_path, change):
    path = tmp_path / "changed.nns"
    ends = []
    for place, byte in enumerate(GOOD):
        ends.append(unharmed_or_refused(path, GOOD[:place] + bytes([change(byte)]) + GOOD[place + 1 :]))
    assert set(ends) == {"refused", "unharmed"}
    assert ends.count("refused") > len(GOOD) / 2


def test_a_file_with_a_block_of_zeros_loads_unharmed_or_is_refused(tmp_path):
    path = tmp_path / "block.nns"
    for start in range(0, len(GOOD), 64):
        unharmed_or_refused(path, GOOD[:start] + bytes(64) + GOOD[start + 64 :])


def test_a_file_with_any_byte_doubled_or_lost_loads_unharmed_or_is_refused(tmp_path):
    path = tmp_path / "shifted.nns"
    for place in range(0, len(GOOD), 3):
        unharmed_or_refused(path, GOOD[:place] + GOOD[place + 1 :])
        unharmed_or_refused(path, GOOD[: place + 1] + GOOD[place:])
