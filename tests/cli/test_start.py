"""The way to the window: what opens it, and one sentence where it cannot open."""

import os
import socket
import subprocess
import sys

import pytest

from nnstudio.cli import run
from nnstudio.ui.screen import NoWindow, check_parts, check_screen, incomplete

from .command import ENVIRONMENT, call, refuse

NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
JOBS = [
    ["--version"], ["--help"], ["templates"], ["new", "xor", "-o", "new.nns"], ["check", "it.nns"],
    ["train", "it.nns", "--epochs", "1"], ["evaluate", "it.nns"], ["export", "it.nns", "--to", "npz", "-o", "it.npz"],
    ["data", "list"], ["data", "info", "digits"],
]  # fmt: skip


@pytest.fixture
def opened():
    """What windows were asked for."""
    return []


def start(opened, *arguments):
    return run(arguments, lambda project: opened.append(project) or 0)


def test_without_a_job_the_window_opens(opened):
    assert start(opened) == 0
    assert opened == [None]


@pytest.mark.parametrize("name", ["it.nns", "IT.NNS", "a folder/it.nns"])
def test_a_project_without_a_job_opens_in_the_window(opened, name):
    assert start(opened, name) == 0
    assert opened == [name]


def test_a_window_shows_one_project(opened, capsys):
    assert start(opened, "one.nns", "two.nns") == 2
    assert opened == []
    assert "one project" in capsys.readouterr().err


def test_a_job_opens_no_window(opened, capsys):
    assert start(opened, "templates") == 0
    assert opened == []


def test_help_names_the_window(nn):
    assert "nnstudio [FILE.nns]" in nn("--help").out


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job[0])
def test_no_job_loads_qt(folder, trained, job):
    code = (
        f"import sys; sys.argv = ['nnstudio', *{job!r}]\n"
        "from nnstudio.__main__ import main\n"
        "code = main()\n"
        "assert code == 0, code\n"
        "sys.exit(bool({'PySide6', 'shiboken6', 'pyqtgraph'} & sys.modules.keys()))"
    )
    result = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_without_a_screen_one_sentence_leads_to_the_command_line(tmp_path):
    sentence = refuse(call(tmp_path, **NO_SCREEN), 1)
    assert "no screen" in sentence
    assert "`nnstudio check`" in sentence


def test_without_a_screen_qt_is_not_loaded(tmp_path):
    code = (
        "import sys; sys.argv = ['nnstudio']\n"
        "from nnstudio.__main__ import main\n"
        "assert main() == 1\n"
        "sys.exit(bool({'PySide6', 'shiboken6'} & sys.modules.keys()))"
    )
    environment = ENVIRONMENT | NO_SCREEN
    result = subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens have no names here")
@pytest.mark.parametrize("display", [":4711", "unix:4711", "localhost:4711.0", "localhost:99999999999999.0"])
def test_a_screen_that_does_not_answer_is_named(tmp_path, display):
    sentence = refuse(call(tmp_path, **NO_SCREEN | {"DISPLAY": display}), 1)
    assert display in sentence


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens have no names here")
def test_a_screen_that_answers_is_enough(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX) as screen:
        screen.bind(str(tmp_path / "wayland-7"))
        screen.listen()
        check_screen({"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-7"}, "linux")
    with pytest.raises(NoWindow):
        check_screen({"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-7"}, "linux")


@pytest.mark.parametrize("platform", ["offscreen", "offscreen:configfile=a", "vnc"])
def test_what_needs_no_screen_is_not_asked_for_one(platform):
    environment = {"QT_QPA_PLATFORM": platform}
    check_screen(environment, "linux")
    check_parts(environment, "linux")


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_always_have_a_screen(system):
    check_screen({}, system)
    check_parts({}, system)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the names are those of Linux")
def test_missing_parts_of_the_system_are_named_with_their_packages(monkeypatch):
    monkeypatch.setitem(incomplete.__globals__, "PARTS", {"libno-such-thing.so.9": "libno-such-thing9"})
    assert "`apt install libno-such-thing9`" in str(incomplete("why"))


def test_a_window_that_cannot_be_loaded_says_why(monkeypatch):
    monkeypatch.setitem(incomplete.__globals__, "PARTS", {})
    assert "libEGL.so.1: cannot open" in str(incomplete("libEGL.so.1: cannot open"))


@pytest.mark.parametrize("content", [None, b"", b"no project at all"], ids=["missing", "empty", "damaged"])
def test_a_project_that_cannot_be_read_is_one_sentence(tmp_path, content):
    if content is not None:
        (tmp_path / "it.nns").write_bytes(content)
    assert "it.nns" in refuse(call(tmp_path, "it.nns", **OFFSCREEN), 1)


def test_a_folder_is_no_project(tmp_path):
    os.mkdir(tmp_path / "it.nns")
    assert "is a folder" in refuse(call(tmp_path, "it.nns", **OFFSCREEN), 1)
