"""The script that trains an exported PyTorch module as the studio does, on one machine or many."""

from collections.abc import Mapping
from typing import Any

from nnstudio.core.errors import StudioError
from nnstudio.core.written import Array
from nnstudio.data.preparation.base import switched_on
from nnstudio.engine.optimizers import Optimizer, optimizers
from nnstudio.engine.parameters import Parameters
from nnstudio.engine.penalties import Penalty, penalties
from nnstudio.engine.schedules import Schedule, schedules
from nnstudio.export.pytorch_training_text import (
    ALIKE,
    APART,
    FREEZE,
    SHUFFLED,
    SYNCHRONISED,
    TRAINING,
    WEIGHTS,
)
from nnstudio.export.script import Script, without_unused
from nnstudio.export.text import indented, literal, paragraph, plain, quoted
from nnstudio.export.trained import Trained

LEFT_OUT = "Stop conditions are left to you."
AT_RANDOM = "Steps that vary the samples at random ({}) are left out as well."


def initial(trained: Trained) -> Mapping[str, Array]:
    """The first weights of a training, as the seed gives them."""
    return Parameters.initial(trained.plan, trained.about.seed).named()


def training_source(script: Script) -> str:
    """The text of the script."""
    text = TRAINING.substitute(_of_files(script), **_of_data(script), **_of_learning(script))
    return without_unused(text, {"import torch.nn.functional as F": "F", "from torch import nn": "nn"})


def _of_files(script: Script) -> dict[str, str]:
    return {
        "title": script.title,
        "in_help": script.title.replace("%", "%%"),
        "name": script.name,
        "start_file": quoted(f"{script.stem}_start.safetensors"),
        "end_file": quoted(f"{script.stem}_trained.safetensors"),
        "remarks": _remarks(script),
        **_module(script),
    }


def _of_data(script: Script) -> dict[str, str]:
    return {
        "batch": script.batch,
        "of_targets": _of_targets(script),
        "targets": _targets(script),
        "seed": str(script.trained.about.seed),
        "double": ".double()" if script.dtype == "float64" else "",
        "freeze": FREEZE if _frozen(script) else "",
        "synchronised": SYNCHRONISED if script.trained.plan.whole_batch_at_once else "",
    }


def _of_learning(script: Script) -> dict[str, str]:
    settings = script.trained.about.settings
    optimizer = optimizers().from_json(settings.get("optimizer", {"kind": "sgd"}))
    penalty = penalties().from_json(settings.get("penalty", {"kind": "none"}))
    rate = _rate(schedules().from_json(settings.get("schedule", {"kind": "constant"})))
    shuffled = bool(settings.get("shuffle", True)) and not optimizer.whole_set
    penalised, apart = bool(penalty.in_torch()), "weight_decay" in optimizer.torch
    return {
        "math": "\nimport math" if "math." in rate else "",
        "epochs": str(int(settings.get("epochs", 10))),
        "lists": _lists(script, penalised or apart) + _strength(penalty),
        "order": indented(SHUFFLED if shuffled else "order = np.arange(count)", 8),
        "loss": _loss(script, penalty),
        "loss_reads": ", ".join(_loss_reads(penalised)),
        "loss_gives": ", ".join(_loss_gives(script, penalised)),
        "groups": indented((WEIGHTS if penalised or apart else "") + (APART if apart else ALIKE)),
        "optimizer": _optimizer(optimizer),
        "rate": rate,
        "batch_size": _batch_size(optimizer, settings),
        "clip": _clip(settings),
    }


def _module(script: Script) -> dict[str, str]:
    """How the network is got from the file beside it, whatever that is called."""
    if script.importable:
        return {"imports": "", "import_of_ours": f"\nfrom {script.stem} import SAMPLE, Network\n", "taken": ""}
    file = f"{script.stem}.py"
    taken = f"\nMODULE = runpy.run_path(str(HERE / {quoted(file)}))"
    names = '\nSAMPLE, Network = MODULE["SAMPLE"], MODULE["Network"]'
    return {"imports": "\nimport runpy", "import_of_ours": "", "taken": taken + names}


def _remarks(script: Script) -> str:
    random = [plain(step.title) for step in switched_on(script.trained.preparation) if step.only_in_training]
    left_out = f"{LEFT_OUT} {AT_RANDOM.format(', '.join(random))}" if random else LEFT_OUT
    return paragraph(left_out)


def _lists(script: Script, decay: bool) -> str:
    """The names of layers and parameters of which something is to be said."""
    found = {"FROZEN": _frozen(script), "DECAYING": _decaying(script) if decay else []}
    return "".join(f"{name} = {literal(names)}\n" for name, names in found.items() if names)


def _strength(penalty: Penalty) -> str:
    return f"STRENGTH = {penalty.strength!r}  # λ of the penalty on large weights.\n" if penalty.in_torch() else ""


def _frozen(script: Script) -> list[str]:
    steps = script.trained.plan.steps
    return [script.names[step.id] for step in steps if not step.layer.learns and script.parameters(step)]


def _decaying(script: Script) -> list[str]:
    """The weights that a penalty, or a decay, applies to."""
    found = []
    for step in script.trained.plan.steps:
        blocks = step.layer.blocks(*step.input_shapes).values() if step.layer.learns else ()
        ours = {name for block in blocks for name, parameter in block.items() if parameter.decays}
        written = step.layer.in_torch(*step.input_shapes)
        arrays = written.arrays.items() if written else ()
        found += [f"{script.names[step.id]}.{theirs}" for theirs, stored in arrays if stored.ours in ours]
    return found


def _of_targets(script: Script) -> str:
    if script.trained.class_names:
        return f"(N,) class numbers from 0 to {len(script.trained.class_names) - 1}"
    return f"(N, {script.trained.plan.outputs}) numbers to predict"


def _targets(script: Script) -> str:
    """From class numbers, or numbers, to wanted outputs."""
    trained, dtype = script.trained, f"torch.{script.dtype}"
    if not trained.class_names:
        return indented(f"return torch.from_numpy(numbers).to({dtype}).reshape(len(numbers), -1)")
    no, yes, outputs = trained.plan.encoding.no, trained.plan.encoding.yes, trained.plan.outputs
    codes = f"codes = torch.full(({outputs}, {outputs}), {no:.1f}, dtype={dtype}).fill_diagonal_({yes:g})"
    if outputs == 1:
        codes = f"codes = torch.tensor([[{no:g}], [{yes:g}]], dtype={dtype})  # No and yes."
    return indented((codes, "return codes[torch.from_numpy(numbers.astype(np.int64))]"))


def _finishes(script: Script) -> bool:
    """Whether the loss reads what comes after the last activation."""
    return script.head is not None and script.head.layer.kind not in script.trained.plan.loss.through


def _loss_reads(penalised: bool) -> tuple[str, ...]:
    return ("x", "target", *(("weights", "share") if penalised else ()))


def _loss_gives(script: Script, penalised: bool) -> tuple[str, ...]:
    answer = "network.finish(x)" if _finishes(script) else "x"
    return (answer, "target.to(device)", *(("weights", "STRENGTH / len(dataset)") if penalised else ()))


def _loss(script: Script, penalty: Penalty) -> str:
    loss = script.trained.plan.loss
    if not loss.in_torch():
        raise StudioError(f"Nobody has said how the loss {loss.title} is written in PyTorch. Choose another loss.")
    if not penalty.in_torch():
        return indented(f"return {loss.in_torch()}")
    return indented((f"wrong = {loss.in_torch()}", f"return wrong + {penalty.in_torch()}"))


def _optimizer(optimizer: Optimizer) -> str:
    if not optimizer.torch:
        raise StudioError(f"Nobody has said how {optimizer.title} is written in PyTorch. Choose another optimizer.")
    return optimizer.torch.format(**vars(optimizer))


def _rate(schedule: Schedule) -> str:
    lines = schedule.in_python()
    if not lines:
        raise StudioError(f"Nobody has said how the schedule {schedule.title} is written in Python. Choose another.")
    text = "\n".join(lines)
    before = []
    if "epoch" in text.replace("steps_per_epoch", ""):
        before.append("epoch = step // steps_per_epoch")
    if "share" in text:
        before.append("share = min(step / max(steps_per_epoch * EPOCHS - 1, 1), 1)")
    return indented((*before, *lines))


def _batch_size(optimizer: Optimizer, settings: Mapping[str, Any]) -> str:
    if optimizer.whole_set:
        return "len(dataset)  # A step looks at all samples."
    return "1" if optimizer.single_samples else f"min({int(settings.get('batch_size', 32))}, len(dataset))"


def _clip(settings: Mapping[str, Any]) -> str:
    longest = float(settings.get("clip", 0.0))
    return f"\n            nn.utils.clip_grad_norm_(network.parameters(), {longest!r})" if longest else ""
