"""Runs an exported ONNX file in onnxruntime; a process of its own for the proof."""

from pathlib import Path

import numpy as np

from nnstudio.export.running import Answer, Array, run


def load(path: Path) -> Answer:
    """Open the file for the processor alone."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def answer(batch: Array) -> tuple[Array, Array | None]:
        outputs, *logits = session.run(None, {"input": batch.astype(np.float32)})
        return outputs, logits[0] if logits else None

    return answer


if __name__ == "__main__":
    run(load)
