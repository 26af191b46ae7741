"""From a session to a checkpoint and back: what a file keeps, checked before a session stands on it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.history import Epoch, History
from nnstudio.training.settings import Settings
from nnstudio.training.standing import Keyframe, Memory

DAMAGES = (LookupError, TypeError, ValueError, AttributeError, OverflowError, msgspec.ValidationError)
"""What comes of standing on a checkpoint that cannot be."""


def checkpoint_of(memory: Memory, history: History, settings: Settings, matches: str) -> Checkpoint:
    """All of it as arrays and plain JSON. Copies."""
    columns = {f"history/{name}": column for name, column in history.arrays().items()}
    epochs = [asdict(epoch) for epoch in history.epochs]
    chosen = {"chosen_rate": settings.optimizer.learning_rate}
    return Checkpoint({**memory.arrays(), **columns}, {**memory.to_json(), **chosen, "epochs": epochs}, matches)


def moment_of(
    checkpoint: Checkpoint, memory: Memory, settings: Settings, steps_per_epoch: int, batch: int
) -> tuple[Keyframe, History]:
    """Where a checkpoint stands, and what led there. A rate that was chosen since takes the place of the rate then."""
    arrays, standing = checkpoint.arrays, checkpoint.standing
    keyframe = memory.keyframe_of(arrays, standing, settings)
    at, chosen = keyframe.at, settings.optimizer.learning_rate
    if at.steps_done != at.epoch * steps_per_epoch + -(-at.position // batch):
        raise ValueError("the numbers of steps, epochs and samples do not fit together")
    if standing.get("chosen_rate", chosen) != chosen:
        at.learning_rate = chosen
    columns = {name.removeprefix("history/"): array for name, array in arrays.items() if name[:8] == "history/"}
    epochs = msgspec.convert(standing["epochs"], list[Epoch])
    return keyframe, History.of(columns, epochs, at.steps_done, settings.schedule.reads_losses)


def identity(plan: Plan, parameters: Parameters, settings: Mapping[str, Any], data: str, fingerprint: str) -> str:
    """A text that differs between trainings of which one cannot go on where another stood."""
    shapes = {name: list(shape) for name, shape in parameters.shapes().items()}
    layers = [(step.id, step.inputs, step.layer.to_json()) for step in plan.steps]
    return repr(((shapes, layers, plan.lanes, plan.shard), settings, data, fingerprint))
