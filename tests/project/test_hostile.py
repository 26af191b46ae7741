"""Project files that are not what they should be: each is refused at once, by one sentence, in little memory."""

import os
import pickle
import re
import struct
import time
import tracemalloc
import warnings
import zipfile
from hashlib import sha256
from io import BytesIO

import msgspec
import numpy as np
import pytest
from safetensors.numpy import save

from nnstudio import api
from nnstudio.core.errors import ProjectError
from nnstudio.project.file import bytes_of_project, load_project
from nnstudio.project.stored import VERSION

from .projects import file_of, node, small, stored, with_graph

MEBI = 2**20
GOOD = bytes_of_project(small())


def refusal(path) -> str:
    """The sentence with which a file is refused, within a second, in little memory, and without touching it."""
    start = time.perf_counter()
    with pytest.raises(ProjectError):
        load_project(path)
    assert time.perf_counter() - start < 1
    tracemalloc.start()
    try:
        with pytest.raises(ProjectError) as caught:
            load_project(path)
        assert tracemalloc.get_traced_memory()[1] < 64 * MEBI
    finally:
        tracemalloc.stop()
    message = str(caught.value)
    assert message.endswith(".")
    assert not re.search(r"[^.]\.\. ", message)
    assert "\n" not in message
    assert message.isprintable()
    return message


def refused(folder, content: bytes) -> str:
    """The same of a file with that content, after its name."""
    path = folder / "it.nns"
    path.write_bytes(content)
    message = refusal(path)
    assert message.startswith(f"{path} ")
    assert path.read_bytes() == content
    assert list(folder.iterdir()) == [path]
    return message.removeprefix(str(path))


def zipped(members, manifest=True, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these (name, content) pairs, by default with a list of contents that agrees with them."""
    listed = {name: {"size": len(content), "sha256": sha256(content).hexdigest()} for name, content in members}
    members = [("manifest.json", msgspec.json.encode(listed)), *members] if manifest else members
    buffer = BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", compression) as archive:
        warnings.simplefilter("ignore")  # Of names that are there twice.
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def with_header(content: bytes, signature: bytes, place: int, form: str, value: int) -> bytes:
    """The file with a number in every zip header of that kind replaced."""
    changed = bytearray(content)
    start = content.find(signature)
    while start >= 0:
        struct.pack_into(form, changed, start + place, value)
        start = content.find(signature, start + 1)
    return bytes(changed)


CENTRAL, LOCAL = b"PK\1\2", b"PK\3\4"
PROJECT = ("project.json", msgspec.json.encode(stored()))
FULL = [(name, zipfile.ZipFile(BytesIO(GOOD)).read(name)) for name in zipfile.ZipFile(BytesIO(GOOD)).namelist()[1:]]


def saved_by_numpy(save_to, *arguments, **options) -> bytes:
    """What one of NumPy's functions writes."""
    buffer = BytesIO()
    save_to(buffer, *arguments, **options)
    return buffer.getvalue()


def contents_of(content: bytes) -> tuple[str, bytes]:
    """The list of contents of a file."""
    return "manifest.json", zipfile.ZipFile(BytesIO(content)).read("manifest.json")


CONTAINERS = {
    "empty": b"",
    "one byte": b"P",
    "a text": b"hello",
    "a web page": b"<!DOCTYPE html><html></html>",
    "zeros": bytes(5000),
    "a pickle": pickle.dumps({"weights": [1.0, 2.0]}),
    "a pickle that would run a program": b"cos\nsystem\n(S'touch /tmp/owned'\ntR.",
    "a numpy archive": saved_by_numpy(np.savez, a=np.zeros(3)),
    "an object array": saved_by_numpy(np.save, np.array([{}]), allow_pickle=True),
    "an empty zip": zipped([], manifest=False),
    "only a list of contents": zipped([]),
    "no list of contents": zipped([PROJECT], manifest=False),
    "no project": zipped(FULL[1:]),
    "a name that leads out": zipped([PROJECT, ("../project.json", b"{}")]),
    "an absolute name": zipped([PROJECT, ("/etc/passwd", b"root")]),
    "a name of Windows": zipped([PROJECT, ("C:\\evil.json", b"{}")]),
    "a name with a zero byte": zipped([PROJECT, ("project.json\0.txt", b"{}")]),
    "a stranger": zipped([PROJECT, ("readme.txt", b"hello")]),
    "a program": zipped([PROJECT, ("plugin.py", b"import os")]),
    "a pickle inside": zipped([PROJECT, ("weights.pkl", pickle.dumps([1]))]),
    "a folder": zipped([PROJECT, ("project.json/", b"")]),
    "a member twice": zipped([PROJECT, PROJECT]),
    "another member of the same name": zipped([PROJECT, ("project.json", b"{}")]),
    "a name with an escape code": zipped([PROJECT, ("\x1b[31m.json", b"{}")]),
    "more members than a zip of ours has": zipped([PROJECT, *((f"m{n}.json", b"{}") for n in range(5000))]),
    "encrypted": with_header(with_header(GOOD, CENTRAL, 8, "<H", 1), LOCAL, 6, "<H", 1),
    "strongly encrypted": with_header(GOOD, CENTRAL, 8, "<H", 0x41),
    "packed by another method": zipped(FULL, compression=zipfile.ZIP_BZIP2),
    "packed by LZMA": zipped(FULL, compression=zipfile.ZIP_LZMA),
    "packed by an unknown method": with_header(GOOD, CENTRAL, 10, "<H", 99),
    "sizes of 4 GiB": with_header(GOOD, CENTRAL, 24, "<I", 2**32 - 2),
    "packed sizes of 4 GiB": with_header(GOOD, CENTRAL, 20, "<I", 2**32 - 2),
    "sizes too small by one": with_header(GOOD, CENTRAL, 24, "<I", 1),
    "offsets beyond the end": with_header(GOOD, CENTRAL, 42, "<I", 2**31),
    "all members at one place": with_header(GOOD, CENTRAL, 42, "<I", 0),
    "weights that are deflated": zipped(FULL),
    "a member of another save": zipped(
        [
            contents_of(zipped([("project.json", msgspec.json.encode(stored(title="a")))])),
            ("project.json", msgspec.json.encode(stored(title="b"))),
        ],
        manifest=False,
    ),
    "a list of contents with a wrong size": zipped(
        [("manifest.json", b'{"project.json":{"size":1,"sha256":"' + b"0" * 64 + b'"}}'), PROJECT], manifest=False
    ),
    "a list of contents that is no text": zipped([("manifest.json", b"\xff\xfe{"), PROJECT], manifest=False),
    "a list of contents that is a list": zipped([("manifest.json", b"[]"), PROJECT], manifest=False),
    "a list of contents that is deep": zipped([("manifest.json", b"[" * 50_000), PROJECT], manifest=False),
}


SOUND = {
    "as it is saved": GOOD,
    "packed by another program": zipped([PROJECT]),
    "without compression": zipped(FULL, compression=zipfile.ZIP_STORED),
    "with weights": file_of(stored(), weights__safetensors=save({"a/weights": np.zeros(1, np.float32)})),
    "with a history": file_of(stored(), history__json=b'[{"steps":1,"seconds":0,"learning_rate":0.1,"train_loss":1}]'),
}


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_what_the_files_below_are_made_from_is_sound(tmp_path, content):
    (tmp_path / "it.nns").write_bytes(content)
    assert load_project(tmp_path / "it.nns").graph == small().graph


@pytest.mark.parametrize("content", CONTAINERS.values(), ids=CONTAINERS)
def test_what_is_no_project_file_is_refused(tmp_path, content):
    assert refused(tmp_path, content)


@pytest.mark.parametrize("name", ["manifest.json", "project.json", "history.json", "checkpoint.json", "stranger.json"])
@pytest.mark.parametrize("filling", [b" ", b"[", b"\0"], ids=["blanks", "brackets", "zeros"])
def test_a_small_file_that_would_swell_is_refused(tmp_path, name, filling):
    others = [PROJECT] if name != "project.json" else []
    content = zipped([*others, (name, filling * (60 * MEBI))], manifest=name != "manifest.json")
    assert len(content) < MEBI
    refused(tmp_path, content)


def test_many_members_that_would_swell_together_are_refused(tmp_path):
    texts = [(name, b" " * (16 * MEBI)) for name in ("project.json", "history.json", "checkpoint.json")]
    refused(tmp_path, zipped(texts))


def test_an_empty_file_is_called_empty(tmp_path):
    assert "is empty" in refused(tmp_path, b"")


def tensors(header, numbers=b"", length=None) -> bytes:
    text = header if isinstance(header, bytes) else msgspec.json.encode(header)
    return struct.pack("<Q", len(text) if length is None else length) + text + numbers


def tensor(dtype="F32", shape=(1,), offsets=(0, 4)) -> dict:
    return {"a/weights": {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}}


WEIGHTS = {
    "none": b"",
    "half a length": b"\1\0\0",
    "a header of 16 EiB": tensors(b"{}", length=2**64 - 1),
    "a header of 8 EiB": tensors(b"{}", length=2**63),
    "a header of 100 MB": tensors(b"{}", length=100_000_000),
    "a header longer than the file": tensors(tensor(), bytes(4), length=1000),
    "a header that is no text": tensors(b"\xff\xfe\xfd", bytes(4)),
    "a header that is no JSON": tensors(b"{a}", bytes(4)),
    "a header that is a list": tensors(b"[]"),
    "a header of brackets": tensors(b"[" * 100_000),
    "a header with a name twice": tensors(
        b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        bytes(8),
    ),
    "offsets beyond the end": tensors(tensor(offsets=(0, 400), shape=(100,)), bytes(4)),
    "offsets the wrong way round": tensors(tensor(offsets=(4, 0)), bytes(4)),
    "offsets that leave a gap": tensors(tensor(offsets=(4, 8)), bytes(8)),
    "offsets below zero": tensors(tensor(offsets=(-4, 0)), bytes(4)),
    "offsets that overlap": tensors(
        {**tensor(), "b/weights": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, bytes(4)
    ),
    "numbers that nothing names": tensors(tensor(), bytes(8)),
    "a shape that does not fit": tensors(tensor(shape=(2,)), bytes(4)),
    "a shape below zero": tensors(tensor(shape=(-1,)), bytes(4)),
    "a shape that wraps round": tensors(tensor(shape=(2**62, 4), offsets=(0, 0))),
    "a shape of words": tensors(tensor(shape=("one",)), bytes(4)),
    "whole numbers": save({"a/weights": np.arange(3)}),
    "bytes": save({"a/weights": np.zeros(3, np.uint8)}),
    "yes and no": save({"a/weights": np.zeros(3, bool)}),
    "half numbers": save({"a/weights": np.zeros(3, np.float16)}),
    "complex numbers": tensors(tensor("C64", offsets=(0, 8)), bytes(8)),
    "numbers of 16 bits": tensors(tensor("BF16", offsets=(0, 2)), bytes(2)),
    "numbers of 8 bits": tensors(tensor("F8_E4M3", offsets=(0, 1)), bytes(1)),
    "numbers of no known kind": tensors(tensor("F128", offsets=(0, 16)), bytes(16)),
    "a pickle": pickle.dumps([1.0]),
}


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_weights_that_are_damaged_are_refused(tmp_path, weights):
    assert "weights" in refused(tmp_path, file_of(stored(), weights__safetensors=weights))


DENSE = msgspec.json.encode(with_graph(node("a", units=7)))
TEXTS = {
    "nothing": b"",
    "a byte": b"\xff",
    "half a character": b'{"title": "\xc3"}',
    "half a surrogate": msgspec.json.encode(stored(title="x")).replace(b'"x"', b'"\\ud800"'),
    "cut": DENSE[:-1],
    "two values": DENSE + DENSE,
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "another format": msgspec.json.encode(stored(format="word processor")),
    "100,000 brackets": b"[" * 100_000,
    "100,000 brackets, closed": b"[" * 100_000 + b"]" * 100_000,
    "100,000 braces": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "100,000 brackets in the layout": DENSE.replace(
        b'"layout":{}', b'"layout":{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    ),
    "NaN": DENSE.replace(b"7", b"NaN"),
    "Infinity": DENSE.replace(b"7", b"Infinity"),
    "1e400": DENSE.replace(b"7", b"1e400"),
    "1e400 in the layout": DENSE.replace(b'"layout":{}', b'"layout":{"zoom":1e400}'),
    "NaN in the layout": DENSE.replace(b'"layout":{}', b'"layout":{"zoom":NaN}'),
    "a comment": b"// " + DENSE,
    "a comma too many": DENSE.replace(b'"layout":{}', b'"layout":{},'),
    "a million digits": DENSE.replace(b"7", b"7" * MEBI),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_that_is_not_sound_is_refused(tmp_path, text):
    refused(tmp_path, file_of(text))


VALUES = {
    "-1": -1, "0": 0, "2**31": 2**31, "2**70": float(2**70), "half": 0.5, "a word": "ten", "true": True, "null": None,
    "a list": [1], "an object": {}, "a long text": "9" * 5000,
}  # fmt: skip


@pytest.mark.parametrize("units", VALUES.values(), ids=VALUES)
def test_a_number_of_neurons_that_cannot_be_is_refused(tmp_path, units):
    assert "units" in refused(tmp_path, file_of(with_graph(node("a", units=units))))


@pytest.mark.parametrize("epochs", VALUES.values(), ids=VALUES)
def test_a_setting_that_cannot_be_is_refused(tmp_path, epochs):
    if epochs == 2**31:
        epochs = 10**8
    assert "epochs" in refused(tmp_path, file_of(stored(settings={"epochs": epochs})))


INPUT, DENSE_NODE = node("in", "input", shape=[2]), node("a", units=2)
WIRE = {"source": "in", "target": "a", "port": 0}
STRUCTURES = {
    "no graph": {name: value for name, value in stored().items() if name != "graph"},
    "no settings": {name: value for name, value in stored().items() if name != "settings"},
    "no version": {name: value for name, value in stored().items() if name != "version"},
    "a version in words": stored(version="one"),
    "a version that is half": stored(version=1.5),
    "a version that is true": stored(version=True),
    "a version below zero": stored(version=-1),
    "a version before the first": stored(version=0),
    "a field of the project that is unknown": stored(plugin="os.system"),
    "a graph that is a list": stored(graph=[]),
    "a title that is a number": stored(title=5),
    "a title without end": stored(title="a" * MEBI),
    "a description without end": stored(description="a" * MEBI),
    "data that is a list": stored(data=["circle"]),
    "a layout that is a list": stored(layout=[]),
    "a layer that is unknown": with_graph(node("a", "teleport")),
    "a layer whose name is an escape code": with_graph(node("\x1b[31m\na", "\x1b[31m\n")),
    "a layer of another package": with_graph(node("a", "os.system")),
    "a layer without kind": with_graph({"id": "a", "layer": {}}),
    "a layer that is a text": with_graph({"id": "a", "layer": "dense"}),
    "a kind that is a number": with_graph(node("a", 5)),
    "a kind without end": with_graph(node("a", "a" * MEBI)),
    "a field of a layer that is unknown": with_graph(node("a", units=2, colour="red")),
    "a field of a node that is unknown": with_graph({**DENSE_NODE, "colour": "red"}),
    "a start that is unknown": with_graph(node("a", weights_start={"kind": "lucky"})),
    "a start that is a list": with_graph(node("a", weights_start=[])),
    "an id that is empty": with_graph(node("")),
    "an id that is a number": with_graph(node(5)),
    "an id that is very long": with_graph(node("a" * 1000)),
    "an id twice": with_graph(INPUT, DENSE_NODE, DENSE_NODE),
    "a place that is a word": with_graph({**DENSE_NODE, "position": ["left", 0]}),
    "a place with three numbers": with_graph({**DENSE_NODE, "position": [1, 2, 3]}),
    "a place that is far away": with_graph({**DENSE_NODE, "position": [1e300, 0]}),
    "a place that is null": with_graph({**DENSE_NODE, "position": [None, 0]}),
    "a wire from nowhere": with_graph(INPUT, DENSE_NODE, wires=[{**WIRE, "source": "gone"}]),
    "a wire to nowhere": with_graph(INPUT, DENSE_NODE, wires=[{**WIRE, "target": "gone"}]),
    "a wire twice": with_graph(INPUT, DENSE_NODE, wires=[WIRE, WIRE]),
    "a port left out": with_graph(INPUT, DENSE_NODE, wires=[{**WIRE, "port": 1}]),
    "a port below zero": with_graph(INPUT, DENSE_NODE, wires=[{**WIRE, "port": -1}]),
    "a port that is huge": with_graph(INPUT, DENSE_NODE, wires=[{**WIRE, "port": 2**40}]),
    "a port that is true": with_graph(INPUT, DENSE_NODE, wires=[{**WIRE, "port": True}]),
    "a wire without end": with_graph(INPUT, DENSE_NODE, wires=[{"source": "in"}]),
    "a group of nobody we know": with_graph(DENSE_NODE, groups=[{"name": "g", "members": ["gone"]}]),
    "more layers than anyone draws": with_graph(*(node(str(number), "relu") for number in range(10_001))),
    "a setting that is unknown": stored(settings={"speed": 5}),
    "a loss that is unknown": stored(settings={"loss": {"kind": "luck"}}),
    "an optimizer with an unknown field": stored(settings={"optimizer": {"kind": "sgd", "luck": 1}}),
    "a learning rate below zero": stored(settings={"optimizer": {"kind": "sgd", "learning_rate": -1}}),
    "a seed below zero": stored(settings={"seed": -1}),
    "a preparation that is unknown": stored(preparation=[{"kind": "wash"}]),
    "a preparation that divides by zero": stored(preparation=[{"kind": "scale", "divisor": 0}]),
    "a preparation that is a text": stored(preparation=["scale"]),
}


@pytest.mark.parametrize("project", STRUCTURES.values(), ids=STRUCTURES)
def test_a_project_that_makes_no_sense_is_refused(tmp_path, project):
    refused(tmp_path, file_of(project))


def test_the_layer_that_is_wrong_is_named(tmp_path):
    message = refused(tmp_path, file_of(with_graph(INPUT, node("wide", units=-1))))
    assert "nodes[1]" in message
    assert "-1" in message


OTHERS = {
    "a history that is no text": {"history__json": b"\xff"},
    "a history that is an object": {"history__json": b"{}"},
    "a history of words": {"history__json": b'[{"steps":"a"}]'},
    "a history without losses": {"history__json": b'[{"steps":1,"seconds":0,"learning_rate":0.1}]'},
    "a history with 1e400": {"history__json": b'[{"steps":1,"seconds":1e400,"learning_rate":0.1,"train_loss":1}]'},
    "a history that is deep": {"history__json": b"[" * 100_000},
    "half of the best": {"best__json": b'{"steps":3}'},
    "the other half of the best": {"best__safetensors": save({})},
    "a best that is no text": {"best__json": b"\xff", "best__safetensors": save({})},
    "a best of a list": {"best__json": b"[]", "best__safetensors": save({})},
    "a best before the beginning": {"best__json": b'{"steps":-1}', "best__safetensors": save({})},
    "a best with damaged numbers": {"best__json": b'{"steps":3}', "best__safetensors": b"\xff" * 20},
    "half a checkpoint": {"checkpoint__json": b'{"standing":{},"matches":""}'},
    "the other half of a checkpoint": {"checkpoint__safetensors": save({})},
    "a checkpoint that is no text": {"checkpoint__json": b"\xff", "checkpoint__safetensors": save({})},
    "a checkpoint of a list": {"checkpoint__json": b"[]", "checkpoint__safetensors": save({})},
    "a checkpoint that is deep": {"checkpoint__json": b"[" * 100_000, "checkpoint__safetensors": save({})},
    "a checkpoint with damaged numbers": {
        "checkpoint__json": b'{"standing":{},"matches":""}',
        "checkpoint__safetensors": b"\xff" * 20,
    },
}


@pytest.mark.parametrize("members", OTHERS.values(), ids=OTHERS)
def test_a_history_or_a_checkpoint_that_makes_no_sense_is_refused(tmp_path, members):
    refused(tmp_path, file_of(stored(), **members))


def test_a_newer_version_says_so_and_asks_for_a_newer_studio(tmp_path):
    message = refused(tmp_path, file_of({"format": "nnstudio project", "version": VERSION + 1, "anything": "new"}))
    assert "newer nnstudio" in message
    assert "Install" in message


CIRCLES = {
    "itself": [{"source": "a", "target": "a", "port": 0}],
    "two layers": [{"source": "a", "target": "b", "port": 0}, {"source": "b", "target": "a", "port": 0}],
}


@pytest.mark.parametrize("wires", CIRCLES.values(), ids=CIRCLES)
def test_a_circle_is_loaded_for_the_user_to_mend(tmp_path, wires):
    (tmp_path / "it.nns").write_bytes(file_of(with_graph(INPUT, DENSE_NODE, node("b", units=2), wires=wires)))
    model = api.load(tmp_path / "it.nns")
    circles = [problem for problem in model.problems() if problem.kind == "circle"]
    assert {problem.node for problem in circles} == {wire["target"] for wire in wires}
    assert {row.id for row in model.table()} == {"in", "a", "b"}
    mended = circles[0].repair.apply(model.project.graph)
    assert all(problem.kind != "circle" for problem in api.model(mended).problems())


def test_the_largest_model_that_is_taken_loads_at_once(tmp_path):
    nodes = [node("0", "input", shape=[2]), *(node(str(number), "relu") for number in range(1, 10_000))]
    wires = [{"source": str(number), "target": str(number + 1), "port": 0} for number in range(9_999)]
    (tmp_path / "it.nns").write_bytes(file_of(with_graph(*nodes, wires=wires)))
    start = time.perf_counter()
    assert len(load_project(tmp_path / "it.nns").graph.order) == 10_000
    assert time.perf_counter() - start < 2


def test_a_missing_file_is_named(tmp_path):
    assert str(tmp_path / "none.nns") in refusal(tmp_path / "none.nns")


def test_a_folder_is_refused(tmp_path):
    assert refusal(tmp_path).startswith(f"{tmp_path} is a folder")


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe.nns")
    assert str(tmp_path / "pipe.nns") in refusal(tmp_path / "pipe.nns")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/full"])
def test_a_device_is_refused(device):
    assert refusal(device).startswith(f"{device} is not an ordinary file")


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "loop.nns").symlink_to(tmp_path / "loop.nns")
    assert str(tmp_path / "loop.nns") in refusal(tmp_path / "loop.nns")
    assert (tmp_path / "loop.nns").is_symlink()


def test_a_file_of_a_terabyte_without_content_is_refused(tmp_path):
    with open(tmp_path / "huge.nns", "wb") as file:
        file.truncate(2**40)
    assert "is not an nnstudio project" in refusal(tmp_path / "huge.nns")


@pytest.fixture
def locked(tmp_path):
    """A good file that nobody may read."""
    path = tmp_path / "locked.nns"
    path.write_bytes(GOOD)
    path.chmod(0)
    return path


def test_a_file_without_permission_is_refused(locked, nobody):
    assert str(locked) in refusal(locked)


IMPOSSIBLE = {"long": "a" * 300, "deep": "a/" * 3000, "with a zero byte": "a\0b", "half a character": "a\ud800"}


@pytest.mark.parametrize("name", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_name_is_refused(tmp_path, name):
    refusal(tmp_path / name)
