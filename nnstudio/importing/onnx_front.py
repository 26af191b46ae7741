"""What an ONNX model does to its input before any layer reads it: that becomes preparation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.data.preparation.base import Preparation, preparations
from nnstudio.layers.onnx_reading import Lead, OnnxOp, Pending, Unreadable, factor_and_offset, spread
from nnstudio.layers.shapes import Array

MOST = 50_000  # Numbers that a step keeps.
MOST_STEPS = 50


@dataclass(eq=False)
class Front:
    """Follows the input as long as only one way leads on from it. `uses` counts who reads a value, `tail` is where
    the way stands."""

    tail: str
    uses: Mapping[str, int]
    steps: list[Preparation] = field(default_factory=list)

    def is_at(self, name: str, times: int = 1) -> bool:
        """Whether a value is where the way stands, and read so many times."""
        return name == self.tail and self.uses.get(name, 0) == times and len(self.steps) < MOST_STEPS

    def follow(self, name: str, output: str) -> None:
        """Go on through a node that moves nothing but shapes."""
        if self.is_at(name):
            self.tail = output

    def affine(self, op: OnnxOp, lead: Lead) -> bool:
        """Take a factor or an offset; not one that no step can learn."""
        try:
            factor, offset = factor_and_offset(op)
            step = _affine_step(lead, factor, offset)
        except (Unreadable, StudioError):
            return False
        self.steps.append(step)
        return True

    def fill(self, op: OnnxOp, lead: Lead) -> bool:
        """Take a choice of another number where one is missing or infinite."""
        asked, values, other = op.inputs
        if other is not lead or not isinstance(values, np.ndarray) or not _asks_for_missing(asked, lead):
            return False
        whole = spread(values.astype(np.float64), lead)
        fields: dict[str, Any] = {"by": "mean", "values": tuple(whole.reshape(-1).tolist())}
        if (whole == whole.flat[0]).all() or whole.size > MOST:
            fields = {"by": "constant", "constant": float(whole.flat[0])}
        self.steps.append(_step("fill", fields))
        return True

    def one_hot(self, asked: Pending) -> Lead | None:
        """Take a comparison with every class."""
        lead, classes = asked.inputs if len(asked.inputs) == 2 else (None, None)
        if asked.operator != "Equal" or not isinstance(lead, Lead) or not isinstance(classes, np.ndarray):
            return None
        count = classes.size
        if lead.order or lead.shape[-1:] != (1,) or (classes.reshape(-1) != np.arange(count)).any():
            return None
        self.steps.append(_step("one_hot", {"classes": count}))
        shape = (*lead.shape[:-1], count)
        return Lead(lead.node, shape, shape)

    @property
    def preparation(self) -> tuple[Preparation, ...]:
        """The steps, neighbours as one where that is the same."""
        done: list[Preparation] = []
        for step in self.steps:
            done = _joined(done, step)
        return tuple(done)


def _asks_for_missing(asked: Any, lead: Lead) -> bool:
    if not isinstance(asked, Pending) or asked.operator != "Or":
        return False
    parts = [each for each in asked.inputs if isinstance(each, Pending) and each.inputs == (lead,)]
    return {each.operator for each in parts} == {"IsNaN", "IsInf"}


def _affine_step(lead: Lead, factor: Array, offset: Array) -> Preparation:
    if factor.size == offset.size == 1:
        return _normalise(float(factor.reshape(-1)[0]), float(offset.reshape(-1)[0]))
    factors, offsets = (spread(each, lead) for each in (factor, offset))
    return _standardise(factors, offsets)


def _normalise(factor: float, offset: float) -> Preparation:
    if factor <= 0:
        raise Unreadable("its factor is not positive")
    if offset == 0:
        return _step("scale", {"divisor": 1 / factor})
    return _step("normalise", {"mean": -offset / factor, "deviation": 1 / factor})


def _standardise(factors: Array, offsets: Array) -> Preparation:
    shape = factors.shape
    if (factors <= 0).any() or not 1 <= len(shape) <= 4:
        raise Unreadable("its factors are not positive")
    rows = [each.reshape(-1, shape[-1]) for each in (factors, offsets)]
    by_channel = all((each == each[0]).all() for each in rows)
    kept = [each[0] if by_channel else each.reshape(-1) for each in rows]
    if kept[0].size > MOST:
        raise Unreadable("it has too many numbers")
    fields = {
        "per": "channel" if by_channel else "feature", "sample": shape,
        "means": tuple((-kept[1] / kept[0]).tolist()), "deviations": tuple((1 / kept[0]).tolist()),
    }  # fmt: skip
    return _step("standardise", fields)


def _joined(done: list[Preparation], step: Preparation) -> list[Preparation]:
    """A factor and the offset behind it are one step."""
    before = done[-1] if done else None
    if before is None or step.group != "affine" or before.group != "affine":
        return [*done, step]
    (one, plus), (times, more) = (each.affine() for each in (before, step))  # type: ignore[attr-defined]
    factor, offset = np.asarray(one * times), np.asarray(plus * times + more)
    if factor.size == offset.size == 1:
        return [*done[:-1], _normalise(float(factor), float(offset))]
    whole = np.broadcast_shapes(factor.shape, offset.shape)
    return [*done[:-1], _standardise(np.broadcast_to(factor, whole), np.broadcast_to(offset, whole))]


def _step(kind: str, fields: Mapping[str, Any]) -> Preparation:
    return preparations().find(kind).from_fields(fields)

