"""Whether a window can open here, found out before Qt is loaded, which would end the program without a word of help."""

import ctypes
import importlib.util
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from nnstudio.core.errors import StudioError

INSTEAD = "without a window, `nnstudio check`, `train`, `evaluate` and `export` do the same jobs."
PATIENCE = 3.0  # Seconds that a screen on another machine may take to answer.
WITH_SCREEN = ("xcb", "wayland")  # What Qt calls the ways to a screen that can be missing.

# What a Linux without a desktop may lack, and the Debian package that brings it.
PARTS = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1", "libdbus-1.so.3": "libdbus-1-3", "libxkbcommon.so.0": "libxkbcommon0",
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}  # fmt: skip


class NoWindow(StudioError):
    """There is no window to be had; the sentence says why and what to do instead."""


def check_screen(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> None:
    """NoWindow where there is no screen, or one that does not answer."""
    x11, wayland = environment.get("DISPLAY", ""), environment.get("WAYLAND_DISPLAY", "")
    if not system.startswith("linux") or not _on_screen(environment):
        return
    if not x11 and not wayland:
        raise NoWindow(f"There is no screen to open a window on; {INSTEAD}")
    if not (wayland and _wayland_answers(environment)) and not (x11 and _x11_answers(x11)):
        raise NoWindow(f"The screen {x11 or wayland} does not answer; {INSTEAD}")


def check_parts(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> None:
    """NoWindow where Qt would end the program, for it finds no way to a screen that does answer."""
    plugin = _x11_plugin()
    if system.startswith("linux") and _on_screen(environment) and environment.get("DISPLAY") and plugin is not None:
        why = _why_not_loaded(str(plugin))
        if why and not environment.get("WAYLAND_DISPLAY"):
            raise incomplete(why)


def incomplete(why: str) -> NoWindow:
    """What to install where a part of the system is missing, or the reason itself."""
    missing = [package for library, package in PARTS.items() if _why_not_loaded(library)]
    if sys.platform.startswith("linux") and missing:
        return NoWindow(
            f"The window needs parts of the system that are not installed. On Debian or Ubuntu, call "
            f"`apt install {' '.join(missing)}`; {INSTEAD}"
        )
    return NoWindow(f"The window cannot be loaded ({why}). Install nnstudio again; {INSTEAD}")


def _on_screen(environment: Mapping[str, str]) -> bool:
    """Whether Qt will look for a screen, and not paint into memory only."""
    asked = environment.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    return not asked or asked in WITH_SCREEN


def _x11_plugin() -> Path | None:
    package = importlib.util.find_spec("PySide6")
    folders = package.submodule_search_locations if package is not None else None
    found = [Path(folder, "Qt", "plugins", "platforms", "libqxcb.so") for folder in folders or ()]
    return next((path for path in found if path.exists()), None)


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    return _connects(Path(environment.get("XDG_RUNTIME_DIR", "/"), environment["WAYLAND_DISPLAY"]))


def _x11_answers(display: str) -> bool:
    """Whether somebody listens at `:0`, `unix:0`, or `host:10.0` as ssh sets it."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal() or "/" in display:
        return True  # A form that we do not know; let Qt try.
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _connects(path) or _connects(f"\0{path}")
    try:
        socket.create_connection((host, 6000 + int(number)), PATIENCE).close()
    except (OSError, OverflowError):
        return False
    return True


def _connects(path: str | Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(os.fspath(path))
    except OSError:
        return False
    return True


def _why_not_loaded(library: str) -> str:
    try:
        ctypes.CDLL(library)
    except OSError as reason:
        return str(reason)
    return ""
