"""logs: one JSON object a line on standard error. Ids and words of the code, never what people typed.

No one waits for the reader of the lines. A thread of its own writes them; where that stands still (a pipe
that no one empties) they are counted and left out. Nor does an outage fill the disk: of what one place in
the code says, only the first lines of a minute are written, and then how many were left out.
"""

from __future__ import annotations

import json
import logging
import queue
import sys
import threading
import time
from datetime import UTC, datetime
from typing import TextIO

PLAIN = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "taskName"}
# Libraries whose DEBUG (in places INFO) lines hold message texts or whole bodies (reliability.md V4, V10).
QUIET = {
    "slack_sdk": logging.INFO,
    "slack_bolt": logging.ERROR,
    "aiohttp": logging.WARNING,
    "apscheduler": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
}
MOST = 6  # lines a minute that one place in the code may write: as many as the auditor has kinds of findings
MINUTE = 60.0
WAITING = 5000  # lines that wait to be written
LAST = 1.0  # seconds that a process which ends waits for its last lines


class JsonLines(logging.Formatter):
    """Escapes everything, so that no value can forge a line; a fault keeps its places, not its values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        line |= {k: v for k, v in record.__dict__.items() if k not in PLAIN}
        if record.exc_info and record.exc_info[1]:
            line["fault"] = type(record.exc_info[1]).__name__
            line["where"] = _where(record.exc_info[1])
        return json.dumps(line, default=str)


def _where(fault: BaseException) -> list[str]:
    """File and line of each step, innermost last: the message of a fault could hold what somebody typed."""
    steps, at = [], fault.__traceback__
    while at is not None:
        steps.append(f"{at.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno}")
        at = at.tb_next
    return steps[-8:]


class Few(logging.Filter):
    """Lets the first lines of each minute pass, of each place in the code and kind of fault."""

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[tuple[object, ...], tuple[float, int]] = {}  # place -> (since when, how many)

    def filter(self, record: logging.LogRecord) -> bool:
        place = (record.pathname, record.lineno, record.exc_info and record.exc_info[0])
        now = time.monotonic()
        since, before = self._passed.get(place, (now, 0))
        if now - since >= MINUTE:
            if before > MOST:
                record.left_out = before - MOST
            since, before = now, 0
        self._passed[place] = since, before + 1
        return before < MOST


class Unhurried(logging.Handler):
    """Hands each line to a thread that writes it; never waits for that."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream, self._lost = stream, 0
        self._lines: queue.Queue[str] = queue.Queue(WAITING)
        threading.Thread(target=self._write, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            self._lost += 1

    def _write(self) -> None:
        while True:
            line = self._lines.get()
            lost, self._lost = self._lost, 0
            try:
                if lost:
                    self._stream.write(
                        json.dumps({"level": "warning", "says": "lines lost", "count": lost}) + "\n"
                    )
                self._stream.write(line + "\n")
                self._stream.flush()
            except (OSError, ValueError):  # no one is there to read it any more
                continue
            finally:
                self._lines.task_done()

    def flush(self) -> None:
        """Until all is written, for a second at most: at the end of the process."""
        ends = time.monotonic() + LAST
        while self._lines.unfinished_tasks and time.monotonic() < ends:
            time.sleep(0.01)


def configure(level: str) -> None:
    handler = Unhurried(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(Few())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))


def last_words() -> None:
    """What was said last is written, if anyone reads it; the process can end then."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Unhurried):
            handler.flush()
