"""The tour: five steps through a window, each at the real control, which can be used meanwhile."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from nnstudio.ui.tour_bubble import Bubble, Light
from nnstudio.ui.tour_place import place_of
from nnstudio.ui.tour_steps import Step, steps_of
from nnstudio.ui.welcome_seen import remember_tour

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

FOLLOW = 100  # Milliseconds between two looks at where the control is.
TRAIN, RATE, BUILD = 0, 2, 3  # The steps that the user can do.


class Tour(QObject):
    """Points at one control after another until it is skipped, or the window goes."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._window = window
        self._steps: tuple[Step, ...] = ()
        self.number = 0
        self._target: QWidget | None = None
        self._done = False
        self._seen: tuple[object, ...] = ()
        self.light, self.bubble = Light(window), Bubble(window)
        self._timer = QTimer(self, interval=FOLLOW)
        self._timer.timeout.connect(self._follow)
        self._connect()

    @property
    def step(self) -> Step:
        """The present step."""
        return self._steps[self.number]

    def begin(self) -> None:
        """Begin with the first step; a tour that is under way in this window ends."""
        for other in self._window.findChildren(Tour):
            if other is not self:
                other.end()
        # From now on: it never comes back unasked.
        remember_tour(self._window.settings)
        self._steps = steps_of(self._window)
        self._was_going = self._window.run.going
        self._rate = self._shown_rate()
        self._graph = self._window.document.graph
        self._window.installEventFilter(self)
        self._timer.start()
        self._go_to(0)
        self.bubble.next.setFocus()

    def end(self) -> None:
        """Take everything away; the keys go back to the model."""
        self._timer.stop()
        self._window.removeEventFilter(self)
        had_keys = self.bubble.isAncestorOf(self._window.focusWidget() or self._window)
        for gone in (self.light, self.bubble):
            gone.hide()
            gone.deleteLater()
        if had_keys:
            self._window.canvas.setFocus()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._follow()
        return False

    def _connect(self) -> None:
        self.bubble.next_asked.connect(self._go_on)
        self.bubble.back_asked.connect(self._go_back)
        self.bubble.skip_asked.connect(self.end)
        self._window.run.changed.connect(self._notice_training)
        self._window.document.project_changed.connect(self._notice_edit)

    def _go_on(self) -> None:
        train = self._window.run_bar.train
        if self.number == len(self._steps) - 1:
            self.end()
        elif self.number == TRAIN and train.isEnabled() and not self._window.run.going:
            # What the step asks for; the training goes on to the next one by itself.
            train.trigger()
        else:
            self._go_to(self.number + 1)

    def _go_back(self) -> None:
        self._go_to(max(0, self.number - 1))

    def _go_to(self, number: int) -> None:
        self.number, self._done = number, False
        self._target = self.step.show()
        self._say()
        self._follow()

    def _say(self, hidden: bool = False) -> None:
        words = self.step.after if self._done and self.step.after else self.step.words
        if hidden:
            words = f"{words}\n\n{self.step.how}"
        self.bubble.say(self.step.title, words, self.number + 1, len(self._steps))

    def _follow(self) -> None:
        """Stand where the control is now; it may have moved, or be hidden."""
        if not self._steps:
            return
        place, room = self._place_of_target(), self._window.size()
        seen = self.number, self._done, place, room, self.bubble.words.font()
        if seen == self._seen and self._on_top:
            return
        self._seen = seen
        self._say(hidden=place is None)
        self.light.show_around(place)
        self.bubble.stand(place_of(room, place, self.bubble.size_within(room)))
        # A dock that was brought to the front lies over them.
        self.light.raise_()
        self.bubble.raise_()

    @property
    def _on_top(self) -> bool:
        children = [child for child in self._window.children() if child.isWidgetType()]
        return children[-2:] == [self.light, self.bubble]

    def _place_of_target(self) -> QRect | None:
        target, window = self._target, self._window
        if target is None or not isValid(target) or target.window() is not window:
            return None
        if not target.isVisible() or target.visibleRegion().isEmpty():
            return None
        return QRect(target.mapTo(window, QPoint()), target.size()) & window.rect()

    def _notice_training(self) -> None:
        going, before = self._window.run.going, self._was_going
        self._was_going = going
        if self._steps and self.number == TRAIN and going and not before:
            self._go_to(TRAIN + 1)

    def _notice_edit(self) -> None:
        if not self._steps:
            return
        rate, graph = self._shown_rate(), self._window.document.graph
        done = (self.number == RATE and rate != self._rate) or (self.number == BUILD and graph != self._graph)
        self._rate, self._graph = rate, graph
        if done:
            self._done = True
            self._follow()

    def _shown_rate(self) -> float:
        return float(self._window.document.project.settings.optimizer.learning_rate)
