"""Stages: each does one thing to a picture on its way to the network's input, and can be switched off."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnstudio.classify.sheet import WHITE, Sheet


@dataclass(frozen=True)
class Stage:
    """One thing that is done to a picture. `key` names it in commands, `says` tells a learner what it does and why."""

    key: ClassVar[str]
    title: ClassVar[str]
    says: ClassVar[str]

    on: bool = True

    def done(self, sheet: Sheet) -> Sheet:
        """The sheet after this stage."""
        raise NotImplementedError


@dataclass(frozen=True)
class Crop(Stage):
    """Cut away the empty paper."""

    key = "crop"
    title = "Crop"
    says = "Cuts away the empty paper, so that it does not matter where something is drawn."

    def done(self, sheet: Sheet) -> Sheet:
        """What is inside the box of the ink."""
        return sheet.part(sheet.box)


@dataclass(frozen=True)
class Invert(Stage):
    """Turn dark ink on light paper into light ink on dark, or the other way round, where the data has it so."""

    key = "invert"
    title = "Invert"
    says = "Turns dark ink on light paper into light ink on dark ground, as the data set has it; only where needed."

    light_ink: bool = True

    def done(self, sheet: Sheet) -> Sheet:
        """255 − x, if the ink is not as wanted."""
        return sheet if sheet.light_ink == self.light_ink else sheet.each_level(lambda levels: WHITE - levels)


@dataclass(frozen=True)
class Scale(Stage):
    """Make it as large as the data set's own drawings are."""

    key = "scale"
    title = "Scale"
    says = "Makes the drawing as large as those of the data set, without stretching it; edges become grey."

    height: int = 20
    width: int = 20

    def done(self, sheet: Sheet) -> Sheet:
        """The longer side fills the box."""
        return sheet.fitted(self.height, self.width)


@dataclass(frozen=True)
class Centre(Stage):
    """Put the centre of mass of the ink into the middle."""

    key = "centre"
    title = "Centre"
    says = "Moves the drawing by whole pixels, so that the centre of mass of its ink is the middle of the image."

    height: int = 28
    width: int = 28

    def done(self, sheet: Sheet) -> Sheet:
        """The ink stays inside the frame, however uneven it is."""
        frame = self.height, self.width
        inside = sheet.part(sheet.box)
        if inside.size[0] > frame[0] or inside.size[1] > frame[1]:
            inside = inside.fitted(*frame)
        return inside.placed(*frame, *(_start(inside, axis, frame[axis]) for axis in (0, 1)))


def _start(sheet: Sheet, axis: int, length: int) -> int:
    """Where the sheet begins so that its centre of mass is in the middle: MNIST's own lie within half a pixel of 14."""
    size = sheet.size[axis]
    mass = sheet.ink.sum(axis=1 - axis)
    centre = float(mass @ np.arange(size) / mass.sum()) if mass.any() else (size - 1) / 2
    middle = length / 2 if size < length else (length - 1) / 2
    return int(min(max(np.floor(middle - centre + 0.5), 0), length - size))


@dataclass(frozen=True)
class Normalise(Stage):
    """Use the whole range of the data set's numbers."""

    key = "normalise"
    title = "Normalise"
    says = "Makes the paper and the strongest ink the two ends of the data set's range, however pale the picture is."

    low: float = 0.0
    high: float = 255.0
    stretch: bool = True

    def done(self, sheet: Sheet) -> Sheet:
        """From 0 to 255, or from the paper to the strongest ink, to the range of the data; noise becomes paper."""
        if self.stretch and sheet.strongest > 0:
            ink = Sheet(sheet.ink[..., np.newaxis] * np.float32(WHITE / sheet.strongest), np.zeros(1, np.float32))
            sheet = ink if sheet.light_ink else ink.each_level(lambda levels: WHITE - levels)
        factor = np.float32((self.high - self.low) / WHITE)
        return sheet.each_level(lambda levels: np.float32(self.low) + levels * factor)
