"""Several processes that claim on one database. Each writes down what it has claimed, in a file of its own.

On SQLite they only take and claim, for a running bot holds the lock of the one sender; on Postgres they are
whole bots, and send to one local Slack.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from bot.bootstrap import Bot
from bot.domain.errors import Busy
from bot.outbox.claim import claim
from bot.outbox.ports import Moment
from bot.outbox.sender import BATCH, _taken
from bot.settings import Settings
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import RUNGS, State
from tests.house import free_port
from tests.outbox.copies import acquaint, multiply
from tests.outbox.desk import T0, Desk
from tests.torture.rig import Rig, kill, rigged
from tests.torture.verdict import under_way

T = TypeVar("T")
AHEAD = timedelta(minutes=15)  # until a boss who was told of something large is asked again
FORK = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Race:
    """Ids of rows. claimed: by each process. sent: how many messages of each lie in Slack; None: no Slack."""

    rows: Sequence[str]
    claimed: Sequence[Sequence[str]]
    sent: Mapping[str, int] | None
    seconds: float

    def times(self, number: int) -> int:
        """How many rows were claimed so often; 2 stands for more as well."""
        counted = Counter(row for mine in self.claimed for row in mine)
        return sum(min(counted[row], 2) == number for row in self.rows)

    @property
    def exact(self) -> bool:
        """Each row was claimed once, and one message of each went out."""
        sent = self.sent is None or all(self.sent.get(row) == 1 for row in self.rows)
        return sent and self.times(1) == len(self.rows)


class Noting(Database):
    """Writes each committed claim into a file, a line an id."""

    def __init__(self, url: str, file: Path) -> None:
        super().__init__(url)
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND)

    def transact(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
        result = super().transact(fn, *args)
        if fn is claim and result is not None:
            os.write(self._file, f"{args[0].id}\n".encode())
        return result


def due_rows(desk: Desk, people: Mapping[str, str]) -> list[str]:
    """Ids of nudges that are due in 15 minutes, each of an incident of its own. people: boss -> their DM."""
    desk.incident("c", desk.told("B"))
    names = [{"R": f"R{n}", "B": boss} for n, boss in enumerate(people)]
    desk.database.transact(multiply, "c", names)
    desk.database.transact(acquaint, desk.tenant, people, desk.clock())
    rows = select(t.posts.c.id).where(t.posts.c.kind == RUNGS[0])
    return list(desk.database.look(lambda connection: connection.execute(rows).scalars().all()))


# --- the claim alone ------------------------------------------------------------------------------
def claimer(url: str, file: Path, start: Barrier) -> None:
    """In a process of its own: take and claim what is due, until nothing is left to take."""
    desk = Desk(Noting(url, file))
    desk.clock.now = T0 + AHEAD
    moment = Moment(desk.clock(), desk.policy)
    start.wait()
    while rows := patiently(desk.database, _taken, lambda: moment.now, BATCH, State.PENDING, ()):
        for row in rows:
            patiently(desk.database, claim, row, desk.slack, moment)


def patiently(database: Database, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
    """As long as another process has the file."""
    while True:
        with suppress(Busy):
            return database.transact(fn, *args)


async def claimers(url: str, folder: Path, processes: int, rows: int) -> Race:
    """So many processes on one database. url: of a fresh one, migrated."""
    database = Database(url)
    ids = due_rows(Desk(database), {f"B{n}": f"D{n}" for n in range(rows)})
    database.close()
    files, start = _files(folder, processes), FORK.Barrier(processes + 1, timeout=120)
    lives = [FORK.Process(target=claimer, args=(url, file, start)) for file in files]
    for life in lives:
        life.start()
    await asyncio.to_thread(start.wait)
    began = time.monotonic()
    for life in lives:
        await asyncio.to_thread(life.join)
    assert [life.exitcode for life in lives] == [0] * processes
    return Race(ids, _noted(files), None, time.monotonic() - began)


# --- whole bots -----------------------------------------------------------------------------------
def whole_bot(settings: Settings, file: Path) -> None:
    """In a process of its own: a bot that works until it is killed."""
    logging.basicConfig(level=logging.ERROR)

    async def serve() -> None:
        bot = Bot(settings)
        bot.database.close()
        bot.database = Noting(settings.database_url, file)
        async with bot:
            await asyncio.Event().wait()

    asyncio.run(serve())


async def bots(url: str, folder: Path, processes: int, rows: int) -> Race:
    """So many bots on one database and one Slack. url: of a fresh Postgres database, migrated."""
    async with rigged(folder, 1, url) as rig:
        desk = Desk(rig.database)
        desk.clock.now, desk.policy, desk.tenant = rig.slack.clock.now(), rig.policy, rig.author.tenant
        bosses = [rig.slack.add_person(f"boss of {n}").id for n in range(rows)]
        ids = due_rows(desk, {boss: rig.slack.core.dm(boss).id for boss in bosses})
        files = _files(folder, processes)
        lives = [_started(rig, file) for file in files]
        await rig.slack.wait(lambda: _asked(rig, "auth.test") == processes, timeout=60)
        rig.jump(AHEAD.total_seconds())
        by, began = rig.slack.clock.now(), time.monotonic()
        while await rig.database.read(under_way, by) is not None:
            assert all(life.exitcode is None for life in lives)
            await asyncio.sleep(0.2)
        seconds = time.monotonic() - began
        for life in lives:
            await kill(life)
        return Race(ids, _noted(files), _sent(rig), seconds)


def _started(rig: Rig, file: Path) -> ForkServerProcess:
    """Each bot listens on a port of its own."""
    settings = replace(rig.settings, port=free_port())
    life = FORK.Process(target=whole_bot, args=(settings, file), daemon=True)
    life.start()
    return life


def _asked(rig: Rig, method: str) -> int:
    return sum(call.method == method for call in rig.slack.calls)


def _sent(rig: Rig) -> Mapping[str, int]:
    """Messages in the local Slack, by the id of the post that each of them is."""
    messages = (m for channel in rig.slack.workspace.channels.values() for m in channel.messages.values())
    return Counter(m.metadata["event_payload"]["n"] for m in messages if m.metadata)


def _files(folder: Path, processes: int) -> list[Path]:
    files = [folder / f"claimed{n}" for n in range(processes)]
    for file in files:
        file.touch()
    return files


def _noted(files: Iterable[Path]) -> list[list[str]]:
    return [file.read_text().split() for file in files]
