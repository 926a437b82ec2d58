"""`make bench`: what many waiting and many due nudges cost. Ends with 1 when a figure misses its limit.

A million waiting are held against a thousand in the same run, by turns, on SQLite and on Postgres. Slack is
one that says yes at once, so that what is measured is ours.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import multiprocessing
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as EventType
from pathlib import Path

from benchmarks.many import DUE, Scene
from bot.store.database import Database
from bot.store.schema import migrate
from tests.outbox.desk import T0
from tests.store.databases import running
from tests.store.test_plans import QUERIES, plans

FEW = 1000  # waiting, to hold the many against
TIMES = 1.5  # what many may cost of what few cost
STALL = 50.0  # milliseconds for which the event loop may stand still
RATE = 0.9  # of the pace that Slack permits: one message a second and channel
GROWN = 1.05  # memory at the end of a rush, of that after its first fifth
IDLE_TICKS = 50  # in one round
INDEX = "ix_posts_run"
SPAWN = multiprocessing.get_context("spawn")
ON_INDEX = {name: query for name, (query, index) in QUERIES.items() if index == INDEX}
PEOPLE = 200  # of the rush: with 50 messages each when it is 10,000


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table; `value` may be `limit` at most."""

    what: str
    said: str
    value: float
    limit: float

    @property
    def met(self) -> bool:
        return self.value <= self.limit


@contextmanager
def scene(url: str, *, real: bool = True) -> Iterator[Scene]:
    """On a fresh database there."""
    database = Database(url)
    migrate(database)
    yield Scene(database, real=real)
    database.close()


async def milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


async def idle(one: Scene) -> float:
    """Milliseconds of a tick with nothing due: the median of some."""
    return statistics.median([await milliseconds(one.sender.tick) for _ in range(IDLE_TICKS)])


async def hundred(one: Scene, round_: int) -> float:
    """Milliseconds to claim, send and record the hundred of that round, each of an incident of its own."""
    one.clock.now, before = DUE + timedelta(minutes=round_), one.counting.sent.total()
    taken = await milliseconds(one.drain)
    assert one.counting.sent.total() - before == 100
    return taken


async def against(kind: str, few: Scene, many: Scene, rounds: int) -> list[Figure]:
    """What a tick and a hundred due cost with many waiting, as a multiple of what they cost with few."""
    ticks, hundreds = [], []
    for one in (few, many):
        one.people(5000)
        for number in range(rounds):
            one.clock.now = T0 + timedelta(minutes=number)
            one.unanswered(f"r{number}", 100, 5000)
    for number in range(rounds):
        ticks.append((await idle(few), await idle(many)))
        hundreds.append((await hundred(few, number), await hundred(many, number)))
    figures = []
    for what, pairs in (("idle tick", ticks), ("claim and record 100", hundreds)):
        small, large = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        figures.append(Figure(f"{kind}: {what}, few → many", f"{small:.2f} → {large:.2f} ms", ratio, TIMES))
    return figures


def on_index(kind: str, many: Scene) -> Figure:
    """Each query of a tick that looks for posts goes by the partial index."""
    said = {name: plans(many.database, query) for name, query in ON_INDEX.items()}
    without = [f"{name}: {plan}" for name, plan in said.items() if INDEX not in plan]
    assert not without, without
    return Figure(f"{kind}: queries of a tick without `{INDEX}`", f"0 of {len(said)}", len(without), 0)


@asynccontextmanager
async def watched(gaps: list[float]) -> AsyncIterator[None]:
    """Meanwhile, how many milliseconds later than asked for this event loop comes round, again and again."""

    async def watch() -> None:
        while True:
            gaps.append(await milliseconds(lambda: asyncio.sleep(0.001)) - 1)

    watching = asyncio.create_task(watch())
    yield
    watching.cancel()


def stand_by(until: EventType, answer: Connection) -> None:
    """A process with an event loop and nothing to do; says what its own longest stall was."""

    async def wait() -> float:
        gaps = [0.0]
        async with watched(gaps):
            await asyncio.to_thread(until.wait)
        return max(gaps)

    answer.send(asyncio.run(wait()))


async def stall(one: Scene, count: int) -> Figure:
    """For how long the event loop stood still at most while so many went out, beside one that only waits."""
    one.people(count)
    one.unanswered("s", count, count)
    one.clock.now, gaps, over = DUE, [0.0], SPAWN.Event()
    ours, theirs = SPAWN.Pipe()
    beside = SPAWN.Process(target=stand_by, args=(over, theirs))
    beside.start()
    began = time.perf_counter()
    async with watched(gaps):
        await one.drain()
    seconds = time.perf_counter() - began
    over.set()
    floor, usual = ours.recv(), sorted(gaps)[-len(gaps) // 1000]
    beside.join()
    assert one.counting.sent.total() == count
    said = (
        f"{max(gaps):.1f} ms (99.9 % below {usual:.1f}; an idle loop beside it {floor:.1f}), {seconds:.0f} s"
    )
    return Figure(f"SQLite: longest stall of the loop, {count:,} due", said, max(gaps), STALL)


async def rush(one: Scene, count: int) -> list[Figure]:
    """So many due at once, on a clock that moves on only when Slack's pace asks for it."""
    one.people(PEOPLE)
    tenth = count // 10
    one.unanswered("e", 4 * tenth, PEOPLE)
    one.untold("p", 3 * tenth, PEOPLE)
    one.over("o", 3 * tenth, PEOPLE)
    one.clock.now, slack = DUE, one.counting
    began, early = time.perf_counter(), 0.0
    while (wait := await one.sender.tick()) is not None:
        one.clock.now += timedelta(seconds=wait)
        early = early or (memory() if slack.sent.total() >= count / 5 else 0.0)
    seconds, late = time.perf_counter() - began, memory()
    least, first = math.ceil(count / PEOPLE), math.ceil(slack.sent[0] / PEOPLE)
    took, led = (slack.last[priority] - DUE.timestamp() + 1 for priority in (max(slack.last), 0))
    lost = abs(count - slack.sent.total()) + one.due()
    name = f"SQLite: {count:,} due at once to {PEOPLE}"
    return [
        Figure(f"{name}: lost or doubled", f"{slack.sent.total():,} sent, {seconds:.0f} s of work", lost, 0),
        Figure(f"{name}: sent before something more urgent", f"{slack.out_of_turn}", slack.out_of_turn, 0),
        Figure(f"{name}: last escalation", f"after {led:.0f} s, {first} at best", led / first, 1 / RATE),
        Figure(f"{name}: last of all", f"after {took:.0f} s, {least} at best", took / least, 1 / RATE),
        Figure(f"{name}: memory", f"{early:.0f} → {late:.0f} MB", late / early, GROWN),
    ]


def memory() -> float:
    """Resident memory of this process in MB (Linux: /proc/self/statm, field 2)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def ratios(folder: Path, waiting: int, rounds: int) -> AsyncIterator[Figure]:
    """On both databases, with few and many at the same time."""
    with running(folder) as server:
        urls = {
            "SQLite": (f"sqlite:///{folder}/few.db", f"sqlite:///{folder}/many.db"),
            "Postgres": (server.create(), server.create()),
        }
        for kind, (url_of_few, url_of_many) in urls.items():
            with scene(url_of_few) as few, scene(url_of_many) as many:
                few.waiting(FEW)
                many.waiting(waiting)
                for figure in await against(kind, few, many, rounds):
                    yield figure
                yield on_index(kind, many)


async def run(folder: Path, chosen: argparse.Namespace) -> AsyncIterator[Figure]:
    async for figure in ratios(folder, chosen.waiting, chosen.rounds):
        yield figure
    with scene(f"sqlite:///{folder}/stall.db") as one:
        yield await stall(one, chosen.due)
    with scene(f"sqlite:///{folder}/rush.db", real=False) as one:
        for figure in await rush(one, chosen.rush):
            yield figure


def line(figure: Figure) -> str:
    """A row of the table."""
    mark = "" if figure.met else " **missed**"
    return f"| {figure.what} | {figure.said} | {figure.value:.3g} of {figure.limit:.3g}{mark} |"


async def main() -> int:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--waiting", type=int, default=1_000_000, help="nudges that wait")
    parser.add_argument("--due", type=int, default=5_000, help="due while the event loop is watched")
    parser.add_argument("--rush", type=int, default=10_000, help="due at once, at Slack's pace")
    parser.add_argument("--rounds", type=int, default=7, choices=range(1, 15), help="few and many, by turns")
    chosen = parser.parse_args()
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    print(f"{platform.system()}, {os.cpu_count()} cores, Python {python}, SQLite {sqlite}; few is {FEW:,},")
    print(f"many is {chosen.waiting:,}; medians of {chosen.rounds} rounds\n")
    print("| what | figure | against the limit |", "|---|---|---|", sep="\n", flush=True)
    all_met = True
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async for figure in run(Path(folder), chosen):
            print(line(figure), flush=True)
            all_met = all_met and figure.met
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
