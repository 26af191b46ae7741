"""Preferences are kept by the system's own means, survive the program, and hold in every window at once."""

import subprocess
import sys

import pytest
from PySide6.QtCore import QSettings, QTimer

from nnstudio.core.errors import DataError, FieldError
from nnstudio.data.home import data_home
from nnstudio.live.commands import SetMeans
from nnstudio.live.known import State
from nnstudio.preferences import Preferences
from nnstudio.project.templates import load_template
from nnstudio.ui.looks import Looks
from nnstudio.ui.preferring import Preferring
from nnstudio.ui.theme import DARK, LIGHT

OTHERS = {
    "theme": "light", "text_size": 150, "projector": True, "threads": 1, "refresh_rate": 5, "autosave": 30,
    "welcome": True,
}  # fmt: skip


@pytest.fixture(autouse=True)
def user(tmp_path, monkeypatch):
    """The data folder of a user of this test alone."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.delenv("NNSTUDIO_DATA", raising=False)


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / "kept.ini")


def stored(file):
    return QSettings(file, QSettings.Format.IniFormat)


@pytest.fixture
def preferring(file, qapp):
    return Preferring(stored(file))


def test_at_first_everything_is_as_declared_and_nothing_is_stored(preferring, file):
    assert preferring.value == Preferences()
    assert stored(file).allKeys() == []


def test_what_was_changed_is_there_in_another_program(preferring, file, tmp_path):
    preferring.change(**OTHERS, data_folder=str(tmp_path))
    ask = (
        "import sys; from PySide6.QtCore import QSettings; from nnstudio.ui.preferring import Preferring;"
        "print(Preferring(QSettings(sys.argv[1], QSettings.Format.IniFormat)).value.to_json())"
    )
    told = subprocess.run([sys.executable, "-c", ask, file], capture_output=True, check=True, text=True).stdout
    assert told.strip() == str({"kind": "preferences"} | Preferences(**OTHERS, data_folder=str(tmp_path)).to_json())


def test_what_another_program_changed_meanwhile_stays(preferring, file):
    other = Preferring(stored(file))
    other.change(threads=2)
    preferring.change(autosave=5)
    found = Preferring(stored(file)).value
    assert (found.threads, found.autosave) == (2, 5)


def test_the_theme_stays_where_earlier_versions_kept_it(file, qapp):
    before = stored(file)
    before.setValue("theme", "light")
    before.sync()
    preferring = Preferring(stored(file))
    assert preferring.value.theme == "light"
    preferring.change(theme="dark")
    assert stored(file).value("theme") == "dark"


@pytest.mark.parametrize(
    ("key", "damaged"),
    [
        ("theme", ""), ("theme", "pink"), ("preferences/text_size", "huge"), ("preferences/text_size", "7"),
        ("preferences/projector", "perhaps"), ("preferences/threads", ["1", "2"]), ("preferences/threads", ""),
        ("preferences/refresh_rate", "1e400"), ("preferences/autosave", b"\xff\x00"),
    ],
)  # fmt: skip
def test_a_damaged_value_is_as_at_first_and_the_others_stay(key, damaged, file, qapp):
    before = stored(file)
    before.setValue("preferences/welcome", True)
    before.setValue(key, damaged)
    before.sync()
    assert Preferring(stored(file)).value == Preferences(welcome=True)


def test_a_file_of_rubbish_is_as_at_first(file, qapp):
    with open(file, "wb") as rubbish:
        rubbish.write(bytes(range(256)) * 20)
    assert Preferring(stored(file)).value == Preferences()


def test_nothing_changes_where_one_of_several_is_refused(preferring, qtbot):
    with qtbot.assertNotEmitted(preferring.changed), pytest.raises(FieldError):
        preferring.change(threads=2, text_size=1000)
    assert preferring.value == Preferences()


def test_what_is_as_it_was_is_not_told(preferring, qtbot):
    with qtbot.assertNotEmitted(preferring.changed):
        preferring.change(threads=0)


def test_the_data_folder_is_kept_where_the_command_line_finds_it(preferring, file, tmp_path):
    preferring.change(data_folder=str(tmp_path))
    assert data_home() == tmp_path
    assert stored(file).allKeys() == []


def test_a_data_folder_that_cannot_be_kept_changes_nothing(preferring, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError):
        preferring.change(data_folder=str(tmp_path), threads=1)
    assert preferring.value == Preferences()


def test_a_reset_forgets_everything_but_what_is_no_preference(preferring, file, tmp_path):
    preferring.settings.setValue("recent", ["a.nns"])
    preferring.change(**OTHERS, data_folder=str(tmp_path))
    preferring.reset()
    assert preferring.value == Preferences()
    assert data_home() != tmp_path
    assert stored(file).allKeys() == ["recent"]


@pytest.mark.parametrize("written", [False, True])
def test_settings_that_cannot_be_written_are_told_in_one_sentence(written, tmp_path, qtbot):
    (tmp_path / "file").write_text("")
    settings = stored(str(tmp_path / "file" / "kept.ini"))
    if written:
        settings.setValue("geometry", 1)
        settings.sync()
    preferring = Preferring(settings)
    assert not preferring.lasting
    with qtbot.waitSignal(preferring.told) as told:
        preferring.change(threads=1)
    assert told.args[0].startswith("Settings cannot be kept: ")
    assert "kept.ini" in told.args[0]
    assert preferring.value.threads == 1


def test_all_windows_take_the_look_at_once(studio, window, qapp):
    other = studio.open(load_template("xor"), None)
    usual = qapp.font().pointSizeF()
    studio.preferring.change(theme="light", text_size=150)
    assert [each.theme for each in studio.windows] == [LIGHT, LIGHT]
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * usual)
    assert [each.menus.actions["light"].isChecked() for each in (window, other)] == [True, True]
    studio.preferring.change(theme="dark", text_size=100)
    assert [each.theme for each in studio.windows] == [DARK, DARK]
    assert qapp.font().pointSizeF() == pytest.approx(usual)


def test_projector_mode_is_a_look_of_high_contrast_and_back(studio, window):
    action = window.menus.actions["projector"]
    action.trigger()
    assert window.theme.contrast
    assert window.theme.name == "dark"
    assert action.isChecked()
    studio.preferring.change(projector=False)
    assert window.theme is DARK
    assert not action.isChecked()


def test_what_has_nothing_to_do_with_the_look_leaves_it_alone(studio, window, monkeypatch):
    monkeypatch.setattr("nnstudio.ui.app.apply", None)
    studio.preferring.change(threads=1, refresh_rate=20, autosave=60, welcome=True)
    assert window.theme is DARK


def test_the_menu_changes_the_preference(studio, window):
    window.menus.actions["light"].trigger()
    assert studio.preferring.value.theme == "light"
    window.menus.actions["system"].trigger()
    assert studio.preferring.value.theme == "system"
    window.menus.actions["dark"].trigger()


def test_windows_look_as_often_as_preferred_while_they_learn(studio, window, qtbot):
    other = studio.open(load_template("xor"), None)
    studio.preferring.change(refresh_rate=5)
    later = studio.open(load_template("neuron"), None)
    for each in (window, other, later):
        assert each.run._tick.interval() == 33
    window.run.train()
    qtbot.waitUntil(lambda: window.run.state is State.GOING)
    qtbot.waitUntil(lambda: window.run._tick.interval() == 200)
    studio.preferring.change(refresh_rate=60)
    assert window.run._tick.interval() == 17
    window.run.pause()
    qtbot.waitUntil(lambda: window.run.state is State.STANDING)
    assert window.run._tick.interval() == 17


def test_a_pause_shows_at_once_however_seldom_the_window_looks(studio, window, qtbot):
    studio.preferring.change(refresh_rate=1)
    window.run.train()
    qtbot.waitUntil(lambda: window.run._tick.interval() == 1000)
    window.run.pause()
    assert window.run._tick.interval() == 33
    qtbot.waitUntil(lambda: window.run.state is State.STANDING)


def test_many_questions_do_not_put_off_the_answers(qtbot, qapp):
    looks, seen = Looks(qapp), []
    looks.timeout.connect(lambda: seen.append(True))
    looks.set_rate(5)
    looks.follow(True)
    asking = QTimer(looks, interval=5)
    asking.timeout.connect(looks.begin)
    asking.start()
    qtbot.waitUntil(lambda: len(seen) > 3)
    looks.deleteLater()


def test_edits_are_kept_aside_as_early_as_preferred(studio, window):
    studio.preferring.change(autosave=30)
    later = studio.open(load_template("neuron"), None)
    assert [each.keeper._latest.interval() for each in (window, later)] == [30_000, 30_000]
    studio.preferring.reset()
    assert window.keeper._latest.interval() == 10_000
    studio.preferring.change(theme="dark")


@pytest.fixture
def sent(window, monkeypatch):
    """What the worker of the window is told."""
    sent = []
    real = window.run._worker.send
    monkeypatch.setattr(window.run._worker, "send", lambda command: (sent.append(command), real(command)))
    return sent


def ready(window, qtbot):
    qtbot.waitUntil(lambda: window.run.state is State.STANDING and not window.run._tick.isActive())


def test_the_next_run_has_as_many_threads_as_preferred(studio, window, sent, qtbot):
    studio.preferring.change(threads=1)
    assert sent == []
    window.run.begin()
    ready(window, qtbot)
    assert SetMeans(1, 16) in sent


def test_what_has_not_learned_yet_is_made_ready_with_the_other_threads(studio, window, sent, qtbot):
    window.run.begin()
    ready(window, qtbot)
    before = window.run._number
    studio.preferring.change(threads=1)
    qtbot.waitUntil(lambda: window.run._number > before)
    ready(window, qtbot)


def test_a_run_that_has_learned_goes_on_with_the_threads_it_has(studio, window, sent, qtbot):
    window.run.train(steps=3)
    qtbot.waitUntil(lambda: window.run.learned)
    ready(window, qtbot)
    before = window.run._number
    studio.preferring.change(threads=1)
    assert sent[-1] == SetMeans(1, 16)
    assert not window.run._settled.isActive()
    assert window.run._number == before


def test_data_that_was_missing_is_looked_for_in_the_new_folder(studio, tmp_path, qtbot):
    window = studio.open(load_template("mnist-mlp"), None)
    window.run.begin()
    qtbot.waitUntil(lambda: window.run.state is State.FAILED)
    before = window.run._number
    studio.preferring.change(data_folder=str(tmp_path))
    qtbot.waitUntil(lambda: window.run._number > before and window.run.state is State.FAILED)
    assert str(tmp_path / "mnist") in window.run.sentence


def test_lanes_and_sweeps_take_as_many_processors_as_preferred(studio, window):
    studio.preferring.change(threads=3)
    laboratory, alone = window.panels._laboratory(), window.panels._laboratory(1)
    assert [each._team._most for each in (laboratory, alone)] == [3, 1]
    window.panels._sweeps()
    assert window.panels.sweeping.processes == 3
    studio.preferring.change(threads=2)
    assert [each._team._most for each in (laboratory, alone)] == [2, 1]
    assert window.panels.sweeping.processes == 2
