"""The run bar: what is learned and how, and the buttons that start and stop it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from nnstudio.core.fields import rules_of
from nnstudio.engine.optimizers import optimizers
from nnstudio.project.project import Project
from nnstudio.training.settings import Settings
from nnstudio.ui.actions import Actions, tr
from nnstudio.ui.data_picker import DataPicker
from nnstudio.ui.document import Document
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.editors import editor_for
from nnstudio.ui.forms.values import about, help_of, label_of
from nnstudio.ui.icons import SIZE, icon_of
from nnstudio.ui.run import Run
from nnstudio.ui.theme import GAP, Theme, theme_of

BUTTONS = ("one_batch", "one_epoch", "stop", "reset", "new_weights")


class RunBar(QToolBar):
    """Shows the settings that are changed most; each change is an edit of the document."""

    def __init__(
        self, document: Document, run: Run, actions: Actions, ask: Callable[[], Path | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("run")
        self.setWindowTitle(self.tr("Training"))
        self.setMovable(False)
        self.setIconSize(self.iconSize().scaled(SIZE, SIZE, Qt.AspectRatioMode.IgnoreAspectRatio))
        self._document, self._run, self._actions = document, run, actions
        self._theme = theme_of(self.palette())
        self._add_buttons()
        self.data = DataPicker(ask, self)
        self._add_field(self.tr("Data"), self.data, 124)
        self.batch_size = self._add_editor("batch_size", Settings, 72)
        self.epochs = self._add_editor("epochs", Settings, 72)
        self.optimizer = Combo(self)
        self._kinds = tuple(optimizers().kinds().values())
        for row, kind in enumerate(self._kinds):
            self.optimizer.addItem(kind.title)
            self.optimizer.setItemData(row, about(kind), Qt.ItemDataRole.ToolTipRole)
        self.optimizer.setAccessibleName(self.tr("Optimizer"))
        self._add_field(self.tr("Optimizer"), self.optimizer, 112)
        self.rate = self._add_editor("learning_rate", self._kinds[0], 176)
        self._connect()
        self.show_project(document.project)

    def show_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        self._theme = theme
        for name in BUTTONS:
            self._actions[name].setIcon(icon_of(name, theme))
        self._show_state()

    def show_project(self, project: Project) -> None:
        """Show a project's settings."""
        settings = project.settings
        self.data.show_source(project.data)
        self.batch_size.show_value(settings.batch_size)
        self.epochs.show_value(settings.epochs)
        if type(settings.optimizer) in self._kinds:
            self.optimizer.setCurrentIndex(self._kinds.index(type(settings.optimizer)))
        self.rate.show_value(settings.optimizer.learning_rate)
        whole = settings.optimizer.whole_set or settings.optimizer.single_samples
        self.batch_size.setEnabled(not whole)

    def _add_buttons(self) -> None:
        self.train = self._actions["train"]
        self._add_button(self.train, Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for name in BUTTONS:
            self._add_button(self._actions[name], Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.addSeparator()

    def _add_button(self, action: QAction, style: Qt.ToolButtonStyle) -> None:
        self.addAction(action)
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setToolButtonStyle(style)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if action is self._actions["train"]:
            button.setProperty("primary", True)

    def _add_editor(self, field: str, owner: type[Any], width: int) -> Editor:
        rule = rules_of(owner)[field]
        editor = editor_for(rule, False)
        editor.name_controls(label_of(field), help_of(rule))
        self._add_field(label_of(field), editor, width)
        return editor

    def _add_field(self, label: str, control: QWidget, width: int) -> None:
        box = QWidget(self)
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(box)
        row.setContentsMargins(GAP // 2, 0, GAP // 2, 0)
        row.setSpacing(GAP - 2)
        words = QLabel(label, box)
        words.setBuddy(control)
        row.addWidget(words)
        row.addWidget(control)
        control.setFixedWidth(width)
        self.addWidget(box)

    def _connect(self) -> None:
        self._document.project_changed.connect(self.show_project)
        self._run.changed.connect(self._show_state)
        self.data.picked.connect(self._pick_data)
        self.batch_size.edited.connect(self._change_batch_size)
        self.epochs.edited.connect(self._change_epochs)
        self.optimizer.activated.connect(self._pick_optimizer)
        self.rate.edited.connect(self._change_rate)
        self._show_state()

    def _show_state(self) -> None:
        run, going = self._run, self._run.going
        self.train.setText(tr("&Pause") if going else tr("&Train"))
        self.train.setIcon(icon_of("pause" if going else "train", self._theme))
        self._actions.enable(not going, "one_batch", "one_epoch")
        self._actions.enable(going or (run.known.halted is not None and not run.known.over), "stop")
        self._actions.enable(going or run.learned, "reset")

    def _pick_data(self, source: str) -> None:
        # Its own steps: those of the data before may not fit.
        self._document.change(self.tr("Data"), data=source, preparation=None)

    def _pick_optimizer(self, index: int) -> None:
        if type(self._document.project.settings.optimizer) is not self._kinds[index]:
            self._change(self.tr("Optimizer"), "", optimizer=self._kinds[index]())

    def _change_batch_size(self, value: int) -> None:
        self._change(self.tr("Batch size"), "batch size", batch_size=value)

    def _change_epochs(self, value: int) -> None:
        self._change(self.tr("Epochs"), "epochs", epochs=value)

    def _change_rate(self, value: float) -> None:
        optimizer: Any = self._document.project.settings.optimizer
        changed = replace(optimizer, learning_rate=value)
        self._change(self.tr("Learning rate"), "learning rate", optimizer=changed)

    def _change(self, name: str, merge: str, **fields: Any) -> None:
        settings = replace(self._document.project.settings, **fields)
        self._document.change(name, merge, settings=settings)
