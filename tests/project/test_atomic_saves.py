"""A save is old or new, never half: whatever kills it, however full the disk, whatever the file is called."""

import errno
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nnstudio
from nnstudio.core.errors import ProjectError
from nnstudio.project.file import bytes_of_project, load_project, save_project

from .projects import small

ROOT = Path(nnstudio.__file__).parents[1]
OLD, NEW = small(), replace(small(), title="new", weights={"dense/weights": np.zeros((300, 300), np.float32)})
KILLS, SAVES = 24, 10
SAVING = """
import sys
from pathlib import Path
from nnstudio.project.file import load_project, save_project

projects = [load_project(Path(name)) for name in sys.argv[2:]]
while True:
    for project in projects:
        save_project(project, Path(sys.argv[1]))
        print(end=".", flush=True)
"""


def names(folder):
    return sorted(os.listdir(folder))


def refusal(path) -> str:
    """The sentence with which saving the new project is refused."""
    with pytest.raises(ProjectError) as caught:
        save_project(NEW, path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    return str(caught.value)


def kept(path) -> None:
    """The old project is there, alone and whole."""
    assert path.read_bytes() == bytes_of_project(OLD)
    assert names(path.parent) == [path.name]


@pytest.fixture
def path(tmp_path):
    """The old project, saved, alone in its folder."""
    folder = tmp_path / "projects"
    folder.mkdir()
    save_project(OLD, folder / "it.nns")
    return folder / "it.nns"


@pytest.mark.slow
def test_a_save_that_is_killed_at_any_moment_leaves_the_old_project_or_the_new(path, tmp_path):
    sources = [tmp_path / "a.nns", tmp_path / "b.nns"]
    for project, source in zip((OLD, NEW), sources, strict=True):
        save_project(project, source)
    whole = {source.read_bytes() for source in sources}
    command = [sys.executable, "-c", SAVING, str(path), *map(str, sources)]
    delays = random.Random(7)
    for _ in range(KILLS):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}) as saver:
            assert len(saver.stdout.read(SAVES)) == SAVES
            # The moment of the kill is what is tested: anywhere in the next save or two.
            time.sleep(delays.uniform(0, 0.004))
            saver.kill()
        assert path.read_bytes() in whole
        assert load_project(path).title in ("", "new")
        assert len(names(path.parent)) <= 2
    save_project(OLD, path)
    kept(path)


def leftover(folder: Path) -> Path:
    """What a save leaves that is killed just before the end."""
    held = "import os, sys, pathlib, nnstudio.core.files as f\nos.replace = lambda *a: os.kill(os.getpid(), 9)\n"
    code = held + "f.write_atomically(pathlib.Path(sys.argv[1]), b'half')"
    command = [sys.executable, "-c", code, str(folder / "it.nns")]
    result = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60)
    assert result.returncode < 0
    (found,) = (each for each in folder.iterdir() if each.name != "it.nns")
    return found


def test_what_a_killed_save_left_disappears_with_the_next_save(path):
    left = leftover(path.parent)
    assert left.exists()
    save_project(OLD, path)
    kept(path)


def test_the_part_of_a_process_that_still_saves_is_left_alone(path):
    left = leftover(path.parent)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        owner = next(part for part in left.name.replace("-", ".").split(".") if part.isdecimal())
        busy = left.rename(left.with_name(left.name.replace(owner, str(other.pid))))
        save_project(OLD, path)
        assert busy.exists()
        other.stdin.close()
        other.wait(60)
    save_project(OLD, path)
    kept(path)


def test_other_files_in_the_folder_are_left_alone(path):
    others = [path.with_name(name) for name in (".it.nns.swp", "it.nns.bak", ".it.nns.12.part", "it2.nns")]
    for other in others:
        other.write_bytes(b"mine")
    save_project(NEW, path)
    assert all(other.read_bytes() == b"mine" for other in others)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
    if shutil.which("mount") is None or subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_really_full_keeps_the_old_project(small_disk):
    path = small_disk / "it.nns"
    save_project(OLD, path)
    message = refusal(path)
    assert message.startswith(f"{path} ")
    assert "space" in message
    kept(path)
    save_project(replace(OLD, title="fits"), path)
    assert load_project(path).title == "fits"


def failing(number: int, after: int = 0):
    """A function of the system that fails after so many bytes."""
    written = 0

    def write(file, content):
        nonlocal written
        if written >= after:
            raise OSError(number, os.strerror(number))
        part = bytes(content[: after - written])
        written += len(part)
        return real(file, part)

    real = os.write
    return write


@pytest.mark.parametrize("after", [0, 1, 100, 300_000])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_disk_that_fills_up_on_the_way_keeps_the_old_project(path, monkeypatch, number, after):
    monkeypatch.setattr(os, "write", failing(number, after))
    message = refusal(path)
    monkeypatch.undo()
    assert message.startswith(f"{path} ")
    assert os.strerror(number).lower() in message
    kept(path)


def test_a_disk_that_takes_a_byte_at_a_time_gets_the_whole_project(path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, content: real(file, content[:1000]))
    save_project(NEW, path)
    monkeypatch.undo()
    assert path.read_bytes() == bytes_of_project(NEW)


@pytest.mark.parametrize("function", ["open", "fsync", "replace"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO])
def test_a_folder_that_refuses_keeps_the_old_project(path, monkeypatch, function, number):
    def refuse(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, function, refuse)
    message = refusal(path)
    monkeypatch.undo()
    assert message.startswith(f"{path} ")
    kept(path)


def test_ctrl_c_in_a_save_keeps_the_old_project(path, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_project(NEW, path)
    monkeypatch.undo()
    kept(path)


@pytest.fixture
def nobody():
    """A folder of a user who is not root, and that user for the length of the test."""
    folder = Path(tempfile.mkdtemp())
    was_root = os.geteuid() == 0
    if was_root:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    yield folder
    with suppress(OSError):
        folder.chmod(0o700)
    if was_root:
        os.seteuid(0)
    shutil.rmtree(folder)


def test_a_folder_that_is_read_only_keeps_the_old_project(nobody):
    path = nobody / "it.nns"
    save_project(OLD, path)
    nobody.chmod(0o500)
    assert refusal(path).startswith(f"{path} ")
    nobody.chmod(0o700)
    kept(path)


def test_a_file_that_is_write_protected_is_not_replaced(path, monkeypatch):
    path.chmod(0o444)
    # Root may write everything; what the system would tell another user is told here.
    monkeypatch.setattr(os, "access", lambda *asked: False)
    assert "write-protected" in refusal(path)
    kept(path)


def test_a_missing_folder_is_not_made(tmp_path):
    assert str(tmp_path / "none" / "it.nns") in refusal(tmp_path / "none" / "it.nns")
    assert names(tmp_path) == []


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "it.nns").mkdir()
    assert "is a folder" in refusal(tmp_path / "it.nns")
    assert (tmp_path / "it.nns").is_dir()


def test_a_pipe_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "is not an ordinary file" in refusal(tmp_path / "pipe")
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode)
    assert names(tmp_path) == ["pipe"]


def test_a_link_stays_and_the_file_behind_it_changes(path, tmp_path):
    link = tmp_path / "link.nns"
    link.symlink_to("projects/it.nns")
    save_project(NEW, link)
    assert os.readlink(link) == "projects/it.nns"
    assert path.read_bytes() == bytes_of_project(NEW)
    assert names(path.parent) == ["it.nns"]


def test_a_link_to_a_file_that_is_not_there_yet_makes_it(tmp_path):
    link = tmp_path / "link.nns"
    link.symlink_to(tmp_path / "later.nns")
    save_project(NEW, link)
    assert link.is_symlink()
    assert load_project(tmp_path / "later.nns").title == "new"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o666, 0o755])
def test_who_may_read_and_write_a_file_stays_as_it_was(path, mode):
    path.chmod(mode)
    save_project(NEW, path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_may_be_read_as_other_new_files(tmp_path):
    (tmp_path / "other").touch()
    save_project(NEW, tmp_path / "it.nns")
    assert (tmp_path / "it.nns").stat().st_mode == (tmp_path / "other").stat().st_mode


NAMES = {
    "a star": "*.nns", "two stars": "**", "brackets": "a[0-9]?.nns", "half a bracket": "[.nns",
    "a line break": "a\nb.nns", "blanks": "  .nns ", "a dash": "-o.nns", "dots": "...nns", "a letter": "a",
    "255 letters": "a" * 251 + ".nns", "80 characters of three bytes": "語" * 80 + ".nns",
    "62 of four bytes": "𝄞" * 62, "not UTF-8": os.fsdecode(b"a\xff\xfe.nns"),
    "quotes": "'\".nns", "an escape code": "\x1b[31m.nns",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_file_may_have_any_name(tmp_path, name):
    others = [tmp_path / other for other in ("a1b.nns", "x.nns")]
    for other in others:
        other.write_bytes(b"mine")
    save_project(OLD, tmp_path / name)
    save_project(NEW, tmp_path / name)
    assert load_project(tmp_path / name).title == "new"
    assert names(tmp_path) == sorted([name, *(other.name for other in others)])
    assert all(other.read_bytes() == b"mine" for other in others)


@pytest.mark.parametrize("name", ["a\nb.nns", "\x1b[31m.nns", os.fsdecode(b"a\xff.nns")], ids=ascii)
def test_a_strange_name_is_written_out_in_messages(tmp_path, name):
    (tmp_path / name).mkdir()
    message = refusal(tmp_path / name)
    assert message.isprintable()
    assert ascii(name)[1:-1] in message


@pytest.mark.parametrize("name", ["a" * 256, "a\0b", "a\ud800b"], ids=["long", "zero byte", "half a character"])
def test_an_impossible_name_is_refused(tmp_path, name):
    refusal(tmp_path / name)
    assert names(tmp_path) == []
