"""Large letters and high contrast: all grows together at once, nothing is cut off, one can read it from afar."""

from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QToolButton

from nnstudio.live.known import State
from nnstudio.project.templates import load_template
from nnstudio.training.track import Track
from nnstudio.ui import sizes
from nnstudio.ui.plots.colours import CURVES, class_colours
from nnstudio.ui.plots.curve import Curve
from nnstudio.ui.plots.frame import Frame
from nnstudio.ui.plots.source import Steps
from nnstudio.ui.scrolled import Scrolled
from nnstudio.ui.theme import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, apply, theme_for, theme_of
from tests.gui.clipping import clipped

LETTERS = ("text", "dim", "accent", "negative", "positive", "problem", "warning", "good")
GROUNDS = ("window", "panel", "field", "canvas", "card", "hover")
CONTRASTS = pytest.mark.parametrize("theme", [DARK_CONTRAST, LIGHT_CONTRAST], ids=["dark", "light"])
LOOKS = (
    ((1280, 720), DARK, 100), ((1440, 900), LIGHT, 200), ((1920, 1080), LIGHT_CONTRAST, 100),
)  # fmt: skip
PERSPECTIVES = "build", "train", "explore", "classify", "laboratory"


@pytest.fixture(autouse=True)
def _usual_again(qapp):
    """The tests after these have usual letters again."""
    yield
    apply(qapp, DARK)


def luminance(colour):
    """The relative luminance as WCAG defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """How far apart two colours are, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@CONTRASTS
def test_all_letters_of_a_projector_stand_out_seven_times(theme):
    pairs = [(ink, getattr(theme, ink), ground, getattr(theme, ground)) for ink, ground in product(LETTERS, GROUNDS)]
    pairs.append(("on_accent", theme.on_accent, "accent", theme.accent))
    assert [(ink, ground) for ink, a, ground, b in pairs if contrast(a, b) < 7] == []


@CONTRASTS
def test_lines_and_marks_of_a_projector_stand_out_three_times(theme):
    marks = [theme.border, theme.wire, *(colour for _, colour in theme.groups), *CURVES[theme.name]]
    marks += [each.name() for count in (2, 10) for each in class_colours(theme, count)]
    pairs = product(marks, (theme.panel, theme.canvas))
    assert [pair for pair in pairs if contrast(*pair) < 3] == []


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_letters_of_the_usual_themes_stand_out_as_the_guidelines_ask(theme):
    pairs = product(("text", "dim"), ("window", "panel", "field", "canvas", "card"))
    assert [pair for pair in pairs if contrast(getattr(theme, pair[0]), getattr(theme, pair[1])) < 4.5] == []


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_projector_has_a_variant_of_each_theme_and_widgets_know_it(qapp, name):
    usual, projected = theme_for(name, False, qapp), theme_for(name, True, qapp)
    assert (usual.contrast, projected.contrast) == (False, True)
    for theme in (projected, usual):
        apply(qapp, theme)
        assert theme_of(QApplication.palette()) is theme


def test_the_font_grows_from_the_systems_own_size_and_never_twice(qapp):
    usual = qapp.font().pointSizeF()
    for _ in range(2):
        apply(qapp, DARK, 200)
        assert qapp.font().pointSizeF() == 2 * usual
    apply(qapp, DARK_CONTRAST)
    assert qapp.font().pointSizeF() == 1.5 * usual
    apply(qapp, DARK)
    assert qapp.font().pointSizeF() == usual


def test_what_follows_the_letters_grows_while_it_is_shown(qapp, qtbot):
    label = QLabel("Rate")
    qtbot.addWidget(label)
    sizes.follow(label.setFixedWidth, 60)
    sizes.follow_font(label, 0.5)
    before = label.font().pointSizeF()
    apply(qapp, DARK, 200)
    assert label.minimumWidth() == label.maximumWidth() == 120
    assert label.font().pointSizeF() == 2 * before
    apply(qapp, DARK)
    assert (label.minimumWidth(), label.font().pointSizeF()) == (60, before)


def test_a_panel_scrolls_only_while_letters_are_large(qapp, qtbot):
    panel = QLabel("Loss")
    sizes.follow(panel.setMinimumSize, 400, 300)
    scrolled = Scrolled(panel)
    qtbot.addWidget(scrolled)
    scrolled.resize(450, 320)
    scrolled.show()
    assert panel.size() == scrolled.size()
    apply(qapp, DARK, 200)
    assert (panel.width(), panel.height()) == (800, 600)
    qtbot.waitUntil(lambda: scrolled.findChild(QScrollArea).verticalScrollBar().isVisible())
    apply(qapp, DARK)
    qtbot.waitUntil(lambda: panel.size() == scrolled.size())
    assert panel.parent() is scrolled


def test_what_follows_the_letters_does_not_outlive_its_widget(qapp, qtbot):
    label = QLabel("Rate")
    sizes.follow(label.setFixedWidth, 60)
    known = len(sizes._scale.actions)
    del label
    assert len(sizes._scale.actions) == known - 1


def test_the_canvas_is_seen_nearer_and_cards_keep_their_places(qapp, canvas):
    view, graph = canvas.view, canvas.view._scene.document.graph
    zoom, drawn = view.zoom, view.transform().m11()
    middle = view.mapToScene(view.viewport().rect().center())
    apply(qapp, DARK, 200)
    assert view.zoom == zoom
    assert view.transform().m11() == 2 * drawn
    moved = view.mapToScene(view.viewport().rect().center()) - middle
    assert QPointF(moved).manhattanLength() < 2
    assert view._scene.document.graph is graph


def test_curves_are_drawn_twice_as_strong_for_a_projector():
    def painted(theme):
        curve = Curve("loss", Steps(Track(np.cos(np.arange(400) / 60))))
        curve.show_in(Frame(0, 400, -1.2, 1.2, 400, 200), theme)
        image = QImage(400, 200, QImage.Format.Format_RGB32)
        image.fill(QColor(theme.panel))
        painter = QPainter(image)
        curve.draw(painter)
        painter.end()
        blue = np.frombuffer(image.constBits(), np.uint8)[::4].astype(float) - QColor(theme.panel).blue()
        return blue.sum() / blue.max()

    assert painted(DARK_CONTRAST) > 1.5 * painted(DARK)


@pytest.fixture
def trained(qtbot, studio):
    """A window with digits that have learned a little, so that there is something in all panels."""
    window = studio.open(load_template("digits"), None)
    window.showNormal()
    window.run.train()
    qtbot.waitUntil(lambda: window.run.known.step > 100)
    window.run.pause()
    qtbot.waitUntil(lambda: window.run.state is not State.GOING)
    window.selection.choose(["hidden"])
    return window


def show(window, size, theme, percent):
    """Let a window have another size and look."""
    apply(QApplication.instance(), theme, percent)
    window.show_theme(theme)
    window.resize(*size)
    QCoreApplication.processEvents()


def test_no_word_is_cut_off_at_any_size_of_text(trained):
    """One window through all looks, for each change must be seen at once."""
    found = {}
    for look in LOOKS:
        show(trained, *look)
        for name in PERSPECTIVES:
            trained.docks.use(name)
            QCoreApplication.processEvents()
            trained.docks.share_out()
            QCoreApplication.processEvents()
            found[name, look] = clipped(trained)
            assert trained.minimumSizeHint().expandedTo(QSize(*look[0])) == QSize(*look[0]), (name, look)
    assert {where: cut for where, cut in found.items() if cut} == {}


def test_what_has_no_room_for_words_keeps_its_icons(trained):
    show(trained, (1440, 900), DARK, 200)
    buttons = [each for each in trained.tool_bar.findChildren(QToolButton) if each.isVisible()]
    titles = {each.title for each in trained.docks.perspectives.values()}
    assert titles <= {each.text() for each in buttons}
    assert all(each.toolTip() for each in buttons)


DIALOGS = "new_from", "export", "circles", "classify", "settings", "pages", "keys", "about", "describe", "plugins"


@pytest.mark.parametrize("name", DIALOGS)
def test_no_word_of_a_dialog_is_cut_off_at_any_size_of_text(trained, name, qtbot):
    trained.menus.actions[name].trigger()
    qtbot.waitUntil(lambda: any(dialogs_over(trained)))
    (dialog,) = dialogs_over(trained)
    qtbot.waitUntil(lambda: not trained.background.busy)
    found = {}
    for look in LOOKS:
        show(trained, *look)
        for _ in range(3):
            QCoreApplication.processEvents()
        found[look] = clipped(dialog)
    dialog.close()
    assert {look: cut for look, cut in found.items() if cut} == {}


def dialogs_over(window):
    """Those that are open; a list that pops up is none."""
    kinds = Qt.WindowType.Dialog, Qt.WindowType.Window
    others = [each for each in QApplication.topLevelWidgets() if each is not window and each.windowType() in kinds]
    return [each for each in others if each.isVisible()]


def test_what_must_be_fetched_has_room_at_any_size_of_text(trained, qtbot):
    trained.document.change("Data", data="emnist-balanced", preparation=None)
    qtbot.waitUntil(lambda: trained.timeline.fetch.isVisible())
    found = {}
    for look in LOOKS:
        show(trained, *look)
        found[look] = clipped(trained.timeline)
        assert trained.minimumSizeHint().expandedTo(QSize(*look[0])) == QSize(*look[0]), look
    assert {look: cut for look, cut in found.items() if cut} == {}
