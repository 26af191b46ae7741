"""What is remembered of the welcome and the tour, so that neither ever comes back unasked."""

from PySide6.QtCore import QSettings

WELCOMED, TOUR = "welcome/seen", "tour/begun"


def welcomed(settings: QSettings) -> bool:
    """Whether the welcome was shown before."""
    return _remembered(settings, WELCOMED)


def remember(settings: QSettings) -> None:
    """The welcome is shown now."""
    settings.setValue(WELCOMED, True)


def tour_begun(settings: QSettings) -> bool:
    """Whether the tour was ever taken, be it to its end or not."""
    return _remembered(settings, TOUR)


def remember_tour(settings: QSettings) -> None:
    """The tour begins now."""
    settings.setValue(TOUR, True)


def _remembered(settings: QSettings, key: str) -> bool:
    # A file of settings gives back a text.
    return str(settings.value(key, "")).lower() == "true"
