"""Consent: whether a training goes on with a model that was changed under way. Asked once, until it pauses."""

from collections.abc import Callable

from nnstudio.ui.document import Document


class Consent:
    """Without it the change is undone."""

    def __init__(self, document: Document, agree: Callable[[], bool]) -> None:
        self._document, self._agree = document, agree
        self._given = False

    def given(self, unasked: bool) -> bool:
        """Whether it may go on; nobody is asked where nothing is under way."""
        self._given = self._given or unasked or self._agree()
        if not self._given:
            self._document.undo()
        return self._given

    def forget(self) -> None:
        """Ask again next time."""
        self._given = False
