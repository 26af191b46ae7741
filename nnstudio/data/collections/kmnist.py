"""KMNIST: 70,000 handwritten Japanese characters of 28×28 pixels."""

from dataclasses import dataclass

from nnstudio.data.collections.mnist_like import MnistLike, remotes
from nnstudio.data.preparation.normalise import Normalise
from nnstudio.data.preparation.scale import Scale


@dataclass(frozen=True)
class Kmnist(MnistLike):
    """70,000 handwritten Japanese characters of 28×28 pixels."""

    kind = "kmnist"
    title = "KMNIST"
    about = "70,000 characters of old Japanese handwriting of 28×28 pixels, in place of MNIST's digits."
    source = (
        '"KMNIST Dataset" (created by CODH), adapted from "Kuzushiji Dataset" (created by NIJL and others), '
        "doi:10.20676/00000341. https://codh.rois.ac.jp/kmnist/. Licence: CC BY-SA 4.0."
    )
    places = (".", "raw", "KMNIST/raw")
    samples = (60_000, 10_000)
    class_names = ("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo")
    steps = (Scale(255), Normalise(0.1918, 0.3483))
    files = remotes(
        [
            (18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4", ""),
            (29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17", ""),
            (3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5", ""),
            (5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c", ""),
        ],
        (
            "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/KMNIST/",
        ),
    )
