"""A Dask cluster as an executor: reached within seconds or refused in words; only with TLS beyond this machine."""

import logging
import os
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from ipaddress import ip_address
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from nnstudio.core.errors import FieldError, StudioError
from nnstudio.core.extras import how_to_install
from nnstudio.core.files import shown

PATIENCE = 3.0  # Seconds until an address does not answer.
HOW_TO = "Write it as tcp://127.0.0.1:8786, or tls://HOST:8786 for a cluster beyond this machine"
INSTALL = f"A cluster needs the package distributed, which is not installed. {how_to_install('cluster')}"
KILLED = "The cluster's workers died each time they tried this; perhaps there was not enough memory."
NOT_THERE = "The cluster's workers lack a module ({}). Install the same nnstudio on every worker."


@dataclass(frozen=True)
class Keys:
    """Files with the certificates that prove to the cluster who asks, and to us that it is the cluster."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None

    @property
    def missing(self) -> list[str]:
        """The options that are not given."""
        given = {"--tls-ca": self.ca, "--tls-cert": self.certificate, "--tls-key": self.key}
        return [option for option, path in given.items() if not path]


NO_KEYS = Keys()


@contextmanager
def cluster_pool(address: str, keys: Keys = NO_KEYS) -> Iterator[Executor]:
    """The workers of a cluster. What they are sent is Python: so nobody may come in between."""
    address = checked_address(address, keys)
    client = _connected(address, keys)
    try:
        pool: Executor = client.get_executor(pure=False)
        try:
            yield pool
        finally:
            pool.shutdown(wait=False)
    finally:
        with _hushed():
            client.close(timeout=PATIENCE)


def checked_address(address: str, keys: Keys = NO_KEYS) -> str:
    """An address with its way of transport; FieldError for one that cannot be, or that is not safe."""
    text = address.strip() if "://" in address else f"tcp://{address.strip()}"
    scheme, host, port = _parts(text)
    if scheme not in ("tcp", "tls") or not host or port is None:
        raise FieldError(f"{shown(address)} is no address of a cluster. {HOW_TO}.")
    if scheme == "tcp":
        if not _is_here(host):
            raise FieldError(
                f"{shown(address)} is beyond this machine, where a cluster is only used with TLS. "
                f"Write tls://{shown(host)}:{port} with --tls-ca, --tls-cert and --tls-key."
            )
        if len(keys.missing) < 3:
            raise FieldError(f"Certificates mean something with tls:// only. Write tls://{shown(host)}:{port}.")
        return text
    if keys.missing:
        raise FieldError(f"A cluster with TLS needs certificates too: {', '.join(keys.missing)}.")
    return text


def lost_with_its_workers(error: BaseException) -> str | None:
    """Why the cluster could not do a task, in words; None where that was not the cluster's doing."""
    # By their names: who has no distributed has none of its errors.
    if type(error).__name__ == "KilledWorker":
        return KILLED
    return NOT_THERE.format(error.name) if isinstance(error, ModuleNotFoundError) else None


def _parts(text: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(text)
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return "", "", None


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _connected(address: str, keys: Keys) -> Any:
    """A client of the cluster; Any, since distributed need not be there."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise StudioError(INSTALL) from None
    security = _security(keys, distributed) if address.startswith("tls") else None
    try:
        with _hushed():
            options = {"timeout": PATIENCE, "security": security, "set_as_default": False}
            return _in_time(lambda: distributed.Client(address, **options))
    except (OSError, ValueError, RuntimeError):
        checks = "its scheduler runs there" + (" and knows these certificates" if security else "")
        raise StudioError(
            f"The cluster at {shown(address)} does not answer. See that {checks}, or train on this machine without "
            "--cluster."
        ) from None


def _in_time(connect: Callable[[], Any]) -> Any:
    """A client, or a TimeoutError. Its own timeout does not count for somebody who takes the call and is silent."""
    client: Future[Any] = Future()
    # Not waited for at the end of the program, should it never come back.
    Thread(target=_fulfil, args=(client, connect), name="cluster", daemon=True).start()
    try:
        return client.result(PATIENCE)
    except TimeoutError:
        client.add_done_callback(_close_late)
        raise


def _fulfil(client: "Future[Any]", connect: Callable[[], Any]) -> None:
    try:
        client.set_result(connect())
    except BaseException as error:
        client.set_exception(error)


def _close_late(client: "Future[Any]") -> None:
    if client.exception() is None:
        client.result().close()


def _security(keys: Keys, distributed: Any) -> Any:
    for path in (keys.ca, keys.certificate, keys.key):
        if path is not None and not os.path.isfile(path):
            raise StudioError(f"There is no file {shown(path)}. Check its name and its folder.")
    security = distributed.Security(
        tls_ca_file=keys.ca, tls_client_cert=keys.certificate, tls_client_key=keys.key, require_encryption=True
    )
    try:
        security.get_connection_args("client")
    except (ssl.SSLError, OSError, ValueError):
        raise StudioError(
            "The certificates cannot be used. See that --tls-ca, --tls-cert and --tls-key are PEM files that belong "
            "together."
        ) from None
    return security


@contextmanager
def _hushed() -> Iterator[None]:
    """What distributed logs while it comes and goes is told in our own words, or nobody's business."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
