"""The pages of the inspector: for one layer, for several, for a wire, and for the model as a whole."""
