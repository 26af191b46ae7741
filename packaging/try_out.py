"""Try the Debian package where nothing else is: `python packaging/try_out.py PACKAGE.deb [--suite trixie]`, as root.

A fresh Debian is made by debootstrap (from the mirror that this computer's apt uses), the package installed in it by
apt with what it depends on, and a user who is not root opens the window, trains, exports with proof, classifies, looks
for a learning rate and sweeps. Then it is removed, and nothing of it may be left. Exit code 0 if all of that works.
"""

import argparse
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

QUICK = 2.0  # Seconds that the first paint may take.
USER = "student"
# What a desktop has, to see whether the package fits into it.
OF_A_DESKTOP = ("desktop-file-utils", "shared-mime-info", "appstream", "libglib2.0-bin")
LEFT = ("usr/bin/nnstudio", "usr/lib/nnstudio", "usr/share/applications/nnstudio.desktop")


class Failed(Exception):
    """The package does not do what it should."""


@dataclass(frozen=True)
class Debian:
    """A Debian in a folder, the screen that its programs see, and how many seconds a first paint may take there."""

    root: Path
    display: str
    quick: float

    def run(self, *command: str, user: str = "root", **variables: str) -> str:
        """What a command says in there; a failure ends the trial."""
        home = "/root" if user == "root" else f"/home/{user}"
        platform = {"DISPLAY": self.display} if self.display else {"QT_QPA_PLATFORM": "offscreen"}
        surroundings = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive", **platform, **variables,
        }  # fmt: skip
        inside = ["chroot", f"--userspec={user}", str(self.root), "sh", "-c", 'cd "$HOME" && exec "$@"', "sh", *command]
        done = subprocess.run(
            inside, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def ask(self, *arguments: str, **variables: str) -> str:
        """What nnstudio says to a user."""
        return self.run("nnstudio", *arguments, user=USER, **variables)


def expect(true: bool, otherwise: str) -> None:
    """Go on only if it is so."""
    if not true:
        raise Failed(otherwise)


# One after another, and each says in a few words what it found.


def install(debian: Debian, package: Path) -> str:
    shutil.copy(package, debian.root / "tmp")
    debian.run("apt-get", "update", "-q")
    before = debian.run("dpkg-query", "-f", "${Package}\n", "-W").count("\n")
    debian.run("apt-get", "install", "-qy", "--no-install-recommends", f"/tmp/{package.name}")
    after = debian.run("dpkg-query", "-f", "${Package}\n", "-W").count("\n")
    debian.run("useradd", "--create-home", USER)
    return f"with {after - before - 1} packages that it depends on"


def tell_version(debian: Debian, package: Path) -> str:
    command = ["dpkg-deb", "--field", str(package), "Version"]
    wanted = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    told = debian.ask("--version").strip()
    expect(told == f"nnstudio {wanted}", f"The package is {wanted}, the program says {told}.")
    return told


def find_libraries(debian: Debian, _: Path) -> str:
    libraries = [path for path in sorted((debian.root / "usr/lib/nnstudio").rglob("*.so*")) if path.is_file()]
    # Only for those who have GTK.
    names = [str(path.relative_to(debian.root)) for path in libraries if "gtk3" not in path.name]
    missing = re.findall(r".*not found.*", debian.run("ldd", *(f"/{name}" for name in names)))
    expect(not missing, "\n".join(missing))
    return f"{len(names)} libraries find all that they need"


def fit_the_desktop(debian: Debian, _: Path) -> str:
    debian.run("apt-get", "install", "-qy", "--no-install-recommends", *OF_A_DESKTOP)
    debian.run("desktop-file-validate", "/usr/share/applications/nnstudio.desktop")
    debian.run("appstreamcli", "validate", "--no-net", "/usr/share/metainfo/io.github.nnstudio.nnstudio.metainfo.xml")
    debian.ask("new", "xor", "-o", "xor.nns")
    told = debian.run("gio", "info", "-a", "standard::content-type", f"/home/{USER}/xor.nns")
    expect("application/x-nnstudio" in told, told)
    return "desktop file, metadata and file type are valid and known"


def paint(debian: Debian, _: Path) -> str:
    # The quickest of three: other programs take their share of this computer.
    cold, warm = (min(_seconds_to_paint(debian, forget) for _ in range(3)) for forget in (True, False))
    found = f"{cold:.2f} s with cold caches, {warm:.2f} s with warm ones"
    expect(max(cold, warm) <= debian.quick, f"{found}; that is more than {debian.quick:g} s.")
    return found


def _seconds_to_paint(debian: Debian, forget: bool) -> float:
    if forget:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")
    begin = time.perf_counter()
    expect("painted" in debian.ask(NNSTUDIO_FIRST_PAINT="1"), "The window was not painted.")
    return time.perf_counter() - begin


def look_inside(debian: Debian, _: Path) -> str:
    shutil.copy(Path(__file__).with_name("tried_inside.py"), debian.root / "home" / USER)
    return debian.ask("--run", "nnstudio.export.run_script", "tried_inside.py", ".").strip()


def train(debian: Debian, _: Path) -> str:
    debian.ask("new", "digits", "-o", "digits.nns")
    debian.ask("train", "digits.nns")
    told = debian.ask("evaluate", "digits.nns")
    return told.strip().splitlines()[-1]


def export(debian: Debian, _: Path) -> str:
    told = ""
    for form, name in (("npz", "digits.npz"), ("numpy", "digits.py")):
        told = debian.ask("export", "digits.nns", "--to", form, "-o", name)
        expect("agrees on" in told, told)
    return told.strip().splitlines()[-1]


def classify(debian: Debian, _: Path) -> str:
    (debian.root / "home" / USER / "one.png").write_bytes(picture_of_a_one())
    debian.ask("new", "mnist-trained", "-o", "mnist.nns")
    debian.ask("classify", "mnist.nns", "one.png", "--csv", "answers.csv")
    answers = (debian.root / "home" / USER / "answers.csv").read_text().splitlines()
    expect(len(answers) == 2 and ",1," in answers[1], "\n".join(answers))
    return f"a drawn stroke: {answers[1]}"


def look_for_a_rate(debian: Debian, _: Path) -> str:
    return json.loads(debian.ask("lr-range", "digits.nns", "--json"))["suggestion"]["reason"]


def sweep(debian: Debian, _: Path) -> str:
    debian.ask("sweep", "digits.nns", "--lr", "0.01:0.1:2", "--epochs", "1", "--workers", "2", "-o", "sweep.csv")
    lines = (debian.root / "home" / USER / "sweep.csv").read_text().splitlines()
    expect(len(lines) == 3, "\n".join(lines))
    return "two trials in two processes"


def remove(debian: Debian, _: Path) -> str:
    debian.run("apt-get", "purge", "-qy", "nnstudio")
    left = [name for name in LEFT if os.path.lexists(debian.root / name)]
    found = debian.run("find", "/usr", "/etc", "/var/lib", "-name", "*nnstudio*")
    expect(not left and not found, f"Left behind: {left} {found}")
    return "nothing is left"


STEPS: tuple[Callable[[Debian, Path], str], ...] = (
    install, tell_version, find_libraries, fit_the_desktop, paint, look_inside, train, export, classify,
    look_for_a_rate, sweep, remove,
)  # fmt: skip


def picture_of_a_one() -> bytes:
    """A PNG of 28×28 grey pixels, black with a white stroke: a fresh Debian has nothing to draw it with."""
    row = bytes(28)
    stroke = bytes(13) + b"\xff\xff\xff" + bytes(12)
    pixels = b"".join(b"\0" + (stroke if 4 <= y < 24 else row) for y in range(28))
    parts = ((b"IHDR", struct.pack(">2I5B", 28, 28, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def mirror() -> str:
    """Where this computer's apt gets Debian itself from."""
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(COMPONENT)|$(REPO_URI)", "Created-By: Packages"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return next(line.split("|")[2] for line in told.splitlines() if line.startswith("Debian|main|"))


def suite_here() -> str:
    """The Debian that this computer runs, by its name."""
    return dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line).get(
        "VERSION_CODENAME", "stable"
    )


@contextmanager
def fresh_debian(suite: str, folder: Path, display: str, quick: float) -> Iterator[Debian]:
    """A Debian in the folder as long as it is needed, with the devices and processes that programs expect."""
    subprocess.run(["debootstrap", "--variant=minbase", suite, folder, mirror()], check=True, stdout=subprocess.DEVNULL)
    settings = subprocess.run(["apt-config", "dump", "Acquire"], check=True, capture_output=True, text=True).stdout
    proxies = [line for line in settings.splitlines() if "proxy" in line.lower()]
    (folder / "etc/apt/apt.conf.d/80try-out").write_text("\n".join(proxies) + "\n")
    mounts = (("proc", "proc", "proc"), ("--bind", "/dev", "dev"), ("tmpfs", "tmpfs", "dev/shm"))
    done = []
    try:
        for kind, source, place in mounts:
            how = [kind] if kind.startswith("--") else ["-t", kind]
            subprocess.run(["mount", *how, source, folder / place], check=True)
            done.append(folder / place)
        yield Debian(folder, display, quick)
    finally:
        for place in reversed(done):
            subprocess.run(["umount", "--lazy", place], check=True)


def main() -> int:
    """Make the Debian, take every step, and say how each went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--suite", default=suite_here(), help="the Debian to try it in (%(default)s)")
    parser.add_argument("--display", default="", help="a screen such as :99 to open the window on, instead of none")
    parser.add_argument("--seconds", type=float, default=QUICK, help="to the first paint, at most (%(default)s)")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nnstudio-try-out-") as around:
        folder = Path(around) / wish.suite
        with fresh_debian(wish.suite, folder, wish.display, wish.seconds) as debian:
            for step in STEPS:
                begin = time.perf_counter()
                try:
                    found = step(debian, wish.package)
                except Failed as why:
                    print(f"FAILED  {step.__name__}: {why}", flush=True)
                    return 1
                print(f"{time.perf_counter() - begin:6.1f} s  {step.__name__.replace('_', ' ')}: {found}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
