"""Plots in the look of the studio: curves, images, heat maps. The plotting library is loaded by the first of them."""
