"""The container of a project file: a zip of a few named members, each known by size and SHA-256, read within bounds."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, BinaryIO

import msgspec
from msgspec import Meta

LARGEST = {
    "manifest.json": 1 << 16,
    "project.json": 1 << 23,
    "history.json": 1 << 23,
    "checkpoint.json": 1 << 23,
    "weights.safetensors": 1 << 33,
    "best.json": 1 << 16,
    "best.safetensors": 1 << 33,
    "checkpoint.safetensors": 1 << 34,
}
LARGEST_DEFLATED = 1 << 20  # More is stored as it is: a small file must not swell to what fills the memory.
END = struct.Struct("<4s4H2LH")  # The last record of a zip.
LONGEST_DIRECTORY = 4096
WHEN = (1980, 1, 1, 0, 0, 0)  # The same content gives the same bytes.


class Damaged(Exception):
    """The bytes are not a whole project file; the text says why, for a sentence that names the file."""


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """What the manifest says of one member."""

    size: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(min_length=64, max_length=64)]


def pack(members: Mapping[str, bytes]) -> bytes:
    """The members and their manifest as one zip. Arrays are stored as they are, short texts are deflated."""
    manifest = {name: Entry(len(content), sha256(content).hexdigest()) for name, content in members.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {"manifest.json": msgspec.json.encode(manifest), **members}.items():
            info = zipfile.ZipInfo(name, WHEN)
            deflated = name.endswith(".json") and len(content) <= LARGEST_DEFLATED
            info.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def unpack(file: BinaryIO) -> dict[str, bytes]:
    """The members of a zip, each as the manifest promises it."""
    _look_at_both_ends(file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = {info.filename: _member(archive, info) for info in _bounded(archive)}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        raise Damaged("it is cut short or damaged") from None
    return _as_promised(members)


def _look_at_both_ends(file: BinaryIO) -> None:
    """Refuse a stranger, and a zip with a crowd of members, before the rest of it is read."""
    if not (start := file.read(4)):
        raise Damaged("it is empty")
    if start != b"PK\3\4":
        raise Damaged("it is not an nnstudio project")
    if file.seek(0, io.SEEK_END) < END.size:
        raise Damaged("it is cut short or damaged")
    file.seek(-END.size, io.SEEK_END)
    signature, _, _, _, count, length, _, comment = END.unpack(file.read(END.size))
    if signature != b"PK\5\6" or comment or count > len(LARGEST) or length > LONGEST_DIRECTORY:
        raise Damaged("it is cut short or damaged")


def _bounded(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    strange = next((name for name in names if name not in LARGEST), None)
    if strange is not None:
        raise Damaged(f"it holds something that does not belong there ({ascii(strange)[1:-1][:40]})")
    if len(set(names)) < len(names):
        raise Damaged("it holds something twice")
    for info in infos:
        deflated = info.compress_type == zipfile.ZIP_DEFLATED
        largest = min(LARGEST[info.filename], LARGEST_DEFLATED) if deflated else LARGEST[info.filename]
        if info.file_size > largest or info.compress_size > info.file_size + 1024:
            raise Damaged(f"its {info.filename} is too large")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Damaged(f"its {info.filename} is packed in a way that is not used here")
        if deflated and not info.filename.endswith(".json"):
            raise Damaged(f"its {info.filename} is packed in a way that is not used here")
    return infos


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as member:
        return member.read(info.file_size + 1)


def _as_promised(members: dict[str, bytes]) -> dict[str, bytes]:
    try:
        manifest = msgspec.json.decode(members.pop("manifest.json", b""), type=dict[str, Entry])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Damaged("its list of contents is missing or damaged") from None
    if manifest.keys() != members.keys():
        raise Damaged("a part of it is missing")
    for name, content in members.items():
        if manifest[name].size != len(content) or manifest[name].sha256 != sha256(content).hexdigest():
            raise Damaged(f"its {name} is not what was saved")
    return members
