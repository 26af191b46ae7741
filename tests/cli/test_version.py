"""The version is told at once."""

import statistics
import subprocess
import sys
import time

import nnstudio

from .command import COMMAND, ENVIRONMENT, call


def test_the_version_is_told(tmp_path):
    result = call(tmp_path, "--version")
    assert (result.code, result.out, result.err) == (0, f"nnstudio {nnstudio.__version__}\n", "")


def test_telling_the_version_loads_nothing_large(tmp_path):
    code = (
        "import sys; sys.argv = ['nnstudio', '--version']\n"
        "from nnstudio.__main__ import main\n"
        "assert main() == 0\n"
        "print(sorted({'numpy', 'msgspec', 'PIL', 'PySide6', 'argparse', 'nnstudio.cli'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", code]
    out = subprocess.run(command, env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True, timeout=60).stdout
    assert out.splitlines()[1] == "[]"


def test_help_does_not_load_the_engine(tmp_path):
    code = "import sys; from nnstudio.cli import run; run(['--help']); sys.exit('numpy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, cwd=tmp_path, capture_output=True).returncode == 0
    )


def test_the_version_takes_a_fifth_of_a_second_where_nothing_else_runs(tmp_path):
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([*COMMAND, "--version"], env=ENVIRONMENT, cwd=tmp_path, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    # The bound leaves room for other programs.
    assert statistics.median(seconds) < 0.5
