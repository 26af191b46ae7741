"""Writes the bundled iris flowers from scikit-learn's copy: `python packaging/make_iris.py`, needed only once."""

from pathlib import Path

from sklearn.datasets import load_iris  # type: ignore[import-untyped]

PATH = Path(__file__).resolve().parent.parent / "resources" / "data" / "iris.csv"
COLUMNS = ("sepal length", "sepal width", "petal length", "petal width", "species")

if __name__ == "__main__":
    iris = load_iris()
    rows = [(*lengths, iris.target_names[species]) for lengths, species in zip(iris.data, iris.target, strict=True)]
    lines = (",".join(map(str, row)) for row in (COLUMNS, *rows))
    PATH.write_bytes("".join(f"{line}\n" for line in lines).encode())
