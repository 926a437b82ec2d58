"""outbox: the sender. Due posts are claimed (committed), sent, recorded; unknown outcomes are reconciled.

Nothing is sent without a committed claim, no transaction is open during a call, and a row that somebody else
moved on meanwhile is left alone (reliability.md 3).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain.errors import Busy
from bot.domain.rules import Policy
from bot.outbox import nudging
from bot.outbox.kinds import kind_of
from bot.outbox.pace import Pace
from bot.outbox.ports import Answer, Messenger, Moment, Verdict
from bot.store import people, posts, surfaces
from bot.store.database import Database
from bot.store.people import Person
from bot.store.posts import Post, State
from bot.store.store import Store

log = logging.getLogger(__name__)
BATCH = 50
LEASE = timedelta(seconds=60)
SETTLE = timedelta(seconds=15)  # history may lag behind a post
GIVE_UP_READING = timedelta(minutes=15)
MOST_ATTEMPTS = 12
CALL_SECONDS = 10.0
ROOM_SECONDS = 60.0
BACKOFF = (1, 2, 5, 10, 30, 60, 120, 300)  # seconds


@dataclass(frozen=True, slots=True)
class Claim:
    """A post that is ours to send until `deadline` (monotonic seconds)."""

    post: Post
    deadline: float


class Sender:
    """One for the process. `tick` works until nothing is due; it raises only what is a fault of ours."""

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        clock: Callable[[], datetime],
        policy: Policy,
        pace: Pace | None = None,
    ) -> None:
        self.database, self.messenger, self.clock, self.policy = database, messenger, clock, policy
        self.pace = pace or Pace()
        self.paused_until = float("-inf")
        self._rooms: dict[str, float] = {}  # channel -> when Slack last said that we may post there

    async def tick(self) -> int:
        """Send what is due; how many posts were moved on."""
        if time.monotonic() < self.paused_until:
            return 0
        moved = 0
        while batch := await self._due(State.PENDING):
            outcomes = await asyncio.gather(*(self._one(p) for p in batch), return_exceptions=True)
            for post, outcome in zip(batch, outcomes, strict=True):
                if isinstance(outcome, BaseException):
                    await self._park(post, outcome)
            moved += len(batch)
        await self._recover()
        return moved

    async def _one(self, post: Post) -> None:
        claim = await self._claim(post)
        if claim:
            await self._send(claim)

    async def _park(self, post: Post, fault: BaseException) -> None:
        """One bad row must not stop the others: it is tried again later, and then shown to a person."""
        if not isinstance(fault, Exception):
            raise fault
        log.error("post failed", extra={"post": post.id, "kind": post.kind, "fault": type(fault).__name__})
        busy = isinstance(fault, Busy)
        wait = BACKOFF[min(post.attempt, len(BACKOFF) - 1)] if busy else 60
        dead = not busy and post.attempt + 1 >= MOST_ATTEMPTS
        values = {"run_at": self.clock() + timedelta(seconds=wait), "reason": type(fault).__name__}
        attempt = post.attempt if busy else post.attempt + 1
        state = State.DEAD if dead else State.PENDING
        await self._write_patiently(self._moved, post, state, {**values, "attempt": attempt})

    async def _due(self, state: State) -> list[Post]:
        now = self.clock()
        found = await self.database.read(posts.due, now, BATCH, state)
        ready, held = self.pace.split(found)
        if held:
            await self.database.write(self._put_off, held, now)
        return ready

    @staticmethod
    def _put_off(connection: Connection, held: list[tuple[Post, float]], now: datetime) -> None:
        for post, seconds in held:
            posts.change(connection, post, post.state, run_at=now + timedelta(seconds=seconds))

    # --- claim ----------------------------------------------------------------------------------
    async def _claim(self, post: Post) -> Claim | None:
        """Make sure of the person and their DM, then re-check, compose and commit the claim."""
        private = post.place == "dm" or await self.database.read(_practice, post)
        ready = await (self._prepare(post) if private else self._prepare_room(post))
        if ready.verdict is not Verdict.YES:
            await self._not_sent(post, ready)
            return None
        deadline = time.monotonic() + LEASE.total_seconds() - CALL_SECONDS
        claimed = await self.database.write(self._claim_row, post)
        return Claim(claimed, deadline) if claimed else None

    async def _prepare(self, post: Post) -> Answer:
        """Look the person up and open their DM where that is not known; both can be repeated freely."""
        tenant, user, now = post.tenant, await self._address(post), self.clock()
        known = await self.database.read(_person, tenant, user)
        if known is None or (kind_of(post).member_only and not known.fresh(now)):
            found = await self.messenger.person(user)
            if isinstance(found, Answer):
                return found
            known = replace(found, fetched_at=now, dm=known.dm if known else "")
        if not known.dm and known.kind in ("member", "guest", "unknown"):
            opened = await self.messenger.open_dm(user)
            if opened.verdict is not Verdict.YES:
                return replace(opened, verdict=_definite(opened.verdict))
            known = replace(known, dm=opened.value)
        await self.database.write(_keep_person, tenant, known)
        return Answer(Verdict.YES)

    async def _prepare_room(self, post: Post) -> Answer:
        """A channel may have been archived, shared, or left by us since it was picked (F59)."""
        seen_at = self._rooms.get(post.recipient, float("-inf"))
        if time.monotonic() - seen_at < ROOM_SECONDS:
            return Answer(Verdict.YES)
        problem, known = await self.messenger.room(post.recipient)
        if known.verdict is Verdict.YES and not problem:
            self._rooms[post.recipient] = time.monotonic()
        return Answer(Verdict.NEVER, reason=problem) if problem else known

    async def _address(self, post: Post) -> str:
        """The one place where a practice run is turned back to the person who practises."""
        return await self.database.read(_address, post)

    def _claim_row(self, connection: Connection, post: Post) -> Post | None:
        """In one transaction: does the row stand, the reason too, is the person right? Then it is ours."""
        store, now = Store(connection, post.tenant), self.clock()
        fresh = posts.by_id(connection, post.id)
        if fresh is None or (fresh.state, fresh.attempt) != (post.state, post.attempt):
            return None
        post = fresh  # its words may have been corrected while the person was looked up
        if self._refused(store, post, now):
            return None
        bundle = nudging.bundle_of(store, post, self.policy, now)
        if bundle is None:
            return None
        claimed = self._take(store, bundle.posts, now)
        if claimed and post.kind in self.policy.nudges:
            nudging.after_claim(store, post.incident, self.policy, now)
        return claimed

    def _refused(self, store: Store, post: Post, now: datetime) -> bool:
        """The reason has gone, or the person cannot get it: the row is moved on, nothing is sent."""
        kind = kind_of(post)
        incident = store.load(post.incident) if kind.stale else None
        reason = kind.stale(post, incident) if kind.stale and incident else ""
        if reason:
            posts.change(store.connection, post, State.CANCELLED, reason=reason)
            return True
        person = _person(store.connection, post.tenant, _address(store.connection, post))
        unfit = kind.member_only and person is not None and person.kind not in ("member", "unknown")
        if (
            unfit
            and person
            and posts.change(store.connection, post, State.BLOCKED, reason=f"person_{person.kind}")
        ):
            _redraw(store, post, now)
        return unfit

    def _take(self, store: Store, found: tuple[Post, ...], now: datetime) -> Post | None:
        """Mark the posts of one message as being sent, with the body that will be."""
        leader, incident = found[0], store.load(found[0].incident) if found[0].incident else None
        person = _person(store.connection, leader.tenant, _address(store.connection, leader))
        moment = Moment(now, self.policy)
        private = leader.place == "dm" or (incident is not None and incident.practice)
        values: dict[str, Any] = {
            "body": leader.body or self.messenger.compose(store, found, incident, moment),
            "channel": leader.channel or (person.dm if person and private else leader.recipient),
            "attempt": leader.attempt + 1,
            "first_try_at": leader.first_try_at or now,
            "run_at": now + LEASE,
        }
        posts.bundle(store.connection, leader, found[1:])
        for mate in found[1:]:
            posts.change(store.connection, mate, State.SENDING, **values)
        if not posts.change(store.connection, leader, State.SENDING, **values):
            return None
        return replace(leader, state=State.SENDING, **values)

    # --- send and record ------------------------------------------------------------------------
    async def _send(self, claim: Claim) -> None:
        if time.monotonic() > claim.deadline:
            return  # frozen since the claim: the lease decides, not we
        self.pace.used(claim.post.channel)
        await self.record(claim.post, await self.messenger.post(claim.post))

    async def record(self, post: Post, answer: Answer) -> None:
        """Write down what became of it, for as long as the lease gives us time to."""
        if answer.verdict is Verdict.YES:
            await self._write_patiently(self._sent, post, answer.value)
        elif answer.verdict is Verdict.UNKNOWN:
            when = self.clock() + SETTLE
            await self._write_patiently(
                lambda c: posts.change(c, post, State.CHECKING, run_at=when, reason=answer.reason)
            )
        else:
            await self._not_sent(post, answer)

    def _sent(self, connection: Connection, post: Post, ts: str) -> None:
        if posts.change(connection, post, State.SENT, sent_ts=ts, sent_at=self.clock(), reason=""):
            _redraw(Store(connection, post.tenant), post, self.clock())

    async def _not_sent(self, post: Post, answer: Answer) -> None:
        """Surely not sent: again later, in a plainer form, when the workspace lets us, or never."""
        now, state = self.clock(), State.PENDING
        values: dict[str, Any] = {"reason": answer.reason}
        wait = float(BACKOFF[min(post.attempt, len(BACKOFF) - 1)])
        if answer.verdict is Verdict.WAIT:
            wait = answer.wait
            self.pace.wait(post.channel, wait)
        elif answer.verdict is Verdict.PAUSED:
            wait = 60.0
            self.paused_until = time.monotonic() + wait
            log.error("slack does not let us in", extra={"reason": answer.reason})
        elif answer.verdict is Verdict.NEVER:
            state = State.BLOCKED
        elif answer.verdict is Verdict.PLAINER and post.body and post.body.get("blocks"):
            values["body"] = {"text": post.body["text"]}
            wait = 0.0
        elif post.attempt >= MOST_ATTEMPTS or answer.verdict is Verdict.PLAINER:
            state = State.DEAD
        await self._write_patiently(
            self._moved, post, state, {**values, "run_at": now + timedelta(seconds=wait)}
        )

    def _moved(self, connection: Connection, post: Post, state: State, values: dict[str, object]) -> None:
        if posts.change(connection, post, state, **values) and state.value in posts.SHOWN:
            log.error("post needs a person", extra={"post": post.id, "kind": post.kind, "state": state.value})
            _redraw(Store(connection, post.tenant), post, self.clock())

    async def _write_patiently(self, fn: Callable[..., object], *args: object) -> None:
        """The database may be away for a moment; what we know is worth some tries before the lease ends."""
        for pause in (0.1, 0.5, 1, 2, 5, 10, 20):
            try:
                await self.database.write(fn, *args)
            except Busy:
                await asyncio.sleep(pause)
            else:
                return
        log.error("outcome not recorded; the lease will be reconciled")

    # --- reconcile ------------------------------------------------------------------------------
    async def _recover(self) -> None:
        """Leases that ran out become "unknown"; what is unknown is looked for in the history."""
        for post in await self.database.read(posts.due, self.clock(), BATCH, State.SENDING):
            when = self.clock() + SETTLE
            await self.database.write(_check_later, post, when)
        for post in await self.database.read(posts.due, self.clock(), BATCH, State.CHECKING):
            await self._reconcile(post)

    async def _reconcile(self, post: Post) -> None:
        found = await self.messenger.find(post)
        now = self.clock()
        if found.verdict is Verdict.YES:
            await self.database.write(self._sent, post, found.value)
        elif found.verdict is Verdict.NEVER:
            await self.database.write(_again, post, now)
        elif found.reason != "unreadable" and now - (post.first_try_at or now) < GIVE_UP_READING:
            wait = found.wait or float(BACKOFF[min(post.attempt, len(BACKOFF) - 1)])
            await self.database.write(_check_later, post, now + timedelta(seconds=wait))
        elif kind_of(post).repeatable:
            await self.database.write(_again, post, now)
        else:
            await self.database.write(self._moved, post, State.UNCERTAIN, {"reason": "cannot be read"})


def _address(connection: Connection, post: Post) -> str:
    incident = Store(connection, post.tenant).head(post.incident) if post.incident else None
    return incident.reporter if incident and incident.practice else post.recipient


def _practice(connection: Connection, post: Post) -> bool:
    incident = Store(connection, post.tenant).head(post.incident) if post.incident else None
    return incident is not None and incident.practice


def _person(connection: Connection, tenant: str, user: str) -> Person | None:
    return people.get(Store(connection, tenant), [user]).get(user)


def _keep_person(connection: Connection, tenant: str, person: Person) -> None:
    people.put(Store(connection, tenant), person)


def _redraw(store: Store, post: Post, now: datetime) -> None:
    """Whoever sees this incident sees what became of the post."""
    head = store.head(post.incident)
    if head:
        surfaces.redraw(store, post.incident, {head.reporter, head.handler}, now)


def _check_later(connection: Connection, post: Post, when: datetime) -> None:
    posts.change(connection, post, State.CHECKING, run_at=when)


def _again(connection: Connection, post: Post, now: datetime) -> None:
    posts.change(connection, post, State.PENDING, run_at=now)


def _definite(verdict: Verdict) -> Verdict:
    """Opening a DM can be repeated: an unknown outcome is as good as a no."""
    return Verdict.RETRY if verdict is Verdict.UNKNOWN else verdict
