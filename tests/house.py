"""A bot and its local Slack, for tests: in this process, over either transport, with a real database."""

from __future__ import annotations

import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import yaml

from bot.bootstrap import Bot
from bot.outbox.pace import Pace
from bot.playground.driver import Member
from bot.playground.people import ROLES
from bot.playground.play import POLICY, ROOT
from bot.playground.server import LocalSlack
from bot.settings import Settings, from_environment
from tests.store.databases import migrated_file

PORTS = range(20_000, 30_000)  # below those that Linux (32768) and macOS (49152) give to connections
IDS = {role.key: role.id for role in ROLES}


def free_port() -> int:
    """A port that nobody listens on. One that the system picks itself it may give to any connection next."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def environment(slack: LocalSlack, folder: Path, transport: str, port: int, **more: str) -> dict[str, str]:
    """What the bot is told about this Slack: no more than it would be told about the real one."""
    policy = folder / "policy.toml"
    if not policy.exists():
        policy.write_text(POLICY.format(**IDS), encoding="utf-8")
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token if transport == "socket" else "",
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder}/bot.db",
        "POLICY_FILE": str(policy),
        "CLOCK_OFFSET_FILE": str(folder / "clock"),
        **more,
    }


class House:
    """The two together."""

    bot: Bot

    def __init__(self, slack: LocalSlack, settings: Settings) -> None:
        self.slack, self.settings = slack, settings

    def __getattr__(self, name: str) -> Member:
        """`house.reporter`, `house.boss`, …: people of the local Slack."""
        if name in IDS:
            return self.slack.person(name)
        raise AttributeError(name)

    async def later(self, **ahead: float) -> None:
        """Move the clock that Slack and the bot share; arguments as of timedelta. What has begun ends first:
        a message that the clock overtakes on its way comes later than those that are due by then.
        """
        await self.bot.tick()
        await self.bot.drain()
        self.slack.clock.advance(timedelta(**ahead).total_seconds())
        self.bot.ticker.wake()

    async def monday_morning(self, zone: str = "Europe/Stockholm", hour: int = 10) -> None:
        """Ten o'clock (or another hour) of a working day there, so that timers count."""
        self.slack.clock.next_morning(zone, hour)
        while self.slack.clock.now().weekday() != 0:
            self.slack.clock.advance(timedelta(days=1).total_seconds())
        await self.later()

    async def start(self) -> None:
        """A bot that leaves no second between two messages of a channel; the outbox is tested with it."""
        self.bot = Bot(self.settings)
        await self.bot.__aenter__()
        self.hurry()

    def hurry(self) -> None:
        """Nothing waits for its turn."""
        self.bot.sender.pace = self.bot.client.pace = Pace(spacing=0.0, rates={})

    async def restart(self) -> None:
        """The bot ends and a new one starts on the same database; nothing is handed to nobody meanwhile."""
        for _ in range(2):  # what went out wants cards drawn anew
            await self.bot.tick()
            await self.bot.drain()
            await self.slack.settle()
        await self.bot.__aexit__(None, None, None)
        await self.start()

    def check(self) -> None:
        """Nothing unexpected was answered, nothing broke a rule of Slack."""
        assert not self.slack.violations, self.slack.violations
        assert not self.slack.unexpected(), self.slack.unexpected()


@asynccontextmanager
async def open_house(folder: Path, transport: str = "socket", **more: str) -> AsyncIterator[House]:
    port = free_port()
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    url = f"http://127.0.0.1:{port}/slack/events" if transport == "http" else None
    slack = LocalSlack(manifest, events_url=url)
    slack.clock_file = folder / "clock"
    if "DATABASE_URL" not in more:
        migrated_file(folder / "bot.db")
    await slack.start()
    house = House(slack, from_environment(environment(slack, folder, transport, port, **more)))
    try:
        await house.start()
        try:
            yield house
        finally:
            await house.bot.__aexit__(None, None, None)
    finally:
        await slack.stop()
