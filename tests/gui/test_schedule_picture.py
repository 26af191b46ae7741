"""The picture of a schedule: drawn before it runs, with a mark where the training stands."""

from dataclasses import replace
from math import cos, pi

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from nnstudio.engine.schedules import Cosine, Exponential, OneCycle, OnPlateau, StepRate, WarmUp, schedules
from nnstudio.layers.dense import Dense
from nnstudio.live.known import State
from nnstudio.training.settings import Settings
from nnstudio.ui.schedule_picture import SchedulePicture, course_of, rate_at
from tests.course.by_hand import numbers, session_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settings_of():
    """Settings with a schedule."""
    return lambda schedule, epochs=10, rate=0.2: Settings.from_fields(
        {"optimizer": {"kind": "sgd", "learning_rate": rate}, "schedule": schedule.to_json(), "epochs": epochs}
    )


def test_a_step_is_drawn_as_a_step(settings_of):
    course = course_of(settings_of(StepRate(every=5, share=0.5)), 30)
    at = dict(zip(course.steps, course.rates, strict=True))
    assert (course.steps[0], course.end) == (0, 299)
    assert (at[149], at[150]) == (0.2, 0.1)


def test_half_a_cosine_is_the_one_of_the_formula(settings_of):
    course = course_of(settings_of(Cosine()), 10)
    for step, rate in zip(course.steps, course.rates, strict=True):
        assert rate == pytest.approx(0.2 * 0.5 * (1 + cos(pi * step / 99)), abs=1e-12)


@pytest.mark.parametrize("schedule", [Exponential(share=0.5), WarmUp(epochs=2.0), OneCycle(), Cosine(last=0.1)])
def test_every_rate_is_the_one_that_a_training_takes(settings_of, schedule):
    samples = numbers([[1.0], [2.0], [3.0]], [[1.0], [2.0], [3.0]])
    optimizer = {"kind": "sgd", "learning_rate": 0.01}
    with session_of(
        [Dense(units=1)], samples, optimizer=optimizer, batch_size=1, epochs=6, schedule=schedule.to_json()
    ) as session:
        session.run()
        course = course_of(session.settings, session.steps_per_epoch)
        assert len(course.steps) == 18
        assert list(course.rates) == pytest.approx(list(session.history.rates), rel=1e-12)


def test_without_data_the_same_shape_is_drawn_over_epochs(settings_of):
    known, unknown = (course_of(settings_of(Cosine()), steps) for steps in (100, None))
    assert (known.by_steps, unknown.by_steps) == (True, False)
    assert known.rates == unknown.rates


@pytest.mark.parametrize("epochs", [1, 2, 10_000_000])
def test_any_number_of_epochs_is_drawn_at_once(settings_of, epochs):
    for kind in schedules().kinds().values():
        course = course_of(settings_of(kind(), epochs), 1)
        assert len(course.steps) < 1000
        assert course.end == max(epochs - 1, 1)


def test_the_rate_of_an_epoch_holds_to_its_end(settings_of):
    settings = settings_of(Exponential(share=0.5))
    assert [rate_at(settings, step, 4) for step in (0, 3, 4, 7, 8)] == pytest.approx([0.2, 0.2, 0.1, 0.1, 0.05])


def test_a_schedule_that_reads_losses_says_so(qtbot, settings_of):
    picture = SchedulePicture()
    qtbot.addWidget(picture)
    picture.show_schedule(settings_of(Cosine()), 10)
    assert picture.remark == ""
    lower = picture.sizeHint().height()
    picture.show_schedule(settings_of(OnPlateau()), 10)
    assert "losses" in picture.remark
    assert "losses" in picture.accessibleDescription()
    assert picture.sizeHint().height() > lower


def test_the_line_and_the_mark_stand_where_they_should(qtbot, settings_of):
    picture = SchedulePicture()
    qtbot.addWidget(picture)
    picture.resize(240, 130)
    picture.show_schedule(settings_of(StepRate(every=5, share=0.5)), 10)
    picture.show()
    accent = QColor("#5aa2ee")

    def is_line(step, rate):
        place, image = picture.place_of(step, rate).toPoint(), picture.grab().toImage()
        around = [image.pixelColor(place.x(), place.y() + away) for away in (-1, 0, 1)]
        return any(abs(each.blue() - accent.blue()) + abs(each.red() - accent.red()) < 60 for each in around)

    assert is_line(20, 0.2)
    assert is_line(80, 0.1)
    assert not is_line(80, 0.2)
    assert not is_line(30, 0.05)
    picture.show_mark(30, 0.05)
    assert is_line(30, 0.05)


def test_the_picture_follows_a_field_at_once_and_the_training(window, qtbot):
    page, document = window.panels.inspector.model_page, window.document
    assert not page.schedule.course.by_steps
    QTest.mouseClick(page.folds[1].heading, LEFT)
    settings = document.project.settings
    document.change("Schedule", settings=replace(settings, schedule=Cosine(), epochs=4))
    assert page.schedule.course.rates[-1] == pytest.approx(0, abs=1e-12)
    assert page.schedule.mark is None
    window.run.train(steps=10)
    qtbot.waitUntil(lambda: window.run.state is State.STANDING and window.run.known.step == 10)
    qtbot.waitUntil(lambda: page.schedule.mark is not None and page.schedule.mark[0] == 9)
    assert page.schedule.course.by_steps
    per_epoch = window.run.known.ready.steps_per_epoch
    assert page.schedule.course.end == 4 * per_epoch - 1
    assert page.schedule.mark[1] == pytest.approx(rate_at(document.project.settings, 9, per_epoch))
    document.change("Batch", settings=replace(document.project.settings, batch_size=10_000))
    assert page.schedule.course.end == 3
