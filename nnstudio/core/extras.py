"""How to get the packages that nnstudio does without until somebody wants what they do."""

import sys


def how_to_install(extra: str) -> str:
    """The sentence for an extra such as `onnx`. A packaged program cannot be added to, an installed one can."""
    command = f"`pip install 'nnstudio[{extra}]'`"
    if getattr(sys, "frozen", False):
        return f"The packaged program comes without it: {command} gives you an nnstudio that has it."
    return f"Install it with {command}."
