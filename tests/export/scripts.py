"""Exported scripts, taken up as a user's program would take them."""

import io
import warnings
from collections.abc import Mapping
from inspect import signature
from typing import Any

from numpy.typing import NDArray

from nnstudio.export.base import exporters
from nnstudio.export.trained import Trained

Numbers = NDArray[Any]


def files_of(model: Trained, kind: str, stem: str = "model") -> Mapping[str, bytes]:
    return exporters().from_json({"kind": kind}).files(model, stem)


def namespace_of(source: bytes) -> dict[str, Any]:
    """The names that a script defines."""
    names: dict[str, Any] = {"__name__": "exported", "__file__": "model.py"}
    exec(compile(source, "model.py", "exec"), names)
    return names


def by_numpy(model: Trained, samples: Numbers) -> tuple[Numbers, Numbers | None]:
    """Answers and logits of the exported NumPy script."""
    files = files_of(model, "numpy")
    script = namespace_of(files["model.py"])
    weights = script["load"](io.BytesIO(files["model.npz"]))
    logits = script["logits"](samples, weights) if "logits" in script else None
    return script["answer"](samples, weights), logits


def by_torch(model: Trained, samples: Numbers) -> tuple[Numbers, Numbers | None]:
    """Answers and logits of the exported PyTorch module."""
    import torch
    from safetensors.torch import load

    files = files_of(model, "torch")
    network = namespace_of(files["model.py"])["Network"]()
    if model.plan.precision == "float64":
        network = network.double()
    network.load_state_dict(load(files["model.safetensors"]))
    network.eval()
    with torch.inference_mode():
        rows = torch.from_numpy(samples)
        return network.answer(rows).numpy(), network(rows).numpy()


def by_keras(model: Trained, samples: Numbers) -> tuple[Numbers, Numbers | None]:
    """Answers and logits of the exported Keras model."""
    files = files_of(model, "keras")
    script = namespace_of(files["model.py"])
    given = [{}, {"logits": True}] if "logits" in signature(script["load"]).parameters else [{}]
    with warnings.catch_warnings():
        # Keras's own: of NumPy's interface, and of a softmax over a single number.
        warnings.simplefilter("ignore")
        found = [script["load"](io.BytesIO(files["model.npz"]), **each).predict(samples, verbose=0) for each in given]
    return found[0], found[-1] if len(found) > 1 else None
