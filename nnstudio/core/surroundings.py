"""What a maintainer asks first: which versions run on what, and which plugins are installed."""

import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from nnstudio import __version__
from nnstudio.core.plugged import failures, points

PARTS = (
    "numpy", "PySide6_Essentials", "pyqtgraph", "msgspec", "safetensors", "pillow", "platformdirs", "threadpoolctl",
)  # fmt: skip
EXTRAS = "onnx", "onnxruntime", "torch", "scipy", "distributed"


def surroundings() -> list[str]:
    """Versions, computer and plugins, a line each."""
    return [*_versions_and_computer(), *plugin_lines()]


# What is asked once is read once: a report is made while the window waits.
@cache
def _versions_and_computer() -> tuple[str, ...]:
    return (
        f"nnstudio {__version__}{' (packaged)' if getattr(sys, 'frozen', False) else ''}, "
        f"Python {platform.python_version()} ({sys.maxsize.bit_length() + 1} bit)",
        ", ".join(_versions(PARTS)),
        f"Extras: {', '.join(_versions(EXTRAS)) or 'none'}",
        f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores{_memory()}",
    )


def plugin_lines() -> list[str]:
    """Each plugin and what it adds; and what failed so far, and why."""
    added: dict[str, list[str]] = {}
    for point in points():
        added.setdefault(f"{point.plugin} {point.version}", []).append(point.name)
    lines = [f"Plugin {plugin}: {', '.join(names)}" for plugin, names in added.items()]
    return [*(lines or ["Plugins: none"]), *(failure.sentence for failure in failures())]


def _versions(names: tuple[str, ...]) -> list[str]:
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            # A part without its description, or an extra that is not installed.
            continue
    return found


def _memory() -> str:
    try:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return ""  # Not on every system.
    return f", {size / 2**30:.1f} GB of memory"
