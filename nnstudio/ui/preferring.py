"""Preferring: keeps what the user prefers by the system's own means, and tells every window when it changes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal

from nnstudio.core.errors import FieldError
from nnstudio.core.fields import defaults_of, rules_of
from nnstudio.core.rules import Rule, typed
from nnstudio.data.home import choose_home, chosen_home
from nnstudio.preferences import Preferences

DATA_FOLDER = "data_folder"  # Kept where the command line finds it too.
LONG_KNOWN = {"theme": "theme"}  # Kept under a key of its own since the first version.
OTHERS = "preferences/{}"


class Preferring(QObject):
    """What holds for all windows. Whatever is as it was at first is not kept, so that nothing has two places."""

    changed = Signal()
    """The value."""
    told = Signal(str)
    """A sentence for the user: it cannot be kept."""

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.value = self._kept()

    def change(self, **fields: Any) -> None:
        """Prefer something else; FieldError or DataError where that cannot be."""
        self._take(replace(self.value, **fields))

    def reset(self) -> None:
        """Everything as it was at first."""
        self._take(Preferences())

    @property
    def lasting(self) -> bool:
        """Whether what is changed now will still be there next time."""
        return self.settings.isWritable() and self.settings.status() is QSettings.Status.NoError

    @property
    def why_not_lasting(self) -> str:
        """What to say where it will not."""
        return self.tr("Settings cannot be kept: {} cannot be written to. They hold until nnstudio is closed.").format(
            self.settings.fileName()
        )

    def _take(self, wanted: Preferences) -> None:
        different = [name for name in rules_of(Preferences) if getattr(wanted, name) != getattr(self.value, name)]
        if not different:
            return
        if DATA_FOLDER in different:
            # First: it is the one that can be refused.
            choose_home(Path(wanted.data_folder) if wanted.data_folder else None)
        self.value = wanted
        self._keep([name for name in different if name != DATA_FOLDER])
        self.changed.emit()

    def _keep(self, names: list[str]) -> None:
        """These alone: what another program changed meanwhile stays."""
        usual = defaults_of(Preferences)
        for name in names:
            value = getattr(self.value, name)
            if value == usual[name]:
                self.settings.remove(_key(name))
            else:
                self.settings.setValue(_key(name), value)
        self.settings.sync()
        if names and not self.lasting:
            self.told.emit(self.why_not_lasting)

    def _kept(self) -> Preferences:
        """What was kept; a field whose value is damaged is as it was at first."""
        rules = {name: rule for name, rule in rules_of(Preferences).items() if name != DATA_FOLDER}
        kept = {name: found for name, rule in rules.items() if (found := self._found(name, rule)) is not None}
        return Preferences(**kept, data_folder=str(chosen_home() or ""))

    def _found(self, name: str, rule: Rule) -> Any:
        if not self.settings.contains(_key(name)):
            return None
        try:
            return rule.check(typed(rule, str(self.settings.value(_key(name)))))
        except FieldError:
            return None


def _key(name: str) -> str:
    return LONG_KNOWN.get(name) or OTHERS.format(name)
