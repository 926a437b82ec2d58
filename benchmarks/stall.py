"""For how long the event loop stands still while thousands go out, beside one that has nothing to do."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as EventType

from benchmarks.figures import Figure, milliseconds
from benchmarks.many import DUE, Scene
from bot.cli import settle_memory

STALL = 50.0  # milliseconds for which the event loop may stand still
SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Milliseconds: how late the loop came round, and what CPU time the process used meanwhile."""

    late: float
    cpu: float


@asynccontextmanager
async def watched(gaps: list[Gap]) -> AsyncIterator[None]:
    """Meanwhile this event loop is asked to come round each millisecond."""

    async def watch() -> None:
        while True:
            before = time.process_time()
            late = await milliseconds(lambda: asyncio.sleep(0.001)) - 1
            gaps.append(Gap(late, (time.process_time() - before) * 1000))

    watching = asyncio.create_task(watch())
    yield
    watching.cancel()


def stand_by(until: EventType, answer: Connection) -> None:
    """A process whose event loop has nothing to do; says what its longest gap was: the machine's own."""

    async def wait() -> Gap:
        gaps: list[Gap] = []
        async with watched(gaps):
            await asyncio.to_thread(until.wait)
        return max(gaps)

    answer.send(asyncio.run(wait()))


async def stall(one: Scene, count: int) -> Figure:
    """For how long the event loop stood still at most while so many went out, beside one that only waits."""
    one.people(count)
    one.unanswered("s", count, count)
    one.clock.now, over = DUE, SPAWN.Event()
    ours, theirs = SPAWN.Pipe()
    beside = SPAWN.Process(target=stand_by, args=(over, theirs))
    beside.start()
    settle_memory()  # as the bot does once it has started
    gaps: list[Gap] = []
    async with watched(gaps):
        seconds = await milliseconds(one.drain) / 1000
    over.set()
    worst, idle = max(gaps), ours.recv()
    beside.join()
    assert one.counting.sent.total() == count
    cpu = max(gap.cpu for gap in gaps)
    what = f"SQLite: longest stall of the loop, {count:,} due, {seconds:.0f} s"
    said = f"{worst.late:.1f} ms; an idle loop beside it {idle.late:.1f}; most CPU time in one gap {cpu:.1f}"
    return Figure(what, said, worst.late, STALL)
