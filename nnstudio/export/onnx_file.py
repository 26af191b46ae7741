"""ONNX: the whole model with its preparation, as other programs and devices run it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import ClassVar

from nnstudio import __version__
from nnstudio.core.errors import StudioError
from nnstudio.core.extras import how_to_install
from nnstudio.core.onnx_sheet import OnnxSheet
from nnstudio.export.base import Exporter, Runner
from nnstudio.export.onnx_proto import INPUT, LOGITS, OUTPUT, Outlet, bytes_of_model
from nnstudio.export.trained import Trained
from nnstudio.layers.onnx_site import OnnxSite, OnnxValue

INSTALL = f"ONNX files need the package onnx. {how_to_install('onnx')}"

SLOW = 1000  # Samples that the evaluator in NumPy is asked for: it takes a hundredth of a second for an image.


@dataclass(frozen=True)
class Onnx(Exporter):
    """The whole model in the format that most programs and devices read, checked by ONNX's own checker.

    It reads samples as the data stores them, in float32, and gives the output and, of probabilities, the logits.
    """

    title: ClassVar[str] = "ONNX"
    about: ClassVar[str] = "The whole model with its preparation, for other programs and devices"
    suffix: ClassVar[str] = ".onnx"

    def files(self, trained: Trained, stem: str) -> Mapping[str, bytes]:
        """One file."""
        need_onnx()
        sheet = OnnxSheet(values={INPUT, OUTPUT, LOGITS})
        values = _layers(trained, sheet, _prepared(trained, sheet))
        sheet.title = OUTPUT
        ends = {OUTPUT: trained.last, LOGITS: trained.logits}
        outlets = [_outlet(sheet, name, values[step.id]) for name, step in ends.items() if step is not None]
        return {f"{stem}.onnx": bytes_of_model(sheet, trained.stored_shape, outlets, _metadata(trained))}

    @property
    def lacking(self) -> str:
        """Without the package there is no file."""
        return "" if find_spec("onnx") else INSTALL

    def runner(self, trained: Trained, main: Path) -> Runner | None:
        """onnxruntime, or else the evaluator in NumPy that ONNX brings along."""
        quiet = {"ORT_DISABLE_TELEMETRY": "1"}
        if find_spec("onnxruntime"):
            return Runner(f"onnxruntime {version('onnxruntime')}", "nnstudio.export.run_onnxruntime", environment=quiet)
        if find_spec("onnx"):
            return Runner("ONNX's reference evaluator", "nnstudio.export.run_onnx_reference", most=SLOW)
        return None


def need_onnx() -> None:
    """Refuse where the package is missing."""
    if find_spec("onnx") is None:
        raise StudioError(INSTALL)


def _prepared(trained: Trained, sheet: OnnxSheet) -> OnnxValue:
    """The stored sample, once it is prepared."""
    name, shape = INPUT, trained.stored_shape
    for _, neighbours in groupby(trained.done, key=lambda step: step.group or step.kind):
        together = list(neighbours)
        sheet.title = f"prepared/{together[0].kind}"
        name, shape = together[0].onnx_group(together, sheet, name, shape)
    return OnnxValue(name, shape)


def _layers(trained: Trained, sheet: OnnxSheet, door: OnnxValue) -> dict[str, OnnxValue]:
    """Every layer written down; gives back what each makes."""
    values: dict[str, OnnxValue] = {}
    turned: dict[str, str] = {}
    for step in trained.plan.steps:
        inputs = [values[trained.plan.steps[number].id] for number in step.inputs] or [door]
        sheet.title = _text(step.id)
        site = OnnxSite(sheet, inputs, step.shape, trained.parameters_of(step.id), turned)
        step.layer.onnx_nodes(site)
        assert site.output is not None, step.layer.kind
        values[step.id] = site.output
    return values


def _outlet(sheet: OnnxSheet, name: str, value: OnnxValue) -> Outlet:
    """A value that goes out under a name of its own, with its channels last."""
    site = OnnxSite(sheet, (value,), value.shape, {}, {})
    sheet.title = name
    return Outlet(name, site.x, value.shape)


def _metadata(trained: Trained) -> dict[str, str]:
    about = trained.about
    told = {
        "title": about.title, "description": about.description, "data": about.data, "seed": str(about.seed),
        "date": about.date, "class_names": json.dumps(trained.class_names), "nnstudio": __version__,
    }  # fmt: skip
    return {name: _text(value) for name, value in told.items()}


def _text(text: str) -> str:
    """A text as a file can hold it: half a character cannot be written."""
    return text.encode("utf-8", "replace").decode()
