"""Tests of the preparation steps, against NumPy, SciPy, scikit-learn and Pillow."""
