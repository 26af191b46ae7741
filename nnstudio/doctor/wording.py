"""Numbers as a person writes them in a sentence: three digits, and powers of ten where there would be many zeros."""

from math import floor, isfinite, log10

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
FINEST, LARGEST = 1e-4, 1e6  # Between them a number needs no power of ten.


def figure(number: float) -> str:
    """Three digits that count: 0.693, 1,240, 3.1·10⁻⁹."""
    if not isfinite(number):
        return "not finite"
    size = abs(number)
    if not number or FINEST <= size < LARGEST:
        return f"{_three_digits(number):,.10g}".replace("-", "−")
    power = floor(log10(size))
    return f"{number / 10.0**power:.2g}·10{str(power).translate(RAISED)}".replace("-", "−")


def percent(share: float) -> str:
    """A share as a percentage: 94 %."""
    return f"{100 * share:.0f} %"


def _three_digits(number: float) -> float:
    return float(f"{number:.3g}")
