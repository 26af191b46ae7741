"""The export and the import of the command line: a model goes out with its proof, or comes in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from nnstudio import api
from nnstudio.arguments import UsageError
from nnstudio.core.errors import StudioError
from nnstudio.core.files import shown
from nnstudio.core.wording import counted
from nnstudio.export.base import exporters


@dataclass(frozen=True)
class CrossingJob:
    """What is told of it, in words and as plain values, and whether a proof failed."""

    text: str
    report: dict[str, Any]
    disproved: bool = False

    @classmethod
    def from_options(cls, given: Mapping[str, Any]) -> Self:
        """Do what the options say: a file comes in, or a project goes out."""
        if given.get("into") is not None:
            return cls._put_in(given)
        return cls._bring_in(given) if "file" in given else cls._export(given)

    @classmethod
    def _export(cls, given: Mapping[str, Any]) -> Self:
        """Write a project's model in another format; an unknown one is refused before anything is read."""
        exporters().find(given["to"])
        done = api.load(given["project"]).export(given["to"], given["output"], prove=given["proof"])
        lines = [f"Wrote {shown(given['output'])}"]
        others = [*done.files[1:], done.card]
        lines.append(f"Beside it: {', '.join(shown(each.name) for each in others)}")
        lines += [done.proof.sentence] if done.proof else []
        return cls("\n".join(lines), done.to_json(), done.proof is not None and done.proof.fails)

    @classmethod
    def _bring_in(cls, given: Mapping[str, Any]) -> Self:
        """Make a project of an ONNX file."""
        if given["output"] is None:
            raise UsageError("Say where to: -o FILE.nns for a project of an ONNX file, --into FILE.nns for weights.")
        path = _free(given)
        model = api.from_onnx(given["file"])
        model.save(path)
        rows = model.table()
        parameters = sum(row.parameters for row in rows)
        size = f"{counted(len(rows), 'layer')}, {counted(parameters, 'parameter')}"
        steps = [step.title for step in model.project.preparation or ()]
        report = {
            "project": str(path), "layers": [{"id": row.id, "layer": row.kind, "shape": row.shape} for row in rows],
            "parameters": parameters, "preparation": steps, "classes": list(model.project.class_names),
        }  # fmt: skip
        return cls(f"Made {shown(path)}: {size}", report)

    @classmethod
    def _put_in(cls, given: Mapping[str, Any]) -> Self:
        """Put the weights of a file into a project; one that they do not fit stays as it is."""
        path = Path(given["into"]) if given["output"] is None else _free(given)
        model = api.load(given["into"])
        found = model.import_weights(given["file"])
        model.save(path)
        size = f"{counted(len(found.weights), 'array')}, {counted(found.numbers, 'number')}"
        report = {
            "project": str(path), "weights": str(given["file"]), "naming": found.naming,
            "arrays": len(found.weights), "numbers": found.numbers, "notes": list(found.notes),
        }  # fmt: skip
        return cls("\n".join((f"Put the weights into {shown(path)}: {size}", *found.notes)), report)


def _free(given: Mapping[str, Any]) -> Path:
    """The file to make, which must not be there yet unless it may be replaced."""
    path = Path(given["output"])
    if os.path.exists(path) and not given["force"]:
        raise StudioError(f"{shown(path)} is there already. Choose another name, or add --force to replace it.")
    return path
