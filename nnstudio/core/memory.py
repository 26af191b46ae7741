"""Memory: what is not needed any more goes back to the system, so that a program that runs for hours does not grow."""

import ctypes
import sys
from contextlib import suppress

M_MMAP_THRESHOLD = -3
LARGE = 1 << 18  # Bytes.


def give_large_blocks_back() -> None:
    """Let the C library map large blocks one by one and unmap them when they are free.

    By itself glibc raises the size from which it does that, each time such a block is freed; arrays that come and go
    every few seconds then tear holes into its heap, which only grows. Other libraries need no advice.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)
