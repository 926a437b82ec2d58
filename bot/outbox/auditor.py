"""outbox: the auditor. Once a minute it looks whether everything that should have gone out has.

It reads the record and the rows by itself, moves no row, and sends nothing that was due: it says what it
found, to the log each time and to the admins' channel once. Only a look that found nothing feeds the
heartbeat, so that silence is an alarm as well (reliability.md 3, step 10).
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection

from bot.domain.errors import Busy
from bot.domain.rules import Policy
from bot.outbox.owed import audited
from bot.outbox.ports import Messenger, Verdict
from bot.store import overdue, several
from bot.store.database import Database
from bot.store.overdue import GRACE, Finding, Undrawn
from bot.store.posts import Post
from bot.store.store import Store
from bot.words.pages import words

log = logging.getLogger(__name__)
EVERY = 60.0  # seconds
PIECE = 10  # incidents in one reading transaction: some 40 ms
REST = 4.0  # times as long as the piece took: others want to read too
REFUSED = "refused"  # by Slack: nothing can be posted about it, so it's for the log and for who watches
MARKED = 100  # findings in one writing transaction
NAMED = 20  # ids in a line of the log


def sentences(found: Iterable[Finding]) -> str:
    """What was found, a line a kind: how many, and nothing of what they are about."""
    kinds = Counter(finding.kind for finding in found)
    lines = [words("surfaces/alarm", {"n": n})(kind) for kind, n in sorted(kinds.items())]
    say = words("surfaces/alarm", {})
    return "\n".join([say("intro"), *lines, say("outro")])


class Auditor:
    """One for the process. `feed`: what tells a watcher outside that all is well. `authorised`: Slack's word
    for why it doesn't take our token, "" where it does.
    """

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        clock: Callable[[], datetime],
        policy: Policy,
        tenant: str,
        feed: Callable[[], Awaitable[None]] | None = None,
        rest: float = REST,
        authorised: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        self.database, self.messenger, self.clock, self.policy = database, messenger, clock, policy
        self.tenant, self.feed, self.rest, self.authorised = tenant, feed, rest, authorised
        self._told: set[Finding] = set()
        self._waiting: dict[tuple[str, int], datetime] = {}  # (surface, drawing shown) -> first seen undrawn

    async def run(self) -> list[Finding]:
        """One look at everything. Raises: Busy; then nothing is fed either."""
        refused = await self.authorised() if self.authorised else ""
        now = self.clock()
        found = [Finding(REFUSED, refused)] if refused else []
        found += await self.database.read(overdue.posts, now)
        found += self._undrawn(await self.database.read(overdue.surfaces), now)
        found = sorted([*found, *await self._owed(now)])
        for kind, some in groupby(found, lambda finding: finding.kind):
            ids = [finding.about for finding in some]
            log.error("audit found", extra={"finding": kind, "count": len(ids), "ids": ids[:NAMED]})
        await self._tell(found)
        if not found and self.feed:
            await self.feed()
        return found

    def _undrawn(self, waiting: list[Undrawn], now: datetime) -> list[Finding]:
        """Surfaces that have been dirty for too long; the painter moves their time on with each try."""
        since = {(s.about, s.drawn): min(s.run_at, now) for s in waiting}
        self._waiting = {key: min(at, self._waiting.get(key, at)) for key, at in since.items()}
        return [Finding("undrawn", about) for (about, _), at in self._waiting.items() if at < now - GRACE]

    async def _owed(self, now: datetime) -> list[Finding]:
        """Incident by incident, in short pieces. What is wrong is looked at twice: it may be changing."""
        found: list[Finding] = []
        last = ("", "")
        while keys := await self.database.read(overdue.incidents, last, now, PIECE):
            began = time.monotonic()
            wrong = await self.database.read(self._piece, keys, now)
            if wrong:
                again = await self.database.read(self._piece, keys, now)
                found += [finding for finding in wrong if finding in again]
            await asyncio.sleep((time.monotonic() - began) * self.rest)
            last = keys[-1]
        return found

    def _piece(self, connection: Connection, keys: Iterable[tuple[str, str]], now: datetime) -> list[Finding]:
        found: list[Finding] = []
        for tenant, some in groupby(keys, lambda one: one[0]):
            store, ids = Store(connection, tenant), [key for _, key in some]
            several.load(store, ids)  # from here on it knows them
            found += [f for key in ids for f in audited(store, key, self.policy, now)]
        return found

    # --- saying it ------------------------------------------------------------------------------
    async def _tell(self, found: Iterable[Finding]) -> None:
        """One message to the admins' channel about what is new; marked first, so it comes at most once."""
        channel, fresh = self.policy.contacts.admins_channel, await self._fresh(found)
        if not (channel and fresh):
            return
        answer = await self.messenger.post(self._message(channel, sentences(fresh)))
        if answer.verdict is not Verdict.YES:
            log.error("alarm not posted", extra={"reason": answer.reason})

    async def _fresh(self, found: Iterable[Finding]) -> list[Finding]:
        """Those that can be told and never were; of a database that takes no writes, those not told by this
        process.
        """
        fresh = [one for one in found if one not in self._told and one.kind != REFUSED]
        self._told |= set(fresh)
        marked: list[Finding] = []
        try:
            for start in range(0, len(fresh), MARKED):
                marked += await self.database.write(self._mark, fresh[start : start + MARKED])
        except Busy:
            return fresh
        return marked

    def _mark(self, connection: Connection, fresh: list[Finding]) -> list[Finding]:
        store, now = Store(connection, self.tenant), self.clock()
        return [f for f in fresh if store.first_time(now, "alarm", f.kind, f.about)]

    def _message(self, channel: str, text: str) -> Post:
        return Post(
            tenant=self.tenant,
            incident="",
            kind="alarm",
            recipient=channel,
            due_at=self.clock(),
            place="channel",
            data={},
            id=uuid.uuid4().hex,
            channel=channel,
            body={"text": text},
        )
