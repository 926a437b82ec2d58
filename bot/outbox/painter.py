"""outbox: the painter. Dirty surfaces are drawn from the state of this moment until none is dirty."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.errors import Busy
from bot.domain.rules import Policy
from bot.outbox.anew import Anew, lost
from bot.outbox.flights import Flights
from bot.outbox.ports import Answer, Body, Messenger, Moment, Verdict
from bot.outbox.reach import Reach
from bot.store import posts, surfaces
from bot.store.database import Database
from bot.store.posts import CARD, HOME, RCARD, Post, State
from bot.store.store import Store
from bot.store.surfaces import TAKEN_DOWN, Surface

log = logging.getLogger(__name__)
BATCH = 20
ROUND = 5.0  # seconds of one tick, as the sender's
GRACE = 1.0  # seconds for which a tick waits for what is under way
HELD = timedelta(seconds=30)  # nobody else draws it meanwhile; a crash frees it
REST = 5.0  # seconds at the most, where Slack gives no more turns for now
AGAIN = 5.0  # seconds, when Slack was not reached
LATER = 60.0  # seconds, when Slack does not let us in


class Painter:
    """One for the process. Drawing is repeated freely: it shows the newest state each time."""

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        clock: Callable[[], datetime],
        policy: Policy,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self.database, self.messenger, self.clock, self.policy = database, messenger, clock, policy
        self.flights = Flights(BATCH)
        self.reach = Reach(database, messenger, clock)
        self.anew = Anew(database, messenger, clock, self.reach)
        self._rests_until = float("-inf")

    async def tick(self) -> float | None:
        """Draw what is dirty, for some seconds at most; 0.0 when there is more to do. Raises: Busy."""
        if (resting := self._rests_until - self._monotonic()) > 0:
            return resting
        ends = self._monotonic() + ROUND
        due = await self.database.read(surfaces.next_run)
        if due is None or due > self.clock():
            return None
        while self._monotonic() < ends:
            if self._rests_until > self._monotonic():
                return self._rests_until - self._monotonic()
            found = await self.database.write(_taken, self.clock(), self.flights.free)
            for surface in found:
                self.flights.begin(self._safely(surface))
            if found:
                await self.flights.half(ROUND)
            elif not self.flights or not await self.flights.landed(GRACE):
                return None
        return 0.0

    async def _safely(self, surface: Surface) -> None:
        """One that cannot be drawn must not stop the others; it is free again when its hold is over."""
        try:
            await self._draw(surface)
        except Busy as away:
            log.warning("the database can't be used now", extra={"why": away.why})
        except Exception:
            log.exception("surface failed", extra={"kind": surface.kind})

    async def _draw(self, surface: Surface) -> None:
        if surface.kind == TAKEN_DOWN:
            answer = await self.messenger.take_down(*surface.subject.split(":", 1))
            await self.database.write(_gone, surface, answer, self.clock())
            return
        post, body, channel = await self.database.read(self._body, surface)
        if body is None or (post is not None and post.body == body):  # erased since; or it shows just that
            await self.database.write(surfaces.drawn, surface, self.clock())
            return
        if post is None:
            answer = await self.messenger.publish(surface.subject, body)
        else:
            answer = await self._redraw(post, body, channel)
            if lost(post, answer):
                answer = await self.anew.post(post, body, answer.reason)
        if answer.verdict is Verdict.WAIT:  # not drawn for nothing, one after the other, until it's our turn
            self._rests_until = self._monotonic() + min(answer.wait, REST)
        await self.database.write(_drawn, surface, post, body, answer, self.clock())

    async def _redraw(self, post: Post, body: Body, channel: str) -> Answer:
        """A channel that people outside read by now learns nothing new (F59)."""
        room = await self.reach.room(channel) if channel else Answer(Verdict.YES)
        return await self.messenger.redraw(post, body) if room.verdict is Verdict.YES else room

    def _body(self, connection: Connection, surface: Surface) -> tuple[Post | None, Body | None, str]:
        """The message as it is and as it should be; and the team's channel, where that tells of the case."""
        post = None if surface.kind == HOME else posts.by_id(connection, surface.subject)
        if surface.kind != HOME and (post is None or post.state is not State.SENT):
            return None, None, ""
        store, moment = Store(connection, surface.tenant), Moment(self.clock(), self.policy)
        incident = store.load(post.incident) if post and post.channel == post.recipient else None
        channel = incident.team_channel if incident and post and post.kind == CARD else ""
        body = self.messenger.compose_surface(store, surface, post, moment)
        return post, body, channel if post and channel == post.channel else ""


def _taken(connection: Connection, now: datetime, limit: int) -> list[Surface]:
    found = surfaces.dirty(connection, now, limit)
    for surface in found:
        surfaces.hold(connection, surface, now + HELD)
    return found


def _drawn(
    connection: Connection, surface: Surface, post: Post | None, body: Body, answer: Answer, now: datetime
) -> None:
    if post is not None and post.kind == CARD:
        _withheld(connection, post, answer, now)
    if post is not None and answer.verdict is Verdict.YES:
        older = surfaces.wished_again(connection, surface)  # it could hold what was erased since
        posts.change(connection, post, post.state, body=None if older else body)
    if answer.verdict in (Verdict.YES, Verdict.NEVER, Verdict.PLAINER):
        if answer.verdict is not Verdict.YES:  # gone or refused: drawing it again would not help
            log.warning("surface not drawn", extra={"kind": surface.kind, "reason": answer.reason})
        surfaces.drawn(connection, surface, now)
    else:
        _later(connection, surface, answer, now)


def _withheld(connection: Connection, post: Post, answer: Answer, now: datetime) -> None:
    """The team's card can be drawn no more, or can again: R and H are shown that."""
    reason = answer.reason if answer.verdict is Verdict.NEVER else ""
    if answer.verdict not in (Verdict.YES, Verdict.NEVER) or post.reason == reason:
        return
    store = Store(connection, post.tenant)
    if posts.change(connection, post, post.state, reason=reason):
        for own in posts.of_incident(store, post.incident, RCARD):
            surfaces.mark(store, RCARD, post.incident, own.id, now)


def _gone(connection: Connection, surface: Surface, answer: Answer, now: datetime) -> None:
    """Deleted, or not ours to delete any more."""
    if answer.verdict in (Verdict.YES, Verdict.NEVER, Verdict.PLAINER):
        surfaces.drop(connection, surface)
    else:
        _later(connection, surface, answer, now)


def _later(connection: Connection, surface: Surface, answer: Answer, now: datetime) -> None:
    wait = LATER if answer.verdict is Verdict.PAUSED else answer.wait or AGAIN
    surfaces.hold(connection, surface, now + timedelta(seconds=wait))
