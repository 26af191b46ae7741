"""Runs an exported PyTorch module on samples, in a process of its own."""

from importlib import import_module
from pathlib import Path

from nnstudio.export.run_script import module_of
from nnstudio.export.running import Answer, Array, run


def load(path: Path) -> Answer:
    """A function from samples to the module's answers."""
    torch = import_module("torch")

    network = module_of(path).load()

    def answer(samples: Array) -> tuple[Array, Array | None]:
        with torch.inference_mode():
            logits = network(torch.from_numpy(samples))
            finished = network.finish(logits) if hasattr(network, "finish") else logits
            return finished.numpy(), logits.numpy()

    return answer


if __name__ == "__main__":
    run(load)
