"""New, open, save and close with real files: nothing that is unsaved is ever lost without a question."""

import os
import stat
import threading
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import nnstudio.ui.files as files_module
from nnstudio.core.errors import ProjectError
from nnstudio.graph import edits
from nnstudio.project.file import load_project, save_project
from nnstudio.project.recovery import Recovery
from nnstudio.project.templates import load_template
from nnstudio.ui.files import Disk

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def path(tmp_path):
    """A saved project."""
    path = tmp_path / "it.nns"
    save_project(load_template("xor"), path)
    return path


@pytest.fixture
def saved(studio, path):
    """A window with that project."""
    return studio.open(load_project(path), path)


def edit(window, name="bent"):
    """Change something; gives back the graph that should be in the file then."""
    graph = window.document.graph
    window.document.edit("Rename", edits.rename(graph, graph.nodes[1].id, name))
    return window.document.graph


def idle(qtbot, window):
    """Let what was asked of the window's thread come to its end."""
    qtbot.waitUntil(lambda: not window.background.busy)


def only(studio):
    (window,) = studio.windows
    return window


# Saving


def test_control_s_saves_where_the_project_is(saved, path, qtbot):
    graph = edit(saved)
    saved.activateWindow()
    qtbot.waitUntil(saved.isActiveWindow)
    QTest.keyClick(saved.canvas.view, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not saved.document.modified)
    assert load_project(path).graph == graph
    assert saved.statusBar().currentMessage() == "Saved it.nns"


def test_a_new_project_is_asked_where_to_save(window, tmp_path, answers, qtbot):
    answers.paths["save"] = tmp_path / "mine.nns"
    window.menus.actions["save"].trigger()
    qtbot.waitUntil(lambda: window.document.path is not None)
    assert load_project(tmp_path / "mine.nns").graph == window.document.graph
    assert window.windowTitle() == "mine.nns[*] – nnstudio"
    (question, start), *_ = answers.asked
    assert (question, Path(start).name) == ("where_to_save", "Small digits.nns")


def test_saving_can_be_called_off(window, answers):
    edit(window)
    window.menus.actions["save"].trigger()
    assert answers.questions == ["where_to_save"]
    assert window.document.path is None
    assert window.document.modified


def test_save_as_leaves_the_old_file_alone(saved, path, tmp_path, answers, qtbot):
    before = path.read_bytes()
    graph = edit(saved)
    answers.paths["save"] = tmp_path / "other.nns"
    saved.menus.actions["save_as"].trigger()
    qtbot.waitUntil(lambda: not saved.document.modified)
    assert path.read_bytes() == before
    assert load_project(tmp_path / "other.nns").graph == graph
    assert saved.document.path == tmp_path / "other.nns"


@pytest.mark.parametrize("name", ["mine", "mine.v2", "mine.json"])
def test_a_name_without_the_ending_gets_it(window, tmp_path, answers, qtbot, name):
    answers.paths["save"] = tmp_path / name
    window.files.save()
    qtbot.waitUntil(lambda: window.document.path is not None)
    assert window.document.path == tmp_path / f"{name}.nns"


@pytest.mark.parametrize("yes", [True, False])
def test_a_file_whose_ending_was_not_typed_is_not_replaced_unasked(window, path, answers, qtbot, yes):
    before = path.read_bytes()
    answers.paths["save"], answers.yes = path.with_suffix(""), yes
    window.files.save()
    idle(qtbot, window)
    assert answers.questions == ["where_to_save", "replace"]
    assert (path.read_bytes() == before) != yes


def test_a_title_makes_a_name_that_a_file_can_have(studio, answers):
    window = studio.open(replace(load_template("xor"), title="../a/b: c?\n*"), None)
    window.files.save()
    assert Path(answers.asked[0][1]).name == "-a-b- c---.nns"


def test_what_is_edited_while_it_is_saved_stays_unsaved(saved, path, qtbot, monkeypatch):
    go_on = threading.Event()
    real = files_module.save_project
    monkeypatch.setattr(files_module, "save_project", lambda *them: go_on.wait(10) and real(*them))
    first = edit(saved, "first")
    saved.files.save()
    second = edit(saved, "second")
    go_on.set()
    idle(qtbot, saved)
    assert load_project(path).graph == first
    assert saved.document.modified
    saved.files.save()
    qtbot.waitUntil(lambda: not saved.document.modified)
    assert load_project(path).graph == second


def test_edits_are_possible_while_it_is_saved(saved, qtbot, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(files_module, "save_project", lambda *them: go_on.wait(10))
    edit(saved)
    saved.files.save()
    graph = edit(saved, "meanwhile")
    assert saved.document.graph is graph
    go_on.set()
    idle(qtbot, saved)


def test_saving_twice_in_a_row_saves_the_last(saved, path, qtbot):
    edit(saved, "first")
    saved.files.save()
    last = edit(saved, "last")
    saved.files.save()
    idle(qtbot, saved)
    assert not saved.document.modified
    assert load_project(path).graph == last


def no_room(project, path):
    raise ProjectError(f"{path} could not be saved (no space left on device). Free some space.")


def test_a_full_disk_is_told_and_loses_nothing(saved, path, answers, qtbot, monkeypatch):
    before = path.read_bytes()
    graph = edit(saved)
    monkeypatch.setattr(files_module, "save_project", no_room)
    saved.files.save()
    idle(qtbot, saved)
    ((title, sentence),) = answers.told
    assert title == "Not saved"
    assert "no space left" in sentence
    assert saved.document.modified
    assert saved.document.graph is graph
    assert path.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_place_that_cannot_be_written_is_told(window, answers, qtbot):
    edit(window)
    answers.paths["save"] = Path("/dev/full/it.nns")
    window.files.save()
    idle(qtbot, window)
    assert [title for title, _ in answers.told] == ["Not saved"]
    assert window.document.modified
    assert window.document.path is None


def test_a_write_protected_file_is_told(saved, path, answers, qtbot, monkeypatch):
    edit(saved)
    path.chmod(stat.S_IRUSR)
    real = os.access
    # Root may write everywhere; what the system would tell another user is told here.
    monkeypatch.setattr(os, "access", lambda each, mode: mode != os.W_OK and real(each, mode))
    saved.files.save()
    idle(qtbot, saved)
    assert "write-protected" in answers.told[0][1]
    assert saved.document.modified


def test_a_bug_while_saving_is_told_and_reported(saved, answers, bugs, qtbot, monkeypatch):
    monkeypatch.setattr(files_module, "save_project", lambda *_: 1 / 0)
    edit(saved)
    saved.files.save()
    qtbot.waitUntil(lambda: len(bugs) == 1)
    assert "ZeroDivisionError" in bugs.pop()
    assert "bug" in answers.told[0][1]
    assert saved.document.modified
    saved.files.save()
    idle(qtbot, saved)
    assert len(answers.told) == 2


@pytest.mark.parametrize("yes", [True, False])
def test_what_another_program_wrote_meanwhile_is_not_lost_unasked(saved, path, answers, qtbot, yes):
    idle(qtbot, saved)
    save_project(replace(load_template("xor"), title="trained elsewhere"), path)
    other = path.read_bytes()
    graph = edit(saved)
    answers.yes = yes
    saved.files.save()
    idle(qtbot, saved)
    assert answers.questions == ["replace_changed"]
    assert saved.document.modified is not yes
    assert (path.read_bytes() == other) is not yes
    assert (load_project(path).graph == graph) is yes


def test_a_file_that_was_deleted_meanwhile_is_simply_saved(saved, path, answers, qtbot):
    idle(qtbot, saved)
    path.unlink()
    graph = edit(saved)
    saved.files.save()
    idle(qtbot, saved)
    assert answers.asked == []
    assert load_project(path).graph == graph


def test_our_own_saves_are_no_change_by_another(saved, answers, qtbot):
    for name in ("one", "two", "three"):
        edit(saved, name)
        saved.files.save()
        idle(qtbot, saved)
    assert answers.asked == []


# Closing


def test_a_window_without_changes_closes_unasked(window, studio, answers):
    assert window.close()
    assert studio.windows == []
    assert answers.asked == []


def test_closing_with_changes_asks_and_can_be_called_off(window, studio, answers):
    graph = edit(window)
    assert not window.close()
    assert answers.asked == [("save_first", "Small digits")]
    assert studio.windows == [window]
    assert window.isVisible()
    assert window.document.graph is graph


def test_closing_can_let_changes_go(saved, studio, path, answers):
    before = path.read_bytes()
    edit(saved)
    answers.save = False
    assert saved.close()
    assert studio.windows == []
    assert path.read_bytes() == before


def test_closing_can_save_first(saved, studio, path, answers, qtbot):
    graph = edit(saved)
    answers.save = True
    saved.close()
    qtbot.waitUntil(lambda: studio.windows == [])
    assert load_project(path).graph == graph
    assert answers.asked == [("save_first", "it.nns")]


def test_closing_does_not_go_on_when_saving_fails(saved, studio, answers, qtbot, monkeypatch):
    monkeypatch.setattr(files_module, "save_project", no_room)
    edit(saved)
    answers.save = True
    saved.close()
    idle(qtbot, saved)
    assert studio.windows == [saved]
    assert saved.document.modified
    assert len(answers.told) == 1


def test_closing_does_not_go_on_when_no_name_is_given(window, studio, answers):
    edit(window)
    answers.save = True
    window.close()
    assert answers.questions == ["save_first", "where_to_save"]
    assert studio.windows == [window]


def test_closing_waits_for_a_save_that_is_under_way(saved, studio, path, answers, qtbot, monkeypatch):
    go_on = threading.Event()
    real = files_module.save_project
    monkeypatch.setattr(files_module, "save_project", lambda *them: go_on.wait(10) and real(*them))
    graph = edit(saved)
    saved.files.save()
    assert not saved.close()
    assert studio.windows == [saved]
    go_on.set()
    qtbot.waitUntil(lambda: studio.windows == [])
    assert answers.asked == []
    assert load_project(path).graph == graph


def test_an_edit_between_the_question_and_the_end_of_saving_is_asked_about(saved, studio, answers, qtbot, monkeypatch):
    go_on = threading.Event()
    real = files_module.save_project
    monkeypatch.setattr(files_module, "save_project", lambda *them: go_on.wait(10) and real(*them))
    edit(saved, "first")
    answers.save = True
    saved.close()
    edit(saved, "second")
    answers.save = None
    go_on.set()
    idle(qtbot, saved)
    assert answers.questions == ["save_first", "save_first"]
    assert studio.windows == [saved]


def test_quit_closes_every_window(studio, window, saved, answers):
    window.menus.actions["quit"].trigger()
    assert studio.windows == []
    assert answers.asked == []


def test_quit_saves_and_closes_every_window(studio, window, saved, tmp_path, answers, qtbot):
    one, other = edit(window), edit(saved)
    answers.save, answers.paths["save"] = True, tmp_path / "first.nns"
    window.menus.actions["quit"].trigger()
    qtbot.waitUntil(lambda: studio.windows == [])
    assert load_project(tmp_path / "first.nns").graph == one
    assert load_project(tmp_path / "it.nns").graph == other


def test_quit_is_called_off_by_the_first_no(studio, window, saved, answers):
    edit(window)
    edit(saved)
    saved.menus.actions["quit"].trigger()
    assert answers.questions == ["save_first"]
    assert len(studio.windows) == 2


# New and open


def test_new_takes_the_place_of_a_window_in_which_nothing_was_done(studio, window):
    window.menus.actions["new"].trigger()
    assert only(studio).document.graph.nodes == ()
    assert only(studio).geometry() == window.geometry()


def test_new_leaves_a_window_alone_in_which_something_was_done(studio, window, answers):
    edit(window)
    window.menus.actions["new"].trigger()
    assert len(studio.windows) == 2
    assert answers.asked == []


def test_a_project_is_opened(studio, window, path, answers, qtbot):
    answers.paths["open"] = path
    window.menus.actions["open"].trigger()
    qtbot.waitUntil(lambda: only(studio).document.path == path)
    assert only(studio).document.graph == load_template("xor").graph


def test_a_project_opens_beside_unsaved_work(studio, window, path, answers, qtbot):
    edit(window)
    window.files.open(path)
    qtbot.waitUntil(lambda: len(studio.windows) == 2)
    assert window.document.modified
    assert answers.asked == []


@pytest.mark.parametrize("content", [None, b"", b"PK nonsense", "a folder"], ids=ascii)
def test_a_file_that_cannot_be_opened_is_told(studio, window, tmp_path, answers, qtbot, content):
    path = tmp_path / "broken.nns"
    if content == "a folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    window.files.open(path)
    qtbot.waitUntil(lambda: len(answers.told) == 1)
    assert "broken.nns" in answers.told[0][1]
    assert studio.windows == [window]


def test_a_project_that_is_open_here_comes_forward(studio, window, saved, path, answers, qtbot):
    window.files.open(path)
    qtbot.waitUntil(lambda: "open here already" in saved.statusBar().currentMessage())
    assert len(studio.windows) == 2
    assert answers.asked == []


@pytest.mark.parametrize("yes", [True, False])
def test_a_project_that_another_program_has_open_is_told(studio, window, path, answers, home, qtbot, yes):
    other = Recovery(home)
    other.announce(path)
    answers.yes = yes
    window.files.open(path)
    qtbot.waitUntil(lambda: answers.questions == ["open_anyway"])
    idle(qtbot, only(studio))
    assert (only(studio).document.path == path) is yes
    other.close()


@pytest.mark.parametrize("yes", [True, False])
def test_the_second_start_with_a_project_is_told(studio, path, answers, home, yes):
    other = Recovery(home)
    other.announce(path)
    answers.yes = yes
    assert studio.begin(load_project(path), path) is yes
    assert answers.questions == ["open_anyway"]
    assert len(studio.windows) == yes
    other.close()


def test_a_project_that_was_closed_is_open_nowhere(studio, saved, path, answers, qtbot):
    saved.close()
    other = studio.open(load_template("digits"), None)
    other.files.open(path)
    qtbot.waitUntil(lambda: only(studio).document.path == path)
    assert answers.asked == []


# Recent


def recent(window):
    """The texts of the menu of recent projects."""
    window.menus._show_recent()
    return [action.text() for action in window.menus._recent.actions() if not action.isSeparator()]


def test_recent_projects_are_listed_the_last_first(studio, window, saved, tmp_path, answers, qtbot):
    answers.paths["save"] = tmp_path / "other.nns"
    saved.files.save_as()
    idle(qtbot, saved)
    assert recent(window) == ["other.nns", "it.nns", "Empty this list"]
    assert window.menus._recent.isEnabled()


def test_a_recent_project_opens(studio, window, saved, path, qtbot):
    saved.close()
    window.menus._show_recent()
    window.menus._recent.actions()[0].trigger()
    qtbot.waitUntil(lambda: only(studio).document.path == path)


def test_a_recent_project_that_is_gone_is_told_and_forgotten(window, saved, path, answers, qtbot):
    saved.close()
    path.unlink()
    window.files.open(path)
    qtbot.waitUntil(lambda: len(answers.told) == 1)
    assert recent(window) == ["Empty this list"]


def test_the_list_can_be_emptied(window, saved):
    assert recent(window)[0] == "it.nns"
    window.menus._recent.actions()[-1].trigger()
    assert recent(window) == ["Empty this list"]
    assert not window.menus._recent.isEnabled()


def test_at_most_ten_are_listed(studio, settings, tmp_path):
    window = studio.open(load_template("xor"), None)
    for number in range(15):
        window.files._remember(tmp_path / f"{number}.nns")
    assert recent(window)[:-1] == [f"{number}.nns" for number in range(14, 4, -1)]


# Drag


def dragged(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(window, data):
    """Drag over the canvas and let go, as the system tells it; whether it was taken."""
    target, point = window.canvas.view.viewport(), QPoint(100, 100)
    buttons, action = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(point, action, data, buttons, Qt.KeyboardModifier.NoModifier)
    enter.ignore()
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    # Only the widget that took it in is told where it is let go.
    here = window.canvas.view if data.hasFormat("application/x-nnstudio-layer") else window
    event = QDropEvent(QPointF(point), action, data, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(here, event)
    return event.isAccepted()


def test_a_project_dragged_in_opens(studio, window, path, qtbot):
    assert drop(window, dragged(path))
    qtbot.waitUntil(lambda: only(studio).document.path == path)


def test_several_projects_dragged_in_open_in_windows_of_their_own(studio, window, path, tmp_path, qtbot):
    save_project(load_template("neuron"), tmp_path / "other.nns")
    assert drop(window, dragged(path, tmp_path / "other.nns"))
    wanted = {path, tmp_path / "other.nns"}
    qtbot.waitUntil(lambda: {each.document.path for each in studio.windows} == wanted)


def test_other_files_are_not_taken(window, tmp_path):
    assert not drop(window, dragged(tmp_path / "picture.png"))
    assert not drop(window, QMimeData())


# Pictures


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_the_canvas_is_saved_as_a_picture(window, tmp_path, answers, qtbot, ending):
    from PySide6.QtGui import QImageReader

    answers.paths["export"] = tmp_path / f"model{ending}"
    window.selection.choose(["hidden"])
    window.menus.actions[f"export_{ending[1:]}"].trigger()
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == f"Saved model{ending}")
    picture = QImageReader(str(tmp_path / f"model{ending}")).read()
    assert not picture.isNull()
    assert picture.width() > picture.height() > 40
    points = product(range(0, picture.width(), 3), range(0, picture.height(), 3))
    colors = {picture.pixelColor(*point).name() for point in points}
    assert window.theme.canvas in colors
    assert window.theme.card in colors
    assert len(colors) > 10
    if ending == ".svg":
        assert "hidden" in (tmp_path / "model.svg").read_text("utf-8")


def test_a_picture_that_cannot_be_written_is_told(window, tmp_path, answers, qtbot):
    answers.paths["export"] = tmp_path / "no folder" / "model.png"
    window.menus.actions["export_png"].trigger()
    qtbot.waitUntil(lambda: [title for title, _ in answers.told] == ["Not saved"])


def test_a_picture_of_a_huge_model_keeps_within_its_limits(qapp):
    from nnstudio.graph.graph import Graph, Node
    from nnstudio.layers.base import layers
    from nnstudio.ui.canvas.picture import LONGEST, MOST_PIXELS, image_of
    from nnstudio.ui.canvas.scene import Scene
    from nnstudio.ui.document import Document
    from nnstudio.ui.selection import Selection
    from nnstudio.ui.theme import DARK

    relu = layers().find("relu")()
    corners = [(0.0, 0.0), (90_000.0, 0.0), (0.0, 70_000.0)]
    graph = Graph(tuple(Node(f"relu_{number}", relu, "", corner) for number, corner in enumerate(corners)))
    document = Document(replace(load_template("xor"), graph=graph))
    image = image_of(Scene(document, Selection(document), DARK), DARK)
    assert image.width() * image.height() <= MOST_PIXELS * 1.01
    assert max(image.width(), image.height()) <= LONGEST


def test_a_sign_that_a_closing_window_still_leaves_is_waited_for(path):
    save_project(load_template("xor"), path)

    class Signs:
        """Of a window that takes a moment to close."""

        asked = 0

        def open_elsewhere(self, _):
            self.asked += 1
            return self.asked == 1

    assert Disk(Signs()).read(path)[1] is False

    class Stays:
        def open_elsewhere(self, _):
            return True

    assert Disk(Stays()).read(path)[1] is True
