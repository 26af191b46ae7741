"""Failures in words: what a host tells when something cannot be done."""

import traceback

from nnstudio.core.errors import StudioError
from nnstudio.core.plugged import blame
from nnstudio.live.messages import A_BUG

NO_MEMORY = "There is not enough memory for this model with this batch size. Make the batch or the layers smaller."
UNREADABLE = "The data cannot be read any more ({}). See that its files are where they were, and train again."


def words_for(error: Exception) -> tuple[str, str | None]:
    """A sentence for the learner and, where the mistake is ours, its traceback."""
    if isinstance(error, StudioError):
        return str(error), None
    if (plugin_failed := blame(error)) is not None:
        # Its traceback is nothing that the makers of nnstudio could mend.
        return plugin_failed, None
    if isinstance(error, MemoryError):
        return NO_MEMORY, None
    if isinstance(error, OSError):
        return UNREADABLE.format((error.strerror or str(error)).lower()), None
    return A_BUG.format(error), "".join(traceback.format_exception(error))
