"""What settings do in a window: how often it looks, how many threads train for it, when work is kept aside."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnstudio.live.commands import SetMeans
from nnstudio.live.known import State
from nnstudio.preferences import Preferences
from nnstudio.ui.preferring import Preferring

if TYPE_CHECKING:
    from nnstudio.ui.laboratory import Laboratory
    from nnstudio.ui.sweeping import Sweeping
    from nnstudio.ui.window import StudioWindow


class SettingsEffects(QObject):
    """Follows the preferences. A window begins with the usual ones, so that only what differs is done."""

    def __init__(self, window: "StudioWindow", preferring: Preferring) -> None:
        super().__init__(window)
        self._window, self._preferring = window, preferring
        self._done = Preferences()
        preferring.changed.connect(self._follow)
        preferring.told.connect(window.tell)
        self._follow()

    def _follow(self) -> None:
        wanted, before = self._preferring.value, self._done
        self._done = wanted
        if wanted.autosave != before.autosave:
            self._window.keeper.wait_no_longer(wanted.autosave)
        if (wanted.threads, wanted.refresh_rate) != (before.threads, before.refresh_rate):
            self._set_means(wanted, wanted.threads != before.threads)
        if wanted.data_folder != before.data_folder:
            self._look_for_data()

    def _set_means(self, wanted: Preferences, other_threads: bool) -> None:
        run = self._window.run
        run.set_means(SetMeans(wanted.threads, wanted.refresh_rate))
        if other_threads and run.state is State.STANDING and not run.learned:
            # Nothing is lost by it, and the next run has not begun yet.
            run.stand_ready(keep=True)

    def _look_for_data(self) -> None:
        """What was not found may be in the other folder."""
        self._window.fetching.look()
        if self._window.run.state is State.FAILED:
            self._window.run.stand_ready(keep=True)


class LaboratoryEffects(QObject):
    """The same for the trainings beside the network's own."""

    def __init__(self, laboratory: "Laboratory", preferring: Preferring) -> None:
        super().__init__(laboratory)
        self._laboratory, self._preferring = laboratory, preferring
        preferring.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        wanted = self._preferring.value
        self._laboratory.set_means(wanted.threads, wanted.refresh_rate)


class SweepEffects(QObject):
    """The same for sweeps."""

    def __init__(self, sweeping: "Sweeping", preferring: Preferring) -> None:
        super().__init__(sweeping)
        self._sweeping, self._preferring = sweeping, preferring
        preferring.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self._sweeping.set_processes(self._preferring.value.threads or None)
