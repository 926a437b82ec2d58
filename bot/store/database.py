"""store: connections and transactions. The heart is sync; the edge reaches it by one hop into a thread.

SQLite: one writer thread (so no fights for the lock) whose transactions begin IMMEDIATE, two readers.
Postgres: eight threads. Sources of the settings: performance.md 0 and 3.
"""

from __future__ import annotations

import asyncio
import builtins
import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from bot.domain.errors import Busy
from bot.store.deadlines import DEADLINE, PATIENT_SECONDS, over, until

log = logging.getLogger(__name__)
T = TypeVar("T")
BUSY_SECONDS = 1.0  # on the way of a person who waits at most three seconds for Slack
PATIENCE_SECONDS = 1.0
BEHIND: ContextVar[bool] = ContextVar("behind", default=False)
"""Set in tasks that work behind the scenes (the outbox): nobody waits for their transactions."""
QUICK = 8_000_000  # bytes of a file that's built anew in a tenth of a second
HARMED_SECONDS = 90.0  # longer than from one look of the auditor to the next
ATTEMPTS = 3  # of a whole transaction that Postgres asked to run again
RETRY_STATES = ("40001", "40P01")  # serialization failure, deadlock: postgresql.org/docs errcodes


class Unusable(Exception):
    """The database cannot be used; says why, and what to do about it, for a person."""


def normal_url(url: str) -> str:
    """`postgres://` and `postgresql://` mean the driver that is installed here."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def _sqlite(engine: Engine, *, read_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:  # noqa: ANN401 - the driver's own type
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


class Database:
    """Opens the database; `write` and `read` run a function in one transaction, off the event loop."""

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self._unwiped = False  # something was erased since the file was built
        self._harmed_at = float("-inf")
        self._people, self._calm, self._behind = 0, asyncio.Event(), asyncio.Lock()
        self.sqlite = make_url(self.url).get_backend_name() == "sqlite"
        path = make_url(self.url).database
        self._here = self.sqlite and path in (None, "", ":memory:")
        self.file = Path(str(path)) if self.sqlite and not self._here else None
        if self._here:  # rehearsals: one connection, and nobody who would wait for it
            self.engine = self._reader = create_engine(
                self.url, poolclass=StaticPool, connect_args={"check_same_thread": False}
            )
            _sqlite(self.engine, read_only=False)
            self._write_threads = self._read_threads = ThreadPoolExecutor(1, "db")
        elif self.sqlite:
            self.engine = create_engine(self.url, pool_size=1, max_overflow=0)
            _sqlite(self.engine, read_only=False)
            self._reader = create_engine(self.url, pool_size=2, max_overflow=0)
            _sqlite(self._reader, read_only=True)
            self._write_threads = ThreadPoolExecutor(1, "db-writer")
            self._read_threads = ThreadPoolExecutor(2, "db-reader")
        else:
            from bot.store.postgres import timed  # with its driver, which SQLite does without

            self.engine = self._reader = timed(
                create_engine(
                    self.url, pool_size=8, max_overflow=2, pool_pre_ping=True, pool_timeout=BUSY_SECONDS
                )
            )
            self._write_threads = self._read_threads = ThreadPoolExecutor(8, "db")

    def transact(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
        """Run `fn(connection, *args)` in one writing transaction, here and now. Raises: Busy."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.engine.begin() as connection:
                    result = fn(connection, *args)
                    if over():  # they were told that it was not saved, and may have pressed again
                        raise Busy("slow")
                    return result
            except (DBAPIError, TimeoutError) as error:
                again = getattr(getattr(error, "orig", None), "sqlstate", None) in RETRY_STATES
                if not again or attempt == ATTEMPTS:
                    raise self._said(error) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    def look(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
        """Run `fn(connection, *args)` in one reading transaction, here and now. Raises: Busy."""
        try:
            with self._reader.begin() as connection:
                return fn(connection, *args)
        except (DBAPIError, TimeoutError) as error:
            raise self._said(error) from error

    def _said(self, error: Exception) -> Exception:
        """What that says of the database; what doesn't pass by itself is remembered."""
        found = _translated(error)
        if isinstance(found, Busy) and found.why in LASTING:
            self._harmed_at = time.monotonic()
            log.error("the database can't be relied on", extra={"why": found.why})
        return found

    @property
    def sound(self) -> bool:
        """Whether nothing in it was found damaged of late: a page that's broken lets others be written."""
        return time.monotonic() - self._harmed_at > HARMED_SECONDS

    async def write(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
        """As `transact`, off the event loop. With one writer, work behind the scenes lets people go first."""
        if not self.sqlite:
            return await self._run(fn, *args)
        if BEHIND.get():
            async with self._behind:
                await self._let_people_go_first()
                return await self._run(fn, *args)
        self._people += 1
        self._calm.clear()
        try:
            return await self._run(fn, *args)
        finally:
            self._people -= 1
            if not self._people:
                self._calm.set()

    async def _run(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
        return await self._off_loop(self._write_threads, self.transact, fn, *args)

    async def _let_people_go_first(self) -> None:
        """For a second at most: a flood of presses may slow the outbox down, never stop it."""
        if self._people:
            with suppress(builtins.TimeoutError):
                await asyncio.wait_for(self._calm.wait(), PATIENCE_SECONDS)

    async def read(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
        return await self._off_loop(self._read_threads, self.look, fn, *args)

    async def _off_loop(self, threads: ThreadPoolExecutor, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401
        """Raises: Busy in time, even if the thread never returns; what still waits in line is taken out."""
        if self._here:
            return fn(*args)
        ends = DEADLINE.get()
        try:
            async with asyncio.timeout(min(ends - time.monotonic(), PATIENT_SECONDS)):
                return await asyncio.get_running_loop().run_in_executor(threads, _within, ends, fn, *args)
        except builtins.TimeoutError:
            raise Busy("slow") from None

    async def wipe(self, *, erased: bool = True, patient: bool = False) -> None:
        """Leave no byte of what was erased in SQLite's files, as far as no reader is in the way.

        Where rows were moved within the file, old bytes can stay in the unused part of a page, which
        overwriting what is deleted does not reach: after an erasure the file is built anew, for which the
        writer stands still (sqlite.org/lang_vacuum.html). What could not be done now is done next time.
        `patient`: a file for which that would take long is left for the next time.
        """
        self._unwiped |= erased
        if self.sqlite and not (patient and self._takes_long()):
            await self._off_loop(self._write_threads, self._wipe)

    def _takes_long(self) -> bool:
        path = make_url(self.url).database or ""
        return not self._here and Path(path).stat().st_size > QUICK

    def _wipe(self) -> None:
        raw = self.engine.raw_connection()
        try:
            if self._unwiped:
                raw.cursor().execute("VACUUM")
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._unwiped = False
        except sqlite3.OperationalError as error:
            log.warning("the database file could not be wiped yet", extra={"reason": str(error)})
        finally:
            raw.close()

    def close(self) -> None:
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self.engine.dispose()
        self._reader.dispose()


def _within(ends: float, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
    with until(ends):
        return fn(*args)


# What a database says of its own state: SQLite's primary result codes (sqlite.org/rescode.html) and the first
# that fits of Postgres' (postgresql.org/docs, errcodes-appendix).
SQLITE_WHY = {
    **dict.fromkeys((5, 6, 7, 9, 15, 17), "busy"),
    **{8: "read_only", 10: "failing", 11: "damaged", 13: "full", 14: "away", 26: "damaged"},
}
LASTING = ("failing", "damaged")
POSTGRES_WHY = (
    *(("53100", "full"), ("25006", "read_only"), ("XX001", "damaged"), ("XX002", "damaged")),
    *(("58", "failing"), ("57014", "slow"), ("25P03", "slow"), ("55P03", "busy"), ("08", "away")),
    *(("57P", "away"), ("53", "busy")),
)


def _translated(error: Exception) -> Exception:
    """What lies with the database is Busy, and why. A fault in our SQL stays what it is."""
    cause = getattr(error, "orig", None)
    state = str(getattr(cause, "sqlstate", None) or "")
    why = SQLITE_WHY.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, "")
    why = why or next((word for code, word in POSTGRES_WHY if state.startswith(code)), "")
    if why:
        return Busy(why)
    if isinstance(error, TimeoutError):  # of the pool
        return Busy()
    ours = isinstance(cause, sqlite3.Error) or not isinstance(error, OperationalError | InterfaceError)
    return error if ours else Busy("away")
