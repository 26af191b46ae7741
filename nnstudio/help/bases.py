"""Which chapter explains which kind of thing: known by name, so that nothing is loaded to find out."""

CHAPTERS_OF = {
    "nnstudio.layers.base.Layer": "layers",
    "nnstudio.layers.initialisers.Initialiser": "initialisers",
    "nnstudio.engine.losses.Loss": "losses",
    "nnstudio.engine.optimizers.Optimizer": "optimizers",
    "nnstudio.engine.schedules.Schedule": "schedules",
    "nnstudio.engine.penalties.Penalty": "penalties",
    "nnstudio.training.stopping.Stop": "stops",
    "nnstudio.data.generated.Generator": "data",
    "nnstudio.data.split.Shares": "data",
    "nnstudio.data.collections.base.Collection": "data",
    "nnstudio.data.preparation.base.Preparation": "preparation",
    "nnstudio.data.readers.base.Reader": "readers",
    "nnstudio.export.base.Exporter": "exporters",
    "nnstudio.doctor.base.Sign": "signs",
    "nnstudio.core.panels.Panel": "panels",
    "nnstudio.lessons.base.Lesson": "lessons",
}

PAGES_OF = {
    "nnstudio.training.settings.Settings": "training",
    "nnstudio.preferences.Preferences": "settings",
}
"""Those that have a page to themselves, with a section for each field."""


def topic_of_kind(cls: type) -> str:
    """The page of a kind; an empty text where it has none."""
    names = _names(cls)
    for name in names:
        if name in PAGES_OF:
            return PAGES_OF[name]
    chapter = next((CHAPTERS_OF[name] for name in names if name in CHAPTERS_OF), "")
    return f"{chapter}/{getattr(cls, 'kind', '')}" if chapter else ""


def chapter_of(base: type) -> str:
    """The chapter of a family, by what all its kinds are made from; an empty text where it has none."""
    return next((CHAPTERS_OF[name] for name in _names(base) if name in CHAPTERS_OF), "")


def _names(cls: type) -> list[str]:
    return [f"{each.__module__}.{each.__qualname__}" for each in cls.__mro__]
