"""Panels that show a training while it goes on: one panel = one file."""
