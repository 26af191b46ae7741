"""How fast a network may learn: a small one is soon done, and nobody could watch it."""

from functools import partial
from math import inf

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnstudio.live.commands import SetPace
from nnstudio.ui.run import Run
from nnstudio.ui.sizes import px
from nnstudio.ui.theme import GAP

SPEED = "speed"  # Under which it is remembered.
SPEEDS = {
    "watch": SetPace(seconds=5.0), "full": SetPace(), "100": SetPace(100.0), "10": SetPace(10.0), "1": SetPace(1.0)
}  # fmt: skip


class Speed(QToolButton):
    """How fast a small network may learn, so that one can watch it; remembered for the next window."""

    def __init__(self, run: Run, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run, self._settings = run, settings
        run.set_pace(SPEEDS.get(str(settings.value(SPEED, "watch")), SetPace()))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Speed"))
        self.setToolTip(
            self.tr("How fast the network may learn. A short training can be stretched, so that one can watch it")
        )
        menu = QMenu(self)
        self._choices = QActionGroup(menu)
        for name, pace in SPEEDS.items():
            action = menu.addAction(self._words(pace))
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(partial(self._choose, name))
            self._choices.addAction(action)
        self.setMenu(menu)
        run.changed.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:
        # For all words alike, so that nothing beside it moves.
        widest = max(self.fontMetrics().horizontalAdvance(self._words(pace)) for pace in SPEEDS.values())
        return super().sizeHint().expandedTo(QSize(widest + px(6 * GAP), 0))

    def _show(self) -> None:
        self.setText(self._words(self._run.pace))
        for action in self._choices.actions():
            action.setChecked(SPEEDS[action.data()] == self._run.pace)

    def _choose(self, name: str, *_: object) -> None:
        self._settings.setValue(SPEED, name)
        self._run.set_pace(SPEEDS[name])

    def _words(self, pace: SetPace) -> str:
        if pace.seconds:
            return self.tr("At least {} seconds").format(f"{pace.seconds:g}")
        if pace.batches == inf:
            return self.tr("Full speed")
        if pace.batches == 1:
            return self.tr("1 batch a second")
        return self.tr("{} batches a second").format(f"{pace.batches:g}")
