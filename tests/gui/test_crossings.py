"""Export, import and pictures of the network in the window, with mouse and keys."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QImageReader
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from nnstudio.api import Model, new
from nnstudio.export.base import Exporter, exporters
from nnstudio.graph.diagram import diagram
from nnstudio.graph.edits import chain
from nnstudio.layers.base import layers
from nnstudio.live.known import State
from nnstudio.project.templates import load_template
from nnstudio.ui.export_place import Place, typed
from nnstudio.ui.import_refused import ImportRefused
from nnstudio.ui.network_picture import Look, image_of
from nnstudio.ui.network_picture_dialog import NetworkPictureDialog
from nnstudio.ui.theme import DARK, LIGHT
from tests.gui.conftest import roomy, settle

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PROVED = 120_000  # Milliseconds that a fresh process may take on a busy machine.


@pytest.fixture(scope="session")
def trained():
    """The digits after two passes through the data."""
    model = new("digits")
    model.train(epochs=2)
    return model.project


@pytest.fixture
def window(studio, trained, qtbot):
    """A window with the trained digits."""
    window = roomy(studio.open(trained, None))
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


def press(widget, key, keys=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, keys)


def click(button):
    QTest.mouseClick(button, LEFT)


def export_dialog(qtbot, window):
    """The dialog, opened with its keys."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    press(window, Qt.Key.Key_E, CTRL | SHIFT)
    dialog = window.crossings._dialog
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def choose(dialog, kind):
    """Go down the list with the arrow keys until the format is chosen."""
    dialog.formats.setFocus()
    press(dialog.formats, Qt.Key.Key_Home)
    for _ in dialog.formats.offered:
        if dialog.formats.offered[dialog.formats.currentRow()].kind == kind:
            return
        press(dialog.formats, Qt.Key.Key_Down)
    raise AssertionError(f"no format {kind}")


def name_it(line, path):
    """Type a path into a line."""
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, str(path))


def export(qtbot, dialog, kind, path, prove=True):
    """Export by mouse and keys, to its end."""
    choose(dialog, kind)
    name_it(dialog.where, path)
    if dialog.prove.isChecked() is not prove:
        press(dialog.prove, Qt.Key.Key_Space)
    click(dialog.export_button)
    qtbot.waitUntil(lambda: not dialog.exporting.going and not dialog._waiting, timeout=PROVED)


# Export


def test_a_network_is_exported_and_a_fresh_process_proves_it(qtbot, window, tmp_path):
    dialog = export_dialog(qtbot, window)
    export(qtbot, dialog, "numpy", tmp_path / "out")
    assert dialog.alarm.text() == ""
    assert "in a process of its own, agrees on 359 of 359 test samples of digits" in dialog.outcome.proof.text()
    assert dialog.outcome.proof.property("tone") == "good"
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert dialog.outcome.proof.text() in card
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"model.py", "model.npz", "README.md"}
    assert window.statusBar().currentMessage() == "Exported as NumPy script"


def test_the_result_is_copied_and_its_folder_opened(qtbot, window, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog = export_dialog(qtbot, window)
    export(qtbot, dialog, "safetensors", tmp_path / "weights", prove=False)
    # The keys are on it, once there is something to open.
    assert dialog.focusWidget() is dialog.outcome.open_button
    click(dialog.outcome.copy_button)
    told = QGuiApplication.clipboard().text()
    assert str(tmp_path / "weights.safetensors") in told
    assert str(tmp_path / "weights.safetensors.md") in told
    assert "no proof was wanted" in told
    press(dialog.outcome.open_button, Qt.Key.Key_Space)
    assert [url.toLocalFile() for url in opened] == [str(tmp_path)]


def test_a_network_that_never_learned_is_refused_in_a_sentence(qtbot, studio, tmp_path):
    window = roomy(studio.open(load_template("digits"), None))
    dialog = export_dialog(qtbot, window)
    export(qtbot, dialog, "npz", tmp_path / "weights.npz")
    assert dialog.alarm.isVisible()
    assert "not trained yet" in dialog.alarm.text()
    assert not dialog.outcome.isVisible()
    assert list(tmp_path.glob("weights*")) == []


def test_what_was_learned_until_now_is_exported_though_nothing_was_saved(qtbot, studio, tmp_path):
    window = roomy(studio.open(load_template("digits"), None))
    window.run.train(epochs=1)
    qtbot.waitUntil(lambda: window.run.state is State.STANDING and window.run.learned)
    dialog = export_dialog(qtbot, window)
    export(qtbot, dialog, "npz", tmp_path / "weights.npz", prove=False)
    with np.load(tmp_path / "weights.npz") as found:
        assert (found["hidden.weights"] == window.document.project.weights["hidden/weights"]).all()
    settle(qtbot, window)


def test_a_disk_that_takes_nothing_is_told_in_the_dialog(qtbot, window, tmp_path):
    dialog = export_dialog(qtbot, window)
    export(qtbot, dialog, "npz", tmp_path / "no folder" / "weights.npz")
    assert dialog.alarm.isVisible()
    assert "weights.npz" in dialog.alarm.text()
    assert dialog.export_button.isEnabled()


def test_without_a_name_nothing_begins(qtbot, window):
    dialog = export_dialog(qtbot, window)
    dialog.where.setFocus()
    dialog.where.selectAll()
    press(dialog.where, Qt.Key.Key_Delete)
    click(dialog.export_button)
    assert "Say where to" in dialog.alarm.text()
    assert not dialog.exporting.going


@pytest.mark.parametrize("yes", [False, True])
def test_what_is_there_already_is_replaced_only_after_a_yes(qtbot, window, tmp_path, answers, yes):
    path = tmp_path / "weights.npz"
    path.write_bytes(b"mine")
    answers.yes = yes
    dialog = export_dialog(qtbot, window)
    export(qtbot, dialog, "npz", path, prove=False)
    assert answers.asked == [("replace_export", path)]
    assert (path.read_bytes() == b"mine") is not yes


def test_a_place_is_chosen_in_a_file_dialog(qtbot, window, tmp_path, answers):
    answers.paths["put"] = tmp_path / "mine.onnx"
    dialog = export_dialog(qtbot, window)
    click(dialog.browse)
    assert dialog.where.text() == str(tmp_path / "mine.onnx")
    choose(dialog, "npz")
    assert dialog.where.text() == str(tmp_path / "mine.npz")


def test_every_format_is_offered_with_what_it_is_for(qtbot, window):
    dialog = export_dialog(qtbot, window)
    rows = [dialog.formats.item(row) for row in range(dialog.formats.count())]
    said = [row.data(Qt.ItemDataRole.AccessibleTextRole) for row in rows]
    assert sorted(said) == sorted(f"{each.title}. {each.about}" for each in exporters().kinds().values())
    assert dialog.formats.currentRow() == 0


def test_a_package_that_is_missing_is_told_before_anything_is_exported(qtbot, window, monkeypatch):
    needs = "Keras is not installed."
    monkeypatch.setattr(exporters().find("keras"), "lacking", needs)
    dialog = export_dialog(qtbot, window)
    choose(dialog, "keras")
    assert dialog.lacking.isVisible()
    assert dialog.lacking.text() == needs
    choose(dialog, "npz")
    assert not dialog.lacking.isVisible()


@pytest.fixture
def held(monkeypatch):
    """Exports wait until they are let go."""
    go = threading.Event()
    before = Model.trained
    monkeypatch.setattr(Model, "trained", lambda self, data=None: go.wait(60) and before(self, data))
    yield go
    go.set()


def begin(qtbot, window, path):
    dialog = export_dialog(qtbot, window)
    choose(dialog, "npz")
    name_it(dialog.where, path)
    press(dialog.where, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.exporting.going)
    return dialog


def test_an_export_is_called_off_and_nothing_is_written(qtbot, window, tmp_path, held):
    dialog = begin(qtbot, window, tmp_path / "weights.npz")
    assert dialog.busy.isVisible()
    assert not dialog.export_button.isEnabled()
    click(dialog.close_button)
    assert dialog.doing.text() == "Ending…"
    held.set()
    qtbot.waitUntil(lambda: not dialog.exporting.going)
    assert dialog.alarm.text() == "Called off: nothing was written."
    assert list(tmp_path.glob("weights*")) == []


def test_the_window_edits_and_saves_while_an_export_is_under_way(qtbot, window, tmp_path, answers, held):
    dialog = begin(qtbot, window, tmp_path / "weights.npz")
    answers.paths["save"] = tmp_path / "it.nns"
    with qtbot.waitSignal(window.files.saved):
        window.menus.actions["save_as"].trigger()
    assert dialog.exporting.going
    assert (tmp_path / "it.nns").exists()


@pytest.mark.parametrize("how", ["Escape", "window"])
def test_an_export_ends_with_its_dialog_or_its_window(qtbot, window, tmp_path, held, how):
    dialog = begin(qtbot, window, tmp_path / "weights.npz")
    ended = dialog.exporting._ended
    if how == "Escape":
        with qtbot.waitSignal(dialog.destroyed):
            press(dialog, Qt.Key.Key_Escape)
        assert export_dialog(qtbot, window) is not dialog
    else:
        with qtbot.waitSignal(window.destroyed):
            window.close()
    assert ended.is_set()


def test_an_export_whose_proof_is_called_off_says_so(trained, tmp_path, monkeypatch):
    # Looked at before the process can have answered.
    monkeypatch.setattr("nnstudio.export.proof.GLANCE", 0.0)
    answers = iter([True])
    done = Model(trained).export("numpy", tmp_path / "out", wanted=lambda: next(answers, False))
    assert done.proof.sentence == "Not proved: it was called off."
    assert done.proof.sentence in done.card.read_text("utf-8")
    assert all(file.exists() for file in done.files)


class Folder(Exporter):
    kind, suffix, in_folder = "folder", ".py", True


class File(Exporter):
    kind, suffix = "file", ".dat"


@pytest.mark.parametrize(("text", "exporter", "path"), [
    ("model", File(), "/home/me/model.dat"), ("/a/model.DAT", File(), "/a/model.DAT"),
    ("v1.2", File(), "/home/me/v1.2.dat"),
    ("out", Folder(), "/home/me/out"), ("/a/b.py", Folder(), "/a/b.py"), ("  ", File(), None),
])  # fmt: skip
def test_a_name_that_is_typed_becomes_a_path(tmp_path, text, exporter, path):
    assert typed(text, Path("/home/me"), exporter) == (path and Path(path))


def test_a_place_follows_the_format():
    place = Place(Path("/a"), "digits")
    assert place.path(File()) == Path("/a/digits.dat")
    assert place.path(Folder()) == Path("/a/digits-folder")
    assert place.moved(Path("/b/other.dat"), File()).path(Folder()) == Path("/b/other-folder")


# Import


@pytest.fixture
def weights(trained, tmp_path):
    """The weights of the digits in a file, and the same with some that do not fit."""
    good, bad = tmp_path / "good.npz", tmp_path / "bad.npz"
    Model(trained).export("npz", good, prove=False)
    with np.load(good) as found:
        arrays = dict(found)
    del arrays["scores.bias"]
    np.savez(bad, **{**arrays, "hidden.weights": arrays["hidden.weights"][:3], "extra": np.zeros(2)})
    return good, bad


def ask_to_import(window, answers, path):
    answers.paths["import"] = path
    press(window, Qt.Key.Key_I, CTRL | SHIFT)


def test_weights_that_do_not_fit_change_nothing_and_are_listed(qtbot, studio, answers, weights):
    window = roomy(studio.open(load_template("digits"), None))
    before = window.document.project
    ask_to_import(window, answers, weights[1])
    qtbot.waitUntil(lambda: window.findChild(ImportRefused) is not None)
    dialog = window.findChild(ImportRefused)
    assert sorted(dialog.rows) == [
        ("extra", "unexpected: no layer has it", ""),
        ("hidden.weights", "of another shape", "3×64 in the file, 32×64 here"),
        ("scores.bias", "missing in the file", ""),
    ]
    assert "bad.npz" in dialog.words.text()
    assert dialog.table.model().rowCount() == 3
    assert window.document.project is before
    assert not window.document.modified
    click(dialog.copy_button)
    assert "scores.bias\tmissing in the file" in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(dialog.destroyed):
        press(dialog, Qt.Key.Key_Return)


def test_imported_weights_are_one_edit_that_can_be_undone(qtbot, studio, answers, trained, weights):
    other = replace(trained, weights={name: array + 1 for name, array in trained.weights.items()})
    window = roomy(studio.open(other, None))
    ask_to_import(window, answers, weights[0])
    qtbot.waitUntil(lambda: window.document.modified)
    for name, array in trained.weights.items():
        assert (window.document.project.weights[name] == array).all()
    assert window.statusBar().currentMessage() == "Imported the weights of good.npz: 4 arrays, 2,410 numbers."
    assert window.document.undo_stack.count() == 1
    assert window.document.undo_stack.undoText() == "Import weights"
    press(window, Qt.Key.Key_Z, CTRL)
    assert window.document.project.weights is other.weights
    assert window.document.project.history == trained.history


def test_a_run_goes_on_from_imported_weights(qtbot, studio, answers, trained, weights):
    window = roomy(studio.open(load_template("digits"), None))
    window.run.train(epochs=1)
    qtbot.waitUntil(lambda: window.run.state is State.STANDING and window.run.learned)
    settle(qtbot, window)
    ask_to_import(window, answers, weights[0])
    qtbot.waitUntil(lambda: window.document.undo_stack.undoText() == "Import weights")
    settle(qtbot, window)
    # Also after the worker has told what it has now.
    assert (window.document.project.weights["hidden/weights"] == trained.weights["hidden/weights"]).all()
    press(window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert not (window.document.project.weights["hidden/weights"] == trained.weights["hidden/weights"]).all()


def test_weights_for_a_model_that_was_changed_meanwhile_are_not_taken(qtbot, window, answers, weights):
    window.crossings.importing.take(weights[0])
    # Read in a thread, but told only when the window looks again.
    window.document.edit("Delete", replace(window.document.graph, wires=()))
    edited = window.document.project
    qtbot.waitUntil(lambda: answers.told != [])
    assert answers.told == [("Not imported", "The model was changed meanwhile. Import the weights again.")]
    assert window.document.project is edited


def test_a_damaged_file_is_told_in_a_sentence(qtbot, window, answers, tmp_path):
    (tmp_path / "it.safetensors").write_bytes(b"\xff" * 40)
    before = window.document.project
    ask_to_import(window, answers, tmp_path / "it.safetensors")
    qtbot.waitUntil(lambda: answers.told != [])
    assert answers.told[0][0] == "Not imported"
    assert "it.safetensors" in answers.told[0][1]
    assert window.document.project is before


def test_an_onnx_file_opens_in_a_window_of_its_own(qtbot, studio, window, trained, answers, tmp_path):
    pytest.importorskip("onnx")
    Model(trained).export("onnx", tmp_path / "it.onnx", prove=False)
    window.document.change("Title", title="mine")
    ask_to_import(window, answers, tmp_path / "it.onnx")
    qtbot.waitUntil(lambda: len(studio.windows) == 2)
    other = studio.windows[1].document.project
    samples = np.random.default_rng(0).random((5, 8, 8, 1), np.float32) * 16
    assert np.abs(Model(other).predict(samples) - Model(trained).predict(samples)).max() < 1e-5
    assert window.document.project.title == "mine"


def test_every_node_that_no_layer_can_stand_for_is_listed(qtbot, studio, window, answers, tmp_path):
    onnx = pytest.importorskip("onnx")
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", 4]) for name in "xy"]
    nodes = [
        onnx.helper.make_node(*each, name=each[0].lower()) for each in (("Sin", ["x"], ["a"]), ("Det", ["a"], ["y"]))
    ]
    model = onnx.helper.make_model(onnx.helper.make_graph(nodes, "strange", ends[:1], ends[1:]))
    (tmp_path / "strange.onnx").write_bytes(model.SerializeToString())
    ask_to_import(window, answers, tmp_path / "strange.onnx")
    qtbot.waitUntil(lambda: window.findChild(ImportRefused) is not None)
    dialog = window.findChild(ImportRefused)
    assert [row[:2] for row in dialog.rows] == [("sin", "Sin"), ("det", "Det")]
    assert len(studio.windows) == 1
    dialog.reject()


def test_weights_that_are_dropped_on_the_window_are_imported(qtbot, studio, trained, weights):
    window = roomy(studio.open(load_template("digits"), None))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(weights[0]))])
    buttons, action, none = LEFT, Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(100, 100), action, data, buttons, none)
    enter.ignore()
    QApplication.sendEvent(window.canvas.view.viewport(), enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(100, 100), action, data, buttons, none))
    qtbot.waitUntil(lambda: window.document.project.weights is not None)
    assert (window.document.project.weights["scores/bias"] == trained.weights["scores/bias"]).all()


# Circles and lines


@pytest.fixture
def circles(qtbot, window):
    """The dialog of the picture, open."""
    window.menus.actions["circles"].trigger()
    qtbot.waitUntil(lambda: window.findChild(NetworkPictureDialog) is not None)
    dialog = window.findChild(NetworkPictureDialog)
    yield dialog
    dialog.reject()


def colours(image):
    """How many pixels are clearly orange, and how many clearly blue."""
    # The numbers belong to this picture: it must live as long as they are looked at.
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), np.uint8)
    blue, _, red = pixels.reshape(-1, 4)[:, :3].astype(int).T
    return int((red - blue > 60).sum()), int((blue - red > 60).sum())


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_the_network_is_saved_as_circles_and_lines(qtbot, window, circles, answers, tmp_path, ending):
    answers.paths["export"] = tmp_path / f"circles{ending}"
    click(circles.buttons[ending])
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == f"Saved circles{ending}")
    picture = QImageReader(str(tmp_path / f"circles{ending}")).read()
    assert min(picture.width(), picture.height()) > 200
    orange, blue = colours(picture)
    assert orange > 500
    assert blue > 500
    if ending == ".svg":
        assert "hidden" in (tmp_path / "circles.svg").read_text("utf-8")


def test_negative_weights_are_orange_and_positive_ones_blue(qapp):
    graph = chain(layers().find("input")((1,)), layers().find("dense")(1))
    (name,) = [f"{node.id}/weights" for node in graph.nodes if node.layer.kind == "dense"]
    middle = {}
    for sign in (-1.0, 1.0):
        drawn = diagram(graph, {name: np.array([[sign]])})
        image = image_of(drawn, Look(LIGHT))
        middle[sign] = image.pixelColor(image.width() // 2, round(drawn.lines[0].start[1] * 2)).name()
    assert middle == {-1.0: LIGHT.negative, 1.0: LIGHT.positive}


def test_what_is_shown_is_chosen_with_the_keys(circles):
    colourful = circles.preview.grab().toImage()
    press(circles.weights, Qt.Key.Key_Space)
    grey = circles.preview.grab().toImage()
    assert colours(colourful)[0] > 100
    assert colours(grey)[0] == 0
    press(circles.functions, Qt.Key.Key_Space)
    assert circles.preview.grab().toImage() != grey
    press(circles.look, Qt.Key.Key_Up)
    assert circles.preview.grab().toImage().pixelColor(2, 2).name() == LIGHT.canvas


def test_before_there_are_weights_none_are_shown(qtbot):
    dialog = NetworkPictureDialog(load_template("digits"), DARK)
    qtbot.addWidget(dialog)
    assert not dialog.weights.isEnabled()
    assert not dialog.weights.isChecked()


def silent(dialog):
    """The controls that take the keys and have no name for a screen reader."""
    # The list of a combo box is a window of its own.
    here = [each for each in dialog.findChildren(QWidget) if each.window() is dialog]
    inside = [each for each in here if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(inside) >= 5
    return [each for each in inside if not (each.accessibleName() or _words(each))]


def test_every_control_of_the_picture_s_dialog_has_a_name(circles):
    assert silent(circles) == []


def test_every_control_of_the_export_dialog_has_a_name(qtbot, window):
    assert silent(export_dialog(qtbot, window)) == []


def _words(control):
    return control.text() if isinstance(control, QAbstractButton) else ""


def test_a_format_that_needs_another_package_is_not_the_first_choice(window, qtbot, monkeypatch):
    lacking = "ONNX files need the package onnx."
    monkeypatch.setattr("nnstudio.export.onnx_file.Onnx.lacking", property(lambda _: lacking))
    dialog = export_dialog(qtbot, window)
    assert dialog.formats.offered[0].lacking == lacking
    assert dialog.formats.currentRow() > 0
    assert not dialog.formats.offered[dialog.formats.currentRow()].lacking
    dialog.close()
