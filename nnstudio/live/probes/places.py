"""Where the numbers of a parameter lie in the flat vector that holds all of a network."""

import numpy as np
from numpy.typing import NDArray

from nnstudio.live.probes.base import Sight


def places_of(sight: Sight, name: str) -> NDArray[np.intp]:
    """For a parameter by its full name, `step/parameter`: the place of each number, in the parameter's own shape.

    Empty where the network has no such parameter.
    """
    return sight.remembered(("places", name), lambda: _found(sight, name))


def _found(sight: Sight, name: str) -> NDArray[np.intp]:
    step, _, parameter = name.rpartition("/")
    layout = sight.session.parameters.layout
    for place in layout.places:
        if place.step.id == step and parameter in place.block:
            # The parameters of a block lie side by side, so what is in a row here need not be in a row there.
            return place.views(np.arange(layout.size))[parameter].copy()
    return np.empty(0, np.intp)
