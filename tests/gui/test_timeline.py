"""The timeline: how far the training is, the way back through it, and how fast it goes."""

from dataclasses import asdict, replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio import api
from nnstudio.graph import edits
from nnstudio.live.commands import SetPace
from nnstudio.live.known import State
from nnstudio.live.messages import Progress, Ready
from nnstudio.live.progress import Pace, words_of
from nnstudio.project.templates import load_template
from nnstudio.training.best import Best

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def timeline(window, qtbot):
    """That of a window in front, with 4 epochs to go."""
    settings = replace(window.document.project.settings, epochs=4)
    window.document.change("Epochs", settings=settings)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window.timeline


@pytest.fixture
def trained(timeline, qtbot):
    """The same after 2 of 4 epochs, 144 of 288 steps."""
    run = timeline.window().run
    run.train(epochs=2)
    qtbot.waitUntil(lambda: run.state is State.STANDING and run.known.step == 144)
    qtbot.waitUntil(lambda: timeline.window().document.project.weights is not None)
    timeline.steps.setFocus()
    return timeline


def place(timeline, share):
    steps = timeline.steps
    return QPoint(round(7 + share * (steps.width() - 14)), steps.height() // 2)


def known(timeline):
    return timeline.window().run.known


# The bar


def test_nothing_can_be_moved_before_the_training(timeline):
    QTest.mouseClick(timeline.steps, LEFT, NONE, place(timeline, 0.5))
    assert timeline.steps.value() == 0
    assert timeline.words.text() == "Press Train, and the network learns."


def test_it_shows_how_far_it_is(trained):
    assert (trained.steps.value(), trained.steps.maximum()) == (144, 144)
    picture = trained.steps.grab().toImage()
    middle = picture.height() // 2
    accent = picture.pixelColor(place(trained, 0.3)).name()
    assert picture.pixelColor(place(trained, 0.45)).name() == accent
    assert picture.pixelColor(QPoint(place(trained, 0.8).x(), middle)).name() != accent


def test_drawn_back_it_shows_the_network_as_it_was(trained, qtbot):
    QTest.mousePress(trained.steps, LEFT, NONE, place(trained, 0.5))
    for share in (0.4, 0.3, 0.25):
        QTest.mouseMove(trained.steps, place(trained, share))
    QTest.mouseRelease(trained.steps, LEFT, NONE, place(trained, 0.25))
    qtbot.waitUntil(lambda: known(trained).step == 72)
    assert known(trained).furthest == 144
    assert trained.steps.value() == 72
    assert trained.now.isVisible()


def test_the_keys_go_step_by_step_and_none_is_lost(trained, qtbot):
    for _ in range(5):
        QTest.keyClick(trained.steps, Key.Key_Left)
    assert trained.steps.value() == 139
    qtbot.waitUntil(lambda: known(trained).step == 139)
    QTest.keyClick(trained.steps, Key.Key_Right)
    qtbot.waitUntil(lambda: known(trained).step == 140)
    QTest.keyClick(trained.steps, Key.Key_PageDown)
    qtbot.waitUntil(lambda: known(trained).step == 133)
    QTest.keyClick(trained.steps, Key.Key_Home)
    qtbot.waitUntil(lambda: known(trained).step == 0)
    QTest.keyClick(trained.steps, Key.Key_End)
    qtbot.waitUntil(lambda: known(trained).step == 144)


def test_no_step_beyond_what_was_trained_can_be_shown(trained, qtbot):
    QTest.mouseClick(trained.steps, LEFT, NONE, place(trained, 0.95))
    assert trained.steps.value() == 144


def test_back_to_now_leads_to_the_last_step(trained, qtbot):
    assert not trained.now.isVisible()
    QTest.keyClick(trained.steps, Key.Key_Home)
    qtbot.waitUntil(trained.now.isVisible)
    QTest.mouseClick(trained.now, LEFT)
    qtbot.waitUntil(lambda: known(trained).step == 144)
    assert trained.steps.value() == 144
    assert not trained.now.isVisible()


def test_the_best_epoch_is_shown_and_can_be_kept(trained, qtbot):
    window = trained.window()
    run, last = window.run, window.document.project
    run.train()
    qtbot.waitUntil(lambda: run.known.over and not run.going)
    epochs = run.record.history.epochs
    # As if the last epochs had made it worse.
    epochs[2:] = [replace(each, validation_loss=9.0) for each in epochs[2:]]
    best = min(epochs, key=lambda each: each.watched_loss)
    run.grew.emit()
    QTest.mouseClick(trained.best, LEFT)
    qtbot.waitUntil(lambda: run.known.step == best.steps)
    assert run.known.rewound
    QTest.mouseClick(trained.keep, LEFT)
    qtbot.waitUntil(lambda: len(window.document.project.history) == 2)
    assert run.known.furthest == 144
    assert not trained.keep.isVisible()
    kept = window.document.project
    assert {name: array.tobytes() for name, array in kept.weights.items()} == {
        name: array.tobytes() for name, array in last.weights.items()
    }
    # From here it goes on to the same end.
    run.train()
    qtbot.waitUntil(lambda: run.known.step == 288)


def test_training_from_an_earlier_step_is_another_run(trained, qtbot):
    run = trained.window().run
    before = run.record
    QTest.keyClick(trained.steps, Key.Key_Home)
    qtbot.waitUntil(lambda: known(trained).step == 0)
    run.train(steps=3)
    qtbot.waitUntil(lambda: run.state is State.STANDING and known(trained).step == 3)
    assert run.record is not before
    assert known(trained).furthest == 3
    assert trained.steps.value() == 3


# Words


def test_the_words_follow_the_step_that_is_shown(trained, qtbot):
    assert trained.words.text().startswith("Epoch 2 of 4 · step 144 · loss ")
    assert "right" in trained.words.text()
    QTest.keyClick(trained.steps, Key.Key_Home)
    qtbot.waitUntil(lambda: trained.words.text().startswith("Ready: 1,150 samples, 72 batches in an epoch"))


def test_a_problem_of_the_model_is_said(timeline):
    document = timeline.window().document
    document.edit("Break", edits.remove(document.graph, "flatten"))
    assert "Flatten" in timeline.words.text()
    document.undo()
    assert timeline.words.text() == "Press Train, and the network learns."


READY = Ready(1, 0, 72, 16, {"train": 1150}, (8, 8, 1), (), 0, (), False)


def sentence(step, epoch, going=False, reason=None, pace=None):
    progress = Progress(1, step, epoch, 1.0, 0.25, 0.875)
    return words_of(progress, READY, 4, None, pace or Pace(), going, reason)


def test_sentences():
    assert sentence(0, 0) == "Ready: 1,150 samples, 72 batches in an epoch"
    assert sentence(30, 0) == "Epoch 1 of 4 · step 30 · loss 0.2500 · 87.5% right"
    assert sentence(144, 2).startswith("Epoch 2 of 4 · step 144 · ")
    assert sentence(144, 2, going=True).startswith("Epoch 3 of 4 · ")
    assert sentence(7200, 100).startswith("Epoch 100 of 4 · step 7,200 · ")
    assert sentence(288, 4, reason="all epochs are done").endswith(" · all epochs are done")


def test_the_time_left_heeds_a_pace_that_is_held_back():
    pace = Pace()
    pace.notice(72, 1.0)
    pace.notice(144, 1.1)
    pace.most = 10.0
    assert sentence(144, 2, going=True, pace=pace).endswith(" · 160 samples/s · 14 s left")


def test_nothing_moves_beside_the_words_while_it_trains(timeline, qtbot):
    window = timeline.window()

    def places():
        return [timeline.steps.geometry(), timeline.words.geometry(), timeline.speed.geometry()]

    before = places()
    window.run.set_pace(SetPace(100.0))
    window.run.train()
    seen = set()
    for step in (2, 10, 25):
        qtbot.waitUntil(lambda step=step: window.run.known.step >= step)
        QApplication.processEvents()
        assert places() == before
        seen.add(timeline.words.text())
    assert len(seen) == 3


def test_in_a_narrow_window_the_words_are_cut_and_the_rest_stays(timeline, qtbot):
    timeline.window().resize(640, 720)
    qtbot.waitUntil(lambda: timeline.width() <= 640)
    timeline.words.setText("Epoch 3 of 60 · " * 20)
    timeline.words.grab()
    assert timeline.words.toolTip().startswith("Epoch 3")
    right = timeline.speed.mapTo(timeline.window(), QPoint(timeline.speed.width(), 0)).x()
    assert right <= 640
    assert timeline.steps.width() >= 120


# Speed


def choose(timeline, title):
    menu = timeline.speed.menu()
    menu.popup(timeline.speed.mapToGlobal(QPoint(0, 0)))
    menu.setActiveAction(next(action for action in menu.actions() if action.text() == title))
    QTest.keyClick(menu, Key.Key_Return)


def test_full_speed_at_first(timeline):
    assert timeline.speed.text() == "Full speed"
    assert timeline.window().run.pace == SetPace()
    assert [action.isChecked() for action in timeline.speed.menu().actions()] == [False, True, False, False, False]


def test_by_itself_a_short_training_can_be_watched_and_another_choice_is_remembered(studio, settings, qtbot):
    settings.remove("speed")
    window = studio.open(load_template("xor"), None)
    assert window.timeline.speed.text() == "At least 5 seconds"
    assert window.run.pace == SetPace(seconds=5.0)
    choose(window.timeline, "100 batches a second")
    assert studio.open(load_template("xor"), None).timeline.speed.text() == "100 batches a second"


def test_a_speed_that_makes_no_sense_is_full_speed(studio, settings):
    settings.setValue("speed", "much")
    assert studio.open(load_template("xor"), None).timeline.speed.text() == "Full speed"


def test_a_class_can_watch_slowly_and_then_go_on_at_full_speed(timeline, qtbot):
    run = timeline.window().run
    choose(timeline, "10 batches a second")
    assert timeline.speed.text() == "10 batches a second"
    run.train()
    qtbot.waitUntil(lambda: run.known.step >= 3)
    assert run.known.step < 30
    assert run.state is State.GOING
    choose(timeline, "Full speed")
    qtbot.waitUntil(lambda: run.known.over)
    assert run.known.step == 288


def test_the_best_of_a_file_can_be_taken_and_given_back(timeline, qtbot):
    window = timeline.window()
    model = api.new("playground")
    model.train(epochs=4)
    with model.session() as session:
        session.run()
        model.keep(session, resumable=True)
    project = model.project
    # As if the second epoch had been the best.
    history = tuple(replace(each, validation_loss=9.0 - (number == 1)) for number, each in enumerate(project.history))
    standing = {**project.checkpoint.standing, "epochs": [asdict(each) for each in history]}
    best = {name: array + 1 for name, array in project.weights.items()}
    project = replace(
        project, history=history, best=Best(history[1].steps, best),
        checkpoint=replace(project.checkpoint, standing=standing),
    )  # fmt: skip
    window.document.apply("Another", project)
    window.run.begin()
    qtbot.waitUntil(timeline.best.isVisible)
    QTest.mouseClick(timeline.best, LEFT)
    assert same(window.document.project.weights, best)
    assert window.document.undo_stack.undoText() == "Best weights"
    window.document.undo()
    assert same(window.document.project.weights, project.weights)


def same(one, other):
    return one.keys() == other.keys() and all((one[name] == other[name]).all() for name in one)
