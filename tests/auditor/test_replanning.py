"""After a start the plans are those of the rules in force, not of the rules that were."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from bot.outbox.replanning import replan_all
from bot.policy import load_policy
from bot.store import tables as t
from tests.auditor.watched import TOLD, Watched, script
from tests.flows.test_thread import walk_to_send
from tests.house import IDS, House, open_house

SHORT = "\n[cadence.ack]\nsmall = 7\nmedium = 7\nlarge = 7\ncritical = 7\n"


def due_of(connection: Connection, kind: str) -> datetime | None:
    return connection.execute(select(t.posts.c.due_at).where(t.posts.c.kind == kind)).scalar()


async def until_moved(house: House, before: datetime) -> datetime:
    async with asyncio.timeout(10):
        while (due := await house.bot.database.read(due_of, "ack.1")) in (before, None):
            await asyncio.sleep(0.02)
    assert due is not None
    return due


async def test_a_start_with_other_rules_moves_what_waits(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await walk_to_send(house)
        await house.reporter.submit()
        await house.slack.wait(lambda: len(house.boss.dm) == 1)
        before = await house.bot.database.read(due_of, "ack.1")
        assert before is not None
        policy = tmp_path / "policy.toml"
        policy.write_text(policy.read_text(encoding="utf-8") + SHORT, encoding="utf-8")
        await house.slack.settle()
        await house.restart()
        assert await until_moved(house, before) < before
        assert await house.bot.auditor.run() == []
        assert IDS["boss"] == house.boss.id
        house.check()


async def test_an_auditor_with_other_rules_finds_what_is_late_until_the_plans_are_made_anew() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    shorter = load_policy(SHORT + '[ladder]\nperson = "B"\n[contacts]\nadmins_channel = "A"\n')
    watched.auditor.policy = watched.sender.policy = shorter
    watched.clock.now += timedelta(minutes=11)
    assert [f.kind for f in await watched.auditor.run()] == ["missing"]
    await replan_all(watched.database, shorter, watched.clock)
    await watched.sender.tick()
    assert await watched.auditor.run() == []
