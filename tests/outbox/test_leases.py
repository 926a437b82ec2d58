"""What is being sent belongs to the process that sends it, and to elapsed time: clocks may jump."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.outbox.claim import claim
from bot.outbox.leases import SETTLE
from bot.outbox.ports import Answer, Moment
from bot.outbox.sender import Sender
from bot.store import posts, waits
from bot.store.database import Database
from bot.store.posts import Post, State
from bot.store.store import Store
from tests.outbox.desk import REFUSED, RESET, T0, TENANT, Clock, Desk, ScriptedSlack

DAY = timedelta(days=1)


class Elapsed:
    """Seconds that pass, whatever the clock shows."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def elapsed() -> Elapsed:
    return Elapsed()


@pytest.fixture
def desk(database: Database, elapsed: Elapsed) -> Desk:
    """One message to X is due. Slack has a clock of its own, which doesn't jump."""
    desk = Desk(database)
    desk.slack = ScriptedSlack(Clock())
    desk.incident("i1")
    post = Post(tenant=TENANT, incident="i1", kind="copy", recipient="X", due_at=T0, data={"text": "words"})
    desk.database.transact(lambda connection: posts.add(Store(connection, TENANT), post))
    desk.sender = worker(desk, elapsed)
    return desk


def worker(desk: Desk, elapsed: Elapsed) -> Sender:
    return Sender(desk.database, desk.slack, desk.clock, desk.policy, desk.sender.pace, elapsed)


def copy(desk: Desk) -> Post:
    return desk.row("copy")


async def passes(desk: Desk, elapsed: Elapsed, seconds: float, sender: Sender | None = None) -> None:
    elapsed.now += seconds
    for clock in (desk.clock, desk.slack.clock):
        clock.now += timedelta(seconds=seconds)
    sender = sender or desk.sender
    await sender.tick()
    await sender.flights.landed(5)


async def dies_sending(desk: Desk, jump: timedelta = timedelta()) -> None:
    """It is claimed by a clock that is so far ahead, and its process is gone."""
    await desk.sender.reach.prepare(copy(desk))
    moment, holder = Moment(desk.clock() + jump, desk.policy), desk.sender.leases.worker
    assert desk.database.transact(claim, copy(desk), desk.slack, moment, holder)


@pytest.mark.parametrize("jump", [DAY, -DAY, timedelta(minutes=-2), timedelta(hours=2)])
async def test_what_a_dead_process_was_sending_is_looked_for_after_a_minute(
    desk: Desk, elapsed: Elapsed, jump: timedelta
) -> None:
    """Of elapsed time, though the clock showed another time when it was claimed."""
    await dies_sending(desk, jump)
    after = worker(desk, elapsed)
    await passes(desk, elapsed, 1, after)
    await passes(desk, elapsed, 57, after)
    assert copy(desk).state is State.SENDING
    for _ in range(4):
        await passes(desk, elapsed, 16, after)
    assert copy(desk).state is State.SENT
    assert len(desk.slack.to("DX")) == 1


async def test_who_is_alone_on_its_file_waits_for_nobody(desk: Desk, elapsed: Elapsed) -> None:
    await dies_sending(desk)
    after = worker(desk, elapsed)
    after.leases.alone = True
    await passes(desk, elapsed, 1, after)
    assert copy(desk).state is State.CHECKING


async def test_who_works_keeps_what_it_sends_however_clocks_jump(desk: Desk, elapsed: Elapsed) -> None:
    """Its number goes up: neither a clock a day ahead nor one a day behind takes anything from it."""
    await dies_sending(desk)
    desk.sender.leases.held.add(copy(desk).id)  # it is not dead: its call takes long
    other = worker(desk, elapsed)
    for jump in (DAY, -DAY, -DAY, DAY):
        desk.clock.now += jump
        await passes(desk, elapsed, 31, other)
        await passes(desk, elapsed, 0)
    assert copy(desk).state is State.SENDING


async def test_a_claim_of_our_own_that_nobody_works_on_is_looked_for(desk: Desk, elapsed: Elapsed) -> None:
    """As after a commit whose answer was lost, or an outcome that could not be written down."""
    await dies_sending(desk)
    await passes(desk, elapsed, 6)
    assert copy(desk).state is State.CHECKING


@pytest.mark.parametrize("first", [(REFUSED, False), (RESET, True), (RESET, False)])
async def test_a_clock_that_is_set_back_puts_nothing_off(
    desk: Desk, elapsed: Elapsed, first: tuple[Answer, bool]
) -> None:
    """A try that failed, or may have, while the clock was a day ahead: it goes on within a minute."""
    await passes(desk, elapsed, -1)
    desk.clock.now += DAY
    desk.slack.then("X", first[0], executed=first[1])
    await passes(desk, elapsed, 1)
    assert copy(desk).state in (State.PENDING, State.CHECKING)
    desk.clock.now -= DAY
    for _ in range(4):
        await passes(desk, elapsed, 16)
    assert copy(desk).state is State.SENT
    assert len(desk.slack.to("DX")) == 1


@pytest.mark.parametrize("jump", [timedelta(seconds=20), timedelta(minutes=5), DAY])
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_clock_that_is_set_ahead_has_nothing_looked_for_before_it_can_be_there(
    desk: Desk, elapsed: Elapsed, jump: timedelta, restarted: bool
) -> None:
    """Slack's history lags behind: what isn't in it yet isn't sent again. Also where the clock that's ahead
    is another process's, started since.
    """
    desk.slack.lag = timedelta(seconds=10)
    desk.slack.then("X", RESET, executed=True)
    await passes(desk, elapsed, 1)
    assert copy(desk).state is State.CHECKING
    desk.clock.now += jump
    sender = worker(desk, elapsed) if restarted else desk.sender
    for seconds in (1, 3, *[16] * 5):
        await passes(desk, elapsed, seconds, sender)
    assert copy(desk).state is State.SENT
    assert len(desk.slack.to("DX")) == 1


async def test_a_start_finds_what_a_clock_of_another_day_put_off(desk: Desk, elapsed: Elapsed) -> None:
    """The process that saw the clock jump is gone, and no one saw it come back."""
    desk.clock.now += DAY
    desk.slack.then("X", RESET, executed=True)
    await passes(desk, elapsed, 1)
    desk.clock.now -= DAY
    now = desk.clock()
    desk.database.transact(waits.cut_short, now, now + SETTLE)
    after = worker(desk, elapsed)
    await passes(desk, elapsed, 16, after)
    assert copy(desk).state is State.SENT
    assert len(desk.slack.to("DX")) == 1
