"""Forms: an editor for each rule, valid changes told, others refused in place."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from nnstudio.core.fields import (
    Configured,
    choice,
    defaults_of,
    flag,
    numbers,
    padding,
    part,
    parts,
    real,
    rules_of,
    sizes,
    text,
    whole,
)
from nnstudio.core.rules import Real, Sizes
from nnstudio.engine.optimizers import optimizers
from nnstudio.engine.penalties import penalties
from nnstudio.layers.base import layers
from nnstudio.layers.initialisers import He, Normal, initialisers
from nnstudio.training.settings import Settings
from nnstudio.training.stopping import NoImprovement, TargetLoss, stops
from nnstudio.ui.forms.form import Form
from nnstudio.ui.forms.scale import scale_of
from nnstudio.ui.forms.typed import sizes_of
from nnstudio.ui.forms.values import SEVERAL, common_fields, common_values


@dataclass(frozen=True)
class Everything(Configured):
    """One field of every rule."""

    units: int = whole(10, 1, 500, "How many")
    seed: int = whole(0, 0, 2**63 - 1, "Where chance begins")
    rate: float = real(0.1, 0.0, 1e6, "How far", "log")
    share: float = real(0.5, 0.0, 1.0, "How much")
    on: bool = flag(True, "Whether at all")
    kind_of: str = choice("red", ("red", "green", "blue"), "Which colour")
    title_text: str = text("hello", 12, "What to call it")
    shape: tuple[int, ...] = sizes((28, 28, 1), 1, 1000, "How large")
    window: tuple[int, ...] = sizes((3, 3), 1, 9, "How large a window", count=2)
    border: str | int = padding("same", 20, "What is around it")
    means: tuple[float, ...] = numbers((0.5, 0.25), 1000, "What was found")
    start: object = part("zeros", initialisers, "How it starts")
    ends: tuple = parts((), stops, "How it ends")


@pytest.fixture
def form(qtbot):
    """A form over every rule, with what it told."""
    form = Form(Everything)
    form.told = []
    form.edited.connect(lambda field, value: form.told.append((field, value)))
    form.show_values(defaults_of(Everything))
    qtbot.addWidget(form)
    form.resize(260, 900)
    with qtbot.waitExposed(form):
        form.show()
    return form


def type_into(widget, words):
    widget.setFocus()
    widget.selectAll()
    QTest.keyClicks(widget, words)


def roll(widget, notches=1):
    """The mouse wheel over a widget."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_showing_values_tells_nothing(form):
    form.show_values(defaults_of(Everything) | {"units": 7, "on": False, "start": Normal(0.2)})
    assert form.told == []
    assert form.editor("units").box.text() == "7"
    assert not form.editor("on").box.isChecked()
    assert form.editor("start").combo.currentText() == "Normal"


def test_every_field_has_label_help_and_a_name_for_a_screen_reader(form):
    for field, rule in rules_of(Everything).items():
        row = form.row(field)
        label = field.replace("_", " ").capitalize()
        assert row.label.text() == label
        assert row.help.text() == rule.help
        control = row.editor.controls()[0]
        assert label in control.accessibleName()
        assert control.accessibleDescription() == rule.help
        assert control.toolTip() == rule.help


def test_a_typed_whole_number_is_told_letter_by_letter(form):
    type_into(form.editor("units").box, "128")
    assert form.told == [("units", 1), ("units", 12), ("units", 128)]


def test_a_number_larger_than_an_int_of_qt_is_kept_exactly(form):
    type_into(form.editor("seed").box, str(2**63 - 1))
    assert form.told[-1] == ("seed", 2**63 - 1)


def test_arrow_keys_step_and_stop_at_the_range(form):
    box = form.editor("units").box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_PageUp)
    assert form.told[-1] == ("units", 21)
    form.show_values({"units": 1})
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert form.told[-1] == ("units", 21)
    assert box.text() == "1"


def test_a_number_out_of_range_is_refused_in_place_and_not_told(form):
    type_into(form.editor("units").box, "0")
    row = form.row("units")
    assert form.told == []
    assert row.alarm.isVisible()
    assert row.alarm.text() == "Units must be a whole number from 1 to 500, but is 0."
    assert row.editor.box.accessibleDescription() == row.alarm.text()
    assert form.editor("units").value == 10


def test_the_reason_goes_once_the_value_is_good(form):
    type_into(form.editor("units").box, "0")
    type_into(form.editor("units").box, "5")
    assert not form.row("units").alarm.isVisible()
    assert form.row("units").editor.box.accessibleDescription() == "How many"
    assert form.told == [("units", 5)]


def test_escape_brings_back_what_was_valid(form):
    box = form.editor("units").box
    type_into(box, "0")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "10"
    assert not form.row("units").alarm.isVisible()


def test_an_empty_number_comes_back_when_the_field_is_left(form):
    box = form.editor("units").box
    box.setFocus()
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    assert not form.row("units").alarm.isVisible()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == "10"
    assert form.told == []


def test_letters_do_not_get_into_a_number(form):
    type_into(form.editor("units").box, "4x2")
    assert form.told[-1] == ("units", 42)


def test_the_wheel_passes_over_what_has_no_focus(form):
    form.editor("title_text").line.setFocus()
    for control in (form.editor("units").box, form.editor("rate").slider, form.editor("kind_of").combo):
        roll(control)
    assert form.told == []


def test_the_wheel_changes_what_has_the_focus(form):
    form.editor("units").box.setFocus()
    roll(form.editor("units").box)
    assert form.told == [("units", 11)]


@pytest.mark.parametrize(("typed", "value"), [("0.25", 0.25), ("1e-3", 0.001), ("0,5", 0.5), ("3", 3.0)])
def test_a_number_is_read_as_people_write_it(form, typed, value):
    type_into(form.editor("rate").box, typed)
    assert form.told[-1] == ("rate", value)
    assert not form.row("rate").alarm.isVisible()


def test_the_slider_and_the_number_go_together(form):
    editor = form.editor("rate")
    type_into(editor.box, "1")
    at_one = editor.slider.value()
    editor.slider.setFocus()
    QTest.keyClick(editor.slider, Qt.Key.Key_Right)
    assert editor.slider.value() == at_one + 1
    assert form.told[-1] == ("rate", 1.1)
    assert editor.box.text() == "1.1"


def test_a_logarithmic_slider_gives_each_decade_the_same_way():
    scale = scale_of(Real(1e-4, 1.0, "", "log"))
    ways = [scale.position_of(10.0**-power) for power in (4, 3, 2, 1, 0)]
    assert {after - before for before, after in pairwise(ways)} == {20}
    assert [scale.value_at(place) for place in ways] == [1e-4, 1e-3, 1e-2, 1e-1, 1.0]


def test_a_slider_reaches_both_ends_of_its_range():
    for rule in (Real(0.0, 0.99, ""), Real(1e-12, 1.0, "", "log"), Real(0.0, 0.9999, ""), Real(-0.5, 0.5, "")):
        scale = scale_of(rule)
        assert (scale.value_at(0), scale.value_at(scale.last)) == (rule.low, rule.high)


def test_a_slider_keeps_to_where_people_work():
    guarded = scale_of(Real(0.0, 1e6, "", "log"))
    assert (guarded.low, guarded.high) == (1e-6, 10.0)
    both = scale_of(Real(-1e6, 1e6, ""))
    assert (both.low, both.high, both.position_of(1e5)) == (-10.0, 10.0, both.last)
    assert scale_of(Real(0.0, 180.0, "")).high == 180.0


def test_steps_on_a_logarithmic_scale_are_one_two_five():
    scale = scale_of(Real(0.0, 1e6, "", "log"))
    value, seen = 0.001, []
    for _ in range(4):
        value = scale.stepped(value, 1)
        seen.append(value)
    assert seen == [0.002, 0.005, 0.01, 0.02]
    assert scale.stepped(0.01, -2) == 0.002
    assert scale.stepped(1e-6, -1) == 0.0
    assert scale.stepped(0.0, 1) == 1e-6


def test_a_flag_is_told_when_its_box_is_clicked(form, qtbot):
    box = form.editor("on").box
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert form.told == [("on", False)]
    assert box.text() == "On"


def test_a_choice_is_told_when_it_is_picked_by_key(form):
    combo = form.editor("kind_of").combo
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert form.told == [("kind_of", "green")]


def test_a_text_too_long_is_refused_with_its_length(form):
    type_into(form.editor("title_text").line, "abcdefghijklm")
    assert form.told[-1] == ("title_text", "abcdefghijkl")
    assert "at most 12 characters" in form.row("title_text").alarm.text()


@pytest.mark.parametrize("typed", ["28x28x3", "28×28×3", "28*28*3", "28,28,3", "28 28 3", "28 X 28 x 3"])
def test_sizes_are_read_however_they_are_parted(typed):
    assert tuple(sizes_of(typed, Sizes(1, 1000, ""))) == (28, 28, 3)


def test_sizes_are_told_and_written_out_in_the_end(form):
    line = form.editor("shape").line
    type_into(line, "32x32x3")
    assert form.told[-1] == ("shape", (32, 32, 3))
    assert not form.row("shape").alarm.isVisible()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "32×32×3"


def test_one_size_stands_for_all_where_the_count_is_set(form):
    line = form.editor("window").line
    type_into(line, "5")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert form.told == [("window", (5, 5))]
    assert line.text() == "5×5"


def test_sizes_that_are_no_numbers_are_refused_with_an_example(form):
    type_into(form.editor("shape").line, "28 by 28")
    assert form.row("shape").alarm.text() == "Shape must be whole numbers such as 28×28×1, but is “28 by 28”."
    assert form.editor("shape").value != (28, 28)


def test_sizes_on_their_way_are_not_complained_about(form):
    type_into(form.editor("shape").line, "30x")
    assert not form.row("shape").alarm.isVisible()
    assert form.told[-1] == ("shape", (30,))


def test_padding_is_a_word_or_a_number(form):
    editor = form.editor("border")
    assert not editor.pixels.isVisible()
    editor.combo.setFocus()
    QTest.keyClick(editor.combo, Qt.Key.Key_End)
    assert editor.pixels.isVisible()
    type_into(editor.pixels.box, "7")
    assert form.told == [("border", 1), ("border", 7)]
    type_into(editor.pixels.box, "21")
    assert form.told[-1] == ("border", 2)
    assert "0 to 20" in form.row("border").alarm.text()


def test_a_part_brings_its_own_fields(form, qtbot):
    editor = form.editor("start")
    assert editor.nested.form is None
    editor.combo.setFocus()
    QTest.keyClicks(editor.combo, "Normal")
    assert form.told[-1] == ("start", Normal())
    type_into(editor.nested.form.editor("deviation").box, "0.5")
    assert form.told[-1] == ("start", Normal(0.5))
    assert editor.nested.about.text() == "Normally distributed around 0."


def test_a_refused_field_of_a_part_leaves_the_part(form):
    form.show_values({"start": Normal(0.2)})
    nested = form.editor("start").nested.form
    type_into(nested.editor("deviation").box, "-1")
    assert form.told == []
    assert nested.row("deviation").alarm.isVisible()


def test_parts_are_added_changed_and_removed(form, qtbot):
    editor = form.editor("ends")
    assert editor.note.isVisible()
    add = next(action for action in editor.menu.actions() if action.text() == "Target Loss")
    add.trigger()
    assert form.told[-1] == ("ends", (TargetLoss(),))
    next(action for action in editor.menu.actions() if action.text() == "No Improvement").trigger()
    type_into(editor.members[1].nested.form.editor("patience").box, "9")
    assert form.told[-1] == ("ends", (TargetLoss(), NoImprovement(9)))
    qtbot.mouseClick(editor.members[0].remove, Qt.MouseButton.LeftButton)
    assert form.told[-1] == ("ends", (NoImprovement(9),))
    assert editor.members[0].nested.form.editor("patience").box.text() == "9"


def test_numbers_are_summed_up_and_not_edited(form):
    assert form.editor("means").label.text() == "0.5, 0.25"
    form.show_values({"means": tuple(range(784))})
    assert form.editor("means").label.text() == "784 numbers: 0, 1, 2, 3, …"
    form.show_values({"means": ()})
    assert form.editor("means").label.text() == "none"


def test_what_is_typed_is_not_disturbed_when_the_model_follows(form):
    form.edited.connect(lambda field, value: form.show_values({field: value}))
    type_into(form.editor("rate").box, "0.050")
    assert form.editor("rate").box.text() == "0.050"
    QTest.keyClick(form.editor("rate").box, Qt.Key.Key_Return)
    assert form.editor("rate").box.text() == "0.05"


def test_an_undo_in_the_model_shows_over_what_was_typed(form):
    type_into(form.editor("units").box, "12")
    form.show_values({"units": 10})
    assert form.editor("units").box.text() == "10"


def test_a_number_with_more_digits_than_are_shown_keeps_them(form):
    exact = 0.1 + 0.2
    form.show_values({"share": exact})
    box = form.editor("share").box
    assert box.text() == "0.3"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert form.told == []
    assert form.editor("share").value == exact


def test_a_value_that_its_owner_refuses_says_why_and_is_not_kept(form):
    type_into(form.editor("units").box, "5")
    form.refuse("units", "Units of 5 leave a rest. Choose another number.")
    assert form.row("units").alarm.text() == "Units of 5 leave a rest. Choose another number."
    assert form.editor("units").value == 10


def test_differing_values_stand_as_several_until_one_is_given(form):
    form.show_values(dict.fromkeys(rules_of(Everything), SEVERAL))
    assert form.editor("units").box.lineEdit().placeholderText() == "several"
    assert form.editor("units").box.text() == ""
    assert form.editor("on").box.checkState() is Qt.CheckState.PartiallyChecked
    assert form.editor("kind_of").combo.currentIndex() == -1
    assert form.editor("start").combo.currentIndex() == -1
    assert not form.editor("start").nested.isVisible()
    assert form.editor("shape").line.placeholderText() == "several"
    assert form.told == []
    QTest.keyClick(form.editor("on").box, Qt.Key.Key_Space)
    type_into(form.editor("units").box, "3")
    assert form.told == [("on", True), ("units", 3)]


def test_common_fields_are_those_of_the_same_rule():
    dense, conv = layers().find("dense"), layers().find("conv2d")
    assert common_fields([dense, dense]) == tuple(rules_of(dense))
    assert common_fields([dense, conv]) == ("weights_start", "bias_start", "frozen")
    values = common_values([dense(4), dense(5)], ("units", "frozen"))
    assert values == {"units": SEVERAL, "frozen": False}


def test_without_live_typing_counts_when_it_is_finished(qtbot):
    form = Form(Settings, ("optimizer", "batch_size"), live=False)
    qtbot.addWidget(form)
    form.show_values(vars(Settings()))
    told = []
    form.edited.connect(lambda field, value: told.append(value))
    type_into(form.editor("batch_size").box, "64")
    assert told == []
    QTest.keyClick(form.editor("batch_size").box, Qt.Key.Key_Return)
    assert told == [64]
    rate = form.editor("optimizer").nested.form.editor("learning_rate")
    type_into(rate.box, "1e-3")
    QTest.keyClick(rate.box, Qt.Key.Key_Return)
    assert [each.learning_rate for each in told[1:]] == [0.001]


def test_undo_in_a_text_field_is_left_to_the_window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    form = Form(Everything, ("units", "title_text"), parent=window)
    QVBoxLayout(window).addWidget(form)
    asked = []
    undo = QAction(window)
    undo.setShortcut("Ctrl+Z")
    undo.triggered.connect(lambda: asked.append(True))
    window.addAction(undo)
    with qtbot.waitActive(window):
        window.show()
    for control in (form.editor("title_text").line, form.editor("units").box):
        type_into(control, "7")
        QTest.keyClick(control, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert asked == [True, True]
    assert form.editor("title_text").line.text() == "7"


def test_tab_visits_every_editor(form):
    form.editor("units").box.setFocus()
    seen = set()
    for _ in range(60):
        focus = QApplication.focusWidget()
        seen |= {field for field in form.fields if form.row(field).isAncestorOf(focus)}
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == set(form.fields) - {"means"}


def configured_classes():
    families = (layers(), initialisers(), optimizers(), penalties(), stops())
    return [kind for family in families for kind in family.kinds().values()] + [Settings]


@pytest.mark.parametrize("configured", configured_classes(), ids=lambda kind: kind.kind)
def test_a_form_is_built_for_everything_and_is_no_wider_than_the_inspector(qtbot, configured):
    form = Form(configured)
    qtbot.addWidget(form)
    form.show_values(vars(configured()))
    assert form.fields == tuple(rules_of(configured))
    assert form.minimumSizeHint().width() <= 226


def test_he_is_shown_with_its_distribution(qtbot):
    form = Form(layers().find("dense"))
    qtbot.addWidget(form)
    form.show_values({"weights_start": He("uniform")})
    assert form.editor("weights_start").nested.form.editor("distribution").combo.currentText() == "uniform"
