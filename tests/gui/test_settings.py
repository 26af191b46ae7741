"""The settings dialog by mouse and keys: what is changed shows at once, what cannot be is said in place."""

import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from shiboken6 import isValid

from nnstudio.core.fields import rules_of
from nnstudio.data.fetched import Fetched
from nnstudio.data.home import choose_home, data_home
from nnstudio.preferences import Preferences
from nnstudio.project.templates import load_template
from nnstudio.ui.background import Background
from nnstudio.ui.labels import Heading
from nnstudio.ui.preferring import Preferring
from nnstudio.ui.settings_dialog import GROUPS, SettingsDialog
from nnstudio.ui.settings_words import lying_in
from nnstudio.ui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture(autouse=True)
def user(tmp_path, monkeypatch):
    """The data folder of a user of this test alone."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.delenv("NNSTUDIO_DATA", raising=False)
    return tmp_path / "user" / "nnstudio"


@pytest.fixture
def settings(settings):
    """Everything as at first."""
    settings.remove("theme")
    return settings


class Desk(QWidget):
    """What the dialog needs of a window; a whole one takes its time to open."""

    def __init__(self, settings, answers):
        super().__init__()
        self.preferring, self.background, self.dialogs = Preferring(settings, self), Background(self), answers


@pytest.fixture
def desk(settings, answers, qtbot):
    desk = Desk(settings, answers)
    qtbot.addWidget(desk)
    desk.show()
    yield desk
    desk.background.close(wait=True)


@pytest.fixture
def preferring(desk):
    return desk.preferring


@pytest.fixture
def dialog(desk, qtbot):
    return shown(desk, qtbot)


@pytest.fixture
def letters(studio, qapp):
    """How large letters are; they are as usual again for the next test."""
    usual = qapp.font().pointSizeF()
    yield lambda: qapp.font().pointSizeF() / usual
    studio.preferring.change(text_size=100)


def shown(window, qtbot):
    window.activateWindow()
    dialog = SettingsDialog(window)
    dialog.open()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: bool(dialog.folder.where.text()) and not window.background.busy)
    return dialog


def control(dialog, field):
    return dialog.form.editor(field).controls()[0]


def write(box, text, end=Key.Key_Tab):
    """Into a field, as a hand does."""
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, end)


def said(dialog, field):
    return dialog.form.row(field).alarm.text()


def test_every_preference_has_its_place_and_its_help_beneath(dialog):
    assert sorted(name for _, names in GROUPS for name in names) == sorted(rules_of(Preferences))
    assert [each.text() for each in dialog.form.findChildren(Heading)] == ["Look", "Training", "Keeping", "Start"]
    for name, rule in rules_of(Preferences).items():
        assert dialog.form.row(name).help.text() == rule.help
        assert dialog.form.row(name).help.isVisible()
        assert control(dialog, name).accessibleName()


def test_it_shows_what_is_preferred(preferring, desk, qtbot, tmp_path):
    preferring.change(refresh_rate=9, threads=2, welcome=True, data_folder=str(tmp_path))
    dialog = shown(desk, qtbot)
    assert control(dialog, "theme").currentText() == "system"
    assert control(dialog, "text_size").text() == "100"
    assert control(dialog, "threads").text() == "2"
    assert control(dialog, "refresh_rate").text() == "9"
    assert control(dialog, "welcome").isChecked()
    assert dialog.folder.line.text() == str(tmp_path)


def test_another_theme_shows_at_once_in_all_windows(studio, window, qtbot):
    dialog = shown(window, qtbot)
    other = studio.open(load_template("xor"), None)
    assert (window.theme, other.theme) == (LIGHT, LIGHT)
    combo = control(dialog, "theme")
    combo.setFocus()
    QTest.keyClick(combo, Key.Key_Down)
    assert studio.preferring.value.theme == "dark"
    assert (window.theme, other.theme) == (DARK, DARK)
    assert window.menus.actions["dark"].isChecked()


def test_the_menu_s_choice_shows_in_the_dialog(window, qtbot):
    dialog = shown(window, qtbot)
    window.menus.actions["light"].trigger()
    assert control(dialog, "theme").currentText() == "light"


def test_the_arrows_make_letters_larger_in_steps_that_can_be_seen(studio, window, letters, qtbot):
    dialog = shown(window, qtbot)
    box = control(dialog, "text_size")
    box.setFocus()
    QTest.keyClick(box, Key.Key_Up)
    assert studio.preferring.value.text_size == 110
    assert letters() == pytest.approx(1.1)
    write(box, "200")
    assert letters() == pytest.approx(2)


def test_half_a_number_is_no_text_size(preferring, dialog):
    box = control(dialog, "text_size")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "15")
    assert preferring.value.text_size == 100
    assert "80" in said(dialog, "text_size")
    QTest.keyClick(box, Key.Key_Escape)
    assert dialog.isVisible()
    assert box.text() == "100"
    assert said(dialog, "text_size") == ""


def test_projector_mode_is_a_click_away_and_a_click_back(studio, window, qtbot):
    dialog = shown(window, qtbot)
    box = control(dialog, "projector")
    for _ in range(2):
        QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
        assert window.theme.contrast is box.isChecked()
    assert window.theme is LIGHT


@pytest.mark.parametrize(("field", "typed"), [("threads", "1"), ("refresh_rate", "25"), ("autosave", "120")])
def test_a_number_that_was_typed_is_preferred(field, typed, preferring, dialog):
    write(control(dialog, field), typed)
    assert getattr(preferring.value, field) == int(typed)


def test_a_number_that_cannot_be_is_refused_in_place(preferring, dialog):
    write(control(dialog, "threads"), "65")
    assert "from 0 to 64" in said(dialog, "threads")
    assert preferring.value.threads == 0


def type_folder(dialog, desk, qtbot, text):
    write(dialog.folder.line, text)
    qtbot.waitUntil(lambda: not desk.background.busy)


def test_a_folder_that_was_typed_is_where_data_is_looked_for(preferring, desk, dialog, qtbot, tmp_path):
    type_folder(dialog, desk, qtbot, f"  {tmp_path} ")
    assert preferring.value.data_folder == str(tmp_path)
    assert data_home() == tmp_path
    assert dialog.folder.line.text() == str(tmp_path)
    qtbot.waitUntil(lambda: tmp_path.name in dialog.folder.where.text())


def test_an_empty_line_is_the_usual_place(preferring, desk, dialog, qtbot, tmp_path, user):
    type_folder(dialog, desk, qtbot, str(tmp_path))
    dialog.folder.line.setFocus()
    dialog.folder.line.selectAll()
    QTest.keyClick(dialog.folder.line, Key.Key_Delete)
    QTest.keyClick(dialog.folder.line, Key.Key_Return)
    qtbot.waitUntil(lambda: data_home() == user / "data")
    assert preferring.value.data_folder == ""


def test_a_folder_is_chosen_with_the_button(preferring, desk, dialog, answers, qtbot, tmp_path, user):
    answers.paths["data"] = tmp_path
    QTest.mouseClick(dialog.folder.choose, LEFT)
    qtbot.waitUntil(lambda: preferring.value.data_folder == str(tmp_path))
    assert answers.asked == [("where_to_keep_data", str(user / "data"))]
    assert dialog.folder.line.text() == str(tmp_path)


def test_calling_the_choice_off_changes_nothing(preferring, desk, dialog, answers):
    QTest.mouseClick(dialog.folder.choose, LEFT)
    assert answers.questions == ["where_to_keep_data"]
    assert not desk.background.busy
    assert preferring.value == Preferences()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no folder that nobody may write to")
@pytest.mark.parametrize(("folder", "why"), [("/proc", "cannot be written to"), ("/no/such", "There is no folder")])
def test_a_folder_that_cannot_be_used_is_refused_in_one_sentence(folder, why, preferring, desk, dialog, qtbot):
    type_folder(dialog, desk, qtbot, folder)
    assert why in said(dialog, "data_folder")
    assert said(dialog, "data_folder").count(". ") == 1
    assert dialog.folder.line.property("refused")
    assert preferring.value.data_folder == ""


def test_a_refused_folder_that_was_chosen_may_be_tried_again(preferring, desk, dialog, answers, qtbot, tmp_path):
    answers.paths["data"] = tmp_path / "soon"
    QTest.mouseClick(dialog.folder.choose, LEFT)
    qtbot.waitUntil(lambda: said(dialog, "data_folder") != "")
    (tmp_path / "soon").mkdir()
    QTest.mouseClick(dialog.folder.choose, LEFT)
    qtbot.waitUntil(lambda: data_home() == tmp_path / "soon")
    assert said(dialog, "data_folder") == ""


def test_it_says_where_data_lies_and_that_nothing_moves(dialog, user):
    assert str(user / "data") in dialog.folder.where.text()
    assert "Nothing is moved" in dialog.folder.where.text()
    assert "NNSTUDIO_DATA" not in dialog.folder.where.text()


def test_it_says_what_is_there(desk, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.data.collections.mnist.Mnist.missing", classmethod(lambda *_: ()))
    choose_home(tmp_path)
    assert "with MNIST (1 MB)." in shown(desk, qtbot).folder.where.text()


def test_a_folder_that_the_environment_names_is_told(desk, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("NNSTUDIO_DATA", str(tmp_path / "now"))
    text = shown(desk, qtbot).folder.where.text()
    assert str(tmp_path / "now") in text
    assert "NNSTUDIO_DATA is set" in text


def test_the_home_folder_is_a_tilde(monkeypatch, user):
    monkeypatch.setenv("HOME", str(user))
    assert lying_in(Fetched(user / "data", (), 0)).startswith("Now: ~/data,")
    many = tuple(f"Set {number}" for number in range(7))
    told = lying_in(Fetched(user / "data", many, 12_345_678_901))
    assert "with Set 0, Set 1, Set 2, Set 3 and 3 more (12,346 MB)." in told


def test_reset_all_is_taken_back_with_the_same_button(preferring, desk, dialog, tmp_path):
    preferring.change(threads=2, autosave=60, data_folder=str(tmp_path))
    before = preferring.value
    assert dialog.reset.text() == "&Reset all"
    QTest.mouseClick(dialog.reset, LEFT)
    assert preferring.value == Preferences()
    assert control(dialog, "autosave").text() == "10"
    assert dialog.folder.line.text() == ""
    assert dialog.reset.text() == "&Take the reset back"
    QTest.mouseClick(dialog.reset, LEFT)
    assert preferring.value == before
    assert control(dialog, "autosave").text() == "60"
    assert dialog.reset.text() == "&Reset all"


def test_after_a_change_the_reset_is_not_taken_back_any_more(preferring, dialog):
    preferring.change(autosave=60)
    QTest.mouseClick(dialog.reset, LEFT)
    write(control(dialog, "threads"), "1")
    assert dialog.reset.text() == "&Reset all"


def test_nothing_needs_a_reset_where_everything_is_as_at_first(preferring, dialog):
    assert not dialog.reset.isEnabled()
    preferring.change(autosave=60)
    assert dialog.reset.isEnabled()


def test_a_reset_also_clears_what_was_refused(dialog, preferring):
    preferring.change(autosave=60)
    write(control(dialog, "threads"), "65")
    QTest.mouseClick(dialog.reset, LEFT)
    assert said(dialog, "threads") == ""
    assert control(dialog, "threads").text() == "0"


def test_a_reset_that_fails_says_why_and_changes_nothing(preferring, dialog, tmp_path, monkeypatch):
    preferring.change(data_folder=str(tmp_path))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    QTest.mouseClick(dialog.reset, LEFT)
    assert "cannot be kept" in dialog.alarm.text()
    assert preferring.value.data_folder == str(tmp_path)
    assert dialog.reset.text() == "&Reset all"


def test_settings_that_cannot_be_kept_are_told_before_any_change(desk, preferring, qtbot, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    lost = QSettings(str(tmp_path / "file" / "x.ini"), QSettings.Format.IniFormat)
    monkeypatch.setattr(preferring, "settings", lost)
    dialog = shown(desk, qtbot)
    assert dialog.alarm.text().startswith("Settings cannot be kept: ")
    assert dialog.alarm.isVisible()


def test_everything_is_reached_with_the_tab_key_in_order(dialog, preferring):
    preferring.change(autosave=60)
    control(dialog, "theme").setFocus()
    reached = []
    for _ in range(30):
        focus = QApplication.focusWidget()
        if focus in reached:
            break
        reached.append(focus)
        QTest.keyClick(focus, Key.Key_Tab)
    wanted = [control(dialog, name) for _, names in GROUPS for name in names]
    wanted.insert(wanted.index(dialog.folder.line) + 1, dialog.folder.choose)
    assert reached == [*wanted, dialog.reset, dialog.close_button]


def test_what_has_the_keys_is_in_sight(dialog):
    dialog.resize(dialog.width(), 300)
    area, box = dialog.findChild(QScrollArea), control(dialog, "welcome")
    assert not in_sight(area, box)
    control(dialog, "theme").setFocus()
    for _ in range(8):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert QApplication.focusWidget() is box
    assert in_sight(area, box)


def in_sight(area, box):
    return area.viewport().rect().contains(box.mapTo(area.viewport(), box.rect().center()))


@pytest.mark.parametrize("size", [80, 200])
def test_nothing_is_cut_off_at_any_size(size, studio, window, letters, qtbot):
    dialog = shown(window, qtbot)
    studio.preferring.change(text_size=size)
    QCoreApplication.processEvents()
    area = dialog.findChild(QScrollArea)
    assert dialog.form.width() == area.viewport().width()
    for each in dialog.form.findChildren(QWidget):
        if each.isVisible() and each.parentWidget() is not each.window():
            right = each.mapTo(dialog.form, each.rect().topRight()).x()
            assert right <= dialog.form.width(), each


def test_enter_does_not_close_it_and_escape_does(dialog, preferring):
    write(control(dialog, "threads"), "1", Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert preferring.value.threads == 1


@pytest.mark.parametrize("there", [True, False])
def test_what_comes_after_it_was_closed_meets_nobody(there, dialog, desk, preferring, qtbot, tmp_path):
    go_on, folder = threading.Event(), tmp_path if there else tmp_path / "nowhere"
    desk.background.run(partial(go_on.wait, 10), id, id)
    write(dialog.folder.line, str(folder))
    QTest.mouseClick(dialog.close_button, LEFT)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(dialog)
    go_on.set()
    qtbot.waitUntil(lambda: not desk.background.busy)
    # Closing is no calling off: what was typed to its end is taken.
    assert preferring.value.data_folder == (str(folder) if there else "")


def test_f1_and_the_help_find_its_page(dialog):
    assert dialog.property("help") == "settings"
