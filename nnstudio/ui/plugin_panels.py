"""The panels of plugins in a window: which there are, where they stand, and a word on what failed at the start."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from nnstudio.core.panels import Panel, name_of, panels
from nnstudio.core.plugged import Failure, failures
from nnstudio.ui.docks import Area, Place
from nnstudio.ui.guests import Guest
from nnstudio.ui.theme import Theme

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

SIDES = {"left": Area.LeftDockWidgetArea, "right": Area.RightDockWidgetArea, "bottom": Area.BottomDockWidgetArea}
STACKS = {"left": "tools", "right": "views", "bottom": "learning"}
SETTLED = 800  # Milliseconds after which the window has said what it says at its start.
_told: set[Failure] = set()


class PluginPanels(QObject):
    """Frames for the panels of plugins. Nothing of a panel but its words is loaded before it is seen."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._window = window
        self.guests = {name_of(kind): self._guest(kind, panel()) for kind, panel in panels().kinds().items()}
        self._soon = QTimer(self, singleShot=True, interval=SETTLED)
        self._soon.timeout.connect(self.tell_failures)
        self._soon.start()

    def places(self) -> Mapping[str, Place]:
        """Where each of them stands at first."""
        made = ((name_of(kind), panel) for kind, panel in panels().kinds().items())
        return {
            name: Place(panel.title, self.guests[name], SIDES[panel.area], STACKS[panel.area], panel.about)
            for name, panel in made
        }

    def show_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        for guest in self.guests.values():
            guest.show_theme(theme)

    def tell_failures(self) -> None:
        """Say once what failed of that which was loaded so far; nothing more is loaded for it."""
        new = [failure for failure in failures() if failure not in _told]
        _told.update(new)
        if len(new) == 1:
            self._window.tell(self.tr("{} See Help ▸ Plugins.").format(new[0].sentence))
        elif new:
            plugins = ", ".join(sorted({failure.point.plugin for failure in new}))
            words = self.tr("Parts of plugins failed and are left out ({}). See Help ▸ Plugins.")
            self._window.tell(words.format(plugins))

    def _guest(self, kind: str, panel: Panel) -> Guest:
        origin = panels().origin(kind)
        window = self._window
        return Guest(panel.title, origin.plugin if origin else kind, partial(self._make, panel), window.run)

    def _make(self, panel: Panel, parent: object) -> object:
        window = self._window
        return panel.make(window.document, window.selection, window.run, window.theme, parent)
