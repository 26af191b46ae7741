"""The way through a network as a programmer writes it: one branch after the other, in as few variables as can be."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nnstudio.engine.plan import Plan, Step

THROUGH = "x"


@dataclass(frozen=True)
class Turn:
    """One step: which variables it reads, and which one it leaves its output in."""

    step: Step
    reads: tuple[str, ...]
    leaves: str


def route(plan: Plan, variable_for: Callable[[Step], str]) -> list[Turn]:
    """Every step that the output depends on, in order.

    A chain is led through the variable x; where that is still needed, a branch gets a variable of its own.
    """
    order = list(_in_order(plan))
    readings = Counter(source for number in order for source in plan.steps[number].inputs)
    variables: dict[int, str] = {}
    turns = []
    for number in order:
        step = plan.steps[number]
        reads = tuple(variables[source] for source in step.inputs)
        readings.subtract(step.inputs)
        variables = {each: variable for each, variable in variables.items() if readings[each]}
        free = [each for each in (THROUGH, *reads) if each not in variables.values()]
        variables[number] = free[0] if free else variable_for(step)
        turns.append(Turn(step, reads, variables[number]))
    return turns


def _in_order(plan: Plan) -> Iterator[int]:
    """Each step's number after those of all it reads, and one branch to its end before the next begins."""
    done: set[int] = set()
    waiting = [plan.output]
    while waiting:
        number = waiting[-1]
        ahead = [each for each in plan.steps[number].inputs if each not in done]
        if ahead:
            waiting.append(ahead[0])
            continue
        waiting.pop()
        if number not in done:
            done.add(number)
            yield number
