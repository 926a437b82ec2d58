"""One database belongs to one workspace: another one's token is told so, and can adopt it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import health, people, posts, tenants
from bot.store import tables as t
from bot.store.database import Database, Unusable
from bot.store.people import Person
from bot.store.posts import Post
from bot.store.store import Store
from tests.cli.run import run
from tests.cli.test_start import slack_at
from tests.house import environment, free_port, open_house
from tests.store.databases import migrated_file

NOW = datetime(2024, 1, 1, tzinfo=UTC)
HOME = {"kind": "home", "incident": "", "subject": "U1", "wanted": 2, "drawn": 1, "run_at": NOW}


def fill(database: Database, tenant: str) -> None:
    """A little of what a workspace leaves behind."""
    with database.engine.begin() as connection:
        store = Store(connection, tenant)
        posts.add(
            store, Post(tenant=tenant, incident=f"i{tenant}", kind="x", recipient="U1", due_at=NOW, data={})
        )
        people.put(store, Person("U1", "Bea", "UTC", "member", "D1", NOW))
        store.first_time(NOW, "command", "U1", "trigger")
        store.audit(NOW, "U1", "x", "", "")
        connection.execute(t.surfaces.insert().values(tenant=tenant, **HOME))


def test_only_records_make_a_database_somebodys(database: Database) -> None:
    assert health.examine(database.url).tenants == frozenset()
    with database.engine.begin() as connection:
        Store(connection, "T1").audit(NOW, "U1", "refused", "", "")
        people.put(Store(connection, "T1"), Person("U1", "Bea", "UTC", "member", "D1", NOW))
    assert health.examine(database.url).tenants == frozenset()
    fill(database, "T1")
    found = health.examine(database.url)
    assert found.tenants == {"T1"}
    found.belongs_to("T1")


@pytest.mark.parametrize("mine", ["T0", "T1x", "T9", "t1"])
def test_records_of_another_workspace_are_refused(database: Database, mine: str) -> None:
    fill(database, "T1")
    fill(database, mine)
    with pytest.raises(Unusable, match=r"another workspace \(T1\).*python app.py adopt"):
        health.examine(database.url).belongs_to(mine)


def test_adopted_everything_is_ours_and_what_the_other_slack_said_is_forgotten(database: Database) -> None:
    for tenant in ("T1", "T2", "T3"):
        fill(database, tenant)
    database.transact(tenants.adopt, "T2")
    assert health.examine(database.url).tenants == {"T2"}
    with database.engine.begin() as connection:
        counts = {
            table.name: len(rows)
            for table in tenants.TABLES
            if (rows := connection.execute(table.select()).all())
        }
        owners = {row.tenant for table in tenants.TABLES for row in connection.execute(table.select())}
    assert owners == {"T2"}
    assert counts == {"posts": 3, "people": 1, "inbox": 1, "audit": 3, "surfaces": 1}
    assert database.transact(tenants.adopt, "T2") == 0


async def test_the_start_refuses_and_adopts(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.reporter.command("/screwedup", "I sent it to the wrong client")
        await house.slack.settle()
    slack = await slack_at(tmp_path)
    env = environment(slack, tmp_path, "socket", free_port())
    slack.workspace.team_id = "T000MOVED"
    for command, code, words in (
        ((), 2, "another workspace (T000LOCAL)"),
        (("check",), 2, "another workspace (T000LOCAL)"),
        (("adopt",), 2, "with --yes the records of T000LOCAL become T000MOVED's for good"),
        (("adopt", "--yes"), 0, "Incidents that came from another workspace: 1."),
        (("adopt",), 0, "Incidents that came from another workspace: 0."),
    ):
        said = await run(tmp_path, *command, env=env)
        assert (said.code, words in said.out + said.err) == (code, True), said
    await slack.stop()
    assert health.examine(env["DATABASE_URL"]).tenants == {"T000MOVED"}


async def test_adopt_says_when_slack_does_not_answer_or_nothing_is_there(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db", "SLACK_API_URL": "http://127.0.0.1:1/api/"}
    empty = await run(tmp_path, "adopt", env=env)
    assert (empty.code, "nothing in the database" in empty.err) == (2, True), empty.err
    migrated_file(tmp_path / "bot.db")
    away = await run(tmp_path, "adopt", env=env)
    assert (
        away.code,
        "Slack doesn't say whose SLACK_BOT_TOKEN this is (ClientConnectorError)" in away.err,
    ) == (2, True), away.err
