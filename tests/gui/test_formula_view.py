"""The formula view: a layer's formula with its own shapes, and the NumPy lines."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from nnstudio.graph import edits
from nnstudio.ui.formula_view import FormulaView


@pytest.fixture
def view(qtbot, document, selection):
    view = FormulaView(document, selection)
    qtbot.addWidget(view)
    view.resize(300, 260)
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_with_nothing_selected_it_says_what_to_do(view, selection):
    assert view.nothing.isVisible()
    assert view.nothing.text() == "Choose a layer to see how it computes."
    selection.choose(["hidden", "relu"])
    assert view.nothing.text() == "Choose a single layer to see how it computes."


def test_the_formula_stands_with_the_shapes_of_this_layer(view, selection):
    selection.choose(["hidden"])
    assert view.formula.text() == "a = W·x + b"
    assert view.letters.text() == "W 32×64, b 32, x 64, a 32"
    assert view.title.text() == "hidden in NumPy"


def test_the_numpy_lines_compute_what_they_say(view, selection):
    selection.choose(["hidden"])
    random = np.random.default_rng(0)
    names = {"np": np, "x": random.random((5, 64)), "weights": random.random((32, 64)), "bias": random.random(32)}
    exec(view.lines.toPlainText(), names)
    assert names["y"].shape == (5, 32)


def test_it_follows_an_edit(view, document, selection):
    selection.choose(["hidden"])
    document.edit("more", edits.set_fields(document.graph, "hidden", units=7))
    assert view.letters.text() == "W 7×64, b 7, x 64, a 7"


def test_a_layer_without_a_shape_shows_its_formula_alone(view, document, selection):
    selection.choose(["hidden"])
    document.edit("break", edits.remove(document.graph, "flatten"))
    assert view.formula.text() == "a = W·x + b"
    assert "not known yet" in view.letters.text()
    assert not view.lines.isVisible()


def test_copy_takes_the_formula_and_the_lines(view, selection, qtbot):
    selection.choose(["hidden"])
    qtbot.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("# hidden: a = W·x + b   with W 32×64")
    assert "y = x @ weights.T + bias" in copied
    compile(copied, "copied", "exec")


def test_every_layer_of_a_model_has_its_lines(view, document, selection):
    for node in document.graph.nodes:
        selection.choose([node.id])
        assert view.formula.text()
        assert view.lines.toPlainText()
