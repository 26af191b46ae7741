"""The run bar: what is learned and how, and the buttons that start and stop it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolBar, QToolButton, QWidget

from nnstudio.core.fields import rules_of
from nnstudio.engine.optimizers import optimizers
from nnstudio.help.book import topic_of
from nnstudio.project.project import Project
from nnstudio.training.settings import Settings
from nnstudio.ui.actions import Actions, tr
from nnstudio.ui.data_picker import DataPicker
from nnstudio.ui.document import Document
from nnstudio.ui.forms.controls import Combo
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.editors import editor_for
from nnstudio.ui.forms.values import about, help_of, label_of
from nnstudio.ui.help_at import HELP, ROLE, topic_of_field
from nnstudio.ui.icons import SIZE, icon_of
from nnstudio.ui.objection import Objection
from nnstudio.ui.pages.training import why_no_batches
from nnstudio.ui.run import Run
from nnstudio.ui.sizes import follow, follow_size, follow_words
from nnstudio.ui.theme import GAP, Theme, theme_of
from nnstudio.ui.wrapping import Wrapping

LETTERS = 12
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
        follow_size(self.setIconSize, SIZE, SIZE)
        self._document, self._run, self._actions = document, run, actions
        self._theme = theme_of(self.palette())
        self._drawn: tuple[bool, Theme] | None = None
        self._fields = Wrapping(0, self)
        self._add_buttons()
        self.addWidget(self._fields)
        self.data = DataPicker(ask, self)
        self._add_field(self.tr("Data"), self.data, 120)
        self.optimizer = Combo(self)
        self._kinds = tuple(optimizers().kinds().values())
        for row, kind in enumerate(self._kinds):
            self.optimizer.addItem(kind.title)
            self.optimizer.setItemData(row, about(kind), Qt.ItemDataRole.ToolTipRole)
            self.optimizer.setItemData(row, topic_of(kind), ROLE)
        self.optimizer.setAccessibleName(self.tr("Optimizer"))
        self.optimizer.setToolTip(help_of(rules_of(Settings)["optimizer"]))
        self._add_field(self.tr("Optimizer"), self.optimizer, 136)
        self.rate = self._add_editor("learning_rate", self._kinds[0], 168)
        self.batch_size = self._add_editor("batch_size", Settings, 72)
        self.epochs = self._add_editor("epochs", Settings, 72)
        self._connect()
        self.show_project(document.project)

    def show_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        self._theme, self._drawn = theme, None
        for name in BUTTONS:
            self._actions[name].setIcon(icon_of(name, theme))
        self._show_state()

    def show_project(self, project: Project) -> None:
        """Show a project's settings."""
        settings = project.settings
        self.data.show_source(self.tr("my points") if project.points else project.data)
        self.batch_size.show_value(settings.batch_size)
        self.epochs.show_value(settings.epochs)
        kind = type(settings.optimizer)
        self.optimizer.setCurrentIndex(self._kinds.index(kind) if kind in self._kinds else -1)
        self.rate.show_value(settings.optimizer.learning_rate)
        self.rate.setProperty(HELP, topic_of_field(kind, "learning_rate"))
        why = why_no_batches(settings.optimizer)
        self.batch_size.setEnabled(not why)
        self.batch_size.name_controls(label_of("batch_size"), why or help_of(self.batch_size.rule))
        self._show_state()

    def _add_buttons(self) -> None:
        self.train = self._actions["train"]
        self._button = self._add_button(self.train, Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # As wide when it says Pause.
        follow_words(self._button.setMinimumWidth, "x" * LETTERS, beside=SIZE)
        for name in BUTTONS:
            self._add_button(self._actions[name], Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.addSeparator()

    def _add_button(self, action: QAction, style: Qt.ToolButtonStyle) -> QToolButton:
        self.addAction(action)
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setToolButtonStyle(style)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _add_editor(self, field: str, owner: type[Any], width: int) -> Editor:
        rule = rules_of(owner)[field]
        editor = editor_for(rule, False)
        editor.setProperty(HELP, topic_of_field(owner, field))
        editor.name_controls(label_of(field), help_of(rule))
        Objection(editor, label_of(field))
        self._add_field(label_of(field), editor, width)
        return editor

    def _add_field(self, label: str, control: QWidget, width: int) -> None:
        box = QWidget(self._fields)
        row = QHBoxLayout(box)
        row.setContentsMargins(GAP // 2, 0, GAP // 2, 0)
        row.setSpacing(GAP - 2)
        words = QLabel(label, box)
        words.setBuddy(control)
        row.addWidget(words)
        row.addWidget(control)
        follow(control.setFixedWidth, width)
        self._fields.add(box)

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
        run, project = self._run, self._document.project
        going, halted = run.going, run.known.halted
        problem = next((each for each in self._document.findings.problems if not each.warning), None)
        self._show_train(going, problem.sentence if problem else self.tr("Let the network learn"))
        self._actions.enable(going or problem is None, "train")
        self._actions.enable(not going and problem is None, "one_batch", "one_epoch")
        self._actions.enable(going or (halted is not None and halted.reason is None), "stop")
        self._actions.enable(going or run.learned or project.weights is not None, "reset")

    def _show_train(self, going: bool, tip: str) -> None:
        if going:
            self._actions.say("train", tr("&Pause"), self.tr("Stand still after this batch"))
        else:
            self._actions.say("train", tr("&Train"), tip)
        if self._drawn != (going, self._theme):
            self._drawn = going, self._theme
            ink = "" if going else self._theme.on_accent
            self.train.setIcon(icon_of("pause" if going else "train", self._theme, ink))
            self._button.setProperty("primary", "going" if going else "yes")
            # The style sheet looks at the property only when it is told to.
            self._button.style().unpolish(self._button)
            self._button.style().polish(self._button)

    def _pick_data(self, source: str) -> None:
        # Its own steps: those of the data before may not fit.
        self._document.change(self.tr("Data"), data=source, points=None, preparation=None)
        self._run.begin()

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
