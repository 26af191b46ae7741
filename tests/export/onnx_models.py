"""Trained models to send out: any graph with random weights and gathered statistics, and what an ONNX file answers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.compiler.compile import compile_graph
from nnstudio.data.preparation.base import Preparation
from nnstudio.engine.losses import Loss
from nnstudio.engine.parameters import Parameters
from nnstudio.export.onnx_file import Onnx
from nnstudio.export.trained import About, Trained
from nnstudio.graph.graph import Graph

Array = NDArray[Any]


def trained(
    graph: Graph,
    steps: tuple[Preparation, ...] = (),
    stored: tuple[int, ...] | None = None,
    loss: Loss | None = None,
    classes: tuple[str, ...] = (),
    seed: int = 0,
) -> Trained:
    """A model with weights as if it had learned something."""
    plan = compile_graph(graph, loss)
    parameters = Parameters.initial(plan, seed)
    random = np.random.default_rng(seed)
    for name, numbers in parameters.named().items():
        if name.endswith("/variance"):
            numbers[...] = random.uniform(0.2, 2.0, numbers.shape)
        else:
            numbers += random.normal(0, 0.3, numbers.shape).astype(numbers.dtype)
    return Trained(plan, parameters.named(), steps, stored or plan.input_shape, classes, About(title="It", data="it"))


def samples_for(model: Trained, count: int = 5, seed: int = 1) -> Array:
    """Random samples as its data might store them."""
    return np.random.default_rng(seed).normal(0, 1, (count, *model.stored_shape)).astype(np.float32)


def onnx_bytes(model: Trained) -> bytes:
    """The model as an ONNX file."""
    (content,) = Onnx().files(model, "it").values()
    return content


def runtime_answers(content: bytes, samples: Array) -> list[Array]:
    """What onnxruntime says: the outputs and, of probabilities, the logits; one row each."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    found = session.run(None, {session.get_inputs()[0].name: samples.astype(np.float32)})
    return [each.reshape(len(samples), -1) for each in found]


def reference_answers(content: bytes, samples: Array) -> list[Array]:
    """The same of ONNX's own evaluator in NumPy."""
    import onnx
    from onnx.reference import ReferenceEvaluator

    session = ReferenceEvaluator(onnx.load_model_from_string(content))
    found = session.run(None, {session.input_names[0]: samples.astype(np.float32)})
    return [np.asarray(each).reshape(len(samples), -1) for each in found]
