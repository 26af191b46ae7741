"""The log: small, discreet, in nobody's way, and with what a maintainer needs."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from threading import Event, Thread

import pytest

import nnstudio
from nnstudio.core import log_file, logbook
from nnstudio.core.log_file import NO_TRACE, RollingFile, Seat
from nnstudio.core.logbook import (
    LONGEST,
    MOST_A_SECOND,
    MOST_WAITING,
    REMEMBERED,
    Logbook,
    begin,
    discreet,
    end,
    present,
)
from nnstudio.core.surroundings import surroundings

log = logging.getLogger("nnstudio.test")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where logs are kept, of this test alone."""
    folder = tmp_path / "log"
    monkeypatch.setattr(logbook, "log_folder", lambda: folder)
    monkeypatch.delenv("NNSTUDIO_LOG", raising=False)
    # The interpreter's own watch for faults is one for all tests.
    monkeypatch.setattr(Seat, "watch", lambda self: None)
    return folder


@pytest.fixture
def book(folder):
    """A log that is being written."""
    level = logging.getLogger("nnstudio").level
    book = begin()
    yield book
    end(book)
    logging.getLogger("nnstudio").setLevel(level)
    logging.raiseExceptions = True


def written(folder, name="nnstudio.log"):
    return (folder / name).read_text("utf-8")


# What is in it


def test_a_log_begins_with_what_it_is_for_and_what_runs_where(book, folder):
    book.flush()
    text = written(folder)
    assert "Nobody gets it unasked." in text
    assert f"nnstudio {nnstudio.__version__}, Python {sys.version.split()[0]}" in text
    assert "numpy" in text
    assert "cores" in text


def test_messages_are_written_in_their_order_with_time_level_and_origin(book, folder):
    log.info("Saved %s.", "circle.nns")
    log.warning("Not so good.")
    book.flush()
    first, second = written(folder).splitlines()[-2:]
    assert first.endswith("INFO nnstudio.test: Saved circle.nns.")
    assert second.endswith("WARNING nnstudio.test: Not so good.")
    assert time.strftime("%Y-%m-%d ") in second


def test_a_traceback_stands_in_from_the_edge(book, folder):
    try:
        raise ValueError("a plugin")
    except ValueError:
        log.exception("A bug.")
    book.flush()
    lines = written(folder).splitlines()
    assert lines[-1] == "    ValueError: a plugin"
    assert "    Traceback (most recent call last):" in lines


def test_a_report_that_comes_with_a_message_is_in_the_log_alone(book, folder, capsys):
    log.warning("The plugin failed.", extra={"report": "Traceback …"})
    book.flush()
    assert written(folder).endswith("The plugin failed.\n    Traceback …\n")
    assert capsys.readouterr().err == "The plugin failed.\n"


def test_warnings_of_any_package_are_in_it(book, folder):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        # As it is without pytest, which takes warnings for itself.
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("this will change", DeprecationWarning, stacklevel=1)
    book.flush()
    assert "DeprecationWarning: this will change" in written(folder)


def test_details_of_other_packages_are_not_in_it(book, folder):
    logging.getLogger("PIL.Image").info("chunk")
    log.debug("a detail")
    log.info("the end")
    book.flush()
    assert "chunk" not in written(folder)
    assert "a detail" not in written(folder)


def test_home_and_name_of_the_user_are_left_out(monkeypatch):
    home = os.path.expanduser("~")
    logbook._user.cache_clear()
    monkeypatch.setattr(logbook, "getuser", lambda: "jane")
    try:
        text = discreet(f"{home}/nets/a.nns and /media/jane/stick/b.nns and janet")
        assert text == "~/nets/a.nns and /media/USER/stick/b.nns and janet"
    finally:
        logbook._user.cache_clear()


def test_a_name_that_is_no_text_is_written_all_the_same(book, folder):
    # To the log alone: whoever gathers the messages of a test sends them on as UTF-8, which cannot hold it.
    book.handle(log.makeRecord(log.name, logging.INFO, __file__, 0, "Saved %s.", (os.fsdecode(b"caf\xe9.nns"),), None))
    book.flush()
    assert written(folder).endswith("Saved caf\\udce9.nns.\n")


def test_a_message_that_cannot_be_made_is_no_new_mistake(book, folder, capsys):
    log.info("%d layers", "many")
    log.info("go on")
    book.flush()
    assert written(folder).endswith("go on\n")
    assert capsys.readouterr().err == ""


# It stays small


def test_a_full_file_begins_anew_and_the_one_before_is_kept(tmp_path):
    file = RollingFile(tmp_path / "a.log", largest=100)
    for number in range(30):
        assert file.write(f"line {number:02d} of all")
    file.close()
    now, before = (tmp_path / "a.log").read_text(), (tmp_path / "a.1.log").read_text()
    assert now.endswith("line 29 of all\n")
    assert len(now) <= 100
    assert len(before) <= 100
    assert before.splitlines()[-1] == f"line {29 - len(now.splitlines()):02d} of all"
    assert len(list(tmp_path.iterdir())) == 2


def test_another_run_goes_on_in_the_same_file(tmp_path):
    for words in ("one", "two"):
        file = RollingFile(tmp_path / "a.log")
        file.write(words)
        file.close()
    assert (tmp_path / "a.log").read_text() == "one\ntwo\n"


def test_of_a_flood_only_the_beginning_is_written_and_how_much_there_was(book, folder):
    begun = int(time.time())
    for number in range(5_000):
        log.warning("flood %d", number)
    seconds = int(time.time()) - begun + 1
    end(book)
    text = written(folder)
    floods = text.count("flood")
    assert MOST_A_SECOND <= floods <= seconds * MOST_A_SECOND
    left_out = sum(int(line.split()[1]) for line in text.splitlines() if line.endswith("more messages were left out."))
    assert left_out + floods >= 5_000
    assert (folder / "nnstudio.log").stat().st_size < 1_000_000


def test_a_very_long_message_is_cut(book, folder):
    log.info("x" * 1_000_000)
    book.flush()
    assert LONGEST < (folder / "nnstudio.log").stat().st_size < 2 * LONGEST


def test_the_last_messages_are_remembered_for_a_report(book):
    for number in range(MOST_A_SECOND // 2):
        log.info("message %d", number)
    assert book.last_lines(2)[-1].endswith(f"message {MOST_A_SECOND // 2 - 1}")
    assert len(book.last_lines()) <= REMEMBERED


# It keeps nobody waiting


def test_a_disk_that_does_not_answer_keeps_nobody_waiting(folder, monkeypatch):
    answers = Event()
    monkeypatch.setattr(RollingFile, "write", lambda self, text: answers.wait(60))
    monkeypatch.setattr(logbook, "PATIENCE", 0.05)
    monkeypatch.setattr(logbook, "MOST_A_SECOND", 10**9)
    book = begin()
    try:
        begun = time.perf_counter()
        for _ in range(2 * MOST_WAITING):
            log.warning("still here")
        book.flush()
        end(book)
        assert time.perf_counter() - begun < 5
        assert book._queue.qsize() <= MOST_WAITING + 10
    finally:
        answers.set()
        book._thread.join()
        logging.raiseExceptions = True


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_no_mistake_and_what_was_lost_is_counted(folder, monkeypatch, capsys):
    take = log_file.os.open
    full = [True]
    monkeypatch.setattr(log_file.os, "open", lambda path, *how: take("/dev/full" if full[0] else path, *how))
    book = Logbook(file=folder.parent / "my.log")
    book.begin()
    for words in ("one", "two"):
        book.emit(log.makeRecord("test", logging.INFO, "", 0, words, (), None))
    book.flush()
    full[0] = False
    for words in ("three", "four"):
        book.emit(log.makeRecord("test", logging.INFO, "", 0, words, (), None))
    book.close()
    text = (folder.parent / "my.log").read_text()
    assert "three" in text
    assert "two" not in text
    assert "… 3 messages before this one could not be written." in text
    assert capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_made_is_no_mistake(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("NNSTUDIO_LOG", raising=False)
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(logbook, "log_folder", lambda: tmp_path / "file" / "log")
    book = begin()
    try:
        log.info("nothing to write into")
        book.flush()
        assert book.last_lines(1)[0].endswith("nothing to write into")
    finally:
        end(book)
        logging.raiseExceptions = True
    assert capsys.readouterr().err == ""


def test_a_folder_of_somebody_else_is_no_mistake(tmp_path, monkeypatch, capsys, nobody):
    monkeypatch.delenv("NNSTUDIO_LOG", raising=False)
    monkeypatch.setattr(logbook, "log_folder", lambda: Path("/nnstudio-of-somebody-else"))
    book = begin()
    log.info("go on")
    end(book)
    logging.raiseExceptions = True
    assert capsys.readouterr().err == ""


def test_two_programs_at_once_have_a_file_each(folder):
    first, _ = Seat.take(folder)
    second, _ = Seat.take(folder)
    assert (first.file.path.name, second.file.path.name) == ("nnstudio.log", "nnstudio-2.log")
    first.leave()
    third, _ = Seat.take(folder)
    assert third.file.path.name == "nnstudio.log"
    second.leave()
    third.leave()
    assert list(folder.glob("*.lock")) == []


def test_more_programs_than_files_go_without(folder):
    seats = [Seat.take(folder)[0] for _ in range(len(log_file.NAMES) + 1)]
    assert seats[-1] is None
    for seat in seats[:-1]:
        seat.leave()


def test_many_threads_may_write_at_once(book, folder):
    def tell(number):
        for each in range(10):
            log.info("thread %d says %d", number, each)

    threads = [Thread(target=tell, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    book.flush()
    said = [line.partition("thread ")[2] for line in written(folder).splitlines() if "thread " in line]
    assert sorted(said) == sorted(f"{number} says {each}" for number in range(8) for each in range(10))


def test_there_is_one_log_and_in_the_end_none(folder):
    assert present() is None
    book = begin()
    assert present() is book
    end(book)
    logging.raiseExceptions = True
    assert present() is None
    assert not book._thread.is_alive()


# How the run before ended

ENDING = """
import faulthandler, os, signal, sys
from pathlib import Path
from nnstudio.core.log_file import Seat

seat, left = Seat.take(Path(sys.argv[1]))
seat.watch()
print(left, flush=True)
os.kill(os.getpid(), getattr(signal, sys.argv[2])) if len(sys.argv) > 2 else seat.leave()
"""


def run_and_end(folder, *how):
    environment = {**os.environ, "PYTHONPATH": str(Path(nnstudio.__file__).parents[1])}
    command = [sys.executable, "-c", ENDING, str(folder), *how]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no signals here")
def test_a_segmentation_fault_leaves_its_trace_for_the_next_start(folder):
    assert run_and_end(folder, "SIGSEGV").returncode == -signal.SIGSEGV
    told = run_and_end(folder).stdout
    assert "Fatal Python error: Segmentation fault" in told
    assert 'File "<string>", line 9' in told
    assert run_and_end(folder).stdout.strip() == ""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no signals here")
def test_a_program_that_was_killed_leaves_no_trace_which_is_told_too(folder):
    run_and_end(folder, "SIGKILL")
    assert run_and_end(folder).stdout.strip() == NO_TRACE


def test_a_program_that_ends_in_order_leaves_nothing_to_tell(folder):
    run_and_end(folder)
    assert run_and_end(folder).stdout.strip() == ""


def test_what_the_run_before_left_is_in_the_log(folder):
    folder.mkdir()
    (folder / "nnstudio.fault").write_text("Fatal Python error: Segmentation fault")
    book = begin()
    book.flush()
    end(book)
    logging.raiseExceptions = True
    assert book.fault == "Fatal Python error: Segmentation fault"
    assert "in the middle of something:\n    Fatal Python error" in written(folder)


# The command line


def nnstudio_job(tmp_path, *arguments, **more):
    environment = {
        **os.environ, "PYTHONPATH": str(Path(nnstudio.__file__).parents[1]), "XDG_STATE_HOME": str(tmp_path / "state"),
        **more,
    }  # fmt: skip
    command = [sys.executable, "-m", "nnstudio", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, cwd=tmp_path)


def test_the_command_line_writes_no_log_unless_asked(tmp_path):
    assert nnstudio_job(tmp_path, "templates").returncode == 0
    assert list(tmp_path.rglob("*.log")) == []


def test_the_command_line_writes_the_log_that_is_asked_for(tmp_path):
    result = nnstudio_job(tmp_path, "data", "info", "digits", "--json", NNSTUDIO_LOG="my.log")
    assert json.loads(result.stdout)
    assert result.stderr == ""
    assert f"nnstudio {nnstudio.__version__}" in (tmp_path / "my.log").read_text()


def test_surroundings_name_versions_plugins_and_the_computer():
    text = "\n".join(surroundings())
    for word in ("nnstudio", "Python", "numpy", "PySide6", "Plugin", "cores"):
        assert word in text
