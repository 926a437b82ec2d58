"""A copy made while the bot writes is whole; a restore of one that is hours old sends nothing twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, and_, or_, select

from bot.clock import Clock
from bot.playground.people import STAFF
from bot.store import backup, health, posts, restored
from bot.store import tables as t
from bot.store.database import Database, Unusable
from bot.store.lists import Asked, listing
from bot.store.posts import Post, State
from bot.store.schema import HEAD, migrate
from bot.store.sole import sole_process
from bot.store.store import Store
from tests.cli.run import run
from tests.flows.test_thread import walk_to_send
from tests.house import IDS, House, open_house
from tests.store.databases import migrated_file

EACH = 5
HOUR = timedelta(hours=1)


def in_an_hour(house: House, incident: str) -> Iterator[Post]:
    """Some messages to everybody, most of whom the bot has never written to."""
    due = house.bot.clock() + HOUR
    for role in STAFF:
        for number in range(EACH):
            yield Post(
                tenant=house.bot.identity.team, incident=incident, kind="copy", ordinal=number + 1,
                recipient=IDS[role], due_at=due, data={"text": f"{role} {number}"},
            )  # fmt: skip


def states(house: House) -> Counter[str]:
    with house.bot.database.engine.begin() as connection:
        return Counter(connection.exec_driver_sql("SELECT state FROM posts").scalars())


def messages(house: House) -> Counter[str]:
    """Every message of the bot in any DM, by its id in the metadata."""
    rooms = house.slack.workspace.channels.values()
    posted = [m for room in rooms for m in room.messages.values() if m.bot_id and m.metadata]
    return Counter(str((m.metadata or {})["event_payload"]["n"]) for m in posted)


async def drained(house: House) -> None:
    """Until nothing that is due is open any more."""
    house.hurry()
    house.bot.ticker.wake()

    def none_due() -> bool:
        if house.slack.clock.now() - house.bot.clock() > timedelta(minutes=1):
            return False  # the bot has not looked at its clock since it was moved
        now, p = house.bot.clock(), t.posts.c
        soon = and_(p.due_at <= now, p.run_at <= now + timedelta(minutes=2))
        left = select(p.id).where(t.TO_DO, or_(soon, p.state != State.PENDING.value))
        return not house.bot.database.look(lambda connection: connection.execute(left).first())

    async with asyncio.timeout(30):
        while not none_due():
            for _ in range(40):
                if none_due():
                    return
                await asyncio.sleep(0.05)
            house.slack.clock.advance(30)  # a person just reminded is left alone for a minute
            house.bot.ticker.wake()


async def test_a_restore_of_an_old_copy_sends_nothing_twice(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    async with open_house(tmp_path) as house:
        await house.monday_morning("UTC", 8)
        await walk_to_send(house)
        await house.reporter.submit()
        await drained(house)
        incident = await house.bot.edge.look(
            lambda work: listing(work.store, IDS["reporter"], Asked(1)).ids[0]
        )

        def put_in(connection: Connection) -> None:
            for post in in_an_hour(house, incident):
                assert posts.add(Store(connection, post.tenant), post)

        await house.bot.database.write(put_in)
        backup.save(house.settings.database_url, copy)
        house.slack.clock.advance(6 * 3600)
        await drained(house)
        before = messages(house)
        assert len(before) >= EACH * len(STAFF)
        await house.bot.__aexit__(None, None, None)
        due = backup.put_back(house.settings.database_url, copy, house.bot.clock(), replace=True)
        assert due >= EACH * len(STAFF)
        house.bot = type(house.bot)(house.settings)
        await house.bot.__aenter__()
        assert states(house)["checking"] + states(house)["sent"] >= due
        await drained(house)
        after = messages(house)
        assert {n: times for n, times in after.items() if times > 1} == {}
        assert {n for n in before if n in after} == set(before)
        assert states(house)["checking"] == states(house)["uncertain"] == 0


async def test_what_one_person_was_due_in_one_minute_is_looked_for_as_one_message(tmp_path: Path) -> None:
    database = made(tmp_path)
    due = datetime(2024, 1, 1, 10, tzinfo=UTC)
    nudge = Post(tenant="T", incident="i", kind="upd.due", recipient="UH", due_at=due, data={}, priority=1)
    mates = [
        replace(nudge, party="C1", priority=3, id="second"),
        replace(nudge, party="C2", id="first"),
        replace(nudge, party="C3", recipient="UX", id="other person"),
        replace(nudge, party="C4", due_at=due + timedelta(minutes=1), id="other minute"),
        replace(nudge, party="C5", due_at=due + 9 * HOUR, id="to come"),
        replace(nudge, kind="notice", id="no nudge"),
    ]
    with database.engine.begin() as connection:
        for post in mates:
            posts.add(Store(connection, "T"), post)
        assert restored.mark_due(connection, due + HOUR) == 5
        found = {row.id: row for row in posts.of_incident(Store(connection, "T"), "i")}
    database.close()
    assert found["second"].bundle == "first"
    assert {name for name, row in found.items() if row.state is State.PENDING} == {"to come"}
    assert {name for name, row in found.items() if row.bundle} == {"second"}
    assert {row.reason for row in found.values() if row.state is State.CHECKING} == {posts.RESTORED}


def made(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder}/bot.db")
    migrate(database)
    return database


def audit(connection: Connection, number: int, now: datetime) -> None:
    Store(connection, "T").audit(now, "U", "x", f"i{number}", "y" * 500)


async def test_copies_made_while_others_write_are_whole(tmp_path: Path) -> None:
    database, stop = made(tmp_path), asyncio.Event()

    async def write() -> int:
        number = 0
        while not stop.is_set():
            await database.write(audit, number, Clock()())
            number += 1
        return number

    writing = asyncio.create_task(write())
    sizes = []
    for number in range(20):
        target = tmp_path / f"copy{number}.db"
        assert await asyncio.to_thread(backup.save, database.url, target) == target.stat().st_size
        with closing(health.read_only(target)) as connection:
            assert health.whole(connection) == HEAD
            sizes.append(connection.execute("SELECT count(*), max(seq) FROM audit").fetchone())
    stop.set()
    assert await writing >= sizes[-1][0] > 0
    assert all(count == (last or 0) for count, last in sizes)  # no gap: one moment's state
    assert sizes == sorted(sizes)
    database.close()
    assert not list(tmp_path.glob("*.part"))


async def test_the_two_commands(tmp_path: Path) -> None:
    made(tmp_path).close()
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}
    saved = await run(tmp_path, "backup", "copy.db", env=env)
    assert (saved.code, saved.err) == (0, "")
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    again = await run(tmp_path, "backup", "copy.db", env=env)
    assert (again.code, again.plain, "exists already" in again.err) == (2, True, True)
    asked = await run(tmp_path, "restore", "copy.db", env=env)
    assert (asked.code, asked.plain, "--yes" in asked.err) == (2, True, True)
    (tmp_path / "bot.db").write_text("damaged")
    (tmp_path / "bot.db-wal").write_text("from another life")
    back = await run(tmp_path, "restore", "copy.db", "--yes", env=env)
    assert (back.code, back.err) == (0, ""), back.err
    assert not [*tmp_path.glob("bot.db-*"), *tmp_path.glob("copy.db?*"), *tmp_path.glob("*.new*")]
    assert health.examine(env["DATABASE_URL"]).version == HEAD


@pytest.mark.parametrize("harm", ["damaged", "missing", "newer", "empty"])
def test_a_copy_that_cannot_be_used_changes_nothing(tmp_path: Path, harm: str) -> None:
    database = made(tmp_path)
    copy = tmp_path / "copy.db"
    backup.save(database.url, copy)
    database.close()
    if harm == "damaged":
        copy.write_bytes(copy.read_bytes()[:9000] + b"\xff" * 9000)
    elif harm == "missing":
        copy.unlink()
    elif harm == "empty":
        copy.write_bytes(b"")
    else:
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
    before = (tmp_path / "bot.db").read_bytes()
    with pytest.raises(Unusable) as refused:
        backup.put_back(database.url, copy, Clock()(), replace=True)
    assert "copy.db" in str(refused.value)  # which of the two is meant
    assert ("newer release" in str(refused.value)) is (harm == "newer")
    assert (tmp_path / "bot.db").read_bytes() == before


def test_nothing_is_put_back_under_a_running_bot(tmp_path: Path) -> None:
    database = made(tmp_path)
    copy = tmp_path / "copy.db"
    backup.save(database.url, copy)
    with sole_process(database.url), pytest.raises(Unusable, match="already"):
        backup.put_back(database.url, copy, Clock()(), replace=True)
    database.close()


def test_there_must_be_something_to_save(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no database"):
        backup.save(f"sqlite:///{tmp_path}/bot.db", tmp_path / "copy.db")
    with pytest.raises(Unusable, match="pg_dump"):
        backup.save("postgresql://h/db", tmp_path / "copy.db")


@pytest.mark.parametrize("name", ["a" * 300, "nowhere/copy.db", "bot.db"])
async def test_a_name_that_no_copy_can_have(tmp_path: Path, name: str) -> None:
    migrated_file(tmp_path / "bot.db")
    url = f"sqlite:///{tmp_path}/bot.db"
    with pytest.raises(Unusable):
        backup.save(url, tmp_path / name)
    with pytest.raises(Unusable):
        backup.put_back(url, tmp_path / name, datetime.now(UTC), replace=True)
