"""The panel Weight norms in words: all that is known of it before it is seen. Without Qt."""

from dataclasses import dataclass
from typing import Any

from nnstudio.core.panels import Panel

TEXT = """
For every layer with parameters there is a row. The **norm** of an array is the length that it has as a vector: √Σw².

Norms that grow without end, epoch after epoch, are a sign that a penalty would do good: see [L2](../penalties/l2.md).

## Example

A neuron with the weights 3 and 4 has a norm of √(9 + 16) = 5.
"""


@dataclass(frozen=True)
class WeightNorms(Panel):
    """How long the weights of each layer are."""

    kind = "weight_norms"
    title = "Weight norms"
    about = "How long the weights and biases of each layer are as vectors, while they are learned"
    text = TEXT
    area = "right"

    def make(self, document: Any, selection: Any, run: Any, theme: Any, parent: Any) -> Any:
        """The widget; only now is anything of Qt imported."""
        from nnstudio_example.weight_norms_view import WeightNormsView

        return WeightNormsView(document, selection, run, theme, parent)
