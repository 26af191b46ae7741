"""Texts with places such as @VERSION@ that are filled when a package is made, so that each fact has one source."""

import re
from pathlib import Path

PLACE = re.compile(r"@([A-Z]+)@")


def filled(file: Path, **facts: str) -> str:
    """The text of a file with all its places filled; a place without a fact is an error."""
    return PLACE.sub(lambda place: facts[place[1].lower()], file.read_text("utf-8"))
