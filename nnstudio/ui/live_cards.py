"""Live cards: what the current sample becomes in every layer, on the cards themselves."""

from PySide6.QtCore import QElapsedTimer, QObject, QSettings, QTimer
from PySide6.QtGui import QImage

from nnstudio.live.messages import Seen
from nnstudio.live.probes.activations import Activations
from nnstudio.live.probes.drawn import Classification
from nnstudio.ui.canvas.canvas import Canvas
from nnstudio.ui.canvas.thumbnail import thumbnail
from nnstudio.ui.current_sample import CurrentSample
from nnstudio.ui.run import Run
from nnstudio.ui.theme import Theme

KEY = "cards"
ON = "live_cards"  # Under which it is remembered whether they are wanted.
EVERY = 100  # Milliseconds; more often would only cost.


class LiveCards(QObject):
    """Asks for the current sample as soon as there is a run, and puts thumbnails on the cards in sight."""

    def __init__(
        self, canvas: Canvas, run: Run, sample: CurrentSample, settings: QSettings, theme: Theme
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._run, self._sample = canvas, run, sample
        self._settings, self._theme = settings, theme
        self._last: Activations | None = None
        self._since = QElapsedTimer()
        # While somebody draws, the last of many answers is shown in the end.
        self._rest = QTimer(self, singleShot=True, interval=EVERY)
        self._rest.timeout.connect(self._paint)
        run.begun.connect(self._want)
        sample.question_changed.connect(self._want)
        run.seen.connect(self._show)

    @property
    def on(self) -> bool:
        """Whether thumbnails are wanted."""
        return str(self._settings.value(ON, "true")) == "true"

    def turn(self, on: bool) -> None:
        """Show thumbnails, or take them away."""
        self._settings.setValue(ON, "true" if on else "false")
        self._want()
        if not on:
            self._last = None
            for card in self._canvas.scene.cards():
                card.show_thumbnail(QImage())

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self._paint()

    def _want(self) -> None:
        wanted = self.on and (self._run.record is not None or self._sample.drawn)
        self._run.want(self, {KEY: self._sample.question} if wanted else {})

    def _show(self, key: str, seen: Seen) -> None:
        if key == KEY:
            self._last = seen.value.activations if isinstance(seen.value, Classification) else seen.value
            # The last state of a run is shown however soon it comes.
            often = self._run.going or self._sample.drawn
            if not self._since.isValid() or self._since.hasExpired(EVERY) or not often:
                self._since.start()
                self._paint()
            elif self._sample.drawn and not self._rest.isActive():
                self._rest.start()

    def _paint(self) -> None:
        if self._last is None:
            return
        seen = self._canvas.view.mapToScene(self._canvas.view.viewport().rect()).boundingRect()
        for card in self._canvas.scene.cards():
            values = self._last.values.get(card.id)
            if values is None:
                card.show_thumbnail(QImage())
            elif card.sceneBoundingRect().intersects(seen):
                card.show_thumbnail(thumbnail(values, self._theme))
