"""What says the classes of the pictures in a folder: sub-folders, or a table of labels; and which part each is in."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown
from nnstudio.data.arrays import MOST_CLASSES
from nnstudio.data.dataset import PARTS
from nnstudio.data.picture_labels import is_inside, read_labels
from nnstudio.data.picture_tree import Files, Tree, is_picture_name, natural

TABLES = (".csv", ".tsv")
NAMED_TABLES = ("labels.csv", "labels.tsv")
PART_NAMES = {
    "train": "train", "training": "train", "val": "validation", "valid": "validation", "validation": "validation",
    "test": "test", "testing": "test",
}  # fmt: skip

KINDS = "PNG, JPEG, BMP, GIF or TIFF"
BY_FOLDERS = "Put the pictures of each class into a sub-folder that has the name of the class"


@dataclass(frozen=True, eq=False)
class Found:
    """The files of pictures, the class of each, and the official part of each by its place in PARTS, if any."""

    paths: tuple[str, ...]
    classes: NDArray[np.intp]
    class_names: tuple[str, ...]
    parts: NDArray[np.intp] | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Group:
    """Pictures of one class and one part."""

    label: str
    part: str
    paths: tuple[str, ...]


def find_pictures(folder: str, labels: str = "", deeper: bool = True) -> Found:
    """The pictures in a folder, with their classes; a DataError says what is missing."""
    tree = Tree()
    folders, files = tree.entries(folder)
    tables = [name for name in files if name.lower().endswith(TABLES)]
    named = labels or next((name for name in tables if name.lower() in NAMED_TABLES), "")
    if named:
        return _by_table(tree, folder, named)
    if parts := _official(tree, folder, folders):
        return _by_parts(tree, folder, parts, [*files, *(name for name in folders if name not in parts)])
    classes = {name: tree.files(os.path.join(folder, name)) for name in folders}
    filled = [name for name in folders if classes[name].pictures]
    if len(tables) == 1 and (len(filled) < 2 or any(map(is_picture_name, files))):
        return _by_table(tree, folder, tables[0])
    if len(filled) == 1 and deeper and len(tree.entries(os.path.join(folder, filled[0]))[0]) > 1:
        found = find_pictures(os.path.join(folder, filled[0]), deeper=False)
        return replace(found, notes=(f"The classes are the sub-folders of {shown(filled[0])}.", *found.notes))
    return _by_folders(folder, classes, files)


def _official(tree: Tree, folder: str, folders: Sequence[str]) -> Mapping[str, str]:
    """The sub-folders that are parts: one to train with and another, with classes in them."""
    parts = {name: PART_NAMES[name.lower()] for name in folders if name.lower() in PART_NAMES}
    if "train" not in parts.values() or len(set(parts.values())) < 2:
        return {}
    divided = all(tree.entries(os.path.join(folder, name))[0] for name, part in parts.items() if part == "train")
    return parts if divided else {}


def _by_folders(folder: str, classes: Mapping[str, Files], files: Sequence[str]) -> Found:
    groups = [_Group(name, "", found.pictures) for name, found in classes.items()]
    others = [*files, *(path for found in classes.values() for path in found.others)]
    if not any(group.paths for group in groups):
        raise _nothing(folder, files, others)
    return _found(folder, groups, others)


def _by_parts(tree: Tree, folder: str, parts: Mapping[str, str], others: list[str]) -> Found:
    groups = []
    for name, part in parts.items():
        folders, files = tree.entries(os.path.join(folder, name))
        others += files
        for label in folders:
            found = tree.files(os.path.join(folder, name, label))
            groups.append(_Group(label, part, found.pictures))
            others += found.others
    groups.sort(key=lambda group: PARTS.index(group.part))
    if not any(group.paths for group in groups if group.part == "train"):
        raise DataError(f"The folder {shown(folder)} holds no pictures to train with ({KINDS}). {BY_FOLDERS}.")
    return _found(folder, groups, others)


def _by_table(tree: Tree, folder: str, name: str) -> Found:
    if not is_inside(name):
        raise DataError(f"The table of labels must be in {shown(folder)}, but is {shown(name)}. Move it there.")
    found = tree.files(folder)
    if not found.pictures:
        raise _nothing(folder, (), [path for path in found.others if os.path.basename(path) != name])
    table = read_labels(os.path.join(folder, name), folder, found.pictures)
    by_label: dict[str, list[str]] = {}
    for path, label in zip(table.paths, table.labels, strict=True):
        by_label.setdefault(label, []).append(path)
    groups = [_Group(label, "", tuple(paths)) for label, paths in by_label.items()]
    without = len(found.pictures) - len(table.paths)
    notes = (table.note, *([f"Pictures without a label were left out ({without:,})."] if without else []))
    others = [path for path in found.others if path != os.path.join(folder, name)]
    made = _found(folder, groups, others)
    return replace(made, notes=(*notes, *made.notes))


def _found(folder: str, groups: Sequence[_Group], others: Sequence[str]) -> Found:
    filled = [group for group in groups if group.paths]
    labels = sorted({group.label for group in filled}, key=natural)
    if len(labels) < 2:
        only = f"only one class, {shown(labels[0])}" if labels else "no class"
        raise DataError(f"The pictures in {shown(folder)} have {only}. {BY_FOLDERS}: two or more.")
    if len(labels) > MOST_CLASSES:
        raise DataError(f"{shown(folder)} has {len(labels):,} classes of pictures, too many. Choose another folder.")
    number = {label: place for place, label in enumerate(labels)}
    filled.sort(key=lambda group: number[group.label])
    counts = [len(group.paths) for group in filled]
    empty = sorted({group.label for group in groups} - set(labels), key=natural)
    return Found(
        tuple(path for group in filled for path in group.paths),
        np.repeat([number[group.label] for group in filled], counts).astype(np.intp),
        tuple(map(shown, labels)),
        np.repeat([PARTS.index(group.part) for group in filled], counts).astype(np.intp) if filled[0].part else None,
        (*_left_out(empty, "Sub-folders without pictures"), *_left_out(others, "Files that are no picture of a class")),
    )


def _left_out(names: Sequence[str], what: str) -> tuple[str, ...]:
    if not names:
        return ()
    return (f"{what} were left out ({len(names):,}), such as {shown(os.path.basename(names[0]))}.",)


def _nothing(folder: str, files: Sequence[str], others: Sequence[str]) -> DataError:
    if any(map(is_picture_name, files)):
        return DataError(
            f"Nothing says which classes the pictures in {shown(folder)} have. {BY_FOLDERS}, or put a labels.csv "
            "beside them, with a file name and a label in each line."
        )
    but = f", but other files, such as {shown(os.path.basename(others[0]))}" if others else ""
    return DataError(f"The folder {shown(folder)} holds no pictures ({KINDS}){but}. {BY_FOLDERS}.")
