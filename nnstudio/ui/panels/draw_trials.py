"""Labelled drawings on the pad's panel: kept, added to the data, and put to the test again."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.classify.cases import pixels_of, sample_of
from nnstudio.classify.way import Steps
from nnstudio.live.messages import Seen
from nnstudio.live.probes.drawn import Expected, Sample
from nnstudio.live.probes.taken import TakenFor
from nnstudio.ui.case_folder import CaseFolder
from nnstudio.ui.panels.draw_body import DrawBody
from nnstudio.ui.run import Run

KEY = "test cases"


class Trials(QObject):
    """Between the widgets and the folder of test cases; asks the network about all of them at once."""

    opened = Signal(object)
    """The pixels of a case that is to lie on the pad."""

    def __init__(self, body: DrawBody, cases: CaseFolder, run: Run, parent: QWidget) -> None:
        super().__init__(parent)
        self._body, self._cases, self._run = body, cases, run
        self._expected: Expected | None = None
        self._steps: Steps | None = None
        self._asked: dict[int, Sample] = {}  # By the number of the case.
        body.label.save_asked.connect(self._save)
        body.label.add_asked.connect(self._add)
        body.cases.run_asked.connect(self.run)
        body.cases.folder_asked.connect(cases.choose_folder)
        body.cases.opened.connect(self._open)
        cases.changed.connect(self._show)
        run.seen.connect(self._see)
        body.label.enable(False)

    def expect(self, expected: Expected) -> None:
        """Know what the network reads and what its answers are called."""
        self._expected = expected
        self._cases.look(expected.class_names)

    def show_drawing(self, steps: Steps | None) -> None:
        """Know what could be kept."""
        self._steps = steps
        possible = steps is not None and self._expected is not None and bool(self._expected.class_names)
        self._body.label.enable(possible)
        if steps is None:
            self._body.label.forget()

    def run(self) -> None:
        """Ask the network about every case that it can read."""
        if self._expected is None:
            return
        arrays = ((number, sample_of(case.pixels, self._expected.stored)) for number, case in
                  enumerate(self._cases.cases))  # fmt: skip
        self._asked = {number: Sample.of(array) for number, array in arrays if array is not None}
        self._run.want(self, {KEY: TakenFor(tuple(self._asked.values()))} if self._asked else {})

    def _show(self) -> None:
        names = self._expected.class_names if self._expected else ()
        self._body.cases.show_cases(self._cases.cases, names)
        self.run()

    def _see(self, key: str, seen: Seen) -> None:
        if key == KEY and self._asked and len(seen.value) == len(self._asked):
            answers = zip(self._asked, seen.value, strict=True)
            self._body.cases.show_answers({number: answer for number, answer in answers if answer is not None})
            self._asked = {}
            # Once: in training it would cost, and the numbers would flicker.
            self._run.want(self, {})

    def _save(self, label: int) -> None:
        if self._expected is not None and self._steps is not None:
            picture = pixels_of(self._steps.sample, self._expected.stored)
            self._cases.save(self._expected.class_names[label], picture)

    def _add(self, label: int) -> None:
        if self._expected is not None and self._steps is not None:
            picture = pixels_of(self._steps.sample, self._expected.stored)
            self._cases.add_to_data(self._expected.class_names[label], picture)

    def _open(self, number: int) -> None:
        case = self._cases.cases[number]
        self.opened.emit(case.pixels)
        if self._expected is not None:
            self._body.label.know(self._expected.class_names.index(case.label))
