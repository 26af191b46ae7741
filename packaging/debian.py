"""The Debian package: the program's folder with its desktop file, icons, file type, manual page and control data."""

import gzip
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import md5
from pathlib import Path

from filling import filled

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "packaging" / "linux"
HOME = "usr/lib/nnstudio"
ID = "io.github.nnstudio.nnstudio"
FILE_TYPE = "application-x-nnstudio"
NEWS = """\
nnstudio (@VERSION@) unstable; urgency=medium

  * What is new is told in /usr/share/doc/nnstudio/NEWS.gz.

 -- the nnstudio authors <nnstudio@users.noreply.github.com>  @DAY@
"""


@dataclass(frozen=True)
class Facts:
    """What stands in the package's texts: the version, when its source was made (seconds), and for which computers."""

    version: str
    made: int
    architecture: str

    @property
    def date(self) -> str:
        """Year, month and day."""
        return time.strftime("%Y-%m-%d", time.gmtime(self.made))


def lay_out(program: Path, icons: Path, tree: Path, facts: Facts) -> None:
    """Put everything where a Debian looks for it; `program` is the folder, `icons` what `icons.py` made."""
    shutil.copytree(program, tree / HOME, symlinks=True)
    command = tree / "usr/bin/nnstudio"
    command.parent.mkdir(parents=True)
    command.symlink_to("../lib/nnstudio/nnstudio")
    _lay_out_icons(icons, tree / "usr/share/icons/hicolor")
    _lay_out_texts(tree / "usr/share", facts)
    _set_modes(tree)


def write_control(tree: Path, facts: Facts, depends: str) -> None:
    """What dpkg wants to know, and the sum of every file."""
    size = sum(-(-path.lstat().st_size // 1024) for path in files_in(tree))
    sums = "".join(
        f"{md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n"
        for path in files_in(tree) if not path.is_symlink()
    )  # fmt: skip
    folder = tree / "DEBIAN"
    folder.mkdir()
    control = filled(
        TEXTS / "control", version=facts.version, architecture=facts.architecture, size=str(size), depends=depends
    )
    (folder / "control").write_text(control, "utf-8")
    (folder / "md5sums").write_text(sums, "utf-8")
    _set_modes(folder)


def pack(tree: Path, package: Path, made: int) -> None:
    """One file of the tree. Nothing of this computer is in it: no user's name, no time later than the source's."""
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, package],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SOURCE_DATE_EPOCH": str(made)}, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def files_in(tree: Path) -> Iterator[Path]:
    """Every file and link of the tree, in order."""
    return (path for path in sorted(tree.rglob("*")) if path.is_symlink() or path.is_file())


def _lay_out_icons(icons: Path, theme: Path) -> None:
    for name, folder, target in (("nnstudio", "apps", "nnstudio"), ("project", "mimetypes", FILE_TYPE)):
        for picture in sorted(icons.glob(f"*x*/{name}.png")):
            _copy(picture, theme / picture.parent.name / folder / f"{target}.png")
        _copy(ROOT / "resources" / "icons" / f"{name}.svg", theme / "scalable" / folder / f"{target}.svg")


def _lay_out_texts(share: Path, facts: Facts) -> None:
    _copy(TEXTS / "nnstudio.desktop", share / "applications" / "nnstudio.desktop")
    _copy(TEXTS / "nnstudio.xml", share / "mime" / "packages" / "nnstudio.xml")
    said = {"version": facts.version, "date": facts.date}
    _write(share / "metainfo" / f"{ID}.metainfo.xml", filled(TEXTS / f"{ID}.metainfo.xml", **said))
    _write(share / "man" / "man1" / "nnstudio.1.gz", filled(TEXTS / "nnstudio.1", **said))
    about = share / "doc" / "nnstudio"
    _write(about / "copyright", filled(TEXTS / "copyright", licence=_licence()))
    day = formatdate(facts.made)
    _write(about / "changelog.gz", NEWS.replace("@VERSION@", facts.version).replace("@DAY@", day))
    _write(about / "NEWS.gz", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    (about / "licences").symlink_to("../../../lib/nnstudio/_internal/licences")


def _licence() -> str:
    """The licence in the form of a Debian copyright file: indented, with a point on empty lines."""
    _, _, text = (ROOT / "LICENSE").read_text("utf-8").partition("\n\n")
    return "\n".join(f" {line or '.'}" for line in text.strip().splitlines())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode()
    # Without a name and a time, so that the same text gives the same bytes.
    target.write_bytes(gzip.compress(content, mtime=0) if target.suffix == ".gz" else content)


def _set_modes(tree: Path) -> None:
    """Everybody may read, only root may write, whatever this user's files are like."""
    tree.chmod(0o755)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == tree / HOME / "nnstudio" else 0o644)
