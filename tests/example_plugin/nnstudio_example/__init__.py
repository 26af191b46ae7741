"""An example of a plugin for nnstudio: the layer Hard tanh, and the panel Weight norms."""

NNSTUDIO_INTERFACE = 1  # What it was made for: an older nnstudio says so, and leaves it out.
