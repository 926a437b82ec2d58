"""Whoever waits for the database is answered in time, whatever hangs; what was refused isn't done later."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from bot.domain.errors import Busy
from bot.slack.errors import explain
from bot.store import health
from bot.store import tables as t
from bot.store.database import Database, Unusable
from bot.store.deadlines import DEADLINE, in_time, nobody_waits
from bot.store.store import Store
from tests.store.databases import Postgres, migrated_file, running

NOW = datetime(2024, 1, 1, tzinfo=UTC)
WAITS = 0.5  # seconds that a person waits here
SOON = 1.5  # seconds: sooner than any limit but the person's own


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One of our own, since it is made to stand still."""
    with TemporaryDirectory(prefix="postgres-") as folder, running(Path(folder)) as postgres:
        yield postgres


def note(connection: Connection, detail: str = "") -> None:
    Store(connection, "T").audit(NOW, "U", "x", "i", detail)


def noted_in(connection: Connection) -> int:
    return Store(connection, "T").count(t.audit)


def noted(database: Database) -> int:
    return database.look(noted_in)


async def refused(act: Callable[[], object]) -> str:
    """Why; within the time that a person waits."""
    DEADLINE.set(time.monotonic() + WAITS)
    began = time.monotonic()
    with pytest.raises(Busy) as caught:
        await act()  # type: ignore[misc]
    assert time.monotonic() - began < SOON
    return caught.value.why


@pytest.mark.postgres
async def test_a_server_that_stands_still_holds_nobody(server: Postgres) -> None:
    """Writing, reading, on connections that stood before and on new ones, by more than there are threads."""
    database = Database(server.create())
    await database.write(note)
    with server.frozen():
        for _ in range(6):
            assert await refused(lambda: database.write(note)) == "slow"
        together = await asyncio.gather(*(refused(lambda: database.read(noted)) for _ in range(20)))
        assert set(together) <= {"slow", "away"}
    DEADLINE.set(time.monotonic() + 20)
    while (await asyncio.gather(database.write(note), return_exceptions=True))[0] is not None:
        assert time.monotonic() < DEADLINE.get()  # until the connections that hung are given up
    assert noted(database) == 2  # nothing that was refused was written later
    database.close()


@pytest.mark.postgres
def test_a_start_on_a_server_that_stands_still_ends_with_a_sentence(server: Postgres) -> None:
    url = server.create()
    with server.frozen(), pytest.raises(Unusable, match="cannot be reached"):
        health.examine(url)


@pytest.mark.postgres
async def test_a_row_that_another_process_holds_is_a_word_and_not_a_wait(server: Postgres) -> None:
    url = server.create()
    database, other = Database(url), Database(url)
    await database.write(note)

    def locked(connection: Connection) -> None:
        connection.execute(text("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE"))

    with other.engine.begin() as holding:
        locked(holding)
        assert await refused(lambda: database.write(note)) == "slow"
        DEADLINE.set(time.monotonic() + 10)
        with pytest.raises(Busy, match="busy"):  # the server's own limit
            await database.write(note)
    other.close()
    database.close()


async def test_a_disk_that_hangs_holds_nobody_and_nothing_is_written_after_the_no(tmp_path: Path) -> None:
    """The one writer stands in a call that doesn't come back: whoever waits behind it is told, too."""
    migrated_file(tmp_path / "bot.db")
    database, hangs = Database(f"sqlite:///{tmp_path}/bot.db"), threading.Event()

    def hung(connection: Connection) -> None:
        note(connection)
        hangs.wait()

    with ExitStack() as stack:
        stack.callback(hangs.set)
        assert await refused(lambda: database.write(hung)) == "slow"
        for _ in range(5):
            assert await refused(lambda: database.write(note)) == "slow"
        assert await asyncio.to_thread(noted, database) == 0  # reading goes on
    DEADLINE.set(time.monotonic() + 10)
    await database.write(note)
    assert noted(database) == 1
    database.close()


async def test_whatever_an_act_waits_for_it_ends_in_time() -> None:
    assert await refused(lambda: in_time(asyncio.Event().wait)) == "slow"


async def test_what_goes_on_after_the_answer_has_no_deadline() -> None:
    DEADLINE.set(time.monotonic())

    async def later() -> float:
        return DEADLINE.get()

    assert await asyncio.get_running_loop().create_task(later(), context=nobody_waits()) == float("inf")


# --- why it could not be written ------------------------------------------------------------------
def full(folder: Path) -> str:
    """Its file may not grow any more: SQLITE_FULL, as on a full disk (sqlite.org/pragma, max_page_count)."""
    database = Database(f"sqlite:///{folder}/bot.db")
    event.listen(database.engine, "connect", lambda c, _: c.execute("PRAGMA max_page_count = 1"))
    return why(database)


def damaged(folder: Path) -> str:
    kept = (folder / "bot.db").read_bytes()
    (folder / "bot.db").write_bytes(kept[:4096] + b"\xff" * (len(kept) - 4096))
    return why(Database(f"sqlite:///{folder}/bot.db"))


def no_database(folder: Path) -> str:
    (folder / "bot.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    return why(Database(f"sqlite:///{folder}/bot.db"))


def read_only(folder: Path) -> str:
    database = Database(f"sqlite:///{folder}/bot.db")
    event.listen(database.engine, "connect", lambda c, _: c.execute("PRAGMA query_only = ON"))
    return why(database)


def locked(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "bot.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        return why(Database(f"sqlite:///{folder}/bot.db"))


def why(database: Database) -> str:
    with pytest.raises(Busy) as caught:
        database.transact(note, "x" * 100_000)
    database.close()
    return caught.value.why


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (full, "full"),
        (damaged, "damaged"),
        (no_database, "damaged"),
        (read_only, "read_only"),
        (locked, "busy"),
    ],
)
def test_it_is_told_why_nothing_could_be_written(
    tmp_path: Path, spoil: Callable[[Path], str], said: str
) -> None:
    migrated_file(tmp_path / "bot.db")
    assert spoil(tmp_path) == said


@pytest.mark.parametrize(
    "statement", ["SELECT 1 FROM no_such_table", "UPDATE inbox SET nothing = 1", "SELEKT 1"]
)
def test_a_fault_in_our_sql_or_a_table_that_is_gone_is_not_called_busy(
    tmp_path: Path, statement: str
) -> None:
    migrated_file(tmp_path / "bot.db")
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    with pytest.raises(OperationalError):
        database.transact(lambda c: c.exec_driver_sql(statement))
    assert database.sound
    database.close()


def test_a_damaged_database_is_not_sound_for_a_while(tmp_path: Path) -> None:
    migrated_file(tmp_path / "bot.db")
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    with closing(sqlite3.connect(tmp_path / "bot.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            database.transact(note)
    assert database.sound
    database.close()
    damaged(tmp_path)
    for refused in (lambda d: d.transact(note, "x" * 100_000), lambda d: d.look(noted_in)):
        database = Database(f"sqlite:///{tmp_path}/bot.db")
        with pytest.raises(Busy):
            refused(database)
        assert not database.sound
        database.close()


@pytest.mark.parametrize("said", ["busy", "slow", "away", "full", "failing", "read_only", "damaged"])
def test_each_has_words_that_are_true(said: str) -> None:
    words = explain(Busy(said))
    for_good = said in ("full", "failing", "read_only", "damaged")
    assert ("admins" in words) == for_good
    assert ("in a moment" in words) != for_good
    assert "kept" not in words


@pytest.mark.postgres
def test_a_postgres_that_takes_no_writes_is_said_to(server: Postgres) -> None:
    url = server.create()
    server.execute(
        f"ALTER DATABASE {url.split('?')[0].rsplit('/', 1)[1]} SET default_transaction_read_only = on"
    )
    assert why(Database(url)) == "read_only"
