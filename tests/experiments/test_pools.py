"""The pools that trials run in: workers that come back, and clusters that answer or are refused in words."""

import os
import socket
import sys
from concurrent.futures import CancelledError, wait
from time import monotonic

import pytest

from nnstudio.core.errors import FieldError, StudioError
from nnstudio.experiments import cluster
from nnstudio.experiments.cluster import Keys, checked_address
from nnstudio.experiments.pools import LocalPool, WorkerDied, open_pool


@pytest.fixture(scope="module")
def pool():
    with open_pool(2) as found:
        yield found


def test_the_pool_is_an_executor_of_the_standard_kind(pool, tasks):
    assert list(pool.map(tasks.double, [1, 2, 3])) == [2, 4, 6]


def test_a_worker_is_another_process_with_one_thread_for_products_that_lets_others_go_before(pool, tasks):
    assert pool.submit(tasks.process).result() != os.getpid()
    assert set(pool.submit(tasks.threads).result()) == {1}
    if hasattr(os, "nice"):
        assert pool.submit(tasks.priority).result() > os.nice(0)


def test_an_error_of_a_task_is_the_futures(pool, tasks):
    with pytest.raises(ValueError, match="no such thing"):
        pool.submit(tasks.fail).result()
    assert pool.submit(tasks.double, 4).result() == 8


def test_a_task_whose_worker_was_killed_is_tried_again(pool, tasks, tmp_path):
    assert pool.submit(tasks.die_first, 2, tmp_path / "tally").result() == 3


def test_a_task_that_kills_every_worker_is_reported_and_the_others_do_not_feel_it(pool, tasks):
    deadly = pool.submit(tasks.die)
    others = [pool.submit(tasks.double, number) for number in range(20)]
    assert [each.result() for each in others] == [2 * number for number in range(20)]
    with pytest.raises(WorkerDied, match="died 3 times"):
        deadly.result()


def test_what_waits_can_be_cancelled(tasks, tmp_path):
    with LocalPool(1) as pool:
        busy = pool.submit(tasks.wait_for, tmp_path / "now")
        waiting = pool.submit(tasks.double, 1)
        assert waiting.cancel()
        (tmp_path / "now").touch()
        assert busy.result() is None
    with pytest.raises(CancelledError):
        waiting.result()


def test_a_pool_that_is_closed_finishes_what_is_under_way_and_cancels_the_rest(tasks, tmp_path):
    pool = LocalPool(1)
    busy = pool.submit(tasks.wait_for, tmp_path / "now")
    waiting = pool.submit(tasks.double, 1)
    # Under way is what a worker has; closed at once, both would be cancelled.
    while not busy.running():
        pass
    pool.shutdown(wait=False, cancel_futures=True)
    assert waiting.cancelled()
    (tmp_path / "now").touch()
    pool.shutdown()
    assert busy.result() is None
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(tasks.double, 1)


def test_one_that_is_closed_without_cancelling_does_all(tasks):
    with LocalPool(2) as pool:
        found = [pool.submit(tasks.double, number) for number in range(4)]
    done, waiting = wait(found, timeout=0)
    assert {each.result() for each in done} == {0, 2, 4, 6}
    assert not waiting


@pytest.mark.parametrize("workers", [0, -1, 257])
def test_a_number_of_workers_that_cannot_be_is_refused(workers):
    with pytest.raises(FieldError, match="from 1 to 256"), open_pool(workers):
        pass


# Clusters

ALL = Keys("ca.pem", "cert.pem", "key.pem")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:8786", "tcp://127.9.0.1:1"])
def test_on_this_machine_a_cluster_needs_no_certificates(address):
    assert checked_address(address) == address


def test_an_address_may_be_written_without_its_way():
    assert checked_address("localhost:8786") == "tcp://localhost:8786"


@pytest.mark.parametrize("address", [
    "tcp://10.0.0.1:8786", "example.org:8786", "tcp://localhost.evil.org:1", "tcp://[2001:db8::1]:8786",
    "tcp://0.0.0.0:8786", "tcp://127.0.0.1.example.org:1", "tcp://127.0.0.1@example.org:1",
])  # fmt: skip
def test_beyond_this_machine_tls_is_required(address):
    with pytest.raises(FieldError, match=r"only used with TLS.*tls://"):
        checked_address(address)


def test_tls_needs_certificates_and_they_need_tls():
    assert checked_address("tls://example.org:8786", ALL) == "tls://example.org:8786"
    with pytest.raises(FieldError, match="too: --tls-cert, --tls-key"):
        checked_address("tls://example.org:8786", Keys("ca.pem"))
    with pytest.raises(FieldError, match=r"tls:// only"):
        checked_address("tcp://localhost:8786", ALL)


@pytest.mark.parametrize("address", ["", "tcp://", "localhost", "tcp://localhost", "ws://localhost:1", "tcp://localhost:x",
                                     "tcp://localhost:99999", "tcp://[::1:8786", "\0:1"])  # fmt: skip
def test_what_is_no_address_is_refused(address):
    with pytest.raises(FieldError, match=r"is no address of a cluster|only used with TLS"):
        checked_address(address)


@pytest.fixture
def silent():
    """Somebody who takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def unused():
    """An address at which nobody is."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"tcp://127.0.0.1:{server.getsockname()[1]}"


def test_a_cluster_that_takes_the_call_and_is_silent_is_given_up_within_5_seconds(silent, caplog):
    pytest.importorskip("distributed")
    began = monotonic()
    with pytest.raises(StudioError, match=r"does not answer\. See that its"), open_pool(cluster=silent):
        pass
    assert monotonic() - began < 5
    assert caplog.records == []


def test_an_address_where_nobody_is_does_not_answer(monkeypatch, caplog):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(StudioError, match="does not answer"), open_pool(cluster=unused()):
        pass
    assert caplog.records == []


def test_without_distributed_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StudioError, match=r"pip install 'nnstudio\[cluster\]'`\."), open_pool(cluster="tcp://127.0.0.1:1"):
        pass


def test_certificates_that_are_none_are_refused_in_words(tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "no.pem").write_text("I am not a certificate")
    path = str(tmp_path / "no.pem")
    for ca, told in ((path, "certificates cannot be used"), ("missing.pem", "There is no file missing.pem")):
        keys = Keys(ca, path, path)
        with pytest.raises(StudioError, match=told), open_pool(cluster="tls://127.0.0.1:1", keys=keys):
            pass
