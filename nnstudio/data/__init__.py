"""Data sets: where they come from, how they are split, and every step that prepares them."""
