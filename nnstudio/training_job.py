"""The training of the command line: progress on standard error, saves on the way, a report at the end."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import Any, Self

from nnstudio import api
from nnstudio.core.errors import FieldError, ProjectError, StudioError
from nnstudio.core.files import shown
from nnstudio.data.dataset import DataSet
from nnstudio.data.sources import data_names
from nnstudio.interruption import interruptible
from nnstudio.training.session import Session


@dataclass
class TrainingJob:
    """A project, its data, and where the result goes."""

    model: api.Model
    data: DataSet
    output: Path
    threads: int | None
    resume: bool
    save_every: float
    interrupted: bool = False

    @classmethod
    def from_options(cls, given: Mapping[str, Any]) -> Self:
        """Read the project, change the settings that options name, and open the data."""
        model = api.load(given["project"])
        model.configure(**_settings(model, given))
        if given["threads"] is not None and given["threads"] < 1:
            raise FieldError(f"threads must be 1 or more, but is {given['threads']}")
        if not (isfinite(given["save_every"]) and given["save_every"] >= 0):
            raise FieldError(f"save-every must be 0 (never) or a number of seconds, but is {given['save_every']}")
        output = Path(given["output"] or given["project"])
        _check_output(output)
        data = model.data(given["data"])
        if given["data"]:
            # The weights will belong to this data: `evaluate` and `--resume` should find it again.
            model.project = replace(model.project, data=lasting(given["data"]), points=None, preparation=None)
        return cls(model, data, output, given["threads"], given["resume"], given["save_every"])

    def run(self) -> dict[str, Any]:
        """Train, save, and report."""
        with self.model.session(self.data, self.threads, self.resume) as session, interruptible(self._interrupt):
            if self.resume and session.finished:
                raise StudioError(
                    f"There is no unfinished training to resume: {session.finished}. "
                    "Ask for more epochs with --epochs, or train without resuming."
                )
            for note in self._notes(session):
                print(note, file=sys.stderr)
            self._train(session, Progress(session))
            # What did not take a single step must not take the place of what was learned before.
            if session.steps_done or not session.diverged:
                # Also of a training that is over: with more epochs it can go on.
                self.model.keep(session, resumable=not session.diverged)
                self.model.save(self.output)
            return self._report(session)

    def _interrupt(self) -> None:
        self.interrupted = True

    def _train(self, session: Session, progress: "Progress") -> None:
        saved = monotonic()
        while not session.finished and not self.interrupted:
            epoch = session.epoch
            session.step()
            progress.show(ended=session.epoch > epoch)
            if self.save_every and monotonic() - saved >= self.save_every:
                self.model.keep(session, resumable=True)
                self.model.save(self.output)
                saved = monotonic()
        progress.end("interrupted; go on with --resume" if self.interrupted else session.finished or "")

    def _notes(self, session: Session) -> list[str]:
        """What is worth a word about the data and the task, but does not stop the training."""
        return [*self.data.warnings, *session.notes]

    def _report(self, session: Session) -> dict[str, Any]:
        history, seconds = session.history, session.seconds
        test = session.judge("test") if len(self.data.part("test")) else None
        samples = session.steps_done * len(self.data.part("train")) / session.steps_per_epoch
        return {
            "epochs": session.epoch,
            "steps": session.steps_done,
            "seconds": seconds,
            "seconds_per_epoch": history.column("seconds"),
            "samples_per_second": samples / seconds if seconds else None,
            "train_loss": history.column("train_loss"),
            "validation_loss": history.column("validation_loss"),
            "train_accuracy": history.column("train_accuracy"),
            "validation_accuracy": history.column("validation_accuracy"),
            "test_loss": test.mean_loss if test else None,
            "test_accuracy": test.accuracy if test and self.data.classifies else None,
            "parameters": session.parameters.layout.counted,
            "seed": session.settings.seed,
            "stopped": "interrupted" if self.interrupted else session.finished,
            "diverged": vars(session.diverged) if session.diverged else None,
            "notes": self._notes(session),
            "data": self.data.name,
            "project": str(self.output),
        }


def lasting(source: str) -> str:
    """A data source that means the same from another folder."""
    name, comma, options = source.partition(",")
    is_path = name not in data_names() and os.path.exists(name)
    return os.path.abspath(name) + comma + options if is_path else source


def _check_output(path: Path) -> None:
    """Refuse where nothing can be saved, before hours are spent on what would be lost."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise ProjectError(f"{shown(path)} could not be saved: there is no folder {shown(folder)}. Make it first.")
    if os.path.exists(target) and not os.path.isfile(target):
        raise ProjectError(f"{shown(path)} is not an ordinary file. Choose another name to save under.")
    if not os.access(folder, os.W_OK) or (os.path.exists(target) and not os.access(target, os.W_OK)):
        raise ProjectError(f"{shown(path)} could not be saved: you may not write there. Choose another folder or name.")


def _settings(model: api.Model, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that the options change."""
    changed = {name: given[name] for name in ("epochs", "batch_size", "seed") if given[name] is not None}
    optimizer = model.project.settings.optimizer
    if given["optimizer"] is not None:
        changed["optimizer"] = given["optimizer"]
    if given["lr"] is not None:
        kind = given["optimizer"] or optimizer.kind
        same = optimizer.to_json() if kind == optimizer.kind else {"kind": kind}
        changed["optimizer"] = {**same, "learning_rate": given["lr"]}
    return changed


class Progress:
    """A line that is rewritten on a terminal, or one line for each epoch in a log."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._live = sys.stderr.isatty()
        self._shown = 0.0

    def show(self, ended: bool) -> None:
        """Tell where the training stands."""
        now = monotonic()
        if ended and not self._live:
            print(self._epoch(), file=sys.stderr, flush=True)
        elif self._live and (ended or now - self._shown > 0.1):
            self._shown = now
            print(f"\r\x1b[K{self._bar()}", end="", file=sys.stderr, flush=True)

    def end(self, why: str) -> None:
        """Close the line and say why the training ended."""
        if self._live:
            print(f"\r\x1b[K{self._epoch()}" if self._session.history.epochs else "", file=sys.stderr)
        print(f"{why[:1].upper()}{why[1:]}.", file=sys.stderr, flush=True)

    def _epoch(self) -> str:
        epoch = self._session.history.epochs[-1]
        text = f"epoch {self._session.epoch}/{self._session.settings.epochs}: loss {epoch.train_loss:.4f}"
        if epoch.validation_loss is not None:
            text += f", validation loss {epoch.validation_loss:.4f}"
        accuracy = epoch.watched_accuracy
        return text + (f", {accuracy:.2%} right" if accuracy is not None else "") + f", {epoch.seconds:.2f} s"

    def _bar(self) -> str:
        session = self._session
        total = max(session.steps_per_epoch * session.settings.epochs, 1)
        filled = min(30 * session.steps_done // total, 30)
        loss = session.history.losses[-1] if session.history.losses else float("nan")
        left = session.seconds / max(session.steps_done, 1) * (total - session.steps_done)
        bar = "█" * filled + "░" * (30 - filled)
        return f"{bar} epoch {session.epoch + 1}/{session.settings.epochs}  loss {loss:.4f}  {left:.0f} s left"
