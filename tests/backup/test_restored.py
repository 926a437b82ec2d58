"""A start notices that its database is a copy; what was due in it is looked for before it is sent."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store import backup, health, posts, restored
from bot.store.database import Database
from bot.store.lists import Asked, listing
from bot.store.posts import Post, State
from bot.store.sole import sole_process
from bot.store.store import Store
from tests.backup.test_backup import drained, in_an_hour, messages, states
from tests.cli.run import run
from tests.flows.test_thread import walk_to_send
from tests.house import IDS, House, open_house
from tests.store.databases import Postgres, migrated_file

NOW = datetime(2024, 1, 1, tzinfo=UTC)


async def told(house: House, hour: int = 8) -> None:
    """The boss knows by that hour of a working day, and in an hour some messages are due to everyone."""
    await house.monday_morning("UTC", hour)
    await walk_to_send(house)
    await house.reporter.submit()
    await drained(house)
    incident = await house.bot.edge.look(lambda work: listing(work.store, IDS["reporter"], Asked(1)).ids[0])
    for post in in_an_hour(house, incident):
        await house.bot.database.write(lambda c, one=post: posts.add(Store(c, one.tenant), one))


async def goes_on(house: House) -> Counter[str]:
    """For six hours."""
    await house.start()
    house.slack.clock.advance(6 * 3600)
    await drained(house)
    await house.bot.__aexit__(None, None, None)
    return messages(house)


def read_twice(house: House) -> list[tuple[str, str]]:
    """Who has the same words twice; a step that the other life had planned has another id, perhaps."""
    rooms = house.slack.workspace.channels.values()
    said = Counter((room.id, m.text) for room in rooms for m in room.messages.values() if m.bot_id)
    return [who for who, times in said.items() if times > 1]


async def starts_on(house: House, url: str, before: Counter[str]) -> None:
    """The copy: nothing in it goes out a second time, and nothing is left open."""
    house.settings = replace(house.settings, database_url=url)
    await house.start()
    assert states(house)["checking"] + states(house)["sent"] > 0
    await drained(house)
    assert {n: times for n, times in messages(house).items() if times > 1} == {}
    assert read_twice(house) == []
    assert set(before) <= set(messages(house))
    assert states(house)["checking"] == states(house)["uncertain"] == 0


@pytest.mark.postgres
async def test_a_restored_dump_sends_nothing_twice(postgres: Postgres, tmp_path: Path) -> None:
    async with open_house(tmp_path, DATABASE_URL=postgres.create()) as house:
        await told(house)
        await house.bot.__aexit__(None, None, None)
        original = house.settings.database_url.split("?")[0].rsplit("/", 1)[1]
        postgres.execute(f"CREATE DATABASE restored TEMPLATE {original}")
        before = await goes_on(house)
        await starts_on(house, postgres.url("restored"), before)


@pytest.mark.parametrize("hour", [5, 8, 11])
async def test_a_file_put_back_by_hand_sends_nothing_twice(tmp_path: Path, hour: int) -> None:
    """By when other chains have come to other steps, some of them only planned since the copy was made."""
    async with open_house(tmp_path) as house:
        await told(house, hour)
        await house.bot.__aexit__(None, None, None)
        shutil.copy(tmp_path / "bot.db", tmp_path / "copy.db")
        before = await goes_on(house)
        (tmp_path / "copy.db").replace(tmp_path / "bot.db")
        await starts_on(house, house.settings.database_url, before)


@pytest.mark.parametrize("forget", [False, True], ids=["noted", "note deleted"])
def test_a_copy_laid_over_the_file_is_noticed(tmp_path: Path, forget: bool) -> None:
    """What `cp copy bot.db` writes keeps the file's inode, and the copy's own mark says the same one."""
    path, copy = tmp_path / "bot.db", tmp_path / "copy.db"
    migrated_file(path)
    for life in range(2):
        with sole_process(f"sqlite:///{path}") as held:
            database = Database(f"sqlite:///{path}")
            assert arrived(database, held.noted()) is None
            due(database) if life == 0 else shutil.copyfile(path, copy)
            held.note(database.transact(health.prove_writable))
            database.close()
    shutil.copyfile(copy, path)
    if forget:
        Path(f"{path}.lock").unlink()
    with sole_process(f"sqlite:///{path}") as held:
        database = Database(f"sqlite:///{path}")
        assert arrived(database, held.noted()) == (None if forget else 1)
        held.note(database.transact(health.prove_writable))
        assert arrived(database, held.noted()) is None
        database.close()


def test_restore_and_its_mark_are_not_noticed_once_more(tmp_path: Path) -> None:
    path, url = tmp_path / "bot.db", f"sqlite:///{tmp_path / 'bot.db'}"
    migrated_file(path)
    backup.save(url, tmp_path / "copy.db")
    for put in (
        lambda: backup.put_back(url, tmp_path / "copy.db", NOW, replace=True),
        lambda: backup.mark(url, NOW),
    ):
        with sole_process(url) as held:
            held.note(1_000_000)
        put()
        with sole_process(url) as held:
            assert held.noted() == 0


def due(database: Database) -> None:
    post = Post(tenant="T", incident="i", kind="copy", recipient="U", due_at=NOW, data={}, id="due")
    database.transact(lambda c: posts.add(Store(c, "T"), post))


def arrived(database: Database, noted: int = 0) -> int | None:
    return database.transact(restored.arrived, database, NOW + timedelta(hours=1), noted)


def test_the_first_start_and_each_one_after_it_notices_nothing(database: Database) -> None:
    due(database)
    assert [arrived(database) for _ in range(3)] == [None] * 3


@pytest.mark.postgres
@pytest.mark.parametrize(
    "restore",
    [
        "ALTER TABLE posts RENAME TO old; CREATE TABLE posts (LIKE old INCLUDING ALL);"
        "INSERT INTO posts SELECT * FROM old",
        "UPDATE marks SET value = replace(value, '.', '9.')",  # another cluster
        "UPDATE marks SET value = left(value, -1) || 'F'",  # another timeline
    ],
)
def test_a_table_a_cluster_or_a_timeline_that_is_another_one_is_noticed(
    postgres: Postgres, restore: str
) -> None:
    database = Database(postgres.create())
    assert arrived(database) is None
    due(database)
    database.transact(lambda c: [c.execute(text(one)) for one in restore.split(";")] and None)
    assert arrived(database) == 1
    assert arrived(database) is None
    assert database.look(lambda c: posts.by_id(c, "due").state) is State.CHECKING
    database.close()


async def test_restore_mark_says_it_where_nothing_can_be_noticed(url: str, tmp_path: Path) -> None:
    database = Database(url)
    due(database)
    database.close()
    said = await run(tmp_path, "restore", "--mark", env={"DATABASE_URL": url})
    assert (said.code, said.err) == (0, "")
    assert "were due in it: 1." in said.out
    both = await run(tmp_path, "restore", "copy.db", "--mark", env={"DATABASE_URL": url})
    neither = await run(tmp_path, "restore", env={"DATABASE_URL": url})
    assert (both.code, neither.code) == (2, 2)
    database = Database(url)
    assert database.look(lambda c: posts.by_id(c, "due").state) is State.CHECKING
    assert arrived(database) is None
    database.close()
