"""The bot as a real process beside a local Slack, to be killed at any moment and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import yaml

from bot.playground.changes import holds
from bot.playground.play import ROOT
from bot.playground.server import LocalSlack
from tests.edge.acts import rows
from tests.house import House, environment, free_port

T = TypeVar("T")
THOROUGH = "KILLS" in os.environ  # `make crash`: every case instead of a share of them
PATIENCE = 60.0  # seconds; a busy machine is slow, a hang is for ever


def share(cases: Sequence[T], one_in: int) -> Sequence[T]:
    """Every so-many-th case, from the first; all of them for `make crash`."""
    return cases if THOROUGH else cases[::one_in]


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once `condition()` is true; for what no event tells of. Raises: TimeoutError."""
    async with asyncio.timeout(seconds):
        while not holds(condition):
            await asyncio.sleep(0.02)


class Rig:
    """`slack` and a process that can be killed. `log` is what the process wrote to standard error."""

    def __init__(self, slack: LocalSlack, folder: Path, env: dict[str, str], transport: str) -> None:
        self.slack, self.folder, self.env, self.transport = slack, folder, env, transport
        self.log = folder / "bot.log"
        self.process: asyncio.subprocess.Process | None = None
        self.under: Sequence[str] = ()  # the command that runs the bot's own, if any
        self._read = 0  # how much of the log an earlier process wrote

    async def start(self) -> None:
        """Start the process and wait until Slack can reach it."""
        self._read = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.under, sys.executable, str(ROOT / "app.py"), env=self.env, stderr=log, cwd=ROOT
            )
        await until(self._reachable)

    def _reachable(self) -> bool:
        assert self.process is not None
        assert self.process.returncode is None, self.log.read_text()
        if self.transport == "socket":
            return len(self.slack.socket.connections) >= 2
        return b'"listening"' in self.log.read_bytes()[self._read :]

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it without a word (or with one)."""
        assert self.process is not None
        self.process.send_signal(how)
        await self.process.wait()
        await until(lambda: not self.slack.socket.connections)

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    def posts(self, kind: str) -> list[tuple[str, int]]:
        """(state, attempt) of every post of a kind."""
        return [
            (r[0], r[1]) for r in rows(self.folder, "SELECT state, attempt FROM posts WHERE kind = ?", kind)
        ]


@asynccontextmanager
async def rigged(
    folder: Path, transport: str = "socket", *, under: Sequence[str] = (), **more: str
) -> AsyncIterator[Rig]:
    """A started rig; everything is ended at the end."""
    port = free_port()
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    url = f"http://127.0.0.1:{port}/slack/events" if transport == "http" else None
    slack = LocalSlack(manifest, events_url=url)
    slack.clock_file = folder / "clock"
    await slack.start()
    env = {**os.environ, **environment(slack, folder, transport, port, **{"LOG_LEVEL": "INFO", **more})}
    rig = Rig(slack, folder, env, transport)
    rig.under = under
    try:
        await rig.start()
        yield rig
    finally:
        if rig.process is not None and rig.process.returncode is None:
            await rig.kill()
        await slack.stop()


async def jump(house: House, seconds: float) -> None:
    """Move the clock that a bot in this process shares, and let it look at once."""
    house.slack.clock.advance(seconds)
    house.bot.ticker.wake()
