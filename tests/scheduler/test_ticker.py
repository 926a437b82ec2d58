"""The clock that wakes the outbox: a failed round is followed by the next; a hanging one ends it aloud."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import pytest

from bot import scheduler
from bot.playground.play import ROOT
from bot.scheduler import ENDED, Ticker

HANGING = """
import asyncio
from bot import scheduler
scheduler.DEAD_AFTER = 1.0
async def hang():
    await asyncio.Event().wait()
async def main():
    scheduler.Ticker(hang).start()
    await asyncio.Event().wait()
asyncio.run(main())
"""
BLOCKING = HANGING.replace("await asyncio.Event().wait()", "__import__('time').sleep(30)", 1)


class Rounds:
    """A tick that counts itself and fails where it is told to."""

    def __init__(self, *failing: int) -> None:
        self.failing, self.count, self.reached = failing, 0, asyncio.Condition()

    async def __call__(self) -> None:
        async with self.reached:
            self.count += 1
            self.reached.notify_all()
        if self.count in self.failing:
            raise ValueError("made up")

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10), self.reached:
            await self.reached.wait_for(lambda: self.count >= count)


@pytest.mark.parametrize("n", [1, 2, 3])
async def test_after_a_round_that_fails_the_next_one_runs(n: int, caplog: pytest.LogCaptureFixture) -> None:
    rounds = Rounds(n)
    ticker = Ticker(rounds)
    ticker.start()
    for count in range(1, 5):
        ticker.wake()
        await rounds.until(count)
    await ticker.stop()
    assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == ["tick failed"]


async def test_it_runs_by_itself_and_touches_its_file(tmp_path: Path) -> None:
    rounds = Rounds()
    ticker = Ticker(rounds, str(tmp_path / "heartbeat"))
    ticker.start()
    await rounds.until(2)
    await ticker.stop()
    assert (tmp_path / "heartbeat").exists()
    assert ticker.healthy


async def test_another_job_runs_beside_it_and_its_fault_disturbs_nobody() -> None:
    rounds, other = Rounds(), Rounds(1)
    ticker = Ticker(rounds)
    ticker.also(other.__call__, 0.05)
    ticker.start()
    await other.until(2)
    await rounds.until(1)
    await ticker.stop()


async def test_without_a_finished_round_it_is_not_healthy() -> None:
    ticker = Ticker(Rounds())
    ticker.ticked_at -= scheduler.DEAD_AFTER
    assert not ticker.healthy


@pytest.mark.parametrize("code", [HANGING, BLOCKING], ids=["hanging", "blocking"])
async def test_a_round_that_hangs_ends_the_process_aloud(code: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(20):
        _, err = await process.communicate()
    assert process.returncode == ENDED
    assert b"ending the process" in err


async def test_a_job_that_works_when_the_process_ends_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    """The auditor rests between its pieces; ending it there isn't something to wake anyone for."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    ticker = Ticker(Rounds())
    ticker.also(job, 0.01)
    ticker.start()
    await begun.wait()
    await ticker.stop()
    await ended.wait()
    await asyncio.sleep(0)  # what follows the job's end, in APScheduler
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []
