"""Runs an exported ONNX file in the evaluator in NumPy that ONNX brings along; a process of its own for the proof."""

from pathlib import Path

import numpy as np

from nnstudio.export.running import Answer, Array, run


def load(path: Path) -> Answer:
    """Open the file."""
    from onnx.reference import ReferenceEvaluator

    session = ReferenceEvaluator(str(path))

    def answer(batch: Array) -> tuple[Array, Array | None]:
        outputs, *logits = map(np.asarray, session.run(None, {"input": batch.astype(np.float32)}))
        return outputs, logits[0] if logits else None

    return answer


if __name__ == "__main__":
    run(load)
