"""outbox: the sender. Due posts are claimed (committed), sent, recorded; unknown outcomes are reconciled.

Nothing is sent without a committed claim, no transaction is open during a call, and a row that somebody else
moved on meanwhile is left alone (reliability.md 3).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.errors import Busy
from bot.domain.rules import Policy
from bot.outbox import moot, outcome
from bot.outbox.claim import claim
from bot.outbox.flights import Flights
from bot.outbox.kinds import kind_of
from bot.outbox.leases import SETTLE, Leases
from bot.outbox.pace import Pace, one_each
from bot.outbox.ports import Answer, Messenger, Moment, Verdict
from bot.outbox.reach import Reach, addressee
from bot.store import backlog, queue, waits
from bot.store.database import Database
from bot.store.posts import Post, State

log = logging.getLogger(__name__)
BATCH = 50
ROUND = 5.0  # seconds of one tick; whoever watches the ticks shall see that we work
HELD = timedelta(seconds=20)  # between taking a row and its claim: two look-ups at the most
SET_BACK = 2.0  # seconds by which a clock is set back rather than kept right
MOST_READS = 20  # that fail one after the other: with the pauses between them, a quarter of an hour
READ_AGAIN = 60.0  # seconds at the most between two of them
WINDOW, WINDOWS = 500, 10  # due rows looked at in one transaction; so many of those between two launches
LOOK_AGAIN = 60.0  # seconds between two looks whether there's a backlog
CALL_SECONDS = 10.0
SEND_WITHIN = 10.0  # seconds after the claim in which a message leaves us, or doesn't
GRACE = 1.0  # seconds for which a tick waits for what is under way
PAUSE = 60.0  # seconds until Slack is asked once more whether it lets us in
PARKED = timedelta(seconds=60)
BACKOFF = (1, 2, 5, 10, 30, 60, 120, 300)  # seconds


class Sender:
    """One for the process. `tick` works on what is due; it raises only what is a fault of ours."""

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        clock: Callable[[], datetime],
        policy: Policy,
        pace: Pace | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.database, self.messenger, self.clock, self.policy = database, messenger, clock, policy
        self.pace, self._monotonic = pace or Pace(), monotonic
        self.reach = Reach(database, messenger, clock)
        self.flights = Flights(BATCH)
        self.leases = Leases(monotonic)
        self.restored_at: datetime | None = None
        self._ahead = float("-inf")  # of elapsed time, our clock: seconds
        self._towards: set[str] = set()  # recipients that something is on its way to: one at a time
        self._paused_until = float("-inf")
        self._ends = moot.ends(policy)
        self._behind: backlog.Window | None = None  # where we are in a backlog
        self._looked_at = float("-inf")
        self._shut_out = False  # Slack did not let us in; one post finds out whether it does again

    async def tick(self) -> float | None:
        """Send what is due, for some seconds at most; in how many seconds there is more to do, if known.

        A call that hangs goes on by itself meanwhile. Raises: Busy, when the database cannot be used now.
        """
        ends = self._monotonic() + ROUND
        await self._look_at_clocks()
        due = await self.database.read(queue.next_run)
        if due is None or due > self.clock():
            return None
        while self._paused_until < self._monotonic() < ends:
            begun = await self._launch(State.PENDING, self._one)
            await self._lapse(ends)
            if begun:
                await self.flights.half(ROUND)
            elif not self.flights or not await self.flights.landed(GRACE):
                break
        if await self._launch(State.CHECKING, self._reconcile):
            await self.flights.landed(GRACE)
        return 0.0 if self._monotonic() >= ends else self.pace.free_in()

    async def _look_at_clocks(self) -> None:
        """Whose lease is over, by elapsed time; and what waits too long, since our clock was set back."""
        now = self.clock()
        ahead = now.timestamp() - self._monotonic()
        if ahead < self._ahead - SET_BACK:
            log.warning("the clock was set back", extra={"seconds": round(self._ahead - ahead)})
            await self.database.write(waits.cut_short, now, now + SETTLE, timedelta())
        self._ahead = ahead
        if self.leases.due():
            await self.database.write(self.leases.look, now)

    async def _lapse(self, ends: float) -> None:
        """Where much is due at once, what's moot of it lapses beside what's sent, a few windows at a time;
        until `ends` at most, since each may wait for people, and the watchdog mustn't.
        """
        now = self.clock()
        if self._behind is None and self._monotonic() < self._looked_at + LOOK_AGAIN:
            return
        if self._behind is None:
            self._looked_at = self._monotonic()
            if not await self.database.read(backlog.is_one, now):
                return
        for _ in range(WINDOWS):
            if self._monotonic() >= ends:
                return
            after = self._behind.last if self._behind else None
            self._behind = await self.database.read(backlog.window, now, after, WINDOW, self._ends)
            if self._behind is None:
                return
            if self._behind.moot:
                await self.database.write(backlog.lapse, self._behind)

    async def _launch(self, state: State, act: Callable[[Post], Awaitable[None]]) -> bool:
        """Begin with rows that nobody else will take for a while; of those that wait, one a channel."""
        waiting = state is State.PENDING
        limit = min(self.flights.free, 1 if self._shut_out and waiting else BATCH)
        if limit == 0 or (self._shut_out and waiting and self.flights):
            return False
        busy = [*self.pace.busy(), *self._towards] if waiting else ()
        found = await self.database.write(_taken, self.clock, limit, state, busy)
        for post in found:
            if waiting:
                self._towards.add(post.recipient)
            self.flights.begin(self._safely(act, post))
        return bool(found)

    async def _safely(self, act: Callable[[Post], Awaitable[None]], post: Post) -> None:
        """One bad row must not stop the others: it is tried again later, and then shown to a person (F32)."""
        try:
            await act(post)
        except Busy as away:
            log.warning(
                "the database can't be used now", extra={"why": away.why}
            )  # free again when its hold is over
        except Exception as fault:
            log.exception("post failed", extra={"post": post.id, "kind": post.kind})
            later, name = self.clock() + PARKED, type(fault).__name__
            await self._write_patiently(outcome.parked, post, later, name, self._moment())

    def _moment(self) -> Moment:
        return Moment(self.clock(), self.policy, self.restored_at)

    # --- claim and send -------------------------------------------------------------------------
    async def _one(self, post: Post) -> None:
        self.leases.held.add(post.id)
        try:
            await self._claim_and_send(post)
        finally:
            self.leases.held.discard(post.id)
            self._towards.discard(post.recipient)

    async def _claim_and_send(self, post: Post) -> None:
        ready = await self.reach.prepare(post)
        if ready.verdict is not Verdict.YES:
            await self._not_sent(post, ready)
            return
        if await self.pace.turn(post):  # another process posts there; in its place in line it waits on
            await self.database.write(queue.hold, [post], post.run_at)
            return
        deadline = self._monotonic() + SEND_WITHIN
        worker = self.leases.worker
        claimed = await self.database.write(claim, post, self.messenger, self._moment(), worker)
        if claimed:
            await self._send(claimed, deadline)
        else:
            await self.pace.done(post, 0.0)

    async def _send(self, post: Post, deadline: float) -> None:
        """Until `deadline`, in monotonic seconds; refused for its form, its text alone goes."""
        answer = await self._call(post, deadline)
        if answer.verdict is Verdict.PLAINER and post.body and post.body.get("blocks"):
            log.error("sent without its blocks", extra={"kind": post.kind, "reason": answer.reason})
            post = replace(post, body={key: said for key, said in post.body.items() if key != "blocks"})
            answer = await self._call(post, deadline)
        await self.record(post, answer)

    async def _call(self, post: Post, deadline: float) -> Answer:
        """Nothing is sent where we were frozen since the claim, by either clock. It waits anew, unless
        somebody has seen meanwhile that our lease was over: then that one decides.
        """
        ours_until = (post.run_at or self.clock()) - timedelta(seconds=CALL_SECONDS)
        if self._monotonic() > deadline or self.clock() > ours_until:
            await self.pace.done(post, 0.0)
            return Answer(Verdict.RETRY, reason="frozen")
        answer = await self.messenger.post(post)
        await self.pace.done(post, answer.wait or None)
        return answer

    # --- record ---------------------------------------------------------------------------------
    async def record(self, post: Post, answer: Answer) -> None:
        """Write down what became of it."""
        if answer.verdict is Verdict.YES:
            self._shut_out = False
            await self._write_patiently(outcome.sent, post, answer.value, post.body, self._moment())
        elif answer.verdict is Verdict.UNKNOWN:
            await self._write_patiently(outcome.check, post, self.clock() + SETTLE, answer.reason)
        else:
            await self._not_sent(post, answer)

    async def _not_sent(self, post: Post, answer: Answer) -> None:
        """Surely not sent: again later, or when the workspace lets us, or never."""
        wait = _backoff(post.attempt)
        if answer.verdict in (Verdict.NEVER, Verdict.PLAINER):
            end = State.BLOCKED if answer.verdict is Verdict.NEVER else State.DEAD
            await self._write_patiently(outcome.ended, post, end, answer.reason, self._moment())
            return
        if answer.verdict is Verdict.WAIT:
            wait = answer.wait
            self.pace.leave(post, wait)
        elif answer.verdict is Verdict.PAUSED:
            wait, self._shut_out = PAUSE, True
            self._paused_until = self._monotonic() + wait
            log.error("slack does not let us in", extra={"reason": answer.reason})
        later = self.clock() + timedelta(seconds=wait)
        await self._write_patiently(outcome.again, post, later, answer.reason, self._moment())

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
    async def _reconcile(self, post: Post) -> None:
        """Look for it in the history; where that cannot be read, its kind says what is the lesser evil."""
        if not (post := await self._located(post)).channel:
            await self.database.write(outcome.check, post, self.clock() + PARKED, post.reason)
            return
        found, now = await self.messenger.find(post), self.clock()
        later = now + timedelta(seconds=min(_backoff(post.attempt + post.reads), READ_AGAIN))
        if found.verdict is Verdict.YES:
            await self.database.write(outcome.sent, post, found.value, post.body, self._moment())
        elif found.verdict is Verdict.NEVER and (early := self._too_early(post)) > 0:
            await self.database.write(outcome.check, post, now + timedelta(seconds=early), post.reason)
        elif found.verdict is Verdict.NEVER:
            await self.database.write(outcome.not_found, post, later, self._moment())
        elif found.wait:
            when = now + timedelta(seconds=found.wait)
            await self.database.write(outcome.check, post, when, post.reason)
        elif found.reason != "unreadable" and post.reads + 1 < MOST_READS:
            await self.database.write(outcome.unread, post, later)
        elif kind_of(post).repeatable:
            await self.database.write(outcome.again, post, later, post.reason, self._moment())
        else:
            cannot = (post, State.UNCERTAIN, "cannot be read", self._moment())
            await self.database.write(outcome.ended, *cannot)

    def _too_early(self, post: Post) -> float:
        """Seconds until the history would surely have it, 0 or less where it has had the time. By Slack's
        clock: when to look may have been said by another process with another clock, or before ours jumped.
        """
        if post.since is None:
            return 0.0
        at_most = 0.0 if post.holder == self.leases.worker else SEND_WITHIN + CALL_SECONDS
        return post.since + at_most + SETTLE.total_seconds() - self.messenger.time()

    async def _located(self, post: Post) -> Post:
        """Where it would have gone: the claim of a post from a restored copy is not in that copy."""
        if post.channel:
            return post
        await self.reach.prepare(post)
        user, person = await self.database.read(addressee, post)
        return replace(post, channel=person.dm if person else "" if user else post.recipient)


def _taken(
    connection: Connection, clock: Callable[[], datetime], limit: int, state: State, busy: Sequence[str]
) -> list[Post]:
    """The time is read in here: with one from before the wait for our turn, of rows that were written
    together a reminder would be due and the notice it is about not yet.
    """
    now = clock()
    found = queue.due(connection, now, limit, state, busy)
    mine = one_each(found) if state is State.PENDING else found
    queue.hold(connection, mine, now + HELD)
    return mine


def _backoff(tries: int) -> float:
    """Seconds, growing with the tries."""
    return float(BACKOFF[min(tries, len(BACKOFF) - 1)])
