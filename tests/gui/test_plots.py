"""Plots: what is drawn, what is read off, what is saved; with real mouse and key events."""

import csv
import gc
import io
import itertools
import subprocess
import sys
from math import inf, isnan, nan
from pathlib import Path
from xml.dom import minidom

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QPainter, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QVBoxLayout, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.training.track import Track
from nnstudio.ui.background import Background
from nnstudio.ui.picture_files import png_of
from nnstudio.ui.plots.bars import Bars
from nnstudio.ui.plots.colours import CLASSES, CURVES, diverging, limit_of, shades
from nnstudio.ui.plots.contour import contour_lines
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.cutting import cut
from nnstudio.ui.plots.diverging_image import DivergingImage
from nnstudio.ui.plots.frame import Frame
from nnstudio.ui.plots.handle import Handle
from nnstudio.ui.plots.header import Header
from nnstudio.ui.plots.heat import Heat
from nnstudio.ui.plots.image_grid import ImageGrid
from nnstudio.ui.plots.marks import Mark, Marks
from nnstudio.ui.plots.numbers import at_axis, exact, power
from nnstudio.ui.plots.picture import image_of, svg_of
from nnstudio.ui.plots.plot import Plot
from nnstudio.ui.plots.ranges import Extent, followed, zoomed
from nnstudio.ui.plots.saving import SaveMenu, desk_of, save
from nnstudio.ui.plots.scatter import Scatter
from nnstudio.ui.plots.smoothing import smoothed
from nnstudio.ui.plots.smoothing_slider import SmoothingSlider
from nnstudio.ui.plots.source import Points, Steps, everything, nearest
from nnstudio.ui.plots.stage import Stage
from nnstudio.ui.plots.table import Column, Series, Table, csv_of, joined
from nnstudio.ui.plots.trail import Trail
from nnstudio.ui.theme import DARK, LIGHT, apply

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
BAD = (nan, inf, -inf)
SQUARE = Extent(-1.0, 1.0, -1.0, 1.0)
CREATED, MOST_GROWTH = 500, 4e6


def shown(qtbot, widget, width=480, height=300):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    QCoreApplication.processEvents()
    return widget


@pytest.fixture
def losses():
    return np.random.default_rng(0).random(5000)


@pytest.fixture
def plot(qtbot, losses):
    """Two curves: 5,000 steps, and five epochs."""
    plot = Plot("Loss", "step", ("loss", "nats"), log="xy")
    plot.add_curve("training", Steps(Track(losses)))
    plot.add_curve("validation", Points(np.arange(1, 6) * 1000, [0.9, 0.7, 0.55, 0.5, 0.48]))
    return shown(qtbot, plot)


def pixel(plot, x, y):
    """Where a place in the data is, in the pixels of the plot's view."""
    frame, inside = plot.frame, plot.axes.inside
    return (inside.topLeft() + QPointF(float(frame.across(x)), float(frame.down(y)))).toPoint()


def hover(plot, x, y):
    # From elsewhere: a mouse that stands still tells nothing.
    QTest.mouseMove(plot.axes.viewport(), QPoint(1, 1))
    QTest.mouseMove(plot.axes.viewport(), pixel(plot, x, y))


def turn(plot, x, y, notches, keys=NONE):
    place = QPointF(pixel(plot, x, y))
    wheel = QWheelEvent(
        place, plot.axes.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.axes.viewport(), wheel)


def drag(plot, begin, end, keys=NONE):
    port = plot.axes.viewport()
    QTest.mousePress(port, LEFT, keys, begin)
    for part in (0.3, 0.7, 1.0):
        here = begin + (end - begin) * part
        QTest.mouseMove(port, here) if keys == NONE else _move(port, here, keys)
    QTest.mouseRelease(port, LEFT, keys, end)


def double_click(plot, place):
    """As a hand does it; what QTest calls so is only the second press."""
    port = plot.axes.viewport()
    QTest.mouseClick(port, LEFT, NONE, place)
    QTest.mouseDClick(port, LEFT, NONE, place)
    QTest.mouseRelease(port, LEFT, NONE, place)


def _move(port, here, keys):
    from PySide6.QtGui import QMouseEvent

    place = QPointF(here)
    move = QMouseEvent(QEvent.Type.MouseMove, place, port.mapToGlobal(place), Qt.MouseButton.NoButton, LEFT, keys)
    QApplication.sendEvent(port, move)


def key(widget, which, keys=NONE):
    QTest.keyClick(widget, which, keys)


def colours_in(image):
    """All colours of a picture and how many pixels each has."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, : image.width()]
    found, counts = np.unique(pixels & 0xFFFFFF, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def rgb(name):
    return QColor(name).rgb() & 0xFFFFFF


def rows_of(table):
    return list(csv.reader(io.StringIO(csv_of(table).decode())))


# Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"), (-0.1234, "−0.1234"), (np.float32(0.1), "0.1"), (np.float32(-1.2345678), "−1.2345678"),
        (12345.0, "12,345"), (-3, "−3"), (1 / 3, "0.3333333333"), (nan, "not a number"), (-inf, "−∞"), (1e-12, "1e−12"),
    ],
)  # fmt: skip
def test_a_number_is_read_off_exactly(value, text):
    assert exact(value) == text


@pytest.mark.parametrize(
    ("values", "spacing", "texts"),
    [
        ([0, 0.5, 1], 0.5, ["0", "0.5", "1.0"]), ([0, 5000, 10000], 5000, ["0", "5k", "10k"]),
        ([-2, 0, 2], 2, ["−2", "0", "2"]), ([0, 2.5e6, 5e7], 2.5e6, ["0", "2.5M", "50.0M"]),
        ([0, 2e-6, 4e-6], 2e-6, ["0", "2·10⁻⁶", "4·10⁻⁶"]), ([], 1, []), ([0.0], 1, ["0"]),
    ],
)  # fmt: skip
def test_numbers_at_an_axis_are_short(values, spacing, texts):
    assert at_axis(values, spacing) == texts


@pytest.mark.parametrize(
    ("exponent", "text"), [(0, "1"), (-2, "0.01"), (3, "1,000"), (5, "10⁵"), (-7 + np.log10(2), "2·10⁻⁷")]
)
def test_powers_at_a_logarithmic_axis(exponent, text):
    assert power(exponent) == text


def test_a_range_stays_until_it_is_left_and_then_goes_ahead():
    now = followed(None, 0, 100, 0.0)
    assert now == (0, 100)
    assert followed(now, 0, 90, 0.0) is now
    grown = followed(now, 0, 101, 0.0)
    assert grown == (0, pytest.approx(101 * 1.15))
    assert followed(grown, 0, 110, 0.0) is grown
    assert followed(grown, 0, 10, 0.0) == (0, 10)


@pytest.mark.parametrize("value", [0.0, 1e-300, -3.0, 1e12, inf, -inf])
def test_a_single_value_has_a_range_around_it(value):
    low, high = followed(None, value, value, 0.06)
    assert -inf < low < high < inf


def test_zooming_ends_where_numbers_end():
    now = (0.0, 1.0)
    for _ in range(2000):
        now = zoomed(now, 1 / 3, 0.85)
    assert 0 < now[1] - now[0] < 1e-9
    for _ in range(9000):
        now = zoomed(now, 1 / 3, 1.2)
    assert now[1] - now[0] < inf


def test_a_frame_maps_there_and_back():
    frame = Frame(-1.0, 2.0, 0.0, 3.0, 300, 100, log_x=True)
    assert frame.across([0.1, 1, 100]).tolist() == pytest.approx([0, 100, 300])
    assert frame.x_at(100) == pytest.approx(1)
    assert frame.y_at(float(frame.down(1.25))) == pytest.approx(1.25)
    assert np.isnan(frame.across([0, -1, nan, inf])).all()


# Sources


def test_few_points_come_as_they_are(losses):
    found = Steps(Track(losses)).between(10, 19, 500)
    assert found.positions.tolist() == [*range(9, 21)]
    assert found.mean.tolist() == losses[8:20].tolist()


@pytest.mark.parametrize("source", [lambda y: Steps(Track(y)), lambda y: Points(np.arange(1, len(y) + 1), y)])
def test_many_points_keep_their_extremes(source):
    values = np.random.default_rng(1).standard_normal(200_000)
    values[123_456], values[77_777] = 9.0, -9.0
    found = source(values).between(-inf, inf, 500)
    assert len(found.positions) <= 520
    assert (found.low.min(), found.high.max()) == (-9.0, 9.0)
    assert found.positions[found.high.argmax()] == pytest.approx(123_457, abs=600)
    assert found.mean.mean() == pytest.approx(values.mean(), abs=2e-3)


def test_points_have_their_neighbours_at_both_sides():
    found = Points([0, 10, 20, 30], [1, 2, 3, 4]).between(12, 18, 100)
    assert found.positions.tolist() == [10, 20]


def test_points_are_put_in_order_and_leave_out_no_number():
    points = Points([3, 1, 2], [30, nan, 20])
    assert everything(points).positions.tolist() == [1, 2, 3]
    assert everything(points).mean[1:].tolist() == [20, 30]


def test_the_nearest_is_found_however_far_it_is():
    assert nearest(Points([0, 1e6], [5, 7]), 4e5, 1e-3) == (0.0, 5.0, 5.0, 5.0)
    assert nearest(Points([], []), 1, 1) is None
    assert nearest(Steps(Track()), 1, 1) is None


def test_smoothing_is_the_weighted_mean_of_what_came_before():
    positions, values = np.arange(60.0), np.random.default_rng(2).random(60)
    values[7] = nan
    for place, mean in enumerate(smoothed(positions, values, 0.9)):
        weights = 0.9 ** np.arange(place, -1, -1)
        known = np.isfinite(values[: place + 1])
        assert mean == pytest.approx(np.average(values[: place + 1][known], weights=weights[known]))


def test_smoothing_is_the_same_for_steps_in_buckets():
    values = np.sin(np.arange(40_000) / 3000)
    fine = smoothed(np.arange(40_000.0), values, 0.999)
    coarse = smoothed(np.arange(40_000.0).reshape(-1, 40).mean(1), values.reshape(-1, 40).mean(1), 0.999)
    assert coarse[200:] == pytest.approx(fine[20::40][200:], abs=1e-2)


# Curves


def test_the_cursor_reads_the_value_of_a_step(plot, losses):
    hover(plot, 3000, 0.5)
    step = int(plot.read.split(";")[0].removeprefix("step ").replace(",", ""))
    assert abs(step - 3000) < 15
    assert f"training: {losses[step - 1]:.10g}" in plot.read
    assert "validation: 0.55" in plot.read
    assert plot.axes.accessibleDescription() == plot.read


def test_a_value_elsewhere_says_where_it_is(plot):
    plot.show_cursor(2100, 0.5)
    assert "validation: 0.7 at 2,000" in plot.read


def test_arrows_go_from_value_to_value(qtbot):
    plot = Plot("Loss", "epoch", "loss")
    plot.add_curve("loss", Points([1, 2, 3], [0.5, 0.25, 0.125]))
    shown(qtbot, plot)
    plot.show_cursor(1, 0)
    for read in ("epoch 2; loss: 0.25", "epoch 3; loss: 0.125", "epoch 3; loss: 0.125"):
        key(plot.axes, Qt.Key.Key_Right)
        assert plot.read == read
    key(plot.axes, Qt.Key.Key_Left)
    assert plot.read == "epoch 2; loss: 0.25"
    key(plot.axes, Qt.Key.Key_Escape)
    assert plot.read == ""


def test_what_is_not_known_singly_is_read_as_a_mean_between_two_values(qtbot):
    track = Track(np.tile([0.25, 0.75], 1_000_000))
    plot = Plot("Loss", "step", "loss")
    plot.add_curve("loss", Steps(track))
    shown(qtbot, plot)
    plot.show_cursor(1000, 0)
    assert "0.5 on average (0.25 to 0.75)" in plot.read


def test_the_smoothed_value_is_read_off_too(plot, losses):
    plot.layers[0].smoothing = 0.9
    plot.show_cursor(4000, 0)
    weights = 0.9 ** np.arange(3999, -1, -1)
    value = np.average(losses[:4000], weights=weights)
    read = plot.read.split("training, smoothed: ")[1].split(";")[0]
    assert float(read) == pytest.approx(value, rel=1e-3)


def test_a_curve_is_drawn_in_its_colour_and_one_point_alone_is_seen(qtbot):
    plot = Plot("Loss", "step", "loss")
    plot.add_curve("loss", Steps(Track([0.5])), ink="good")
    shown(qtbot, plot)
    assert colours_in(plot.grab().toImage())[rgb(DARK.good)] > 4


def test_a_curve_grows_and_the_range_follows_in_steps(qtbot):
    track = Track([1.0, 0.5])
    plot = Plot("Loss", "step", "loss")
    curve = plot.add_curve("loss", Steps(track))
    shown(qtbot, plot)
    moved = []
    plot.frame_changed.connect(lambda: moved.append(plot.frame.right))
    for _ in range(50):
        track.append(0.4)
        curve.changed()
        QCoreApplication.processEvents()
    assert moved == []
    qtbot.waitUntil(lambda: plot.frame.right > 52)
    assert len(set(moved)) == 1


def test_a_hidden_plot_catches_up_when_it_is_seen(qtbot):
    plot = Plot("Loss", "step", "loss")
    track = Track([1.0])
    curve = plot.add_curve("loss", Steps(track))
    shown(qtbot, plot)
    plot.hide()
    track.extend(np.full(999, 3.0))
    curve.changed()
    before = plot.frame.right
    plot.show()
    assert before < 2 < plot.frame.right


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("log", [False, True])
def test_broken_numbers_and_empty_curves_are_drawn_without_a_word(qtbot, count, bad, log):
    plot = Plot("Loss", "step", "loss", log="xy")
    for values in ([bad] * count, [1.0, bad, 2.0, bad][: count + 1], [0.0, -1.0, bad]):
        plot.add_curve("a", Points(np.arange(len(values)), values)).smoothing = 0.5
    plot.add_curve("b", Steps(Track([1e308, -1e308, 1e-308][:count])))
    shown(qtbot, plot)
    plot.set_log(log, log)
    plot.grab()
    plot.show_cursor(0, 1)
    for press in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_A):
        key(plot.axes, press)
    plot.grab()
    assert rows_of(plot.table())[0][0] == "step"


def test_curves_of_the_same_run_agree_whatever_is_seen(qtbot):
    """The outline in pixels has the extremes of what lies in each column."""
    values = np.random.default_rng(3).random(100_000)
    curve = Curve("loss", Steps(Track(values)))
    curve.show_in(Frame(0, 100_000, 0, 1, 400, 200), DARK)
    (x, y), _ = curve._made_lines()[0]
    assert len(x) <= 2 * 420
    assert (200 - y.max()) / 200 == pytest.approx(values.min())
    assert (200 - y.min()) / 200 == pytest.approx(values.max())


# Axes


def test_the_wheel_zooms_at_the_mouse(plot):
    before = plot.frame
    turn(plot, 2000, 0.5, 3)
    after = plot.frame
    assert after.right - after.left == pytest.approx((before.right - before.left) * 0.85**3)
    assert float(after.across(2000)) == pytest.approx(float(before.across(2000)), abs=1.5)
    assert not plot.following


def test_the_wheel_over_an_axis_or_with_ctrl_zooms_along_one(plot):
    before = plot.frame
    turn(plot, 2000, 0.5, 1, CONTROL)
    assert (plot.frame.bottom, plot.frame.top) == (before.bottom, before.top)
    below = plot.axes.inside
    place = QPointF(below.center().x(), below.bottom() + 10)
    plot.axes.turned.emit(place, 1.0, NONE)
    assert (plot.frame.bottom, plot.frame.top) == (before.bottom, before.top)
    assert plot.frame.right - plot.frame.left == pytest.approx((before.right - before.left) * 0.85**2)


def test_dragging_pans_and_a_double_click_shows_everything_again(plot):
    before = plot.frame
    middle = plot.axes.room().center()
    drag(plot, middle, middle - QPoint(50, 20))
    moved = 50 / before.width * (before.right - before.left)
    assert plot.frame.left - before.left == pytest.approx(moved)
    double_click(plot, middle)
    assert plot.frame == before
    assert plot.following


def test_a_rectangle_drawn_with_shift_is_looked_into(plot):
    drag(plot, pixel(plot, 1000, 0.8), pixel(plot, 2000, 0.2), SHIFT)
    frame = plot.frame
    assert (frame.left, frame.right) == (pytest.approx(1000, abs=12), pytest.approx(2000, abs=12))
    assert (frame.bottom, frame.top) == (pytest.approx(0.2, abs=0.01), pytest.approx(0.8, abs=0.01))


def test_the_keyboard_zooms_pans_and_fits(plot):
    before = plot.frame
    QTest.keyClicks(plot.axes, "++-")
    assert plot.frame.right - plot.frame.left == pytest.approx((before.right - before.left) * 0.85)
    left = plot.frame.left
    key(plot.axes, Qt.Key.Key_Right, SHIFT)
    assert plot.frame.left > left
    key(plot.axes, Qt.Key.Key_A)
    assert plot.frame == before


def test_the_switches_make_axes_logarithmic(plot):
    QTest.mouseClick(plot.switches["y"], LEFT)
    key(plot.switches["x"], Qt.Key.Key_Space)
    assert (plot.frame.log_x, plot.frame.log_y) == (True, True)
    assert plot.frame.left == pytest.approx(0.0)
    assert plot.frame.right == pytest.approx(np.log10(5000))
    plot.show_cursor(1000, 0.5)
    assert "step 1,000;" in plot.read
    assert plot.switches["x"].accessibleName() == "Logarithmic x axis"
    QTest.mouseClick(plot.switches["x"], LEFT)
    assert (plot.frame.left, plot.frame.right) == (1, 5000)


def test_numbers_at_the_axes_say_the_truth(plot):
    plot.zoom_to((0, 100), (0, 1))
    assert plot.axes.bottom.tickStrings([0, 50, 100], 1.0, 50) == ["0", "50", "100"]
    plot.set_log(False, True)
    plot.zoom_to((0, 100), (-2, 1))
    levels = plot.axes.side.tickValues(-2, 1, 200)
    texts = [text for spacing, values in levels for text in plot.axes.side.tickStrings(values, 1.0, spacing)]
    assert texts == ["0.01", "0.1", "1", "10", "0.02", "0.05", "0.2", "0.5", "2", "5"]
    plot.zoom_to((0, 100), (0.0, 0.1))
    levels = plot.axes.side.tickValues(0.0, 0.1, 200)
    assert plot.axes.side.tickStrings(levels[0][1], 1.0, None) == ["1.0", "1.1", "1.2"]


def test_the_axes_say_their_units(plot):
    assert "loss (nats)" in plot.axes.side.labelString()
    plot.say("epoch", ("accuracy", "%"))
    assert "accuracy (%)" in plot.axes.side.labelString()


# Legend, marks and handles


def test_the_legend_hides_a_curve_by_mouse_and_by_key(plot):
    entry = plot.legend[plot.layers[1]]
    QTest.mouseClick(entry, LEFT)
    plot.show_cursor(1000, 0.5)
    assert "validation" not in plot.read
    assert [column.title for column in plot.table().columns] == ["step", "training"]
    key(entry, Qt.Key.Key_Space)
    plot.show_cursor(1000, 0.5)
    assert "validation" in plot.read
    assert entry.accessibleName() == "Show validation"


def test_a_single_curve_needs_no_legend(plot):
    assert plot.legend.isVisible()
    plot.remove(plot.layers[1])
    assert not plot.legend.isVisible()
    assert len(plot.layers) == 1


def test_the_legend_takes_more_rows_where_it_is_narrow(qtbot):
    plot = Plot("Loss", "step", "loss")
    for number in range(12):
        plot.add_curve(f"a curve with a long name {number}", Points([0], [0]))
    shown(qtbot, plot, 300, 400)
    entries = [entry.geometry() for entry in plot.legend.entries]
    assert all(plot.legend.rect().contains(place) for place in entries)
    assert not any(one.intersects(other) for one, other in itertools.combinations(entries, 2))


def test_marks_are_read_off_near_by(plot):
    marks = Marks("learning rate")
    plot.add(marks)
    marks.show_marks([Mark(2500, "0.1 → 0.01")])
    plot.show_cursor(2500, 0.5)
    assert "learning rate: 0.1 → 0.01" in plot.read
    plot.show_cursor(3500, 0.5)
    assert "learning rate" not in plot.read


def test_a_handle_is_dragged_and_the_view_stays(qtbot):
    plot = Plot("Weights", "w₁", "w₂")
    asked = []
    handle = Handle("weights", lambda x, y: asked.append((x, y)))
    plot.add(handle)
    shown(qtbot, plot)
    plot.zoom_to((-1, 1), (-1, 1))
    handle.show_at(0.5, 0.5)
    drag(plot, pixel(plot, 0.5, 0.5), pixel(plot, -0.5, 0.0))
    assert asked[-1] == (pytest.approx(-0.5, abs=0.01), pytest.approx(0.0, abs=0.01))
    assert (plot.frame.left, plot.frame.right) == (-1, 1)


def test_clicks_tell_the_place_and_the_button(qtbot, plot):
    told = []
    plot.clicked.connect(lambda *of: told.append(of))
    QTest.mouseClick(plot.axes.viewport(), LEFT, NONE, pixel(plot, 2000, 0.5))
    QTest.mouseClick(plot.axes.viewport(), RIGHT, NONE, pixel(plot, 2000, 0.5))
    assert len(told) == 1
    assert told[0][:2] == (pytest.approx(2000, abs=12), pytest.approx(0.5, abs=0.01))


def test_a_trail_and_bars_are_read_and_saved(qtbot):
    plot = Plot("Both", "x", "y", log="y")
    trail, bars = Trail("path", headed=True), Bars("count", signed=True)
    plot.add(trail)
    plot.add(bars)
    trail.show_places([0, 1, nan, 2], [0, 1, 1, 2])
    bars.show_bars([-1, 0, 1], [3, 5])
    shown(qtbot, plot)
    plot.show_cursor(1, 1)
    assert "path: 1, 1" in plot.read
    plot.show_cursor(-0.5, 1)
    assert plot.read == "−1 … 0; count: 3"
    found = colours_in(plot.grab().toImage())
    assert {rgb(DARK.negative), rgb(DARK.positive)} <= found.keys()
    assert rows_of(plot.table())[0] == ["x", "path, x", "path, y", "to", "count"]


# Images


@pytest.fixture
def image(qtbot):
    image = DivergingImage("Weights", "unit", "input")
    image.show_matrix(np.array([[1.0, -1.0, 0.0], [nan, 0.5, inf]], np.float32), 1.0)
    return shown(qtbot, image)


def test_orange_is_negative_blue_is_positive_and_no_number_is_neither(image):
    table = diverging(DARK)
    place = shades(np.array([-1.0, 0.0, 1.0, nan, inf, -7.0, 7.0]), 1.0).tolist()
    assert place == [1, 128, 255, 0, 0, 1, 255]
    picture = image.grab().toImage()

    def colour(row, column):
        return picture.pixelColor(image.plot.axes.mapTo(image, pixel(image.plot, column, row))).rgb() & 0xFFFFFFFF

    assert [colour(0, 0), colour(0, 1), colour(0, 2), colour(1, 0)] == [table[255], table[1], table[128], table[0]]
    orange, blue = QColor(table[1]), QColor(table[255])
    assert orange.red() > orange.blue()
    assert blue.blue() > blue.red()


def test_an_element_is_read_off_exactly_and_clicked(image):
    told = []
    image.clicked.connect(lambda *cell: told.append(cell))
    hover(image.plot, 1, 1)
    assert image.plot.read == "unit 1, input 1; 0.5"
    QTest.mouseClick(image.plot.axes.viewport(), LEFT, NONE, pixel(image.plot, 2, 0))
    for press in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return):
        key(image.plot.axes, press)
    assert image.plot.read == "unit 0, input 0; 1"
    assert told == [(0, 2), (0, 0)]


def test_the_bar_says_the_limits(image):
    assert image.bar.words == ("+1", "0", "−1")
    image.show_matrix([[0.25, -0.5]])
    assert image.bar.words == ("+0.5", "0", "−0.5")
    assert "−0.5" in image.bar.accessibleName()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.bool_])
@pytest.mark.parametrize("shape", [(0, 0), (1, 0), (1, 1), (3, 2), (4,)])
def test_any_matrix_can_be_shown(qtbot, dtype, shape):
    image = shown(qtbot, DivergingImage("Weights"))
    image.show_matrix(np.ones(shape, dtype))
    image.grab()
    for press in (Qt.Key.Key_Right, Qt.Key.Key_Return):
        key(image.plot.axes, press)


@pytest.mark.parametrize("value", [*BAD, 0.0, 1e308, 1e-308])
def test_a_matrix_of_one_odd_number_can_be_shown(qtbot, value):
    image = DivergingImage("Weights")
    image.show_matrix(np.full((3, 3), value))
    shown(qtbot, image).grab()
    hover(image.plot, 1, 1)
    assert image.plot.read == f"row 1, column 1; {exact(value)}"
    assert limit_of(np.full(3, value)) > 0


def test_every_row_of_a_tall_matrix_is_seen_somewhere(qtbot):
    """A single strong row among 784 is averaged in, not left out."""
    for row in (100, 101, 102):
        matrix = np.zeros((784, 4))
        matrix[row] = 1.0
        image = shown(qtbot, DivergingImage("Weights"), 300, 200)
        image.show_matrix(matrix, 1.0)
        image.bar.hide()
        picture = image.grab().toImage()
        column = [picture.pixelColor(int(image.plot.axes.inside.center().x()), y).blue() for y in range(200)]
        ground = QColor(diverging(DARK)[128]).blue()
        assert max(column) > ground + 20
        image.hide()


@pytest.fixture
def grid(qtbot):
    grid = ImageGrid("Filters")
    images = np.zeros((6, 5, 5), np.float32)
    images[2, 1, 3] = -0.25
    grid.show_images(images, 0.25, [f"unit {number}" for number in range(6)])
    return shown(qtbot, grid)


def test_an_image_of_the_grid_is_clicked_at_its_element(grid):
    told = []
    grid.clicked.connect(lambda *of: told.append(of))
    place = grid.tiles.place(2)
    size = place.width() // 5
    here = place.topLeft() + QPoint(3 * size + size // 2, size + size // 2)
    QTest.mouseMove(grid.tiles, here)
    assert grid.tiles.current == 2
    assert grid.words(2, 1, 3) == "unit 2: row 1, column 3: −0.25"
    assert grid.tiles.accessibleDescription() == "unit 2: row 1, column 3: −0.25"
    QTest.mouseClick(grid.tiles, LEFT, NONE, here)
    assert told == [(2, 1, 3)]
    picture = grid.tiles.grab().toImage()
    assert picture.pixelColor(here).rgb() & 0xFFFFFFFF == diverging(DARK)[1]


def test_the_grid_is_walked_by_keys(grid):
    told = []
    grid.clicked.connect(lambda *of: told.append(of))
    for press in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        key(grid.tiles, press)
    assert told == [(1, 2, 2)]
    assert grid.tiles.accessibleDescription() == "unit 1"
    assert grid.tiles.accessibleName() == "Filters"


@pytest.mark.parametrize("size", [(120, 90), (300, 200), (900, 500), (1600, 120)])
@pytest.mark.parametrize(("count", "side"), [(1, 3), (16, 5), (64, 28), (128, 28)])
def test_images_never_overlap_and_stay_inside(qtbot, size, count, side):
    grid = ImageGrid("Filters")
    grid.show_images(np.zeros((count, side, side)), labels=["u"] * count)
    shown(qtbot, grid, *size)
    places = [grid.tiles.place(index) for index in range(count)]
    assert not any(one.intersects(other) for one, other in itertools.combinations(places, 2))
    assert all(place.right() < max(grid.viewport().width(), places[0].right() + 1) for place in places)
    assert places[-1].bottom() < grid.tiles.height()
    assert all(place.width() % side == 0 for place in places)


@pytest.mark.parametrize("shape", [(0, 0, 0), (0, 5, 5), (3, 0, 4), (1, 1, 1), (2, 1, 300)])
def test_odd_images_can_be_shown(qtbot, shape):
    grid = ImageGrid("Filters")
    grid.show_images(np.full(shape, nan))
    shown(qtbot, grid)
    key(grid.tiles, Qt.Key.Key_Right)
    QTest.mouseMove(grid.tiles, QPoint(20, 20))
    grid.grab()


# Decisions


def answers(count=41):
    """Positive right of x = 0.25."""
    x = (np.arange(count) + 0.5) / count * 2 - 1
    return np.tile(x - 0.25, (count, 1))


@pytest.fixture
def heat(qtbot):
    heat = Heat("Decision")
    heat.show_answers(answers(), SQUARE, limit=1.0)
    heat.show_points([-0.5, 0.75], [0.5, -0.5], [0, 1], ("orange", "blue"))
    return shown(qtbot, heat)


def test_the_line_of_the_decision_is_where_the_answer_changes_sign(heat):
    lines = contour_lines(*heat._middles(), answers(), 0.0)
    assert lines[:, ::2] == pytest.approx(0.25)
    assert lines[:, 1::2].min() == pytest.approx(-1 + 1 / 41)


def test_contours_of_a_circle_and_of_a_saddle():
    x = np.linspace(-2, 2, 81)
    across, up = np.meshgrid(x, x)
    lines = contour_lines(x, x, across**2 + up**2, 1.0)
    assert np.hypot(lines[:, ::2], lines[:, 1::2]) == pytest.approx(1.0, abs=1e-3)
    saddle = contour_lines(np.arange(2.0), np.arange(2.0), np.array([[1.0, -1.0], [-1.0, 1.0]]), 0.0)
    assert len(saddle) == 2
    assert contour_lines(np.arange(2.0), np.arange(2.0), np.full((2, 2), nan), 0.0).size == 0


def test_both_buttons_and_both_keys_are_told(heat):
    told = []
    heat.clicked.connect(lambda x, y, button: told.append((round(x, 1), round(y, 1), button)))
    port = heat.plot.axes.viewport()
    QTest.mouseClick(port, LEFT, NONE, pixel(heat.plot, 0.5, 0.5))
    QTest.mouseClick(port, RIGHT, NONE, pixel(heat.plot, 0.5, 0.5))
    heat.plot.show_cursor(-0.5, 0.0)
    key(heat.plot.axes, Qt.Key.Key_Return)
    key(heat.plot.axes, Qt.Key.Key_Delete)
    assert told == [(0.5, 0.5, LEFT), (0.5, 0.5, RIGHT), (-0.5, 0.0, LEFT), (-0.5, 0.0, RIGHT)]
    before = heat.plot.frame
    double_click(heat.plot, pixel(heat.plot, 0.2, 0.2))
    assert heat.plot.frame == before
    assert [place[:2] for place in told[4:]] == [(0.2, 0.2), (0.2, 0.2)]


def test_the_answer_and_the_point_are_read_off(heat):
    heat.plot.show_cursor(0.75, -0.5)
    row, column = heat._field.cell(0.75, -0.5)
    assert heat.plot.read == f"0.75, −0.5; Decision: {exact(answers()[row, column])}; blue: 0.75, −0.5"


def test_the_map_is_the_right_way_up_and_square(heat):
    heat.show_answers(np.array([[-1.0, -1.0], [1.0, 1.0]]), SQUARE, limit=1.0)
    heat.show_points([], [])
    QCoreApplication.processEvents()
    assert heat.plot.frame.width == pytest.approx(heat.plot.frame.height, abs=1)
    picture = heat.plot.axes.grab().toImage()
    top, bottom = (picture.pixelColor(pixel(heat.plot, 0.0, y)) for y in (0.9, -0.9))
    assert top.blue() > top.red()
    assert bottom.red() > bottom.blue()


def test_a_class_is_hidden_and_no_point_of_it_is_found(heat):
    assert heat.points.nearest(0.75, -0.5) == 1
    QTest.mouseClick(heat.plot.legend[1], LEFT)
    assert heat.points.nearest(0.75, -0.5) is None
    assert heat.points.nearest(-0.5, 0.5) == 0


def test_three_classes_have_their_colours_and_lines_between_them(qtbot):
    heat = Heat("Decision")
    probabilities = np.zeros((3, 20, 20))
    probabilities[0, :, :10] = probabilities[1, :10, 10:] = probabilities[2, 10:, 10:] = 1.0
    heat.show_classes(probabilities, SQUARE, ("a", "b", "c"))
    shown(qtbot, heat)
    picture = heat.plot.axes.grab().toImage()
    seen = [picture.pixelColor(pixel(heat.plot, *place)).rgb() for place in ((-0.6, 0), (0.6, -0.6), (0.6, 0.6))]
    assert len(set(seen)) == 3
    heat.plot.show_cursor(0.6, -0.6)
    assert "a: 0; b: 1; c: 0" in heat.plot.read
    assert len(heat.contour._lines) > 30


@pytest.mark.parametrize("value", BAD)
def test_broken_answers_and_points_are_shown_without_a_word(qtbot, value):
    heat = Heat("Decision")
    heat.show_answers(np.full((5, 5), value), SQUARE)
    heat.show_points([value, 0.0], [0.0, value], [0, 1])
    shown(qtbot, heat).grab()
    heat.show_classes(np.full((3, 4, 4), value), SQUARE)
    heat.plot.show_cursor(0, 0)
    heat.grab()
    heat.show_answers(np.empty((0, 0)), SQUARE)
    heat.grab()
    assert rows_of(heat.table())[0] == ["x", "y", "answer", "class of the point"]


def test_classes_and_curves_are_told_apart_by_colour_blind_eyes():
    for names in (*CURVES.values(), *CLASSES.values()):
        assert least_distance(names) > 16, names


def least_distance(names):
    """Least distance in CIELAB of all pairs, as seen by normal, deutan and protan eyes (Machado et al. 2009)."""
    eyes = (
        np.eye(3),
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    )
    seen = [[lab(np.array(eye) @ linear(name)) for name in names] for eye in eyes]
    pairs = (pair for colours in seen for pair in itertools.combinations(colours, 2))
    return min(np.linalg.norm(one - other) for one, other in pairs)


def linear(name):
    channels = np.array(QColor(name).getRgbF()[:3])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(light):
    white = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = white @ np.clip(light, 0, 1) / white.sum(axis=1)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Look


@pytest.fixture
def light_later(qapp):
    yield lambda: apply(qapp, LIGHT)
    apply(qapp, DARK)


def test_everything_follows_the_theme_while_it_is_shown(qtbot, plot, image, grid, heat, light_later):
    dark = {widget: widget.grab().toImage() for widget in (plot, image, grid, heat)}
    light_later()
    QCoreApplication.processEvents()
    for widget, before in dark.items():
        after = colours_in(widget.grab().toImage())
        assert max(after, key=after.get) != max(colours_in(before), key=colours_in(before).get)
        assert rgb(DARK.panel) not in after
    assert plot.layers[0].colour == QColor(CURVES["light"][0])
    assert colours_in(grid.grab().toImage()).get(diverging(LIGHT)[128] & 0xFFFFFF, 0) > 100


def test_a_header_holds_controls_before_the_save_button(qtbot, plot):
    panel = QWidget()
    header = Header(plot, panel)
    slider, what = SmoothingSlider(), QComboBox()
    header.add(slider)
    header.add(what, "Show")
    shown(qtbot, panel, 500, 60)
    header.resize(500, header.height())
    QCoreApplication.processEvents()
    assert slider.x() < what.x() < header.save_button.x()
    assert header.save_button.geometry().right() < 500
    assert what.accessibleName() == "Show"
    assert header.save_button.accessibleName() == "Save Loss"


def test_the_slider_goes_from_nothing_to_a_thousand_steps(qtbot):
    slider = shown(qtbot, SmoothingSlider(), 200, 30)
    told = []
    slider.changed.connect(told.append)
    key(slider.slider, Qt.Key.Key_End)
    key(slider.slider, Qt.Key.Key_Home)
    assert told == [0.999, 0.0]
    slider.smoothing = 0.9
    assert slider.smoothing == 0.9
    assert "10 steps" in slider.toolTip()


def test_a_stage_shows_a_sentence_until_there_is_something(qtbot):
    plot = Plot("Loss", "step", "loss")
    stage = Stage(plot, "Press Train to see the curves.")
    shown(qtbot, stage)
    assert not plot.isVisible()
    assert stage.nothing.sentence == "Press Train to see the curves."
    stage.show_content()
    assert plot.isVisible()
    stage.show_nothing("Choose a layer.")
    assert stage.nothing.sentence == "Choose a layer."


# Saving


class Desk(QWidget):
    """A window as far as saving needs one."""

    def __init__(self, document, answers):
        super().__init__()
        self.document, self.dialogs, self.background = document, answers, Background(self)
        self.told = []
        QVBoxLayout(self)

    def tell(self, sentence):
        self.told.append(sentence)


@pytest.fixture
def desk(qtbot, document, answers, plot):
    desk = Desk(document, answers)
    desk.layout().addWidget(plot)
    shown(qtbot, desk, 500, 320)
    yield desk
    desk.background.close(wait=True)


def test_numbers_are_saved_so_that_they_can_be_read_back(plot, losses):
    rows = rows_of(plot.table())
    assert rows[0] == ["step", "training", "validation"]
    assert len(rows) == 5001
    assert [float(row[1]) for row in rows[1:]] == losses.tolist()
    assert rows[1000][2] == "0.9"
    assert rows[999][2] == ""


def test_a_table_joins_rows_at_the_same_place_and_keeps_every_bit():
    values = np.array([0.1 + 0.2, 1e-320, -0.0, nan])
    table = joined(
        "x", [Series(np.arange(4.0), (Column("a", values, "m"),)), Series(np.array([2.5]), (Column("b", [1]),))]
    )
    rows = rows_of(table)
    assert rows[0] == ["x", "a (m)", "b"]
    assert [row[0] for row in rows[1:]] == ["0", "1", "2", "2.5", "3"]
    assert rows[4] == ["2.5", "", "1"]
    back = np.array([float(rows[place][1]) for place in (1, 2, 3)])
    assert back.tobytes() == values[:3].tobytes()
    assert isnan(float(rows[5][1]))
    single = np.array([0.1], np.float32)
    assert np.float32(rows_of(Table((Column("a", single),)))[1][0]) == single[0]


@pytest.mark.parametrize("name", ["plot", "image", "grid", "heat"])
def test_pictures_are_twice_as_large_and_drawings_can_be_read(name, request):
    subject = request.getfixturevalue(name)
    size = subject.size()
    picture = QImage.fromData(png_of(image_of(subject)))
    assert abs(picture.width() - 2 * size.width()) <= 40
    drawing = svg_of(subject)
    minidom.parseString(drawing)
    renderer = QSvgRenderer(drawing)
    assert renderer.isValid()
    page = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.black)
    painter = QPainter(page)
    renderer.render(painter)
    painter.end()
    pixels, lines = colours_in(picture), colours_in(page)
    assert max(pixels, key=pixels.get) == max(lines, key=lines.get) == rgb(DARK.panel) or name == "heat"
    common = [colour for colour, count in pixels.items() if count > 0.01 * picture.width() * picture.height()]
    assert set(common[:8]) & set(lines)


def test_a_drawing_is_made_of_lines_and_letters(plot, light_later):
    light_later()
    drawing = minidom.parseString(svg_of(plot))
    words = [node.firstChild.data.strip() for node in drawing.getElementsByTagName("text")]
    assert {"training", "validation", "step", "loss (nats)"} <= set(words)
    assert drawing.getElementsByTagName("polyline")
    assert not drawing.getElementsByTagName("image")
    fills = {node.getAttribute("fill") for node in drawing.getElementsByTagName("text")}
    assert fills <= {LIGHT.text, LIGHT.dim}


def test_a_drawing_has_nothing_outside_of_the_axes(plot):
    """Programs that cannot cut read it too."""
    plot.zoom_to((2000, 2100), (0.4, 0.6))
    QCoreApplication.processEvents()
    inside = plot.axes.mapTo(plot, plot.axes.room().topLeft()), plot.axes.room().size()
    top, bottom = inside[0].y() - plot.legend.y(), inside[0].y() + inside[1].height() - plot.legend.y()
    renderer = QSvgRenderer(svg_of(plot))
    page = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    painter = QPainter(page)
    renderer.render(painter)
    painter.end()
    assert blue_pixels(page.copy(0, top, page.width(), bottom - top)) > 100
    assert blue_pixels(page.copy(0, bottom + 12, page.width(), page.height() - bottom - 12)) == 0


def blue_pixels(image):
    return sum(count for colour, count in colours_in(image).items() if (colour & 255) > (colour >> 16) + 60)


def test_lines_are_cut_at_the_edges():
    area = Frame(width=10, height=10)
    from PySide6.QtCore import QRectF

    x, y = cut(np.array([-5.0, 5, 5, 20]), np.array([5.0, 5, 15, 15]), QRectF(0, 0, area.width, area.height))
    assert x[[0, 1, 3, 4]].tolist() == [0, 5, 5, 5]
    assert y[[0, 1, 3, 4]].tolist() == [5, 5, 5, 10]
    assert len(x) == 6
    assert cut(np.array([nan, 3.0]), np.array([1.0, 3.0]), QRectF(0, 0, 10, 10))[0].tolist() == []


@pytest.mark.parametrize("ending", [".png", ".svg", ".csv"])
def test_the_menu_saves_where_the_user_says(qtbot, desk, plot, answers, tmp_path, ending):
    path = answers.paths["export"] = tmp_path / f"loss{ending}"
    menu = SaveMenu(plot, plot)
    menu.actions()[[".png", ".svg", ".csv"].index(ending)].trigger()
    menu.deleteLater()
    qtbot.waitUntil(lambda: desk.told == [f"Saved loss{ending}"])
    begin = {".png": b"\x89PNG", ".svg": b"<?xml", ".csv": b"step,training"}[ending]
    assert path.read_bytes().startswith(begin)
    question, start = answers.asked[0]
    assert question == "where_to_export"
    assert Path(start).name == f"loss{ending}"


def test_the_ending_that_is_typed_counts(qtbot, desk, plot, answers, tmp_path):
    path = answers.paths["export"] = tmp_path / "loss.csv"
    save(plot, ".png", desk)
    qtbot.waitUntil(lambda: bool(desk.told))
    assert path.read_bytes().startswith(b"step")


def test_nothing_is_saved_without_a_name(desk, plot, answers):
    save(plot, ".png", desk)
    assert answers.questions == ["where_to_export"]
    assert not desk.background.busy


def test_what_cannot_be_written_is_told_in_words(qtbot, desk, plot, answers, tmp_path):
    answers.paths["export"] = tmp_path / "no such folder" / "loss.png"
    save(plot, ".png", desk)
    qtbot.waitUntil(lambda: bool(answers.told))
    assert answers.told[0][0] == "Not saved"
    assert "Error" not in answers.told[0][1]


def test_an_empty_picture_is_told_in_words():
    with pytest.raises(StudioError, match="SVG"):
        png_of(QImage())


def test_the_window_is_the_desk_of_what_is_in_it(window):
    plot = Plot("Loss", "step", "loss", window)
    assert desk_of(plot) is window
    plot.deleteLater()


def test_menus_open_by_mouse_and_by_key(qtbot, desk, plot):
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        event = QContextMenuEvent(reason, QPoint(100, 100), plot.mapToGlobal(QPoint(100, 100)))
        QApplication.sendEvent(plot.axes.viewport(), event)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        assert texts == ["Save as &PNG…", "Save as &SVG…", "Save numbers as &CSV…", "Show everything\tA"]
        menu.close()
    header = Header(plot, desk)
    shown(qtbot, header, 300, 32)
    key(header.save_button, Qt.Key.Key_Space)
    assert isinstance(QApplication.activePopupWidget(), SaveMenu)
    QApplication.activePopupWidget().close()


# Cost


def rss():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def made_and_gone():
    plot = Plot("Loss", "step", "loss", log="xy")
    plot.add_curve("training", Points(np.arange(100), np.random.default_rng(0).random(100))).smoothing = 0.5
    plot.add_curve("validation", Steps(Track([1.0, 2.0])))
    plot.add(Scatter())
    image, grid = DivergingImage("Weights"), ImageGrid("Filters")
    image.show_matrix(np.ones((20, 20)))
    grid.show_images(np.ones((4, 5, 5)))
    for widget in (plot, image, grid):
        widget.show()
        widget.grab()
    plot.show_cursor(5, 0.5)
    for widget in (plot, image, grid):
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read where Linux tells it")
def test_plots_leave_nothing_behind(qapp):
    for _ in range(40):
        made_and_gone()
    gc.collect()
    before = rss()
    for turn in range(CREATED):
        made_and_gone()
        if turn % 25 == 24:
            gc.collect()
    assert rss() - before < MOST_GROWTH


def test_an_update_of_millions_of_steps_looks_at_as_many_stretches_as_there_are_pixels():
    asked = []

    class Row:
        def envelope(self, first, last, most):
            asked.append(most)
            places = np.linspace(0, 5e6, most)
            return places, places, places, places

    curve = Curve("loss", Steps(Row()))
    curve.show_in(Frame(0, 5e6, 0, 1, 600, 200), DARK)
    curve.smoothing = 0.999
    for _, (line, _) in enumerate(curve._made_lines()):
        assert len(line[0]) <= 2 * 620
    assert max(asked) <= 620


def test_the_library_is_loaded_by_plots_alone_and_leaves_the_hooks_alone():
    code = (
        "import sys, threading; hooks = sys.excepthook, threading.excepthook\n"
        "import nnstudio.ui.window, nnstudio.ui.plots.header, nnstudio.ui.plots.stage\n"
        "import nnstudio.ui.plots.smoothing_slider, nnstudio.ui.plots.image_grid\n"
        "assert 'pyqtgraph' not in sys.modules\n"
        "import nnstudio.ui.plots.plot\n"
        "assert 'pyqtgraph' in sys.modules\n"
        "assert hooks == (sys.excepthook, threading.excepthook)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
