"""What nnstudio is compared with: PyTorch on the CPU, scikit-learn, and NumPy's own matrix products.

`python -m tests.benchmarks.peers --mnist FOLDER` prints their figures on this machine.
"""

from __future__ import annotations

import argparse
import gzip
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
from torch import Tensor, nn, optim

from .measure import Contender, alternate

Batches = Callable[[Tensor, Tensor, int], Iterator[tuple[Tensor, Tensor]]]
MNIST_VARIABLE = "NNSTUDIO_TEST_MNIST"
MNIST_MEAN, MNIST_DEVIATION = 0.1307, 0.3081


@dataclass(frozen=True)
class Samples:
    """Inputs in float32, one sample a row, and their targets: labels in int64 or values in float32."""

    inputs: NDArray[np.float32]
    targets: NDArray[np.int64] | NDArray[np.float32]


def set_threads(threads: int) -> None:
    """Give PyTorch, NumPy, SciPy and OpenMP this number of threads each, until told otherwise."""
    torch.set_num_threads(threads)
    threadpool_limits(limits=threads)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read a gzipped IDX file of bytes, such as those of MNIST."""
    with gzip.open(path) as file:
        raw = file.read()
    rank = raw[3]
    shape = np.frombuffer(raw, ">u4", count=rank, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_mnist(folder: Path, part: str = "train") -> Samples:
    """Read the `train` or `t10k` part of MNIST as rows of 784 normalised pixels and their labels."""
    pixels = read_idx(folder / f"{part}-images-idx3-ubyte.gz").reshape(-1, 784).astype(np.float32)
    inputs = (pixels / np.float32(255) - np.float32(MNIST_MEAN)) / np.float32(MNIST_DEVIATION)
    return Samples(inputs, read_idx(folder / f"{part}-labels-idx1-ubyte.gz").astype(np.int64))


def mnist_folder(argument: Path | None = None) -> Path:
    """Return the folder of MNIST: the argument, else what NNSTUDIO_TEST_MNIST names."""
    named = argument or os.environ.get(MNIST_VARIABLE)
    if not named:
        raise SystemExit(f"Where is MNIST? Set {MNIST_VARIABLE} to its folder, or pass --mnist FOLDER.")
    return Path(named)


def playground_samples(count: int = 500, seed: int = 0) -> Samples:
    """Draw points of a square with the targets +1 and -1 of the exclusive or."""
    points = np.random.default_rng(seed).uniform(-6, 6, (count, 2)).astype(np.float32)
    return Samples(points, np.sign(points[:, :1] * points[:, 1:]))


def random_images(count: int = 2560, seed: int = 0) -> Samples:
    """Draw noise in the shape of MNIST, for speed alone."""
    generator = np.random.default_rng(seed)
    return Samples(generator.standard_normal((count, 784), dtype=np.float32), generator.integers(0, 10, count))


def batch_by_batch(inputs: Tensor, targets: Tensor, batch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffle each epoch and gather a batch when it is needed: fastest for large samples."""
    while True:
        for rows in torch.split(torch.randperm(len(inputs)), batch):
            yield inputs.index_select(0, rows), targets.index_select(0, rows)


def epoch_by_epoch(inputs: Tensor, targets: Tensor, batch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffle and gather the whole epoch at once, then slice it: fastest for tiny data."""
    while True:
        order = torch.randperm(len(inputs))
        yield from zip(torch.split(inputs[order], batch), torch.split(targets[order], batch), strict=True)


@dataclass(frozen=True)
class Recipe:
    """A model and how it is trained, in PyTorch's terms; `network` and `optimizer` make a new one at each call."""

    network: Callable[[], nn.Module]
    input_shape: tuple[int, ...]
    loss: nn.Module
    optimizer: Callable[[Iterable[nn.Parameter]], optim.Optimizer]
    batch: int
    batches: Batches = batch_by_batch


class TorchTrainer:
    """Eager PyTorch on the CPU, with neither a DataLoader nor a look at the loss."""

    def __init__(self, name: str, recipe: Recipe) -> None:
        self.name = name
        self.batch = recipe.batch
        self._recipe = recipe

    def prepare(self, samples: Samples, seed: int = 0) -> TorchTrainer:
        """Make the network and its tensors; returns itself."""
        torch.manual_seed(seed)
        recipe = self._recipe
        inputs = torch.from_numpy(samples.inputs).reshape(-1, *recipe.input_shape)
        self._network = recipe.network()
        self._optimizer = recipe.optimizer(self._network.parameters())
        self._batches = recipe.batches(inputs, torch.from_numpy(samples.targets), recipe.batch)
        return self

    def run(self, steps: int) -> None:
        """Do that many training steps, reshuffling wherever an epoch ends."""
        network, loss, optimizer, batches = self._network, self._recipe.loss, self._optimizer, self._batches
        for _ in range(steps):
            inputs, targets = next(batches)
            optimizer.zero_grad()
            loss(network(inputs), targets).backward()
            optimizer.step()


class SklearnTrainer:
    """scikit-learn's MLPClassifier; `partial_fit` because, unlike a warm start, it keeps Adam's moments."""

    def __init__(self, name: str = "scikit-learn", hidden: int = 128, batch: int = 100) -> None:
        self.name = name
        self.batch = batch
        self._hidden = hidden

    def prepare(self, samples: Samples, seed: int = 0) -> SklearnTrainer:
        """Make the classifier and keep the samples; returns itself."""
        self._model = MLPClassifier(
            (self._hidden,), activation="logistic", solver="adam", alpha=0.0, batch_size=self.batch, random_state=seed
        )
        self._samples = samples
        self._classes = np.unique(samples.targets)
        self._next_row = 0
        return self

    def run(self, steps: int) -> None:
        """Do that many training steps in as few calls as there are epochs in them."""
        samples, rows_left = self._samples, steps * self.batch
        while rows_left > 0:
            first = self._next_row
            last = min(first + rows_left, len(samples.inputs))
            self._model.partial_fit(samples.inputs[first:last], samples.targets[first:last], classes=self._classes)
            rows_left -= last - first
            self._next_row = last % len(samples.inputs)


class MatrixProducts:
    """NumPy's own float32 matrix products, written into buffers made beforehand: one step does each of them once."""

    def __init__(self, name: str, operands: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]) -> None:
        self.name = name
        self.flops: int = sum(2 * left.size * right.shape[1] for left, right in operands)
        self._products = [(left, right, np.empty((len(left), right.shape[1]), np.float32)) for left, right in operands]

    def run(self, steps: int) -> None:
        """Do all the products that many times."""
        for _ in range(steps):
            for left, right, out in self._products:
                np.matmul(left, right, out=out)

    def gflops(self, seconds: float, steps: int) -> float:
        """Return the rate in GFLOP/s of so many steps in these seconds."""
        return self.flops * steps / seconds / 1e9


def training_products(widths: Sequence[int], batch: int, *, batch_last: bool) -> MatrixProducts:
    """Make the products of one training step of a dense network, transposed operands as views.

    Forward and weight gradient of every layer, and the input gradient of every layer but the first. Samples are
    the columns of the operands where `batch_last`, else their rows: the machine may prefer one of the two.
    """
    operands = []
    for layer, (inputs, outputs) in enumerate(pairwise(widths)):
        x, weights, dy = _noise(batch, inputs), _noise(inputs, outputs), _noise(batch, outputs)
        if batch_last:
            x, weights, dy = (np.ascontiguousarray(array.T) for array in (x, weights, dy))
        forward = (weights, x) if batch_last else (x, weights)
        weight_gradient = (dy, x.T) if batch_last else (x.T, dy)
        input_gradient = (weights.T, dy) if batch_last else (dy, weights.T)
        operands += [forward, weight_gradient, *([input_gradient] if layer else [])]
    return MatrixProducts(f"NumPy matmul, batch {'last' if batch_last else 'first'}", operands)


def plain_product(rows: int, inner: int, columns: int) -> MatrixProducts:
    """Make a single product of two contiguous matrices."""
    return MatrixProducts(f"NumPy {rows}x{inner}x{columns}", [(_noise(rows, inner), _noise(inner, columns))])


def _noise(rows: int, columns: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((rows, columns), dtype=np.float32)


def _mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(784, 128), nn.Sigmoid(), nn.Linear(128, 10))


def _lenet() -> nn.Module:
    first = [nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    second = [nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))


def _lenet_channels_last() -> nn.Module:
    return _lenet().to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _playground() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1), nn.Tanh())


def _dense() -> nn.Module:
    return nn.Sequential(nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10))


def torch_mlp(*, tuned: bool) -> TorchTrainer:
    """Make the peer of `mnist-mlp`, as people write it or `tuned` with the fused Adam."""
    adam = partial(optim.Adam, lr=0.001, fused=tuned or None)
    return TorchTrainer(_torch_name(tuned), Recipe(_mlp, (784,), nn.CrossEntropyLoss(), adam, 100))


def torch_lenet(*, tuned: bool) -> TorchTrainer:
    """Make the peer of `mnist-lenet`, as people write it or `tuned` with channels last and the fused Adam."""
    adam = partial(optim.Adam, lr=0.001, fused=tuned or None)
    network = _lenet_channels_last if tuned else _lenet
    return TorchTrainer(_torch_name(tuned), Recipe(network, (1, 28, 28), nn.CrossEntropyLoss(), adam, 64))


def torch_playground() -> TorchTrainer:
    """Make the peer of `playground`; the fused SGD is slower here, so there is nothing to tune."""
    sgd = partial(optim.SGD, lr=0.03)
    return TorchTrainer("PyTorch", Recipe(_playground, (2,), nn.MSELoss(), sgd, 10, epoch_by_epoch))


def torch_dense() -> TorchTrainer:
    """Make a PyTorch peer of the large dense network, to stand beside the matrix products."""
    sgd = partial(optim.SGD, lr=0.01)
    return TorchTrainer("PyTorch", Recipe(_dense, (784,), nn.CrossEntropyLoss(), sgd, 256))


def _torch_name(tuned: bool) -> str:
    return "PyTorch, tuned" if tuned else "PyTorch"


def mlp_peers(mnist: Samples) -> list[TorchTrainer | SklearnTrainer]:
    """Prepare the peers of `mnist-mlp`."""
    networks = [torch_mlp(tuned=tuned).prepare(mnist) for tuned in (False, True)]
    return [*networks, SklearnTrainer().prepare(mnist)]


def lenet_peers(mnist: Samples) -> list[TorchTrainer]:
    """Prepare the peers of `mnist-lenet`."""
    return [torch_lenet(tuned=tuned).prepare(mnist) for tuned in (False, True)]


def playground_peers() -> list[TorchTrainer]:
    """Prepare the peer of `playground`."""
    return [torch_playground().prepare(playground_samples())]


def dense_products() -> list[MatrixProducts]:
    """Make the products a step of dense 784-1024-1024-10 at batch 256 consists of, in both layouts."""
    return [training_products((784, 1024, 1024, 10), 256, batch_last=last) for last in (False, True)]


def _report(what: str, contenders: Sequence[Contender], rounds: int, steps: int, threads: int) -> None:
    first, *rest = contenders
    timings = alternate(first, rest, rounds, steps, before_slice=partial(set_threads, threads))
    for contender, timing in zip(contenders, timings, strict=True):
        figures = "; ".join(
            f"{word} {_figure(contender, steps / seconds)}"
            for word, seconds in (("best", timing.minimum), ("median", timing.median))
        )
        print(f"{threads} threads  {what:10s}  {contender.name:26s}  {figures}", flush=True)


def _figure(contender: Contender, steps_a_second: float) -> str:
    if isinstance(contender, MatrixProducts):
        return f"{steps_a_second:6.1f} steps/s {contender.gflops(1 / steps_a_second, 1):6.1f} GFLOP/s"
    if isinstance(contender, TorchTrainer | SklearnTrainer):
        return f"{steps_a_second:6.0f} steps/s {steps_a_second * contender.batch:8.0f} samples/s"
    return f"{steps_a_second:6.0f} steps/s"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description="Time the peers alone.")
    parser.add_argument("--mnist", type=Path, help=f"the folder of MNIST (default: ${MNIST_VARIABLE})")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


def main() -> None:
    """Print every peer's steps, samples or GFLOP a second at each number of threads."""
    arguments = _arguments()
    mnist = read_mnist(mnist_folder(arguments.mnist))
    plain = [plain_product(1024, 1024, 1024), plain_product(1024, 1024, 256)]
    workloads: list[tuple[str, Sequence[Contender], int]] = [
        ("mnist-mlp", mlp_peers(mnist), 600),
        ("lenet", lenet_peers(mnist), 60),
        ("playground", playground_peers(), 1000),
        ("dense", [*dense_products(), torch_dense().prepare(random_images())], 30),
        ("products", plain, 60),
    ]
    for threads in arguments.threads:
        for what, contenders, steps in workloads:
            _report(what, contenders, arguments.rounds, steps, threads)


if __name__ == "__main__":
    main()
