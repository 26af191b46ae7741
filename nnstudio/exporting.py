"""From a project to a model on its way out, with samples to prove it by; and from one that came in to a project."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from nnstudio.classify.stored import Stored
from nnstudio.core.errors import DataError
from nnstudio.data.dataset import PARTS, DataSet
from nnstudio.data.preparation.base import Preparation, shape_after
from nnstudio.engine.losses import losses
from nnstudio.engine.plan import Plan
from nnstudio.export.proof import MOST, Samples
from nnstudio.export.trained import About, Pictures, Trained
from nnstudio.importing.onnx_import import Imported
from nnstudio.layers.shapes import Shape, shown, size_of
from nnstudio.project.project import Project
from nnstudio.training.evaluation import Evaluation
from nnstudio.training.settings import Settings

RANDOM = 256  # Samples that are made up where there is no data.


def trained_of(project: Project, plan: Plan, data: DataSet | None, figures: Mapping[str, str]) -> Trained:
    """A project's network with its weights, as the formats get it; ValueError where it has none."""
    if project.weights is None:
        raise ValueError("The project has no weights.")
    steps = project.preparation
    if steps is None:
        steps = data.preparation if data is not None else ()
    known = data is not None and fits(data, steps, plan)
    shape = data.stored_shape if data is not None and known else _stored_shape(steps, plan.input_shape)
    names = project.class_names or (data.class_names if data is not None else ())
    weights = {name: np.ascontiguousarray(array, plan.dtype) for name, array in project.weights.items()}
    pictures = _pictures(data if known else None, steps, shape)
    return Trained(plan, weights, steps, shape, names, _about(project, data, figures), pictures)


def _pictures(data: DataSet | None, steps: Sequence[Preparation], shape: Shape) -> Pictures | None:
    """How samples are pictures, from the data or, without it, from what is done to them; None where they are none."""
    try:
        stored = Stored.of_data(data) if data is not None else Stored.guessed(shape, steps)
    except DataError:
        return None
    return Pictures(*stored.picture, stored.low, stored.high)


def _about(project: Project, data: DataSet | None, figures: Mapping[str, str]) -> About:
    settings = project.settings
    return About(
        title=project.title,
        description=project.description,
        # By its name: where a folder lies on this computer is nobody else's business.
        data=data.name if data is not None else project.data.partition(",")[0].replace("\\", "/").rpartition("/")[2],
        seed=settings.seed,
        date=date.today().isoformat(),
        settings=settings.to_json(),
        figures=figures,
    )


def figures_of(project: Project, evaluation: Evaluation | None) -> dict[str, str]:
    """What was measured, in words."""
    found: dict[str, str] = {}
    if project.history:
        epoch = project.history[-1]
        found["Epochs"] = f"{len(project.history):,}"
        found["Training loss"] = f"{epoch.train_loss:.4f}"
        shares = {"Training accuracy": epoch.train_accuracy, "Validation accuracy": epoch.validation_accuracy}
        found |= {name: f"{share:.2%}" for name, share in shares.items() if share is not None}
    if evaluation is not None:
        found["Test samples"] = f"{evaluation.count:,}"
        found["Test loss"] = f"{evaluation.loss:.4f}"
        if evaluation.accuracy is not None:
            found["Test accuracy"] = f"{evaluation.accuracy:.2%}"
        if evaluation.r_squared is not None:
            found["Test R²"] = f"{evaluation.r_squared:.4f}"
    return found


def samples_to_prove(trained: Trained, data: DataSet | None) -> Samples:
    """Test samples as they are stored, or of another part where there are none; made up where there is no data."""
    if data is not None and fits(data, trained.preparation, trained.plan):
        for part in reversed(PARTS):
            picks = data.part(part)[:MOST]
            if len(picks):
                return Samples(np.ascontiguousarray(data.inputs[picks]), f"{part} samples of {shown_name(data.name)}")
    made_up = np.random.default_rng(0).random((RANDOM, *trained.stored_shape), np.float32)
    return Samples(made_up, "made-up samples, since the data is not on this computer")


def shown_name(name: str) -> str:
    """A data set's name in one line."""
    return name if name.isprintable() else ascii(name)[1:-1]


def fits(data: DataSet, steps: Sequence[Preparation], plan: Plan) -> bool:
    """Whether samples of this data, prepared, are what the network reads."""
    try:
        return size_of(shape_after(steps, data.stored_shape)) == size_of(plan.input_shape)
    except DataError:
        return False


def _stored_shape(steps: Sequence[Preparation], wanted: Shape) -> Shape:
    """The shape of a stored sample, where no data tells it: the network's, or the same without lists of ones."""
    for shape in (wanted, wanted[:-1]):
        try:
            if shape and size_of(shape_after(steps, shape)) == size_of(wanted):
                return shape
        except DataError:
            continue
    raise DataError(
        f"It is not known how samples are stored before they are prepared as {shown(wanted)}. "
        "Make the data available, and export again."
    )


def project_of(imported: Imported) -> Project:
    """A project around a model that came in, with the loss that its last layer asks for; its data is not known."""
    last = imported.graph.sinks()[-1].layer
    asked = [kind for kind, loss in losses().kinds().items() if loss.only_through and last.kind in loss.through]
    settings = Settings.from_fields({"loss": asked[0]} if asked else {})
    return Project(
        imported.graph, settings, data="", title=imported.title, preparation=imported.preparation,
        class_names=imported.class_names, weights=imported.weights,
    )  # fmt: skip
