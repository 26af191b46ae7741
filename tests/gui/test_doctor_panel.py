"""The doctor in the window: it sees what goes wrong, says so without flicker, and mends it in one edit."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.doctor.base import Advice, Remedy, Severity
from nnstudio.engine.optimizers import optimizers
from nnstudio.project.templates import load_template
from nnstudio.ui.doctor import Doctor
from nnstudio.ui.doctor_list import DoctorList
from nnstudio.ui.health_watch import HealthWatch
from nnstudio.ui.run import Run

from .conftest import roomy

LEFT = Qt.MouseButton.LeftButton
LONG = 30_000


def set_rate(window, rate, optimizer=None):
    settings = window.document.project.settings
    kind = optimizers().find(optimizer) if optimizer else type(settings.optimizer)
    chosen = kind.from_fields({"learning_rate": rate})
    window.document.change("Rate", settings=replace(settings, optimizer=chosen))


def rate_of(window):
    return window.document.project.settings.optimizer.learning_rate


def shown_rows(window):
    return [row for row in window.panels.advice.area.rows if row.isVisibleTo(window.panels.advice)]


@pytest.fixture
def playground(studio):
    return roomy(studio.open(load_template("playground"), None))


def train_to_the_end(window, qtbot):
    window.run.train()
    qtbot.waitUntil(lambda: window.run.known.over, timeout=LONG)


def test_a_rate_of_a_thousand_is_seen_mended_by_one_click_and_training_succeeds(playground, qtbot):
    window = playground
    usual = rate_of(window)
    set_rate(window, 1000.0)
    train_to_the_end(window, qtbot)
    qtbot.waitUntil(lambda: len(shown_rows(window)) == 1, timeout=LONG)
    assert window.docks["doctor"].windowTitle() == "Doctor (1)"
    assert window.status.advice.isVisible()
    QTest.mouseClick(window.status.advice, LEFT)
    row = shown_rows(window)[0]
    assert row.button.text() == "Set the learning rate to 0.001 and start again"
    weights = window.document.project.weights
    edits = window.document.undo_stack.count()
    QTest.mouseClick(row.button, LEFT)
    qtbot.waitUntil(lambda: window.document.undo_stack.count() == edits + 1, timeout=LONG)
    assert rate_of(window) == 0.001 <= usual
    qtbot.waitUntil(lambda: window.run.known.step == 0 and window.run.known.halted is None, timeout=LONG)
    assert shown_rows(window) == []
    train_to_the_end(window, qtbot)
    assert window.run.record.history.epochs[-1].validation_accuracy > 0.9
    window.document.undo()
    assert rate_of(window) == 1000.0
    assert all((window.document.project.weights[name] == array).all() for name, array in weights.items())


def test_a_training_that_diverges_is_told_at_once(studio, qtbot):
    window = roomy(studio.open(load_template("linear-regression"), None))
    set_rate(window, 1000.0, "sgd")
    told = []
    window.panels.doctor.told.connect(told.append)
    train_to_the_end(window, qtbot)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG)
    assert told == ["The training diverged. The Doctor says why and what helps."]
    assert window.statusBar().currentMessage() == told[0]
    row = shown_rows(window)[0]
    assert row.accessibleName() == "Fatal: The training diverged."
    assert "1,000" in row.remarks.text()
    window.panels.doctor.apply(row.about)
    qtbot.waitUntil(lambda: rate_of(window) < 1000.0 and not window.run.known.over, timeout=LONG)
    train_to_the_end(window, qtbot)
    assert window.run.known.halted.diverged is None
    assert shown_rows(window) == []


@pytest.fixture
def run(document):
    run = Run(document, lambda: True)
    yield run
    assert run.close()


@pytest.fixture
def doctor(document, run):
    yield Doctor(document, run, HealthWatch(run))
    # As a window does when it closes: the stack tells of its end when it is destroyed.
    document.undo_stack.blockSignals(True)


@pytest.fixture
def found(monkeypatch, doctor):
    """What the doctor finds, as the test says."""
    found = []
    monkeypatch.setattr("nnstudio.ui.doctor.diagnose", lambda *_: tuple(found))
    yield found
    # Before the real one could look once more at what a test made up.
    doctor._begin()


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("nnstudio.ui.doctor.monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def listed(qtbot, document, selection, doctor, run):
    listed = DoctorList(document, selection, doctor)
    qtbot.addWidget(listed)
    listed.resize(700, 240)
    with qtbot.waitExposed(listed):
        listed.show()
    run.begun.emit(run.records.begin())
    return listed


def advice(sign="low_rate", severity=Severity.SERIOUS, node=None, apply=None):
    remedy = Remedy("Mend it", apply) if apply else None
    return Advice(sign, f"About {sign}", node, "The evidence.", "Why it is bad.", remedy, severity)


def measure(doctor, clock, at, step=50):
    clock.now = at
    doctor._take(SimpleNamespace(step=step))


def rows(listed):
    return [row.sentence.text() for row in listed.area.rows if row.isVisible()]


def test_before_a_run_it_says_what_it_will_do(listed, doctor, found, clock):
    assert listed.area.nothing.text() == "The doctor looks at the training while it goes on."
    measure(doctor, clock, 0.0)
    assert listed.area.nothing.text() == "Nothing to worry about."
    assert listed.area.nothing.isVisible()


def test_what_comes_and_goes_is_not_told(listed, doctor, found, clock):
    found[:] = [advice()]
    measure(doctor, clock, 0.0)
    measure(doctor, clock, 1.5)
    found.clear()
    measure(doctor, clock, 1.9)
    assert rows(listed) == []
    found[:] = [advice()]
    measure(doctor, clock, 2.5)
    assert rows(listed) == []
    measure(doctor, clock, 4.6)
    assert rows(listed) == ["About low_rate."]
    found.clear()
    measure(doctor, clock, 6.0)
    assert rows(listed) == ["About low_rate."]
    measure(doctor, clock, 6.7)
    assert rows(listed) == []


def test_the_last_measurement_of_a_training_that_stands_is_enough(listed, doctor, found, clock, qtbot):
    found[:] = [advice()]
    measure(doctor, clock, 0.0)
    clock.now = 2.1
    qtbot.waitUntil(lambda: rows(listed) == ["About low_rate."])


def test_serious_advice_is_counted_and_a_hint_is_not(listed, doctor, found, clock):
    counts = []
    listed.counted.connect(counts.append)
    found[:] = [advice("a"), advice("b", Severity.HINT), advice("c", Severity.FATAL)]
    measure(doctor, clock, 0.0)
    measure(doctor, clock, 2.0)
    assert counts == [1, 2]
    assert rows(listed) == ["About c.", "About a.", "About b."]
    assert listed.area.rows[2].accessibleName() == "Hint: About b."


def test_a_click_goes_to_the_layer(listed, doctor, found, clock, selection, qtbot):
    found[:] = [advice("a", Severity.FATAL, "hidden")]
    measure(doctor, clock, 0.0)
    assert listed.area.rows[0].where.text() == "hidden · Dense"
    with qtbot.waitSignal(listed.go_to) as went:
        QTest.mouseClick(listed.area.rows[0], LEFT)
    assert went.args == ["hidden"]
    assert selection.only_node == "hidden"


def test_the_button_is_one_edit_and_undo_brings_the_advice_back(listed, doctor, found, clock, document):
    found[:] = [advice("a", Severity.FATAL, apply=lambda project: replace(project, title="mended"))]
    measure(doctor, clock, 0.0)
    button = listed.area.rows[0].button
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert document.project.title == "mended"
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Mend it"
    assert rows(listed) == []
    document.undo()
    assert rows(listed) == ["About a."]
    document.redo()
    assert document.project.title == "mended"


def test_what_is_still_wrong_after_the_training_went_on_is_told_again(listed, doctor, found, clock):
    found[:] = [advice("a", Severity.FATAL, apply=lambda project: replace(project, title="mended"))]
    measure(doctor, clock, 0.0)
    QTest.mouseClick(listed.area.rows[0].button, LEFT)
    measure(doctor, clock, 1.0)
    assert rows(listed) == []
    measure(doctor, clock, 2.0, step=60)
    assert rows(listed) == ["About a."]


def test_a_new_run_begins_without_advice(listed, doctor, found, clock, run):
    found[:] = [advice("a", Severity.FATAL)]
    measure(doctor, clock, 0.0)
    run.begun.emit(run.records.begin())
    assert rows(listed) == []
    assert listed.area.nothing.text() == "The doctor looks at the training while it goes on."


@pytest.mark.parametrize("width", [220, 700])
def test_long_words_on_the_button_fit_into_any_width(listed, doctor, found, clock, width):
    long = replace(
        advice("a", Severity.FATAL), remedy=Remedy("Replace all activations by " + "x" * 60, lambda each: each)
    )
    found[:] = [long]
    listed.resize(width, 240)
    measure(doctor, clock, 0.0)
    listed.grab()
    row = listed.area.rows[0]
    assert listed.area.horizontalScrollBar().maximum() == 0
    assert row.rect().contains(row.button.geometry())
    assert row.remarks.height() >= row.remarks.heightForWidth(row.remarks.width())


def test_a_sound_training_is_left_in_peace(window, qtbot):
    train_to_the_end(window, qtbot)
    qtbot.waitUntil(lambda: window.panels.doctor.looks)
    assert [each for each in window.panels.doctor.advice if each.severity is Severity.FATAL] == []
    assert window.docks["doctor"].windowTitle() == "Doctor"
