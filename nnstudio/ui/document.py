"""The document: a project with its history of edits. Views follow its signals and never change one another."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from nnstudio.compiler.problems import Problem, find_problems
from nnstudio.graph.diff import difference
from nnstudio.graph.graph import Graph
from nnstudio.graph.inference import Shapes, infer_shapes
from nnstudio.project.project import UNLEARNED, Project
from nnstudio.training.settings import Settings

LEARNED = (*UNLEARNED, "class_names", "preparation")


@dataclass(frozen=True)
class Findings:
    """What is known of a project's model: the shape on every wire and every problem. Found out when first asked."""

    graph: Graph
    settings: Settings

    @cached_property
    def shapes(self) -> Shapes:
        """What comes out of every layer, or why not."""
        return infer_shapes(self.graph)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, those of the wiring first."""
        return find_problems(self.graph, self.settings.loss)


class Document(QObject):
    """One open project. Every change goes through `edit` or `change` and can be undone."""

    graph_changed = Signal(object)
    """A Difference, after the graph has changed."""
    project_changed = Signal(object)
    """The Project, after anything of it has changed."""
    path_changed = Signal(object)
    """The Path under which the project is saved, or None."""
    modified_changed = Signal(bool)

    def __init__(self, project: Project | None = None, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project or Project()
        self._path = path
        self._findings = Findings(self._project.graph, self._project.settings)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._tell_modified)

    @property
    def project(self) -> Project:
        """The present value."""
        return self._project

    @property
    def graph(self) -> Graph:
        """The present graph."""
        return self._project.graph

    @property
    def findings(self) -> Findings:
        """Shapes and problems of the present graph."""
        return self._findings

    @property
    def path(self) -> Path | None:
        """Where the project is saved."""
        return self._path

    @property
    def modified(self) -> bool:
        """Whether there is something to save."""
        return not self.undo_stack.isClean()

    def edit(self, name: str, graph: Graph, merge: str = "") -> None:
        """Put an edited graph in place of the present one. Edits in a row with the same `merge` are one."""
        if graph == self.graph:
            return
        changed = replace(self._project, graph=graph)
        if _different_model(self.graph, graph):
            # The weights belong to the network as it was; undo brings both back.
            changed = replace(changed, **UNLEARNED)
        self._push(name, changed, merge)

    def change(self, name: str, merge: str = "", **fields: Any) -> None:
        """Change other parts of the project, such as its settings."""
        self._push(name, replace(self._project, **fields), merge)

    def apply(self, name: str, project: Project) -> None:
        """Put another project in place of the present one, as one edit."""
        if project is not self._project:
            self._push(name, project, "")

    def undo(self) -> None:
        """Go one edit back."""
        self.undo_stack.undo()

    def redo(self) -> None:
        """Go one edit forward again."""
        self.undo_stack.redo()

    def saved(self, path: Path) -> None:
        """The present state is in a file now."""
        self.undo_stack.setClean()
        if path != self._path:
            self._path = path
            self.path_changed.emit(path)

    def keep(self, project: Project) -> None:
        """Take over what a training has learned; that is no edit, so it is not undone."""
        self._show(project)
        self.undo_stack.resetClean()

    def swap_in(self, project: Project, exactly: bool) -> None:
        """Show another state of the history. Unless `exactly`, what was learned since stays where the model is the
        same."""
        if not exactly and not _different_model(self.graph, project.graph):
            # What belongs to the data goes with the data.
            kept = LEARNED if _same_data(self._project, project) else UNLEARNED
            project = replace(project, **{name: getattr(self._project, name) for name in kept})
        self._show(project)

    def _push(self, name: str, project: Project, merge: str) -> None:
        self.undo_stack.push(_Swap(self, name, self._project, project, merge))

    def _show(self, project: Project) -> None:
        before, self._project = self._project, project
        if project.graph is not before.graph or project.settings is not before.settings:
            self._findings = Findings(project.graph, project.settings)
        if project.graph is not before.graph and (change := difference(before.graph, project.graph)):
            self.graph_changed.emit(change)
        self.project_changed.emit(project)

    def _tell_modified(self, clean: bool) -> None:
        self.modified_changed.emit(not clean)


class _Swap(QUndoCommand):
    """An edit: two projects, of which one is shown. Computed before it is pushed, so it cannot fail."""

    def __init__(self, document: Document, name: str, before: Project, after: Project, merge: str) -> None:
        super().__init__(name)
        self._document, self._before, self._after, self._merge = document, before, after, merge

    def redo(self) -> None:
        self._document.swap_in(self._after, self._learned)

    def undo(self) -> None:
        self._document.swap_in(self._before, self._learned)

    @property
    def _learned(self) -> bool:
        """Whether the edit is about what was learned, as a weight that was set by hand."""
        return any(getattr(self._before, name) is not getattr(self._after, name) for name in LEARNED)

    def id(self) -> int:
        return hash(self._merge) & 0x7FFFFFFF if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Swap) or other._merge != self._merge:
            return False
        self._after = other._after
        return True


def _same_data(old: Project, new: Project) -> bool:
    return (old.data, old.points) == (new.data, new.points)


def _different_model(old: Graph, new: Graph) -> bool:
    """Whether it computes something else, or with other weights; places, names and groups do not matter."""
    if old.wires != new.wires:
        return True
    return [(node.id, node.layer) for node in old.nodes] != [(node.id, node.layer) for node in new.nodes]
