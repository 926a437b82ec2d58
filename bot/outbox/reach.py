"""outbox: reaching whoever a post is for: who they are, their DM, whether a channel may still be posted in.

All of it can be repeated freely, so it is done before the claim.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.outbox.kinds import kind_of
from bot.outbox.ports import Answer, Messenger, Verdict
from bot.store import people
from bot.store.database import Database
from bot.store.people import Person
from bot.store.posts import Post
from bot.store.store import Store

ROOM_SECONDS = 60.0  # for which Slack's word about a channel is trusted
INVITED = ("member", "guest")  # accounts that may be invited into the team's channel
REACHED = (*INVITED, "unknown")  # accounts that a DM can be opened with


class Reach:
    """One for the sender."""

    def __init__(self, database: Database, messenger: Messenger, clock: Callable[[], datetime]) -> None:
        self.database, self.messenger, self.clock = database, messenger, clock
        self._rooms: dict[str, float] = {}  # channel -> when Slack last said that we may post there

    async def prepare(self, post: Post) -> Answer:
        """YES, or why it cannot go now."""
        user, known = await self.database.read(addressee, post)
        if user:
            return await self._person(post, user, known)
        if post.place == "room":  # it is yet to be made, or only put away
            return Answer(Verdict.YES)
        if post.place == "member":
            room = await self.room(post.channel)
            return await self._member(post) if room.verdict is Verdict.YES else room
        return await self.room(post.recipient)

    async def _person(self, post: Post, user: str, known: Person | None) -> Answer:
        """Look the person up and open their DM where that is not known."""
        now, before = self.clock(), known
        if known is None or (kind_of(post).member_only and not known.fresh(now)):
            found = await self.messenger.person(user)
            if isinstance(found, Answer):
                return found
            known = replace(found, fetched_at=now, dm=known.dm if known else "")
        if not known.dm and known.kind in REACHED:
            opened = await self.messenger.open_dm(user)
            if opened.verdict is Verdict.UNKNOWN:  # opening can be repeated: as good as a no
                return replace(opened, verdict=Verdict.RETRY)
            if opened.verdict is not Verdict.YES:
                return opened
            known = replace(known, dm=opened.value)
        if known != before:
            await self.database.write(_keep, post.tenant, known)
        return Answer(Verdict.YES)

    async def _member(self, post: Post) -> Answer:
        """Whoever is to be invited may have left, or belong to somebody else's workspace, by now."""
        found = await self.messenger.person(post.recipient)
        if isinstance(found, Answer):
            return found
        known = found.kind in INVITED
        return Answer(Verdict.YES) if known else Answer(Verdict.NEVER, reason=f"person_{found.kind}")

    async def room(self, channel: str) -> Answer:
        """A channel may have been archived, shared, or left by us since it was picked (F59)."""
        seen_at = self._rooms.get(channel, float("-inf"))
        if time.monotonic() - seen_at < ROOM_SECONDS:
            return Answer(Verdict.YES)
        problem, known = await self.messenger.room(channel)
        if known.verdict is Verdict.YES and not problem:
            self._rooms[channel] = time.monotonic()
        return Answer(Verdict.NEVER, reason=problem) if problem else known


def addressee(connection: Connection, post: Post) -> tuple[str, Person | None]:
    """The user whose DM it goes to, "" for a channel, and what is known of them.

    The one place where a practice run is turned back to the person who practises.
    """
    store = Store(connection, post.tenant)
    head = store.head(post.incident) if post.incident else None
    user = head.reporter if head and head.practice else post.recipient if post.place == "dm" else ""
    return user, people.get(store, [user]).get(user)


def _keep(connection: Connection, tenant: str, person: Person) -> None:
    people.put(Store(connection, tenant), person)
