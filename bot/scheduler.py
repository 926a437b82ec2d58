"""scheduler: APScheduler as a clock. One coalesced job in memory wakes the outbox; it holds no nudge.

Commits wake it at once; the job is for what becomes due by time alone. A tick that hangs or stays away ends
the process loudly, so that whoever supervises it starts a new one (reliability.md F43).
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import NoReturn

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.errors import Busy
from bot.logs import last_words

log = logging.getLogger(__name__)
EVERY = 1.0  # seconds
TOGETHER = 0.02  # seconds: what is committed within them is one round, not one each
DEAD_AFTER = 60.0  # seconds without a finished tick
ENDED = 70  # exit code: EX_SOFTWARE


def end_at_once(why: str) -> NoReturn:
    """The last word of a process that must not go on: its supervisor starts a new one."""
    log.critical("%s; ending the process", why)
    last_words()
    os._exit(ENDED)


class Ticker:
    """Runs `tick` whenever it is woken and at least every second; never twice at a time. The file `heartbeat`
    is touched after each round while `ready`.
    """

    def __init__(
        self,
        tick: Callable[[], Awaitable[object]],
        heartbeat: str = "",
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._tick, self._heartbeat = tick, Path(heartbeat) if heartbeat else None
        self._ready = ready
        self._woken = asyncio.Event()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._loop: asyncio.Task[None] | None = None
        self._stopping = threading.Event()
        self.ticked_at = time.monotonic()

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    def start(self) -> None:
        self.also(self._wake, EVERY)
        self._scheduler.start()
        self._loop = asyncio.get_running_loop().create_task(self._run())
        self.wake()  # for what fell due while nobody was there
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def also(self, job: Callable[[], Awaitable[object]], seconds: float) -> None:
        """Another job beside the tick, so often; one that has not ended is not started again."""

        @wraps(job)
        async def run() -> None:
            try:
                await job()
            except Busy as away:  # the next time is near
                log.warning("the database can't be used now", extra={"why": away.why})
            except asyncio.CancelledError:  # APScheduler would log the end of the process as the job's fault
                if not self._stopping.is_set():
                    raise

        self._scheduler.add_job(
            run, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    async def _wake(self) -> None:
        self.wake()

    async def _run(self) -> None:
        while True:
            await self._woken.wait()
            await asyncio.sleep(TOGETHER)
            self._woken.clear()
            try:
                await self._tick()
            except Exception:
                log.exception("tick failed")  # the next one is a second away; the watchdog counts
                continue
            self.ticked_at = time.monotonic()
            if self._heartbeat and self._ready():
                with suppress(OSError):  # it grows old, and that is what it's for
                    self._heartbeat.touch()

    @property
    def healthy(self) -> bool:
        return time.monotonic() - self.ticked_at < DEAD_AFTER

    def _watch(self) -> None:
        while not self._stopping.wait(EVERY):
            if not self.healthy:
                end_at_once(f"no tick for {DEAD_AFTER:.0f} seconds")

    async def stop(self) -> None:
        self._stopping.set()
        self._scheduler.shutdown(wait=False)
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
