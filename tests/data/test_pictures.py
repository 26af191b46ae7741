"""One picture: equal to what Pillow makes of it, for every kind, every sort of pixels, every fit and every turn."""

import io
import struct
import warnings

import numpy as np
import pytest
from PIL import Image, ImageOps, PngImagePlugin

from nnstudio.core.errors import DataError
from nnstudio.data.picture_fit import Wanted
from nnstudio.data.pictures import has_colour, header_of, looks_like_picture, read_picture

DEEP = np.random.default_rng(5).integers(0, 65536, 480).astype(np.uint16)


def image(mode, height=24, width=20):
    """A smooth picture with noise, so that every resampling and rounding shows."""
    down, across = np.mgrid[:height, :width]
    waves = [127 + 90 * np.sin(across / (3 + band) + band) * np.cos(down / (4 + band)) for band in range(4)]
    noise = np.random.default_rng(height * width).integers(-30, 30, (height, width, 4))
    bands = np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)
    if mode == "I;16":
        return Image.fromarray(np.resize(DEEP, (height, width)))
    made = mode if mode in ("LA", "RGBA", "CMYK") else "RGB"
    merged = Image.merge(made, [Image.fromarray(np.ascontiguousarray(bands[..., place])) for place in range(len(made))])
    return merged if made == mode else merged.convert(mode)


def pillow(path, mode):
    """The whole picture as Pillow has it: upright, on white, in grey or colour."""
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16"):
        return Image.fromarray(np.rint(np.asarray(upright) / 257).astype(np.uint8)).convert(mode)
    if upright.has_transparency_data:
        white = Image.new("RGBA", upright.size, "white")
        return Image.alpha_composite(white, upright.convert("RGBA")).convert(mode)
    return upright.convert(mode)


def pixels(picture):
    return np.asarray(picture).reshape(picture.height, picture.width, -1)


GOOD = {
    "png of one bit": ("a.png", "1", {}),
    "png in grey": ("a.png", "L", {}),
    "png in grey with alpha": ("a.png", "LA", {}),
    "png with a palette": ("a.png", "P", {}),
    "png with a palette of 4 bits": ("a.png", "P", {"bits": 4}),
    "png with a transparent colour of the palette": ("a.png", "P", {"transparency": 3}),
    "png with an alpha for each colour": ("a.png", "P", {"transparency": bytes(range(0, 256, 2))}),
    "png in grey with a transparent grey": ("a.png", "L", {"transparency": 130}),
    "png of one bit with transparent black": ("a.png", "1", {"transparency": 0}),
    "png in colour": ("a.png", "RGB", {}),
    "png in colour with a transparent colour": ("a.png", "RGB", {"transparency": (120, 130, 140)}),
    "png in colour with alpha": ("a.png", "RGBA", {}),
    "png of 16 bits": ("a.png", "I;16", {}),
    "jpeg in grey": ("a.jpg", "L", {}),
    "jpeg in colour": ("a.jpg", "RGB", {"quality": 90}),
    "jpeg in colour of full detail": ("a.jpg", "RGB", {"quality": 90, "subsampling": 0}),
    "jpeg in passes": ("a.jpg", "RGB", {"progressive": True}),
    "jpeg in inks": ("a.jpg", "CMYK", {}),
    "bmp of one bit": ("a.bmp", "1", {}),
    "bmp in grey": ("a.bmp", "L", {}),
    "bmp with a palette": ("a.bmp", "P", {}),
    "bmp in colour": ("a.bmp", "RGB", {}),
    "bmp in colour with alpha": ("a.bmp", "RGBA", {}),
    "gif in grey": ("a.gif", "L", {}),
    "gif with a palette": ("a.gif", "P", {}),
    "gif with a transparent colour": ("a.gif", "P", {"transparency": 3}),
    "gif with a comment": ("a.gif", "P", {"comment": b"x" * 1000}),
    "tiff of one bit": ("a.tif", "1", {}),
    "tiff of one bit, packed as a fax": ("a.tif", "1", {"compression": "group4"}),
    "tiff in grey": ("a.tif", "L", {}),
    "tiff in grey with alpha": ("a.tif", "LA", {}),
    "tiff with a palette": ("a.tif", "P", {}),
    "tiff in colour": ("a.tif", "RGB", {}),
    "tiff in colour with alpha": ("a.tif", "RGBA", {}),
    "tiff in inks": ("a.tif", "CMYK", {}),
    "tiff of 16 bits": ("a.tif", "I;16", {}),
    "tiff of 16 bits, packed": ("a.tif", "I;16", {"compression": "tiff_lzw"}),
    "tiff, packed by deflate": ("a.tif", "RGB", {"compression": "tiff_adobe_deflate"}),
    "tiff, packed by runs": ("a.tif", "RGB", {"compression": "packbits"}),
    "tiff, packed as jpeg": ("a.tif", "RGB", {"compression": "jpeg"}),
    "tiff with texts": ("a.tif", "RGB", {"software": "x" * 500, "dpi": (300, 300)}),
}


@pytest.fixture
def save(tmp_path):
    """Save a picture under a name, and return its path."""

    def saved(picture, name="a.png", **options):
        path = str(tmp_path / name)
        picture.save(path, **options)
        return path

    return saved


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(("name", "kind", "options"), GOOD.values(), ids=GOOD)
def test_a_picture_has_the_pixels_that_pillow_reads(save, name, kind, options, mode):
    path = save(image(kind), name, **options)
    found = read_picture(path, Wanted(24, 20, colour=mode == "RGB"))
    assert found.dtype == np.uint8
    assert np.array_equal(found, pixels(pillow(path, mode)))


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(("name", "kind", "options"), GOOD.values(), ids=GOOD)
@pytest.mark.parametrize("size", [(9, 13), (40, 50)], ids=str)
def test_a_picture_is_resized_as_pillow_does_it(save, name, kind, options, mode, size):
    path = save(image(kind), name, **options)
    expected = pillow(path, mode).resize(size[::-1], Image.Resampling.BILINEAR)
    assert np.array_equal(read_picture(path, Wanted(*size, "stretch", mode == "RGB")), pixels(expected))


@pytest.mark.parametrize("kind", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(1400, 1203), (500, 2500), (400_000, 3), (3, 400_000)], ids=str)
def test_a_large_picture_is_reduced_as_pillow_does_it(save, kind, size):
    path = save(image(kind, 97, 89).resize(size, Image.Resampling.NEAREST))
    expected = pillow(path, "RGB").resize((31, 17), Image.Resampling.BILINEAR, reducing_gap=3.0)
    assert np.array_equal(read_picture(path, Wanted(17, 31, "stretch", True)), pixels(expected))


def test_a_large_picture_may_stay_as_large_as_it_is(save):
    path = save(image("RGBA", 1100, 1020))
    assert np.array_equal(read_picture(path, Wanted(1100, 1020, colour=True)), pixels(pillow(path, "RGB")))


@pytest.mark.parametrize("size", [(800, 1200), (801, 1203), (1600, 400)], ids=str)
def test_a_large_jpeg_is_decoded_at_a_smaller_size_as_pillow_does_it(save, size):
    path = save(image("RGB", *size), "a.jpg")
    with Image.open(path) as photo:
        photo.draft(None, (60, 48))
        assert photo.size < size
        expected = photo.resize((20, 16), Image.Resampling.BILINEAR, reducing_gap=3.0)
    found = read_picture(path, Wanted(16, 20, "stretch", True))
    assert np.array_equal(found, pixels(expected))
    whole = pillow(path, "RGB").resize((20, 16), Image.Resampling.BILINEAR)
    assert np.abs(found.astype(int) - pixels(whole)).max() <= 3


@pytest.mark.parametrize(("size", "frame"), [((40, 20), (30, 30)), ((20, 40), (30, 30)), ((10, 30), (12, 60))], ids=str)
@pytest.mark.parametrize("kind", ["L", "RGB"])
def test_padding_keeps_the_proportions_as_pillow_does(save, size, frame, kind):
    framed = ImageOps.expand(image(kind, size[0] - 8, size[1] - 8), 4, (10, 200, 90) if kind == "RGB" else 77)
    path = save(framed)
    expected = ImageOps.pad(framed, frame[::-1], Image.Resampling.BILINEAR, (10, 200, 90) if kind == "RGB" else 77)
    assert np.array_equal(read_picture(path, Wanted(*frame, "pad", kind == "RGB")), pixels(expected))


def test_padding_has_the_middle_colour_of_the_edge(save):
    ink = np.full((10, 4), 250, np.uint8)
    ink[3:7, 1:3] = 0
    ink[0, 0] = 5
    found = read_picture(save(Image.fromarray(ink)), Wanted(10, 10))
    assert np.array_equal(found[:, 3:7, 0], ink)
    assert (np.delete(found, range(3, 7), axis=1) == 250).all()


@pytest.mark.parametrize(
    ("size", "frame", "box"),
    [
        ((40, 60), (30, 30), (10, 0, 50, 40)),
        ((60, 40), (20, 20), (0, 10, 40, 50)),
        ((40, 60), (20, 40), (0, 5, 60, 35)),
        ((40, 60), (80, 20), (25, 0, 35, 40)),
    ],
    ids=str,
)
def test_cropping_takes_the_largest_box_in_the_middle(save, size, frame, box):
    path = save(image("RGB", *size))
    expected = pillow(path, "RGB").crop(box).resize(frame[::-1], Image.Resampling.BILINEAR)
    assert np.array_equal(read_picture(path, Wanted(*frame, "crop", True)), pixels(expected))


def test_cropping_a_large_picture_cuts_before_it_reduces(save):
    path = save(image("L", 1200, 1500))
    square = pillow(path, "L").crop((150, 0, 1350, 1200))
    expected = square.resize((20, 20), Image.Resampling.BILINEAR, reducing_gap=3.0)
    assert np.array_equal(read_picture(path, Wanted(20, 20, "crop")), pixels(expected))


def exif(orientation, order=">"):
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}LH", 8, 2)
    entries = struct.pack(f"{order}HHLL", 271, 2, 3, 0) + struct.pack(f"{order}HHLHH", 274, 3, 1, orientation, 0)
    return b"Exif\0\0" + head + entries + bytes(4)


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_picture_is_turned_as_its_exif_data_say(save, name, order, orientation):
    path = save(image("RGB"), name, exif=exif(orientation, order))
    expected = pixels(pillow(path, "RGB"))
    assert np.array_equal(read_picture(path, Wanted(*expected.shape[:2], colour=True)), expected)
    assert header_of(path).size == expected.shape[:2]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_a_tiff_picture_is_turned_as_its_own_list_says(save, orientation, compression):
    path = save(image("RGB"), "a.tif", tiffinfo={274: orientation}, compression=compression)
    expected = pixels(pillow(path, "RGB"))
    assert np.array_equal(read_picture(path, Wanted(*expected.shape[:2], colour=True)), expected)
    assert header_of(path).size == expected.shape[:2]


@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
def test_a_turned_picture_is_fitted_upright(save, fit):
    path = save(image("L", 40, 20), exif=exif(6))
    upright = save(pillow(path, "L"), "upright.png")
    found, expected = (read_picture(each, Wanted(10, 20, fit)).astype(int) for each in (path, upright))
    # Pillow rounds between the two directions, and turning exchanges them.
    assert np.abs(found - expected).max() <= 1


@pytest.mark.parametrize(("value", "byte"), [(0, 0), (128, 0), (129, 1), (257, 1), (65535, 255), (65406, 254)])
def test_16_bits_are_divided_by_257_and_rounded(save, value, byte):
    path = save(Image.fromarray(np.full((2, 2), value, np.uint16)))
    assert (read_picture(path, Wanted(2, 2)) == byte).all()


def test_a_transparent_grey_of_16_bits_becomes_white(save):
    deep = np.array([[300, 500], [500, 9000]], np.uint16)
    path = save(Image.fromarray(deep), transparency=500)
    assert read_picture(path, Wanted(2, 2))[..., 0].tolist() == [[1, 255], [255, 35]]


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.tif"])
def test_of_several_pictures_in_a_file_the_first_is_read(save, name):
    first, second = image("L"), ImageOps.invert(image("L"))
    path = save(first, name, save_all=True, append_images=[second])
    assert np.array_equal(read_picture(path, Wanted(24, 20)), pixels(first))


def test_the_first_picture_of_a_camera_s_pair_is_read(save):
    path = save(image("RGB"), "a.mpo", save_all=True, append_images=[ImageOps.invert(image("RGB"))])
    assert np.array_equal(read_picture(path, Wanted(24, 20, colour=True)), pixels(pillow(path, "RGB")))


@pytest.mark.parametrize("suffix", ["jpg", "txt", "csv", "exe"])
def test_the_content_counts_and_not_the_suffix(save, suffix):
    path = save(image("L"), f"a.{suffix}", format="PNG")
    assert np.array_equal(read_picture(path, Wanted(24, 20)), pixels(image("L")))


def test_texts_and_profiles_do_not_matter(save):
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 5000, zip=True)
    info.add_itxt("Title", "ü" * 5000)
    path = save(image("RGB"), pnginfo=info, icc_profile=b"p" * 3000, dpi=(72, 72))
    assert np.array_equal(read_picture(path, Wanted(24, 20, colour=True)), pixels(image("RGB")))


def test_a_jpeg_with_comment_profile_and_thumbnail_is_read(save):
    thumbnail = io.BytesIO()
    image("RGB", 8, 8).save(thumbnail, "JPEG")
    data = exif(1) + thumbnail.getvalue()
    path = save(image("RGB"), "a.jpg", comment=b"c" * 900, icc_profile=b"p" * 70_000, exif=data)
    assert np.array_equal(read_picture(path, Wanted(24, 20, colour=True)), pixels(pillow(path, "RGB")))


def test_a_jpeg_with_stray_bytes_between_its_segments_is_read(save):
    path = save(image("L"), "a.jpg")
    expected = pixels(pillow(path, "L"))
    with open(path, "rb") as file:
        content = file.read()
    with open(path, "wb") as file:
        file.write(content[:20] + b"\0\0\xff\xff" + content[20:])
    assert np.array_equal(read_picture(path, Wanted(24, 20)), expected)


@pytest.mark.parametrize(("colour", "expected"), [((90, 90, 90), False), ((90, 100, 92), False), ((90, 120, 92), True)])
def test_colour_is_seen_where_red_green_and_blue_differ(save, colour, expected):
    assert has_colour(save(Image.new("RGB", (50, 40), colour))) is expected


def test_a_small_spot_of_colour_is_seen(save):
    picture = Image.new("RGB", (64, 64), "white")
    picture.putpixel((7, 9), (255, 0, 0))
    assert has_colour(save(picture))


def test_pictures_are_known_by_their_first_bytes():
    assert looks_like_picture(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert not looks_like_picture(b"PNG")
    assert not looks_like_picture(b"")


def test_the_filters_for_warnings_are_as_before(save):
    before = list(warnings.filters)
    read_picture(save(image("L")), Wanted(8, 8))
    assert warnings.filters == before


@pytest.mark.parametrize("kind", ["F", "I"])
def test_pixels_of_32_bits_are_refused_with_a_remedy(save, kind):
    path = save(image("L").convert(kind), "a.tif")
    with pytest.raises(DataError, match="pixels of a kind that is not read"):
        read_picture(path, Wanted(8, 8))


@pytest.mark.parametrize("side", [64, 256, 700, 1024])
def test_a_photo_of_24_megapixels_is_read_at_any_size(save, side):
    path = save(Image.new("RGB", (6000, 4000), (50, 100, 150)), "a.jpg")
    found = read_picture(path, Wanted(side, side, "crop", True))
    assert np.abs(found.astype(int) - (50, 100, 150)).max() <= 2
