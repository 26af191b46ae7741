"""How the model is trained, as a form: each change of a setting is an edit of the project that can be undone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.rules import Real, Rule, Whole
from nnstudio.engine.optimizers import Optimizer
from nnstudio.training.settings import Settings
from nnstudio.ui.document import Document
from nnstudio.ui.forms.form import Form
from nnstudio.ui.forms.values import help_of

MAIN = ("loss", "optimizer", "batch_size", "epochs")
MORE = ("schedule", "penalty", "stops", "clip", "shuffle", "seed", "precision")


class SettingsForm(Form):
    """Some of the settings. Another seed makes other first weights, which is more than a setting: `reseed` does it."""

    def __init__(
        self, document: Document, fields: Iterable[str], reseed: Callable[[int], object], parent: QWidget | None = None
    ) -> None:
        # Not while typing: with each digit of a batch size another training would be prepared.
        super().__init__(Settings, fields, helps=False, live=False, parent=parent)
        self._document, self._reseed = document, reseed
        self.edited.connect(self._change)

    def show_settings(self) -> None:
        """Show the document's settings."""
        settings = self._document.project.settings
        self.show_values(vars(settings))
        if "batch_size" in self.fields:
            row, why = self.row("batch_size"), why_no_batches(settings.optimizer)
            row.setEnabled(not why)
            row.help.setText(why or help_of(row.editor.rule))
            row.help.setVisible(bool(why))

    def put_below(self, field: str, widget: QWidget) -> None:
        """Show something under the row of a field."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.row(field)) + 1, widget)

    def _change(self, field: str, value: Any) -> None:
        settings = self._document.project.settings
        if field == "seed":
            self._reseed(value)
        else:
            name, merge = words_for(field, getattr(settings, field), value, rules_of(Settings)[field])
            self._document.change(name, merge, settings=replace(settings, **{field: value}))


def why_no_batches(optimizer: Optimizer) -> str:
    """Why the batch size has no meaning with an optimizer; an empty text where it has one."""
    if optimizer.whole_set:
        return tr("No batches: {} looks at the whole training set in every step.").format(optimizer.title)
    if optimizer.single_samples:
        return tr("No batches: {} looks at one sample in every step.").format(optimizer.title)
    return ""


def words_for(field: str, before: object, after: object, rule: Rule) -> tuple[str, str]:
    """What the change of a setting is called, and the name under which changes that go on become one edit."""
    what = field.replace("_", " ")
    if isinstance(before, Configured) and isinstance(after, Configured):
        if type(before) is not type(after):
            return tr("Change {what} to {kind}").format(what=what, kind=after.title), ""
        changed = [name for name in rules_of(type(after)) if getattr(before, name) != getattr(after, name)]
        if len(changed) == 1:
            words = tr("Change {field} of {kind}").format(field=changed[0].replace("_", " "), kind=after.title)
            return words, f"settings.{field}.{changed[0]}"
    return tr("Change {what}").format(what=what), f"settings.{field}" if isinstance(rule, Whole | Real) else ""


def tr(text: str) -> str:
    """A text of the settings in the user's language."""
    return QCoreApplication.translate("settings", text)
