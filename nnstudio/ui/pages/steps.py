"""The steps that prepare the inputs, in their order: each can be changed, switched off, moved and removed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from nnstudio.core.errors import FieldError
from nnstudio.core.fields import rules_of
from nnstudio.core.rules import Numbers, Rule
from nnstudio.data.preparation.base import Preparation, preparations
from nnstudio.help.book import topic_of
from nnstudio.ui.forms.controls import follow_in_tab_order
from nnstudio.ui.forms.form import Form
from nnstudio.ui.forms.values import about, label_of
from nnstudio.ui.labels import Quiet
from nnstudio.ui.pages.page import Facts
from nnstudio.ui.sizes import follow
from nnstudio.ui.theme import GAP

FEW = 3
LEARNED = ("sample", "found")  # Learned from the training samples too, though they are no lists.


class StepCard(QFrame):
    """One step: its switch, what it is, its fields, and what it has learned."""

    edited = Signal(int, str, object)
    """The place of the step, a field and its new value."""
    moved = Signal(int, int)
    removed = Signal(int)

    def __init__(self, kind: type[Preparation], place: int, last: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self._place = kind, place
        self.switch = QCheckBox(kind.title, self)
        self.switch.setToolTip(self.tr("Whether this step is done"))
        self.up = self._button("↑", self.tr("Do {} earlier").format(kind.title), partial(self._move, -1))
        self.down = self._button("↓", self.tr("Do {} later").format(kind.title), partial(self._move, 1))
        self.remove = self._button("×", self.tr("Remove {}").format(kind.title), self._remove)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(not last)
        only = " " + self.tr("Only in training.") if kind.only_in_training else ""
        self.about = Quiet(about(kind) + only, self)
        self.form = Form(kind, fields, helps=False, live=False, parent=self) if (fields := _chosen(kind)) else None
        self.learned = Facts(self)
        self.switch.clicked.connect(self._switch)
        self._lay_out()

    def show_step(self, step: Preparation, known: Preparation) -> None:
        """Show a step as it is chosen, and beside it what is known of the training samples."""
        self.switch.setChecked(step.on)
        facts = learned_facts(known)
        self.learned.show_facts(facts)
        self.learned.setVisible(bool(facts) and step.on)
        if self.form is not None:
            self.form.setVisible(step.on)
            self.form.show_values(vars(step))

    def refuse(self, field: str, sentence: str) -> None:
        """Say why the last change of a field is refused."""
        if self.form is not None:
            self.form.refuse(field, sentence)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.switch, 1)
        for button in (self.up, self.down, self.remove):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GAP // 2)
        column.setSpacing(4)
        column.addLayout(head)
        inner = QVBoxLayout()
        inner.setContentsMargins(22, 0, 0, 0)
        inner.setSpacing(6)
        inner.addWidget(self.about)
        if self.form is not None:
            self.form.edited.connect(self._edit)
            inner.addWidget(self.form)
        inner.addWidget(self.learned)
        column.addLayout(inner)

    def _button(self, text: str, words: str, do: Any) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow(button.setFixedWidth, 26)
        button.clicked.connect(do)
        return button

    def _edit(self, field: str, value: object) -> None:
        self.edited.emit(self._place, field, value)

    def _switch(self) -> None:
        self.edited.emit(self._place, "on", self.switch.isChecked())

    def _move(self, by: int) -> None:
        self.moved.emit(self._place, self._place + by)

    def _remove(self) -> None:
        self.removed.emit(self._place)


class StepList(QWidget):
    """All steps, and a menu from which others are added. Tells the list that is wanted; it keeps none itself."""

    wanted = Signal(str, str, object)
    """What an edit is called, under which name it goes on, and the steps; None: as the data brings them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Preparation, ...] | None = None
        self.cards: list[StepCard] = []
        self.note = Quiet(parent=self)
        self.add = QPushButton(self.tr("Add a step"), self)
        self.menu = self._made_menu()
        self.add.setMenu(self.menu)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self._column.addWidget(self.note)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def show_steps(self, steps: tuple[Preparation, ...] | None, known: Sequence[Preparation], own: bool) -> None:
        """Show steps, and what is known of them; None: not known yet. `own`: they are those that the data brings."""
        self._steps = steps
        shown = steps or ()
        if [card.kind for card in self.cards] != [type(step) for step in shown]:
            self._rebuild(shown)
        beside = known if [type(step) for step in known] == [type(step) for step in shown] else shown
        for card, step, same in zip(self.cards, shown, beside, strict=True):
            card.show_step(step, same)
        self.note.setText(
            self.tr("Known as soon as the data is read.") if steps is None
            else self.tr("None: the inputs are as they are stored.")
        )  # fmt: skip
        self.note.setVisible(not shown)
        self.add.setEnabled(steps is not None)
        self.as_brought.setEnabled(not own)

    def _made_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        kinds = sorted(preparations().kinds().values(), key=lambda kind: (kind.only_in_training, kind.title))
        for kind, before in zip(kinds, [None, *kinds], strict=False):
            if before is not None and before.only_in_training != kind.only_in_training:
                menu.addSection(self.tr("Only in training"))
            action = menu.addAction(kind.title)
            action.setToolTip(about(kind))
            action.setProperty("help", topic_of(kind))
            action.triggered.connect(partial(self._add, kind))
        menu.addSeparator()
        self.as_brought = menu.addAction(self.tr("Back to the steps of the data"))
        self.as_brought.triggered.connect(self._bring_back)
        return menu

    def _rebuild(self, steps: Sequence[Preparation]) -> None:
        for card in self.cards:
            card.hide()
            self._column.removeWidget(card)
            card.deleteLater()
        self.cards = [StepCard(type(step), place, place == len(steps) - 1, self) for place, step in enumerate(steps)]
        for place, card in enumerate(self.cards):
            card.edited.connect(self._edit)
            card.moved.connect(self._move)
            card.removed.connect(self._remove)
            self._column.insertWidget(place, card)
            card.show()
        last: QWidget = self.add
        for card in self.cards:
            last = follow_in_tab_order(last, card)
        if last is not self.add:
            # The button stands below them.
            self.setTabOrder(last, self.add)

    def _edit(self, place: int, field: str, value: Any) -> None:
        steps = self._steps or ()
        title = steps[place].title
        try:
            changed = replace(steps[place], **{field: value})
        except FieldError as error:
            self.cards[place].refuse(field, str(error))
            return
        if field == "on":
            words = self.tr("Switch on {}") if value else self.tr("Switch off {}")
            self._put(words.format(title), "", _with(steps, place, changed))
        else:
            words = self.tr("Change {field} of {kind}").format(field=field.replace("_", " "), kind=title)
            self._put(words, f"preparation.{place}.{field}", _with(steps, place, changed))

    def _move(self, place: int, to: int) -> None:
        steps = list(self._steps or ())
        step = steps.pop(place)
        steps.insert(to, step)
        self._put(self.tr("Move {}").format(step.title), "", tuple(steps))
        if len(self.cards) > to:
            # The keys stay with the step, so that it can be moved on.
            card = self.cards[to]
            follow = card.up if to < place else card.down
            (follow if follow.isEnabled() else card.switch).setFocus()

    def _remove(self, place: int) -> None:
        steps = self._steps or ()
        self._put(self.tr("Remove {}").format(steps[place].title), "", (*steps[:place], *steps[place + 1 :]))
        self.add.setFocus()

    def _add(self, kind: type[Preparation], *_: object) -> None:
        self._put(self.tr("Add {}").format(kind.title), "", (*(self._steps or ()), kind()))

    def _bring_back(self) -> None:
        self.wanted.emit(self.tr("Back to the steps of the data"), "", None)

    def _put(self, words: str, merge: str, steps: tuple[Preparation, ...]) -> None:
        self.wanted.emit(words, merge, steps)


def learned_facts(step: Preparation) -> list[tuple[str, str]]:
    """What a step has learned of the training samples, in a few words."""
    fields: Mapping[str, Rule] = rules_of(type(step))
    return [
        (label_of(name), summary(getattr(step, name))) for name, rule in fields.items() if isinstance(rule, Numbers)
    ]


def summary(numbers: Sequence[float]) -> str:
    """How many numbers there are and how far they reach; a few of them as they are."""
    if not numbers:
        return tr("not learned yet")
    if len(numbers) <= FEW:
        return ", ".join(f"{number:.4g}" for number in numbers)
    reach = tr("{count} numbers, {low} to {high}")
    return reach.format(count=f"{len(numbers):,}", low=f"{min(numbers):.3g}", high=f"{max(numbers):.3g}")


def tr(text: str) -> str:
    """A text about the steps in the user's language."""
    return QCoreApplication.translate("StepList", text)


def _chosen(kind: type[Preparation]) -> list[str]:
    """The fields that a user chooses; the others are learned."""
    fields = rules_of(kind).items()
    return [name for name, rule in fields if name != "on" and name not in LEARNED and not isinstance(rule, Numbers)]


def _with(steps: tuple[Preparation, ...], place: int, step: Preparation) -> tuple[Preparation, ...]:
    return (*steps[:place], step, *steps[place + 1 :])
