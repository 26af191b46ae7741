"""The row that says what must be fetched, shows it coming, and has the button for it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QToolButton, QWidget

from nnstudio.ui.fetching import Fetching, Way
from nnstudio.ui.labels import Name
from nnstudio.ui.sizes import follow
from nnstudio.ui.theme import GAP

PARTS = 1000  # Of the bar.
BAR = 120


class FetchRow(QWidget):
    """In sight while something is lacking."""

    def __init__(self, fetching: Fetching, parent: QWidget) -> None:
        super().__init__(parent)
        self._fetching = fetching
        self.setProperty("help", "ideas/mnist")
        self.words = Name(parent=self)
        # As wide as there is room, whatever it says.
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, PARTS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Fetched so far"))
        follow(self.bar.setMinimumWidth, BAR)
        self.button = QToolButton(self)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        # The button first: the words change all the time.
        for widget, share in ((self.button, 0), (self.bar, 1), (self.words, 3)):
            row.addWidget(widget, share)
        self.button.clicked.connect(self._press)
        fetching.changed.connect(self._show)
        self._show()

    def _press(self) -> None:
        if self._fetching.way is None:
            self._fetching.begin()
        else:
            self._fetching.cancel()

    def _show(self) -> None:
        lacking, way = self._fetching.lacking, self._fetching.way
        self.setVisible(lacking is not None)
        if lacking is None:
            return
        self.bar.setVisible(way is not None)
        if way is None:
            self.words.setText(self._fetching.sentence or self._lacks(lacking.title))
            self.button.setText(self.tr("Fetch {} ({})").format(lacking.title, _megabytes(lacking.size)))
            self.button.setToolTip(self.tr("Bring it from the internet into {}").format(lacking.folder))
        else:
            self.bar.setValue(round(PARTS * way.done / max(lacking.size, 1)))
            self.words.setText(self._on_the_way(way, lacking.size))
            self.button.setText(self.tr("Cancel"))
            self.button.setToolTip(self.tr("What has come is kept; the next time it goes on from there"))
        self._light("yes" if way is None else "")

    def _lacks(self, title: str) -> str:
        if self._fetching.answers:
            return self.tr("{} is not on this computer yet: the network answers, but cannot learn.").format(title)
        return self.tr("{} is not on this computer yet. It is fetched once.").format(title)

    def _light(self, lit: str) -> None:
        if lit != self.button.property("primary"):
            self.button.setProperty("primary", lit)
            # The style sheet looks at the property only when it is told to.
            self.button.style().unpolish(self.button)
            self.button.style().polish(self.button)

    def _on_the_way(self, way: Way, size: int) -> str:
        if way.left.is_set():
            return self.tr("Ending…")
        if not way.host:
            return self.tr("Looking for a place that has it…")
        return self.tr("{} of {} from {}").format(_megabytes(way.done), _megabytes(size), way.host)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
