"""What other programs read of the command line: one JSON object, and nothing else."""

import json
from math import isfinite
from typing import Any


def print_json(value: Any) -> None:
    """One JSON object in ASCII, which every terminal can take; numbers that JSON has no word for become null."""
    print(json.dumps(_finite(value), allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value
