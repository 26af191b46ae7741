"""Whether a published file is described properly, and whether the file that is there is that file."""

import os
import re
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import cast

from nnstudio.core.errors import DataError
from nnstudio.core.files import opened, shown
from nnstudio.data.collections.base import Remote
from nnstudio.data.download_http import is_https
from nnstudio.data.streams import GZIP, Inflated, Plain, Readable, Stream

# Deflate can shrink nothing 1000 times, but not what there is to learn from.
BEST_RATIO = 64
ALWAYS_INFLATED = 2**26

_BLOCK = 2**18
_IMPOSSIBLE = re.compile(r'[/\\:*?"<>|]')
_MENDED = "Ask those who made this data set to mend it."


def check_remote(remote: Remote) -> None:
    """Refuse what would lead out of the folder or off https, or could never be found right."""
    name = shown(remote.name)
    if remote.name in ("", ".", "..") or _IMPOSSIBLE.search(remote.name) or not remote.name.isprintable():
        raise DataError(f"'{name}' cannot be the name of a fetched file. {_MENDED}")
    if remote.size < 1 or not re.fullmatch("[0-9a-fA-F]{64}", remote.sha256):
        raise DataError(f"{name} has no size or no SHA-256 to check it by. {_MENDED}")
    if not remote.addresses:
        raise DataError(f"{name} is not offered anywhere. {_MENDED}")
    for address in remote.addresses:
        if not is_https(address):
            raise DataError(f"{name} is offered at {shown(address)}, which is not an https address. {_MENDED}")


def is_right(path: Path, remote: Remote, stop: Callable[[], None]) -> bool:
    """Whether a file has the published bytes or, where their content is known, holds it in any wrapping or none."""
    with opened(path, DataError) as file:
        size = os.fstat(file.fileno()).st_size
        most = max(ALWAYS_INFLATED, BEST_RATIO * remote.size) if remote.content else remote.size
        if size > most or (size != remote.size and not remote.content):
            return False
        wanted = {remote.sha256.lower(), remote.content.lower()} - {""}
        readable = cast(Readable, file)
        if _digest(Plain(readable, size), size, stop) in wanted:
            return True
        file.seek(0)
        return bool(remote.content) and _inflated_digest(readable, size, most, stop) == remote.content.lower()


def _inflated_digest(file: Readable, size: int, most: int, stop: Callable[[], None]) -> str:
    try:
        return _digest(Inflated(file, size, GZIP), most, stop)
    except zlib.error:
        return ""


def _digest(stream: Stream, most: int, stop: Callable[[], None]) -> str:
    """The SHA-256 of a stream; empty if it does not end as it should after at most so many bytes."""
    digest, block, seen = sha256(), memoryview(bytearray(_BLOCK)), 0
    while seen <= most and (count := stream.fill(block)):
        stop()
        digest.update(block[:count])
        seen += count
    return digest.hexdigest() if stream.at_end() else ""
