"""What the packaged program needs of the Debian it runs on: found in its libraries by dpkg's own tool."""

import re
import subprocess
import tempfile
from pathlib import Path

# Qt looks like GTK where that is there, and does without this plugin elsewhere.
LIKE_GTK = "libqgtk3"
# Named by no library, but needed: certificates to fetch data with, and letters to write with.
UNSEEN = ["ca-certificates", "fonts-dejavu-core | fonts-liberation"]
# The tool looks for the source of a Debian package around it.
SOURCE = "Source: nnstudio\n\nPackage: nnstudio\nArchitecture: any\n"
FOUND = re.compile(r"^shlibs:Depends=(.*)$", re.MULTILINE)


def needs_of(program: Path) -> str:
    """The line `Depends` of the control file, for the libraries in the folder."""
    files = [path for path in sorted(program.rglob("*")) if path.is_file() and not path.is_symlink() and _is_elf(path)]
    folders = sorted({path.parent for path in files})
    asked = [f"-e{path}" for path in files if not path.name.startswith(LIKE_GTK)]
    found = FOUND.findall(_told([*(f"-l{folder}" for folder in folders), *asked]))
    return ", ".join(sorted([*found[0].split(", "), *UNSEEN]))


def _told(asked: list[str]) -> str:
    with tempfile.TemporaryDirectory() as around:
        (Path(around) / "debian").mkdir()
        (Path(around) / "debian" / "control").write_text(SOURCE)
        command = ["dpkg-shlibdeps", "--ignore-missing-info", "-O", *asked]
        done = subprocess.run(command, cwd=around, capture_output=True, text=True, check=False)
    if done.returncode:
        # Beside hundreds of warnings, for it expects the source of a package.
        errors = [line for line in done.stderr.splitlines() if "error:" in line]
        raise SystemExit("What the program needs could not be found out:\n" + "\n".join(errors))
    return done.stdout


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
