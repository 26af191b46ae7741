"""What can be varied in a sweep, each with the controls for its values: a range of rates, a list, several kinds."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from nnstudio.core.errors import FieldError
from nnstudio.engine.optimizers import optimizers
from nnstudio.experiments.axes import axis_from_text
from nnstudio.experiments.choices import Between
from nnstudio.experiments.variation import Value
from nnstudio.ui.forms.controls import Line
from nnstudio.ui.sizes import follow

NARROW, WIDE = 36, 60
Axis = Sequence[Value] | Between


class VariedField(QWidget):
    """One quantity: it is varied while its box is checked, which uses the controls behind it."""

    changed = Signal()

    def __init__(self, name: str, title: str, help: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.box = QCheckBox(title, parent)
        self.box.setToolTip(help)
        self.box.setAccessibleName(tr("Vary the {}").format(title.lower()))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.setEnabled(False)
        self.box.toggled.connect(self.setEnabled)
        self.box.toggled.connect(self._tell)

    def axis(self, random: bool) -> Axis:
        """The values, or the range that they are drawn from; FieldError where there are none."""
        raise NotImplementedError

    def _tell(self, *_: object) -> None:
        self.changed.emit()

    def _line(self, text: str, name: str, help: str) -> Line:
        line = Line(self)
        line.setText(text)
        line.setAccessibleName(name)
        line.setToolTip(help)
        line.textChanged.connect(self._tell)
        return line


class RateField(VariedField):
    """The least learning rate, the greatest, and how many, each by the same factor greater."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("learning_rate", tr("Learning rate"), tr("From the least to the greatest, by factors"), parent)
        self.least = self._line("0.0001", tr("Least learning rate"), tr("The least"))
        self.greatest = self._line("1", tr("Greatest learning rate"), tr("The greatest"))
        self.count = self._line("9", tr("Number of learning rates"), tr("How many"))
        for line, width in ((self.least, WIDE), (self.greatest, WIDE), (self.count, NARROW)):
            follow(line.setFixedWidth, width)
        for widget in (self.least, QLabel("–", self), self.greatest, QLabel("×", self), self.count):
            self._row.addWidget(widget)
        self._row.addStretch()

    def axis(self, random: bool) -> Axis:
        least, greatest, count = (line.text().strip() for line in (self.least, self.greatest, self.count))
        return axis_from_text(self.name, f"{least}:{greatest}:{count}", random)


class ListField(VariedField):
    """Values in one line, with commas between."""

    def __init__(self, name: str, title: str, values: str, help: str, parent: QWidget | None = None) -> None:
        super().__init__(name, title, help, parent)
        self.line = self._line(values, title, help)
        self._row.addWidget(self.line)

    def axis(self, random: bool) -> Axis:
        return axis_from_text(self.name, self.line.text(), random)


class KindsField(VariedField):
    """Optimizers, some of which are checked in a menu."""

    def __init__(self, chosen: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__("optimizer", tr("Optimizer"), tr("Each with its own usual numbers"), parent)
        self.button = QToolButton(self)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setAccessibleName(tr("Optimizers"))
        # For the arrow.
        self.button.setStyleSheet("padding-right: 22px;")
        self.menu = QMenu(self.button)
        for kind, optimizer in optimizers().kinds().items():
            action = QAction(optimizer.title, self.menu)
            action.setData(kind)
            action.setCheckable(True)
            action.setChecked(kind in chosen)
            self.menu.addAction(action)
        self.button.setMenu(self.menu)
        self._row.addWidget(self.button)
        self._row.addStretch()
        self.menu.triggered.connect(self._show)
        self._show()

    def axis(self, random: bool) -> Axis:
        kinds = [str(action.data()) for action in self._checked()]
        if not kinds:
            raise FieldError(tr("There is no optimizer to try. Choose at least one."))
        return tuple(kinds)

    def _checked(self) -> list[QAction]:
        return [action for action in self.menu.actions() if action.isChecked()]

    def _show(self, *_: object) -> None:
        titles = [action.text() for action in self._checked()]
        self.button.setText(", ".join(titles[:2]) + (f" +{len(titles) - 2}" if len(titles) > 2 else "") or tr("none"))
        self.button.setToolTip(", ".join(titles))
        self._tell()


def whole_of(line: Line, least: int, greatest: int, what: str) -> int:
    """The whole number in a line; FieldError for another."""
    try:
        number = int(line.text().strip())
    except ValueError:
        number = least - 1
    if not least <= number <= greatest:
        wanted = tr("{} must be a whole number from {} to {}, but here is “{}”.")
        raise FieldError(wanted.format(what, f"{least:,}", f"{greatest:,}", line.text().strip()[:20]))
    return number


def tr(text: str) -> str:
    """A text of sweeps in the user's language."""
    return QCoreApplication.translate("Sweeps", text)
