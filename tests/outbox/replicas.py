"""Several whole bots on one Postgres, and a local Slack that minds its limits."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import yaml
from sqlalchemy import select

from bot.bootstrap import Bot
from bot.playground.play import ROOT
from bot.playground.server import LocalSlack
from bot.playground.workspace import Channel
from bot.policy import load_policy
from bot.settings import Settings, from_environment
from bot.store import tables as t
from bot.store.database import Database
from tests.house import environment, free_port
from tests.outbox.processes import FORK
from tests.torture.incidents import POLICY, Author
from tests.torture.rig import kill

PATIENCE = 120.0  # seconds for a start, or for all notices


@dataclass(frozen=True, slots=True)
class Rush:
    """Notices of so many reporters to one boss: how many arrived, what Slack refused, by method; seconds."""

    sent: int
    refused: Counter[str]
    seconds: float


def replica(settings: Settings, log: str) -> None:
    """One bot in a process of its own, until it is killed."""
    logging.basicConfig(filename=log, level=logging.ERROR)

    async def serve() -> None:
        async with Bot(settings):
            await asyncio.Event().wait()

    asyncio.run(serve())


@asynccontextmanager
async def together(folder: Path, url: str, number: int) -> AsyncIterator[tuple[LocalSlack, Settings]]:
    """So many bots, started at the same moment; yields when all are at work. Raises: AssertionError."""
    slack = LocalSlack(yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8")))
    await slack.start()
    (folder / "policy.toml").write_text(POLICY)
    settings = from_environment(environment(slack, folder, "http", free_port(), DATABASE_URL=url))
    lives = []
    for one in range(number):
        own = replace(settings, port=free_port())
        lives.append(FORK.Process(target=replica, args=(own, str(folder / f"log{one}")), daemon=True))
    try:
        for life in lives:
            life.start()
        await _at_work(settings, lives)
        yield slack, settings
        assert [life.exitcode for life in lives] == [None] * number
    finally:
        for life in lives:
            await kill(life)
        await slack.stop()


async def _at_work(settings: Settings, lives: Sequence[ForkServerProcess]) -> None:
    """Each has counted up its number in the database."""
    database = Database(settings.database_url)

    def beats() -> int:
        with database.engine.begin() as connection:
            if not database.engine.dialect.has_table(connection, "workers"):
                return 0
            return len(connection.execute(select(t.workers)).all())

    try:
        async with asyncio.timeout(PATIENCE):
            while await asyncio.to_thread(beats) < len(lives):
                assert [life.exitcode for life in lives] == [None] * len(lives)
                await asyncio.sleep(0.05)
    finally:
        database.close()


async def rush(slack: LocalSlack, settings: Settings, reporters: int) -> Rush:
    """That many tell one boss at once."""
    slack.enforce_rate = True
    database = Database(settings.database_url)
    author = Author(database, load_policy(POLICY), slack.clock.now, slack.workspace.team_id, 1)
    boss, *others = (slack.add_person(f"boss{number}").id for number in range(3))
    channel = Channel(slack.workspace.new_id("C"), "team", "public", {slack.core.bot.id})
    slack.workspace.channels[channel.id] = channel
    began, refused_before = time.monotonic(), len(slack.api.refused)
    for number in range(reporters):
        who = slack.add_person(f"reporter{number}").id
        database.transact(author._begin, f"i{number}", who, [boss, *others], channel.id)
    try:
        async with asyncio.timeout(PATIENCE):
            while (sent := await asyncio.to_thread(database.look, _notices)) < reporters:
                await asyncio.sleep(0.1)
    finally:
        database.close()
    refused = Counter(c.method for c in slack.api.refused[refused_before:] if c.error == "ratelimited")
    return Rush(sent, refused, time.monotonic() - began)


def _notices(connection: object) -> int:
    sent = select(t.posts.c.id).where(t.posts.c.kind == "notice", t.posts.c.state == "sent")
    return len(connection.execute(sent).all())  # type: ignore[attr-defined]
