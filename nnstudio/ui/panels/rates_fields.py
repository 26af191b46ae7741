"""Fields for learning rates: one rate, or a row of them in one line. They say why a rate is refused."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from nnstudio.core.errors import FieldError, StudioError
from nnstudio.core.rules import Json
from nnstudio.experiments.rates import checked_rate, rates_from_text
from nnstudio.ui.forms.typed import LineEditor

FEWEST, MOST = 2, 16  # Lanes side by side.


@dataclass(frozen=True)
class OneRate:
    """A rate that a training can take."""

    help: str

    def check(self, value: Any) -> float:
        """A rate; FieldError for what is none."""
        try:
            return checked_rate(value)
        except StudioError as error:
            raise FieldError(str(error)) from None

    def to_json(self, value: Any) -> Json:
        """As it is."""
        return value


@dataclass(frozen=True)
class SomeRates:
    """As many different rates as there can be lanes, from small to large."""

    help: str

    def check(self, value: Any) -> tuple[float, ...]:
        """The rates in their order; FieldError for too few or too many."""
        rates: tuple[float, ...] = tuple(sorted(set(value)))
        if not FEWEST <= len(rates) <= MOST:
            words = tr("{} to {} different rates can run side by side, but here are {}.")
            raise FieldError(words.format(FEWEST, MOST, len(rates)))
        return rates

    def to_json(self, value: Any) -> Json:
        """A list."""
        return list(value)


class RateEditor(LineEditor):
    """One rate, taken when Enter is pressed or the keys go elsewhere."""

    def __init__(self, help: str, parent: QWidget | None = None) -> None:
        super().__init__(OneRate(help), live=False, parent=parent)

    def parse(self, text: str) -> Any:
        return _number(text)

    def text_of(self, value: float) -> str:
        return shown_rate(value)


class RatesEditor(LineEditor):
    """Several rates in one line, parted by blanks or commas."""

    def __init__(self, help: str, parent: QWidget | None = None) -> None:
        super().__init__(SomeRates(help), live=False, parent=parent)

    def parse(self, text: str) -> tuple[float, ...]:
        try:
            return rates_from_text(text)
        except StudioError as error:
            raise FieldError(str(error)) from None

    def text_of(self, value: tuple[float, ...]) -> str:
        return "  ".join(shown_rate(rate) for rate in value)


def shown_rate(rate: float) -> str:
    """A rate as one writes it: 0.001, 3e-05."""
    return f"{rate:.4g}" if isfinite(rate) else str(rate)


def _number(text: str) -> Any:
    try:
        return float(text.replace(" ", "").replace(",", "."))
    except ValueError:
        return text.strip()


def tr(text: str) -> str:
    """A text of the rates in the user's language."""
    return QCoreApplication.translate("Rates", text)
