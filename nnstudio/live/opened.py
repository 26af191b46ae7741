"""The data of a project, opened once: a change of the model need not read it again."""

from dataclasses import replace

from nnstudio.api import Model
from nnstudio.classify.cases import stamp_of
from nnstudio.data.dataset import DataSet
from nnstudio.data.preparation.base import Preparation
from nnstudio.project.project import Project


class Opened:
    """Remembers the last data set, as it was read and as it was prepared."""

    def __init__(self) -> None:
        self._source: tuple[object, ...] | None = None
        self._read: DataSet | None = None
        self._steps: tuple[Preparation, ...] | None = None
        self._prepared: DataSet | None = None

    def data(self, project: Project) -> DataSet:
        """The project's data with its own steps, or as the data brings them."""
        # Drawings may have been added to a folder of pictures.
        source = project.data, project.settings.seed, project.points, stamp_of(project.data)
        if self._read is None or source != self._source:
            # Forgotten first: two large sets at a time might not fit.
            self._source = self._read = self._prepared = None
            self._read = Model(replace(project, preparation=None)).data()
            self._source = source
        if project.preparation is None:
            return self._read
        if self._prepared is None or project.preparation != self._steps:
            self._prepared = self._read.prepared_by(project.preparation)
            self._steps = project.preparation
        return self._prepared

    def forget(self) -> None:
        """Read anew next time, as after a file was missing."""
        self._source = self._read = self._prepared = None
