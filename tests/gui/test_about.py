"""About: what the studio is and what it is made of, each part with its licence."""

import sys
from importlib.metadata import PackageNotFoundError

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLabel

import nnstudio
from nnstudio import licences
from nnstudio.core.errors import StudioError
from nnstudio.licences import MISSING, bundled
from nnstudio.ui.about import About

LEFT = Qt.MouseButton.LeftButton
# By words that stand in no other.
WORDS = {
    "nnstudio": "the nnstudio authors",
    "Python": "PYTHON SOFTWARE FOUNDATION LICENSE",
    "Qt and PySide6": "GNU LESSER GENERAL PUBLIC LICENSE",
    "NumPy": "NumPy Developers",
    "OpenBLAS": "NumPy",
    "pyqtgraph": "University of North Carolina",
    "msgspec": "Jim Crist-Harif",
    "safetensors": "Apache License",
    "Pillow": "Python Imaging Library",
    "platformdirs": "platformdirs",
    "threadpoolctl": "threadpoolctl",
    "Digits (data)": "Alpaydin",
    "Iris (data)": "Fisher",
    "Network trained on MNIST": "LeCun",
}


@pytest.fixture
def about(window, qtbot):
    """The about box, open and filled."""
    window.menus.actions["about"].trigger()
    (about,) = window.findChildren(About)
    qtbot.waitUntil(lambda: about.parts.topLevelItemCount() > 0)
    yield about
    with qtbot.waitSignal(about.destroyed):
        about.close()


def test_it_tells_the_name_the_version_and_what_the_studio_is_for(about):
    words = " ".join(label.text() for label in about.findChildren(QLabel))
    assert f"nnstudio {nnstudio.__version__}" in words
    assert "watch them learn" in words


def test_it_lists_every_part_with_its_version_and_licence(about):
    rows = [[about.parts.topLevelItem(row).text(column) for column in range(3)] for row in range(len(WORDS))]
    assert rows == [[part.name, part.version, part.licence] for part in bundled()]
    assert [name for name, _, _ in rows] == list(WORDS)
    assert all(licence for _, _, licence in rows)
    versions = {name: version for name, version, _ in rows}
    assert versions["Python"] == sys.version.split()[0]
    assert versions["nnstudio"] == nnstudio.__version__
    import numpy

    assert versions["NumPy"] == numpy.__version__


def test_choosing_a_part_by_the_arrow_keys_shows_its_licence(about):
    about.parts.setFocus()
    for name, words in WORDS.items():
        assert about.parts.currentItem().text(0) == name
        assert words in about.text.toPlainText()
        assert "https://" in about.home.text()
        QTest.keyClick(about.parts, Qt.Key.Key_Down)


def test_tab_leaves_the_text_and_escape_closes(about, qtbot):
    about.text.setFocus()
    QTest.keyClick(about.text, Qt.Key.Key_Tab)
    assert not about.text.hasFocus()
    assert about.focusWidget() is not about.text


def test_it_copies_the_report(about):
    QTest.mouseClick(about.copy_button, LEFT)
    assert QGuiApplication.clipboard().text().startswith(f"nnstudio {nnstudio.__version__}")
    assert about.isVisible()


def test_enter_closes_it(about):
    close = about.buttons.button(QDialogButtonBox.StandardButton.Close)
    assert close.isDefault()
    assert not about.copy_button.isDefault()


def test_it_may_be_closed_before_it_is_filled(window, qtbot):
    about = About(window)
    about.open()
    with qtbot.waitSignal(about.destroyed):
        about.close()
    qtbot.waitUntil(lambda: not window.background.busy)


# Where texts are missing


def test_for_qt_it_says_where_the_sources_are_and_that_it_may_be_replaced():
    (qt,) = (part for part in bundled() if part.name == "Qt and PySide6")
    assert "https://download.qt.io/" in qt.text
    assert "you may replace" in qt.text
    assert qt.licence == "LGPL-3.0"


def test_a_missing_text_is_told_in_one_sentence(monkeypatch):
    def nothing(*_):
        raise PackageNotFoundError

    def no_file(*_):
        raise StudioError("is missing")

    monkeypatch.setattr(licences, "distribution", nothing)
    monkeypatch.setattr(licences, "resource", no_file)
    monkeypatch.setattr(licences, "_joined", lambda paths: "")
    parts = bundled()
    assert len(parts) == len(WORDS)
    assert {part.name: part.text for part in parts}["NumPy"] == MISSING.format("https://numpy.org")
    for part in parts:
        assert "not installed here" in part.text or part.name == "OpenBLAS"


def test_the_packaged_program_finds_what_lies_in_its_own_folder(monkeypatch, tmp_path):
    bundled_here = {"Python 3.13": "of Python", "PySide6 and Qt 6.10": "of Qt", "PyInstaller's": "of the start"}
    for folder, words in bundled_here.items():
        (tmp_path / "licences" / folder).mkdir(parents=True)
        (tmp_path / "licences" / folder / "LICENSE.txt").write_text(words)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    parts = {part.name: part.text for part in bundled()}
    assert parts["Python"] == "of Python"
    assert parts["Qt and PySide6"].endswith("of Qt")
    assert parts["PyInstaller's bootloader"] == "of the start"


def test_the_home_of_a_part_is_shown_by_the_browser(about, monkeypatch):
    shown = []
    monkeypatch.setattr("nnstudio.ui.about.QDesktopServices.openUrl", lambda url: shown.append(url.toString()))
    about.parts.setCurrentItem(about.parts.topLevelItem(list(WORDS).index("NumPy")))
    QTest.mouseClick(about.home, LEFT)
    assert shown == ["https://numpy.org"]
