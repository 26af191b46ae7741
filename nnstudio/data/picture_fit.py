"""A decoded picture brought to a wanted size and colour: laid on white, reduced, cut, resized, turned and padded."""

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

FITS = ("pad", "crop", "stretch")

# What is larger than it should be is first reduced by whole numbers, but not below so many times what is wanted.
GAP = 3

_SIDE, _TILE = 2**9, 2**18

Size = tuple[int, int]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Wanted:
    """How a picture shall come out: its height and width, how it is fitted into them, and whether in colour."""

    height: int
    width: int
    fit: str = "pad"
    colour: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels."""
        return self.height, self.width, 3 if self.colour else 1

    def frame(self, orientation: int) -> Size:
        """Width and height, in which a picture must fit before it is turned."""
        return (self.height, self.width) if orientation >= 5 else (self.width, self.height)

    def target(self, size: Size, orientation: int) -> Size:
        """Width and height of a picture of that size when it is resized, and neither turned nor padded yet."""
        frame = self.frame(orientation)
        return _contained(size, frame) if self.fit == "pad" else frame


def fitted(image: "Picture", target: Size, orientation: int, wanted: Wanted) -> NDArray[np.uint8]:
    """The picture as (height, width, 1 or 3)."""
    from PIL.Image import Transpose

    frame = wanted.frame(orientation)
    box = _centred(image.size, frame) if wanted.fit == "crop" else (0, 0, *image.size)
    made = _resized(image, box, target, "RGB" if wanted.colour else "L")
    turns = (
        None, Transpose.FLIP_LEFT_RIGHT, Transpose.ROTATE_180, Transpose.FLIP_TOP_BOTTOM, Transpose.TRANSPOSE,
        Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90,
    )  # fmt: skip
    turn = turns[orientation - 1]
    upright = made if turn is None else made.transpose(turn)
    pixels: NDArray[np.uint8] = np.asarray(upright).reshape(upright.height, upright.width, -1)
    return pixels if pixels.shape == wanted.shape else _padded(pixels, wanted)


def _contained(size: Size, frame: Size) -> Size:
    """The largest size of the same proportions that fits into the frame."""
    scale = min(frame[0] / size[0], frame[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _centred(size: Size, frame: Size) -> Box:
    """The largest box of the frame's proportions in the middle of a picture: left, top, right, bottom."""
    width, height = _contained(frame, size)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height


def _resized(image: "Picture", box: Box, target: Size, mode: str) -> "Picture":
    """What Pillow makes of the box with `resize(…, BILINEAR, reducing_gap=GAP)`, in less memory."""
    from PIL.Image import Resampling

    across, down = box[2] - box[0], box[3] - box[1]
    factor = (across // (GAP * target[0]) or 1, down // (GAP * target[1]) or 1)
    small = _reduced(image, box, factor, mode)
    return small.resize(target, Resampling.BILINEAR, (0, 0, across / factor[0], down / factor[1]))


def _reduced(image: "Picture", box: Box, factor: Size, mode: str) -> "Picture":
    """The box in plain grey or colour and smaller; a large one tile by tile, for of each tile there are copies."""
    from PIL import Image

    across, down = box[2] - box[0], box[3] - box[1]
    if across * down <= _TILE:
        plain = _plain(image if box == (0, 0, *image.size) else image.crop(box), mode)
        return plain if factor == (1, 1) else plain.reduce(factor)
    small = Image.new(mode, (-(-across // factor[0]), -(-down // factor[1])))
    width = factor[0] * max(1, _SIDE // factor[0])
    height = factor[1] * max(1, _TILE // (width * factor[1]))
    for left, top in product(range(0, across, width), range(0, down, height)):
        right, bottom = min(left + width, across), min(top + height, down)
        tile = image.crop((box[0] + left, box[1] + top, box[0] + right, box[1] + bottom))
        small.paste(_plain(tile, mode).reduce(factor), (left // factor[0], top // factor[1]))
    return small


def _plain(image: "Picture", mode: str) -> "Picture":
    """The picture without transparency, in grey or in colour."""
    from PIL import Image

    if image.mode.startswith("I;16"):
        return _of_eight_bits(image).convert(mode)
    if image.mode in ("La", "RGBa"):
        image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image.convert("RGBA")).convert(mode)
    return image if image.mode == mode else image.convert(mode)


def _of_eight_bits(image: "Picture") -> "Picture":
    from PIL import Image

    deep: NDArray[Any] = np.asarray(image).astype(np.uint32)
    clear = image.info.get("transparency")
    if clear is not None:
        deep[deep == clear] = 65535
    return Image.fromarray(((deep + 128) // 257).astype(np.uint8))


def _padded(pixels: NDArray[np.uint8], wanted: Wanted) -> NDArray[np.uint8]:
    """In the middle of a frame that has the middle colour of the picture's own edge, as if its background went on."""
    height, width = pixels.shape[:2]
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    frame = np.empty(wanted.shape, np.uint8)
    frame[:] = np.sort(edge, axis=0)[len(edge) // 2]
    top, left = round((wanted.height - height) / 2), round((wanted.width - width) / 2)
    frame[top : top + height, left : left + width] = pixels
    return frame
