"""Where fetched data sets are kept: the usual place, the user's choice, or what the environment says for one call."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.collections.mnist import Mnist
from nnstudio.data.fetched import fetched
from nnstudio.data.home import choose_home, chosen_home, data_home, usable_home
from nnstudio.data.sources import open_data


@pytest.fixture(autouse=True)
def user(tmp_path, monkeypatch):
    """The data folder of a user of this test alone."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.delenv("NNSTUDIO_DATA", raising=False)
    return tmp_path / "user" / "nnstudio"


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "a stick, große Daten"
    folder.mkdir()
    return folder


def test_without_a_choice_it_is_the_usual_place(user):
    assert chosen_home() is None
    assert data_home() == user / "data"


def test_a_choice_holds_in_every_later_program(user, stick):
    choose_home(stick)
    ask = "from nnstudio.data.home import data_home; print(data_home())"
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True)
    assert os.fsdecode(told.stdout).strip() == str(stick)


def test_data_sets_are_looked_for_there_at_once(stick, small_mnist):
    with pytest.raises(DataError, match="not on this computer"):
        open_data("mnist")
    choose_home(stick)
    small_mnist.rename(stick / "mnist")
    assert len(open_data("mnist").inputs) == 42


def test_a_choice_can_be_taken_back(user, stick):
    choose_home(stick)
    choose_home(None)
    choose_home(None)
    assert data_home() == user / "data"


def test_the_environment_outweighs_the_choice_for_one_call(stick, tmp_path, monkeypatch):
    choose_home(stick)
    monkeypatch.setenv("NNSTUDIO_DATA", str(tmp_path / "other"))
    assert data_home() == tmp_path / "other"
    assert chosen_home() == stick
    monkeypatch.setenv("NNSTUDIO_DATA", "")
    assert data_home() == stick


def test_the_environment_may_name_it_from_the_working_folder_or_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NNSTUDIO_DATA", "sets")
    assert data_home() == tmp_path / "sets"
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("NNSTUDIO_DATA", "~/sets")
    assert data_home() == tmp_path / "me" / "sets"


@pytest.mark.parametrize(
    "damage", [b"", b"\n", b"relative/folder\n", b"/two\n/lines\n", b"/with\0nothing\n", b"/" + b"x" * 20_000]
)
def test_a_damaged_note_means_the_usual_place(damage, user, stick):
    choose_home(stick)
    next(user.glob("*.txt")).write_bytes(damage)
    assert chosen_home() is None
    assert data_home() == user / "data"


def test_a_pipe_in_the_place_of_the_note_keeps_nobody_waiting(user, stick):
    choose_home(stick)
    note = next(user.glob("*.txt"))
    note.unlink()
    os.mkfifo(note)
    assert chosen_home() is None


def test_a_name_in_other_letters_than_the_system_s_is_kept(tmp_path):
    folder = Path(os.fsdecode(bytes(tmp_path) + b"/\xff\xfe"))
    folder.mkdir()
    choose_home(folder)
    assert chosen_home() == folder


def test_a_choice_that_cannot_be_kept_is_one_sentence(tmp_path, monkeypatch, stick):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"^The choice of the data folder cannot be kept \(.*\)\.$"):
        choose_home(stick)


def test_a_folder_that_can_be_written_to_is_usable(stick, monkeypatch):
    assert usable_home(f" {stick} ") == stick
    assert usable_home("") is None
    assert list(stick.iterdir()) == []
    monkeypatch.setenv("HOME", str(stick.parent))
    assert usable_home(f"~/{stick.name}") == stick


def test_a_folder_that_is_not_there_is_refused_and_not_made(tmp_path):
    with pytest.raises(DataError, match=r"There is no folder .*nowhere\. Choose one that is there\."):
        usable_home(str(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no folder that nobody may write to")
def test_a_folder_that_cannot_be_written_to_is_refused():
    with pytest.raises(DataError, match=r"^/proc cannot be written to \(.*\)\. Choose a folder of your own\.$"):
        usable_home("/proc")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_folder_of_somebody_else_is_refused(stick):
    stick.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(DataError, match="cannot be written to"):
        usable_home(str(stick))


def test_what_was_fetched_is_told_with_its_size(stick, small_mnist):
    choose_home(stick)
    assert fetched().titles == ()
    files = [each.stat().st_size for each in small_mnist.iterdir()]
    small_mnist.rename(stick / "mnist")
    found = fetched()
    assert found.home == stick
    assert found.titles == (Mnist.title,)
    assert found.size == sum(files) > 0
