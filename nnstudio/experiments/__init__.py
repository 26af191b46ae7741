"""Experiments: trainings that are compared."""
