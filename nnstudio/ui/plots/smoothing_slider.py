"""The slider for the smoothing of curves."""

from math import log10

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from nnstudio.ui.labels import SMALLER
from nnstudio.ui.plots.smoothing import MOST
from nnstudio.ui.sizes import follow, follow_font, follow_words

PER_DECADE = 20
LAST = 60


class SmoothingSlider(QWidget):
    """From 0, nothing, to 0.999; as many positions for every tenfold of what is averaged over."""

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, LAST)
        self.slider.setPageStep(PER_DECADE // 2)
        follow(self.slider.setFixedWidth, 96)
        self.slider.setAccessibleName(self.tr("Smoothing"))
        self._figure = QLabel(self)
        follow_font(self._figure, SMALLER)
        follow_words(self._figure.setMinimumWidth, "0.999")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.slider)
        row.addWidget(self._figure)
        self.setFocusProxy(self.slider)
        self.slider.valueChanged.connect(self._tell)
        self._show(0.0)

    @property
    def smoothing(self) -> float:
        """How much the past counts."""
        return min(round(1 - 10 ** (-self.slider.value() / PER_DECADE), 4), MOST)

    @smoothing.setter
    def smoothing(self, smoothing: float) -> None:
        self.slider.setValue(round(-log10(1 - min(smoothing, MOST)) * PER_DECADE))

    def _tell(self) -> None:
        self._show(self.smoothing)
        self.changed.emit(self.smoothing)

    def _show(self, smoothing: float) -> None:
        self._figure.setText(f"{smoothing:.3f}" if smoothing > 0.99 else f"{smoothing:.2f}")
        steps = round(1 / (1 - smoothing))
        words = self.tr("Averages over about {} steps").format(f"{steps:,}") if smoothing else self.tr("No smoothing")
        self.setToolTip(words)
        self.slider.setAccessibleDescription(words)
