"""What happens meanwhile: a question is open, a file is written or read, and the hand or the disk goes on."""

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

import nnstudio.ui.files as files_module
from nnstudio.core.errors import ProjectError
from nnstudio.graph import edits
from nnstudio.project.file import load_project, save_project
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio


@pytest.fixture
def path(tmp_path):
    """A saved project."""
    path = tmp_path / "it.nns"
    save_project(load_template("xor"), path)
    return path


@pytest.fixture
def slowly(monkeypatch):
    """Saving waits for this event."""
    go_on, real = threading.Event(), files_module.save_project
    monkeypatch.setattr(files_module, "save_project", lambda *them: go_on.wait(10) and real(*them))
    yield go_on
    go_on.set()


def edit(window, name="bent"):
    graph = window.document.graph
    window.document.edit("Rename", edits.rename(graph, graph.nodes[1].id, name))
    return window.document.graph


def idle(qtbot, window):
    qtbot.waitUntil(lambda: not window.background.busy)


# A question is open


def test_a_window_whose_question_is_open_does_not_give_way(studio, window, path, tmp_path, answers, qtbot, monkeypatch):
    def think(start):
        answers.asking = True
        qtbot.waitUntil(lambda: len(studio.windows) > 1 or studio.windows != [window])
        answers.asking = False
        return tmp_path / "mine.nns"

    monkeypatch.setattr(answers, "where_to_save", think)
    window.files.open(path)
    window.files.save_as()
    qtbot.waitUntil((tmp_path / "mine.nns").exists)
    idle(qtbot, window)
    assert [each.document.path for each in studio.windows] == [tmp_path / "mine.nns", path]


def test_every_dialog_that_waits_says_so(qtbot, qapp, home, settings, path, bugs):
    studio = Studio(qapp, settings)
    studio.hook.met.connect(bugs.append)
    window = studio.open(load_template("digits"), None)
    asking = []

    def look():
        dialog = QApplication.activeModalWidget()
        asking.append(window.dialogs.asking)
        dialog.reject()

    questions = [
        lambda: window.dialogs.where_to_save("it.nns"), lambda: window.dialogs.what_to_open("it.nns"),
        lambda: window.dialogs.save_first("it"), lambda: window.dialogs.open_anyway(path),
        lambda: window.dialogs.recover([]), lambda: window.dialogs.where_to_export("it.png", ".png"),
    ]  # fmt: skip
    for ask in questions:
        QTimer.singleShot(20, look)
        ask()
    assert asking == [True] * len(questions)
    assert not window.dialogs.asking
    studio.close()
    studio.deleteLater()
    assert bugs == []


def test_a_project_that_arrives_while_a_file_dialog_is_open_leaves_it_open(qtbot, qapp, home, settings, path, bugs):
    studio = Studio(qapp, settings)
    studio.hook.met.connect(bugs.append)
    window = studio.open(load_template("digits"), None)
    seen = []

    def look():
        if len(studio.windows) < 2:
            QTimer.singleShot(20, look)
            return
        seen.append(type(QApplication.activeModalWidget()))
        QApplication.activeModalWidget().reject()

    window.files.open(path)
    QTimer.singleShot(20, look)
    window.files.save_as()
    assert seen == [QFileDialog]
    assert studio.windows[0] is window
    studio.close()
    studio.deleteLater()
    qtbot.waitUntil(lambda: not [each for each in threading.enumerate() if each.name.startswith("files")])
    assert bugs == []


# A file is being written


def test_a_window_that_is_closed_twice_while_it_saves_asks_once(studio, path, answers, qtbot, slowly, monkeypatch):
    def no_room(project, path):
        slowly.wait(10)
        raise ProjectError("There is no room.")

    monkeypatch.setattr(files_module, "save_project", no_room)
    saved = studio.open(load_project(path), path)
    edit(saved)
    saved.files.save()
    saved.close()
    saved.close()
    slowly.set()
    idle(qtbot, saved)
    assert answers.questions == ["save_first"]
    assert studio.windows == [saved]


def test_a_new_project_saved_twice_in_a_row_is_named_once(window, answers, tmp_path, qtbot, slowly):
    answers.paths["save"] = tmp_path / "mine.nns"
    edit(window, "first")
    window.files.save()
    last = edit(window, "last")
    window.files.save()
    slowly.set()
    qtbot.waitUntil(lambda: not window.document.modified and not window.background.busy)
    assert answers.questions == ["where_to_save"]
    assert load_project(tmp_path / "mine.nns").graph == last


def test_what_is_undone_while_it_is_saved_is_still_to_be_saved(studio, path, qtbot, slowly):
    saved = studio.open(load_project(path), path)
    before = saved.document.graph
    edit(saved)
    saved.files.save()
    saved.document.undo()
    slowly.set()
    idle(qtbot, saved)
    assert saved.document.modified
    saved.files.save()
    qtbot.waitUntil(lambda: not saved.document.modified)
    assert load_project(path).graph == before


def test_saving_as_a_file_of_another_window_does_not_let_that_one_undo_it(studio, window, path, answers, qtbot):
    other = studio.open(load_project(path), path)
    idle(qtbot, other)
    mine = edit(window, "mine")
    answers.paths["save"] = path
    window.files.save_as()
    idle(qtbot, window)
    edit(other, "theirs")
    other.files.save()
    idle(qtbot, other)
    assert answers.questions == ["where_to_save", "replace_changed"]
    assert other.document.modified
    assert load_project(path).graph == mine


def test_a_signal_to_end_while_it_saves_leaves_the_file_whole(studio, path, qtbot, slowly):
    saved = studio.open(load_project(path), path)
    graph = edit(saved)
    saved.files.save()
    threading.Timer(0.1, slowly.set).start()
    studio.close()
    assert load_project(path).graph == graph


# A file is being read


def test_a_file_that_vanishes_before_it_is_read_is_told(studio, window, path, answers, qtbot, monkeypatch):
    go_on, real = threading.Event(), files_module.load_project
    monkeypatch.setattr(files_module, "load_project", lambda *them: go_on.wait(10) and real(*them))
    window.files.open(path)
    path.unlink()
    go_on.set()
    idle(qtbot, window)
    ((title, sentence),) = answers.told
    assert title == "Not opened"
    assert "it.nns" in sentence
    assert studio.windows == [window]


def test_a_window_closed_while_it_reads_opens_nothing_any_more(studio, window, path, qtbot, monkeypatch):
    go_on, real = threading.Event(), files_module.load_project
    monkeypatch.setattr(files_module, "load_project", lambda *them: go_on.wait(10) and real(*them))
    window.files.open(path)
    assert window.close()
    go_on.set()
    qtbot.waitUntil(lambda: not [each for each in threading.enumerate() if each.name.startswith("files")])
    QApplication.processEvents()
    assert studio.windows == []


def test_one_file_dropped_twice_opens_once(studio, window, path, qtbot):
    window.files.open(path)
    window.files.open(path)
    idle(qtbot, window)
    assert [each.document.path for each in studio.windows].count(path) == 1
