"""The five steps of the tour: what each says, and the control that it points at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from nnstudio.layers.shapes import IMAGE
from nnstudio.ui.actions import tr

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

Show = Callable[[], QWidget | None]
MORE = "qt_toolbar_ext_button"  # What Qt calls the button behind which a bar keeps what has no room.


@dataclass(frozen=True)
class Step:
    """One step. `show` brings the control into sight and gives it back; `how` says where it is if it was hidden."""

    title: str
    words: str
    show: Show
    how: str
    after: str = ""
    """What is said in place of `words` once it was done."""


def steps_of(window: "StudioWindow") -> tuple[Step, ...]:
    """The steps for the project of a window."""
    shape = input_shape(window)
    watch = _boundary(window) if shape == (2,) else _curves(window)
    keep = _draw(window) if len(shape) == IMAGE else _save(window)
    return _train(window), watch, _rate(window), _build(window), keep


def input_shape(window: "StudioWindow") -> tuple[int, ...]:
    """The shape of what the network reads; empty where it reads nothing yet."""
    shapes = window.document.findings.shapes.known
    return next((shapes[node.id] for node in window.document.graph.sources() if node.id in shapes), ())


def _train(window: "StudioWindow") -> Step:
    words = tr(
        "Press Train. The network looks at its samples, a batch at a time, and after each it changes its weights a "
        "little. Press again to pause."
    )
    if not window.run_bar.train.isEnabled():
        words = tr("Here a network begins to learn. This model is not ready yet: the list of problems says why.")
    return Step(
        tr("Let it learn"), words, lambda: button_of(window.run_bar, window.run_bar.train),
        tr("Train is in the menu Train, and on F5."),
    )  # fmt: skip


def _boundary(window: "StudioWindow") -> Step:
    return Step(
        tr("Watch it learn"),
        tr(
            "Each point is a sample, orange or blue. The ground shows what the network answers there: where the "
            "colours meet is its decision boundary, and it bends while the network learns. The curves show the loss."
        ),
        lambda: _dock(window, "boundary", "explore"),
        tr("The panel is in the menu View ▸ Decision boundary."),
    )  # fmt: skip


def _curves(window: "StudioWindow") -> Step:
    return Step(
        tr("Watch it learn"),
        tr(
            "The loss says how wrong the network is: it falls while the network learns. The curve of the samples that "
            "it does not learn from shows whether it understands, or only remembers."
        ),
        lambda: _dock(window, "curves", "train"),
        tr("The panel is in the menu View ▸ Curves."),
    )  # fmt: skip


def _rate(window: "StudioWindow") -> Step:
    return Step(
        tr("Change the learning rate"),
        tr(
            "It says how far each step goes. Move it while the network learns (Train goes on where it ended): too "
            "small, and nothing happens; too large, and the loss leaps up."
        ),
        lambda: _in_bar(window.run_bar, window.run_bar.rate),
        tr("With nothing chosen, it is in the Inspector at the right."),
        tr("The new rate counts from the next batch on. Watch what the loss does, and move it back."),
    )  # fmt: skip


def _build(window: "StudioWindow") -> Step:
    return Step(
        tr("Change the network"),
        tr(
            "Drag a layer from this list onto a wire: it is put in between. To change the number of neurons, "
            "double-click it on a card."
        ),
        lambda: _dock(window, "palette", "build"),
        tr("The list is in the menu View ▸ Layers."),
        tr("That is how networks are built here. Ctrl+Z takes it back."),
    )  # fmt: skip


def _draw(window: "StudioWindow") -> Step:
    return Step(
        tr("Draw, and keep it"),
        tr(
            "Draw with the mouse: the network answers every stroke. Save (Ctrl+S) keeps model, weights and curves in "
            "one file; File ▸ Export takes them to PyTorch, Keras or ONNX."
        ),
        lambda: _dock(window, "draw", "classify"),
        tr("The pad is in the menu View ▸ Draw and classify."),
    )  # fmt: skip


def _save(window: "StudioWindow") -> Step:
    return Step(
        tr("Keep it"),
        tr(
            "Save keeps model, weights and curves in one file; File ▸ Export takes them to PyTorch, Keras or ONNX. "
            "With a network that reads digits, Classify at the top right lets you draw one."
        ),
        lambda: button_of(window.tool_bar, window.menus.actions["save"]),
        tr("Save is in the menu File, and on Ctrl+S."),
    )  # fmt: skip


def button_of(bar: QToolBar, action: QAction) -> QWidget | None:
    """The button of a command on a bar, or that behind which it is hidden."""
    button = bar.widgetForAction(action)
    return None if button is None else _in_bar(bar, button)


def _in_bar(bar: QToolBar, control: QWidget) -> QWidget | None:
    """A control of a bar, or the button behind which it is hidden in a narrow window."""
    return control if control.isVisible() else bar.findChild(QToolButton, MORE)


def _dock(window: "StudioWindow", name: str, perspective: str) -> QWidget:
    """A panel, with the perspective that it belongs to if it cannot be seen now."""
    if not window.docks.in_sight(name):
        window.docks.use(perspective)
    window.docks.show(name)
    return window.docks[name]
