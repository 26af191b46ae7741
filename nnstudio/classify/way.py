"""The way from a picture to a sample as the data stores it, stage by stage, as those who made MNIST went it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnstudio.classify.sheet import Sheet, sheet_of
from nnstudio.classify.stages import Centre, Crop, Invert, Normalise, Scale, Stage
from nnstudio.classify.stored import Stored
from nnstudio.core.errors import DataError, StudioError

Array = NDArray[Any]
Stages = tuple[Stage, ...]

EMPTY = "There is nothing drawn yet. Draw something, or choose another picture."


@dataclass(frozen=True, eq=False)
class Step:
    """A stage and the picture after it, (height, width, 1 or 3); the picture as it came where the stage is off."""

    stage: Stage
    picture: Array


@dataclass(frozen=True, eq=False)
class Steps:
    """The picture as it came, after every stage, and at the end the sample as the data stores it."""

    picture: Array
    after: tuple[Step, ...]
    sample: Array


def stages_for(stored: Stored, off: Collection[str] = ()) -> Stages:
    """The stages for samples of a data set, all on but those that are named.

    What is drawn goes MNIST's way; pictures that fill their frame are fitted into it.
    """
    height, width, _ = stored.picture
    if stored.box is None:
        stages: Stages = (Scale(height=height, width=width), Normalise(low=stored.low, high=stored.high, stretch=False))
    else:
        box = min(stored.box, height), min(stored.box, width)
        stages = (
            Crop(),
            Invert(light_ink=stored.light_ink),
            Scale(height=box[0], width=box[1]),
            Centre(height=height, width=width),
            Normalise(low=stored.low, high=stored.high),
        )
    return tuple(replace(stage, on=stage.key not in off) for stage in stages)


def chosen_stages(stored: Stored, wanted: str) -> Stages:
    """The stages that a text names: all, none, or a list such as crop,invert."""
    keys = [stage.key for stage in stages_for(stored)]
    named = {name.strip().lower() for name in wanted.split(",")} - {""}
    if named == {"all"}:
        return stages_for(stored)
    known = {"none", *keys, *(stage.key for stage in stages_for(Stored((28, 28, 1), box=20)))}
    if strange := sorted(named - known):
        raise StudioError(f"There is no stage called '{strange[0][:40]}'. There are: all, none, {', '.join(keys)}.")
    return stages_for(stored, set(keys) - named)


def way(picture: ArrayLike, stages: Sequence[Stage], stored: Stored) -> Steps:
    """Bring a picture to a sample; a DataError where there is nothing on it."""
    sheet = start = sheet_of(picture, stored.picture[2] == 3)
    if stored.box is not None and sheet.empty:
        raise DataError(EMPTY)
    after = []
    for stage in stages:
        if stage.on:
            sheet = stage.done(sheet)
        after.append(Step(stage, sheet.pixels))
    return Steps(start.pixels, tuple(after), _sample(sheet, stored))


def _sample(sheet: Sheet, stored: Stored) -> Array:
    """In the middle of a frame of the data's shape; what is larger is made smaller."""
    height, width, _ = stored.picture
    if sheet.size[0] > height or sheet.size[1] > width:
        sheet = sheet.fitted(height, width)
    if sheet.size != (height, width):
        sheet = sheet.placed(height, width, (height - sheet.size[0]) // 2, (width - sheet.size[1]) // 2)
    dtype = np.dtype(stored.dtype)
    pixels = sheet.pixels.reshape(stored.shape)
    if dtype.kind == "f":
        return pixels.astype(dtype)
    limits = np.iinfo(dtype)
    return np.clip(np.rint(pixels), limits.min, limits.max).astype(dtype)
