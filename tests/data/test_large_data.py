"""Data larger than what may be in memory: it stays in its file, opens at once and trains in little memory."""

import io
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnstudio import api
from nnstudio.core.errors import DataError
from nnstudio.graph.edits import chain
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.softmax import Softmax

if not sys.platform.startswith("linux"):
    pytest.skip("how much memory a program uses is only known on Linux", allow_module_level=True)

GIBI = 2**30
COUNT, SIDE = 6 * GIBI // 128**2, 128
LABELS = (np.arange(COUNT) % 10).astype(np.uint8)

# In a process of its own, which may not have more than 1 GiB of memory besides the file.
SCRIPT = """
import json, resource, sys, time
import numpy as np
from nnstudio import api
from nnstudio.data.dataset import PARTS
from nnstudio.graph.edits import chain
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.softmax import Softmax

def used():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("RssAnon:"))

resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30))
began = time.perf_counter()
data = api.dataset(sys.argv[1])
opened, after_opening = time.perf_counter() - began, used()
graph = chain(Input(data.sample_shape), Flatten(), Dense(data.outputs), Softmax())
model = api.model(graph, loss="categorical_cross_entropy")
with model.session(data, threads=1) as session:
    session.run(8)
    losses, after_training = session.history.losses, used()
print(json.dumps({
    "opened": opened, "seconds": time.perf_counter() - began, "megabytes": max(after_opening, after_training),
    "bytes": data.inputs.nbytes, "last": int(data.inputs[-1].ravel()[-1]), "steps": len(losses),
    "finite": bool(np.isfinite(losses).all()), "parts": [len(data.part(part)) for part in PARTS], "notes": data.notes,
}))
"""


def sparse(path: Path, start: bytes, end: bytes) -> Path:
    """A file of 6 GiB after its start, of which only start and end take room on the disk."""
    try:
        with path.open("wb") as file:
            file.write(start)
            file.truncate(len(start) + 6 * GIBI - len(end))
            file.seek(0, 2)
            file.write(end)
    except OSError as error:
        pytest.skip(f"no file of 6 GiB can be made here: {error}")
    if path.stat().st_blocks * 512 > GIBI:
        path.unlink()
        pytest.skip("this file system has no sparse files")
    return path


def npy_start(descr: str, shape: tuple[int, ...]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": descr, "fortran_order": False, "shape": shape})
    return buffer.getvalue()


def trained(text: str | Path) -> dict:
    result = subprocess.run([sys.executable, "-c", SCRIPT, str(text)], capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def check(found: dict) -> None:
    assert found["bytes"] == 6 * GIBI
    assert found["last"] == 7
    assert found["steps"] == 8
    assert found["finite"]
    assert sum(found["parts"]) == COUNT
    assert found["notes"][-1].startswith("The 6.0 GiB of ")


def test_an_npy_file_of_6_gib_trains_in_little_memory(tmp_path):
    path = sparse(tmp_path / "X.npy", npy_start("|u1", (COUNT, SIDE, SIDE)), b"\7")
    np.save(tmp_path / "y.npy", LABELS)
    found = trained(path)
    check(found)
    assert found["megabytes"] < 300
    assert found["seconds"] < 10


def test_an_idx_file_of_6_gib_trains_in_little_memory(tmp_path):
    start = bytes([0, 0, 8, 3]) + struct.pack(">3I", COUNT, SIDE, SIDE)
    path = sparse(tmp_path / "train-images-idx3-ubyte", start, b"\7")
    labels = bytes([0, 0, 8, 1]) + struct.pack(">I", COUNT) + LABELS.tobytes()
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(labels)
    found = trained(path)
    check(found)
    assert found["megabytes"] < 300
    assert found["seconds"] < 10


def test_a_file_that_is_made_shorter_ends_the_training_with_a_message(tmp_path):
    """And not with a crash, which is what the system has for those who read behind the end of a mapped file."""
    path = tmp_path / "X.npy"
    path.write_bytes(npy_start("|u1", (4096, SIDE, SIDE)))
    os.truncate(path, path.stat().st_size + 4096 * SIDE**2)
    np.save(tmp_path / "y.npy", LABELS[:4096])
    data = api.dataset(str(path))
    graph = chain(Input(data.sample_shape), Flatten(), Dense(10), Softmax())
    model = api.model(graph, loss="categorical_cross_entropy")
    with model.session(data) as session:
        session.run(2)
        os.truncate(path, 0)
        with pytest.raises(DataError, match="was made shorter by another program"):
            session.run(2)


def test_floats_in_the_other_byte_order_train_in_little_memory_too(tmp_path):
    """They are searched for what is not a number, in part, and turned round a batch at a time."""
    path = sparse(tmp_path / "X.npy", npy_start(">f4", (COUNT, SIDE // 2, SIDE // 2)), struct.pack(">f", 7))
    np.save(tmp_path / "y.npy", LABELS)
    found = trained(path)
    check(found)
    assert found["megabytes"] < 300
    assert found["seconds"] < 20
