"""Dialogs: all that the window asks. Tests answer in their place."""

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from nnstudio.core.files import shown
from nnstudio.project.recovery import Unsaved

ENDING = ".nns"
PICTURES = ".png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff"
IMPORTED = ".onnx *.npz *.safetensors"
MOST_NAMED = 8
Buttons = QMessageBox.StandardButton

log = logging.getLogger(__name__)


class Dialogs:
    """What the user is asked over one window, or over none."""

    def __init__(self, parent: QWidget | None) -> None:
        self._parent = parent
        self._open = 0

    @property
    def asking(self) -> bool:
        """Whether a question waits for its answer; the window under it must not go meanwhile."""
        return self._open > 0

    def where_to_save(self, start: str) -> Path | None:
        """A name for the project."""
        return self._file(tr("Save project"), start, tr("nnstudio projects"), ENDING, saving=True)

    def where_to_export(self, start: str, ending: str) -> Path | None:
        """A name for a picture, or for numbers, with that ending."""
        title = tr("Save numbers") if ending == ".csv" else tr("Save picture")
        return self._file(title, start, ending[1:].upper(), ending, saving=True)

    def what_to_open(self, start: str) -> Path | None:
        """A project to open."""
        return self._file(tr("Open project"), start, tr("nnstudio projects"), ENDING, saving=False)

    def what_to_learn(self, start: str) -> Path | None:
        """A file with samples."""
        return self._file(tr("Choose data"), start, tr("All files"), "", saving=False)

    def what_to_classify(self, start: str) -> Path | None:
        """A picture."""
        return self._file(tr("Open picture"), start, tr("Pictures"), PICTURES, saving=False)

    def which_to_classify(self, start: str) -> list[Path]:
        """Several pictures."""
        dialog = QFileDialog(self._parent, tr("Classify pictures"), start, f"{tr('Pictures')} (*{PICTURES})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        return [Path(each) for each in dialog.selectedFiles()] if self._wait_for(dialog) else []

    def folder_to_classify(self, start: str) -> Path | None:
        """A folder with pictures."""
        return self._folder(tr("Classify the pictures of a folder"), start)

    def what_to_import(self, start: str) -> Path | None:
        """A model, or weights."""
        return self._file(tr("Import"), start, tr("Models and weights"), IMPORTED, saving=False)

    def where_to_keep(self, start: str) -> Path | None:
        """A folder for test cases."""
        return self._folder(tr("Folder for test cases"), start)

    def where_to_keep_data(self, start: str) -> Path | None:
        """A folder for data sets."""
        return self._folder(tr("Folder for data sets"), start)

    def where_to_put(self, start: str, ending: str, kind: str) -> Path | None:
        """A name for an export of that kind; a folder, where there is no ending. Who exports asks about replacing."""
        if not ending:
            # It may not be there yet.
            return self._folder(tr("Export into a folder"), str(Path(start).parent))
        return self._file(tr("Export"), start, kind, ending, saving=True, confirms=False)

    def go_on_training(self) -> bool:
        """Whether a training goes on with the model that was just changed."""
        box = QMessageBox(QMessageBox.Icon.Question, tr("The model changed"), "", parent=self._parent)
        box.setText(tr("Go on training with the changed model?"))
        box.setInformativeText(tr("Layers that did not change keep their weights."))
        box.addButton(tr("Undo the change"), QMessageBox.ButtonRole.RejectRole)
        go_on = box.addButton(tr("Go on"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(go_on)
        self._wait_for(box)
        return box.clickedButton() is go_on

    def save_first(self, title: str) -> bool | None:
        """Whether changes are saved before they would be lost; None: do not go on."""
        answer = self._ask(
            tr("Unsaved changes"), tr("Save the changes of “{}”?").format(title),
            tr("Without saving they are lost."), Buttons.Save | Buttons.Discard | Buttons.Cancel, Buttons.Save,
        )  # fmt: skip
        return {Buttons.Save: True, Buttons.Discard: False}.get(answer)

    def replace(self, path: Path) -> bool:
        """Whether a file that is there already is replaced."""
        text = tr("{} is there already. Replace it?").format(shown(path.name))
        return self._ask(tr("Save project"), text, "", Buttons.Yes | Buttons.No, Buttons.No) == Buttons.Yes

    def replace_export(self, path: Path, folder: bool = False) -> bool:
        """Whether an export may take the place of what is there already."""
        text = tr("{} is there already. Replace it?") if not folder else tr("{} is not empty. Export into it?")
        more = tr("Files of the same names are replaced.") if folder else ""
        buttons = Buttons.Yes | Buttons.No
        return self._ask(tr("Export"), text.format(shown(path.name)), more, buttons, Buttons.No) == Buttons.Yes

    def replace_changed(self, path: Path) -> bool:
        """Whether a file is saved although another program has changed it meanwhile."""
        text = tr("{} was changed by another program. Save anyway?").format(shown(path.name))
        more = tr("What the other program wrote is lost then. With Save as you can keep both.")
        buttons = Buttons.Save | Buttons.Cancel
        return self._ask(tr("Changed meanwhile"), text, more, buttons, Buttons.Cancel) == Buttons.Save

    def open_anyway(self, path: Path) -> bool:
        """Whether a file is opened here although another window has it."""
        text = tr("{} is open in another window. Open it here too?").format(shown(path.name))
        more = tr("What is saved last replaces what was saved before.")
        return self._ask(tr("Open in another window"), text, more, Buttons.Yes | Buttons.No, Buttons.No) == Buttons.Yes

    def recover(self, found: Sequence[Unsaved]) -> bool | None:
        """Whether work that was left behind is opened again, or thrown away; None: ask at the next start."""
        box = QMessageBox(QMessageBox.Icon.Question, tr("Unsaved work"), "", parent=self._parent)
        box.setText(tr("nnstudio ended before this was saved. Open it again?"))
        box.setInformativeText("\n".join(_named(found)))
        again = box.addButton(tr("Open again"), QMessageBox.ButtonRole.AcceptRole)
        away = box.addButton(tr("Throw away"), QMessageBox.ButtonRole.DestructiveRole)
        later = box.addButton(tr("Ask later"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(again)
        box.setEscapeButton(later)
        self._wait_for(box)
        clicked = box.clickedButton()
        return True if clicked is again else False if clicked is away else None

    def tell(self, title: str, sentence: str) -> None:
        """Something went wrong. Nothing waits for the answer."""
        log.info("%s: %s", title, sentence)
        box = QMessageBox(QMessageBox.Icon.Warning, title, sentence, Buttons.Ok, self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _ask(self, title: str, text: str, more: str, buttons: Buttons, usual: Buttons) -> Buttons:
        box = QMessageBox(QMessageBox.Icon.Question, title, text, buttons, self._parent)
        box.setInformativeText(more)
        box.setDefaultButton(usual)
        return Buttons(self._wait_for(box))

    def _file(self, title: str, start: str, kind: str, ending: str, saving: bool, confirms: bool = True) -> Path | None:
        dialog = QFileDialog(self._parent, title, start, f"{kind} (*{ending})")
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, not confirms)
        if saving:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(ending[1:])
            dialog.selectFile(start)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        chosen = dialog.selectedFiles() if self._wait_for(dialog) else []
        return Path(chosen[0]) if chosen else None

    def _folder(self, title: str, start: str) -> Path | None:
        dialog = QFileDialog(self._parent, title, start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        chosen = dialog.selectedFiles() if self._wait_for(dialog) else []
        return Path(chosen[0]) if chosen else None

    def _wait_for(self, dialog: QDialog) -> int:
        self._open += 1
        try:
            return dialog.exec()
        finally:
            self._open -= 1
            dialog.deleteLater()


def _named(found: Sequence[Unsaved]) -> list[str]:
    names = [shown(each.path.name) if each.path else each.title or tr("New model") for each in found]
    more = [tr("… and {} more").format(len(names) - MOST_NAMED)] if len(names) > MOST_NAMED else []
    return [*(f"• {name}" for name in names[:MOST_NAMED]), *more]


def tr(text: str) -> str:
    """A text of the dialogs in the user's language."""
    return QCoreApplication.translate("", text)
