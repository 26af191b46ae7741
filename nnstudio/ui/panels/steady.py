"""A scale that stays: the number with the strongest colour changes in steps, so that colours do not flicker."""

from math import floor, log10

STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0)
FULL = 0.4  # A scale stays while at least this much of it is used.


class Steady:
    """Keeps the end of a scale as long as it will do."""

    def __init__(self) -> None:
        self._limit = 0.0

    def limit(self, greatest: float) -> float:
        """The end of the scale for numbers up to that size."""
        if not self._limit or not FULL * self._limit <= greatest <= self._limit:
            self._limit = stepped(greatest)
        return self._limit


def stepped(greatest: float) -> float:
    """The next round number that is not smaller."""
    if greatest <= 0:
        return 1.0
    decade = 10.0 ** floor(log10(greatest))
    # A hair more, for what the division loses.
    return next((step * decade for step in STEPS if greatest <= step * decade * (1 + 1e-12)), 10 * decade)
