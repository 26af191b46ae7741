"""The lectures' formulas and worked numbers, as a student computes them by hand."""
