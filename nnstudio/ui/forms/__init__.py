"""Forms, built from the declared fields of any configured class."""

# Registers the editors of parts, which hold forms themselves.
from nnstudio.ui.forms import part as part
