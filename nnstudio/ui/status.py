"""What stands in the status bar all the time: problems, the doctor's advice, and the zoom."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QToolButton

from nnstudio.ui.sizes import follow_words, px
from nnstudio.ui.theme import GAP

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

ROOM_FOR_WORDS = 400  # Pixels that the doctor wants at least.


class Status(QObject):
    """Follows the lists of problems and advice, and brings them into sight; their docks say how long they are too."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._docks = window.docks
        bar, panels, view = window.statusBar(), window.panels, window.canvas.view
        self.count = QToolButton(bar)
        self.count.setAccessibleName(self.tr("Problems"))
        self.count.setToolTip(self.tr("Show the list of problems"))
        self.count.setProperty("help", "panels/problems")
        self.advice = QToolButton(bar)
        self.advice.setToolTip(self.tr("Show what the doctor says of the training"))
        self.advice.setProperty("help", "panels/doctor")
        self.advice.hide()
        self.zoom = QLabel(bar)
        self.zoom.setAccessibleName(self.tr("Zoom"))
        follow_words(self.zoom.setMinimumWidth, "400%")
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        bar.setContentsMargins(GAP, 0, GAP, 0)
        bar.setSizeGripEnabled(False)
        for widget in (self.advice, self.count, self.zoom):
            bar.addPermanentWidget(widget)
        panels.problems.counted.connect(self._show_count)
        panels.advice.counted.connect(self._show_advice)
        view.zoom_changed.connect(self._show_zoom)
        self.count.clicked.connect(self._show_problems)
        self.advice.clicked.connect(self._show_doctor)
        self._show_zoom(view.zoom)
        self._show_count(*panels.problems.count)

    def _show_zoom(self, zoom: float) -> None:
        self.zoom.setText(f"{zoom:.0%}")

    def _show_count(self, problems: int, notes: int) -> None:
        words = self.tr("1 problem") if problems == 1 else self.tr("{} problems").format(problems)
        self.count.setText(words if problems else self.tr("No problems"))
        count = problems + notes
        title = self.tr("Problems")
        self._docks["problems"].setWindowTitle(f"{title} ({count})" if count else title)

    def _show_advice(self, count: int) -> None:
        title = self.tr("Doctor")
        self._docks["doctor"].setWindowTitle(f"{title} ({count})" if count else title)
        self.advice.setText(f"{title} ({count})")
        self.advice.setVisible(bool(count))

    def _show_doctor(self) -> None:
        self._docks.show("doctor", px(ROOM_FOR_WORDS))

    def _show_problems(self) -> None:
        self._docks.show("problems")
