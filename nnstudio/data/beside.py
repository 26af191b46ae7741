"""Finding the file of targets that belongs to a file of inputs: by its name, or where the user says it is."""

import os
from collections.abc import Iterable
from pathlib import Path

from nnstudio.core.errors import DataError
from nnstudio.core.files import shown

LONGEST_PATH = 4096
HELP = "The file of targets, where its name does not show that it belongs to the inputs"


def first_beside(path: Path, names: Iterable[str]) -> Path | None:
    """The first of these names that there is in the file's folder; what it is is seen when it is opened."""
    return next((path.with_name(name) for name in names if os.path.lexists(path.with_name(name))), None)


def named(path: Path, written: str) -> Path:
    """The file that a user names, in the folder of the inputs or, if it is not there, in the working folder."""
    given = Path(os.path.expanduser(written))
    found = next((place for place in (path.parent / given, given) if os.path.lexists(place)), None)
    if found is None:
        raise DataError(
            f"There is no file {shown(written)}, neither beside {shown(path)} nor in the working folder. "
            "Check the option 'targets'."
        )
    return found


def check_pair(inputs: str, samples: tuple[int, ...], targets: str, answers: tuple[int, ...]) -> None:
    """Refuse arrays, each by what it is called and its shape, that cannot be inputs and their targets."""
    for what, shape in ((inputs, samples), (targets, answers)):
        if not shape:
            raise DataError(f"{what} holds a single value, not one for each sample. Choose another.")
        if 0 in shape:
            raise DataError(f"{what} holds no samples. Choose another.")
    if len(answers) > 2:
        raise DataError(f"{targets} holds images, not labels. Perhaps inputs and targets were swapped.")
    if samples[0] != answers[0]:
        raise DataError(
            f"{inputs} has {samples[0]:,} samples, but {targets} has {answers[0]:,} targets. "
            "Take both from the same data set."
        )
