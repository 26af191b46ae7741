"""Preferences: what a user may set for all projects. Plain values; the window keeps them, the help explains them."""

from dataclasses import dataclass

from nnstudio.core.fields import Configured, choice, flag, folder, whole

LONGEST_FOLDER = 4096


@dataclass(frozen=True)
class Preferences(Configured):
    """What you set once for all projects and windows."""

    theme: str = choice(
        "system", ("system", "dark", "light"),
        "Colours of all windows: as the system has them, bright on dark, or dark on bright",
    )  # fmt: skip
    text_size: int = whole(
        100, 80, 200, "Size of all letters in percent of the usual; at 200 they are twice as large", step=10
    )
    projector: bool = flag(
        False, "For a wall and a class: large letters, thick lines and the strongest contrast in all windows"
    )
    threads: int = whole(
        0, 0, 64,
        "How many threads a training, lanes side by side or a sweep may use, from the next one on; 0: one for each "
        "core. What is learned is the same to the last digit",
    )  # fmt: skip
    refresh_rate: int = whole(
        16, 1, 60,
        "How often a second the pictures follow a training; a smaller number leaves a slow computer more time to train",
    )  # fmt: skip
    autosave: int = whole(
        10, 1, 600,
        "Unsaved work is kept aside in every pause of your hand, and at the latest after so many seconds; after a "
        "crash the next start offers it",
    )  # fmt: skip
    welcome: bool = flag(False, "Show the welcome whenever nnstudio is started, not only the first time")
    data_folder: str = folder(
        "", LONGEST_FOLDER,
        "Where fetched data sets are kept and looked for, here and on the command line; empty: the usual place",
    )  # fmt: skip
