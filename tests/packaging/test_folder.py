"""The program's folder: what is left out of it, how it begins, and the licences that go with it."""

import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

import nnstudio

from .conftest import ROOT

SITE = "/somewhere/site-packages"
# They run the programs of others, which are there or not.
FOR_THEMSELVES = ("nnstudio.export.run_", "nnstudio.__main__")


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("PySide6/QtCore.abi3.so", f"{SITE}/PySide6/QtCore.abi3.so"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", f"{SITE}/PySide6/Qt/lib/libQt6Gui.so.6"),
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6"),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", f"{SITE}/PySide6/Qt/plugins/platforms/libqxcb.so"),
        ("PySide6/plugins/platforms/qwindows.dll", f"{SITE}/PySide6/plugins/platforms/qwindows.dll"),
        ("numpy.libs/libscipy_openblas64_-32a4b2a6.so", f"{SITE}/numpy.libs/libscipy_openblas64_-32a4b2a6.so"),
        ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0"),
        ("python3.11/lib-dynload/_ssl.so", "/usr/lib/python3.11/lib-dynload/_ssl.so"),
        ("nnstudio/resources/help/ideas/plugins/index.md", f"{SITE}/nnstudio/resources/help/ideas/plugins/index.md"),
        ("libcrypto-3.dll", "C:\\Python\\DLLs\\libcrypto-3.dll"),
    ],
)
def test_what_is_used_stays(script, target, source):
    assert script("leave_out").is_wanted(target, source)


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("libQt6Quick.so.6", f"{SITE}/PySide6/Qt/lib/libQt6Quick.so.6"),
        ("PySide6/Qt6Qml.dll", f"{SITE}/PySide6/Qt6Qml.dll"),
        ("PySide6/opengl32sw.dll", f"{SITE}/PySide6/opengl32sw.dll"),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", f"{SITE}/PySide6/Qt/plugins/platforms/libqvnc.so"),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", f"{SITE}/PySide6/Qt/plugins/sqldrivers/libqsqlite.so"),
        ("PySide6/Qt/translations/qt_de.qm", f"{SITE}/PySide6/Qt/translations/qt_de.qm"),
        ("nnstudio-1.dist-info/direct_url.json", f"{SITE}/nnstudio-1.dist-info/direct_url.json"),
        # These come with the system, which keeps them up to date.
        ("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3"),
        ("libstdc++.so.6", "/lib/x86_64-linux-gnu/libstdc++.so.6"),
        ("libz.so.1", "/usr/lib64/libz.so.1"),
    ],
)
def test_what_nobody_reaches_is_left_out(script, target, source):
    assert not script("leave_out").is_wanted(target, source)


def test_nnstudio_does_without_the_modules_that_are_left_out(script):
    """Each is hidden, and everything of nnstudio is loaded all the same."""
    code = (
        "import sys, pkgutil, importlib, nnstudio\n"
        f"sys.modules.update(dict.fromkeys({script('leave_out').MODULES!r}))\n"
        "for found in pkgutil.walk_packages(nnstudio.__path__, 'nnstudio.'):\n"
        "    if not found.name.startswith(FOR_THEMSELVES):\n"
        "        importlib.import_module(found.name)\n"
        "print(*sys.modules)"
    ).replace("FOR_THEMSELVES", repr(FOR_THEMSELVES))
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert {"nnstudio.ui.window", "pyqtgraph"} <= set(told.stdout.split())


def test_plugins_find_python_s_own_modules(script):
    modules = set(script("leave_out").standard_modules())
    assert {"csv", "json", "sqlite3", "statistics", "unittest.mock", "xml.etree", "concurrent.futures"} <= modules
    assert not modules & {"tkinter", "test", "curses", "ctypes.test", "idlelib"}


def test_what_the_program_opens_finds_its_own_libraries():
    code = (
        "import os, runpy, sys\n"
        "sys.argv = ['nnstudio', '--version']\n"
        "try:\n"
        f"    runpy.run_path({str(ROOT / 'packaging' / 'start.py')!r}, run_name='__main__')\n"
        "except SystemExit as end:\n"
        "    print(end.code, os.environ.get('LD_LIBRARY_PATH'), os.environ.get('QT_PLUGIN_PATH'))"
    )
    set_for_us = {"LD_LIBRARY_PATH": "/ours", "LD_LIBRARY_PATH_ORIG": "/theirs", "QT_PLUGIN_PATH": "/ours"}
    environment = {**os.environ, **set_for_us, "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert told.stdout.splitlines() == [f"nnstudio {nnstudio.__version__}", "0 /theirs None"]


def test_the_start_can_be_measured(tmp_path):
    environment = {
        **os.environ, "NNSTUDIO_FIRST_PAINT": "1", "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path),
    }  # fmt: skip
    command = [sys.executable, "-m", "nnstudio"]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
    assert told.stdout == "painted\n"


def test_every_part_that_brings_a_licence_has_it_in_the_folder(script, tmp_path):
    folder = tmp_path / "part-1.2.dist-info"
    for name in ("licenses/LICENSE.txt", "licenses/inner/COPYING", "METADATA", "RECORD"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    texts = [*script("licences").of_packages([folder])]
    assert [(path.name, target) for path, target in texts] == [
        ("LICENSE.txt", "licences/part-1.2"),
        ("COPYING", "licences/part-1.2/inner"),
    ]


def test_qt_and_python_have_their_licences_too(script):
    texts = {Path(target).name.partition(" ")[0]: path for path, target in script("licences").of_the_rest()}
    assert "LESSER GENERAL PUBLIC LICENSE" in texts["PySide6"].read_text("utf-8")
    assert "PYTHON SOFTWARE FOUNDATION" in texts["Python"].read_text("utf-8").upper()
    assert distribution("PySide6-Essentials").version
