"""The same sweep on a Dask cluster of two processes: the same results, even if one of them is killed on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from time import monotonic

import pytest

import nnstudio
from nnstudio.core.errors import StudioError
from nnstudio.experiments.choices import grid
from nnstudio.experiments.cluster import Keys
from nnstudio.experiments.pools import open_pool
from nnstudio.experiments.sweep import Sweep

from .test_sweep import AtOnce, short

distributed = pytest.importorskip("distributed")
ROOT = Path(nnstudio.__file__).parents[1]
SECONDS = 60


def started(folder, *arguments):
    """A program of Dask's, as one would start it by hand; what it says is in a file."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "True"}
    with open(folder / f"{arguments[0]}.log", "ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{arguments[0]}", *map(str, arguments[1:])],
            cwd=folder, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip


class Cluster:
    """A scheduler and two worker processes, each with a nanny that begins it anew when it dies."""

    def __init__(self, folder, protocol="tcp", keys=()):
        where = folder / "scheduler.json"
        common = ["--no-dashboard", *keys]
        self.programs = [
            started(folder, "dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--protocol", protocol,
                    "--scheduler-file", where, *common),
            started(folder, "dask_worker", "--scheduler-file", where, "--nworkers", 2, "--nthreads", 1, "--nanny",
                    "--host", "127.0.0.1", "--local-directory", folder, *common),
        ]  # fmt: skip
        self.where = where

    @property
    def address(self):
        with distributed.Client(scheduler_file=str(self.where), set_as_default=False, timeout=SECONDS) as client:
            client.wait_for_workers(2, timeout=SECONDS)
            return client.scheduler.address

    def workers(self):
        """The processes that have the trials, and the address of each."""
        with distributed.Client(scheduler_file=str(self.where), set_as_default=False) as client:
            return client.run(os.getpid)

    def end(self):
        for program in reversed(self.programs):
            program.terminate()
            program.wait(SECONDS)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    yield found
    found.end()


@pytest.mark.slow
def test_24_trials_with_a_worker_killed_on_the_way_come_to_the_same_as_here(cluster):
    choices = grid({"learning_rate": (0.01, 0.1, 1.0), "width": (2, 8), "seed": range(4)})
    project = short(epochs=30)
    here = Sweep(project, choices)
    list(here.run(AtOnce()))
    address, before = cluster.address, cluster.workers()
    victim = next(iter(before.values()))
    with open_pool(cluster=address) as pool, Sweep(project, choices) as there:
        for count, _ in enumerate(there.run(pool), 1):
            if count == 4:
                os.kill(victim, signal.SIGKILL)
    assert len(there.results) == 24
    assert there.results == here.results
    assert victim not in cluster.workers().values()


def test_workers_that_do_not_see_the_folder_open_the_data_by_its_name(cluster, monkeypatch):
    monkeypatch.setattr("nnstudio.experiments.shared_data._place", lambda: "another machine")
    project, choices = short(), grid({"seed": (0, 1)})
    with open_pool(cluster=cluster.address) as pool, Sweep(project, choices) as there:
        list(there.run(pool))
    here = Sweep(project, choices)
    list(here.run(AtOnce()))
    assert there.results == here.results


@pytest.mark.parametrize(("error", "told"), [
    (distributed.KilledWorker("trial", None, 4), "workers died each time they tried this"),
    (ModuleNotFoundError("No module named 'nnstudio'", name="nnstudio"), "Install the same nnstudio on every worker"),
])  # fmt: skip
def test_a_trial_that_a_cluster_gives_up_is_reported_and_the_rest_goes_on(error, told):
    class Unlucky(AtOnce):
        def submit(self, fn, /, *args, **kwargs):
            if args[0].number == 2:
                return super().submit(fn, *args, **kwargs)
            future = Future()
            future.set_exception(error)
            return future

    with Sweep(short(), grid({"seed": (0, 1)})) as sweep:
        first, second = sweep.run(Unlucky())
    assert told in first.failed
    assert second.failed is None


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority, and what it vouches for."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("keys")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=SECONDS)

    for name in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
                "-days", "2", "-subj", f"/CN={name}")  # fmt: skip
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}-key.pem", "-out", f"{name}.csr",
                "-subj", "/CN=127.0.0.1")  # fmt: skip
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{name}.pem", "-CAkey", f"{name}.key", "-CAcreateserial",
                "-out", f"{name}-cert.pem", "-days", "2")  # fmt: skip
    return folder


def keys_of(folder, name):
    return Keys(str(folder / f"{name}.pem"), str(folder / f"{name}-cert.pem"), str(folder / f"{name}-key.pem"))


@pytest.mark.slow
def test_with_tls_both_sides_must_be_known_to_each_other(certificates, tmp_path):
    ours = keys_of(certificates, "ca")
    options = ["--tls-ca-file", ours.ca, "--tls-cert", ours.certificate, "--tls-key", ours.key]
    secure = Cluster(tmp_path, "tls", options)
    try:
        address = tls_address(secure)
        with open_pool(cluster=address, keys=ours) as pool, Sweep(short(), [{"seed": 1}]) as sweep:
            assert [each.failed for each in sweep.run(pool)] == [None]
        stranger = open_pool(cluster=address, keys=keys_of(certificates, "other"))
        with pytest.raises(StudioError, match="does not answer"), stranger:
            pass
    finally:
        secure.end()


def tls_address(cluster):
    """Where a scheduler says that it is."""
    end = monotonic() + SECONDS
    while monotonic() < end:
        try:
            return json.loads(cluster.where.read_text())["address"]
        except (OSError, ValueError):
            continue
    pytest.fail("the scheduler did not begin")
