"""An ONNX file, read within bounds into plain values: nothing in it is executed, and no other file is opened."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.core.extras import how_to_install
from nnstudio.core.files import opened, shown
from nnstudio.layers.shapes import Array, Shape

LARGEST = 1 << 30  # Bytes of a file.
MOST_NODES = 10_000
MOST_OUTPUTS = 16
MOST_NUMBERS = 1 << 28  # Of one array.
MOST_AXES = 8
LONGEST_TEXT = 4_000
EXTERNAL = 1
# ONNX's number for a kind, how its raw bytes read, and the field that else holds it.
KINDS = {
    1: ("<f4", "float_data"), 11: ("<f8", "double_data"), 7: ("<i8", "int64_data"), 6: ("<i4", "int32_data"),
    2: ("u1", "int32_data"), 3: ("i1", "int32_data"), 9: ("?", "int32_data"), 10: ("<f2", "int32_data"),
}  # fmt: skip
HALF = 10
INSTALL = f"ONNX files need the package onnx. {how_to_install('onnx')}"
Proto = Any  # A message of the package onnx, whose own types say nothing of its fields.


class Damaged(Exception):
    """The file is not what it should be; the text says why, for a sentence that names the file."""


@dataclass(frozen=True)
class FileNode:
    """One node, as the file has it."""

    name: str
    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class OnnxFile:
    """What is in a file: nodes in order, constants, the one input with the shape of a sample, outputs, and texts."""

    nodes: tuple[FileNode, ...]
    constants: Mapping[str, Array]
    input: str
    shape: Shape
    batch: int
    outputs: tuple[str, ...]
    version: int
    producer: str
    texts: Mapping[str, str]


def read_onnx(path: Path) -> OnnxFile:
    """Read a file; a StudioError says what is wrong with it."""
    try:
        import onnx
    except ImportError:
        raise StudioError(INSTALL) from None
    from google.protobuf.message import DecodeError

    try:
        with opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST:
                raise Damaged(f"it is larger than {LARGEST >> 30} GiB")
            content = file.read(size)
        return _file(_parsed(onnx.ModelProto(), content))
    except (DecodeError, UnicodeDecodeError, RecursionError):
        raise StudioError(f"{shown(path)} is not an ONNX file, or is cut short. Export it again.") from None
    except Damaged as why:
        raise StudioError(f"{shown(path)} cannot be imported: {why}.") from None
    except MemoryError:
        raise StudioError(f"{shown(path)} does not fit into memory. Close other programs first.") from None


def _parsed(model: Proto, content: bytes) -> Proto:
    if not content:
        raise Damaged("it is empty")
    model.ParseFromString(content)
    return model


def _file(model: Proto) -> OnnxFile:
    graph = model.graph
    if not graph.node or not model.opset_import:
        raise Damaged("it holds no model")
    if len(graph.node) > MOST_NODES:
        raise Damaged(f"it has {len(graph.node):,} nodes; {MOST_NODES:,} are the most")
    if graph.sparse_initializer:
        raise Damaged("it has sparse weights, which are not known here")
    constants = {each.name: array_of(each) for each in graph.initializer}
    if len(constants) < len(graph.initializer):
        raise Damaged("two of its arrays have the same name")
    if len(graph.output) > MOST_OUTPUTS or not all(node.output for node in graph.node):
        raise Damaged("it has outputs without end, or nodes without any")
    nodes = tuple(map(_node, graph.node))
    _check_names(nodes, constants, [each.name for each in graph.input])
    doors = [each for each in graph.input if each.name not in constants]
    if len(doors) != 1:
        raise Damaged(f"it has {len(doors)} inputs; a model here has one")
    batch, shape = _door(doors[0])
    versions = [each.version for each in model.opset_import if each.domain in ("", "ai.onnx")]
    texts = {each.key[:100]: each.value[:LONGEST_TEXT] for each in model.metadata_props[:100]}
    outputs = tuple(each.name for each in graph.output)
    return OnnxFile(
        nodes, constants, doors[0].name, shape, batch, outputs, max(versions, default=1), model.producer_name, texts
    )


def _check_names(nodes: Iterable[FileNode], constants: Mapping[str, Array], inputs: list[str]) -> None:
    """Every value is made once, and before it is read."""
    known = {"", *constants, *inputs}
    for node in nodes:
        missing = next((each for each in node.inputs if each not in known), None)
        if missing is not None:
            raise Damaged(f"its node {node.name} reads {_text(missing)}, which nothing makes before it")
        made = [each for each in node.outputs if each]
        if len({*made} - known) < len(made):
            raise Damaged(f"its node {node.name} makes what is there already")
        known.update(made)


def _node(node: Proto) -> FileNode:
    operator = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
    name = node.name or next(iter(node.output), "")
    attributes = {each.name: _attribute(each) for each in node.attribute}
    return FileNode(_text(name), _text(operator), tuple(node.input), tuple(node.output), attributes)


def _attribute(each: Proto) -> Any:
    """Its value; of a kind that no layer asks for, such as a whole graph, None."""
    match each.type:
        case 1:
            return each.f
        case 2:
            return each.i
        case 3:
            return each.s.decode("utf-8", "replace")[:LONGEST_TEXT]
        case 4:
            return array_of(each.t)
        case 6:
            return tuple(each.floats)
        case 7:
            return tuple(each.ints)
    return None


def _door(door: Proto) -> tuple[int, Shape]:
    """How many samples the input takes, 0 for any, and the shape of each."""
    first, *rest = door.type.tensor_type.shape.dim or (None,)
    sizes = tuple(each.dim_value for each in rest)
    if first is None or not sizes:
        raise Damaged("its input has no axis for samples and their numbers")
    if len(sizes) > MOST_AXES or min(sizes) < 1 or prod(sizes) > MOST_NUMBERS:
        raise Damaged("the size of its input is not fixed, or not one that fits; export it with a fixed size")
    return max(first.dim_value, 0), sizes


def array_of(tensor: Proto) -> Array:
    """The numbers of an array; they must be there, all of them."""
    if tensor.data_location == EXTERNAL or tensor.external_data:
        raise Damaged("it keeps its weights in another file; save it as one file")
    kind, shape = KINDS.get(tensor.data_type), tuple(tensor.dims)
    if kind is None:
        raise Damaged(f"its array {_text(tensor.name)} holds no plain numbers")
    if len(shape) > MOST_AXES or min(shape, default=1) < 0 or prod(shape) > MOST_NUMBERS:
        raise Damaged(f"its array {_text(tensor.name)} has a size that does not fit")
    dtype = np.dtype(kind[0])
    # Once: every look makes a copy.
    raw = tensor.raw_data
    if raw:
        if len(raw) != prod(shape) * dtype.itemsize:
            raise Damaged(f"its array {_text(tensor.name)} is not as large as it says")
        return np.frombuffer(raw, dtype).reshape(shape)
    field = getattr(tensor, kind[1])
    if len(field) != prod(shape):
        raise Damaged(f"its array {_text(tensor.name)} is not as large as it says")
    if tensor.data_type == HALF:
        return np.array(field, np.int64).astype(np.uint16).view(dtype).reshape(shape)
    return np.array(field).astype(dtype).reshape(shape)


def _text(name: str) -> str:
    return shown(name) or "without a name"
