"""While an engine lives, matrix products use one thread; afterwards, as many as before."""

from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from nnstudio.engine.engine import Engine
from nnstudio.engine.parameters import Parameters

from .networks import NETWORKS, make_samples, plan_of


def _threads() -> list[int]:
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    np.ones((4, 4)) @ np.ones((4, 4))
    with threadpool_limits(limits=2, user_api="blas"):
        if 2 not in _threads():
            pytest.skip("this machine's matrix products cannot use two threads")
        yield


def _engine() -> Engine:
    plan = plan_of(NETWORKS["dense"])
    return Engine(plan, Parameters.initial(plan, 0), make_samples())


def test_products_use_one_thread_while_an_engine_lives_and_all_after() -> None:
    before = _threads()
    with _engine():
        assert set(_threads()) == {1}
    assert _threads() == before


def test_the_last_engine_to_close_gives_the_threads_back() -> None:
    before = _threads()
    first, second = _engine(), _engine()
    first.close()
    assert set(_threads()) == {1}
    second.close()
    assert _threads() == before


def test_closing_one_engine_twice_does_not_count_for_another() -> None:
    first, second = _engine(), _engine()
    first.close()
    first.close()
    assert set(_threads()) == {1}
    second.close()


def test_an_error_gives_the_threads_back_too() -> None:
    before = _threads()
    with pytest.raises(OSError, match="the disk is full"), _engine():
        raise OSError("the disk is full")
    assert _threads() == before
