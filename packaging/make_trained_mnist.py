"""Train the bundled network for handwritten digits: `python packaging/make_trained_mnist.py`, some five minutes.

It reads MNIST where `nnstudio data get mnist` puts it, or from the folder in NNSTUDIO_TEST_MNIST. It is the template
`mnist-lenet`, trained as `nnstudio train` does it, on images that are turned, zoomed and shifted a little at random,
for nobody draws exactly as the people of MNIST wrote.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

from nnstudio import api
from nnstudio.data.preparation.rotate import Rotate
from nnstudio.data.preparation.shift import Shift
from nnstudio.data.preparation.zoom import Zoom
from nnstudio.project.file import save_project
from nnstudio.training.session import Session

TARGET = Path(__file__).resolve().parent.parent / "resources" / "projects" / "mnist-trained.nns"
SEED, EPOCHS = 7, 12
LARGEST = 300_000  # Bytes.
VARIED = (Rotate(10.0), Zoom(0.1), Shift(1))


def made(source: str) -> api.Model:
    """The template with its weights, and nothing that only a training would need."""
    model = api.new("mnist-lenet")
    data = api.dataset(source)
    data = data.prepared_by((*VARIED, *data.preparation))
    model.train(data, show, seed=SEED, epochs=EPOCHS, schedule="cosine")
    right = model.evaluate(data).accuracy
    assert right is not None
    model.project = replace(
        model.project,
        data="mnist",
        best=None,
        checkpoint=None,
        title="MNIST, trained",
        description=f"A trained network for handwritten digits: draw one, and it answers; {right:.1%} of MNIST's test "
        "images right",
    )
    return model


def show(session: Session) -> None:
    """Tell how far the training is."""
    print(f"epoch {session.epoch}: {session.history.epochs[-1].train_accuracy:.2%}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    model = made(os.environ.get("NNSTUDIO_TEST_MNIST") or "mnist")
    save_project(model.project, TARGET)
    size = TARGET.stat().st_size
    print(f"{TARGET.name}: {size:,} bytes. {model.project.description}.")
    assert size <= LARGEST, "the file is too large to be bundled"
