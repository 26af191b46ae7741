"""Fetching from mirrors that behave in every way: real sockets, real TLS, no network."""

import gzip
import os
import time
import tracemalloc
import zlib
from dataclasses import replace
from itertools import repeat
from threading import Event

import numpy as np
import pytest

from nnstudio import __version__
from nnstudio.core.errors import DataError
from nnstudio.data.download import Progress, fetch, fetch_all

from .download_server import (
    PEM,
    Reset,
    Stall,
    deaf,
    head,
    moves_to,
    offers,
    offers_in_chunks,
    plain,
    refuses,
    remote,
    running,
    says,
    trusting,
    tunnel,
    wait_for_hanging_up,
)

MEBI = 2**20
PATIENCE = 0.3
CONTENT = np.random.default_rng(0).bytes(300_000)
OTHER = np.random.default_rng(1).bytes(300_000)
HALF = len(CONTENT) // 2
PAGE = b"<!DOCTYPE html><html><body>Please log in to the wireless network.</body></html>"
TEXT = b"One line that may be wrapped by gzip in many ways. " * 2000
WRAPPED = gzip.compress(TEXT, mtime=0)
WRAPPED_ANEW = gzip.compress(TEXT, 1, mtime=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def get(wanted, folder, **options):
    return fetch(wanted, folder, **{"context": trusting(), "patience": PATIENCE, **options})


def failure(wanted, folder, **options):
    with pytest.raises(DataError) as caught:
        get(wanted, folder, **options)
    return str(caught.value)


def test_a_file_is_fetched_whole_and_nothing_else_is_left_in_the_folder(server, folder):
    path = get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder)
    assert path == folder / "data.bin"
    assert path.read_bytes() == CONTENT
    assert os.listdir(folder) == ["data.bin"]


def test_progress_rises_from_nothing_to_all(server, folder):
    seen = []
    get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder, progress=seen.append)
    done = [each.done for each in seen]
    assert done == sorted(done)
    assert len(set(done)) > 5
    assert seen[0] == Progress("data.bin", 0, len(CONTENT), "localhost")
    assert seen[-1] == Progress("data.bin", len(CONTENT), len(CONTENT), "localhost")


def test_progress_of_a_large_file_is_not_told_for_every_packet(server, folder):
    large = bytes(16 * MEBI)
    seen = []
    get(remote(large, server.at("/a", offers(large))), folder, progress=seen.append)
    assert 50 < len(seen) < 300


def test_the_request_says_who_asks_and_wants_the_bytes_as_they_are(server, folder):
    get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder)
    headers = server.requests[0].headers
    assert headers["user-agent"] == f"nnstudio/{__version__}"
    assert headers["accept-encoding"] == "identity"
    assert "range" not in headers


def test_several_files_come_in_their_order(server, folder):
    contents = {"a": CONTENT, "b": b"b"}
    wanted = [remote(each, server.at(f"/{name}", offers(each)), name=name) for name, each in contents.items()]
    seen = []
    paths = fetch_all(wanted, folder, seen.append, context=trusting(), patience=PATIENCE)
    assert [path.read_bytes() for path in paths] == [CONTENT, b"b"]
    assert [*dict.fromkeys(each.name for each in seen)] == ["a", "b"]


def test_a_file_that_cannot_be_had_ends_it_and_those_before_it_stay(server, folder):
    wanted = [remote(b"a", server.at("/a", offers(b"a")), name="a"), remote(b"b", server.address("/b"), name="b")]
    with pytest.raises(DataError, match=r"^b could not be fetched"):
        fetch_all(wanted, folder, context=trusting(), patience=PATIENCE)
    assert os.listdir(folder) == ["a"]


def endless(request):
    yield head("200 OK", Transfer_Encoding="chunked")
    yield from repeat(b"8000\r\n%s\r\n" % bytes(0x8000))


OK = head("200 OK", Content_Length=len(CONTENT))
UNTOLD = head("200 OK")
BAD = {
    "403": (refuses("403 Forbidden", PAGE), "answered 403"),
    "404": (refuses("404 Not Found", PAGE), "answered 404"),
    "404 with the file": (refuses("404 Not Found", CONTENT), "answered 404"),
    "500": (refuses("500 Internal Server Error"), "answered 500"),
    "503": (refuses("503 Service Unavailable", Retry_After=99999), "answered 503"),
    "204": (says(head("204 No Content")), "answered 204"),
    "206 that was not asked for": (refuses("206 Partial Content", CONTENT), "another part of the file"),
    "206 from the middle": (
        refuses("206 Partial Content", CONTENT, Content_Range=f"bytes 9-300008/{len(CONTENT)}"), "another part"
    ),
    "206 with a place of 5000 digits": (
        refuses("206 Partial Content", CONTENT, Content_Range=f"bytes {'9' * 5000}-/9"), "another part"
    ),
    "a page": (refuses("200 OK", PAGE, Content_Type="text/html; charset=utf-8"), "a web page"),
    "a page without a type": (refuses("200 OK", b"\xef\xbb\xbf\n" + PAGE), "a web page"),
    "a page of the right length": (
        refuses("200 OK", PAGE.ljust(len(CONTENT)), Content_Type="application/gzip"), "a web page"
    ),
    "a page without its start": (refuses("200 OK", b"<p>No.</p>", Content_Type="text/html"), "a web page"),
    "truncated": (offers(CONTENT, upto=HALF), "broke off"),
    "truncated at its last byte": (offers(CONTENT, upto=-1), "broke off"),
    "broken at once": (says(Reset()), "broke off"),
    "broken in the middle": (offers(CONTENT, upto=HALF, then=Reset()), "broke off"),
    "no body": (offers(CONTENT, upto=0), "broke off"),
    "no answer": (says(), "broke off"),
    "no end of the header": (says(OK[:-2]), "broke off"),
    "shorter": (offers(CONTENT[:-1]), "offers 299,999 bytes instead of 300,000"),
    "longer": (offers(CONTENT + b"!"), "offers 300,001 bytes instead of 300,000"),
    "empty": (offers(b""), "offers 0 bytes"),
    "huge": (says(head("200 OK", Content_Length=10**15), CONTENT), "offers 1,000,000,000,000,000 bytes"),
    "shorter without a length": (says(UNTOLD, CONTENT[:-1]), "broke off"),
    "chunks that end too early": (offers_in_chunks(CONTENT[:-1]), "broke off"),
    "chunks that break off": (offers_in_chunks(CONTENT[:HALF], end=b""), "broke off"),
    "chunks without a size": (offers_in_chunks(CONTENT[:HALF], end=b"zzz\r\n"), "broke off"),
    "a chunk of a promised exabyte": (
        says(head("200 OK", Transfer_Encoding="chunked"), b"fffffffffffffff\r\n", CONTENT[:99]), "broke off"
    ),
    "other bytes": (offers(OTHER), "sent other bytes than were published"),
    "one bit": (offers(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])), "sent other bytes"),
    "other bytes without a length": (says(UNTOLD, OTHER + OTHER), "sent other bytes"),
    "other bytes in chunks": (offers_in_chunks(OTHER + OTHER), "sent other bytes"),
    "endless": (endless, "sent other bytes"),
    "stalls at once": (says(Stall()), "sent nothing for 0.3 s"),
    "stalls in the header": (says(OK[:20], Stall()), "sent nothing for 0.3 s"),
    "stalls before the body": (says(OK, Stall()), "sent nothing for 0.3 s"),
    "stalls in the body": (says(OK, CONTENT[: len(CONTENT) // 17], Stall()), "sent nothing for 0.3 s"),
    "compressed on the way": (
        refuses("200 OK", gzip.compress(CONTENT), Content_Encoding="gzip"), "bytes instead of 300,000"
    ),
    "not HTTP": (says(b"220 ftp.example.org ready\r\n\r\n"), "makes no sense"),
    "a status without sense": (says(b"HTTP/1.1 two hundred\r\n\r\n"), "makes no sense"),
    "a header without end": (says(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 100_000), "makes no sense"),
    "too many headers": (says(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n" * 200, b"\r\n"), "makes no sense"),
    "redirect to nowhere": (refuses("302 Found"), "answered 302"),
    "redirect to itself": (moves_to(""), "answered 302"),
    "redirect in a circle": (moves_to("/bad"), "redirects without end"),
    "redirect to http": (moves_to("http://localhost:9/"), "leads away from https"),
    "redirect to ftp": (moves_to("ftp://localhost/"), "leads away from https"),
    "redirect to a file": (moves_to("file:///etc/passwd"), "leads away from https"),
    "redirect to no address": (moves_to("https://[::bad/"), "makes no sense"),
    "redirect to a port that cannot be": (moves_to("https://localhost:99999/"), "leads away from https"),
    "redirect with a line of its own": (moves_to("/a\x85b\x0bHost: evil"), "answered 404"),
    "endless redirect": (
        lambda request: [head("302 Found", Location="/gone"), *repeat(bytes(MEBI), 64)], "answered 404"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "reason"), BAD.values(), ids=BAD)
def test_a_bad_mirror_is_named_with_its_reason_and_leaves_no_file(server, folder, answer, reason):
    message = failure(remote(CONTENT, server.at("/bad", answer)), folder)
    assert message.startswith("data.bin could not be fetched: localhost ")
    assert reason in message
    assert message.endswith(f"or put the file into {folder} by hand.")
    assert not (folder / "data.bin").exists()


@pytest.mark.parametrize("answer", [answer for answer, _ in BAD.values()], ids=BAD)
def test_after_a_bad_mirror_the_next_is_asked(server, folder, answer):
    wanted = remote(CONTENT, server.at("/bad", answer), server.at("/good", offers(CONTENT)))
    assert get(wanted, folder).read_bytes() == CONTENT
    assert os.listdir(folder) == ["data.bin"]
    assert len(server.ranges("/good")) == 1


GOOD = {
    "in chunks": offers_in_chunks(CONTENT),
    "without a length": says(UNTOLD, CONTENT),
    "by an old server": says(b"HTTP/1.0 200 OK\r\n\r\n", CONTENT),
    "with more after it": says(OK, CONTENT, b"and more"),
    "with more after it, without a length": says(UNTOLD, CONTENT, b"and more"),
    "said to be compressed, which it is not": offers(CONTENT, Content_Encoding="gzip"),
    "as the whole part": refuses("206 Partial Content", CONTENT, Content_Range="bytes 0-299999/300000"),
    "with a length without sense": says(head("200 OK", Content_Length="many"), CONTENT),
    "as a page, which it is not": offers(CONTENT, Content_Type="text/html"),
    "after a hint": says(b"HTTP/1.1 100 Continue\r\n\r\n", OK, CONTENT),
    "byte by byte at first": says(*(OK[place : place + 1] for place in range(len(OK))), CONTENT),
}


@pytest.mark.parametrize("answer", GOOD.values(), ids=GOOD)
def test_the_right_bytes_are_taken_however_they_are_sent(server, folder, answer):
    seen = []
    assert get(remote(CONTENT, server.at("/a", answer)), folder, progress=seen.append).read_bytes() == CONTENT
    assert (seen[-1].done, seen[-1].total) == (len(CONTENT), len(CONTENT))


def test_a_small_file_without_a_length_is_taken_without_what_comes_after_it(server, folder):
    wanted = remote(b"small", server.at("/a", says(UNTOLD + b"small" + b"and more")))
    assert get(wanted, folder).read_bytes() == b"small"


@pytest.mark.parametrize("kind", ["application/xml", "text/plain"])
def test_a_file_that_only_begins_like_a_page_is_taken(server, folder, kind):
    content = b"<?xml version='1.0'?><numbers>1 2 3</numbers>"
    assert get(remote(content, server.at("/a", offers(content, Content_Type=kind))), folder).read_bytes() == content


def test_a_slow_start_is_waited_for(server, folder):
    waited, looks = Event(), []

    def answer(request):
        assert waited.wait(20)
        yield from offers(CONTENT)(request)

    def cancelled():
        # Asked again and again while nothing comes.
        looks.append(len(server.requests))
        if sum(looks) > 3:
            waited.set()
        return False

    wanted = remote(CONTENT, server.at("/a", answer))
    assert get(wanted, folder, cancelled=cancelled, patience=20).read_bytes() == CONTENT


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_to_another_https_server_is_followed(server, folder, status):
    with running() as other:
        wanted = remote(CONTENT, server.at("/a", moves_to(other.at("/b", offers(CONTENT)), status)))
        assert get(wanted, folder).read_bytes() == CONTENT
        assert len(other.requests) == 1


@pytest.mark.parametrize("location", ["/x/b%20c?d=%C3%A9", "b%20c?d=%C3%A9", "//localhost:{port}/x/b%20c?d=%C3%A9"])
def test_a_redirect_within_a_server_is_followed(server, folder, location):
    address = server.at("/x/a", moves_to(location.format(port=server.port)))
    server.at("/x/b%20c?d=%C3%A9", offers(CONTENT))
    assert get(remote(CONTENT, address), folder).read_bytes() == CONTENT


def test_a_redirect_to_plain_http_is_not_followed_by_a_single_byte(server, folder):
    with plain() as listener:
        address = f"http://localhost:{listener.getsockname()[1]}/data.bin"
        assert "leads away from https" in failure(remote(CONTENT, server.at("/a", moves_to(address))), folder)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("address", [
    "http://localhost:{port}/a", "HTTP://localhost:{port}/a", "//localhost:{port}/a", "localhost:{port}/a",
    "ftp://localhost:{port}/a", "file:///etc/hostname", "data:,a", "https://", "https:///a", "https://[::bad/a",
    "https://localhost:{port}0000/a", "",
])  # fmt: skip
def test_an_address_that_is_not_https_is_refused_before_anything_is_asked(server, folder, address):
    with plain() as listener:
        address = address.format(port=listener.getsockname()[1])
        wanted = remote(CONTENT, server.at("/a", offers(CONTENT)), address)
        assert "is not an https address" in failure(wanted, folder)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert server.requests == []
    assert not folder.exists()


@pytest.mark.parametrize("name", [
    "../data.bin", "a/b", "/data.bin", "..", ".", "", "a\\b", "C:data.bin", "nul\0", "new\nline", "a*", "\ud800",
], ids=ascii)  # fmt: skip
def test_a_name_that_might_lead_elsewhere_is_refused(server, folder, name):
    message = failure(remote(CONTENT, server.at("/a", offers(CONTENT)), name=name), folder)
    assert "cannot be the name of a fetched file" in message
    assert message.isprintable()
    assert not folder.exists()
    assert server.requests == []


@pytest.mark.parametrize(
    "wrong", [{"sha256": ""}, {"sha256": "0" * 63}, {"sha256": "x" * 64}, {"size": 0}, {"size": -1}, {"addresses": ()}]
)
def test_a_file_that_could_never_be_right_is_refused(server, folder, wrong):
    wanted = replace(remote(CONTENT, server.at("/a", offers(CONTENT))), **wrong)
    assert "Ask those who made this data set to mend it." in failure(wanted, folder)
    assert server.requests == []


def test_a_checksum_may_be_written_in_capitals(server, folder):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT)))
    assert get(replace(wanted, sha256=wanted.sha256.upper()), folder).read_bytes() == CONTENT


def test_a_mirror_that_nobody_runs_is_not_reachable(server, folder):
    with deaf() as port:
        wanted = remote(CONTENT, f"https://localhost:{port}/a", server.at("/b", offers(CONTENT)))
        assert get(wanted, folder).read_bytes() == CONTENT


def test_a_mirror_without_a_name_in_the_net_is_not_reachable(server, folder):
    wanted = remote(CONTENT, "https://mirror.invalid/a", server.at("/b", offers(CONTENT)))
    assert get(wanted, folder).read_bytes() == CONTENT


def test_a_mirror_with_the_certificate_of_another_is_not_trusted(server, folder):
    server.at("/a", offers(CONTENT))
    with running() as other:
        wanted = remote(CONTENT, server.address("/a", "127.0.0.1"), other.at("/b", offers(CONTENT)))
        assert get(wanted, folder).read_bytes() == CONTENT
    assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(server, folder):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT)))
    assert "localhost shows no valid certificate" in failure(wanted, folder, context=None)
    assert server.requests == []


def hang_up(connection):
    connection.recv(1)


def speak_plainly(connection):
    connection.sendall(OK)
    wait_for_hanging_up(connection)


@pytest.mark.parametrize(("before_tls", "reason"), [
    (wait_for_hanging_up, "is not reachable"), (hang_up, "is not reachable"),
    (speak_plainly, "cannot be reached securely"),
])  # fmt: skip
def test_a_server_that_never_comes_to_tls_is_given_up(server, folder, before_tls, reason):
    with running() as other:
        other.before_tls = before_tls
        assert f"localhost {reason}" in failure(remote(CONTENT, other.address("/a")), folder)
        wanted = remote(CONTENT, other.address("/a"), server.at("/b", offers(CONTENT)))
        assert get(wanted, folder).read_bytes() == CONTENT


def test_when_all_fail_one_sentence_names_each_host_with_its_reason(server, folder):
    with deaf() as port:
        unreachable = "https://mirror.invalid/x", f"https://127.0.0.1:{port}/y"
        wanted = remote(CONTENT, *unreachable, server.at("/a", refuses("503 Service Unavailable")))
        assert failure(wanted, folder) == (
            "data.bin could not be fetched: mirror.invalid is not reachable; 127.0.0.1 is not reachable; "
            f"localhost answered 503. Try again later, or put the file into {folder} by hand."
        )


def test_what_is_kept_is_said(server, folder):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT, upto=200_000)))
    assert "Try again later (0.2 of 0.3 MB are kept), or put" in failure(wanted, folder)


def test_two_addresses_of_one_host_that_fail_alike_are_named_once(server, folder):
    message = failure(remote(CONTENT, server.address("/a"), server.address("/b")), folder)
    assert message.count("localhost answered 404") == 1


def test_a_proxy_of_the_environment_is_used(server, folder, monkeypatch):
    server.before_tls = tunnel(server)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
    server.at("/a", offers(CONTENT))
    wanted = remote(CONTENT, "https://localhost:1/a")
    assert get(wanted, folder).read_bytes() == CONTENT
    assert server.tunnels == ["CONNECT localhost:1 HTTP/1.0"] or server.tunnels == ["CONNECT localhost:1 HTTP/1.1"]


def test_a_host_that_the_environment_excepts_is_asked_without_the_proxy(server, folder, monkeypatch):
    with deaf() as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "localhost")
        assert get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder).read_bytes() == CONTENT


def refuse_the_tunnel(connection):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")


@pytest.mark.parametrize("before_tls", [refuse_the_tunnel, hang_up, wait_for_hanging_up])
def test_a_proxy_that_refuses_is_given_up(server, folder, monkeypatch, before_tls):
    server.before_tls = before_tls
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
    assert "could not be fetched: localhost " in failure(remote(CONTENT, "https://localhost:1/a"), folder)


def test_a_file_that_is_there_is_not_fetched_again(server, folder):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT)))
    assert get(wanted, folder) == get(wanted, folder)
    assert len(server.requests) == 1


def test_a_wrong_file_of_the_same_name_and_length_is_replaced(server, folder):
    folder.mkdir()
    (folder / "data.bin").write_bytes(OTHER)
    assert get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder).read_bytes() == CONTENT


def test_a_wrong_file_stays_as_long_as_the_right_one_cannot_be_had(server, folder):
    folder.mkdir()
    (folder / "data.bin").write_bytes(OTHER)
    assert failure(remote(CONTENT, server.at("/a", offers(CONTENT, upto=HALF))), folder)
    assert (folder / "data.bin").read_bytes() == OTHER


def test_a_link_under_the_name_is_replaced_and_what_it_led_to_is_not_touched(server, folder, tmp_path):
    folder.mkdir()
    (tmp_path / "precious").write_bytes(OTHER)
    (folder / "data.bin").symlink_to(tmp_path / "precious")
    assert get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder).read_bytes() == CONTENT
    assert (tmp_path / "precious").read_bytes() == OTHER


def text(*addresses):
    return remote(WRAPPED, *addresses, name="text.gz", holds=TEXT)


BY_HAND = {
    "as published": ("text.gz", WRAPPED),
    "wrapped with less effort": ("text.gz", WRAPPED_ANEW),
    "wrapped without shrinking": ("text.gz", gzip.compress(TEXT, 0)),
    "not wrapped, but so named": ("text.gz", TEXT),
    "unpacked": ("text", TEXT),
    "unpacked by name only": ("text", WRAPPED_ANEW),
}


@pytest.mark.parametrize(("name", "content"), BY_HAND.values(), ids=BY_HAND)
def test_the_same_content_put_there_by_hand_in_any_wrapping_is_taken(server, folder, name, content):
    folder.mkdir()
    (folder / name).write_bytes(content)
    assert get(text(server.at("/a", offers(WRAPPED))), folder) == folder / name
    assert server.requests == []
    assert os.listdir(folder) == [name]


def test_an_unpacked_file_is_taken_though_a_wrong_one_has_the_published_name(server, folder):
    folder.mkdir()
    (folder / "text.gz").write_bytes(b"wrong")
    (folder / "text").write_bytes(TEXT)
    assert get(text(server.address("/a")), folder) == folder / "text"


def bomb(mebibytes):
    """A gzip stream of so many mebibytes of zeros."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = stream.compress(bytes(MEBI)) + stream.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * mebibytes + stream.flush() + bytes(8)


WRONG_BY_HAND = {
    "empty": b"",
    "other content": gzip.compress(TEXT[:-1]),
    "cut": WRAPPED[:-1],
    "something after it": WRAPPED + b"!",
    "in two pieces, which no reader takes": gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:]),
    "wrapped twice": gzip.compress(WRAPPED),
    "damaged": WRAPPED_ANEW[:500] + b"damaged" + WRAPPED_ANEW[507:],
    "a page": PAGE,
    "a bomb of a gibibyte": bomb(1024),
}


@pytest.mark.parametrize("content", WRONG_BY_HAND.values(), ids=WRONG_BY_HAND)
def test_other_content_put_there_by_hand_is_replaced(server, folder, content):
    folder.mkdir()
    (folder / "text.gz").write_bytes(content)
    start = time.perf_counter()
    assert get(text(server.at("/a", offers(WRAPPED))), folder).read_bytes() == WRAPPED
    assert time.perf_counter() - start < 1


def test_a_file_that_is_far_too_long_is_not_read_through(server, folder):
    folder.mkdir()
    (folder / "text.gz").touch()
    os.truncate(folder / "text.gz", 2**40)
    start = time.perf_counter()
    assert get(text(server.at("/a", offers(WRAPPED))), folder).read_bytes() == WRAPPED
    assert time.perf_counter() - start < 1


def test_a_file_that_shrinks_while_it_is_looked_at_is_not_right(server, folder):
    folder.mkdir()
    (folder / "data.bin").write_bytes(CONTENT)

    def cancelled():
        os.truncate(folder / "data.bin", 0)
        return False

    assert "answered 404" in failure(remote(CONTENT, server.address("/a")), folder, cancelled=cancelled)


@pytest.mark.parametrize("answer", [offers(WRAPPED_ANEW), offers_in_chunks(WRAPPED_ANEW), offers_in_chunks(WRAPPED)])
def test_a_mirror_may_wrap_the_same_content_anew(server, folder, answer):
    seen = []
    path = get(text(server.at("/a", answer)), folder, progress=seen.append)
    assert path == folder / "text.gz"
    assert gzip.decompress(path.read_bytes()) == TEXT
    assert seen[-1].done == seen[-1].total == path.stat().st_size
    assert all(each.done <= each.total for each in seen)


def test_a_smaller_wrapping_without_a_length_is_taken(server, folder):
    wanted = remote(WRAPPED_ANEW, server.at("/a", offers_in_chunks(WRAPPED)), name="text.gz", holds=TEXT)
    seen = []
    assert len(WRAPPED) < len(WRAPPED_ANEW)
    assert get(wanted, folder, progress=seen.append).read_bytes() == WRAPPED
    assert seen[-1].done == seen[-1].total == len(WRAPPED)


@pytest.mark.parametrize("content", [gzip.compress(TEXT[:-1]), WRAPPED_ANEW[:-1], WRAPPED + b"!"])
def test_a_mirror_may_not_wrap_other_content(server, folder, content):
    assert "sent other bytes than were published" in failure(text(server.at("/a", offers(content))), folder)
    assert os.listdir(folder) == []


def test_a_mirror_may_not_send_far_more_though_it_says_it_is_wrapped_anew(server, folder):
    assert "bytes instead of" in failure(text(server.at("/a", offers(bytes(MEBI)))), folder)


def test_another_wrapping_is_refused_where_only_the_published_bytes_are_known(server, folder):
    wanted = remote(WRAPPED, server.at("/a", offers(WRAPPED_ANEW)), name="text.gz")
    assert "bytes instead of" in failure(wanted, folder)


def peak_while(call):
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_large_file_takes_little_memory(server, folder):
    large = bytes(32 * MEBI)
    wanted = remote(large, server.at("/a", offers(large)))
    context = trusting()
    assert peak_while(lambda: get(wanted, folder, context=context)) < 2 * MEBI
    assert peak_while(lambda: get(wanted, folder, context=context)) < 2 * MEBI


def test_a_bomb_is_looked_into_in_little_memory(server, folder):
    folder.mkdir()
    (folder / "text.gz").write_bytes(WRONG_BY_HAND["a bomb of a gibibyte"])
    assert peak_while(lambda: failure(text(server.address("/a")), folder, context=trusting())) < 2 * MEBI


def test_a_mirror_that_never_ends_is_left_after_the_size_of_the_file(server, folder):
    sent = []

    def answer(request):
        yield UNTOLD
        for _ in range(1000):
            sent.append(MEBI)
            yield bytes(MEBI)

    assert failure(remote(CONTENT, server.at("/a", answer)), folder)
    # The rest went into the buffers of the two ends.
    assert sum(sent) < 50 * MEBI
    assert os.listdir(folder) == []


def test_the_certificates_of_the_system_are_those_that_count_without_a_context(server, folder, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT)))
    assert get(wanted, folder, context=None).read_bytes() == CONTENT
