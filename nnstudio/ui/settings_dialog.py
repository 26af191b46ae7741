"""The settings: everything that holds for all projects, made from the declared preferences. Changes show at once."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from nnstudio.core.errors import StudioError
from nnstudio.core.fields import rules_of
from nnstudio.data.fetched import Fetched, fetched
from nnstudio.data.home import data_home, usable_home
from nnstudio.preferences import Preferences
from nnstudio.ui.actions import tr
from nnstudio.ui.forms.controls import follow_in_tab_order
from nnstudio.ui.forms.editor import Editor
from nnstudio.ui.forms.form import Form
from nnstudio.ui.labels import Alarm, Heading
from nnstudio.ui.preferring import DATA_FOLDER
from nnstudio.ui.settings_folder import FolderEditor
from nnstudio.ui.settings_words import lying_in, not_looked
from nnstudio.ui.sizes import follow, follow_screen
from nnstudio.ui.theme import GAP

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

WIDTH, HEIGHT = 600, 680
NARROW = 120  # Pixels of a number or a choice, which would look lost in a long line.
GROUPS = (
    (QT_TRANSLATE_NOOP("", "Look"), ("theme", "text_size", "projector")),
    (QT_TRANSLATE_NOOP("", "Training"), ("threads", "refresh_rate")),
    (QT_TRANSLATE_NOOP("", "Keeping"), ("autosave", "data_folder")),
    (QT_TRANSLATE_NOOP("", "Start"), ("welcome",)),
)


class SettingsDialog(QDialog):
    """Shows what is preferred, and asks for something else; a reset can be taken back until something else changes."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        self.setProperty("help", "settings")
        self._preferring, self._background, self._dialogs = window.preferring, window.background, window.dialogs
        self._before: Preferences | None = None  # What was preferred before the reset.
        self.form = Form(Preferences, [name for _, names in GROUPS for name in names], live=False, parent=self)
        self.alarm = Alarm(self)
        self.reset = QPushButton(self)
        self.close_button = QPushButton(self.tr("&Close"), self)
        folder = self.form.editor(DATA_FOLDER)
        assert isinstance(folder, FolderEditor)
        self.folder = folder
        self._connect()
        self._lay_out()
        self._show_values()
        self.alarm.show_reason("" if self._preferring.lasting else self._preferring.why_not_lasting)
        self._look_into_folder()

    def change(self, field: str, value: object) -> None:
        """Prefer another value of a field; a folder is tried in the background first, for it may be far away."""
        if field == DATA_FOLDER:
            # Not as a method of the dialog, for it is taken though the dialog is closed meanwhile.
            take = partial(SettingsDialog._take_folder, self)
            self._background.run(partial(usable_home, str(value)), take, self._refuse_folder)
        else:
            self._preferring.change(**{field: value})

    def _reset(self) -> None:
        now, before = self._preferring.value, self._before
        self.form.restore()
        self.alarm.show_reason("")
        try:
            if before is None:
                self._before = now
                self._preferring.reset()
            else:
                self._before = None
                self._preferring.change(**{name: getattr(before, name) for name in rules_of(Preferences)})
        except StudioError as error:
            self._before = before
            self.alarm.show_reason(str(error))
        self._show_values()

    def _ask_for_folder(self, written: str) -> None:
        found = self._dialogs.where_to_keep_data(written or str(data_home()))
        if found is not None and self.folder.take(str(found)):
            self.folder.display(str(found))

    def _take_folder(self, folder: Path | None) -> None:
        try:
            self._preferring.change(data_folder=str(folder or ""))
        except StudioError as error:
            self._refuse_folder(error)

    def _refuse_folder(self, error: StudioError) -> None:
        if isValid(self):
            self.form.refuse(DATA_FOLDER, str(error))

    def _look_into_folder(self) -> None:
        self._background.run(fetched, self._tell_folder, self._tell_nothing)

    def _tell_folder(self, found: Fetched) -> None:
        self.folder.where.setText(lying_in(found))

    def _tell_nothing(self, _: StudioError) -> None:
        self.folder.where.setText(not_looked(data_home()))

    def _follow(self) -> None:
        if self._preferring.value != Preferences():
            # Somebody has gone on from the reset.
            self._before = None
        self._show_values()
        self._look_into_folder()

    def _show_values(self) -> None:
        value = self._preferring.value
        for name in rules_of(Preferences):
            editor = self.form.editor(name)
            # A hand that types is not interrupted; what it typed is what is preferred.
            if editor.value != getattr(value, name):
                editor.show_value(getattr(value, name))
        taking_back = self._before is not None
        self.reset.setText(self.tr("&Take the reset back") if taking_back else self.tr("&Reset all"))
        self.reset.setEnabled(taking_back or value != Preferences())
        self.reset.setToolTip(
            self.tr("Everything as it was before the reset")
            if taking_back
            else self.tr("Everything as it was at first; projects, data and the arrangement of the panels stay")
        )

    def _connect(self) -> None:
        self.form.edited.connect(self.change)
        self.folder.asked.connect(self._ask_for_folder)
        self.reset.clicked.connect(self._reset)
        self.close_button.clicked.connect(self.accept)
        self._preferring.changed.connect(self._follow)
        self._preferring.told.connect(self.alarm.show_reason)

    def _lay_out(self) -> None:
        for button in (self.reset, self.close_button):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(2 * GAP, 0, 2 * GAP, 2 * GAP)
        buttons.addWidget(self.reset)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GAP)
        column.addWidget(_scrolled(self._grouped()), 1)
        column.addWidget(self.alarm)
        column.addLayout(buttons)
        self.alarm.setContentsMargins(2 * GAP, 0, 2 * GAP, 0)
        self.setTabOrder(follow_in_tab_order(self, self.form), self.reset)
        self.setTabOrder(self.reset, self.close_button)
        self.form.editor(GROUPS[0][1][0]).setFocus()
        follow_screen(self, WIDTH, HEIGHT)

    def _grouped(self) -> QWidget:
        rows = self.form.layout()
        assert isinstance(rows, QVBoxLayout)
        rows.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 0)
        for title, names in GROUPS:
            place = rows.indexOf(self.form.row(names[0]))
            rows.insertWidget(place, Heading(tr(str(title)), self.form))
            if place:
                rows.insertSpacing(place, GAP)
        for name in ("theme", "text_size", "threads", "refresh_rate", "autosave"):
            _narrow(self.form.editor(name))
        return self.form


def _narrow(editor: Editor) -> None:
    layout = editor.layout()
    for control in editor.controls():
        follow(control.setFixedWidth, NARROW)
        if layout is not None:
            layout.setAlignment(control, Qt.AlignmentFlag.AlignLeft)


def _scrolled(content: Any) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area
