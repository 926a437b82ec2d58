"""Bots that are killed over and over while nudges drain against a local Slack that fails and lies.

The fork server has only imported the code; each bot starts through the real `bootstrap` and dies by SIGKILL,
at a named point or at any moment. The clock both share is moved, so that leases take no real time.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import yaml

from bot.playground.faults import MIX
from bot.playground.play import ROOT
from bot.playground.server import LocalSlack
from bot.playground.workspace import Channel
from bot.policy import load_policy
from bot.settings import from_environment
from bot.store.database import Database
from bot.store.schema import migrate
from tests.house import environment, free_port
from tests.torture.incidents import POLICY, Author
from tests.torture.points import OFTEN, POINTS, RARE, Plan, child
from tests.torture.verdict import under_way

FAULTS = (*MIX, ("timeout", "before"), ("timeout", "after"))
FAILING = frozenset({"chat.postMessage", "chat.update", "conversations.history", "conversations.replies",
                     "conversations.open", "users.info", "conversations.info"})  # fmt: skip
LAG = 10.0  # seconds of the shared clock for which a message is not in the history yet
PATIENCE = 2.5  # seconds in which a planned point is reached, or the bot dies wherever it is
STEPS = (3.0, 17.0, 17.0, 45.0, 62.0)  # seconds of the shared clock between two lives
OWN_FAULTS = frozenset({"post failed", "surface failed", "tick failed", "posted twice"})
FREEZE_AT = ("claim.claim:after", "post:after", "find:after", "sender._taken:after", "outcome.check:before")


class Rig:
    """`url` may name a Postgres; then a frozen bot's work is taken over by another one meanwhile."""

    def __init__(
        self, slack: LocalSlack, folder: Path, seed: int, url: str, unreadable: float, skew: float
    ) -> None:
        self.slack, self.folder, self.seed = slack, folder, seed
        self.dice = random.Random(seed)  # noqa: S311 - reproducible, no secret
        self.log = folder / "bot.log"
        self.kills: Counter[str] = Counter()  # by point; "anywhere" for those at any moment
        self.frozen: Counter[str] = Counter()
        (folder / "policy.toml").write_text(POLICY)
        self.skew, self._ahead, self._own_clock = skew, 0.0, folder / "own clock"
        moved = {"CLOCK_OFFSET_FILE": str(self._own_clock)}
        self.env = environment(slack, folder, "http", free_port(), DATABASE_URL=url, **moved)
        self.settings = from_environment(self.env)
        self.database = Database(self.settings.database_url)
        migrate(self.database)
        self.reporters = [self._person(f"reporter{n}") for n in range(60)]
        self.bosses = [self._person(f"boss{n}") for n in range(60)]
        self.channels = [self._channel(f"team{n}") for n in range(40)]
        self.hidden = self._hide(unreadable)
        policy = load_policy((folder / "policy.toml").read_text())
        self.author = Author(self.database, policy, slack.clock.now, slack.workspace.team_id, seed)
        self.policy = policy
        self.server = multiprocessing.get_context("forkserver")
        self.server.set_forkserver_preload(["tests.torture.points"])

    # --- the workspace --------------------------------------------------------------------------
    def _person(self, handle: str) -> str:
        return self.slack.add_person(handle).id

    def _channel(self, name: str) -> str:
        space = self.slack.workspace
        channel = Channel(space.new_id("C"), name, "public", {self.slack.core.bot.id})
        space.channels[channel.id] = channel
        return channel.id

    def _hide(self, share: float) -> set[str]:
        """For this share of conversations the app may not read the history."""
        self.slack.scopes.add("channels:history")  # the app does without; with it threads are read as well
        all_ = [f"D{user[1:]}" for user in (*self.reporters, *self.bosses)] + self.channels
        hidden = set(self.dice.sample(all_, round(len(all_) * share)))
        for channel in hidden:
            for method in ("conversations.history", "conversations.replies"):
                self.slack.faults.add(kind="error:missing_scope", method=method, channel=channel, times=None)
        return hidden

    def jump(self, seconds: float) -> None:
        """Move both clocks; what was posted grows older by it for the history too."""
        self.slack.clock.advance(seconds)
        self._set_own_clock()
        young = time.monotonic() - LAG
        for channel in self.slack.workspace.channels.values():
            for ts in reversed(channel.timeline):
                message = channel.messages[ts]
                if message.posted_at < young:
                    break
                message.posted_at -= seconds

    def _set_own_clock(self) -> None:
        """The bot's clock is as far from Slack's as in this life."""
        self._own_clock.write_text(str(self.slack.clock.offset + self._ahead))

    # --- lives ----------------------------------------------------------------------------------
    def start(self, plan: Plan) -> ForkServerProcess:
        """Its clock differs from Slack's, and from that of the life before, by up to `skew` seconds."""
        self._ahead = self.dice.uniform(-self.skew, self.skew)
        self._set_own_clock()
        settings = replace(self.settings, port=free_port())
        life = self.server.Process(target=child, args=(settings, plan, str(self.log)), daemon=True)
        life.start()
        return life

    async def life(self, plan: Plan, patience: float) -> None:
        """One bot from its start to its death."""
        bot = self.start(plan)
        try:
            await ended(bot, patience)
        except TimeoutError:
            self.kills["anywhere"] += 1
        else:
            assert bot.exitcode == -signal.SIGKILL, (plan, bot.exitcode, self.log.read_text()[-2000:])
            self.kills[plan.point] += 1
        await kill(bot)

    async def freeze(self, point: str) -> None:
        """A bot stops at a point until its lease is long over, then goes on as if nothing had happened."""
        bot = self.start(Plan(point, 1, freeze=True))
        with suppress(TimeoutError):
            await stopped(bot, PATIENCE)
            self.frozen[point] += 1
            await self.lease_passes()
            os.kill(bot.pid or 0, signal.SIGCONT)
            await asyncio.sleep(0.4)
        await kill(bot)
        self.kills["anywhere"] += 1

    async def lease_passes(self) -> None:
        """More than a minute of the shared clock; on Postgres another bot works meanwhile."""
        other = None if self.database.sqlite else self.start(Plan())
        for seconds in (62.0, 17.0, 17.0):
            self.jump(seconds)
            await asyncio.sleep(0.3)
        if other:
            await kill(other)

    async def torture(self, kills: int) -> None:
        """So many kills, with new incidents now and then, and 15 % of all calls going wrong."""
        self.slack.faults.random(0.15, self.seed, methods=FAILING, mix=FAULTS)
        self.slack.faults.history_lag = LAG
        while (done := self.kills.total()) < kills:
            self.author.write(self.reporters, self.bosses, self.channels)
            if done % 67 == 66:
                await self.freeze(self.dice.choice(FREEZE_AT))
            elif done % 4 == 3:
                await self.life(Plan(), self.dice.uniform(0.05, 0.9))
            else:
                await self.life(self.plan(), PATIENCE)
            self.slack.calls.clear()
            self.jump(self.dice.choice(STEPS))

    def plan(self) -> Plan:
        point = self.dice.choice(POINTS)
        if point.split(":")[0] in RARE and self.dice.random() < 0.7:
            point = self.dice.choice(OFTEN)
        return Plan(point, self.dice.choice((1, 1, 2, 3)) if point in OFTEN else 1)

    async def drain(self) -> None:
        """No more faults and no more kills: whatever was due by now arrives."""
        self.slack.faults.random(0.0, 0)
        self.skew = 0.0
        by, bot = self.slack.clock.now(), self.start(Plan())
        async with asyncio.timeout(300):
            while (soonest := self.database.look(under_way, by)) is not None:
                assert bot.exitcode is None, self.log.read_text()[-2000:]
                self.jump(max(0.0, (soonest - self.slack.clock.now()).total_seconds()))
                await asyncio.sleep(0.1)
        await kill(bot)

    def complaints(self) -> list[str]:
        """Faults of the bot's own that it wrote into its log."""
        said = self.log.read_text().splitlines() if self.log.exists() else []
        return sorted({line for line in said if line in OWN_FAULTS})


async def ended(bot: ForkServerProcess, patience: float) -> None:
    """Return when the process has ended. Raises: TimeoutError."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(bot.sentinel, done.set)
    try:
        async with asyncio.timeout(patience):
            await done.wait()
    finally:
        loop.remove_reader(bot.sentinel)
    bot.join()


async def stopped(bot: ForkServerProcess, patience: float) -> None:
    """Return when the process stands still. Raises: TimeoutError."""
    async with asyncio.timeout(patience):
        while Path(f"/proc/{bot.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            await asyncio.sleep(0.005)


async def kill(bot: ForkServerProcess) -> None:
    if bot.is_alive():
        bot.kill()
        await ended(bot, 60.0)
    bot.close()


@asynccontextmanager
async def rigged(
    folder: Path, seed: int, url: str = "", unreadable: float = 0.0, skew: float = 0.0
) -> AsyncIterator[Rig]:
    """A local Slack that tells the app of nothing, and bots to be killed."""
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    manifest["settings"]["event_subscriptions"] = {}
    slack = LocalSlack(manifest, events_url="http://127.0.0.1:9/unused")
    slack.clock_file = folder / "clock"
    await slack.start()
    rig = Rig(slack, folder, seed, url or f"sqlite:///{folder}/bot.db", unreadable, skew)
    try:
        yield rig
    finally:
        rig.database.close()
        await slack.stop()
