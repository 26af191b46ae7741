"""Make resources/screenshots: the studio in a window of its own on a virtual screen, in several sizes and both looks.

Needs Xvfb (`apt-get install xvfb`). Run it from the project's root: `python packaging/make_screenshots.py`.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "screenshots"


@dataclass(frozen=True)
class Shot:
    """One picture: its size in pixels, how much larger everything is drawn, the look, and what is open."""

    name: str
    width: int
    height: int
    scale: float
    theme: str
    template: str
    chosen: str


SHOTS = [
    Shot(f"{name}-{theme}", width, height, scale, theme, template, chosen)
    for theme in ("dark", "light")
    for name, width, height, scale, template, chosen in (
        ("1280x720", 1280, 720, 1, "digits", "hidden"),
        ("1920x1080", 1920, 1080, 1, "mnist-lenet", "conv_1"),
        ("200-percent", 2560, 1440, 2, "playground", "hidden_1"),
    )
]

CHILD = """
import sys
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio
theme, template, chosen, file, settings = sys.argv[1:]
app = QApplication(["nnstudio"])
kept = QSettings(settings, QSettings.Format.IniFormat)
kept.setValue("theme", theme)
studio = Studio(app, kept)
window = studio.open(load_template(template), None)
window.setGeometry(app.primaryScreen().geometry())

def choose():
    window.selection.choose([chosen])
    window.canvas.view.begin()
    QTimer.singleShot(400, shoot)

def shoot():
    app.primaryScreen().grabWindow(0).save(file)
    window.close()
    app.quit()

QTimer.singleShot(400, choose)
app.exec()
"""


def make(shot: Shot, display: int) -> None:
    """Open the studio on a screen of that size and keep what it shows."""
    screen = f"{shot.width}x{shot.height}x24"
    server = subprocess.Popen(["Xvfb", f":{display}", "-screen", "0", screen], stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as home:
            environment = {
                **os.environ, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": str(shot.scale),
                "XDG_STATE_HOME": home, "XDG_RUNTIME_DIR": home, "PYTHONPATH": str(ROOT),
            }  # fmt: skip
            file = TARGET / f"{shot.name}.png"
            arguments = [shot.theme, shot.template, shot.chosen, str(file), str(Path(home) / "settings.ini")]
            subprocess.run([sys.executable, "-c", CHILD, *arguments], env=environment, check=True, timeout=60)
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Make all pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for number, shot in enumerate(SHOTS):
        make(shot, 150 + number)
        print(shot.name)


if __name__ == "__main__":
    main()
