"""`python -m nnstudio` and the `nnstudio` command."""

import os
import sys


def main() -> int:
    """Answer the version at once; everything else is the command line's business."""
    if sys.argv[1:] == ["--version"]:
        from nnstudio import __version__

        print(f"nnstudio {__version__}")
        return 0
    if sys.argv[1:2] == ["--worker"] and len(sys.argv) == 3:
        # A packaged program is its own interpreter: so it is asked to train for a window.
        from nnstudio.live.child import main as work

        work(sys.argv[2])
        return 0
    if sys.argv[1:2] == ["--run"] and len(sys.argv) == 5 and sys.argv[2].startswith("nnstudio.export.run_"):
        # And so to run an export, for its proof.
        from runpy import run_module

        sys.argv = sys.argv[2:]
        run_module(sys.argv[0], run_name="__main__")
        return 0
    if getattr(sys, "frozen", False):
        # So are the workers of a sweep.
        from multiprocessing import freeze_support

        freeze_support()
    if os.environ.get("NNSTUDIO_LOG"):
        from nnstudio.core.logbook import begin

        begin()
    from nnstudio.cli import run

    return run(sys.argv[1:], open_window)


def open_window(project: str | None) -> int:
    """Open the studio. Only now is anything of the window loaded."""
    from nnstudio.ui.start import start

    return start(project)


if __name__ == "__main__":
    sys.exit(main())
