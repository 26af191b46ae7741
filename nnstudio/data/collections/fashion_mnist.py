"""Fashion-MNIST: 70,000 pictures of clothes of 28×28 pixels."""

from dataclasses import dataclass

from nnstudio.data.collections.mnist_like import MnistLike, remotes
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale


@dataclass(frozen=True)
class FashionMnist(MnistLike):
    """70,000 pictures of clothes of 28×28 pixels."""

    kind = "fashion-mnist"
    title = "Fashion-MNIST"
    about = "70,000 pictures of clothes of 28×28 pixels, in place of MNIST's digits."
    source = (
        "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, a novel image dataset for benchmarking machine learning "
        "algorithms. https://github.com/zalandoresearch/fashion-mnist. Licence: MIT."
    )
    places = (".", "raw", "FashionMNIST/raw")
    samples = (60_000, 10_000)
    class_names = (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    )  # fmt: skip
    steps = (Scale(255), Normalise(0.2860, 0.3530))
    files = remotes(
        [
            (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", ""),
            (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", ""),
            (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", ""),
            (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", ""),
        ],
        (
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        ),
    )
