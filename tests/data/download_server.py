"""A local TLS server that says what a test wants it to say, byte by byte, and remembers what it was asked."""

import re
import socket
import ssl
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread

from nnstudio.data.collections.base import Remote

PEM = Path(__file__).with_name("localhost.pem")
PATIENT = 20.0  # No test waits that long: it ends what would otherwise hang for ever.


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    path: str
    headers: dict[str, str]

    @property
    def start(self) -> int:
        """The first byte that is asked for."""
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        return int(found[1]) if found else 0


class Stall:
    """Say nothing more until the client hangs up."""

    def __init__(self) -> None:
        self.reached = Event()


class Reset:
    """Break the connection at once, with no goodbye."""


Said = bytes | memoryview | Stall | Reset
Answer = Callable[[Request], Iterable[Said]]


def head(status: str, **headers: object) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def says(*said: Said) -> Answer:
    return lambda request: said


def refuses(status: str, body: bytes = b"", **headers: object) -> Answer:
    return says(head(status, Content_Length=len(body), **headers), body)


def moves_to(address: str, status: str = "302 Found") -> Answer:
    return refuses(status, b"Moved.", Location=address)


def offers(content: bytes, upto: int | None = None, then: Said = b"", ranges: bool = True, **headers: object) -> Answer:
    """A file: all of it, or only up to a place, and then something else."""

    def answer(request: Request) -> Iterator[Said]:
        start = request.start if ranges else 0
        span = {"Content_Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        status = "206 Partial Content" if start else "200 OK"
        yield head(status, **{"Content_Length": len(content) - start, **span, **headers})
        yield memoryview(content)[start:upto]
        yield then

    return answer


def offers_in_chunks(content: bytes, end: bytes = b"0\r\n\r\n") -> Answer:
    """A file without a length, in chunks."""
    pieces = [content[place : place + 10_000] for place in range(0, len(content), 10_000)]
    chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
    return says(head("200 OK", Transfer_Encoding="chunked"), *chunks, end)


@dataclass
class Server:
    """Where it listens, what it says under each path (the last answer again and again), and what it was asked."""

    port: int
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    tunnels: list[str] = field(default_factory=list)
    before_tls: Callable[[socket.socket], None] = lambda connection: None

    def at(self, path: str, *answers: Answer) -> str:
        """The address of a path, under which these answers are given."""
        self.answers[path] = list(answers)
        return self.address(path)

    def address(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def ranges(self, path: str) -> list[str | None]:
        """The Range of each request to a path."""
        return [request.headers.get("range") for request in self.requests if request.path == path]

    def serve(self, connection: ssl.SSLSocket) -> None:
        """Answer one request."""
        request = _request(connection)
        self.requests.append(request)
        answers = self.answers.get(request.path) or [refuses("404 Not Found")]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        for said in answer(request):
            if isinstance(said, Stall):
                said.reached.set()
                wait_for_hanging_up(connection)
            elif isinstance(said, Reset):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            else:
                connection.sendall(said)


def wait_for_hanging_up(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def tunnel(server: Server) -> Callable[[socket.socket], None]:
    """What makes the server a proxy as well: it takes a CONNECT, and is then itself at the other end."""

    def take(connection: socket.socket) -> None:
        server.tunnels.append(_head(connection).split("\r\n")[0])
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")

    return take


def _request(connection: socket.socket) -> Request:
    first, *lines = _head(connection).split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if line)
    return Request(first.split(" ")[1], {name.lower(): value for name, value in headers.items()})


def _head(connection: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        # One by one, so that nothing of what follows a CONNECT is taken away.
        if not (byte := connection.recv(1)):
            raise ConnectionAbortedError
        received += byte
    return received.decode("latin-1")


@contextmanager
def running() -> Iterator[Server]:
    """A server on a free port, and its end with all its threads."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(PATIENT)
            with suppress(OSError):
                server.before_tls(self.request)
                with context.wrap_socket(self.request, server_side=True) as connection:
                    server.serve(connection)

    listener = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server = Server(listener.server_address[1])
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


@contextmanager
def deaf() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def plain() -> Iterator[socket.socket]:
    """A port on which somebody listens who would be heard without TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@cache
def trusting() -> ssl.SSLContext:
    """What a client needs to trust the server."""
    return ssl.create_default_context(cafile=PEM)


def remote(content: bytes, *addresses: str, name: str = "data.bin", holds: bytes = b"") -> Remote:
    """A published file of this content; `holds` is what it holds when unpacked."""
    packed = sha256(holds).hexdigest() if holds else ""
    return Remote(name, addresses, len(content), sha256(content).hexdigest(), packed)
