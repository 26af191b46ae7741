"""The dialog of plugins: what is installed, what each adds, what failed and why; with a text to copy."""

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QTextBrowser, QVBoxLayout

from nnstudio.core.errors import StudioError
from nnstudio.core.plugged import Failure, plugin_folder
from nnstudio.plugins import Addition, Plugin, as_text, installed
from nnstudio.ui.labels import Quiet, breakable
from nnstudio.ui.sizes import follow_screen
from nnstudio.ui.theme import GAP, theme_of

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow


class PluginList(QDialog):
    """Looks for plugins in the background, for everything that they add is loaded for that."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._window = window
        self.found: list[Plugin] = []
        self.setWindowTitle(self.tr("Plugins"))
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(self.tr("Plugins"))
        self.text.setPlaceholderText(self.tr("Looking for plugins…"))
        where = self.tr("Plugins are packages of the Python that runs this program, or in {}.")
        self.where = Quiet(breakable(where.format(plugin_folder())), self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setEnabled(False)
        self.copy.setAutoDefault(False)
        self.buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.rejected.connect(self.reject)
        self.copy.clicked.connect(self.copy_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP)
        for widget in (self.text, self.where, self.buttons):
            column.addWidget(widget)
        follow_screen(self, 640, 480)
        self.finished.connect(self.deleteLater)

    def open(self) -> None:
        """Show what is there, as soon as it is known."""
        super().open()
        self._window.background.run(installed, self.show_plugins, self._tell)

    def show_plugins(self, found: list[Plugin]) -> None:
        """Show these."""
        if not self.isVisible():
            # Closed in the meantime.
            return
        self.found = found
        good, bad = theme_of(self.palette()).dim, theme_of(self.palette()).problem
        self.text.setHtml("".join(self._shown(plugin, good, bad) for plugin in found) or self._nothing())
        self.copy.setEnabled(bool(found))

    @Slot()
    def copy_text(self) -> None:
        """Put all of it on the clipboard, with the tracebacks that the makers of a plugin need."""
        reports = [failure.report for plugin in self.found for failure in plugin.failures if failure.report]
        QGuiApplication.clipboard().setText("\n\n".join([as_text(self.found), *reports]))

    def _shown(self, plugin: Plugin, quiet: str, loud: str) -> str:
        head = f"<h3>{escape(plugin.name)} {escape(plugin.version)}</h3>"
        about = f"<p style='color:{quiet}'>{escape(plugin.summary)}</p>" if plugin.summary else ""
        rows = "".join(_row(each, quiet) for each in plugin.adds)
        table = f"<table cellpadding=3>{rows}</table>" if rows else ""
        return head + about + table + "".join(self._failed(each, loud) for each in plugin.failures)

    def _failed(self, failure: Failure, color: str) -> str:
        words = self.tr("{} is left out: {}").format(failure.point.name, failure.reason)
        return f"<p style='color:{color}'>{escape(words)}</p>"

    def _nothing(self) -> str:
        words = self.tr(
            "No plugins are installed. A plugin is a package that adds layers, data sets, export formats, panels or "
            "lessons; the folder tests/example_plugin of the source code is one to begin with."
        )
        return f"<p>{escape(words)}</p>"

    def _tell(self, error: StudioError) -> None:
        self.text.setPlainText(str(error))


def _row(each: Addition, quiet: str) -> str:
    kind = f"<span style='color:{quiet}'>{escape(each.kind)}</span>"
    return f"<tr><td>{escape(each.noun.capitalize())}</td><td><b>{escape(each.title)}</b></td><td>{kind}</td></tr>"
