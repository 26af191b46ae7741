"""The studio from Python: load or build a model, check, train, evaluate, predict, save and export it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnstudio.classify.network import Network
from nnstudio.classify.recognition import Recognition
from nnstudio.classifying import classified, network_of
from nnstudio.compiler.compile import compile_graph
from nnstudio.compiler.problems import Facts, Problem, find_problems
from nnstudio.core.errors import DataError, StudioError
from nnstudio.data.arrays import from_arrays
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.base import prepared, shape_after
from nnstudio.data.sources import open_data
from nnstudio.data.split import Shares, split
from nnstudio.engine.engine import predict
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.plan import Plan
from nnstudio.export.base import exporters
from nnstudio.export.proof import Wanted, always
from nnstudio.export.trained import Trained
from nnstudio.export.writing import Exported, export
from nnstudio.exporting import figures_of, project_of, samples_to_prove, trained_of
from nnstudio.graph.graph import Graph
from nnstudio.graph.inference import infer_shapes
from nnstudio.graph.table import Row as Row
from nnstudio.graph.table import table_of
from nnstudio.importing.onnx_import import import_onnx
from nnstudio.importing.weight_import import ImportedWeights, import_weights
from nnstudio.layers.shapes import Array, size_of
from nnstudio.project.file import load_project, save_project
from nnstudio.project.project import UNLEARNED, Project
from nnstudio.project.templates import load_template
from nnstudio.training.evaluation import Evaluation, evaluate
from nnstudio.training.session import Session
from nnstudio.training.settings import Settings


@dataclass(eq=False)
class Model:
    """A project in the hand: every method works on it, and `train` puts the weights into it."""

    project: Project
    arrays: DataSet | None = None
    """The data of the last training, where it has no name to find it again by."""

    def data(self, source: str | DataSet | None = None) -> DataSet:
        """The data set of that name, file or folder; by default the project's own."""
        if isinstance(source, DataSet):
            return source
        if source is None and self.arrays is not None:
            return self.arrays
        if source is None and self.project.points is not None:
            return self._prepared(self.project.points.data())
        if not source and not self.project.data:
            raise DataError("It is not known which data this model is to learn. Name one, or give a data set.")
        found = open_data(source or self.project.data, self.project.settings.seed)
        return found if source else self._prepared(found)

    def _prepared(self, found: DataSet) -> DataSet:
        steps = self.project.preparation
        return found if steps is None else found.prepared_by(steps)

    def problems(self, data: DataSet | None = None) -> tuple[Problem, ...]:
        """Everything that keeps the model from training, each on its node."""
        return find_problems(self.project.graph, self.project.settings.loss, facts_of(data) if data else None)

    def table(self) -> list[Row]:
        """Every layer with its output shape, parameters and multiplications."""
        graph = self.project.graph
        return table_of(graph, infer_shapes(graph))

    def plan(self, data: DataSet | None = None) -> Plan:
        """The compiled model, or an error that names every problem."""
        settings = self.project.settings
        batch = settings.batch_of(len(data.part("train"))) if data else settings.batch_size
        return compile_graph(
            self.project.graph, settings.loss, batch, settings.precision, facts_of(data) if data else None
        )

    def session(self, data: str | DataSet | None = None, threads: int | None = None, resume: bool = False) -> Session:
        """A training that can be stepped by hand; close it at the end. Resumed, it stands where it was left."""
        found = self.data(data)
        session = Session(self.plan(found), found, self.project.settings, threads=threads)
        if resume:
            if self.project.checkpoint is None:
                session.close()
                raise StudioError("There is no unfinished training to resume. Train without resuming.")
            try:
                session.restore(self.project.checkpoint, self.project.best)
            except BaseException as error:
                session.close()
                if isinstance(error, LookupError | TypeError | ValueError | AttributeError):
                    raise StudioError("The unfinished training is damaged. Train without resuming.") from None
                raise
        return session

    def train(
        self, data: str | DataSet | None = None, on_epoch: Callable[[Session], None] | None = None, **settings: Any
    ) -> Session:
        """Train to the end; settings such as `epochs=5` or `optimizer="adam"` are kept in the project."""
        self.configure(**settings)
        if data is not None:
            self._remember(data)
        with self.session(data) as session:
            while not session.finished:
                session.run_epoch()
                if on_epoch:
                    on_epoch(session)
            self.keep(session)
        return session

    def _remember(self, data: str | DataSet) -> None:
        """The weights will belong to this data: it is what `evaluate` should find."""
        self.arrays = None if isinstance(data, str) else data
        self.project = replace(self.project, data=data if isinstance(data, str) else "", points=None, preparation=None)

    def configure(self, **settings: Any) -> None:
        """Change settings of the project."""
        if settings:
            kept = {**vars(self.project.settings), **settings}
            self.project = replace(self.project, settings=Settings.from_fields(kept))

    def keep(self, session: Session, resumable: bool = False) -> None:
        """Put a session's weights and history into the project, and with `resumable` all it needs to go on."""
        self.project = replace(
            self.project,
            weights={name: array.copy() for name, array in session.parameters.named().items()},
            history=tuple(session.history.epochs),
            preparation=session.data.preparation,
            class_names=tuple(name[:1000] for name in session.data.class_names),
            best=session.best,
            checkpoint=session.checkpoint() if resumable else None,
        )

    def evaluate(self, data: str | DataSet | None = None, part: str = "test") -> Evaluation:
        """Every figure of the trained model on a part of the data."""
        found = self.data(data)
        if self.project.preparation is not None:
            # As the weights know their inputs: what the steps learned of the training samples holds for any others.
            found = replace(found, preparation=self.project.preparation)
        # Samples of another shape are the greater mistake, and the plan tells it.
        if self.project.class_names and size_of(found.sample_shape) == size_of(self.plan().input_shape):
            found = found.in_terms_of(self.project.class_names)
        plan = self.plan(found)
        return evaluate(plan, self.parameters(plan), found, part)

    def predict(self, inputs: ArrayLike) -> Array:
        """The outputs for inputs as the data stores them, (samples, *shape); they are prepared as in training."""
        plan = self.plan()
        inputs = _numbers(inputs)
        wanted = size_of(plan.input_shape)
        if inputs.ndim < 2 or wanted not in (inputs[:1].size or wanted, self._size_prepared(inputs)):
            raise StudioError(
                f"The model reads samples of {wanted:,} numbers, but the inputs have the shape {inputs.shape}. "
                "Give one row, or one image, for each sample."
            )
        parameters = self.parameters(plan)
        if not len(inputs):
            return np.empty((0, *plan.steps[plan.output].shape), plan.dtype)
        return predict(plan, parameters, prepared(self.project.preparation or (), inputs, plan.dtype))

    def network(self, alone: bool = False) -> Network:
        """The trained model as one asks it. It needs no data, but knows more of its pictures where there is some, and
        looks for it unless it shall be `alone`."""
        data = None if alone else self._data_if_there()
        plan = self.plan()
        return network_of(self.project, plan, self.parameters(plan), data)

    def classify(self, picture: ArrayLike | str | Path, stages: str = "all") -> Recognition:
        """What the model takes a picture for: an array in grey or RGB, or a file.

        `stages` says what is done to it on the way: all, none, or a list such as crop,invert.
        """
        return classified(self.network(), [picture], stages)[0]

    def _size_prepared(self, inputs: Array) -> int:
        """How many numbers a sample has once it is prepared: a one-hot code has more than are stored."""
        try:
            return size_of(shape_after(self.project.preparation or (), inputs.shape[1:]))
        except DataError:
            return 0

    def parameters(self, plan: Plan | None = None) -> Parameters:
        """The trained weights, laid out for the engine."""
        plan = plan or self.plan()
        if self.project.weights is None:
            raise StudioError("The model is not trained yet. Train it first.")
        made = Parameters.initial(plan, self.project.settings.seed)
        made.fill(self.project.weights)
        return made

    def save(self, path: str | Path) -> None:
        """Save the project: the old file or the new one is there, never half of one."""
        save_project(self.project, Path(path))

    def export(self, to: str, path: str | Path, prove: bool = True, wanted: Wanted = always, **given: Any) -> Exported:
        """Write the trained model in a format of others, such as onnx, torch or npz, with a card and a proof.

        For the proof a fresh process loads what was written and answers test samples, as long as it is `wanted`.
        """
        exporter = exporters().from_json({**given, "kind": to})
        data = self._data_if_there()
        trained = self.trained(data)
        return export(trained, exporter, Path(path), samples_to_prove(trained, data) if prove else None, wanted)

    def trained(self, data: DataSet | None = None) -> Trained:
        """The model as the export formats get it; from the data comes the shape of samples before they are prepared."""
        plan = self.plan()
        self.parameters(plan)
        return trained_of(self.project, plan, data, figures_of(self.project, self._figures(data)))

    def import_weights(self, path: str | Path) -> ImportedWeights:
        """Take over the weights of an npz or safetensors file: ours, or an exported PyTorch module's or Keras model's.

        If they do not fit, an error lists why, and nothing is changed.
        """
        found = import_weights(self.plan(), Path(path))
        self.project = replace(self.project, **{**UNLEARNED, "weights": found.weights})
        data = self._data_if_there() if self.project.preparation is None else None
        if data is not None:
            self.project = replace(self.project, preparation=data.preparation, class_names=data.class_names)
        return found

    def _data_if_there(self) -> DataSet | None:
        try:
            return self.data()
        except StudioError:
            return None

    def _figures(self, data: DataSet | None) -> Evaluation | None:
        try:
            return None if data is None else self.evaluate(data)
        except StudioError:
            return None


def _numbers(inputs: ArrayLike) -> Array:
    try:
        array = np.asarray(inputs)
    except ValueError:
        raise StudioError("The inputs are rows of different lengths. Give each sample as many numbers.") from None
    if array.dtype.kind not in "buif":
        raise StudioError("The inputs are not numbers. Give one row of numbers, or one image, for each sample.")
    return array


def load(path: str | Path) -> Model:
    """Open a project file."""
    return Model(load_project(Path(path)))


def from_onnx(path: str | Path) -> Model:
    """A model out of an ONNX file, with its weights; where layers are missing here, an error lists all of them."""
    return Model(project_of(import_onnx(Path(path))))


def new(template: str) -> Model:
    """Begin from a template."""
    return Model(load_template(template))


def dataset(
    source: str | Path | ArrayLike,
    targets: ArrayLike | None = None,
    *,
    validation: float = 0.16,
    test: float = 0.2,
    seed: int = 0,
    **details: Any,
) -> DataSet:
    """A data set by its name, file or folder, with options after commas; or from arrays, divided by share and seed.

    >>> dataset([[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"], name="my xor").class_names
    ('no', 'yes')
    """
    if targets is None:
        if not isinstance(source, str | Path):
            raise DataError("Arrays of inputs need their targets. Give them as the second argument.")
        return open_data(str(source), seed)
    found = split(from_arrays(source, targets, **details), Shares(validation, test, seed))  # type: ignore[arg-type]
    return found.prepared_by(found.preparation)


def model(graph: Graph, data: str = "circle", **settings: Any) -> Model:
    """A model from a graph, such as `chain(Input((2,)), Dense(8), Tanh(), Dense(1), Sigmoid())`."""
    return Model(Project(graph, Settings.from_fields(settings), data))


def facts_of(data: DataSet) -> Facts:
    """What the compiler must know of a data set."""
    return Facts(data.name, data.sample_shape, data.outputs, data.classifies, data.no_and_yes)
