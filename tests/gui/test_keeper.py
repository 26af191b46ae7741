"""Unsaved work survives: a copy soon after every edit, found again after a kill, and gone once it is saved."""

import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

import nnstudio
from nnstudio.graph import edits
from nnstudio.project.file import load_project, save_project
from nnstudio.project.recovery import Recovery, left_behind
from nnstudio.project.templates import load_template
from nnstudio.ui.background import Background
from nnstudio.ui.document import Document
from nnstudio.ui.keeper import LATEST, SOON, Keeper

# More by `NNSTUDIO_KILLS=100`.
KILLS, EDITS = int(os.environ.get("NNSTUDIO_KILLS", "3")), 100


@pytest.fixture
def background(qtbot):
    """The thread that touches files."""
    background = Background()
    yield background
    background.close(wait=True)


@pytest.fixture
def keeper(home, document, background, qtbot):
    """Keeps the digits, in a folder of this test alone."""
    keeper = Keeper(document, background)
    qtbot.waitUntil(lambda: not background.busy)
    return keeper


def rename(document, name):
    document.edit("Rename", edits.rename(document.graph, "relu", name))
    return document.graph


def copies(home):
    return list(home.glob("*.nns"))


def kept(home):
    """The graph of the one copy."""
    (copy,) = copies(home)
    return load_project(copy).graph


def idle(qtbot, background):
    qtbot.waitUntil(lambda: not background.busy)


def test_an_edit_is_kept_aside_within_three_tenths_of_a_second(keeper, document, home, qtbot):
    assert copies(home) == []
    start = monotonic()
    graph = rename(document, "bend")
    qtbot.waitUntil(lambda: copies(home) != [])
    # The bound leaves room for other programs.
    assert SOON / 1000 <= monotonic() - start < 1.0
    assert kept(home) == graph
    assert SOON <= 200


def test_nothing_is_kept_of_what_is_saved_anyway(keeper, document, home, qtbot):
    qtbot.wait(2 * SOON)
    assert copies(home) == []


def test_the_last_of_several_edits_is_kept(keeper, document, home, background, qtbot):
    for number in range(20):
        graph = rename(document, f"bend {number}")
    qtbot.waitUntil(lambda: copies(home) != [] and not background.busy)
    assert kept(home) == graph


def test_a_hand_that_never_rests_is_not_waited_for_longer_than_ten_seconds(keeper, document, home, qtbot):
    assert LATEST <= 10_000
    keeper._latest.setInterval(250)
    names = iter(range(1000))
    start = monotonic()
    while not copies(home) and monotonic() - start < 5:
        rename(document, f"bend {next(names)}")
        qtbot.wait(10)
    assert copies(home)
    assert monotonic() - start < 3


def test_writing_never_happens_in_the_window_s_thread(home, document, background, qtbot, monkeypatch):
    threads = set()
    for name in ("announce", "keep", "forget", "close", "__init__"):
        real = getattr(Recovery, name)

        def seen(*them, real=real, **more):
            threads.add(threading.current_thread())
            return real(*them, **more)

        monkeypatch.setattr(Recovery, name, seen)
    keeper = Keeper(document, background)
    rename(document, "bend")
    qtbot.waitUntil(lambda: copies(home) != [])
    document.saved(home / "it.nns")
    qtbot.waitUntil(lambda: copies(home) == [])
    keeper.close()
    qtbot.waitUntil(lambda: not list(home.glob("*.lock")))
    assert threads
    assert threading.main_thread() not in threads


def test_what_is_edited_while_a_copy_is_made_is_copied_next(keeper, document, home, background, qtbot, monkeypatch):
    go_on = threading.Event()
    real = Recovery.keep
    monkeypatch.setattr(Recovery, "keep", lambda *them: go_on.wait(10) and real(*them))
    rename(document, "first")
    qtbot.waitUntil(lambda: background.busy)
    graph = rename(document, "second")
    go_on.set()
    qtbot.waitUntil(lambda: bool(copies(home)) and kept(home) == graph)


def test_a_saved_project_has_no_copy(keeper, document, home, background, qtbot):
    rename(document, "bend")
    qtbot.waitUntil(lambda: copies(home) != [])
    document.saved(home / "it.nns")
    qtbot.waitUntil(lambda: copies(home) == [])


def test_undone_and_done_again_it_is_kept_again(keeper, document, home, background, qtbot):
    graph = rename(document, "bend")
    qtbot.waitUntil(lambda: copies(home) != [])
    document.undo()
    qtbot.waitUntil(lambda: copies(home) == [])
    document.redo()
    qtbot.waitUntil(lambda: copies(home) != [])
    assert kept(home) == graph


def test_the_copy_knows_whose_it_is(keeper, document, home, background, qtbot):
    document.saved(home.parent / "mine.nns")
    rename(document, "bend")
    qtbot.waitUntil(lambda: copies(home) != [])
    keeper.leave()
    keeper.shelf._recovery._lock.release()
    (home / f"{keeper.shelf._recovery.name}.lock").touch()
    (found,) = left_behind(home)
    assert found.path == home.parent / "mine.nns"
    assert found.title == "Small digits"


def test_a_window_that_closes_leaves_nothing_behind(keeper, document, home, qtbot):
    rename(document, "bend")
    qtbot.waitUntil(lambda: copies(home) != [])
    keeper.close()
    qtbot.waitUntil(lambda: list(home.iterdir()) == [])


def test_a_program_that_must_end_leaves_what_is_unsaved(keeper, document, home):
    graph = rename(document, "bend")
    keeper.leave()
    assert kept(home) == graph


@contextmanager
def refusing(monkeypatch, name):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Recovery, name, refuse)
        yield


def test_a_full_disk_is_told_once_and_tried_again(keeper, document, home, background, qtbot, monkeypatch):
    told = []
    keeper.told.connect(told.append)
    keeper._latest.setInterval(50)
    with refusing(monkeypatch, "keep"):
        rename(document, "first")
        qtbot.waitUntil(lambda: told != [])
        qtbot.wait(3 * SOON)
        assert len(told) == 1
        assert "no space left" in told[0]
    qtbot.waitUntil(lambda: copies(home) != [])


def test_without_a_folder_for_copies_the_window_opens_all_the_same(tmp_path, document, background, qtbot):
    (tmp_path / "file").touch()
    keeper = Keeper(document, background, tmp_path / "file" / "recovery")
    told = []
    keeper.told.connect(told.append)
    qtbot.waitUntil(lambda: told != [])
    assert "cannot be kept aside" in told[0]
    rename(document, "bend")
    idle(qtbot, background)
    assert not keeper.shelf.open_elsewhere(tmp_path / "it.nns")


# After a kill

CHILD = """
import os, random, sys
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from nnstudio.graph import edits
from nnstudio.layers.base import layers
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio

app = QApplication([])
studio = Studio(app, QSettings(sys.argv[1], QSettings.Format.IniFormat))
window = studio.open(load_template("digits"), None)
hand, document = random.Random(int(sys.argv[2])), window.document
kinds = sorted(layers().kinds())
for number in range(int(sys.argv[3])):
    graph = document.graph
    node = hand.choice(graph.nodes).id
    match hand.randrange(4):
        case 0 if len(graph.nodes) > 3:
            window.selection.choose([node])
            window.commands.delete()
        case 1:
            window.selection.choose([node])
            window.commands.append(layers().find(hand.choice(kinds))())
        case 2:
            document.edit("Move", edits.move(graph, {node: (hand.uniform(-99, 99), number)}))
        case _:
            document.edit("Rename", edits.rename(graph, node, f"{number}"))
    document.edit("Mark", edits.rename(document.graph, document.graph.nodes[0].id, f"edit {number}"))
    window.keeper._copy()
    while window.background.busy:
        app.processEvents()
    print(number, flush=True)
    sys.stdin.readline()
"""


def environment(folder):
    return {
        **os.environ, "PYTHONPATH": str(Path(nnstudio.__file__).parents[1]), "QT_QPA_PLATFORM": "offscreen",
        "XDG_STATE_HOME": str(folder),
    }  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize("waits", [True, False], ids=["between copies", "in the middle of one"])
@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_after_any_edit_loses_at_most_that_edit(tmp_path, seed, waits):
    last = random.Random(seed).randrange(EDITS)
    home = tmp_path / "nnstudio" / "recovery"
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path / "it.ini"), str(seed), str(EDITS)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(tmp_path),
    ) as child:  # fmt: skip
        if not waits:
            child.stdin.write("\n" * EDITS)
            child.stdin.flush()
        for number in range(last + 1):
            assert child.stdout.readline() == f"{number}\n"
            if waits:
                # What a kill at this moment would leave: the file as it lies there.
                (copy,) = home.glob("*.nns")
                assert load_project(copy).graph.nodes[0].name == f"edit {number}"
            if waits and number < last:
                child.stdin.write("\n")
                child.stdin.flush()
        child.send_signal(signal.SIGKILL)
    (found,) = left_behind(home)
    name, _, number = found.project.graph.nodes[0].name.partition(" ")
    assert name == "edit"
    assert int(number) == last if waits else int(number) >= last


# At the next start


def leave_behind(home, project, path=None):
    """What a killed window leaves."""
    recovery = Recovery(home)
    recovery.keep(project, path)
    os.close(recovery._lock._descriptor)
    recovery._lock._descriptor = None


def test_lost_work_is_offered_and_opened_unsaved(studio, home, answers, qtbot):
    lost = load_template("xor")
    leave_behind(home, lost, home / "mine.nns")
    answers.again = True
    assert studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: [each.document.path for each in studio.windows] == [home / "mine.nns"])
    (window,) = studio.windows
    assert answers.asked == [("recover", [lost.title])]
    assert window.document.graph == lost.graph
    assert window.document.modified
    assert window.isWindowModified()


def test_lost_work_takes_the_place_of_what_was_saved_of_the_same_file(studio, tmp_path, home, answers, qtbot):
    path = tmp_path / "mine.nns"
    save_project(load_template("xor"), path)
    leave_behind(home, load_template("digits"), path)
    answers.again = True
    assert studio.begin(load_project(path), path)
    qtbot.waitUntil(lambda: [each.document.project.title for each in studio.windows] == ["Small digits"])
    (window,) = studio.windows
    assert window.document.path == path
    assert window.document.modified
    # The saved file is not touched before the user says so.
    assert load_project(path).graph == load_template("xor").graph


def test_work_that_was_taken_back_is_kept_aside_again(studio, home, answers, qtbot):
    leave_behind(home, load_template("xor"))
    (old,) = copies(home)
    answers.again = True
    studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: not old.exists())
    qtbot.waitUntil(lambda: copies(home) != [])
    assert kept(home) == load_template("xor").graph
    assert left_behind(home) == []


def test_the_old_copy_stays_until_the_new_one_is_there(studio, home, answers, qtbot, monkeypatch):
    leave_behind(home, load_template("xor"))
    (old,) = copies(home)
    answers.again = True
    with refusing(monkeypatch, "keep"):
        studio.begin(load_template("playground"), None)
        qtbot.waitUntil(lambda: answers.questions == ["recover"])
        qtbot.waitUntil(lambda: not any(window.background.busy for window in studio.windows))
        assert old.exists()


def test_lost_work_of_several_windows_comes_back(studio, home, answers, qtbot):
    for name in ("xor", "digits", "neuron"):
        leave_behind(home, load_template(name))
    answers.again = True
    studio.begin(load_template("playground"), None)
    wanted = sorted(load_template(name).title for name in ("xor", "digits", "neuron"))
    qtbot.waitUntil(lambda: sorted(each.document.project.title for each in studio.windows) == wanted)
    assert answers.questions == ["recover"]


def test_lost_work_can_be_thrown_away(studio, home, answers, qtbot):
    leave_behind(home, load_template("xor"))
    answers.again = False
    studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: answers.questions == ["recover"] and copies(home) == [])
    assert [each.document.project.title for each in studio.windows] == ["Playground"]


def test_asked_later_it_is_offered_again(studio, home, answers, qtbot):
    leave_behind(home, load_template("xor"))
    studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: answers.questions == ["recover"])
    assert len(copies(home)) == 1
    assert len(left_behind(home)) == 1


def test_without_lost_work_nothing_is_asked(studio, answers, qtbot):
    studio.begin(load_template("playground"), None)
    idle(qtbot, studio.windows[0].background)
    assert answers.asked == []


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 half a file"], ids=ascii)
def test_a_damaged_copy_is_set_aside_and_the_start_succeeds(studio, home, answers, qtbot, content):
    leave_behind(home, load_template("xor"))
    (copy,) = copies(home)
    copy.write_bytes(content)
    assert studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: copy.with_name(copy.name + ".damaged").exists())
    idle(qtbot, studio.windows[0].background)
    assert copies(home) == []
    assert answers.asked == []
    assert len(studio.windows) == 1


def test_a_damaged_copy_hides_no_other(studio, home, answers, qtbot):
    leave_behind(home, load_template("xor"))
    (copy,) = copies(home)
    copy.write_bytes(b"nonsense")
    leave_behind(home, load_template("neuron"))
    studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: answers.asked == [("recover", ["One neuron"])])


def test_a_folder_of_copies_that_cannot_be_read_is_no_reason_not_to_start(studio, home, answers, qtbot, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("nnstudio.ui.app.left_behind", refuse)
    assert studio.begin(load_template("playground"), None)
    qtbot.waitUntil(lambda: "permission denied" in studio.windows[0].statusBar().currentMessage())


def test_what_was_saved_is_not_offered(studio, tmp_path, home, qtbot):
    path = tmp_path / "it.nns"
    save_project(load_template("xor"), path)
    window = studio.open(load_project(path), path)
    window.document.edit("Rename", edits.rename(window.document.graph, "hidden", "bend"))
    qtbot.waitUntil(lambda: copies(home) != [])
    window.files.save()
    qtbot.waitUntil(lambda: copies(home) == [])


def test_a_document_without_changes_is_never_copied(keeper, home, background, qtbot):
    keeper.keep_now()
    idle(qtbot, background)
    assert copies(home) == []


def test_another_document_is_none_of_its_business(keeper, home, qtbot):
    other = Document(load_template("xor"))
    rename_in = other.graph.nodes[1].id
    other.edit("Rename", edits.rename(other.graph, rename_in, "bend"))
    qtbot.wait(2 * SOON)
    assert copies(home) == []
