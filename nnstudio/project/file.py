"""The project file, NAME.nns: saved whole or not at all, read within bounds, nothing in it ever executed."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
import numpy as np
from msgspec import Meta
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from nnstudio.core.errors import ProjectError
from nnstudio.core.files import opened, shown, write_atomically
from nnstudio.layers.shapes import Array
from nnstudio.project.container import LARGEST, Damaged, pack, unpack
from nnstudio.project.project import Project
from nnstudio.project.stored import NewerVersion, decode, encode
from nnstudio.training.best import Best
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.history import Epoch


def save_project(project: Project, path: Path) -> None:
    """Save a project; the old file or the new one is there, never half of one."""
    try:
        content = bytes_of_project(project)
    except Damaged as why:
        raise ProjectError(f"{shown(path)} cannot be saved: {_printable(why)}. Change it, and save again.") from None
    write_atomically(Path(path), content, ProjectError)


def load_project(path: Path) -> Project:
    """Open a project file."""
    try:
        with opened(Path(path), ProjectError) as file:
            return _project_in(file)
    except NewerVersion as why:
        raise ProjectError(f"{shown(path)} cannot be opened: {_printable(why)}. Install a newer nnstudio.") from None
    except Damaged as why:
        raise ProjectError(
            f"{shown(path)} cannot be opened: {_printable(why)}. Open an earlier copy, or mend it."
        ) from None
    except MemoryError:
        raise ProjectError(f"{shown(path)} does not fit into memory. Close other programs first.") from None


def bytes_of_project(project: Project) -> bytes:
    """The content of a project's file, always the same for the same project; Damaged if it could not be read again."""
    members = {"project.json": encode(project)}
    decode(members["project.json"])
    if project.history:
        members["history.json"] = msgspec.json.encode(list(project.history))
        _history(members["history.json"])
    if project.weights is not None:
        members["weights.safetensors"] = _arrays_to_bytes(project.weights)
    if project.best is not None:
        members["best.json"] = msgspec.json.encode({"steps": project.best.steps})
        members["best.safetensors"] = _arrays_to_bytes(project.best.weights)
    if project.checkpoint is not None:
        kept = {"standing": project.checkpoint.standing, "matches": project.checkpoint.matches}
        members["checkpoint.json"] = msgspec.json.encode(kept)
        members["checkpoint.safetensors"] = _arrays_to_bytes(project.checkpoint.arrays)
    for name, content in members.items():
        if len(content) > LARGEST[name]:
            raise Damaged(f"its {name} would be too large to be read again")
    return pack(members)


def project_from_bytes(content: bytes) -> Project:
    """The inverse of `bytes_of_project`; Damaged for anything else."""
    return _project_in(BytesIO(content))


def _project_in(file: BinaryIO) -> Project:
    members = unpack(file)
    if "project.json" not in members:
        raise Damaged("it is not an nnstudio project")
    weights = members.get("weights.safetensors")
    return replace(
        decode(members["project.json"]),
        weights=None if weights is None else _arrays_from_bytes(weights),
        history=_history(members.get("history.json", b"[]")),
        best=_best(members),
        checkpoint=_checkpoint(members),
    )


def _printable(why: Damaged) -> str:
    """The reason in one line without its full stop, whatever characters of the file are quoted in it."""
    text = str(why).rstrip(".")
    return text if text.isprintable() else ascii(text)[1:-1]


def _arrays_to_bytes(arrays: Mapping[str, Array]) -> bytes:
    if any(array.dtype not in (np.float32, np.float64) for array in arrays.values()):
        raise Damaged("its weights are not float32 or float64 numbers")
    return save_arrays({name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())})


def _arrays_from_bytes(content: bytes) -> dict[str, Array]:
    try:
        arrays = load_arrays(content)
    except (SafetensorError, KeyError, ValueError, TypeError, OverflowError):
        raise Damaged("its weights are damaged") from None
    if any(array.dtype not in (np.float32, np.float64) for array in arrays.values()):
        raise Damaged("its weights are not float32 or float64 numbers")
    return arrays


def _history(content: bytes) -> tuple[Epoch, ...]:
    try:
        return msgspec.json.decode(content, type=tuple[Epoch, ...])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Damaged("its history is damaged") from None


class _Steps(msgspec.Struct, forbid_unknown_fields=True):
    steps: Annotated[int, Meta(ge=0)]


def _best(members: Mapping[str, bytes]) -> Best | None:
    if not _both("best", members, "its best weights"):
        return None
    try:
        steps = msgspec.json.decode(members["best.json"], type=_Steps).steps
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Damaged("its best weights are damaged") from None
    return Best(steps, _arrays_from_bytes(members["best.safetensors"]))


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    standing: dict[str, Any]
    matches: str


def _checkpoint(members: Mapping[str, bytes]) -> Checkpoint | None:
    if not _both("checkpoint", members, "its checkpoint"):
        return None
    try:
        kept = msgspec.json.decode(members["checkpoint.json"], type=_Kept)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Damaged("its checkpoint is damaged") from None
    return Checkpoint(_arrays_from_bytes(members["checkpoint.safetensors"]), kept.standing, kept.matches)


def _both(name: str, members: Mapping[str, bytes], what: str) -> bool:
    """Whether the numbers and the text of something are there; Damaged if it is only one of them."""
    text, numbers = f"{name}.json" in members, f"{name}.safetensors" in members
    if text != numbers:
        raise Damaged(f"a part of {what} is missing")
    return text
