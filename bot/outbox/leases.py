"""outbox: what is being sent belongs to the process that sends it, and to elapsed time, not to a clock.

Each process counts in the database (`store.workers`). One whose number stands still for a minute of our own
elapsed time is dead or frozen, and what it was sending is looked for. What we ourselves have let go of
without an outcome is looked for at once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.outbox import outcome
from bot.outbox.claim import LEASE
from bot.store import posts, queue, waits, workers

EVERY = 5.0  # seconds between two looks
SETTLE = timedelta(seconds=15)  # history may lag behind a post


class Leases:
    """One for the sender. `held`: ids of the rows that this process is working on."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.worker, self.held = uuid.uuid4().hex[:12], set[str]()
        self.alone = False  # no one else can be at work on this database: the file's lock is ours
        self._monotonic = monotonic
        self._looked_at = float("-inf")
        self._lived: dict[str, tuple[int | None, float]] = {}  # worker -> its number, when we saw that change

    def due(self) -> bool:
        return self._monotonic() - self._looked_at >= EVERY

    def look(self, connection: Connection, now: datetime) -> None:
        """Say that we live, and see whether everyone else does who is sending something."""
        dead = {worker for worker in self._lived if not self._lives(worker)}
        beats = {} if self.alone else workers.beat(connection, self.worker, dead)
        rows = queue.being_sent(connection)
        for worker in {*beats, *(row.holder for row in rows)} - {self.worker}:
            self._see(worker, beats.get(worker))
        # Rows first, then who holds them: what was claimed before we read had been held before that.
        over = [row for row in rows if not self._holds(row)]
        for row in over:
            outcome.check(connection, row, now + SETTLE, "lease over")
        if any(row.holder != self.worker for row in over):
            waits.cut_short(connection, now, now + SETTLE)  # by the clock of a process that is gone
        self._lived = {w: seen for w, seen in self._lived.items() if w in beats or self._lives(w)}
        self._looked_at = self._monotonic()

    def _see(self, worker: str, beat: int | None) -> None:
        known = self._lived.get(worker)
        if known is None or (beat is not None and beat != known[0]):
            self._lived[worker] = beat, self._monotonic()

    def _lives(self, worker: str) -> bool:
        seen_at = self._lived[worker][1]
        return not self.alone and self._monotonic() - seen_at < LEASE.total_seconds()

    def _holds(self, row: posts.Post) -> bool:
        return row.id in self.held if row.holder == self.worker else self._lives(row.holder)
