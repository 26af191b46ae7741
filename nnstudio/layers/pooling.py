"""What the pooling layers share: a window, a stride that by default equals it, and a padding."""

from nnstudio.core.wording import listed
from nnstudio.core.written import pair
from nnstudio.layers.base import Layer, Refusal, need_image
from nnstudio.layers.borders import torch_border
from nnstudio.layers.shapes import Shape, shown
from nnstudio.layers.windows import Windows, border_words, windows_of


class Pooling(Layer):
    """Shrinks an image by summing up each window in one number."""

    group = "Images"
    size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: str | int

    def windows(self, image: Shape) -> Windows:
        """Where the windows lie; a stride of 0 means the window's own size."""
        stride = tuple(step or size for step, size in zip(self.stride, self.size, strict=True))
        return windows_of(self, image, self.size, stride, (1, 1), self.padding)

    def phrase(self) -> str:
        """With its windows, and with what is not as usual."""
        stride = () if self.stride in ((0, 0), self.size) else (f"a stride of {shown(self.stride)}",)
        border = () if self.padding == "valid" else (border_words(self.padding),)
        return f"{self.title} with {listed((f'windows of {shown(self.size)}', *stride, *border))}"

    def torch_arguments(self, image: Shape) -> tuple[str, str]:
        """The border that F.pad must lay, if any, and what PyTorch's pooling is told."""
        windows = self.windows(image)
        border, padding = torch_border(windows)
        if any(2 * along.before > along.size for along in windows):
            rows, columns = windows
            border, padding = f"({columns.before}, {columns.after}, {rows.before}, {rows.after})", ""
        return border, f"{pair(self.size)}{self._step('stride')}{padding}"

    def keras_arguments(self) -> str:
        """What Keras's pooling is told; it lays no border."""
        return f"{pair(self.size)}{self._step('strides')}"

    def _step(self, name: str) -> str:
        """The stride as an argument, where it is not the window's own size."""
        stride = tuple(step or size for step, size in zip(self.stride, self.size, strict=True))
        return "" if stride == self.size else f", {name}={pair(stride)}"

    def output_shape(self, *inputs: Shape) -> Shape:
        """One pixel for each window."""
        need_image(self, inputs[0])
        rows, columns = self.windows(inputs[0])
        for along in (rows, columns):
            if max(along.before, along.after) >= along.size:
                raise Refusal(
                    f"{self.title} has a border as wide as its window, so some windows would see no image. "
                    "Make the padding smaller than the window."
                )
        return rows.count, columns.count, inputs[0][2]
