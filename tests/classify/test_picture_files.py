"""Picture files on their way to a sample: whatever is in them, it is a picture or one sentence."""

import os
import pickle
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from nnstudio.classify.picture_file import LONGER_SIDE, picture_paths, read_for
from nnstudio.classify.stored import Stored
from nnstudio.classify.way import stages_for, way
from nnstudio.core.errors import DataError

from .test_way import seven

MNIST, COLOUR = Stored.guessed((28, 28, 1)), Stored.guessed((32, 32, 3))


def written(path, picture, **options):
    Image.fromarray(picture).save(path, **options)
    return path


def bytes_of(kind, picture=None):
    content = BytesIO()
    Image.fromarray(seven() if picture is None else picture).save(content, kind)
    return content.getvalue()


def png(width, height, data, colour=0, depth=8):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


class Bomb:
    def __reduce__(self):
        return os.mkdir, ("executed",)


GOOD = bytes_of("PNG")
HOSTILE = {
    "empty": b"",
    "text": b"a seven",
    "zeros": bytes(5000),
    "noise": np.random.default_rng(0).bytes(5000),
    "signature-alone": GOOD[:8],
    "cut-in-the-header": GOOD[:20],
    "cut-in-the-middle": GOOD[: len(GOOD) // 2],
    "without-its-end": GOOD[:-12],
    "changed": GOOD[:100] + bytes([GOOD[100] ^ 255]) + GOOD[101:],
    "no-width": png(0, 28, zlib.compress(bytes(28))),
    "bomb": png(100_000, 100_000, zlib.compress(bytes(10**6))),
    "wide-bomb": png(2**31 - 1, 1, zlib.compress(bytes(1000))),
    "no-such-depth": png(28, 28, zlib.compress(bytes(29 * 28)), depth=7),
    "not-zlib": png(28, 28, b"\xff" * 100),
    "jpeg-cut": bytes_of("JPEG")[:300],
    "jpeg-start": b"\xff\xd8\xff\xe0" + bytes(40),
    "gif-cut": bytes_of("GIF")[:30],
    "gif-start": b"GIF89a" + b"\xff" * 60,
    "bmp-lying": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 10**6, 10**6, 1, 24, 0, 0, 0, 0, 0, 0),
    "tiff-start": b"II*\0" + struct.pack("<I", 2**31),
    "tiff-circle": b"II*\0" + struct.pack("<IHI", 8, 0, 8),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "page": b"<!DOCTYPE html><script>alert(7)</script>",
    "zip": b"PK\3\4" + bytes(60),
    "webp": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(30),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 28 28\n(executed) (w) file\n",
    "pickle": pickle.dumps(Bomb()),
    "npy": b"\x93NUMPY\1\0v\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }" + b" " * 60,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_sentence_and_nothing_happens(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"{name}.png"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(DataError) as caught:
        read_for(path, MNIST)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("name", ["nothing.png", ".", "nul\0.png", "x" * 5000])
def test_a_name_without_a_file_is_one_sentence(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError):
        read_for(name, MNIST)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(DataError, match="not an ordinary file"):
        read_for(tmp_path / "pipe.png", MNIST)


@pytest.mark.parametrize("kind", ["png", "bmp", "gif", "tiff"])
def test_a_drawing_in_a_file_is_the_drawing(kind, tmp_path):
    found = read_for(written(tmp_path / f"it.{kind}", seven()), MNIST)
    assert np.array_equal(found[..., 0], seven())


def test_a_large_picture_is_read_smaller_and_means_the_same(tmp_path):
    large = np.repeat(np.repeat(seven(), 10, axis=0), 10, axis=1)
    found = read_for(written(tmp_path / "large.png", large), MNIST)
    assert found.shape[:2] == (LONGER_SIDE, LONGER_SIDE)
    samples = [way(picture, stages_for(MNIST), MNIST).sample.astype(int) for picture in (found, seven())]
    assert np.abs(samples[0] - samples[1]).mean() < 2


def test_proportions_are_kept(tmp_path):
    found = read_for(written(tmp_path / "wide.png", np.zeros((500, 2000), np.uint8)), MNIST)
    assert found.shape == (160, 640, 1)


def test_colours_are_read_where_the_network_sees_them(tmp_path):
    red = np.zeros((40, 40, 3), np.uint8)
    red[..., 0] = 255
    path = written(tmp_path / "red.png", red)
    assert read_for(path, COLOUR).shape == (40, 40, 3)
    assert read_for(path, MNIST).shape == (40, 40, 1)


def test_a_folder_stands_for_its_pictures(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("10.png", "2.png", "deep/1.png"):
        written(tmp_path / name, seven())
    (tmp_path / "notes.txt").write_text("no picture")
    found = picture_paths([str(tmp_path), "other.png"])
    assert [os.path.relpath(path, tmp_path) for path in found[:3]] == ["2.png", "10.png", "deep/1.png"]
    assert found[3] == "other.png"


def test_a_folder_without_pictures_is_told(tmp_path):
    with pytest.raises(DataError, match="no picture in the folder"):
        picture_paths([str(tmp_path)])
