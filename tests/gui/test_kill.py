"""Kill -9 in the middle of editing, a hundred times: what is lost is one edit, or what was done in the last moment."""

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import msgspec
import pytest

import nnstudio
from nnstudio.graph.stored import graph_to_stored
from nnstudio.project.recovery import left_behind

KILLS = int(os.environ.get("NNSTUDIO_KILLS", "100"))
LATEST = 0.4  # Seconds here, instead of the ten of the program: so long a hand that never rests is not copied.
LATE = 1.2  # What a busy machine may add.
WINDOWS = """
import json, os, random, select, signal, sys, time, zlib
import msgspec
import nnstudio.ui.keeper as keeper
from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication
from nnstudio.graph import edits
from nnstudio.graph.stored import graph_to_stored
from nnstudio.layers.base import layers
from nnstudio.project.templates import load_template
from nnstudio.ui.app import Studio

folder, kills, keeper.LATEST = sys.argv[1], int(sys.argv[2]), int(float(sys.argv[3]) * 1000)
AT_ONCE, REST = 12, 0.6

class Hand(QObject):
    "Edits at random, again and again, as the timers of the window let it."

    def __init__(self, window, random, gaps, most, out):
        super().__init__(window)
        self.most = most
        self.window, self.document, self.commands = window, window.document, window.commands
        self.random, self.gaps, self.out, self.count = random, gaps, out, 0
        QTimer.singleShot(0, self.edit)

    def edit(self):
        graph, hand = self.document.graph, self.random
        chosen = hand.sample([node.id for node in graph.nodes], min(2, len(graph.nodes)))
        self.window.selection.choose(chosen)
        hand.choice([
            self.commands.duplicate, self.commands.group, self.commands.toggle_groups, self.document.undo,
            self.document.redo, lambda: self.commands.nudge(8, 8), self.commands.delete,
            lambda: self.commands.add_note("why?", (0.0, 200.0)),
            lambda: self.commands.append(layers().find(hand.choice(sorted(layers().kinds())))()),
        ])()
        self.count += 1
        self.document.change("Mark", title=f"edit {self.count}")
        mark = zlib.crc32(msgspec.json.encode(graph_to_stored(self.document.graph)))
        os.write(self.out, f"{self.count} {time.monotonic()} {mark}\\n".encode())
        if self.count < self.most:
            QTimer.singleShot(hand.choice(self.gaps), self.edit)

def live(number, random, gaps, most, out):
    os.environ["XDG_STATE_HOME"] = f"{folder}/{number}"
    app = QApplication([])
    studio = Studio(app, QSettings(f"{folder}/{number}.ini", QSettings.Format.IniFormat))
    window = studio.open(load_template("xor"), None)
    hand = Hand(window, random, gaps, most, out)
    app.exec()

class Life:
    "A window of its own process, which ends after so many edits."

    def __init__(self, number):
        hand = random.Random(number)
        # Every fifth hand never rests; the others do now and then, and every second of them once it is done.
        restless, self.calm = number % 5 == 0, number % 2 == 1
        gaps = (10, 40, 60) if restless else (0, 0, 5, 30, 250)
        self.number, self.last = number, hand.randint(45, 55) if restless else hand.randint(1, 20)
        self.edits, self.text, self.end_at = [], b"", None
        self.pipe, out = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.pipe)
            live(number, hand, gaps, self.last if self.calm else 1000, out)
        os.close(out)

    def read(self):
        "What it did; after its last edit its end is near."
        self.text += os.read(self.pipe, 65536)
        *lines, self.text = self.text.split(b"\\n")
        self.edits += [[float(word) for word in line.split()] for line in lines]
        if len(self.edits) >= self.last and self.end_at is None:
            self.end_at = time.monotonic() + (REST if self.calm else 0)

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        killed = time.monotonic()
        os.waitpid(self.pid, 0)
        while not self.text.endswith(b"\\n") and (rest := os.read(self.pipe, 65536)):
            self.text += rest
        self.edits += [[float(word) for word in line.split()] for line in self.text.split(b"\\n")[:-1]]
        os.close(self.pipe)
        print(json.dumps([self.number, killed, self.edits]), flush=True)

waiting, alive = list(range(kills)), []
while waiting or alive:
    while waiting and len(alive) < AT_ONCE:
        alive.append(Life(waiting.pop(0)))
    ready = select.select([life.pipe for life in alive], [], [], 0.02)[0]
    for life in list(alive):
        if life.pipe in ready:
            life.read()
        if life.end_at is not None and time.monotonic() >= life.end_at:
            life.end()
            alive.remove(life)
"""


def mark_of(graph):
    return zlib.crc32(msgspec.json.encode(graph_to_stored(graph)))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_hundred_kills_lose_one_edit_or_the_last_moment(tmp_path):
    environment = {
        **os.environ, "PYTHONPATH": str(Path(nnstudio.__file__).parents[1]), "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip
    command = [sys.executable, "-c", WINDOWS, str(tmp_path), str(KILLS), str(LATEST)]
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, timeout=300, text=True).stdout
    lives = [json.loads(line) for line in told.splitlines()]
    assert sorted(number for number, _, _ in lives) == list(range(KILLS))
    lost = []
    for number, killed, edits in lives:
        found = left_behind(tmp_path / str(number) / "nnstudio" / "recovery")
        kept = int(found[0].project.title.removeprefix("edit ")) if found else 0
        if kept:
            assert mark_of(found[0].project.graph) == edits[kept - 1][2]
        lost.append(len(edits) - kept)
        # One edit, or what is so new that the next copy was still to come.
        assert lost[-1] <= 1 or killed - edits[kept][1] <= LATEST + LATE, (number, lost[-1])
    # A test in which nothing was ever under way would show nothing.
    assert sum(each > 0 for each in lost) > 0
    assert sum(each == 0 for each in lost) >= KILLS / 4
    print(f"{KILLS} kills: {lost.count(0)} lost nothing, {lost.count(1)} one edit, the others up to {max(lost)}")
