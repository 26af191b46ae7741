"""How large things are: every length that must hold letters follows the size of the text, here and nowhere else."""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

Action = Callable[[Any], object]


class _Scale:
    """How much larger than usual letters are, and what must be done when that changes."""

    def __init__(self) -> None:
        self.factor = 1.0
        # Whose wrapper goes, goes from here; so an action must not hold its object.
        self.actions: WeakKeyDictionary[QObject, dict[str, Action]] = WeakKeyDictionary()


_scale = _Scale()
MOST_OF_SCREEN = 0.92  # The rest is for the dialog's frame.
FONT = "font"  # The action that is done before all others, which measure letters.


def px(length: float) -> int:
    """So many pixels, where letters have their usual size; as many more as letters are larger."""
    return round(length * _scale.factor)


def px_size(width: float, height: float) -> QSize:
    """An area of so many pixels, where letters have their usual size."""
    return QSize(px(width), px(height))


def factor() -> float:
    """How much larger than usual letters are."""
    return _scale.factor


def follow(setter: Callable[..., object], *lengths: float) -> None:
    """Call a method of a QObject with these lengths, now and whenever letters become larger or smaller."""
    name = setter.__name__

    def action(thing: Any) -> None:
        getattr(thing, name)(*map(px, lengths))

    _keep(_owner(setter), name, action)


def follow_size(setter: Callable[[QSize], object], width: float, height: float) -> None:
    """As `follow`, for a method that takes a QSize."""
    name = setter.__name__
    _keep(_owner(setter), name, lambda thing: getattr(thing, name)(px_size(width, height)))


def follow_screen(dialog: QWidget, width: float, height: float) -> None:
    """Make a dialog so large, now and whenever letters become larger or smaller, but no larger than its screen."""

    def action(shown: Any) -> None:
        shown.resize(px_size(width, height).boundedTo(shown.screen().availableSize() * MOST_OF_SCREEN))

    _keep(dialog, "resize", action)


def follow_words(setter: Callable[[int], object], *words: str, beside: float = 0) -> None:
    """As `follow`, with room for the longest of these words in the widget's letters, and for what is beside them."""
    name = setter.__name__

    def action(widget: Any) -> None:
        letters = widget.fontMetrics()
        getattr(widget, name)(max(map(letters.horizontalAdvance, words)) + px(beside))

    _keep(_owner(setter), name, action)


def follow_lines(setter: Callable[[int], object], lines: float, beside: float = 0) -> None:
    """As `follow`, with room for so many lines in the widget's letters, and for what is above and below them."""
    name = setter.__name__

    def action(widget: Any) -> None:
        getattr(widget, name)(round(widget.fontMetrics().lineSpacing() * lines) + px(beside))

    _keep(_owner(setter), name, action)


def follow_font(widget: QWidget, by: float, weight: QFont.Weight = QFont.Weight.Normal, columns: bool = False) -> None:
    """Give a widget letters so many times as large as those of the application, now and whenever these change;
    for formulas and code those of one width, so that columns stand under each other."""

    def action(shown: Any) -> None:
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        shown.setFont(scaled(fixed, by * factor(), weight) if columns else scaled(QApplication.font(), by, weight))

    _keep(widget, FONT, action)


def scaled(font: QFont, by: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """A font of another size and weight, so that it follows what the system is set to."""
    made = QFont(font)
    if font.pointSizeF() > 0:
        made.setPointSizeF(font.pointSizeF() * by)
    else:
        made.setPixelSize(round(font.pixelSize() * by))
    made.setWeight(weight)
    return made


def scale_to(by: float) -> None:
    """Letters are so many times as large as usual from now on."""
    _scale.factor = by


def follow_all() -> None:
    """Set anew whatever follows the letters, the fonts first, and again: a new parent takes them away."""
    for fonts in (True, False, True):
        for thing, actions in list(_scale.actions.items()):
            for name, action in list(actions.items()):
                if (name == FONT) is fonts and isValid(thing):
                    action(thing)


def _owner(setter: Callable[..., object]) -> QObject:
    owner = getattr(setter, "__self__", None)
    assert isinstance(owner, QObject), setter
    return owner


def _keep(thing: QObject, name: str, action: Action) -> None:
    _scale.actions.setdefault(thing, {})[name] = action
    action(thing)
