"""Speed beside PyTorch, scikit-learn and NumPy: `python -m tests.benchmarks`."""
