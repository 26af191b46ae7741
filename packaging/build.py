"""Make what is given to others: `python packaging/build.py folder|deb|wheel|all`, from the source tree it stands in.

wheel   a source archive and a wheel for pip
folder  the program with its own Python, in a folder (on macOS also as an application)
deb     a Debian package of that folder; needs dpkg-dev
all     all of them, the package only on a Debian

Everything goes to dist/ (`--into`), what is made on the way to build/ (`--work`). What is packaged is the wheel,
installed in a fresh environment of its own: neither this computer's packages nor files lying about get into it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

from debian import Facts, lay_out, pack, write_control
from filling import filled
from needs import needs_of

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "packaging"
sys.path.insert(0, str(ROOT))

from nnstudio import __version__  # noqa: E402


@dataclass(frozen=True)
class Workshop:
    """Where things are made, and the environment they are made in."""

    into: Path
    work: Path
    made: int

    @property
    def environment(self) -> dict[str, str]:
        """The same source gives the same bytes."""
        fixed = {"SOURCE_DATE_EPOCH": str(self.made), "PYTHONHASHSEED": "0", "NNSTUDIO_MADE": str(self.work / "icons")}
        return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | fixed

    def fresh_python(self, *packages: str) -> Path:
        """A Python with nothing but these packages."""
        folder = self.work / "venv"
        venv.create(folder, clear=True, with_pip=True)
        python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        self.run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)
        return python

    def run(self, *command: str | Path) -> None:
        """Do it, in a folder where no source is imported by chance; a failure ends everything."""
        subprocess.run([str(part) for part in command], cwd=self.work, env=self.environment, check=True)


def wheel(shop: Workshop) -> Path:
    """The source archive and the wheel; gives back the wheel."""
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    python = shop.fresh_python(*needed)
    subprocess.run([python, "-m", "hatchling", "build", "-d", shop.into], cwd=ROOT, env=shop.environment, check=True)
    return shop.into / f"nnstudio-{__version__}-py3-none-any.whl"


def folder(shop: Workshop) -> Path:
    """The program in a folder."""
    python = shop.fresh_python(f"{wheel(shop)}[package]")
    shop.run(python, HERE / "icons.py", shop.work / "icons")
    numbers = ", ".join([*__version__.split("."), "0"])
    (shop.work / "icons" / "version.txt").write_text(
        filled(HERE / "windows" / "version.txt", version=__version__, numbers=numbers), "utf-8"
    )
    shop.run(
        python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", "--distpath", shop.into,
        "--workpath", shop.work / "pyinstaller", HERE / "nnstudio.spec",
    )  # fmt: skip
    return shop.into / "nnstudio"


def deb(shop: Workshop) -> Path:
    """The Debian package of the folder."""
    program = folder(shop)
    machine = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout
    facts = Facts(__version__, shop.made, machine.strip())
    tree = shop.work / "debian"
    shutil.rmtree(tree, ignore_errors=True)
    lay_out(program, shop.work / "icons", tree, facts)
    write_control(tree, facts, needs_of(tree / "usr/lib/nnstudio"))
    package = shop.into / f"nnstudio_{facts.version}_{facts.architecture}.deb"
    pack(tree, package, facts.made)
    return package


def everything(shop: Workshop) -> Path:
    """All that can be made on this computer; each contains the making of the one before."""
    return deb(shop) if shutil.which("dpkg-shlibdeps") else folder(shop)


WHAT = {"wheel": wheel, "folder": folder, "deb": deb, "all": everything}


def time_of_source() -> int:
    """When the source was last changed, in seconds: by its history, or, in an archive without one, by its files."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    log = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return int(log.stdout) if log.returncode == 0 else int((ROOT / "nnstudio" / "__init__.py").stat().st_mtime)


def main() -> None:
    """Read the wish, make it, and say where it is and how large."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--into", type=Path, default=ROOT / "dist")
    parser.add_argument("--work", type=Path, default=ROOT / "build")
    wish = parser.parse_args()
    shop = Workshop(wish.into.resolve(), wish.work.resolve(), time_of_source())
    shop.into.mkdir(parents=True, exist_ok=True)
    shop.work.mkdir(parents=True, exist_ok=True)
    made = WHAT[wish.what](shop)
    size = sum(path.lstat().st_size for path in (made.rglob("*") if made.is_dir() else [made]))
    print(f"{made}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
