"""Incidents for a bot to be tortured with: opened and told through the guide, one after the other."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.level import Level
from bot.domain.record import Event, Page, What
from bot.domain.rules import Policy
from bot.guide import messages, team
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.store.database import Database
from bot.store.posts import NOTICE
from bot.store.store import Store

POLICY = """
cap = 99
[windows]
large = { days = "daily", from = "00:00", to = "24:00" }
"""


class Author:
    """Writes incidents into the bot's database, as its own use cases do."""

    def __init__(
        self, database: Database, policy: Policy, clock: Callable[[], datetime], tenant: str, seed: int
    ) -> None:
        self.database, self.policy, self.clock, self.tenant = database, policy, clock, tenant
        self.dice = random.Random(seed)  # noqa: S311 - reproducible, no secret
        self.written: list[str] = []

    def write(self, reporters: list[str], bosses: list[str], channels: list[str]) -> None:
        """One more: harm may run, the boss is told, a team has been asked in."""
        key, dice = f"i{len(self.written):05}", self.dice
        who = (dice.choice(reporters), dice.sample(bosses, 3), dice.choice(channels))
        self.database.transact(self._begin, key, *who)
        self.written.append(key)

    def _begin(
        self, connection: Connection, key: str, reporter: str, ladder: list[str], channel: str
    ) -> None:
        work = Work(Store(connection, self.tenant), self.clock(), self.policy)
        work.store.create(key, reporter, work.now)
        work.store.set_level(key, Level.LARGE)
        page = Page("open", "", 1, {"still_going": "yes", "reach": "one"}, False, reporter, work.now)
        work.store.save_page(key, page)
        told = {"how": "send", "boss": ladder[0], "ladder": ladder, "notified": ladder[:1]}
        work.store.append(
            key, [Event(work.now, What.OPENED, reporter), Event(work.now, What.TOLD, reporter, data=told)]
        )
        incident = work.reload(key)
        messages.send(work, incident, NOTICE, ladder[0], text="I need to tell you about a mistake")
        team.chosen(work, incident, {"channel": channel}, reporter, "")
        settle(work, key)
