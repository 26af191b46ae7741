"""Trials: one training of many that are compared, as a value that another process can be given, and what it came to."""

import multiprocessing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Any

from nnstudio.api import Model
from nnstudio.core.errors import StudioError
from nnstudio.core.plugged import blame
from nnstudio.experiments.shared_data import Laid, Unwanted, opened
from nnstudio.experiments.variation import Changes, Value
from nnstudio.project.file import bytes_of_project, project_from_bytes
from nnstudio.project.project import UNLEARNED, Project
from nnstudio.training.history import Epoch
from nnstudio.training.session import Session

LOOK = 0.2  # Seconds after which a trial sees whether it is still wanted.
NO_MEMORY = "There was not enough memory for this. Make the model or the batches smaller, or take fewer workers."
A_BUG = "This is a bug in nnstudio, please report it: {}: {}"


@dataclass(frozen=True)
class Trial:
    """A training to be done: from the start, or from where the project's checkpoint stands, until so many epochs are
    done or it is over before."""

    number: int
    """The first is 1."""
    changes: Changes
    project: bytes = field(repr=False)
    """As its file would be, without weights."""
    until: int
    data: Laid
    keeps: bool = False
    """Whether it may have to go on later."""


@dataclass(frozen=True)
class Result:
    """What a trial came to: figures after the last whole epoch, and the best of all epochs. None where there is none,
    as on data without a validation part. How long it took is no part of what is compared."""

    number: int
    changes: Mapping[str, Value]
    until: int
    epochs: int = 0
    steps: int = 0
    seconds: float = field(default=0.0, compare=False)
    train_loss: float | None = None
    train_accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    best_train_loss: float | None = None
    best_train_accuracy: float | None = None
    best_validation_loss: float | None = None
    best_validation_accuracy: float | None = None
    stopped: str = ""
    """Why it ended."""
    diverged: int | None = None
    """The step at which the numbers were not finite any more."""
    failed: str | None = None
    """Why it could not be trained, in words."""
    kept: bytes = field(default=b"", repr=False, compare=False)
    """The project as it stands, to go on from; only where the trial keeps it."""

    @property
    def score(self) -> float:
        """What trials are ranked by, less is better: the best loss, of the validation where there is one."""
        best = self.best_train_loss if self.best_validation_loss is None else self.best_validation_loss
        return inf if best is None or self.failed or self.diverged is not None else best


def run_trial(trial: Trial) -> Result:
    """Train, in whichever process and on whichever machine this is called. What goes wrong is told in the result."""
    try:
        return _trained(trial)
    except Unwanted:
        return failure(trial, "It was cancelled.")
    except StudioError as error:
        return failure(trial, str(error))
    except MemoryError:
        return failure(trial, NO_MEMORY)
    # Whatever it is, the other trials go on.
    except Exception as bug:
        return failure(trial, blame(bug) or A_BUG.format(type(bug).__name__, bug))


def failure(trial: Trial, why: str) -> Result:
    """The result of a trial that could not be trained."""
    return Result(trial.number, trial.changes, trial.until, failed=why)


def stored(project: Project) -> bytes:
    """A project as trials carry it: only what matters for its training, so that a moved card changes nothing."""
    graph = project.graph
    nodes = tuple(replace(node, position=(0.0, 0.0)) for node in graph.nodes)
    graph = replace(graph, nodes=nodes, groups=(), notes=())
    return bytes_of_project(replace(project, graph=graph, title="", description="", layout={}, **UNLEARNED))


def _trained(trial: Trial) -> Result:
    model = Model(project_from_bytes(trial.project))
    data = opened(trial.data, model.project)
    goes_on = model.project.checkpoint is not None
    # One thread: there is a trial for every core.
    with model.session(data, threads=1, resume=goes_on) as session:
        _train(session, trial)
        result = _result(session, trial)
        if not trial.keeps or session.finished:
            return result
        model.keep(session, resumable=True)
        return replace(result, kept=bytes_of_project(model.project))


def _train(session: Session, trial: Trial) -> None:
    """Train for so many epochs, and look up now and then."""
    last, stride = trial.until * session.steps_per_epoch, 1
    while not session.finished and session.steps_done < last:
        began = monotonic()
        session.run(min(stride, last - session.steps_done))
        if monotonic() - began < LOOK / 2:
            stride *= 2
        trial.data.see_whether_wanted()
        if _orphaned():
            raise Unwanted


def _orphaned() -> bool:
    """Whether the program is gone that this process works for."""
    parent = multiprocessing.parent_process()
    return parent is not None and not parent.is_alive()


def _result(session: Session, trial: Trial) -> Result:
    epochs = session.history.epochs
    return Result(
        trial.number,
        trial.changes,
        trial.until,
        epochs=session.epoch,
        steps=session.steps_done,
        seconds=session.seconds,
        stopped=session.finished or f"set aside after {session.epoch} of {session.settings.epochs} epochs",
        diverged=session.diverged.step if session.diverged else None,
        **_last(epochs),
        **_best(epochs),
    )


FIGURES = {"train_loss": min, "train_accuracy": max, "validation_loss": min, "validation_accuracy": max}


def _last(epochs: list[Epoch]) -> dict[str, Any]:
    return {name: getattr(epochs[-1], name) for name in FIGURES} if epochs else {}


def _best(epochs: list[Epoch]) -> dict[str, Any]:
    found = {name: [value for epoch in epochs if (value := getattr(epoch, name)) is not None] for name in FIGURES}
    return {f"best_{name}": best(found[name]) for name, best in FIGURES.items() if found[name]}
