"""The icons: every size for every system, each painted from its drawing."""

import pytest
from PIL import Image

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
NAMES = ("nnstudio", "project")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", SIZES)
def test_an_icon_fills_its_square_and_nothing_around_it(icons, name, size):
    with Image.open(icons / f"{size}x{size}" / f"{name}.png") as picture:
        assert picture.size == (size, size)
        assert picture.mode == "RGBA"
        alpha = picture.getchannel("A")
    assert alpha.getpixel((0, 0)) == 0
    assert alpha.getpixel((size // 2, size // 2)) == 255
    left, top, right, bottom = alpha.getbbox()
    assert bottom - top > 0.9 * size
    assert right - left > 0.6 * size


def test_the_two_icons_are_told_apart_by_their_ground(icons):
    grounds = []
    for name in NAMES:
        with Image.open(icons / "64x64" / f"{name}.png") as picture:
            grounds.append(sum(picture.getpixel((30, 8))[:3]))
    program, project = grounds
    assert program < 200 < 600 < project


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("kind", "sizes"), [("ico", (16, 24, 32, 48, 64, 128, 256)), ("icns", (32, 64, 128, 256, 512, 1024))]
)
def test_windows_and_macos_get_all_sizes_in_one_file(icons, name, kind, sizes):
    with Image.open(icons / f"{name}.{kind}") as gathered:
        # macOS also knows 64 pixels as 32 points on a fine screen.
        assert {size[0] * (*size, 1)[2] for size in gathered.info["sizes"]} == set(sizes)
