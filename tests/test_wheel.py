"""The wheel: built, installed by itself, and used from another folder."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import nnstudio
from nnstudio.project.templates import template_names

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this source tree."""
    if importlib.util.find_spec("hatchling") is None or importlib.util.find_spec("pip") is None:
        pytest.skip("hatchling or pip is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (found,) = folder.glob("nnstudio-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder with nothing but the installed wheel."""
    folder = tmp_path_factory.mktemp("installed")
    command = [*PIP, "install", "--no-deps", "--no-index", "--target", str(folder), str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def outcome(installed, tmp_path, code: str) -> str:
    """What a program prints that sees the installed package, and not the source tree."""
    start = f"import sys; sys.path.insert(0, {str(installed)!r})\n"
    result = subprocess.run(
        [sys.executable, "-I", "-c", start + code], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.rstrip("\n")


def test_the_wheel_holds_the_package_its_resources_and_nothing_else(wheel):
    names = ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"nnstudio", f"nnstudio-{nnstudio.__version__}.dist-info"}
    resources = {path.relative_to(ROOT) for path in (ROOT / "resources").rglob("*") if path.is_file()}
    # Pictures are for readers of the repository.
    wanted = {f"nnstudio/{path.as_posix()}" for path in resources if path.parts[1] != "screenshots"}
    assert {name for name in names if name.startswith("nnstudio/resources/")} == wanted
    assert not any("__pycache__" in name or "/tests/" in name for name in names)


def test_the_installed_package_is_the_one_that_is_used(installed, tmp_path):
    assert outcome(installed, tmp_path, "import nnstudio; print(nnstudio.__file__)").startswith(str(installed))


def test_the_installed_package_tells_its_version(installed, tmp_path):
    told = outcome(installed, tmp_path, "sys.argv = ['x', '--version']; import nnstudio.__main__ as m; m.main()")
    assert told == f"nnstudio {nnstudio.__version__}"


def test_the_installed_package_finds_its_templates_and_digits(installed, tmp_path):
    code = (
        "import nnstudio as nn\n"
        "from nnstudio.project.templates import template_names\n"
        "print(len(template_names()), len(nn.new('digits').data().inputs))"
    )
    assert outcome(installed, tmp_path, code) == f"{len(template_names())} 1797"


def test_the_installed_command_makes_and_trains_a_project(installed, tmp_path):
    code = (
        "from nnstudio.cli import run\n"
        "print(run(['new', 'digits', '-o', 'd.nns', '--json']), run(['train', 'd.nns', '--epochs', '1']))"
    )
    assert outcome(installed, tmp_path, code).endswith("0 0")
    assert (tmp_path / "d.nns").exists()
