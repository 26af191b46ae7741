"""nnstudio: build neural networks by pointing, watch them learn, take the weights away.

>>> import nnstudio as nn
>>> model = nn.model(nn.chain(nn.Input((2,)), nn.Dense(8), nn.Tanh(), nn.Dense(1), nn.Sigmoid()),
...                  data="circle", loss="binary_cross_entropy", optimizer="adam")
>>> session = model.train(epochs=5)

Everything is loaded when first used, so that `nnstudio --version` answers at once.
"""

from typing import Any

__version__ = "0.1.0"

_FROM_API = ("Model", "load", "model", "new")


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    if name == "chain":
        from nnstudio.graph.edits import chain

        return chain
    from nnstudio import api

    found = getattr(api, name) if name in _FROM_API else api.layer_classes().get(name)
    if found is None:
        raise AttributeError(f"nnstudio has no {name}")
    return found
