"""nnstudio: build neural networks by pointing, watch them learn, take the weights away."""

__version__ = "0.1.0"
