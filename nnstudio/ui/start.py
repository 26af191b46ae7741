"""The start: everything that can go wrong before there is a window becomes one sentence. Qt is loaded last."""

import os
from pathlib import Path

from nnstudio.ui.screen import check_parts, check_screen, incomplete

FIRST = "playground"


def start(name: str | None) -> int:
    """Open the studio with a project, or with a small network to begin with; gives back the exit code."""
    check_screen()
    from nnstudio.project.file import load_project
    from nnstudio.project.templates import load_template

    path = None if name is None else Path(os.path.abspath(name))
    project = load_template(FIRST) if name is None else load_project(Path(name))
    check_parts()
    try:
        from nnstudio.ui.app import open_studio
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "nnstudio":
            raise
        raise incomplete(str(error)) from None
    return open_studio(project, path)
