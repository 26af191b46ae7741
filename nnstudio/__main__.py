"""`python -m nnstudio` and the `nnstudio` command."""

import sys


def main() -> int:
    """Answer the version at once; everything else is the command line's business."""
    if sys.argv[1:] == ["--version"]:
        from nnstudio import __version__

        print(f"nnstudio {__version__}")
        return 0
    from nnstudio.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
