"""One request to one mirror: by https alone, with patience, and what is wrong with the answer in a few words."""

import re
import ssl
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from io import BufferedReader, RawIOBase
from socket import socket
from time import monotonic
from typing import Any, cast
from urllib.error import URLError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request

from nnstudio import __version__

MOST_REDIRECTS = 5
BLOCK = 2**18

_REDIRECTS = (301, 302, 303, 307, 308)
_SPAN = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")
_BLINK = 0.1  # Seconds between two looks whether the user still wants it.


class Refused(Exception):
    """Why a mirror did not give the file, in words that go on after the name of its host."""


class Answer:
    """A mirror's answer: the bytes of the file from `start` on, of `total` if the mirror says how many there are."""

    def __init__(self, response: HTTPResponse, start: int) -> None:
        self.start, self.total = _span(response)
        if self.start not in (0, start):
            raise Refused("answered with another part of the file")
        self._response = response
        self._first = response.read1(BLOCK)
        if _is_page(response, self._first):
            raise Refused("answered with a web page")

    def blocks(self, most: int) -> Iterator[bytes]:
        """What comes, block by block as it comes, but nothing beyond the first `most` bytes of the file."""
        left = max(most - self.start, 0)
        block = self._first[:left]
        while block:
            yield block
            left -= len(block)
            with _reasons():
                block = self._response.read1(min(left, BLOCK))


@dataclass(frozen=True)
class Caller:
    """Asks mirrors, and waits for each as long as its patience lasts from one byte to the next.

    While it waits for an answer it calls `stop` several times in a second, which raises to give up.
    """

    context: ssl.SSLContext
    patience: float
    stop: Callable[[], None]

    @contextmanager
    def ask(self, address: str, start: int) -> Iterator[Answer]:
        """The file from a byte on, or all of it where the mirror cannot go on from there."""
        with _reasons():
            response = self._follow(address, start)
            if start and not _goes_on(response, start):
                response.close()
                response = self._follow(address, start := 0)
        with response:
            with _reasons():
                answer = Answer(response, start)
            yield answer

    def _follow(self, address: str, start: int) -> HTTPResponse:
        for _ in range(1 + MOST_REDIRECTS):
            self.stop()
            response = self._open(address, start)
            if response.status not in _REDIRECTS:
                return response
            with response:
                address = _target(response, address)
        raise Refused("redirects without end")

    def _open(self, address: str, start: int) -> HTTPResponse:
        # Bytes as they are published: what is compressed on the way has another checksum.
        headers = {"User-Agent": f"nnstudio/{__version__}", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        # Not urllib's usual opener: that one would also speak http, ftp and file, and read what comes with a redirect.
        opener = OpenerDirector()
        opener.add_handler(ProxyHandler())
        opener.add_handler(_Https(self))
        return cast(HTTPResponse, opener.open(Request(address, headers=headers), timeout=self.patience))


class _Https(HTTPSHandler):
    def __init__(self, caller: Caller) -> None:
        super().__init__(context=caller.context)
        self._caller = caller

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Connection, caller=self._caller), req)


class _Connection(HTTPSConnection):
    def __init__(self, host: str, *, caller: Caller, **others: Any) -> None:  # Any: they are urllib's.
        super().__init__(host, context=caller.context, **others)
        self.response_class = cast(type[HTTPResponse], partial(_Response, caller=caller))
        self._patience = caller.patience

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(min(_BLINK, self._patience))


class _Response(HTTPResponse):
    def __init__(self, sock: socket, *others: Any, caller: Caller, **named: Any) -> None:  # Any: they are http's.
        super().__init__(sock, *others, **named)
        self.fp = BufferedReader(_Patient(self.fp.detach(), sock, caller))


class _Patient(RawIOBase):
    """What comes from a socket; the wait for it is cut into short ones, so that it can be given up at any time."""

    def __init__(self, file: RawIOBase, source: socket, caller: Caller) -> None:
        self._file, self._source, self._caller = file, source, caller

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:  # Any: a buffer, which has no name before Python 3.12.
        end = monotonic() + self._caller.patience
        while True:
            self._caller.stop()
            try:
                return self._source.recv_into(target)
            except TimeoutError:
                if monotonic() >= end:
                    raise Refused(f"sent nothing for {self._caller.patience:g} s") from None

    def close(self) -> None:
        super().close()
        self._file.close()


def is_https(address: str) -> bool:
    """Whether an address is a proper one that is asked by https."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _goes_on(response: HTTPResponse, start: int) -> bool:
    return response.status != 416 and (response.status != 206 or _span(response)[0] == start)


def _span(response: HTTPResponse) -> tuple[int, int | None]:
    """Where in the file the answer begins, and how long the file is."""
    if response.status == 200:
        return 0, response.length
    if response.status != 206:
        raise Refused(f"answered {response.status}")
    if found := _SPAN.fullmatch(response.headers.get("Content-Range", "").strip()):
        return int(found[1]), None if found[2] == "*" else int(found[2])
    return -1, None


def _target(response: HTTPResponse, address: str) -> str:
    location = quote(response.headers.get("Location", ""), string.punctuation, "iso-8859-1")
    target = urljoin(address, location)
    if not location:
        raise Refused(f"answered {response.status}")
    if not is_https(target):
        raise Refused("leads away from https")
    return target


def _is_page(response: HTTPResponse, start: bytes) -> bool:
    start = start[:99].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_html = response.headers.get_content_type() == "text/html"
    return start.startswith((b"<!doctype html", b"<html")) or (is_html and start.startswith(b"<"))


@contextmanager
def _reasons() -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPException, ValueError, OverflowError) as error:
        raise Refused(_reason(error)) from None


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "shows no valid certificate"
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
        return "cannot be reached securely"
    if str(cause).startswith("Tunnel connection failed"):
        return "cannot be reached through the proxy"
    if isinstance(error, URLError):
        return "is not reachable"
    if isinstance(cause, OSError | IncompleteRead):
        return "broke off"
    return "gave an answer that makes no sense"
