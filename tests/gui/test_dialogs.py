"""The dialogs themselves: each answer means what its button says, and Escape changes nothing."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget

from nnstudio.project.recovery import Unsaved
from nnstudio.project.templates import load_template
from nnstudio.ui.dialogs import Dialogs

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialogs(qtbot):
    """Those over a plain window."""
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    return Dialogs(parent)


@pytest.fixture
def soon(qtbot):
    """Do something with the dialog that is about to open; what went wrong there fails the test."""

    def do(act):
        def once():
            dialog = QApplication.activeModalWidget()
            try:
                act(dialog)
            finally:
                if dialog.isVisible():
                    dialog.reject()

        QTimer.singleShot(50, once)

    return do


def press(words):
    """Press the button of a question, found by its words."""

    def act(box):
        (button,) = [each for each in box.buttons() if each.text().replace("&", "") == words]
        QTest.mouseClick(button, LEFT)

    return act


def key(which):
    return lambda box: QTest.keyClick(box, which)


@pytest.mark.parametrize(("act", "answer"), [
    (press("Save"), True), (press("Discard"), False), (press("Cancel"), None),
    (key(Qt.Key.Key_Return), True), (key(Qt.Key.Key_Escape), None),
], ids=["save", "discard", "cancel", "Enter", "Escape"])  # fmt: skip
def test_unsaved_changes(dialogs, soon, act, answer):
    soon(act)
    assert dialogs.save_first("it.nns") is answer


@pytest.mark.parametrize("question", ["replace", "replace_export", "open_anyway"])
@pytest.mark.parametrize(("act", "answer"), [
    (press("Yes"), True), (press("No"), False), (key(Qt.Key.Key_Return), False), (key(Qt.Key.Key_Escape), False),
], ids=["yes", "no", "Enter", "Escape"])  # fmt: skip
def test_what_loses_something_is_done_only_after_a_yes(dialogs, soon, question, act, answer):
    soon(act)
    assert getattr(dialogs, question)(Path("it.nns")) is answer


@pytest.mark.parametrize(("act", "answer"), [
    (press("Save"), True), (press("Cancel"), False), (key(Qt.Key.Key_Return), False), (key(Qt.Key.Key_Escape), False),
], ids=["save", "cancel", "Enter", "Escape"])  # fmt: skip
def test_a_file_changed_meanwhile(dialogs, soon, act, answer):
    soon(act)
    assert dialogs.replace_changed(Path("it.nns")) is answer


def lost(count):
    return [Unsaved(f"{number}", load_template("xor"), None, f"Model {number}", 0.0) for number in range(count)]


@pytest.mark.parametrize(("act", "answer"), [
    (press("Open again"), True), (press("Throw away"), False), (press("Ask later"), None),
    (key(Qt.Key.Key_Return), True), (key(Qt.Key.Key_Escape), None),
], ids=["open", "throw away", "later", "Enter", "Escape"])  # fmt: skip
def test_work_that_was_left_behind(dialogs, soon, act, answer):
    soon(act)
    assert dialogs.recover(lost(2)) is answer


def test_lost_work_is_named_but_not_without_end(dialogs, soon):
    texts = []
    soon(lambda box: texts.append(box.informativeText()))
    dialogs.recover(lost(20))
    assert "Model 0" in texts[0]
    assert "… and 12 more" in texts[0]


def test_a_strange_name_is_written_out(dialogs, soon):
    texts = []
    soon(lambda box: texts.append(box.text()))
    dialogs.replace(Path("a\x1b[31m\nb.nns"))
    assert texts[0].isprintable()


def test_a_message_waits_for_nobody(dialogs, qtbot):
    dialogs.tell("Not saved", "The disk is full.")
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert box.text() == "The disk is full."
    with qtbot.waitSignal(box.destroyed):
        QTest.keyClick(box, Qt.Key.Key_Return)


def type_name(name):
    def act(dialog):
        assert isinstance(dialog, QFileDialog)
        line = dialog.findChild(QLineEdit)
        line.selectAll()
        QTest.keyClicks(line, str(name))
        # What it offers while one types comes when the folder was read, and would take the key.
        line.completer().popup().hide()
        QTest.keyClick(line, Qt.Key.Key_Return)

    return act


@pytest.mark.parametrize("name", ["mine.nns", "mine"])
def test_a_name_to_save_under(dialogs, soon, tmp_path, name):
    soon(type_name(tmp_path / name))
    assert dialogs.where_to_save(str(tmp_path / "start.nns")) == tmp_path / "mine.nns"


def test_the_name_to_save_under_is_suggested(dialogs, soon, tmp_path):
    found = []
    soon(lambda dialog: found.extend(dialog.selectedFiles()))
    assert dialogs.where_to_save(str(tmp_path / "start.nns")) is None
    assert found == [str(tmp_path / "start.nns")]


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_a_name_for_a_picture(dialogs, soon, tmp_path, ending):
    soon(type_name(tmp_path / "model"))
    assert dialogs.where_to_export(str(tmp_path / "it.nns"), ending) == tmp_path / f"model{ending}"


def test_a_name_for_an_export_though_there_is_such_a_file(dialogs, soon, tmp_path):
    (tmp_path / "it.onnx").touch()
    soon(type_name(tmp_path / "it.onnx"))
    assert dialogs.where_to_put(str(tmp_path / "new.onnx"), ".onnx", "ONNX") == tmp_path / "it.onnx"


def test_a_folder_for_an_export(dialogs, soon, tmp_path):
    (tmp_path / "there").mkdir()
    soon(type_name(tmp_path / "there"))
    assert dialogs.where_to_put(str(tmp_path / "not yet"), "", "PyTorch") == tmp_path / "there"


@pytest.mark.parametrize("name", ["it.onnx", "it.npz", "it.safetensors"])
def test_a_file_to_import(dialogs, soon, tmp_path, name):
    (tmp_path / name).touch()
    soon(type_name(tmp_path / name))
    assert dialogs.what_to_import(str(tmp_path)) == tmp_path / name


def test_a_project_to_open(dialogs, soon, tmp_path):
    (tmp_path / "it.nns").touch()
    soon(type_name(tmp_path / "it.nns"))
    assert dialogs.what_to_open(str(tmp_path)) == tmp_path / "it.nns"


@pytest.mark.parametrize("ask", [
    lambda dialogs, path: dialogs.where_to_save(path), lambda dialogs, path: dialogs.what_to_open(path),
    lambda dialogs, path: dialogs.where_to_export(path, ".png"), lambda dialogs, path: dialogs.what_to_import(path),
    lambda dialogs, path: dialogs.where_to_put(path, ".npz", "npz"),
    lambda dialogs, path: dialogs.where_to_put(path, "", "Keras"),
], ids=["save", "open", "picture", "import", "export", "folder"])  # fmt: skip
def test_escape_names_no_file(dialogs, soon, tmp_path, ask):
    soon(key(Qt.Key.Key_Escape))
    assert ask(dialogs, str(tmp_path / "it.nns")) is None
