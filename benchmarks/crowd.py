"""`make crowd`: one person with 5,000 incidents, one incident with 2,000 events, 100,000 rows due at once.

The bot is a process of its own on SQLite, this one is Slack and its people, over signed HTTP. While each of
these is done, others go on asking for help and for their lists, ten a second whatever is answered: what they
wait for is the last column. What's quick is done again and again, until so many others were answered that
99 in 100 of them means something. The first line, with nothing beside it, is what the machine itself adds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.burst import cpu_of
from bot.playground.driver import Member
from bot.playground.people import STAFF
from bot.store import tables as t
from bot.store.database import Database
from tests.crash.rig import Rig, rigged
from tests.edge.acts import go_back, stage_of, text_of
from tests.house import IDS
from tests.store import crowded

WAIT = 60.0  # seconds until something is given up as never coming
EVERY = 0.1  # seconds between two people who want something meanwhile
ENOUGH = 200  # others who were answered, for a figure of 99 in 100
PAUSE = 0.3  # seconds in which a person looks at what they got
OTHERS_WAIT = 0.1  # seconds, the most of 99 in 100
KINDS = ("stale", "first.half", "upd.due", "halt", "gate")  # of rows that are due
BEGUN = {"what": "noted"}  # never opened: nothing is due in them, so the auditor misses nothing
URGENT = 20  # of them, that count


@dataclass
class Meanwhile:
    """What others wait for, in seconds, until it's read."""

    waited: list[float] = field(default_factory=list)
    failed: int = 0

    def take(self) -> tuple[str, bool]:
        """In words, and whether it's as it should be."""
        found, lost = sorted(self.waited), self.failed
        self.waited, self.failed = [], 0
        p99 = found[max(int(len(found) * 0.99) - 1, 0)] if found else 0.0
        said = f"{1000 * p99:.0f} ms of {len(found)}" + (f", {lost} without an answer" if lost else "")
        return said, p99 < OTHERS_WAIT and not lost


@dataclass
class Table:
    """Prints a line for each thing that was done; `met`: whether every limit was."""

    others: Meanwhile
    met: bool = True

    def line(self, what: str, took: float, limit: float, note: str = "") -> None:
        said, calm = self.others.take()
        self.met &= calm and took <= limit
        figure = f"{took:.2f} s" if took < 10 else f"{took:.0f} s"
        mark = "" if calm and took <= limit else " **missed**"
        print(f"| {what} | {figure}{note and f', {note}'} | {limit:g} s | {said}{mark} |", flush=True)


@asynccontextmanager
async def asking(people: list[Member], others: Meanwhile) -> AsyncIterator[None]:
    """Others go on, by turns, as long as this lasts."""

    async def one(person: Member, word: str) -> None:
        began = time.perf_counter()
        result = await person.command("/screwedup", word)
        others.waited.append(time.perf_counter() - began)
        others.failed += result.error is not None

    async def all_the_time() -> None:
        async with asyncio.TaskGroup() as group:
            number = 0
            while True:
                group.create_task(one(people[number % len(people)], ("help", "list")[number % 2]))
                number += 1
                await asyncio.sleep(EVERY)

    task = asyncio.create_task(all_the_time())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def repeated(table: Table, what: str, act: Callable[[], Awaitable[Any]], limit: float) -> None:
    """A line for what's quick: the slowest of as many as it takes until enough others were answered."""
    worst, times = 0.0, 0
    while len(table.others.waited) < ENOUGH:
        began = time.perf_counter()
        await act()
        worst, times = max(worst, time.perf_counter() - began), times + 1
        await asyncio.sleep(PAUSE)
    table.line(what, worst, limit, f"the slowest of {times}")


def fill(connection: Connection, tenant: str, user: str, count: int, many: int) -> str:
    """That person's incidents; the newest of them has many events."""
    keys: list[str] = []
    for first in range(1, count + 1, 500):
        keys += crowded.incidents(connection, tenant, user, min(500, count + 1 - first), first=first, **BEGUN)
    crowded.events(connection, tenant, keys[-1], user, many)
    return keys[-1]


def backlog(connection: Connection, tenant: str, people: list[str], count: int) -> None:
    """So many rows due for weeks: of incidents that are over, or gone, and a few that count."""
    at = crowded.BEGAN + timedelta(days=1)
    known = dict(over(tenant, people, count // len(KINDS)))
    connection.execute(insert(t.incidents), [row for row in known.values() if row])
    keys = list(known)
    for start in range(0, count, 2000):
        numbers = range(start, min(start + 2000, count))
        connection.execute(insert(t.posts), [_due(tenant, keys, people, n, at) for n in numbers])
    urgent = {"incident": "", "kind": "copy", "priority": -1, "data": {"text": "This counts."}}
    rows = [_due(tenant, keys, people, count + n, at) | urgent for n in range(URGENT)]
    connection.execute(insert(t.posts), rows)


def over(tenant: str, people: list[str], count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, row) of incidents: a third cancelled, a third closed, a third not there at all ({})."""
    for n in range(count):
        key, reporter = f"w{n}", people[n % len(people)]
        row = {"tenant": tenant, "id": key, "reporter": reporter, "handler": reporter, "level": 1}
        row |= {"created_at": crowded.BEGAN, "practice": False, "source": ""}
        yield key, row | {"status": ("cancelled", "closed")[n % 3]} if n % 3 < 2 else {}


def _due(tenant: str, keys: list[str], people: list[str], n: int, at: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "id": f"b{n}", "tenant": tenant, "incident": keys[n // len(KINDS) % len(keys)],
        "kind": KINDS[n % len(KINDS)], "party": "", "ordinal": n, "recipient": people[n % len(people)],
        "place": "dm", "due_at": at, "run_at": at, "priority": 1 + n % 4, "state": "pending", "attempt": 0,
        "reads": 0, "channel": "", "thread": "", "data": {}, "sent_ts": "", "reason": "", "bundle": "",
    }  # fmt: skip


def there(folder: Path, where: str) -> bool:
    """Whether there's such a post."""
    connection = sqlite3.connect(folder / "bot.db")
    try:
        query = f"SELECT 1 FROM posts WHERE {where} LIMIT 1"  # noqa: S608 - our own words
        return connection.execute(query).fetchone() is not None
    finally:
        connection.close()


async def one_person(rig: Rig, table: Table, rina: Member, key: str, patience: float) -> None:
    """What the person with many incidents does."""
    shown: list[Any] = []

    async def command(text: str) -> None:
        shown[:] = (await rina.command("/screwedup", text)).ephemerals
        assert shown, text

    async def older() -> None:
        before = shown[0].text
        if "list.older" not in str(shown[0].blocks):  # that was the last page
            await command("list")
        await rina.click(shown[0], "list.older")
        await rig.slack.wait(lambda: shown[0].text != before, timeout=WAIT)

    async def home() -> None:
        drawn = sum(call.method == "views.publish" for call in rig.slack.calls)
        await rina.open_home()
        await rig.slack.wait(
            lambda: sum(c.method == "views.publish" for c in rig.slack.calls) > drawn, timeout=WAIT
        )

    async def key_pressed() -> None:
        await rina.fill("summary", "The March invoice went to somebody else's address")

    async def save() -> None:
        result = await rina.submit()
        assert result.action == "update", text_of(rina.modal)
        await go_back(rina)

    async def open_page() -> None:
        await rina.click(shown[0], "open")
        await rina.wait_modal(timeout=WAIT)
        while stage_of(rina.modal) != "open":
            await go_back(rina)

    await command("list")
    await repeated(table, "list", lambda: command("list"), 0.5)
    await repeated(table, "[Older]", older, 0.5)
    await repeated(table, "Home", home, 2)
    await repeated(table, "status of the long one", lambda: command(f"status {key}"), 1)
    await open_page()
    await repeated(table, "a keystroke in it", key_pressed, 1)
    await repeated(table, "a page of it saved, and back", save, 2)
    began = time.perf_counter()
    await command("export")
    await rig.slack.wait(
        lambda: any(f.complete for f in rig.slack.workspace.files.values()), timeout=patience
    )
    size = sum(len(f.content) for f in rig.slack.workspace.files.values())
    table.line("export, to the file", time.perf_counter() - began, patience, f"{size / 1e6:.1f} MB")
    await command("forget")
    began = time.perf_counter()
    await rina.click(shown[0], "forget")
    await rig.slack.wait(lambda: any("Receipt" in m.text for m in rina.dm), timeout=patience)
    table.line("forget, to the receipt", time.perf_counter() - began, patience)


async def many_due(rig: Rig, table: Table, rows: int, patience: float) -> None:
    """The bot has just started on a database in which so much is due."""
    assert rig.process is not None
    began, due = time.perf_counter(), "id LIKE 'b%' AND state = 'pending' AND run_at < '2026-06-01'"

    async def until(where: str) -> float:
        while await asyncio.to_thread(there, rig.folder, where):
            assert time.perf_counter() - began < patience, where
            await asyncio.sleep(0.5)
        return time.perf_counter() - began

    counts = await until(f"kind = 'copy' AND {due}")
    took = await until(due)
    cpu = cpu_of(rig.process.pid)
    while len(table.others.waited) < ENOUGH:
        await asyncio.sleep(PAUSE)
    print(f"| {rows:,} due: the {URGENT} that count are out | {counts:.0f} s | 20 s | |", flush=True)
    table.met &= counts <= 20
    table.line(f"{rows:,} due: what's moot has lapsed", took, 60, f"{cpu:.0f} s of a core")


async def run(folder: Path, chosen: argparse.Namespace) -> bool:
    async with rigged(folder, "http") as rig:
        database, tenant = Database(f"sqlite:///{folder}/bot.db"), rig.slack.workspace.team_id
        rina = rig.slack.person("reporter")
        people = [rig.slack.add_person(f"other{n}", tz="Europe/London") for n in range(20)]
        key = database.transact(fill, tenant, rina.id, chosen.incidents, chosen.events)
        others = Meanwhile()
        table = Table(others)
        load = os.getloadavg()[0]
        print(f"{os.cpu_count()} cores, load {load:.1f} before; the first line is of a quiet bot\n")
        print("| what | took | limit | 99 in 100 of the others wait at most |", "|---|---|---|---|", sep="\n")
        await asyncio.gather(*(person.command("/screwedup", "list") for person in people))
        async with asking(people, others):
            while len(others.waited) < ENOUGH:
                await asyncio.sleep(PAUSE)
            table.line("nothing", 0.0, 1)
            if chosen.only != "due":
                await one_person(rig, table, rina, key, chosen.patience)
        if chosen.only == "person":
            return table.met
        await rig.kill()
        database.transact(backlog, tenant, [IDS[name] for name in STAFF], chosen.rows)
        database.close()
        await rig.start()
        await asyncio.gather(*(people[n].command("/screwedup", ("help", "list")[n % 2]) for n in range(4)))
        others.take()  # the first answers of a process load what the others use
        async with asking(people, others):
            await many_due(rig, table, chosen.rows, chosen.patience)
    return table.met


def main() -> int:
    parser = argparse.ArgumentParser(prog="crowd")
    parser.add_argument("--incidents", type=int, default=5000, help="of one person")
    parser.add_argument("--events", type=int, default=2000, help="in one incident")
    parser.add_argument("--rows", type=int, default=100_000, help="due at once")
    parser.add_argument("--patience", type=float, default=900, help="seconds for the export, and to forget")
    parser.add_argument("--only", choices=("person", "due"), help="a part of it")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crowd-") as folder:
        return 0 if asyncio.run(run(Path(folder), chosen)) else 1


if __name__ == "__main__":
    sys.exit(main())
