"""What tests let workers do. A file of its own, which a process that is begun afresh can import."""

import os
import re
import signal
from pathlib import Path

import numpy as np

from nnstudio.experiments.shared_data import opened
from nnstudio.project.project import Project


def double(number):
    return 2 * number


def process():
    return os.getpid()


def priority():
    return os.nice(0)


def threads():
    """The threads of each library for matrix products."""
    from threadpoolctl import threadpool_info

    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def die_first(times, tally):
    """Die so many times, then answer how often it was tried."""
    with open(tally, "a") as file:
        file.write("|")
    tried = len(Path(tally).read_text())
    if tried <= times:
        die()
    return tried


def wait_for(path):
    """Work until there is such a file."""
    while not os.path.exists(path):
        pass


def fail():
    raise ValueError("no such thing")


def own_memory() -> int:
    """Bytes of this process in pages that are no file's."""
    found = re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) << 10


def look_through(laid):
    """What a worker's memory grows by while it reads all the data, the sum of all, and who it was."""
    before = own_memory()
    data = opened(laid, Project())
    total = int(data.inputs.sum(dtype=np.int64))
    return own_memory() - before, total, os.getpid()
