"""Errors that speak to the learner: where, what is wrong, what to do."""


class StudioError(Exception):
    """Something the user can mend; its text is shown as it is, never with a traceback."""


class FieldError(StudioError):
    """A field was given a value outside its range."""


class UnknownKind(StudioError):
    """A name that no layer, loss, optimizer or other part of this version has."""


class LayerError(StudioError):
    """A layer cannot take what is wired into it."""


class EditError(StudioError):
    """An edit that would not leave a graph behind."""


class ModelError(StudioError):
    """A model with problems cannot be compiled; the problems say which and where."""


class DataError(StudioError):
    """A data set cannot be read or does not fit."""


class ProjectError(StudioError):
    """A project file cannot be read or written."""


class TrainingError(StudioError):
    """Training cannot start or go on."""
