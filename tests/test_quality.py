"""The code passes its linter and its type checker."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command):
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_the_linter_finds_nothing():
    result = run("ruff", "check", "nnstudio", "tests", "packaging")
    assert result.returncode == 0, result.stdout


def test_types_are_complete():
    result = run("mypy")
    assert result.returncode == 0, result.stdout
