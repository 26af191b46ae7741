"""The memory of a window and its worker while a small network trains for minutes, and how fast it grows.

Run it with `python -m tests.benchmarks.live_memory [MINUTES]`.
"""

import sys
from dataclasses import replace
from time import monotonic

import numpy as np
from PySide6.QtWidgets import QApplication

from nnstudio.core.memory import give_large_blocks_back
from nnstudio.live.process import ProcessWorker
from nnstudio.project.templates import load_template
from nnstudio.ui.app import SWITCH
from tests.benchmarks.live import open_all, spin, studio_of

PAGE = 4096
EVERY = 15.0  # Seconds.


def resident(process: str) -> float:
    """Megabytes that a process holds in memory."""
    with open(f"/proc/{process}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * PAGE / 1e6


def main() -> None:
    """Print a line for every moment, and the slope over the second half."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    sys.setswitchinterval(SWITCH)
    give_large_blocks_back()
    app = QApplication(["nnstudio"])
    studio = studio_of(app)
    project = load_template("playground")
    project = replace(project, settings=replace(project.settings, epochs=10_000_000))
    window = studio.open(project, None)
    open_all(window)
    window.run.train()
    began, found = monotonic(), []
    while monotonic() - began < minutes * 60:
        spin(EVERY)
        worker = window.run._worker
        child = worker._link._process.pid if isinstance(worker, ProcessWorker) and worker._link else "self"
        found.append((monotonic() - began, window.run.known.step, resident("self"), resident(str(child))))
        print("{:4.0f} s  {:>12,} batches  window {:.1f} MB  worker {:.1f} MB".format(*found[-1]), flush=True)
    rows = np.array(found)[len(found) // 2 :]
    for name, column in (("window", 2), ("worker", 3)):
        slope = np.polyfit(rows[:, 0], rows[:, column], 1)[0] * 3600
        print(f"{name}: {slope:+.1f} MB an hour over the second half")
    studio.close()


if __name__ == "__main__":
    main()
