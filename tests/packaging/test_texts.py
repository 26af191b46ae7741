"""What the systems read about the program: well-formed, of one mind, and the version from one source."""

import re
import xml.etree.ElementTree as ET
from configparser import RawConfigParser

import pytest

import nnstudio
from nnstudio.project.file import save_project
from nnstudio.project.templates import load_template

from .conftest import ROOT

PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
ID = "io.github.nnstudio.nnstudio"
FILE_TYPE = "application/x-nnstudio"
OF_MIME = {"mime": "http://www.freedesktop.org/standards/shared-mime-info"}


@pytest.fixture
def metadata(script):
    """The AppStream metadata, filled."""
    file = LINUX / f"{ID}.metainfo.xml"
    return ET.fromstring(script("filling").filled(file, version=nnstudio.__version__, date="2026-01-02"))


@pytest.fixture
def desktop():
    """The entry of the desktop file."""
    parser = RawConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read(LINUX / "nnstudio.desktop", "utf-8")
    return parser["Desktop Entry"]


@pytest.fixture
def file_type():
    """The file type in its XML."""
    (found,) = ET.parse(LINUX / "nnstudio.xml").getroot()
    return found


def test_a_double_click_on_a_project_opens_it(desktop, file_type):
    assert desktop["Exec"] == "nnstudio %f"
    assert desktop["MimeType"] == f"{FILE_TYPE};"
    assert file_type.get("type") == FILE_TYPE
    assert file_type.find("mime:glob", OF_MIME).get("pattern") == "*.nns"


def test_a_project_is_known_by_its_first_bytes(file_type, tmp_path):
    save_project(load_template("xor"), tmp_path / "it.nns")
    content = (tmp_path / "it.nns").read_bytes()
    matches = list(file_type.iter(f"{{{OF_MIME['mime']}}}match"))
    assert len(matches) == 3
    for match in matches:
        first, _, last = match.get("offset").partition(":")
        wanted = match.get("value").encode().decode("unicode_escape").encode("latin-1")
        assert wanted in content[int(first) : int(last or first) + len(wanted)]


def test_the_window_belongs_to_the_desktop_file(desktop):
    app = (ROOT / "nnstudio" / "ui" / "app.py").read_text("utf-8")
    assert 'setDesktopFileName("nnstudio")' in app
    assert (desktop["Icon"], desktop["StartupWMClass"]) == ("nnstudio", "nnstudio")


def test_the_metadata_tells_what_is_installed(metadata, desktop):
    assert metadata.findtext("id") == ID
    assert metadata.findtext("launchable") == "nnstudio.desktop"
    assert metadata.findtext("provides/mediatype") == FILE_TYPE
    assert metadata.findtext("name") == desktop["Name"]
    assert metadata.find("releases/release").get("version") == nnstudio.__version__
    assert {each.text for each in metadata.iterfind("categories/category")} <= set(desktop["Categories"].split(";"))


@pytest.mark.parametrize("name", ["control", f"{ID}.metainfo.xml", "nnstudio.1", "copyright"])
def test_a_text_has_no_place_that_is_filled_by_nobody(name):
    places = set(re.findall(r"@([A-Z]+)@", (LINUX / name).read_text("utf-8")))
    assert places
    assert places <= {"VERSION", "DATE", "ARCHITECTURE", "SIZE", "DEPENDS", "LICENCE"}


def test_a_place_without_a_fact_is_an_error(script, tmp_path):
    (tmp_path / "text").write_text("version @VERSION@ of @DATE@")
    filled = script("filling").filled
    assert filled(tmp_path / "text", version="1", date="today") == "version 1 of today"
    with pytest.raises(KeyError):
        filled(tmp_path / "text", version="1")


def test_the_version_stands_in_one_place_only():
    telling = [
        path.relative_to(ROOT).as_posix()
        for path in [ROOT / "pyproject.toml", *PACKAGING.rglob("*")]
        if path.suffix in {".toml", ".py", ".spec", ".xml", ".desktop", ".iss", ".1", ".txt", ".md", ""}
        and path.is_file() and "licences" not in path.parts
        and re.search(rf"(?<![\d.]){re.escape(nnstudio.__version__)}(?![\d.])", path.read_text("utf-8"))
    ]  # fmt: skip
    assert telling == []


def test_the_version_of_windows_is_what_pyinstaller_evaluates(script):
    text = script("filling").filled(PACKAGING / "windows" / "version.txt", version="1.2.3", numbers="1, 2, 3, 0")
    told = {}

    def string(name, value):
        told[name] = value

    kinds = ("StringFileInfo", "StringTable", "VarFileInfo", "VarStruct", "VSVersionInfo")
    names = {kind: lambda *_, **__: None for kind in kinds}
    eval(text, {**names, "StringStruct": string, "FixedFileInfo": lambda **info: told.update(info)})
    assert (told["filevers"], told["ProductVersion"]) == ((1, 2, 3, 0), "1.2.3")
