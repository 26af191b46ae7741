"""nnstudio: build neural networks by pointing, watch them learn, take the weights away.

>>> import nnstudio as nn
>>> model = nn.model(nn.chain(nn.Input((2,)), nn.Dense(8), nn.Tanh(), nn.Dense(1), nn.Sigmoid()),
...                  data="circle", loss="binary_cross_entropy", optimizer="adam")
>>> session = model.train(epochs=5)

Everything is loaded when first used, so that `nnstudio --version` answers at once.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_FROM_API = ("Model", "dataset", "from_onnx", "load", "model", "new")


def __dir__() -> list[str]:
    layers = import_module("nnstudio.layers.base").layers().kinds().values()
    return sorted({*globals(), *_FROM_API, "chain", *(layer.__name__ for layer in layers)})


def __getattr__(name: str) -> Any:
    if name == "chain":
        return import_module("nnstudio.graph.edits").chain
    if name in _FROM_API:
        return getattr(import_module("nnstudio.api"), name)
    # Every layer by its class name; submodules are in small letters and find themselves.
    if name[:1].isupper():
        for layer in import_module("nnstudio.layers.base").layers().kinds().values():
            if layer.__name__ == name:
                return layer
    raise AttributeError(f"nnstudio has no {name}")
