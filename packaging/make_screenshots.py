"""Make resources/screenshots: the studio in a window of its own on a virtual screen, in several sizes and both looks.

Needs Xvfb (`apt-get install xvfb`). Run it from the project's root: `python packaging/make_screenshots.py [NAME...]`.
The pictures of a training on MNIST need its folder in NNSTUDIO_TEST_MNIST.
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
    """One picture: its size in pixels, how much larger everything is drawn, the look, what is open and chosen, and
    for how many batches it has learned from which data, in which perspective; or what is tried in the laboratory; and
    how large letters are, or `projector` for the last row of a classroom."""

    name: str
    width: int
    height: int
    scale: float
    theme: str
    template: str
    chosen: str
    perspective: str = "build"
    data: str = ""
    batches: int = 0
    tried: str = ""
    letters: str = "100"


MNIST = os.environ.get("NNSTUDIO_TEST_MNIST", "")
SHOTS = [
    Shot(f"{name}-{theme}", width, height, scale, theme, template, chosen)
    for theme in ("dark", "light")
    for name, width, height, scale, template, chosen in (
        ("1280x720", 1280, 720, 1, "digits", "hidden"),
        ("1920x1080", 1920, 1080, 1, "mnist-lenet", "conv_1"),
        ("200-percent", 2560, 1440, 2, "playground", "hidden_1"),
    )
] + [
    Shot(f"{name}-{theme}", 1440, 900, 1, theme, template, chosen, perspective, data, batches)
    for theme in ("dark", "light")
    for name, template, chosen, perspective, data, batches in (
        ("train-mnist", "mnist-mlp", "hidden", "train", "mnist", 4000),
        ("explore-spiral", "playground", "", "explore", "spiral", 40_000),
    )
    if data != "mnist" or MNIST
] + [
    Shot(f"{name}-{theme}", 1440, 900, 1, theme, "mnist-mlp", "", "laboratory", "mnist", 0, tried)
    for theme in ("dark", "light")
    for name, tried in (("laboratory-mnist", "lanes"), ("range-test", "range"))
    if MNIST
] + [
    Shot(f"classify-{theme}", 1440, 900, 1, theme, "mnist-trained", "", "classify", tried="draw")
    for theme in ("dark", "light")
    if MNIST
] + [
    Shot(f"descent-{theme}", 1440, 900, 1, theme, "linear-regression", "", "explore", tried="descent")
    for theme in ("dark", "light")
] + [
    Shot(f"{name}-{theme}", 1920, 1080, 1, theme, "digits", "hidden", "train", "digits", 1500, "", letters)
    for theme in ("dark", "light")
    for name, letters in (("text-200", "200"), ("projector", "projector"))
] + [
    Shot(f"{name}-{theme}", 1440, 900, 1, theme, "playground", chosen, tried=name)
    for theme in ("dark", "light")
    for name, chosen in (("welcome", ""), ("help", "hidden_1"), ("lesson", ""))
]

CHILD = """
import sys
from PySide6.QtCore import QPointF, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from nnstudio.project.templates import load_template
from dataclasses import replace
from nnstudio.engine.optimizers import SGD
from nnstudio.ui.app import Studio
RATES = 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0
theme, template, chosen, file, settings, perspective, data, batches, tried, letters = sys.argv[1:]
app = QApplication(["nnstudio"])
kept = QSettings(settings, QSettings.Format.IniFormat)
kept.setValue("theme", theme)
kept.setValue("speed", "full")
if letters == "projector":
    kept.setValue("preferences/projector", True)
elif letters != "100":
    kept.setValue("preferences/text_size", int(letters))
studio = Studio(app, kept)
project = load_template(template)
if data:
    # Longer than the picture waits for, so that it is taken in the middle of a training.
    project = replace(project, data=data, settings=replace(project.settings, epochs=10 if data == "mnist" else 5000))
if tried in ("lanes", "range"):
    project = replace(project, settings=replace(project.settings, optimizer=SGD(0.1), epochs=1))
window = studio.open(project, None)
window.setGeometry(app.primaryScreen().geometry())

def choose():
    window.docks.use(perspective)
    window.selection.choose([chosen] if chosen else [])
    window.canvas.view.begin()
    QTimer.singleShot(0, show_pictures)
    if tried == "descent":
        window.docks["curves"].hide()
        window.docks["descent"].raise_()
        waiting.timeout.connect(begin_descent)
        waiting.start(500)
    elif tried in EXPLAINED:
        EXPLAINED[tried]()
        QTimer.singleShot(6000, shoot)
    elif tried == "draw":
        window.docks["activations"].hide()
        QTimer.singleShot(4000, draw)
    elif tried:
        window.docks["descent"].hide()
        QTimer.singleShot(400, begin_trial)
    elif int(batches):
        window.run.grew.connect(look)
        window.run.train()
    else:
        QTimer.singleShot(400, shoot)

def begin_lesson():
    from nnstudio.ui.lesson_panel import begin_lesson
    begin_lesson(window, "neuron_by_hand")

EXPLAINED = {
    "welcome": lambda: window.menus.actions["welcome"].trigger(),
    "help": lambda: window.menus.actions["help"].trigger(),
    "lesson": begin_lesson,
}

def show_pictures():
    # What each unit looks for says more than the matrix.
    for button in window.docks["weights"].findChildren(QToolButton):
        if button.text() == "Pictures":
            button.click()

def begin_trial():
    window.docks.share_out()
    panel = window.panels.all["rates"].content
    if tried == "range":
        panel.header.view.button(1).click()
    else:
        panel.bar.show_rates(RATES)
    panel.header.start.click()
    waiting.timeout.connect(look_at_trial)
    waiting.start(200)

def draw():
    pad = window.panels.all["draw"].content.body.pad
    corners = [QPointF(75, 75), QPointF(200, 70), QPointF(185, 110), QPointF(120, 220)]
    stops = [pad.on_screen(at).toPoint() for at in corners]
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=stops[0])
    for stop in stops[1:]:
        QTest.mouseMove(pad, stop)
        app.processEvents()
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=stops[-1])
    QTimer.singleShot(8000, shoot)

def begin_descent():
    panel = window.panels.all["descent"].content
    if panel is None or not panel.controls.ten.isEnabled():
        return
    waiting.stop()
    for number in range(6):
        QTimer.singleShot(700 * number, panel.controls.ten.click)
    QTimer.singleShot(6000, shoot)

def look_at_trial():
    panel = window.panels.all["rates"].content
    laboratory = panel.laboratory
    done = laboratory.range is not None and laboratory.range.over if tried == "range" else laboratory.over
    if done and not panel.experiment.going and not laboratory.measuring:
        waiting.stop()
        QTimer.singleShot(600, shoot)

def look():
    if window.run.known.step >= int(batches):
        window.run.grew.disconnect(look)
        QTimer.singleShot(0, shoot)

def shoot():
    app.primaryScreen().grabWindow(0).save(file)
    studio.close()
    app.quit()

waiting = QTimer()
QTimer.singleShot(400, choose)
app.exec()
"""


def make(shot: Shot, display: int) -> None:
    """Open the studio on a screen of that size and keep what it shows."""
    screen = f"{shot.width}x{shot.height}x24"
    server = subprocess.Popen(["Xvfb", f":{display}", "-screen", "0", screen], stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as home:
            # Where fetched data is looked for.
            (Path(home) / "nnstudio" / "data").mkdir(parents=True)
            if MNIST:
                (Path(home) / "nnstudio" / "data" / "mnist").symlink_to(MNIST)
            environment = {
                **os.environ, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": str(shot.scale),
                "XDG_STATE_HOME": home, "XDG_DATA_HOME": home, "XDG_RUNTIME_DIR": home, "PYTHONPATH": str(ROOT),
            }  # fmt: skip
            file = TARGET / f"{shot.name}.png"
            arguments = [shot.theme, shot.template, shot.chosen, str(file), str(Path(home) / "settings.ini")]
            arguments += [shot.perspective, shot.data, str(shot.batches), shot.tried, shot.letters]
            subprocess.run([sys.executable, "-c", CHILD, *arguments], env=environment, check=True, timeout=300)
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Make all pictures, or those that are named."""
    TARGET.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    for number, shot in enumerate(shot for shot in SHOTS if not wanted or shot.name in wanted):
        make(shot, 150 + number)
        print(shot.name)


if __name__ == "__main__":
    main()
