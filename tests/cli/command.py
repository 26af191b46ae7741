"""The command line as a user calls it: in a process of its own, from a folder of the user's."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nnstudio
from nnstudio.project.file import load_project

ROOT = Path(nnstudio.__file__).parents[1]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
    "PYTHONPATH": str(ROOT),
}
COMMAND = [sys.executable, "-m", "nnstudio"]


@dataclass(frozen=True)
class Result:
    """What a call left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        """Standard output, which must be one JSON object and nothing else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        assert self.out.count("\n") == 1
        return found


def call(folder, *arguments, **environment) -> Result:
    """Run the command to its end. A traceback fails the test."""
    process = subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=folder, env=ENVIRONMENT | environment, capture_output=True,
        encoding="utf-8", errors="surrogateescape", timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "Traceback" not in process.stderr + process.stdout
    return Result(process.returncode, process.stdout, process.stderr)


def start(folder, *arguments) -> subprocess.Popen:
    """Begin the command; its lines on standard error can be read while it runs."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def weight_bits(path) -> dict:
    """The bits of a saved project's weights."""
    weights = load_project(Path(path)).weights
    return {name: (array.dtype.str, array.shape, array.tobytes()) for name, array in weights.items()}


def refuse(result: Result, code: int) -> str:
    """The sentence of a refusal: one line on standard error, and nothing on standard output but an error object."""
    assert result.code == code, result
    sentence = result.err.removeprefix("nnstudio: ").rstrip("\n")
    assert result.err.startswith("nnstudio: ")
    assert result.out == "" or json.loads(result.out) == {"error": sentence}
    return sentence
