"""The wishes of panels: what those in sight want to know of the network, gathered into one command."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.live.probes.base import Probe


class Wishes(QObject):
    """Gathers probes, and tells once when several panels change their minds together."""

    changed = Signal(object)
    """All probes by their keys."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: dict[object, Mapping[str, Probe]] = {}
        self._told: Mapping[str, Probe] = {}
        self._closed = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell)

    def want(self, owner: object, probes: Mapping[str, Probe], at_once: bool = False) -> None:
        """What an owner wants from now on; nothing, once it is hidden. At once where a hand waits for the answer."""
        # A panel is hidden once more when its window is destroyed, and with it the timer.
        if not self._closed and self._wanted.get(owner, {}) != probes:
            self._wanted[owner] = dict(probes)
            if not probes:
                del self._wanted[owner]
            self._soon.start()
        if at_once and self._soon.isActive():
            self._soon.stop()
            self._tell()

    def close(self) -> None:
        """Nothing is told any more."""
        self._closed = True
        self._soon.stop()
        self.blockSignals(True)

    def _tell(self) -> None:
        merged = {key: probe for probes in self._wanted.values() for key, probe in probes.items()}
        if merged != self._told:
            self._told = merged
            self.changed.emit(merged)
