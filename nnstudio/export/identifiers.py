"""Names for code: what a user called a layer, as an identifier that is its own and nobody else's."""

import builtins
import keyword
import re
from collections.abc import Iterable
from unicodedata import normalize

from nnstudio.engine.plan import Plan

LONGEST = 40

OF_THE_SCRIPTS = (
    "answer", "classes", "inside", "keras", "layer", "layers", "load", "logits", "main", "model", "network", "nn",
    "np", "ops", "path", "prepare", "read_sample", "said", "sample", "samples", "self", "super", "sys", "torch",
    "weights", "white", "x", "y",
)  # fmt: skip
OF_A_TORCH_MODULE = (
    "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu", "cuda",
    "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
    "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
    "named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook",
    "register_buffer", "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
    "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "training",
    "type", "xpu", "zero_grad",
)  # fmt: skip
RESERVED = frozenset(
    (*OF_THE_SCRIPTS, *OF_A_TORCH_MODULE, *dir(builtins), *keyword.kwlist, *keyword.softkwlist)
)  # fmt: skip


def identifier(text: str, otherwise: str = "layer") -> str:
    """Lower-case letters and digits with underscores, whatever the text is; `otherwise` where it has none of them."""
    plain = normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain)[:LONGEST].strip("_")
    if not name:
        return otherwise
    return f"{otherwise}_{name}" if name[0].isdigit() else name


class Names:
    """Gives out identifiers, each once, and none that means something already."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def take(self, wanted: str) -> str:
        """The wanted name, or the same with something behind it."""
        wanted = f"{wanted}_layer" if wanted in RESERVED else wanted
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name


def names_of(plan: Plan) -> dict[str, str]:
    """An identifier for every step, by its id: what the user called it, else its kind; the same in every format."""
    names = Names()
    return {step.id: names.take(identifier(step.name, step.layer.kind)) for step in plan.steps}
