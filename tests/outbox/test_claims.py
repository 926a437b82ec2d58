"""Each due row is claimed once, whoever else is at it; a lease that is over is looked into."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, delete, update

from bot.domain.errors import Busy
from bot.domain.record import Event, What
from bot.outbox import outcome
from bot.outbox.claim import LEASE, claim
from bot.outbox.leases import SETTLE
from bot.outbox.pace import Pace
from bot.outbox.ports import Answer, Moment
from bot.outbox.sender import _taken
from bot.store import erase
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import Post, State
from bot.store.store import Store
from tests.outbox.desk import T0, TENANT, Desk

T = TypeVar("T")


@pytest.fixture
def told(desk: Desk) -> Desk:
    desk.incident("i1", desk.told("B", "F1", "F2"))
    return desk


def claimed(desk: Desk, post: Post) -> Post | None:
    return desk.database.transact(claim, post, desk.slack, Moment(desk.clock(), desk.policy))


async def due(desk: Desk, minutes: float = 15) -> Post:
    """The reminder to the boss, due and with a DM that is open."""
    await desk.at(0)
    desk.clock.now = T0 + timedelta(minutes=minutes)
    await desk.sender.reach.prepare(desk.row("ack.1"))
    return desk.row("ack.1")


async def test_a_row_is_claimed_once(told: Desk) -> None:
    row = await due(told)
    ours = claimed(told, row)
    assert ours is not None
    assert (ours.state, ours.attempt, ours.run_at) == (State.SENDING, 1, told.clock.now + LEASE)
    assert claimed(told, row) is None


async def test_many_senders_at_once_send_each_message_once(told: Desk) -> None:
    for number in range(8):
        told.incident(f"j{number}", told.told(f"B{number}", "F1"), reporter=f"R{number}", going="yes")
    told.clock.now = T0 + timedelta(minutes=16)
    workers = [told.worker() for _ in range(4)]
    for _ in range(2):
        await asyncio.gather(*(worker.tick() for worker in workers))
        await asyncio.gather(*(worker.flights.landed(60) for worker in workers))
    assert len({m.n for m in told.slack.messages}) == len(told.slack.messages)
    assert {p.state for p in told.rows("ack.1")} == {State.SENT}
    together = [(m.channel, m.at) for m in told.slack.messages if told.kinds([m]) == ["halt"]]
    assert len(set(together)) == len(together)


async def test_a_late_record_of_a_row_that_moved_on_changes_nothing(
    told: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    ours = claimed(told, await due(told))
    assert ours is not None
    told.database.transact(outcome.sent, ours, "1.000001", ours.body, Moment(told.clock(), told.policy))
    told.database.transact(outcome.sent, ours, "1.000002", ours.body, Moment(told.clock(), told.policy))
    assert told.row("ack.1").sent_ts == "1.000001"
    assert "posted twice" in caplog.text


async def test_killed_after_the_claim_it_is_looked_for_and_sent_once(told: Desk) -> None:
    claimed(told, await due(told))
    await told.later(seconds=0)  # seen at work
    await told.later(seconds=59)
    assert told.row("ack.1").state is State.SENDING  # the lease is theirs
    await told.later(seconds=6)
    assert told.row("ack.1").state is State.CHECKING
    assert told.row("ack.1").run_at == told.clock.now + SETTLE
    await told.later(seconds=16)
    await told.later(seconds=16)
    assert told.row("ack.1").state is State.SENT
    assert len(told.nudges("B")) == 1


async def test_killed_after_the_post_it_is_found(told: Desk) -> None:
    ours = claimed(told, await due(told))
    assert ours is not None
    await told.slack.post(ours)
    await told.later(seconds=0)  # seen at work
    await told.later(seconds=61)
    await told.later(seconds=16)
    assert told.row("ack.1").state is State.SENT
    assert len(told.nudges("B")) == 1


async def test_frozen_past_its_lease_it_does_not_send(told: Desk) -> None:
    """Stopped after the claim; another worker took over meanwhile; going on, it leaves the row alone."""
    other = told.worker()
    row = await due(told)
    deadline = told.clock.seconds() + 50
    ours = claimed(told, row)
    assert ours is not None
    for _ in range(5):
        await told.later(seconds=31)
        await other.tick()
    assert len(told.nudges("B")) == 1
    await told.sender._send(ours, deadline)
    assert len(told.nudges("B")) == 1


async def test_frozen_while_only_the_wall_clock_went_on(told: Desk) -> None:
    """As a machine that slept: its monotonic clock may have stood still."""
    ours = claimed(told, await due(told))
    assert ours is not None
    told.clock.now += timedelta(seconds=51)
    await told.sender._send(ours, float("inf"))
    assert not told.nudges("B")
    assert told.row("ack.1").state is State.PENDING  # surely not sent: nothing has to be looked for
    await told.later(seconds=3)
    assert len(told.nudges("B")) == 1


async def test_a_reason_that_goes_while_the_person_is_looked_up(told: Desk) -> None:
    row = await due(told)
    told.happens("i1", Event(told.clock(), What.CANCELLED, "R", data={"why": "false_alarm"}))
    assert claimed(told, row) is None
    assert not told.rows("ack.1")


async def test_an_erased_row_is_no_fault(told: Desk) -> None:
    row = await due(told)
    told.database.transact(lambda c: erase.incidents(Store(c, TENANT), ["i1"]))
    assert claimed(told, row) is None


async def test_one_message_a_channel_and_the_most_urgent_first(told: Desk) -> None:
    for number in range(5):
        told.incident(f"j{number}", told.told("B"), going="yes")
    sender = told.worker(Pace(monotonic=told.clock.seconds))
    told.clock.now = T0 + timedelta(minutes=16)
    seconds = []
    while (wait := await sender.tick()) is not None:
        seconds.append(wait)
        told.clock.now += timedelta(seconds=wait)
    for who in ("B", "R"):
        times = [m.at for m in told.nudges(who)]
        assert all(later - sooner >= timedelta(seconds=1) for sooner, later in pairwise(times))
    order = told.kinds(told.nudges("R"))
    assert order == sorted(
        order, key=lambda kind: told.policy.nudges[kind].priority if kind != "rcard" else 3
    )
    assert set(seconds) == {1.0}  # woken when the next channel is free


async def test_a_call_that_hangs_holds_up_its_own_channel_and_no_other(told: Desk) -> None:
    told.incident("j1", told.told("F1"), reporter="S")
    hangs, plain = asyncio.Event(), told.slack.post

    async def post(one: Post) -> Answer:
        if one.recipient == "B":
            await hangs.wait()
        return await plain(one)

    told.slack.post = post  # type: ignore[method-assign]
    await told.at(15)
    assert len(told.nudges("F1")) == 1
    told.incident("j2", told.told("B"), reporter="Q")
    await told.at(31)
    assert len(told.nudges("Q")) == 1
    assert told.nudges("B") == []
    hangs.set()
    await told.sender.flights.landed(5)
    assert len(told.nudges("B")) == 1


async def test_what_is_taken_and_not_claimed_is_free_again_soon(told: Desk) -> None:
    await due(told)
    told.database.transact(_taken, told.clock, 9, State.PENDING, ())  # and then the process ends
    await told.tick()
    assert not told.nudges("B")
    await told.later(seconds=21)
    assert len(told.nudges("B")) == 1


class Away(Database):
    """Busy before these transactions, or after their commit, as when the answer is lost on the way."""

    def __init__(
        self, url: str, *, before: Callable[..., object] | None = None, after: object = None
    ) -> None:
        super().__init__(url)
        self.before, self.after = before, after

    def transact(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - as the one above it
        if fn is self.before:
            raise Busy
        result = super().transact(fn, *args)
        if fn is self.after:
            raise Busy
        return result


async def tick_on(away: Database, desk: Desk) -> None:
    """One tick of a worker whose database is that one."""
    worker = desk.worker()
    worker.database = worker.reach.database = away
    await worker.tick()
    away.close()


async def test_a_database_that_is_away_loses_nothing(told: Desk) -> None:
    await due(told)
    await tick_on(Away(told.database.url, before=claim), told)
    assert not told.nudges("B")
    await told.later(seconds=21)
    assert len(told.nudges("B")) == 1


async def test_a_commit_whose_answer_was_lost_is_no_claim(told: Desk) -> None:
    """Nothing is sent on it; the lease runs out and is looked into."""
    await due(told)
    await tick_on(Away(told.database.url, after=claim), told)
    assert told.row("ack.1").state is State.SENDING
    assert not told.nudges("B")
    for _ in range(5):
        await told.later(seconds=31)
    assert told.row("ack.1").state is State.SENT
    assert len(told.nudges("B")) == 1


def test_whoever_changes_an_incident_waits_for_the_other(desk: Desk) -> None:
    """Else two claims on Postgres could each send a message with the same nudges in it."""
    desk.incident("i1", desk.told("B"))
    elsewhere, inside, leave = Database(desk.database.url), threading.Event(), threading.Event()
    order: list[str] = []

    def first(connection: Connection) -> None:
        Store(connection, TENANT).load("i1", for_update=True)
        inside.set()
        leave.wait(5)
        order.append("first")

    def second(connection: Connection) -> None:
        Store(connection, TENANT).head("i1", for_update=True)
        order.append("second")

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(desk.database.transact, first)
        inside.wait(5)
        two = pool.submit(elsewhere.transact, second)
        with pytest.raises(TimeoutError):
            two.result(timeout=0.2)
        leave.set()
        one.result()
        two.result()
    elsewhere.close()
    assert order == ["first", "second"]


@pytest.mark.parametrize("known", ["nobody", "no DM"])
async def test_a_person_lost_between_look_up_and_claim_is_looked_up_again(told: Desk, known: str) -> None:
    """A lost race holds a message up for seconds; it's no reason never to send it."""
    row = await due(told)

    def lose(connection: Connection) -> None:
        connection.execute(delete(t.people) if known == "nobody" else update(t.people).values(dm=""))

    told.database.transact(lose)
    assert claimed(told, row) is None
    assert told.row("ack.1").state is State.PENDING
    await told.at(16)
    assert told.row("ack.1").state is State.SENT
