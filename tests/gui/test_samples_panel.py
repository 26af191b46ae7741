"""The samples panel: the whole data set as a grid, filtered and sorted by what the network answers."""

import csv
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from nnstudio.api import Model
from nnstudio.live.probes.verdicts import ALL
from nnstudio.project.templates import load_template
from nnstudio.training.samples import answers_on
from nnstudio.ui.panels.samples_words import captions, share
from nnstudio.ui.plots.saving import content
from nnstudio.ui.sample_query import Order, Query, Verdict
from tests.gui.conftest import roomy, settle

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
MANY = 70_000


@pytest.fixture
def opened(qtbot, studio):
    """Opens a template in a window, with the samples in sight and all of them answered."""

    def opened(project):
        window = roomy(studio.open(load_template(project) if isinstance(project, str) else project, None))
        window.docks.show("samples")
        qtbot.waitUntil(lambda: window.panels.all["samples"].content is not None)
        panel = window.panels.all["samples"].content
        qtbot.waitUntil(lambda: panel.known is not None and len(panel.grid.numbers) > 0)
        rest(qtbot, window, panel)
        return window, panel

    return opened


def rest(qtbot, window, panel):
    """Wait until everything in sight is known."""
    settle(qtbot, window)
    qtbot.waitUntil(lambda: "pictures" not in panel.probes())
    if panel.roll.classifies:
        step, part = window.run.known.step, window.panels.query.query.part
        qtbot.waitUntil(
            lambda: panel.verdicts is not None and panel.verdicts.complete
            and (panel.verdicts.step, panel.verdicts.part) == (step, part)
        )  # fmt: skip


def train(qtbot, window, panel, steps):
    end = window.run.known.step + steps
    window.run.train(steps=steps)
    qtbot.waitUntil(lambda: window.run.known.step >= end and not window.run.going)
    rest(qtbot, window, panel)


def pick(combo, place):
    """Choose an entry with the arrow keys."""
    for _ in range(combo.count()):
        QTest.keyClick(combo, Key.Key_Up)
    for _ in range(place):
        QTest.keyClick(combo, Key.Key_Down)


def click(panel, place):
    where = panel.grid.rectangle(place).center()
    QTest.mouseClick(panel.grid.viewport(), LEFT, pos=where)


@pytest.fixture
def expected(opened):
    """The answers after so many steps, calculated by themselves."""

    def expected(template, steps):
        with Model(load_template(template)).session(threads=1) as session:
            session.run(steps)
            data = session.data
            outputs = answers_on(session.plan, session.parameters, data, np.arange(len(data.inputs)))
            return data, outputs

    return expected


def test_the_test_part_stands_there_in_the_order_of_the_data(opened):
    window, panel = opened("digits")
    with Model(window.document.project).session(threads=1) as session:
        part = session.data.part("test")
    assert np.array_equal(panel.grid.numbers, part)
    assert panel.sentence.text() == f"{len(part)} test samples"


def test_a_class_is_filtered_with_the_keyboard(opened):
    _, panel = opened("digits")
    pick(panel.header.wanted, 5)
    classes = panel.roll.classes
    test = panel.roll.parts["test"]
    assert np.array_equal(panel.grid.numbers, test[classes[test] == 4])
    assert panel.sentence.text() == f"{len(panel.grid.numbers)} of {len(test)} test samples · class 4"


def test_all_parts_are_the_whole_data(qtbot, opened):
    window, panel = opened("digits")
    pick(panel.header.part, 0)
    assert window.panels.query.query.part == ALL
    assert len(panel.grid.numbers) == 1797
    assert panel.sentence.text().startswith("1,797 samples")
    rest(qtbot, window, panel)


def test_the_wrong_ones_are_those_that_the_network_gets_wrong(qtbot, opened, expected):
    window, panel = opened("digits")
    train(qtbot, window, panel, 60)
    data, outputs = expected("digits", 60)
    pick(panel.header.verdict, 2)
    test = data.part("test")
    wrong = test[outputs[test].argmax(axis=1) != data.targets[test]]
    assert 0 < len(wrong) < len(test)
    assert np.array_equal(panel.grid.numbers, wrong)
    assert panel.sentence.text() == f"{len(wrong)} of {len(test)} test samples · wrong"
    pick(panel.header.verdict, 1)
    assert np.array_equal(panel.grid.numbers, np.setdiff1d(test, wrong))


def test_the_least_certain_and_the_worst_errors_come_first(qtbot, opened, expected):
    window, panel = opened("digits")
    train(qtbot, window, panel, 60)
    data, outputs = expected("digits", 60)
    test = data.part("test")
    sure, wrong = outputs[test].max(axis=1), outputs[test].argmax(axis=1) != data.targets[test]
    pick(panel.header.order, 1)
    assert np.array_equal(panel.grid.numbers, test[np.argsort(sure, kind="stable")])
    pick(panel.header.order, 2)
    by_hand = sorted(range(len(test)), key=lambda place: (-1 - sure[place]) if wrong[place] else sure[place])
    assert panel.grid.numbers.tolist() == test[by_hand].tolist()


def test_a_click_makes_a_sample_the_current_one(opened):
    window, panel = opened("digits")
    click(panel, 3)
    assert window.sample.number == panel.grid.numbers[3]
    assert panel.grid.marked == panel.grid.numbers[3]


def test_arrow_keys_go_from_sample_to_sample(opened):
    window, panel = opened("digits")
    click(panel, 0)
    across = panel.grid.tiling.columns
    for key, place in ((Key.Key_Right, 1), (Key.Key_Down, 1 + across), (Key.Key_Left, across), (Key.Key_Up, 0),
                       (Key.Key_Up, 0), (Key.Key_End, len(panel.grid.numbers) - 1)):  # fmt: skip
        QTest.keyClick(panel.grid, key)
        assert window.sample.number == panel.grid.numbers[place]
    assert len(panel.grid.numbers) - 1 in panel.grid.visible_places
    QTest.keyClick(panel.grid, Key.Key_Home)
    assert panel.grid.verticalScrollBar().value() == 0


def test_another_panels_sample_is_outlined_here(opened):
    window, panel = opened("digits")
    window.sample.choose(int(panel.grid.numbers[2]))
    assert panel.grid.marked == panel.grid.numbers[2]
    assert "Sample 2 of test" in panel.grid.accessibleDescription()


def test_captions_name_the_class_and_of_errors_the_answer(qtbot, opened, expected):
    window, panel = opened("digits")
    train(qtbot, window, panel, 60)
    data, outputs = expected("digits", 60)
    answers = outputs.argmax(axis=1)
    pick(panel.header.verdict, 2)
    number = int(panel.grid.numbers[0])
    certain = share(float(outputs[number].max()))
    assert captions(panel.known, number)[0] == f"{data.targets[number]} → {answers[number]} ({certain})"
    right = int(np.flatnonzero(answers == data.targets)[-1])
    assert right not in panel.grid.numbers


def test_the_tooltip_tells_both_probabilities(qtbot, opened, expected):
    window, panel = opened("digits")
    train(qtbot, window, panel, 60)
    data, outputs = expected("digits", 60)
    pick(panel.header.verdict, 2)
    number = int(panel.grid.numbers[0])
    at = panel.grid.rectangle(0).center()
    QApplication.sendEvent(
        panel.grid.viewport(), QHelpEvent(QHelpEvent.Type.ToolTip, at, panel.grid.viewport().mapToGlobal(at))
    )
    place = int(np.flatnonzero(data.part("test") == number)[0])
    wanted, answer = int(data.targets[number]), int(outputs[number].argmax())
    assert QToolTip.text().split("\n") == [
        f"Sample {place} of test",
        f"class {wanted} · answered {answer} ({share(float(outputs[number, answer]), 1)})",
        f"probability of {wanted}: {share(float(outputs[number, wanted]), 1)}",
    ]
    QToolTip.hideText()


@pytest.mark.parametrize(
    ("part", "words"), [(0.98, "98 %"), (0.9999, "99 %"), (1.0, "100 %"), (0.0001, "< 1 %"), (0.0, "0 %")]
)
def test_not_quite_all_is_never_a_hundred_percent(part, words):
    assert share(part) == words


def test_the_painted_picture_is_the_sample(qtbot, opened):
    window, panel = opened("digits")
    with Model(window.document.project).session(threads=1) as session:
        number = int(panel.grid.numbers[1])
        stored = session.data.inputs[number].reshape(8, 8) / session.data.inputs.max() * 255
    image = panel.grid.viewport().grab().toImage()
    place, size = panel.grid.rectangle(1), panel.grid.look.album.size
    corner = place.topLeft() + QPoint((place.width() - size.width()) // 2, 4)
    seen = [
        [image.pixelColor(corner + QPoint(column * 7 + 3, row * 7 + 3)).red() for column in range(8)]
        for row in range(8)
    ]
    assert np.abs(np.array(seen) - stored).max() <= 1


def test_numbers_are_shown_in_rows(qtbot, opened):
    window, panel = opened("playground")
    number = int(panel.grid.numbers[0])
    with Model(window.document.project).session(threads=1) as session:
        assert panel.grid.look.album.values(number) == session.data.inputs[number].tolist()
    assert panel.grid.tiling.columns == 1
    click(panel, 1)
    assert window.sample.number == panel.grid.numbers[1]


def test_where_numbers_are_predicted_there_is_nothing_to_filter_by(opened):
    _, panel = opened("linear-regression")
    assert panel.header.wanted.isHidden()
    assert panel.header.verdict.isHidden()
    assert panel.sentence.text().endswith("test samples")
    number = int(panel.grid.numbers[0])
    assert len(panel.grid.look.album.targets(number)) == 1


def test_a_hidden_panel_asks_for_nothing(qtbot, opened):
    window, panel = opened("digits")
    window.docks["samples"].hide()
    assert not [key for key in window.run._wishes._wanted if key is panel]


def test_the_numbers_are_saved_as_they_are_shown(qtbot, opened, expected):
    window, panel = opened("digits")
    train(qtbot, window, panel, 60)
    _, outputs = expected("digits", 60)
    window.panels.query.choose(Query("test", verdict=Verdict.WRONG, order=Order.WORST))
    head, *lines = csv.reader(StringIO(content(panel, ".csv")().decode()))
    assert head[:4] == ["sample", "part", "class", "answer"]
    assert [int(line[0]) for line in lines] == panel.grid.numbers.tolist()
    assert {line[1] for line in lines} == {"test"}
    assert float(lines[0][4]) == pytest.approx(outputs[int(lines[0][0])].max(), rel=1e-5)
    assert content(panel, ".png")().startswith(b"\x89PNG")


# Seventy thousand


@pytest.fixture
def many(tmp_path, opened):
    """A window with 70,000 pictures, each of one grey that is known by its number."""
    path = tmp_path / "many.npz"
    pixels = np.zeros((MANY, 8, 8, 1), np.uint8) + (np.arange(MANY) % 251).astype(np.uint8)[:, None, None, None]
    np.savez(path, x=pixels, y=np.arange(MANY) % 10)
    project = replace(load_template("digits"), data=str(path), preparation=None)
    window, panel = opened(project)
    window.panels.query.choose(Query(ALL))
    return window, panel


def test_only_pictures_in_sight_are_made(qtbot, many):
    window, panel = many
    rest(qtbot, window, panel)
    assert len(panel.grid.numbers) == MANY
    before = len(panel.grid.look.album._pixels)
    assert before < 1000
    panel.grid.verticalScrollBar().setValue(panel.grid.verticalScrollBar().maximum())
    assert MANY - 1 in panel.grid.numbers[panel.grid.visible_places]
    rest(qtbot, window, panel)
    assert len(panel.grid.look.album._pixels) < before + 1000
    image = panel.grid.viewport().grab().toImage()
    for place in list(panel.grid.visible_places)[-3:]:
        where = panel.grid.rectangle(place)
        seen = image.pixelColor(QPoint(where.center().x(), where.top() + 20)).red()
        assert seen == place % 251


def test_the_wheel_scrolls(many):
    _, panel = many
    viewport = panel.grid.viewport()
    at = QPointF(50, 50)
    turn = QWheelEvent(
        at, QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, turn)
    assert panel.grid.visible_places.start > 0 or panel.grid.verticalScrollBar().value() > 0
