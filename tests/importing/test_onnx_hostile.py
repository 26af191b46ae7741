"""Damaged, lying and hostile ONNX files: one sentence, nothing executed, nothing opened or written, memory bounded."""

import os
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest

from nnstudio.core.errors import StudioError
from nnstudio.graph.edits import chain
from nnstudio.importing.onnx_import import import_onnx
from nnstudio.layers.conv2d import Conv2D
from nnstudio.layers.dense import Dense
from nnstudio.layers.flatten import Flatten
from nnstudio.layers.input import Input
from nnstudio.layers.relu import ReLU
from nnstudio.layers.softmax import Softmax
from tests.export.onnx_models import onnx_bytes, trained

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

GOOD = onnx_bytes(
    trained(chain(Input(shape=(4, 4, 1)), Conv2D(filters=2), ReLU(), Flatten(), Dense(units=3), Softmax()))
)
NODE = helper.make_node


def model() -> Any:
    return onnx.load_model_from_string(GOOD)


def made(*nodes: Any, shape: Any = (4,), inputs: int = 1, **arrays: Any) -> Any:
    """A model from x (or x, x1, ...) to y; without inputs, y is the input itself."""
    names = [f"x{number or ''}" for number in range(inputs)] or ["y"]
    doors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape]) for name in names]
    ends = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    kept = [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()]
    return helper.make_model(helper.make_graph(list(nodes), "g", doors, ends, kept))


def changed(change: Callable[[Any], Any]) -> Any:
    found = model()
    change(found)
    return found


def weights(found: Any) -> Any:
    return found.graph.initializer[0]


def elsewhere(found: Any, location: str) -> None:
    array = weights(found)
    array.ClearField("raw_data")
    array.data_location = TensorProto.EXTERNAL
    array.external_data.add(key="location", value=location)


def with_dims(found: Any, *sizes: int) -> None:
    weights(found).ClearField("dims")
    weights(found).dims.extend(sizes)


def input_dims(found: Any, *sizes: int) -> None:
    shape = found.graph.input[0].type.tensor_type.shape
    shape.ClearField("dim")
    for size in sizes:
        shape.dim.add().dim_value = size


def twice(found: Any) -> None:
    found.graph.initializer.append(weights(found))


def backwards(found: Any) -> None:
    nodes = list(found.graph.node)[::-1]
    del found.graph.node[:]
    found.graph.node.extend(nodes)


def circle(found: Any) -> None:
    found.graph.node[0].input[0] = found.graph.node[-1].output[0]


def branch() -> Any:
    inner = helper.make_graph([NODE("Relu", ["x"], ["z"])], "inner", [], [])
    return made(NODE("If", ["c"], ["y"], then_branch=inner, else_branch=inner), c=np.array(True))


def nested() -> bytes:
    """Branches in branches, deeper than a reader of this format may follow."""

    def field(number: int, content: bytes) -> bytes:
        length = len(content)
        return bytes([number << 3 | 2, *([length & 127 | 128, length >> 7] if length > 127 else [length])]) + content

    graph = b""
    for _ in range(120):
        graph = field(1, field(5, field(6, graph)))
    return field(7, graph)


def doubling(count: int) -> Any:
    """Constants that double at every node: 2 to the power of 60 numbers."""
    nodes = [NODE("Concat", [f"c{number}"] * 2, [f"c{number + 1}"], axis=0) for number in range(count)]
    return made(*nodes, NODE("Add", ["x", f"c{count}"], ["y"]), c0=np.zeros(4, np.float32))


def strange_text(found: Any) -> None:
    found.graph.node[0].op_type = "Evil\x1b[31m\n\r"
    found.graph.node[0].name = "a\0b\n" * 50


DENSE = {"w": np.ones((4, 2), np.float32)}
HOSTILE: dict[str, Callable[[], Any]] = {
    "nothing": lambda: b"",
    "a text": lambda: b"hello, this is no model",
    "zeros": lambda: b"\0" * 1000,
    "ones": lambda: b"\xff" * 1000,
    "a pickle": lambda: b"\x80\x04\x95\x1a\0\0\0\0\0\0\0\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.",
    "a zip": lambda: b"PK\3\4" + b"\0" * 100,
    "half of it": lambda: GOOD[: len(GOOD) // 2],
    "all but the last byte": lambda: GOOD[:-1],
    "only the head": lambda: GOOD[:20],
    "something behind it": lambda: GOOD + b"\xff\xff\xff",
    "no nodes": lambda: changed(lambda found: found.graph.ClearField("node")),
    "no graph": lambda: changed(lambda found: found.ClearField("graph")),
    "no operator set": lambda: changed(lambda found: found.ClearField("opset_import")),
    "no input": lambda: changed(lambda found: found.graph.ClearField("input")),
    "no output": lambda: changed(lambda found: found.graph.ClearField("output")),
    "no weights": lambda: changed(lambda found: found.graph.ClearField("initializer")),
    "two inputs": lambda: made(NODE("Add", ["x", "x1"], ["y"]), inputs=2),
    "an input without a shape": lambda: changed(
        lambda found: found.graph.input[0].type.tensor_type.ClearField("shape")
    ),
    "an input without samples": lambda: changed(lambda found: input_dims(found, 4)),
    "an input of unknown size": lambda: changed(lambda found: input_dims(found, 1, 0, 0, 1)),
    "an input of negative size": lambda: changed(lambda found: input_dims(found, 1, -4, -4, 1)),
    "an input larger than any memory": lambda: changed(lambda found: input_dims(found, 1, 2**31, 2**31, 2**31)),
    "an input with a hundred axes": lambda: changed(lambda found: input_dims(found, *[1] * 100)),
    "an output that nothing makes": lambda: changed(lambda found: setattr(found.graph.output[0], "name", "nowhere")),
    "an output that is the input": lambda: made(NODE("Relu", ["y"], ["z"]), inputs=0),
    "a thousand outputs": lambda: changed(lambda found: found.graph.output.extend([found.graph.output[0]] * 1000)),
    "weights in /etc/passwd": lambda: changed(lambda found: elsewhere(found, "/etc/passwd")),
    "weights up the folders": lambda: changed(lambda found: elsewhere(found, "../../../secret")),
    "weights in a file beside it": lambda: changed(lambda found: elsewhere(found, "beside.bin")),
    "weights said to be elsewhere": lambda: changed(lambda found: setattr(weights(found), "data_location", 1)),
    "weights larger than they are": lambda: changed(lambda found: with_dims(found, 1000, 1000)),
    "weights larger than any memory": lambda: changed(lambda found: with_dims(found, 2**40, 2**40)),
    "weights of negative size": lambda: changed(lambda found: with_dims(found, -2, -9)),
    "weights that overflow": lambda: changed(lambda found: with_dims(found, 2**32, 2**32, 2**32)),
    "weights of no kind": lambda: changed(lambda found: setattr(weights(found), "data_type", 99)),
    "weights of texts": lambda: changed(lambda found: setattr(weights(found), "data_type", 8)),
    "weights without data": lambda: changed(lambda found: weights(found).ClearField("raw_data")),
    "weights cut short": lambda: changed(
        lambda found: setattr(weights(found), "raw_data", weights(found).raw_data[:-3])
    ),
    "weights twice": lambda: changed(twice),
    "weights that are not numbers": lambda: made(
        NODE("Gemm", ["x", "w"], ["y"]), w=np.full((4, 2), np.nan, np.float32)
    ),
    "weights beyond float32": lambda: made(NODE("Gemm", ["x", "w"], ["y"]), w=np.full((4, 2), 1e300)),
    "sparse weights": lambda: changed(lambda found: found.graph.sparse_initializer.add()),
    "nodes in a wrong order": lambda: changed(backwards),
    "a circle": lambda: changed(circle),
    "a value made twice": lambda: made(NODE("Relu", ["x"], ["y"]), NODE("Tanh", ["x"], ["y"])),
    "a node that makes its own input": lambda: made(NODE("Relu", ["x"], ["x"]), NODE("Tanh", ["x"], ["y"])),
    "a node without inputs": lambda: made(NODE("Relu", [], ["y"])),
    "a node without outputs": lambda: made(NODE("Relu", ["x"], [])),
    "a reshape without a shape": lambda: made(NODE("Reshape", ["x"], ["y"])),
    "a reshape to nothing": lambda: made(NODE("Reshape", ["x", "s"], ["y"]), s=np.array([0, 0])),
    "a reshape to a shape of texts": lambda: made(NODE("Reshape", ["x", "s"], ["y"]), s=np.array([0.5, -1.5])),
    "a reshape beyond all numbers": lambda: made(NODE("Reshape", ["x", "s"], ["y"]), s=np.array([1, 2**62, 2**62])),
    "axes that are not there": lambda: made(NODE("Transpose", ["x"], ["y"], perm=[0, 9])),
    "an attribute of another kind": lambda: made(NODE("Gemm", ["x", "w"], ["y"], transB="yes"), **DENSE),
    "a stride of zero": lambda: made(
        NODE("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[0, 0]), shape=(1, 4, 4)
    ),
    "a window of negative size": lambda: made(NODE("MaxPool", ["x"], ["y"], kernel_shape=[-2, 2]), shape=(1, 4, 4)),
    "a border without end": lambda: made(
        NODE("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], pads=[2**40] * 4), shape=(1, 4, 4)
    ),
    "a branch": branch,
    "branches in branches": nested,
    "code of somebody": lambda: made(
        NODE("PyOp", ["x"], ["y"], domain="ai.onnx.contrib", module="os", method="system")
    ),
    "an operator with a strange name": lambda: changed(strange_text),
    "constants that double without end": lambda: doubling(60),
    "a list of a billion": lambda: made(
        NODE("Gather", ["w", "i"], ["g"]), NODE("Add", ["x", "g"], ["y"]),
        w=np.zeros((1, 60_000), np.float32), i=np.zeros(60_000, np.int64),
    ),
    "nodes without end": lambda: made(
        *(NODE("Relu", [f"v{number}" if number else "x"], [f"v{number + 1}"]) for number in range(10_001)),
        NODE("Relu", ["v10001"], ["y"]),
    ),
    "weights used again and again": lambda: made(
        *(NODE("Gemm", [f"v{number}" if number else "x", "w"], [f"v{number + 1}"]) for number in range(400)),
        NODE("Relu", ["v400"], ["y"]), shape=(1024,), w=np.zeros((1024, 1024), np.float32),
    ),
}  # fmt: skip


def bytes_of(found: Any) -> bytes:
    return found if isinstance(found, bytes) else found.SerializeToString()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, entered."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(empty: Path, name: str) -> None:
    path = empty / "it.onnx"
    path.write_bytes(bytes_of(HOSTILE[name]()))
    with pytest.raises(StudioError) as caught:
        import_onnx(path)
    sentence = str(caught.value)
    assert "it.onnx" in sentence
    assert "\n" not in sentence
    assert sentence.isprintable()
    assert len(sentence) < 1500
    assert os.listdir(empty) == ["it.onnx"]


def test_there_are_more_than_forty() -> None:
    assert len(HOSTILE) >= 40


def test_a_file_that_was_cut_anywhere_is_refused(empty: Path) -> None:
    path = empty / "it.onnx"
    # What stands behind the graph is only told of it; a cut between two of those texts leaves a whole model.
    whole = len(changed(lambda found: found.ClearField("metadata_props")).SerializeToString())
    for length in range(0, whole, 7):
        path.write_bytes(GOOD[:length])
        with pytest.raises(StudioError):
            import_onnx(path)


def test_a_file_with_changed_bytes_is_read_or_refused(empty: Path) -> None:
    dice = random.Random(5)
    path = empty / "it.onnx"
    refused = 0
    for _ in range(400):
        content = bytearray(GOOD)
        for _ in range(dice.choice((1, 1, 4))):
            content[dice.randrange(len(content))] = dice.randrange(256)
        path.write_bytes(content)
        try:
            import_onnx(path)
        except StudioError:
            refused += 1
    assert refused > 50


def test_an_answer_comes_within_a_second_and_bounded_memory(empty: Path) -> None:
    path = empty / "it.onnx"
    slow = (
        "constants that double without end", "a list of a billion", "nodes without end",
        "weights larger than any memory", "weights used again and again",
    )  # fmt: skip
    for name in slow:
        path.write_bytes(bytes_of(HOSTILE[name]()))
        tracemalloc.start()
        begun = monotonic()
        with pytest.raises(StudioError):
            import_onnx(path)
        seconds, (_, peak) = monotonic() - begun, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert seconds < 5
        assert peak < 1 << 27


def test_a_folder_and_a_missing_file_are_refused(empty: Path) -> None:
    for path in (empty, empty / "nothing.onnx"):
        with pytest.raises(StudioError):
            import_onnx(path)
