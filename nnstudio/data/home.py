"""Where fetched data sets are, for the window and the command line: the usual place, or a folder of choice."""

import os
import tempfile
from pathlib import Path

from platformdirs import user_data_path

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown, write_atomically

FOR_ONE_CALL = "NNSTUDIO_DATA"  # The variable of the environment that outweighs what was chosen.
NOTE = "data-folder.txt"
LONGEST = 4096 * 4  # Bytes of the note.


def data_home() -> Path:
    """The folder in which fetched data sets are kept, one folder each."""
    return home_of_this_call() or chosen_home() or usual_home()


def usual_home() -> Path:
    """The place for those who chose none."""
    return user_data_path("nnstudio") / "data"


def home_of_this_call() -> Path | None:
    """The folder that the environment names, if it does."""
    named = os.environ.get(FOR_ONE_CALL, "").strip()
    return Path(os.path.abspath(os.path.expanduser(named))) if named else None


def chosen_home() -> Path | None:
    """The folder that the user chose; None without one, or where the note of it is damaged."""
    try:
        with opened(_note(), DataError) as file:
            written = file.read(LONGEST + 1)
    except DataError:
        return None
    name = os.fsdecode(written).strip("\r\n")
    damaged = len(written) > LONGEST or "\0" in name or "\n" in name or not os.path.isabs(name)
    return None if damaged else Path(name)


def choose_home(folder: Path | None) -> None:
    """Keep data sets there from now on; None: in the usual place. What was fetched before is not moved."""
    try:
        if folder is None:
            _note().unlink(missing_ok=True)
            return
        _note().parent.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise DataError(f"The choice of the data folder cannot be kept ({_why(reason)}).") from None
    write_atomically(_note(), os.fsencode(folder) + b"\n", DataError)


def usable_home(written: str) -> Path | None:
    """The folder that a text names, if data sets can be kept there; None for an empty text."""
    if not written.strip():
        return None
    folder = Path(os.path.abspath(os.path.expanduser(written.strip())))
    if not folder.is_dir():
        raise DataError(f"There is no folder {shown(folder)}. Choose one that is there.")
    try:
        # Asked by writing: what the rights say is not always what the disk does.
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as reason:
        raise DataError(
            f"{shown(folder)} cannot be written to ({_why(reason)}). Choose a folder of your own."
        ) from None


def _note() -> Path:
    return user_data_path("nnstudio") / NOTE


def _why(reason: OSError) -> str:
    return (reason.strerror or "unknown reason").lower()
