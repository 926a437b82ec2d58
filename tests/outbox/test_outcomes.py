"""What each answer of Slack makes of a post: sent, again, looked for, shown to a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.guide import messages
from bot.guide.work import Work
from bot.outbox.pace import Pace
from bot.outbox.ports import Answer, Verdict
from bot.store.people import Kind
from bot.store.posts import NOTICE, State
from tests.outbox.desk import REFUSED, RESET, T0, Desk, Step

WAIT = Answer(Verdict.WAIT, wait=30.0, reason="ratelimited")
NEVER = Answer(Verdict.NEVER, reason="is_archived")
PLAINER = Answer(Verdict.PLAINER, reason="invalid_blocks")
PAUSED = Answer(Verdict.PAUSED, reason="token_revoked")
BOSSES = [f"B{number}" for number in range(20)]
UNREADABLE = Answer(Verdict.UNKNOWN, reason="unreadable")


def notice(desk: Desk, key: str = "i1") -> None:
    """The boss notice, put into the outbox as the guide does."""

    def add(work: Work) -> None:
        messages.send(work, work.reload(key), NOTICE, "B", text="I need to tell you about a mistake")

    desk.do(add)


@pytest.fixture
def told(desk: Desk) -> Desk:
    """An incident whose boss was told at T0; the first reminder to the boss is due at +15."""
    desk.incident("i1", desk.told("B", "F1", "F2"))
    return desk


async def test_a_yes_is_written_down_with_its_time(told: Desk) -> None:
    await told.at(15)
    sent = told.row("ack.1")
    (message,) = told.nudges("B")
    assert (sent.state, sent.sent_ts, sent.sent_at) == (State.SENT, message.ts, told.clock.now)
    assert (sent.attempt, sent.body) == (1, message.body)


async def test_a_refused_connection_is_tried_again_ever_later_and_never_given_up(told: Desk) -> None:
    notice(told)
    told.slack.always = Step(REFUSED, executed=False)
    waits = []
    for _ in range(40):
        await told.tick()
        row = told.row(NOTICE)
        assert row.state is State.PENDING
        assert row.run_at is not None
        waits.append((row.run_at - told.clock.now).total_seconds())
        told.clock.now = row.run_at
    assert waits[:9] == [2, 5, 10, 30, 60, 120, 300, 300, 300]
    told.slack.always = None
    await told.tick()
    assert told.row(NOTICE).state is State.SENT
    assert len({m.n for m in told.slack.messages}) == len(told.slack.messages)


@pytest.mark.parametrize("executed", [True, False])
async def test_an_unknown_outcome_is_looked_for_and_sent_once(told: Desk, executed: bool) -> None:
    told.slack.lag = timedelta(seconds=10)
    told.slack.then("B", RESET, executed=executed)
    await told.at(15)
    assert told.row("ack.1").state is State.CHECKING
    await told.later(seconds=14)
    assert len(told.nudges("B")) == executed  # history may lag: nothing is decided yet
    await told.later(seconds=2)
    await told.later(seconds=10)
    assert told.row("ack.1").state is State.SENT
    assert len(told.nudges("B")) == 1


async def test_it_keeps_looking_while_history_cannot_be_read_for_a_moment(told: Desk) -> None:
    told.slack.then("B", RESET, executed=True)
    told.slack.unfindable = Answer(Verdict.UNKNOWN, reason="status 503")
    await told.at(15)
    for _ in range(20):
        await told.later(seconds=40)
        assert told.row("ack.1").state is State.CHECKING
    told.slack.unfindable = None
    await told.later(minutes=2)
    assert told.row("ack.1").state is State.SENT
    assert len(told.nudges("B")) == 1


async def test_an_hour_down_and_one_reading_that_fails_end_no_search(told: Desk) -> None:
    told.slack.then("B", RESET, executed=True)
    told.slack.unfindable = Answer(Verdict.UNKNOWN, reason="status 503")
    await told.at(15)
    await told.later(hours=1)
    assert told.row("ack.1").state is State.CHECKING
    told.slack.unfindable = None
    await told.later(minutes=1)
    assert told.row("ack.1").state is State.SENT
    assert len(told.kinds(told.nudges("B"))) == 1


async def test_a_history_that_fails_twenty_times_in_a_row_is_read_no_more(told: Desk) -> None:
    notice(told)
    told.slack.then("B", RESET, executed=True)
    told.slack.unfindable = Answer(Verdict.UNKNOWN, reason="status 503")
    await told.at(0)
    for failed in range(1, 20):
        await told.later(minutes=2)
        assert (told.row(NOTICE).state, told.row(NOTICE).reads) == (State.CHECKING, failed)
    await told.later(minutes=2)
    assert told.row(NOTICE).state is State.UNCERTAIN


async def test_without_history_a_reminder_comes_twice_rather_than_not_at_all(told: Desk) -> None:
    told.slack.then("B", RESET, executed=True)
    told.slack.unfindable = UNREADABLE
    await told.at(15)
    await told.later(seconds=16)
    await told.later(seconds=16)
    assert told.row("ack.1").state is State.SENT
    assert len(told.nudges("B")) == 2


async def test_without_history_a_notice_is_not_sent_twice_and_a_person_is_asked(told: Desk) -> None:
    notice(told)
    told.slack.then("B", RESET, executed=True)
    told.slack.unfindable = UNREADABLE
    await told.at(0)
    await told.painter.tick()
    await told.later(seconds=16)
    row = told.row(NOTICE)
    assert (row.state, row.reason) == (State.UNCERTAIN, "cannot be read")
    assert len(told.nudges("B")) == 1
    await told.later(minutes=10)
    assert len(told.nudges("B")) == 1
    drawn = len(told.slack.drawn)
    await told.painter.tick()
    assert "rcard" in [kind for kind, _ in told.slack.drawn[drawn:]]  # the reporter's card says so


async def test_a_channel_that_was_asked_to_wait_does_not_hold_up_the_others(told: Desk) -> None:
    told.sender = told.worker(Pace(spacing=0.001))
    told.incident("i2", told.told("F1"))
    told.slack.then("B", WAIT)
    await told.at(15)
    assert told.row("ack.1", "B").state is State.PENDING
    assert told.kinds(told.nudges("F1")) == ["ack.1"]
    assert told.row("ack.1", "B").run_at == told.clock.now + timedelta(seconds=30)


async def test_a_workspace_that_shuts_us_out_keeps_everything_until_it_does_not(desk: Desk) -> None:
    for number, boss in enumerate(BOSSES):
        desk.incident(f"i{number}", desk.told(boss))
    desk.slack.always = Step(PAUSED, executed=False)
    await desk.at(15)
    tried = sum(p.attempt for p in desk.rows())
    await desk.later(seconds=30)
    assert sum(p.attempt for p in desk.rows()) == tried  # nobody asks for a minute
    for minute in range(1, 10):
        await desk.later(seconds=61)
        assert sum(p.attempt for p in desk.rows()) == tried + minute  # then one post asks for all
    assert {p.state for p in desk.rows("ack.1")} == {State.PENDING}
    desk.slack.always = None
    await desk.later(minutes=2)
    assert len(desk.slack.messages) == len({m.n for m in desk.slack.messages})
    assert {f"D{p.recipient}" for p in desk.rows("ack.1")} == {m.channel for m in desk.nudges(*BOSSES)}


async def test_what_slack_takes_in_no_other_form_goes_as_plain_text(told: Desk) -> None:
    told.slack.then("B", PLAINER)
    await told.at(15)
    (message,) = told.nudges("B")
    assert set(message.body) == {"text"}
    assert told.row("ack.1").body == message.body


async def test_what_slack_takes_in_no_form_at_all_is_shown_to_a_person(told: Desk) -> None:
    told.slack.then("B", PLAINER, PLAINER)
    await told.at(15)
    assert told.row("ack.1").state is State.DEAD
    assert not told.nudges("B")


async def test_a_boss_who_cannot_be_written_to_is_shown_and_the_ladder_goes_on(told: Desk) -> None:
    told.slack.then("B", NEVER)
    await told.at(15)
    row = told.row("ack.1")
    assert (row.state, row.reason) == (State.BLOCKED, "is_archived")
    await told.at(30)
    assert told.kinds(told.nudges("B", "F1")) == ["ack.2"]


@pytest.mark.parametrize("kind", ["gone", "bot", "outside"])
async def test_a_boss_who_has_no_dm_is_never_written_to_and_the_ladder_goes_on(
    told: Desk, kind: Kind
) -> None:
    told.slack.kinds["B"] = kind
    await told.at(15)
    assert told.row("ack.1").reason == f"person_{kind}"
    await told.later(seconds=1)
    assert {m.channel for m in told.slack.messages} == {"DR", "DF1", "CADMIN"}


async def test_a_dm_that_slack_does_not_open_is_asked_for_again(told: Desk) -> None:
    told.slack.opened = RESET
    await told.at(15)
    assert told.row("ack.1").state is State.PENDING
    told.slack.opened = None
    await told.later(minutes=1)
    assert told.row("ack.1").state is State.SENT


async def test_a_dm_that_can_not_be_opened_is_shown_and_the_ladder_goes_on(told: Desk) -> None:
    told.slack.opened = Answer(Verdict.NEVER, reason="user_disabled")
    await told.at(15)
    await told.later(seconds=1)
    assert {told.row(kind).state for kind in ("ack.1", "ack.2", "ack.3")} == {State.BLOCKED}
    assert "ack.end" in told.kinds(
        told.slack.to("CADMIN")
    )  # no rung is left, and no one waits for the others'


async def test_one_that_slack_keeps_failing_on_is_shown_after_a_day(told: Desk) -> None:
    notice(told)
    told.slack.then("B", *[RESET] * 999)
    states = []
    while State.DEAD not in states[-1:]:
        await told.later(minutes=10)
        states.append(told.row(NOTICE).state)
    assert told.clock.now - T0 > timedelta(days=1)
    assert not told.nudges("B")


async def test_a_post_with_a_fault_of_ours_is_parked_then_shown_while_the_others_flow(told: Desk) -> None:
    notice(told)
    told.slack.broken = {NOTICE}
    await told.at(0)
    assert told.row("rcard").state is State.SENT
    for _ in range(10):
        assert told.row(NOTICE).state is State.PENDING
        await told.later(seconds=61)
    await told.later(seconds=61)
    assert told.row(NOTICE).state is State.DEAD


async def test_a_broken_reading_of_history_ends_with_a_person(told: Desk) -> None:
    notice(told)
    told.slack.then("B", RESET, executed=True)
    await told.at(0)
    told.slack.unfindable = Answer(Verdict.UNKNOWN, reason="status 500")
    while told.row(NOTICE).state is State.CHECKING:
        await told.later(minutes=1)
    assert told.row(NOTICE).state is State.UNCERTAIN
    assert told.clock.now - T0 < timedelta(minutes=25)
    assert told.kinds(told.nudges("B")).count(NOTICE) == 1
