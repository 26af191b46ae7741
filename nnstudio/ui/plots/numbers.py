"""Numbers as plots write them: exact where they are read off, short where they stand at an axis."""

from math import ceil, floor, isinf, isnan, log10
from typing import Any

import numpy as np

MINUS = "−"
DIGITS = 10
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SHORTER = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def exact(value: Any) -> str:
    """A number with enough digits to compare it with one's own: all of float32, ten of float64."""
    if isnan(value):
        return "not a number"
    if isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", MINUS)
    # NumPy writes as many digits as make the number known.
    text = str(value) if isinstance(value, np.float32) else f"{float(value):.{DIGITS}g}"
    return text.replace("-", MINUS)


def rounded(value: float) -> str:
    """A number as exactly as the mouse can point."""
    return f"{value:.4g}".replace("-", MINUS)


def at_axis(values: list[float], spacing: float) -> list[str]:
    """What stands at the ticks of an axis: all with as many places, thousands and millions shortened."""
    greatest = max((abs(value) for value in values), default=0.0)
    if not greatest:
        return ["0" for _ in values]
    if spacing < 1e-4 or greatest >= 1e13:
        return [_scientific(value, greatest, spacing) for value in values]
    unit, letter = next(((unit, letter) for unit, letter in SHORTER if greatest >= 10 * unit), (1.0, ""))
    places = max(0, ceil(-log10(spacing / unit) - 1e-9))
    # A quarter needs a place more than its size says.
    places += abs(round(spacing / unit, places) - spacing / unit) > 1e-6 * spacing / unit
    return [_plain(value, unit, letter, places) for value in values]


def power(exponent: float) -> str:
    """What stands at a tick of a logarithmic axis."""
    whole = floor(exponent + 1e-9)
    first = round(10 ** (exponent - whole))
    if -3 <= whole <= 3:
        return f"{first * 10.0**whole:.{max(0, -whole)}f}" if whole < 3 else f"{first * 10**whole:,}"
    raised = f"10{str(whole).translate(RAISED)}"
    return raised if first == 1 else f"{first}·{raised}"


def _plain(value: float, unit: float, letter: str, places: int) -> str:
    text = f"{value / unit:.{places}f}"
    if float(text) == 0:
        return "0"
    return text.replace("-", MINUS) + letter


def _scientific(value: float, greatest: float, spacing: float) -> str:
    if abs(value) < spacing / 2:
        return "0"
    whole = floor(log10(greatest))
    places = max(0, ceil(whole - log10(spacing) - 1e-9))
    return f"{value / 10.0**whole:.{places}f}·10{str(whole).translate(RAISED)}".replace("-", MINUS)
