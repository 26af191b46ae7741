"""From a sheet of nodes to the bytes of an ONNX file, checked by ONNX's own checker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnstudio import __version__
from nnstudio.core.errors import StudioError
from nnstudio.core.onnx_sheet import OnnxSheet
from nnstudio.layers.shapes import Shape

if TYPE_CHECKING:
    from onnx import ModelProto, ValueInfoProto

INPUT, OUTPUT, LOGITS, SAMPLES = "input", "output", "logits", "samples"
OPSET = 20  # The first with Gelu; onnxruntime has it since 1.17.
FORMAT = 9  # The version of the file format that came with it.
LARGEST = 2**31 - 1  # Bytes of a file: what its encoding allows.
PRODUCER = "nnstudio"


@dataclass(frozen=True)
class Outlet:
    """Something that the model gives out: its name, the value behind it, and the shape of a sample."""

    name: str
    value: str
    shape: Shape


def bytes_of_model(sheet: OnnxSheet, input_shape: Shape, outlets: Sequence[Outlet], told: Mapping[str, str]) -> bytes:
    """The file; what goes out is named by its outlet."""
    if sum(array.nbytes for array in sheet.constants.values()) > LARGEST - (1 << 24):
        raise StudioError("An ONNX file holds at most 2 GiB, less than this model has. Export the weights instead.")
    from onnx import checker

    model = _model(sheet, input_shape, outlets)
    for name, value in told.items():
        model.metadata_props.add(key=name, value=value)
    checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _model(sheet: OnnxSheet, input_shape: Shape, outlets: Sequence[Outlet]) -> "ModelProto":
    from onnx import helper, numpy_helper

    made = {node.output for node in sheet.nodes}
    names = {each.value: each.name for each in outlets if each.value in made}
    nodes = [
        helper.make_node(
            node.operator, [names.get(each, each) for each in node.inputs], [names.get(node.output, node.output)],
            node.name, **dict[str, Any](node.attributes),
        )
        for node in sheet.nodes
    ]  # fmt: skip
    # What no node made, as the input, can only go out through one.
    nodes += [helper.make_node("Identity", [each.value], [each.name], each.name) for each in outlets
              if names.get(each.value) != each.name]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        PRODUCER,
        [_info(INPUT, input_shape)],
        [_info(each.name, each.shape) for each in outlets],
        [numpy_helper.from_array(array, name) for name, array in sheet.constants.items()],
    )
    return helper.make_model(
        graph, producer_name=PRODUCER, producer_version=__version__, ir_version=FORMAT,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )  # fmt: skip


def _info(name: str, shape: Shape) -> "ValueInfoProto":
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [SAMPLES, *shape])
