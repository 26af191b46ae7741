"""Truncated, lying and hostile files of weights: one sentence, at once, and nothing is changed, run or written."""

import io
import json
import os
import pickle
import resource
import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

import nnstudio as nn
from nnstudio.core.errors import StudioError
from nnstudio.graph.edits import chain
from nnstudio.layers.dense import Dense
from nnstudio.layers.input import Input

WEIGHTS = {"dense.weights": np.ones((2, 3), np.float32), "dense.bias": np.ones(2, np.float32)}
SIZE = 8 * 4
GOOD: dict[str, Any] = {
    "dense.weights": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    "dense.bias": {"dtype": "F32", "shape": [2], "data_offsets": [24, 32]},
}


class Boom:
    """Says so if it is ever unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str]]:
        return Path.write_text, (Path("boom"), "boom")  # type: ignore[return-value]


def model() -> nn.Model:
    return nn.model(chain(Input(shape=(3,)), Dense(units=2)), data="")


def npz(arrays: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def zipped(members: Mapping[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def npy(array: Any, **told: Any) -> bytes:
    """An npy file, with a header that may tell something else."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    content = buffer.getvalue()
    for before, after in told.values():
        assert before in content
        content = content.replace(before, after)
    return content


def tensors(header: Any, room: int = SIZE, length: int | None = None) -> bytes:
    """A safetensors file with any header, as text or as what JSON makes of it."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + b"\0" * room


def changed(**fields: Any) -> dict[str, Any]:
    """The good header with another entry for the weights."""
    return {**GOOD, "dense.weights": {**GOOD["dense.weights"], **fields}}


RIGHT = tensors(GOOD)
NPZ = npz(WEIGHTS)
PICKLED = pickle.dumps(Boom())
BOMB = zipped({"dense.weights.npy": npy(np.zeros((2000, 2000), np.float32))}, zipfile.ZIP_DEFLATED)
DEEP = b"[" * 100_000 + b"]" * 100_000

CASES: dict[str, bytes] = {
    "nothing": b"",
    "one byte": b"\0",
    "seven bytes": b"\0" * 7,
    "eight zeros": b"\0" * 8,
    "noise": bytes(np.random.default_rng(0).integers(0, 256, 3000, np.uint8)),
    "a text": b"These are my weights: 1, 2, 3\n",
    "a web page": b"<!DOCTYPE html><html>404</html>",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    "a pickle": PICKLED,
    "a pickle of PyTorch": zipped({"archive/data.pkl": PICKLED, "archive/version": b"3"}),
    "HDF5": b"\x89HDF\r\n\x1a\n" + b"\0" * 100,
    "a single array": npy(np.ones(3)),
    "a compressed file": b"\x1f\x8b\x08" + b"\0" * 30,
    "an end and nothing before it": b"PK\5\6" + b"\0" * 18,
    "a zip without arrays": zipped({"readme.txt": b"hello"}),
    "half an npz": NPZ[: len(NPZ) // 2],
    "an npz without its last byte": NPZ[:-1],
    "an npz with a bit turned": NPZ[:150] + bytes([NPZ[150] ^ 64]) + NPZ[151:],
    "an npz of objects": npz({**WEIGHTS, "dense.bias": np.array([Boom(), Boom()], object)}),
    "an npz of texts": npz({**WEIGHTS, "dense.bias": np.array(["a", "b"])}),
    "an npz of complex numbers": npz({**WEIGHTS, "dense.bias": np.ones(2, complex)}),
    "an npz of truths": npz({**WEIGHTS, "dense.bias": np.ones(2, bool)}),
    "a shape that is not there": zipped({
        "dense.weights.npy": npy(np.ones((2, 3), np.float32)),
        "dense.bias.npy": npy(np.ones(1, np.float32), shape=(b"(1,)", b"(2,)")),
    }),
    "a shape below nothing": zipped({
        "dense.weights.npy": npy(np.ones((2, 3), np.float32), shape=(b"(2, 3)", b"(-2,3)")),
        "dense.bias.npy": npy(np.ones(2, np.float32)),
    }),
    "another shape that fits": npz({**WEIGHTS, "dense.weights": np.ones((3, 2), np.float32)}),
    "a bomb": BOMB,
    "paths that lead elsewhere": zipped({"../../boom.npy": npy(np.ones(2)), "/etc/boom.npy": npy(np.ones(2))}),
    "the same name twice": zipped({"dense.bias.npy": npy(np.ones(2))})[:-22] + zipped({"dense.bias.npy": b""}),
    "a crowd of members": zipped({f"{number}.npy": b"" for number in range(3000)}),
    "weights of another model": npz({"a": np.ones(3)}),
    "too few weights": npz({"dense.bias": np.ones(2, np.float32)}),
    "too many weights": npz({**WEIGHTS, "more": np.ones(2)}),
    "strange names": npz({**WEIGHTS, "\x1b[31m'; DROP": np.ones(2)}),
    "a header longer than the file": tensors(GOOD, length=10_000),
    "a header longer than the world": tensors(GOOD, length=2**63),
    "a header of no length": tensors(GOOD, length=0),
    "a header cut short": RIGHT[:40],
    "numbers cut short": RIGHT[:-1],
    "more numbers than promised": RIGHT + b"\0",
    "half a safetensors file": RIGHT[: len(RIGHT) // 2],
    "no JSON": tensors(b"{nonsense}"),
    "a list in place of names": tensors([1, 2, 3]),
    "text that is no text": tensors(b'{"\xff\xfe": 1}'),
    "a deep nest": tensors(b'{"a":' + DEEP + b"}"),
    "an entry that is a number": tensors({**GOOD, "x": 5}),
    "an entry with more than it may have": tensors(changed(run="rm -rf")),
    "an entry with too little": tensors({**GOOD, "dense.weights": {"dtype": "F32"}}),
    "numbers of a kind that nobody knows": tensors(changed(dtype="F77")),
    "truths": tensors(changed(dtype="BOOL", data_offsets=[0, 24])),
    "sizes below nothing": tensors(changed(shape=[-2, -3])),
    "sizes that are no numbers": tensors(changed(shape=["2", "3"])),
    "sizes that are half": tensors(changed(shape=[2.5, 3])),
    "a size beyond all memory": tensors(changed(shape=[2**40, 2**40])),
    "very many sizes": tensors(changed(shape=[1] * 500)),
    "a shape that its bytes are too few for": tensors(changed(shape=[2, 4])),
    "places beyond the end": tensors(changed(data_offsets=[1000, 1024])),
    "places that run backwards": tensors(changed(data_offsets=[24, 0])),
    "places that overlap": tensors({**GOOD, "dense.bias": {**GOOD["dense.bias"], "data_offsets": [20, 28]}}),
    "a gap between places": tensors({**GOOD, "dense.bias": {**GOOD["dense.bias"], "data_offsets": [28, 36]}}, 36),
    "places below nothing": tensors(changed(data_offsets=[-24, 0])),
    "no arrays at all": tensors({}, 0),
    "only remarks": tensors({"__metadata__": {"format": "pt"}}, 0),
    "other weights": save({"a": np.ones(3, np.float32)}),
    "names like commands": save({"$(touch boom)": np.ones(3, np.float32), "../boom": np.ones(1, np.float32)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_gets_one_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "w.bin"
    path.write_bytes(CASES[name])
    target = model()
    before, began = target.project, perf_counter()
    with pytest.raises(StudioError) as told:
        target.import_weights(path)
    sentence = str(told.value)
    assert perf_counter() - began < 1
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert 20 < len(sentence) < 700
    assert target.project is before
    assert [each.name for each in tmp_path.iterdir()] == ["w.bin"]


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 60


def test_the_good_ones_are_good(tmp_path: Path) -> None:
    """Or all others would be refused for another reason."""
    for content in (RIGHT, NPZ, save(WEIGHTS)):
        (tmp_path / "w").write_bytes(content)
        assert model().import_weights(tmp_path / "w").numbers == 8


@settings(derandomize=True, deadline=None, database=None, max_examples=150)
@given(st.sampled_from([RIGHT, NPZ]), st.integers(0, 10_000), st.integers(1, 255), st.booleans())
def test_a_file_with_one_wrong_byte_fits_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, place: int, turn: int, cut: bool
) -> None:
    place %= len(content)
    broken = content[:place] if cut else content[:place] + bytes([content[place] ^ turn]) + content[place + 1 :]
    path = tmp_path_factory.mktemp("broken") / "w"
    path.write_bytes(broken)
    target = model()
    before = target.project
    with suppress(StudioError):
        assert target.import_weights(path).numbers == 8
        return
    assert target.project is before


@pytest.mark.parametrize("what", ["folder", "nothing there", "pipe"])
def test_what_is_no_file_is_refused(what: str, tmp_path: Path) -> None:
    path = tmp_path / "w"
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    with pytest.raises(StudioError):
        model().import_weights(path)


def test_a_large_lie_takes_no_memory(tmp_path: Path) -> None:
    """Only what has the model's own shapes is ever read."""
    (tmp_path / "w").write_bytes(BOMB)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(20):
        with pytest.raises(StudioError):
            model().import_weights(tmp_path / "w")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000
