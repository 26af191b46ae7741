"""The range test under way: a training whose rate rises, a batch at a time."""

from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np

from nnstudio.data.dataset import DataSet
from nnstudio.experiments.range_test import RangeTest
from nnstudio.live.laboratory.commands import TryRates
from nnstudio.live.laboratory.messages import RangeDone, RangeSteps
from nnstudio.live.laboratory.report import TELL_EVERY
from nnstudio.live.mailbox import Mailbox
from nnstudio.project.project import Project


def try_rates(
    order: TryRates, data_of: Callable[[Project], DataSet], mailbox: Mailbox, threads: int
) -> Iterator[None]:
    """Do the test a batch at a time, and tell what came of them now and then, and at the end."""
    with RangeTest(order.project, order.least, order.greatest, data_of(order.project), threads) as test:
        told, looked = 0, perf_counter()
        while not test.finished:
            test.step()
            if perf_counter() - looked >= TELL_EVERY:
                told, looked = _tell(order.run, test, told, mailbox), perf_counter()
            yield
        _tell(order.run, test, told, mailbox)
        mailbox.put(RangeDone(order.run, test.advice(), test.finished))


def _tell(run: int, test: RangeTest, told: int, mailbox: Mailbox) -> int:
    """Tell what is new; gives back how many steps are told now."""
    if len(test.losses) > told:
        mailbox.put(RangeSteps(run, told, np.array(test.rates[told:]), np.array(test.losses[told:])))
    return len(test.losses)
