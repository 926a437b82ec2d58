"""A sender on a database with many reminders, between a clock that we move and a Slack that only counts."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, func, select, text

from bot.domain.record import Event, What
from bot.outbox.pace import Pace
from bot.outbox.ports import Answer, Verdict
from bot.outbox.sender import Sender
from bot.policy import load_policy
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import Post, State
from tests.outbox.copies import acquaint, multiply
from tests.outbox.desk import T0, TENANT, Desk, ScriptedSlack

POLICY = load_policy("cap = 99\n")
DUE = T0 + timedelta(minutes=15)  # of a large one: the boss has not answered, or has not been told
WAITING = """
INSERT INTO posts (id, tenant, incident, kind, party, ordinal, recipient, place, due_at, run_at, priority,
  attempt, reads, state, thread, data, reason, bundle, channel, sent_ts)
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count})
SELECT 'w' || n, 'T1', 'w' || (n / 5), 'stale', '', n % 5, 'U' || (n % 5000), 'dm',
  '2024-02-01 10:00:00.000000', '2024-02-01 10:00:00.000000', 2, 0, 0, 'pending', '', '{{}}', '', '', '', ''
  FROM n
"""


@dataclass
class CountingSlack(ScriptedSlack):
    """Says yes at once and keeps nothing that grows. Seconds are of the clock that we move."""

    sent: Counter[int] = field(default_factory=Counter)  # by priority
    last: dict[int, float] = field(default_factory=dict)  # priority -> when the last one of it went out
    out_of_turn: int = 0  # posts after something less urgent to the same person
    too_soon: int = 0  # posts within a second of the one before to the same person
    _before: dict[str, tuple[int, float]] = field(default_factory=dict)  # person -> (least urgent, when)

    async def post(self, post: Post) -> Answer:
        now = self.clock.seconds()
        least, at = self._before.get(post.recipient, (post.priority, -math.inf))
        self.out_of_turn += post.priority < least
        self.too_soon += now - at < 0.999  # the clock has microseconds
        self._before[post.recipient] = max(least, post.priority), now
        self.sent[post.priority] += 1
        self.last[post.priority] = now
        return Answer(Verdict.YES, value=f"{self.sent.total()}.000001")


class Scene(Desk):
    """`real`: the pace goes by the machine's clock, not by the one that we move."""

    def __init__(self, database: Database, *, real: bool = True) -> None:
        super().__init__(database)
        self.policy, self.counting = POLICY, CountingSlack(self.clock)
        monotonic = time.monotonic if real else self.clock.seconds
        pace = Pace(monotonic=monotonic)
        self.sender = Sender(database, self.counting, self.clock, POLICY, pace, monotonic)

    def waiting(self, count: int) -> None:
        """So many nudges to 5,000 people, due in a month."""
        self.database.transact(lambda connection: connection.execute(text(WAITING.format(count=count))))
        if not self.database.sqlite:
            with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE posts"))  # as Postgres does by itself in a minute

    def people(self, count: int) -> None:
        """U0, U1, …, whom the bot has written to before."""
        dms = {f"U{n}": f"D{n}" for n in range(count)}
        self.database.transact(acquaint, TENANT, dms, self.clock())

    def unanswered(self, key: str, count: int, people: int) -> None:
        """Told just now; `ack.1`, an escalation, is due at a boss each in 15 minutes."""
        self.incident(key, self.told("B"))
        self._multiply(key, count, people)

    def untold(self, key: str, count: int, people: int) -> None:
        """Opened just now; `tell`, a promise, is due at a reporter each in 15 minutes."""
        self.incident(key)
        self._multiply(key, count, people)

    def over(self, key: str, count: int, people: int) -> None:
        """Closed just now; `letgo`, routine, is due at a reporter each at once."""
        ended = (Event(self.clock(), what, "R") for what in (What.FIXED, What.CLOSED))
        self.incident(key, self.told("B"), *ended)
        self._multiply(key, count, people)

    def _multiply(self, key: str, count: int, people: int) -> None:
        names = [{"R": f"U{n % people}", "B": f"U{(n + 1) % people}"} for n in range(count)]
        self.database.transact(multiply, key, names)

    async def drain(self) -> None:
        """Send what is due now, to the last of it."""
        while await self.sender.tick() is not None:
            pass
        await self.sender.flights.landed(60)

    def due(self) -> int:
        """How many posts wait though their time has come."""

        def count(connection: Connection) -> int:
            p = t.posts.c
            where = (p.state == State.PENDING.value, p.due_at <= self.clock())
            return connection.execute(select(func.count()).where(*where)).scalar_one()

        return self.database.look(count)
