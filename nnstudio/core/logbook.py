"""The log: what a maintainer needs to know of a run. It keeps nobody waiting, and never fails aloud."""

import logging
import os
import re
import traceback
from collections import deque
from contextlib import suppress
from functools import cache
from getpass import getuser
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

from platformdirs import user_log_path

from nnstudio.core.log_file import RollingFile, Seat
from nnstudio.core.surroundings import surroundings

MOST_A_SECOND = 200  # More messages come only from what went wild; they are counted.
MOST_WAITING = 2000  # Where a disk does not answer.
LONGEST = 20_000  # Characters of a message.
REMEMBERED = 200  # Messages for a report, which is made without reading a file.
PATIENCE = 1.0  # Seconds that the end waits for the disk.
ASKED = "NNSTUDIO_LOG"  # The variable that names a file; the command line writes a log only then.
REPORT = "report"  # What a message may bring along that is for the log only: a traceback.
PROMISE = (
    "This log is for those who look for a mistake in nnstudio: versions, names of files, sizes and speed of trainings, "
    "and errors; nothing of what is in the files, and ~ for the home folder. Nobody gets it unasked."
)

log = logging.getLogger(__name__)


class Entry(logging.Formatter):
    """A message as it stands in the log: without the user's name and home, and its further lines stand in."""

    default_msec_format = "%s.%03d"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One entry of the log."""
        words = "\n".join(filter(None, (super().format(record), getattr(record, REPORT, ""))))
        cut = f"{words[:LONGEST]} …" if len(words) > LONGEST else words
        return discreet(cut.rstrip()).replace("\n", "\n    ")


class Logbook(logging.Handler):
    """Takes messages of any thread, and hands them to one of its own that writes them."""

    def __init__(self, folder: Path | None = None, file: Path | None = None) -> None:
        super().__init__()
        self.setFormatter(Entry())
        self.folder = file.parent if file else folder or log_folder()
        self.fault = ""
        """What the last run left behind if it ended in the middle of something."""
        self._file = file
        self._last: deque[str] = deque(maxlen=REMEMBERED)
        self._queue: SimpleQueue[str | Event | None] = SimpleQueue()
        self._second = self._count = self._left_out = 0
        self._thread = Thread(target=self._write, name="log", daemon=True)

    def begin(self) -> None:
        """From now on messages are written."""
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a message; of a flood only the beginning, and how much there was."""
        second = int(record.created)
        if second != self._second:
            self._second, self._count = second, 0
            self._tell_left_out()
        self._count += 1
        if self._count > MOST_A_SECOND or self._queue.qsize() >= MOST_WAITING:
            self._left_out += 1
            return
        try:
            self._put(self.format(record))
        # A message that cannot be made into a text: no reason for another mistake.
        except Exception:
            self._left_out += 1

    def last_lines(self, most: int = REMEMBERED) -> list[str]:
        """The last messages of this run."""
        return list(self._last)[-most:]

    def flush(self) -> None:
        """Wait a moment until everything is written."""
        if self._thread.is_alive():
            written = Event()
            self._queue.put(written)
            written.wait(PATIENCE)

    def close(self) -> None:
        """Write what is left, and end; a disk that does not answer is not waited for."""
        self._tell_left_out()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(PATIENCE)
        super().close()

    def _put(self, text: str) -> None:
        self._last.append(text)
        self._queue.put(text)

    def _tell_left_out(self) -> None:
        if self._left_out:
            count, self._left_out = self._left_out, 0
            self._put(f"    … {count} more messages were left out.")

    def _write(self) -> None:
        """In the thread: everything that touches a disk."""
        seat, file = self._take_seat()
        lost = int(file is not None and not file.write(self._first_words()))
        while (text := self._queue.get()) is not None:
            if isinstance(text, Event):
                text.set()
            elif file is None or not file.write(text):
                lost += 1
            elif lost:
                file.write(f"    … {lost} messages before this one could not be written.")
                lost = 0
        if seat is not None:
            seat.leave()
        elif file is not None:
            file.close()

    def _take_seat(self) -> tuple[Seat | None, RollingFile | None]:
        if self._file is not None:
            return None, RollingFile(self._file)
        seat = None
        # A folder that cannot be made, or a file system without locks: then there is no file.
        with suppress(OSError):
            seat, fault = Seat.take(self.folder)
            self.fault = discreet(fault)
            if seat is not None:
                seat.watch()
        return seat, seat.file if seat else None

    def _first_words(self) -> str:
        """What stands before all messages: what the log is for, what runs where, and how the last run ended."""
        words = [PROMISE]
        try:
            words += surroundings()
        # Whatever is damaged on this computer, of that the log is to tell.
        except Exception:
            words.append(traceback.format_exc())
        if self.fault:
            words += ["The last run ended in the middle of something:", self.fault]
        return self.format(log.makeRecord(log.name, logging.INFO, "", 0, "\n".join(words), (), None))


def log_folder() -> Path:
    """Where logs are kept."""
    return user_log_path("nnstudio")


def begin() -> Logbook:
    """Write a log from now on: into the file that is asked for, with every detail, or into the usual folder."""
    asked = os.environ.get(ASKED)
    book = Logbook(file=Path(os.path.abspath(asked)) if asked else None)
    root = logging.getLogger()
    root.addHandler(book)
    if logging.lastResort is not None:
        # What a terminal is told where there is no log, it is told now too.
        root.addHandler(logging.lastResort)
    logging.getLogger("nnstudio").setLevel(logging.DEBUG if asked else logging.INFO)
    logging.captureWarnings(True)
    # A terminal that was closed is no reason for an error.
    logging.raiseExceptions = False
    book.begin()
    return book


def end(book: Logbook) -> None:
    """Write no more."""
    logging.captureWarnings(False)
    root = logging.getLogger()
    root.removeHandler(book)
    if logging.lastResort is not None:
        root.removeHandler(logging.lastResort)
    book.close()


def present() -> Logbook | None:
    """The log of this run, if one is written."""
    return next((each for each in logging.getLogger().handlers if isinstance(each, Logbook)), None)


def discreet(text: str) -> str:
    """A text without the user's home and name, for others to read."""
    return _user().sub("USER", _home().sub("~", text))


@cache
def _home() -> re.Pattern[str]:
    home = os.path.expanduser("~")
    spelled = {home, home.replace("\\", "\\\\"), home.replace("\\", "/")}
    return _any_of({each for each in spelled if len(each) > 1})


@cache
def _user() -> re.Pattern[str]:
    # A stick is often found at /media/NAME.
    try:
        return re.compile(rf"(?<=[/\\]){re.escape(getuser())}(?=[/\\])")
    except (OSError, KeyError, ImportError):
        return _any_of(set())


def _any_of(texts: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))) or "(?!)")
