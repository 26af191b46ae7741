"""`nnstudio data get` against a server of our own: real sockets, real TLS, the collection's own files."""

import gzip
import struct
from hashlib import sha256

import numpy as np
import pytest

from nnstudio.data.collections.base import Remote
from nnstudio.data.collections.mnist import Mnist
from nnstudio.data.readers.mnist_folder import FILES
from tests.data.download_server import PEM, offers, refuses, running

from .command import refuse


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.astype("u1").tobytes(), mtime=0)


def contents():
    """The four files of a small MNIST."""
    random = np.random.default_rng(0)
    for count in (60, 20):
        yield idx(random.integers(0, 256, (count, 28, 28)))
        yield idx(np.arange(count) % 10)


@pytest.fixture
def server(tmp_path_factory, monkeypatch):
    """A server with the four files, of which MNIST is fetched from now on; nothing was fetched yet."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))
    with running() as server:
        remotes = []
        for name, content in zip(FILES, contents(), strict=True):
            address = server.at(f"/{name}.gz", offers(content))
            remotes.append(Remote(f"{name}.gz", (address,), len(content), sha256(content).hexdigest()))
        monkeypatch.setattr(Mnist, "files", tuple(remotes))
        monkeypatch.setattr(Mnist, "samples", (60, 20))
        yield server


def test_what_was_fetched_opens_by_its_name(nn, server):
    result = nn("data", "get", "mnist", "--json")
    assert result.code == 0, result.err
    assert result.json["files"] == [f"{name}.gz" for name in FILES]
    assert nn("data", "info", "mnist", "--json").json["parts"] == {"train": 60, "validation": 0, "test": 20}


def test_a_log_gets_one_line_for_each_file(nn, server):
    lines = nn("data", "get", "mnist").err.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("Fetching")] == [f"{name}.gz" for name in FILES]


def test_what_is_there_is_not_fetched_again(nn, server):
    nn("data", "get", "mnist")
    asked = len(server.requests)
    again = nn("data", "get", "mnist")
    assert again.code == 0
    assert "there already" in again.err
    assert len(server.requests) == asked


def test_a_damaged_file_is_fetched_again_and_the_others_are_not(nn, server):
    nn("data", "get", "mnist")
    damaged = Mnist.home() / f"{FILES[0]}.gz"
    damaged.write_bytes(b"<html>Please log in</html>")
    server.requests.clear()
    assert nn("data", "get", "mnist").code == 0
    assert [request.path for request in server.requests] == [f"/{FILES[0]}.gz"]
    assert nn("data", "info", "mnist").code == 0


def test_a_failure_says_what_to_do_and_the_next_try_goes_on(nn, server):
    path = f"/{FILES[2]}.gz"
    good = server.answers[path]
    server.at(path, refuses("503 Service Unavailable"))
    sentence = refuse_after_log(nn("data", "get", "mnist"))
    assert "503" in sentence
    assert str(Mnist.home()) in sentence
    assert not (Mnist.home() / f"{FILES[2]}.gz").exists()
    server.answers[path] = good
    server.requests.clear()
    assert nn("data", "get", "mnist").code == 0
    assert [request.path for request in server.requests] == [f"/{name}.gz" for name in FILES[2:]]


def test_a_set_that_is_only_half_there_says_what_is_missing(nn, server):
    server.at(f"/{FILES[3]}.gz", refuses("404 Not Found"))
    nn("data", "get", "mnist")
    sentence = refuse(nn("data", "info", "mnist"), 1)
    assert f"({FILES[3]}.gz)" in sentence


def refuse_after_log(result) -> str:
    assert result.code == 1
    return result.err.splitlines()[-1]
