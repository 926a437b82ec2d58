"""`make bench`: what many waiting and many due nudges cost. Ends with 1 when a figure misses its limit.

A million waiting are held against a thousand in the same run, by turns, on SQLite and on Postgres. Slack is
one that says yes at once, so that what is measured is ours.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from benchmarks.figures import Figure, memory, milliseconds
from benchmarks.many import DUE, CountingSlack, Scene
from benchmarks.stall import stall
from bot.store.database import Database
from bot.store.schema import migrate
from tests.outbox.desk import T0
from tests.store.databases import running
from tests.store.test_plans import QUERIES, plans

FEW = 1000  # waiting, to hold the many against
TIMES = 1.5  # what many may cost of what few cost
RATE = 0.9  # of the pace that Slack permits: one message a second and channel
GROWN = 1.05  # memory at the end of a rush, of that half way
IDLE_TICKS = 50  # in one round
INDEX = "ix_posts_run"
ON_INDEX = {name: query for name, (query, index) in QUERIES.items() if index == INDEX}
PEOPLE = 200  # of the rush: with 50 messages each when it is 10,000


@contextmanager
def scene(url: str, *, real: bool = True) -> Iterator[Scene]:
    """On a fresh database there."""
    database = Database(url)
    migrate(database)
    yield Scene(database, real=real)
    database.close()


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
    for one in (few, many):
        one.people(5000)
        for number in range(rounds):
            one.clock.now = T0 + timedelta(minutes=number)
            one.unanswered(f"r{number}", 100, 5000)
    ticks, hundreds = [], []
    for number in range(rounds):
        turns = (few, many) if number % 2 else (many, few)
        ticks.append({one: await idle(one) for one in turns})
        hundreds.append({one: await hundred(one, number) for one in turns})
    figures = []
    for what, found in (("idle tick", ticks), ("claim and record 100", hundreds)):
        small, large = (statistics.median(times[one] for times in found) for one in (few, many))
        ratio = statistics.median(times[many] / times[few] for times in found)
        figures.append(Figure(f"{kind}: {what}, few → many", f"{small:.2f} → {large:.2f} ms", ratio, TIMES))
    return figures


def on_index(kind: str, many: Scene) -> Figure:
    """Each query of a tick that looks for posts goes by the partial index."""
    said = {name: plans(many.database, query) for name, query in ON_INDEX.items()}
    without = [f"{name}: {plan}" for name, plan in said.items() if INDEX not in plan]
    shown = "; ".join(without) or f"all {len(said)} use it"
    return Figure(f"{kind}: queries of a tick without `{INDEX}`", shown, len(without), 0)


async def rush(one: Scene, count: int) -> list[Figure]:
    """So many due at once, on a clock that moves on only when Slack's pace asks for it."""
    one.people(PEOPLE)
    for write, share in ((one.unanswered, 0.4), (one.untold, 0.3), (one.over, 0.3)):
        write(write.__name__, round(count * share), PEOPLE)
    one.clock.now, began, early = DUE, time.perf_counter(), 0.0
    while (wait := await one.sender.tick()) is not None:
        if one.sender.flights:  # a slow machine is no reason for the clock to move on
            await one.sender.flights.landed(60)
        else:
            one.clock.now += timedelta(seconds=wait)
        early = early or (memory() if one.counting.sent.total() >= count / 2 else 0.0)
    seconds, late, name = time.perf_counter() - began, memory(), f"SQLite: {count:,} due at once to {PEOPLE}"
    sent = one.counting.sent.total()
    return [
        Figure(
            f"{name}: lost or doubled", f"{sent:,} sent in {seconds:.0f} s", abs(count - sent) + one.due(), 0
        ),
        *in_order(name, one.counting),
        Figure(f"{name}: memory", f"{early:.1f} → {late:.1f} MB", late / early, GROWN),
    ]


def in_order(name: str, slack: CountingSlack) -> list[Figure]:
    """What is urgent went first, and all of it as fast as Slack lets it: one message a second and person."""
    figures = [
        Figure(f"{name}: after something less urgent", f"{slack.out_of_turn}", slack.out_of_turn, 0),
        Figure(f"{name}: sooner than Slack permits", f"{slack.too_soon}", slack.too_soon, 0),
    ]
    for what, priorities in (("escalation", [0]), ("of all", list(slack.sent))):
        best = sum(math.ceil(slack.sent[priority] / PEOPLE) for priority in priorities)
        took = max(slack.last[priority] for priority in priorities) - DUE.timestamp() + 1
        said = f"in second {took:.0f}, {best} at best"
        figures.append(Figure(f"{name}: the last {what}", said, took / best, 1 / RATE))
    return figures


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
            print(figure, flush=True)
            all_met = all_met and figure.met
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
