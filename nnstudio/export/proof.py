"""Proof: a fresh process loads an export, answers test samples, and is compared with the studio's own answers."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import numpy as np

from nnstudio.engine.metrics import decide
from nnstudio.export.base import Runner
from nnstudio.export.trained import Answers, Trained
from nnstudio.layers.shapes import Array

MOST = 10_000  # Samples that are compared.
LONGEST = 300.0  # Seconds that the process may take.
CLOSE = 1e-4  # The largest difference that rounding explains.
GLANCE = 0.1  # Seconds between two looks at whether the proof is still wanted.
LONGEST_ERROR = 300
ROOT = Path(__file__).resolve().parents[2]
Wanted = Callable[[], bool]


def always() -> bool:
    """Whoever does not say otherwise wants it to its end."""
    return True


@dataclass(frozen=True, eq=False)
class Samples:
    """What both are asked: samples as the data stores them, and what they are, such as "test samples of mnist"."""

    inputs: Array
    what: str


@dataclass(frozen=True)
class Proof:
    """What the comparison came to. `compared` is logits or outputs; `agreed` counts equal predictions of a class, or,
    where numbers are predicted, samples whose numbers are as close as rounding explains."""

    runtime: str
    samples: int
    what: str
    compared: str
    largest_difference: float
    agreed: int

    @property
    def holds(self) -> bool:
        """Whether the export answers as the studio does."""
        return self.agreed == self.samples and self.largest_difference <= CLOSE

    @property
    def fails(self) -> bool:
        """Whether it is shown that it does not."""
        return not self.holds

    @property
    def sentence(self) -> str:
        """The proof in words."""
        verdict = "" if self.holds else " This is not the same model: do not use it."
        return (
            f"{self.runtime}, in a process of its own, agrees on {self.agreed:,} of {self.samples:,} {self.what}; "
            f"the largest difference of the {self.compared} is {self.largest_difference:.2g}.{verdict}"
        )

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and texts."""
        return {**asdict(self), "holds": self.holds}


@dataclass(frozen=True)
class Unproven:
    """Why there is no proof."""

    why: str

    @property
    def holds(self) -> bool:
        """Nothing is shown."""
        return False

    @property
    def fails(self) -> bool:
        """Nothing is shown, either."""
        return False

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return f"Not proved: {self.why}"

    def to_json(self) -> dict[str, Any]:
        """The reason."""
        return {"why": self.why, "holds": False}


class Failed(Exception):
    """The process did not answer; the text says why."""


class CalledOff(Exception):
    """Nobody wants the answer any more."""


@dataclass(frozen=True)
class Patience:
    """For how many seconds a process is waited for, and whether its answer is still wanted."""

    longest: float
    wanted: Wanted


def prove(
    trained: Trained, main: Path, runner: Runner, samples: Samples, longest: float = LONGEST, wanted: Wanted = always
) -> Proof | Unproven:
    """Let a fresh process load the export and answer, as long as it is wanted; compare."""
    inputs = samples.inputs[: min(MOST, runner.most)]
    try:
        theirs = _asked(main, runner, inputs, Patience(longest, wanted))
        return _compared(trained, trained.answers(inputs), theirs, runner.runtime, samples.what)
    except CalledOff:
        return Unproven("it was called off.")
    except Failed as why:
        return Unproven(f"{runner.runtime} {why}")


def _asked(main: Path, runner: Runner, inputs: Array, patience: Patience) -> Answers:
    with TemporaryDirectory(prefix="nnstudio-proof-") as name:
        folder = Path(name)
        np.save(folder / "inputs.npy", inputs)
        for file, content in runner.files.items():
            (folder / file).write_bytes(content)
        _run(runner, main, folder, patience)
        return Answers(_read(folder / "outputs.npy"), _read(folder / "logits.npy", optional=True))


def _run(runner: Runner, main: Path, folder: Path, patience: Patience) -> None:
    command = [*_python(), runner.module, str(main.resolve()), str(folder)]
    try:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(runner), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
    except OSError as reason:
        raise Failed(f"could not be started ({reason.strerror}).") from None
    with process:
        try:
            said = _waited_for(process, patience)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines() or ["without a word"]
        raise Failed(f"could not run the export: {ascii(lines[-1])[1:-1][:LONGEST_ERROR]}")


def _waited_for(process: "subprocess.Popen[bytes]", patience: Patience) -> bytes:
    """What it says on its error channel until it ends."""
    until = monotonic() + patience.longest
    while True:
        try:
            return process.communicate(timeout=max(0.0, min(GLANCE, until - monotonic())))[1]
        except subprocess.TimeoutExpired:
            if not patience.wanted():
                raise CalledOff from None
            if monotonic() >= until:
                raise Failed(f"took longer than {patience.longest:g} seconds.") from None


def _python() -> list[str]:
    # A packaged program is its own interpreter.
    return [sys.executable, "--run" if getattr(sys, "frozen", False) else "-m"]


def _environment(runner: Runner) -> dict[str, str]:
    """The user's, with this very nnstudio to import, and nothing of the folder that the samples are in."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **ours, **runner.environment}


def _read(path: Path, optional: bool = False) -> Any:
    if optional and not path.exists():
        return None
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        raise Failed("gave no answers.") from None


def _compared(trained: Trained, ours: Answers, theirs: Answers, runtime: str, what: str) -> Proof:
    compared = "outputs" if theirs.logits is None or ours.logits is None else "logits"
    wanted, found = (ours.outputs, theirs.outputs) if compared == "outputs" else (ours.raw, theirs.raw)
    if found.shape != wanted.shape or theirs.outputs.shape != ours.outputs.shape:
        raise Failed(f"gives answers of {_by(found)} where we give {_by(wanted)}.")
    with np.errstate(all="ignore"):
        apart = np.abs(found.astype(np.float64) - wanted)
    # What is no number in both is the same; in one of them it is as different as can be.
    apart[np.isnan(apart)] = np.inf
    apart[(found == wanted) | (np.isnan(found) & np.isnan(wanted))] = 0
    agreed = _agreement(trained, ours.outputs, theirs.outputs, apart)
    return Proof(runtime, len(found), what, compared, float(apart.max(initial=0.0)), agreed)


def _by(answers: Array) -> str:
    return " × ".join(f"{size:,}" for size in answers.shape)


def _agreement(trained: Trained, ours: Array, theirs: Array, apart: Array) -> int:
    if not trained.class_names:
        return int((apart.max(axis=1, initial=0) <= CLOSE).sum())
    middle = trained.plan.encoding.middle
    return int((decide(ours, middle) == decide(theirs, middle)).sum())
