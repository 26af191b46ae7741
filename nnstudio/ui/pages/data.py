"""What the network learns from: the data set, its options, what is known of it, and how its inputs are prepared."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from nnstudio.core.errors import StudioError
from nnstudio.core.fields import Configured, rules_of
from nnstudio.core.rules import Real, Whole
from nnstudio.data.preparation.base import Preparation
from nnstudio.data.sources import data_names
from nnstudio.data.split import Shares
from nnstudio.data.typed_source import TypedSource, named_source
from nnstudio.layers.shapes import shown
from nnstudio.live.known import State
from nnstudio.live.messages import Read
from nnstudio.ui.data_picker import DataPicker
from nnstudio.ui.document import Document
from nnstudio.ui.forms.controls import follow_in_tab_order
from nnstudio.ui.forms.form import Form
from nnstudio.ui.forms.typed import RealEditor
from nnstudio.ui.labels import Alarm, Heading, Quiet, Words, breakable
from nnstudio.ui.pages.page import Facts
from nnstudio.ui.pages.steps import StepList
from nnstudio.ui.run import Run
from nnstudio.ui.theme import GAP

MOST_NAMES = 6


class Options(QWidget):
    """Forms of the options that a source has: its own, and how it is divided."""

    edited = Signal(str, object)

    def __init__(self, before: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._before = before
        self._shown: tuple[type[Configured] | None, tuple[str, ...]] | None = None
        self.source: TypedSource | None = None
        self.forms: list[Form] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)

    def show_source(self, source: TypedSource | None, values: Mapping[str, Any]) -> None:
        """Show the options of a source, or nothing."""
        fields = (source.own, source.shares) if source is not None else None
        if fields != self._shown:
            self._shown = fields
            self._rebuild(source)
        self.source = source
        for form in self.forms:
            form.show_values(values)
        self.setVisible(bool(self.forms))

    def _rebuild(self, source: TypedSource | None) -> None:
        for form in self.forms:
            form.hide()
            self._column.removeWidget(form)
            form.deleteLater()
        self.forms = []
        if source is None:
            return
        own = (source.own, tuple(rules_of(source.own)) if source.own is not None else ())
        for owner, fields in (own, (Shares, source.shares)):
            if owner is not None and fields:
                form = Form(owner, fields, helps=owner is not Shares, live=False, parent=self)
                form.edited.connect(self.edited)
                self._column.addWidget(form)
                form.show()
                self.forms.append(form)
        for field in source.shares:
            editor = self.forms[-1].editor(field)
            if isinstance(editor, RealEditor):
                # A share, or a number of samples: nobody slides from one to the other.
                editor.slider.hide()
        _align(self.forms)
        follow_in_tab_order(self._before, self)

    def refuse(self, field: str, sentence: str) -> None:
        """Say why the last change of an option is refused."""
        next(form for form in self.forms if field in form.fields).refuse(field, sentence)


class DataSection(QWidget):
    """Follows document and run; every change is an edit of the document."""

    def __init__(self, document: Document, run: Run, ask: Callable[[], Path | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._run = document, run
        self.picker = DataPicker(ask, self)
        self.about = Quiet(parent=self)
        self.alarm = Alarm(self)
        self.options = Options(self.picker, self)
        self.read = QPushButton(self.tr("Read the data"), self)
        self.read.setToolTip(self.tr("Find out how many samples there are, and how they look"))
        self.facts = Facts(self)
        self.notes, self.warnings = Quiet(parent=self), Words(parent=self)
        self.warnings.show_tone("warning")
        self.steps = StepList(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for widget in (self.picker, self.about, self.alarm, self.options, self.facts, self.warnings, self.notes):
            column.addWidget(widget)
        column.addWidget(self.read, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(Heading(self.tr("Preparation"), self))
        column.addWidget(self.steps)
        self.picker.picked.connect(self._pick)
        self.options.edited.connect(self._change_option)
        self.read.clicked.connect(run.begin)
        self.steps.wanted.connect(self._change_steps)
        run.changed.connect(self._follow)

    def refresh(self) -> None:
        """Show the project's data, and what is known of it by now."""
        project, run = self._document.project, self._run
        drawn = project.points is not None
        self.picker.show_source(self.tr("my points") if drawn else project.data)
        read, failed = run.known.read, run.state is State.FAILED
        source, values, wrong = self._options(read)
        self.alarm.show_reason(breakable(run.sentence if failed else wrong))
        self.about.setText(self.tr("Points of your own, drawn by hand.") if drawn else _about(source))
        self.about.setVisible(bool(self.about.text()))
        self.options.show_source(source, values)
        known = read if read is not None and _tells_of(read, source, failed) else None
        self._show_known(known)
        own = project.preparation is None
        brought = known.preparation if known is not None else None
        self.steps.show_steps(brought if own else project.preparation, brought or (), own)
        waiting = run.state is State.WAITING and bool(project.data)
        self.read.setVisible(waiting and known is None and not wrong)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()

    def _options(self, read: Read | None) -> tuple[TypedSource | None, Mapping[str, Any], str]:
        """The source that the project names, what holds for its options, and what is wrong with them."""
        project = self._document.project
        if project.points is not None:
            return None, {}, ""
        try:
            source = named_source(project.data, project.settings.seed)
            if source is None and read is not None and read.source is not None:
                source = read.source.again(project.data)
            return source, source.values() if source is not None else {}, ""
        except StudioError as error:
            return None, {}, str(error)

    def _show_known(self, read: Read | None) -> None:
        self.facts.setVisible(read is not None)
        notes = read.notes if read is not None else ()
        warnings = read.warnings if read is not None else ()
        for label, sentences in ((self.notes, notes), (self.warnings, warnings)):
            label.setText(breakable("\n".join(sentences)))
            label.setVisible(bool(sentences))
        if read is not None:
            self.facts.show_facts(self._facts(read))

    def _facts(self, read: Read) -> Sequence[tuple[str, str]]:
        words = {"train": self.tr("to train"), "validation": self.tr("to validate"), "test": self.tr("to test")}
        counts = ", ".join(f"{count:,} {words[part]}" for part, count in read.samples.items() if count)
        names = ", ".join(read.class_names[:MOST_NAMES]) + (", …" if len(read.class_names) > MOST_NAMES else "")
        classes = f"{len(read.class_names):,}: {names}" if names else self.tr("none, but numbers to predict")
        return [
            (self.tr("Samples"), counts),
            (self.tr("One sample"), self.tr("{} numbers").format(shown(read.sample_shape))),
            (self.tr("Classes"), classes),
        ]  # fmt: skip

    def _pick(self, source: str) -> None:
        # Its own steps: those of the data before may not fit.
        self._document.change(self.tr("Data"), data=source, points=None, preparation=None)
        self._run.begin()

    def _change_option(self, field: str, value: Any) -> None:
        source = self.options.source
        if source is None:
            return
        try:
            text = source.with_value(field, value).text
        except StudioError as error:
            self.options.refuse(field, str(error))
            return
        merge = f"data.{field}" if isinstance(source.rules[field], Whole | Real) else ""
        words = self.tr("Change {field} of the data").format(field=field.replace("_", " "))
        self._document.change(words, merge, data=text)

    def _change_steps(self, words: str, merge: str, steps: tuple[Preparation, ...] | None) -> None:
        self._document.change(words, merge, preparation=steps)


def _about(source: TypedSource | None) -> str:
    return data_names().get(source.start, "") if source is not None else ""


def _tells_of(read: Read, source: TypedSource | None, failed: bool) -> bool:
    """Whether what was read is the data of this source; where nothing came of it, with these very options."""
    if read.source is None or source is None:
        return read.source is source
    return read.source.text == source.text if failed else read.source.start == source.start


def _align(forms: Sequence[Form]) -> None:
    """Let the labels of several forms have one width."""
    labels = [form.row(field).label for form in forms for field in form.fields]
    widest = max((label.minimumWidth() for label in labels), default=0)
    for label in labels:
        label.setFixedWidth(widest)
