"""Where the studio's own files are: beside the package in a source tree, inside it once installed."""

from pathlib import Path

from nnstudio.core.errors import StudioError

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(*names: str) -> Path:
    """The path of one of the studio's own files, such as `resource("data", "digits.txt")`."""
    root = _root()
    found = root.joinpath(*names).resolve()
    # A name may come from a user (a template's, say); it must not lead out of the studio's own folder.
    if not found.is_relative_to(root) or not found.exists():
        raise StudioError(f"The studio's own file {'/'.join(names)[:80]} is missing. Install nnstudio again.")
    return found


def _root() -> Path:
    # The inner one first: beside an installed package lies site-packages, where `resources` may be a stranger's.
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"
