"""Runs an exported Keras model on samples, in a process of its own."""

from importlib import import_module
from pathlib import Path

from nnstudio.export.run_script import module_of
from nnstudio.export.running import Answer, Array, run


def load(path: Path) -> Answer:
    """A function from samples to the model's answers, and what goes into its last layer."""
    keras = import_module("keras")

    model = module_of(path).load()
    both = keras.Model(model.input, [model.output, model.layers[-1].input])

    def answer(samples: Array) -> tuple[Array, Array | None]:
        outputs, before = both.predict(samples, batch_size=len(samples), verbose=0)
        return outputs, before if before.shape == outputs.shape else None

    return answer


if __name__ == "__main__":
    run(load)
