"""MNIST: 70,000 handwritten digits of 28×28 pixels."""

from dataclasses import dataclass

from nnstudio.data.collections.mnist_like import MnistLike, remotes
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale


@dataclass(frozen=True)
class Mnist(MnistLike):
    """70,000 handwritten digits of 28×28 pixels."""

    kind = "mnist"
    title = "MNIST"
    about = "70,000 handwritten digits of 28×28 pixels."
    source = (
        "Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits. "
        "https://yann.lecun.com/exdb/mnist/. Licence: CC BY-SA 3.0."
    )
    samples = (60_000, 10_000)
    class_names = tuple("0123456789")
    steps = (Scale(255), Normalise(0.1307, 0.3081))
    files = remotes(
        [
            (
                9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            ),
            (
                28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            ),
            (
                1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            ),
            (
                4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ),
        ],
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
    )  # fmt: skip
