"""The Debian package, made of a tiny folder: everything where a Debian looks for it, and the same bytes each time."""

import gzip
import shutil
import subprocess
import tarfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

import nnstudio

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb makes Debian packages")
MADE = 1_700_000_000
SIZES = ("16x16", "22x22", "24x24", "32x32", "48x48", "64x64", "128x128", "256x256", "512x512")


@pytest.fixture(scope="module")
def package(script, icons, tmp_path_factory):
    """Two packages made one after the other, of a program in one file and one library."""
    debian, folder = script("debian"), tmp_path_factory.mktemp("debian")
    program = folder / "program"
    (program / "_internal" / "licences" / "Python 3").mkdir(parents=True)
    (program / "_internal" / "licences" / "Python 3" / "LICENSE.txt").write_text("do as you like")
    (program / "_internal" / "library.so").write_bytes(b"\x7fELF")
    (program / "_internal" / "library.so").chmod(0o777)
    (program / "_internal" / "link.so").symlink_to("library.so")
    (program / "nnstudio").write_text("#!/bin/sh\n")
    facts = debian.Facts(nnstudio.__version__, MADE, "amd64")
    for number in (1, 2):
        tree = folder / f"tree{number}"
        debian.lay_out(program, icons, tree, facts)
        debian.write_control(tree, facts, "libc6 (>= 2.35), libegl1")
        debian.pack(tree, folder / f"{number}.deb", MADE)
    return folder


@pytest.fixture(scope="module")
def members(package):
    """What is in the package, by name."""
    content = subprocess.run(["dpkg-deb", "--fsys-tarfile", package / "1.deb"], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(content)) as archive:
        return {
            member.name.removeprefix("./"): (member, archive.extractfile(member).read() if member.isfile() else b"")
            for member in archive
        }


def test_the_command_is_a_link_to_the_program(members):
    assert members["usr/bin/nnstudio"][0].linkname == "../lib/nnstudio/nnstudio"
    assert members["usr/lib/nnstudio/nnstudio"][0].mode == 0o755
    assert members["usr/lib/nnstudio/_internal/link.so"][0].linkname == "library.so"


def test_everything_is_root_s_and_only_the_program_can_be_started(members):
    assert {(member.uname, member.gname) for member, _ in members.values()} == {("root", "root")}
    startable = [name for name, (member, _) in members.items() if member.isfile() and member.mode != 0o644]
    assert startable == ["usr/lib/nnstudio/nnstudio"]
    assert {member.mode for member, _ in members.values() if member.isdir()} == {0o755}


@pytest.mark.parametrize("size", [*SIZES, "scalable"])
def test_both_icons_are_there_in_every_size(members, size):
    kind = "svg" if size == "scalable" else "png"
    for name in ("apps/nnstudio", "mimetypes/application-x-nnstudio"):
        assert members[f"usr/share/icons/hicolor/{size}/{name}.{kind}"][1]


def test_the_desktop_finds_the_program_and_its_file_type(members):
    assert b"Exec=nnstudio" in members["usr/share/applications/nnstudio.desktop"][1]
    ElementTree.fromstring(members["usr/share/mime/packages/nnstudio.xml"][1])
    told = ElementTree.fromstring(members["usr/share/metainfo/io.github.nnstudio.nnstudio.metainfo.xml"][1])
    assert told.find("releases/release").attrib == {"version": nnstudio.__version__, "date": "2023-11-14"}


def test_the_papers_are_there(members):
    manual = gzip.decompress(members["usr/share/man/man1/nnstudio.1.gz"][1]).decode()
    assert f'"nnstudio {nnstudio.__version__}"' in manual
    news = gzip.decompress(members["usr/share/doc/nnstudio/changelog.gz"][1]).decode()
    assert news.startswith(f"nnstudio ({nnstudio.__version__})")
    assert "Tue, 14 Nov 2023 22:13:20" in news
    assert b"BSD 3-Clause" not in members["usr/share/doc/nnstudio/copyright"][1]
    assert b"License: BSD-3-Clause\n Copyright (c)" in members["usr/share/doc/nnstudio/copyright"][1]
    licences = members["usr/share/doc/nnstudio/licences"][0].linkname
    assert licences == "../../../lib/nnstudio/_internal/licences"


def test_the_control_file_tells_version_size_and_needs(package, members):
    command = ["dpkg-deb", "--field", package / "1.deb"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    fields = dict(line.split(": ", 1) for line in told.splitlines() if not line.startswith(" "))
    assert fields["Version"] == nnstudio.__version__
    assert fields["Architecture"] == "amd64"
    assert fields["Depends"] == "libc6 (>= 2.35), libegl1"
    stored = sum(member.size for member, _ in members.values())
    assert stored / 1024 <= int(fields["Installed-Size"]) <= stored / 1024 + len(members)


def test_the_same_folder_gives_the_same_bytes(package):
    assert (package / "1.deb").read_bytes() == (package / "2.deb").read_bytes()
