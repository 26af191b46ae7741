"""What `try_out.py` lets the packaged program do from within: load all of itself, and train in a window with panels.

It is started as a proof starts an exported script: by the program, which is its own Python.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory

import nnstudio

# They run what others made, which is not in the package.
FOR_THEMSELVES = ("nnstudio.__main__", "nnstudio.export.run_")
PATIENCE = 60_000  # Milliseconds.
ENOUGH = 20  # Batches.


def load_everything() -> int:
    """How many modules there are; one that lacks something ends it."""
    names = [found.name for found in walk_packages(nnstudio.__path__, "nnstudio.")]
    for name in names:
        if not name.startswith(FOR_THEMSELVES):
            import_module(name)
    return len(names)


def train_in_a_window(settings: Path) -> int:
    """The batches that a window learned from with all panels of two perspectives open."""
    from PySide6.QtCore import QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    from nnstudio.project.templates import load_template
    from nnstudio.ui.app import Studio

    app = QApplication(["nnstudio"])
    studio = Studio(app, QSettings(str(settings), QSettings.Format.IniFormat))
    window = studio.open(load_template("playground"), None)
    window.docks.use("explore")
    window.docks.use("train")
    window.run.grew.connect(lambda: app.quit() if window.run.known.step >= ENOUGH else None)
    QTimer.singleShot(0, window.run.train)
    QTimer.singleShot(PATIENCE, app.quit)
    app.exec()
    learned = window.run.known.step
    studio.close()
    return learned


loaded = load_everything()
with TemporaryDirectory() as folder:
    batches = train_in_a_window(Path(folder) / "settings.ini")
print(f"{loaded} modules loaded, {batches} batches learned in a window")
raise SystemExit(0 if batches >= ENOUGH else 1)
