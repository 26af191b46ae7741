"""Fetching that is broken off, cancelled, killed, shared or without room: what is kept, and how it goes on."""

import os
import random
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Event

import numpy as np
import pytest

from nnstudio.core.errors import DataError
from nnstudio.data.download import Cancelled, fetch, fetch_all
from nnstudio.data.download_lock import alone, locked, marked

from .download_server import (
    PEM,
    Reset,
    Stall,
    head,
    offers,
    offers_in_chunks,
    refuses,
    remote,
    running,
    says,
    trusting,
)

PATIENCE = 0.3
LONG = 60.0
CONTENT = np.random.default_rng(0).bytes(300_000)
OTHER = np.random.default_rng(1).bytes(300_000)
SIZE = len(CONTENT)
HALF = SIZE // 2
GO_ON = f"bytes={HALF}-"
PART = ".data.bin.part"
UNTOLD = head("200 OK")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "data"
    path.mkdir()
    return path


@pytest.fixture
def half(folder):
    """A folder with the first half of the file from an earlier try."""
    (folder / PART).write_bytes(CONTENT[:HALF])
    return folder


def get(wanted, folder, **options):
    return fetch(wanted, folder, **{"context": trusting(), "patience": PATIENCE, **options})


def failure(wanted, folder, **options):
    with pytest.raises(DataError) as caught:
        get(wanted, folder, **options)
    return str(caught.value)


def test_what_came_before_a_mirror_broke_off_is_kept_and_the_next_try_goes_on_from_there(server, folder):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT, upto=HALF), refuses("503 No"), offers(CONTENT)))
    assert failure(wanted, folder)
    assert os.listdir(folder) == [PART]
    assert (folder / PART).read_bytes() == CONTENT[:HALF]
    assert get(wanted, folder).read_bytes() == CONTENT
    assert server.ranges("/a") == [None, GO_ON, GO_ON]
    assert os.listdir(folder) == ["data.bin"]


def test_progress_goes_on_from_what_is_there(server, half):
    seen = []
    get(remote(CONTENT, server.at("/a", offers(CONTENT))), half, progress=seen.append)
    done = [each.done for each in seen]
    assert done[0] == HALF
    assert done[-1] == SIZE
    assert done == sorted(done)


@pytest.mark.parametrize("then", [b"", Stall()], ids=["ends", "stalls"])
def test_where_one_mirror_stops_the_next_goes_on(server, folder, then):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT, HALF, then)), server.at("/b", offers(CONTENT)))
    assert get(wanted, folder).read_bytes() == CONTENT
    assert server.ranges("/b") == [GO_ON]


def test_a_mirror_that_breaks_again_and_again_is_asked_again_as_long_as_that_brings_much(server, folder):
    places = range(SIZE // 5, SIZE + 1, SIZE // 5)
    wanted = remote(CONTENT, server.at("/a", *(offers(CONTENT, upto=place) for place in places)))
    assert get(wanted, folder).read_bytes() == CONTENT
    assert server.ranges("/a") == [None, *(f"bytes={place}-" for place in places[:-1])]


def test_a_mirror_that_brings_little_each_time_is_left(server, folder):
    wanted = remote(CONTENT, server.at("/a", *(offers(CONTENT, upto=place) for place in range(1000, SIZE, 1000))))
    assert "broke off" in failure(wanted, folder)
    assert len(server.requests) == 1


def test_a_mirror_that_sends_all_of_it_instead_of_the_rest_is_right_too(server, half):
    assert get(remote(CONTENT, server.at("/a", offers(CONTENT, ranges=False))), half).read_bytes() == CONTENT
    assert server.ranges("/a") == [GO_ON]


def test_a_mirror_that_starts_again_and_breaks_off_costs_nothing_of_what_was_there(server, half):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT, upto=100, ranges=False)), server.at("/b", offers(CONTENT)))
    assert get(wanted, half).read_bytes() == CONTENT
    assert server.ranges("/b") == [GO_ON]


def partial(span):
    return refuses("206 Partial Content", CONTENT[HALF:], **({"Content_Range": span} if span else {}))


SPANS = {
    "none": None,
    "another place": f"bytes {HALF + 1}-{SIZE - 1}/{SIZE}",
    "from the start": f"bytes 0-{SIZE - 1}/{SIZE}",
    "nonsense": "bytes some",
    "other units": f"lines {HALF}-{SIZE - 1}/{SIZE}",
    "negative": f"bytes -{HALF}-{SIZE - 1}/{SIZE}",
}


@pytest.mark.parametrize("span", SPANS.values(), ids=SPANS)
def test_a_mirror_that_gives_another_part_is_asked_for_all(server, half, span):
    address = server.at("/a", partial(span), offers(CONTENT))
    assert get(remote(CONTENT, address), half).read_bytes() == CONTENT
    assert server.ranges("/a") == [GO_ON, None]


def test_a_mirror_that_gives_a_part_of_another_file_is_refused_and_nothing_is_lost(server, half):
    wanted = remote(CONTENT, server.at("/a", partial(f"bytes {HALF}-{SIZE}/{SIZE + 1}")))
    assert "offers 300,001 bytes instead of 300,000" in failure(wanted, half)
    assert (half / PART).read_bytes() == CONTENT[:HALF]


@pytest.mark.parametrize("span", [f"bytes {HALF}-{SIZE - 1}/*", f" bytes {HALF}-{SIZE - 1}/{SIZE} "])
def test_the_place_of_a_part_may_be_told_in_other_ways(server, half, span):
    assert get(remote(CONTENT, server.at("/a", partial(span))), half).read_bytes() == CONTENT
    assert server.ranges("/a") == [GO_ON]


def test_a_mirror_that_gives_less_than_the_rest_is_asked_for_the_next_piece(server, half):
    def answer(request):
        end = min(request.start + SIZE // 8, SIZE)
        span = f"bytes {request.start}-{end - 1}/{SIZE}"
        yield head("206 Partial Content", Content_Range=span, Content_Length=end - request.start)
        yield CONTENT[request.start : end]

    assert get(remote(CONTENT, server.at("/a", answer)), half).read_bytes() == CONTENT
    assert server.ranges("/a") == [f"bytes={start}-" for start in range(HALF, SIZE, SIZE // 8)]


def test_a_mirror_that_cannot_go_on_is_asked_for_all(server, half):
    address = server.at("/a", refuses("416 Range Not Satisfiable", Content_Range=f"bytes */{SIZE}"), offers(CONTENT))
    assert get(remote(CONTENT, address), half).read_bytes() == CONTENT
    assert server.ranges("/a") == [GO_ON, None]


UNHELPFUL = {
    "a page": refuses("200 OK", b"<html>Please log in.</html>", Content_Type="text/html"),
    "a page in chunks": offers_in_chunks(b"<!doctype html><p>Please log in."),
    "503": refuses("503 Service Unavailable"),
    "416 each time": refuses("416 Range Not Satisfiable"),
    "another file": offers(OTHER + b"!", ranges=False),
    "nothing": says(),
    "a stall": says(Stall()),
}


@pytest.mark.parametrize("answer", UNHELPFUL.values(), ids=UNHELPFUL)
def test_an_answer_that_does_not_help_costs_nothing_of_what_was_there(server, half, answer):
    assert "(0.1 of 0.3 MB are kept)" in failure(remote(CONTENT, server.at("/a", answer)), half)
    assert (half / PART).read_bytes() == CONTENT[:HALF]


@pytest.mark.parametrize("start", [OTHER[:HALF], bytes(HALF), CONTENT[1 : HALF + 1]], ids=["other", "zeros", "moved"])
def test_a_damaged_start_is_found_at_the_end_and_the_mirror_asked_once_more_for_all(server, folder, start):
    (folder / PART).write_bytes(start)
    assert get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder).read_bytes() == CONTENT
    assert server.ranges("/a") == [GO_ON, None]


def test_a_mirror_whose_end_and_whose_whole_are_wrong_is_left_and_the_next_begins_anew(server, half):
    wanted = remote(CONTENT, server.at("/a", offers(OTHER)), server.at("/b", offers(CONTENT)))
    assert get(wanted, half).read_bytes() == CONTENT
    assert server.ranges("/a") == [GO_ON, None]
    assert server.ranges("/b") == [None]


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("start", [CONTENT + b"!", OTHER, CONTENT * 3], ids=["longer", "other", "three times"])
def test_a_part_that_is_as_long_or_longer_but_wrong_is_fetched_anew(server, folder, start, ranges):
    (folder / PART).write_bytes(start)
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT, ranges=ranges)))
    assert get(wanted, folder).read_bytes() == CONTENT
    assert os.listdir(folder) == ["data.bin"]


def test_a_part_that_is_complete_is_moved_without_asking_anybody(server, folder):
    (folder / PART).write_bytes(CONTENT)
    assert get(remote(CONTENT, server.address("/a")), folder).read_bytes() == CONTENT
    assert server.requests == []
    assert os.listdir(folder) == ["data.bin"]


def test_the_bytes_are_forced_to_the_disk_before_they_get_the_name_and_the_name_after(server, folder, monkeypatch):
    steps = []
    for name in ("fsync", "replace"):
        step = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *given, name=name, step=step: (steps.append(name), step(*given)))
    get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder)
    assert steps == ["fsync", "replace", "fsync"]


def cancel_after(seen, count):
    """A wish to stop that comes when so many bytes are there."""
    return {"progress": seen.append, "cancelled": lambda: bool(seen) and seen[-1].done >= count}


def test_a_cancelled_file_leaves_nothing_under_its_name_and_goes_on_next_time(server, folder):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT, HALF, Stall()), offers(CONTENT)))
    with pytest.raises(Cancelled) as caught:
        get(wanted, folder, **cancel_after([], HALF), patience=LONG)
    assert str(caught.value) == (
        "The fetching of data.bin was cancelled. Fetch it again to go on from 0.1 of 0.3 MB."
    )
    assert os.listdir(folder) == [PART]
    assert get(wanted, folder).read_bytes() == CONTENT
    assert server.ranges("/a") == [None, GO_ON]


BEFORE_SILENCE = {
    "before the answer": [],
    "in the header": [b"HTTP/1.1 200 OK\r\n"],
    "before the body": [head("200 OK", Content_Length=SIZE)],
    "in the body": [head("200 OK", Content_Length=SIZE), CONTENT[:HALF]],
    "between chunks": [head("200 OK", Transfer_Encoding="chunked"), b"5\r\n", CONTENT[:5], b"\r\n"],
}


@pytest.mark.parametrize("said", BEFORE_SILENCE.values(), ids=BEFORE_SILENCE)
def test_a_wait_for_a_silent_mirror_can_be_cancelled_long_before_its_patience_ends(server, folder, said):
    stall, looks = Stall(), []

    def cancelled():
        looks.append(stall.reached.is_set())
        return sum(looks) > 2

    start = time.perf_counter()
    with pytest.raises(Cancelled):
        get(remote(CONTENT, server.at("/a", says(*said, stall))), folder, cancelled=cancelled, patience=LONG)
    assert time.perf_counter() - start < LONG / 4


def test_what_is_cancelled_before_it_begins_asks_nobody_and_leaves_nothing(server, folder):
    with pytest.raises(Cancelled, match="Fetch it again when you like"):
        get(remote(CONTENT, server.at("/a", offers(CONTENT))), folder, cancelled=lambda: True)
    assert server.requests == []
    assert os.listdir(folder) == []


def test_of_several_files_those_before_the_cancelled_one_stay(server, folder):
    wanted = [
        remote(b"first", server.at("/a", offers(b"first")), name="first"),
        remote(CONTENT, server.at("/b", offers(CONTENT, HALF, Stall()))),
    ]
    with pytest.raises(Cancelled):
        fetch_all(wanted, folder, **cancel_after([], HALF), context=trusting(), patience=LONG)
    assert sorted(os.listdir(folder)) == [PART, "first"]


def test_a_fault_of_the_one_who_is_told_of_the_progress_comes_through_and_what_came_is_kept(server, folder):
    def tell(progress):
        if progress.done >= HALF:
            raise OSError("a bug")

    wanted = remote(CONTENT, server.at("/a", offers(CONTENT)))
    with pytest.raises(OSError, match="a bug"):
        get(wanted, folder, progress=tell)
    assert (folder / PART).stat().st_size >= HALF
    assert get(wanted, folder).read_bytes() == CONTENT


CHILD = """
import ssl, sys
from pathlib import Path
from nnstudio.data.collections.base import Remote
from nnstudio.data.download import fetch
address, size, sha256, folder, pem = sys.argv[1:]
tell = lambda progress: print(progress.done, flush=True)
wanted = Remote("data.bin", (address,), int(size), sha256)
fetch(wanted, Path(folder), tell, context=ssl.create_default_context(cafile=pem), patience=60.0)
"""


@pytest.fixture
def child(server, folder):
    """Another process that fetches the file, has told of at least half of it, and waits for the rest."""
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT, HALF + 20_000, Stall()), offers(CONTENT)))
    arguments = [*wanted.addresses, str(wanted.size), wanted.sha256, str(folder), str(PEM)]
    command = [sys.executable, "-c", CHILD, *arguments]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        while int(process.stdout.readline()) < HALF:
            pass
        yield process, wanted
        process.kill()


def test_a_killed_fetch_leaves_no_file_and_the_next_one_asks_only_for_what_is_missing(server, folder, child):
    process, wanted = child
    process.kill()
    process.wait()
    assert os.listdir(folder) == [PART]
    there = (folder / PART).stat().st_size
    assert get(wanted, folder).read_bytes() == CONTENT
    assert server.ranges("/a") == [None, f"bytes={there}-"]
    # What the first one was sent and the second one was sent again.
    assert HALF + 20_000 - there <= 20_000
    assert os.listdir(folder) == ["data.bin"]


def test_a_file_that_another_process_is_fetching_is_not_touched(server, folder, child):
    process, wanted = child
    message = failure(wanted, folder)
    assert message == "data.bin is being fetched already, by another window or command. Wait until it is done."
    assert len(server.requests) == 1
    assert process.poll() is None
    assert (folder / PART).stat().st_size >= HALF


def test_a_file_that_another_thread_is_fetching_is_not_touched(server, folder):
    begun, refused = Event(), Event()

    def answer(request):
        yield head("200 OK", Content_Length=SIZE)
        yield CONTENT[:HALF]
        begun.set()
        assert refused.wait(20)
        yield CONTENT[HALF:]

    wanted = remote(CONTENT, server.at("/a", answer))
    with ThreadPoolExecutor() as pool:
        first = pool.submit(get, wanted, folder, patience=LONG)
        assert begun.wait(20)
        assert "being fetched already" in failure(wanted, folder)
        refused.set()
        assert first.result().read_bytes() == CONTENT
    assert len(server.requests) == 1


def test_of_many_threads_each_gets_the_file_or_hears_that_it_is_being_fetched(server, folder):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT)))
    together = Barrier(8)

    def run(_):
        together.wait(20)
        try:
            return get(wanted, folder, patience=LONG).read_bytes() == CONTENT
        except DataError as error:
            return "being fetched already" in str(error)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(8)))
    assert os.listdir(folder) == ["data.bin"]
    assert (folder / "data.bin").read_bytes() == CONTENT
    assert len(server.requests) == 1


def test_a_file_that_somebody_else_completes_while_one_still_looks_is_not_fetched_again(server, folder):
    (folder / "data.bin").write_bytes(OTHER)
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT)))
    others = iter([lambda: get(wanted, folder)])

    def cancelled():
        # First asked while the wrong file is being read.
        next(others, lambda: None)()
        return False

    assert get(wanted, folder, cancelled=cancelled).read_bytes() == CONTENT
    assert len(server.requests) == 1


def test_two_files_are_fetched_into_one_folder_at_once(server, folder):
    names = ["a", "b", "c"]
    together = Barrier(len(names))

    def answer(request):
        together.wait(20)
        yield from offers(CONTENT)(request)

    wanted = [remote(CONTENT, server.at(f"/{name}", answer), name=name) for name in names]
    with ThreadPoolExecutor() as pool:
        paths = pool.map(lambda each: get(each, folder, patience=LONG), wanted)
        assert [path.name for path in paths] == names


@pytest.mark.parametrize("taken", [alone, locked, marked])
def test_only_one_at_a_time_has_a_file_for_itself(tmp_path, taken):
    path = tmp_path / "part"
    with taken(path, "it"):
        with pytest.raises(DataError, match="it is being fetched already"), taken(path, "it"):
            pass
        assert path.read_bytes() == b""
    with taken(path, "it"), taken(tmp_path / "other", "other"):
        pass
    assert sorted(os.listdir(tmp_path)) == ["other", "part"]


def test_a_lock_on_a_file_that_was_moved_away_meanwhile_is_taken_on_the_new_one(tmp_path, monkeypatch):
    path = tmp_path / "part"
    path.write_bytes(b"done")
    moves = iter([lambda: path.rename(tmp_path / "file")])
    really = os.open

    def open_and_lose(*arguments):
        descriptor = really(*arguments)
        next(moves, lambda: None)()
        return descriptor

    monkeypatch.setattr(os, "open", open_and_lose)
    with locked(path, "it"):
        assert path.read_bytes() == b""
    assert (tmp_path / "file").read_bytes() == b"done"


@contextmanager
def room(most):
    """No file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_it_says_so_and_keeps_what_fits(server, folder):
    wanted = remote(CONTENT, server.at("/a", offers(CONTENT)), server.at("/b", offers(CONTENT)))
    with room(200_000):
        message = failure(wanted, folder)
    assert message == (
        f"data.bin could not be written into {folder} (file too large). "
        "Free some space and fetch it again, which goes on from what is there."
    )
    assert (folder / PART).read_bytes() == CONTENT[:200_000]
    assert server.ranges("/b") == []
    assert get(wanted, folder).read_bytes() == CONTENT
    assert server.ranges("/a") == [None, "bytes=200000-"]


@contextmanager
def read_only(folder):
    """Nobody may write into the folder; and since root may write everywhere, be somebody else for a while."""
    was_root = os.geteuid() == 0
    folder.chmod(0o555)
    if was_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def public():
    """A folder to which everybody finds the way."""
    trusting()  # Read as long as we may.
    with TemporaryDirectory() as name:
        yield Path(name)


def test_a_folder_that_may_not_be_written_to_is_named(server, public):
    with read_only(public):
        message = failure(remote(CONTENT, server.at("/a", offers(CONTENT))), public)
    assert message == (
        f"data.bin could not be written into {public} (permission denied). "
        "Allow writing to it, or put the file there by hand."
    )
    assert server.requests == []


def test_a_right_file_in_a_folder_that_may_not_be_written_to_is_taken(server, public):
    (public / "data.bin").write_bytes(CONTENT)
    wanted = remote(CONTENT, server.address("/a"))
    with read_only(public):
        assert get(wanted, public) == public / "data.bin"


def test_a_file_where_the_folder_should_be_is_named(server, tmp_path):
    (tmp_path / "data").write_bytes(b"")
    message = failure(remote(CONTENT, server.at("/a", offers(CONTENT))), tmp_path / "data")
    assert message == f"{tmp_path / 'data'} is not a folder, so data.bin cannot be put there. Move it away."
    assert server.requests == []


def test_a_file_on_the_way_to_the_folder_is_refused(server, tmp_path):
    (tmp_path / "data").write_bytes(b"")
    message = failure(remote(CONTENT, server.at("/a", offers(CONTENT))), tmp_path / "data" / "mnist")
    assert message.startswith(f"data.bin could not be written into {tmp_path / 'data' / 'mnist'} (not a directory).")


@pytest.mark.parametrize("name", ["data.bin", PART])
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_in_the_place_of_one_is_refused_at_once(server, folder, name, make):
    make(folder / name)
    message = failure(remote(CONTENT, server.at("/a", offers(CONTENT))), folder)
    assert message == f"{folder / name} is not an ordinary file, so it cannot be replaced. Move it away."
    assert server.requests == []


def test_a_link_laid_in_the_place_of_the_part_is_not_followed(server, folder, tmp_path):
    (tmp_path / "precious").write_bytes(OTHER)
    (folder / PART).symlink_to(tmp_path / "precious")
    message = failure(remote(CONTENT, server.at("/a", offers(CONTENT))), folder)
    assert message.startswith(f"data.bin could not be written into {folder} (")
    assert (tmp_path / "precious").read_bytes() == OTHER


@pytest.mark.parametrize("name", ["x" * 250, "x" * 300])
def test_a_name_too_long_for_the_disk_is_refused(server, folder, name):
    message = failure(remote(CONTENT, server.at("/a", offers(CONTENT)), name=name), folder)
    assert "(file name too long)" in message
    assert server.requests == []


def whims(chance):
    """A mirror that does something else each time."""

    def answer(request):
        start, place = request.start, chance.randrange(SIZE)
        yield from chance.choice([
            offers(CONTENT), offers(CONTENT, upto=place), offers(CONTENT, upto=place, then=Reset()),
            offers(CONTENT, upto=place, ranges=False), offers(OTHER, upto=place), offers(OTHER, ranges=False),
            offers_in_chunks(CONTENT[: start + place]), refuses("416 No"), refuses("503 No"), says(),
            refuses("206 Partial Content", CONTENT[place:], Content_Range=f"bytes {place}-{SIZE - 1}/{SIZE}"),
            refuses("200 OK", b"<html>", Content_Type="text/html"), says(UNTOLD, CONTENT[:place]),
        ])(request)  # fmt: skip

    return answer


@pytest.mark.parametrize("seed", range(20))
def test_whatever_mirrors_do_there_is_the_right_file_in_the_end_and_never_a_wrong_one(server, folder, seed):
    chance = random.Random(seed)
    wanted = remote(CONTENT, server.at("/a", whims(chance)), server.at("/b", whims(chance)))
    for _ in range(100):
        with suppress(DataError):
            assert get(wanted, folder).read_bytes() == CONTENT
            break
        assert not (folder / "data.bin").exists()
    assert os.listdir(folder) == ["data.bin"]
