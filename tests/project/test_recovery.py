"""Unsaved work is found again after a crash, and only then."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import nnstudio
from nnstudio.project.recovery import Recovery, discard, left_behind, open_elsewhere
from nnstudio.project.templates import load_template

CHILD = """
import sys
from pathlib import Path
from nnstudio.project.recovery import Recovery
from nnstudio.project.templates import load_template
recovery = Recovery(Path(sys.argv[1]))
recovery.keep(load_template("xor"), Path(sys.argv[2]))
print("kept", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def child(tmp_path):
    """A window in another process that has kept its unsaved work; it ends with the test."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), str(tmp_path / "mine.nns")],
        env={**os.environ, "PYTHONPATH": str(Path(nnstudio.__file__).parents[1])},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "kept\n"
    yield process
    process.kill()
    process.communicate()


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_the_work_of_a_killed_window_is_found(tmp_path, child):
    kill(child)
    (found,) = left_behind(tmp_path)
    assert found.project.graph == load_template("xor").graph
    assert found.path == tmp_path / "mine.nns"


def test_the_work_of_a_living_window_is_left_alone(tmp_path, child):
    assert left_behind(tmp_path) == []
    assert len(list(tmp_path.glob("*.nns"))) == 1


def test_a_file_that_is_open_in_another_window_is_known(tmp_path, child):
    assert open_elsewhere(tmp_path / "mine.nns", folder=tmp_path)
    assert not open_elsewhere(tmp_path / "other.nns", folder=tmp_path)


def test_a_killed_window_holds_no_file_open(tmp_path, child):
    kill(child)
    assert not open_elsewhere(tmp_path / "mine.nns", folder=tmp_path)


def test_a_window_does_not_take_itself_for_another(tmp_path):
    recovery = Recovery(tmp_path)
    recovery.announce(tmp_path / "mine.nns")
    assert not open_elsewhere(tmp_path / "mine.nns", but=recovery, folder=tmp_path)
    recovery.close()


def test_a_window_that_ends_in_order_leaves_nothing(tmp_path):
    recovery = Recovery(tmp_path)
    recovery.keep(load_template("xor"), None)
    recovery.close()
    assert list(tmp_path.iterdir()) == []


def test_saved_work_is_not_offered(tmp_path, child):
    recovery = Recovery(tmp_path)
    recovery.keep(load_template("xor"), None)
    recovery.forget()
    assert len(list(tmp_path.glob("*.nns"))) == 1
    recovery.close()


def test_what_was_taken_back_is_not_offered_again(tmp_path, child):
    kill(child)
    (found,) = left_behind(tmp_path)
    discard(found, tmp_path)
    assert left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK\3\4rubbish", b"\0" * 5000, b"<html>"], ids=ascii)
def test_a_damaged_copy_is_set_aside_and_the_start_goes_on(tmp_path, child, content):
    kill(child)
    (copy,) = tmp_path.glob("*.nns")
    copy.write_bytes(content)
    assert left_behind(tmp_path) == []
    assert [path.read_bytes() for path in tmp_path.glob("*.damaged")] == [content]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"path": 5}', b"\xff\xff"], ids=ascii)
def test_a_damaged_note_does_not_lose_the_work(tmp_path, child, content):
    kill(child)
    (note,) = tmp_path.glob("*.json")
    note.write_bytes(content)
    (found,) = left_behind(tmp_path)
    assert found.path is None


def test_the_newest_work_comes_first(tmp_path):
    codes = [CHILD.replace('"xor"', f'"{name}"').replace("sys.stdin.read()", "import os; os._exit(1)")
             for name in ("xor", "playground")]  # fmt: skip
    for code in codes:
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), "x"], check=False, capture_output=True,
            env={**os.environ, "PYTHONPATH": str(Path(nnstudio.__file__).parents[1])},
        )  # fmt: skip
    assert [found.title for found in left_behind(tmp_path)] == [
        load_template(name).title for name in ("playground", "xor")
    ]


def test_keeping_again_replaces_the_copy(tmp_path):
    recovery = Recovery(tmp_path)
    for title in ("one", "two"):
        recovery.keep(replace(load_template("xor"), title=title), None)
    assert len(list(tmp_path.glob("*.nns"))) == 1
    recovery.close()


def test_no_folder_at_all_means_nothing_left_behind(tmp_path):
    assert left_behind(tmp_path / "none") == []
