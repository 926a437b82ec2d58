"""Nudges on their way: bundles, the cap, neutral twins, what is left out, and what comes after a silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.domain.level import Level
from bot.domain.record import Event, Party, What
from bot.guide import messages, reminders, team
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.outbox import nudging
from bot.outbox.pace import Pace
from bot.outbox.ports import Answer, Verdict
from bot.store import nudges
from bot.store.posts import CARD, NOTICE, State
from tests.outbox.desk import REFUSED, RESET, T0, TENANT, Desk, Message, Step

TEAM = "CTEAM"
HALF = timedelta(minutes=30)


def harm(desk: Desk, key: str = "i1", **more: str) -> None:
    """Harm may run (`halt` at +10, +20, +30) and the boss was told (`ack` from +15 on)."""
    desk.incident(key, desk.told("B", "F1", "F2"), going="yes", **more)


def stopped(desk: Desk) -> Event:
    return Event(desk.clock(), What.HALTED, "R", data={"status": "stopped"})


def text(message: Message) -> str:
    return str(message.body["text"]) + str(message.body.get("blocks", ""))


async def two_at_once(desk: Desk) -> None:
    """`tell` and `halt` for R, due in the same minute."""
    desk.incident("i1", going="yes", level=Level.CRITICAL)
    await desk.at(5)
    desk.slack.messages.clear()
    assert {p.due_at for p in desk.rows("tell")} == {p.due_at for p in desk.rows("halt") if p.ordinal == 4}


# --- one message, several nudges --------------------------------------------------------------------
async def test_what_one_person_is_due_in_a_minute_is_one_message_of_one_fate(desk: Desk) -> None:
    await two_at_once(desk)
    desk.slack.then("R", RESET, executed=True)
    await desk.at(10)
    await desk.later(seconds=16)
    (message,) = desk.slack.messages
    tell, halt = (
        next(p for p in desk.rows("tell") if p.sent_at),
        next(p for p in desk.rows("halt") if p.ordinal == 4),
    )
    assert {tell.state, halt.state} == {State.SENT}
    assert {tell.sent_ts, halt.sent_ts} == {message.ts}
    assert {tell.bundle, halt.bundle} == {"", message.n}


async def test_a_reason_that_goes_before_the_second_try_takes_only_its_own_line_along(desk: Desk) -> None:
    await two_at_once(desk)
    desk.slack.then("R", REFUSED)
    await desk.at(10)
    desk.happens("i1", stopped(desk))
    await desk.later(seconds=5)
    await desk.later(seconds=21)
    assert desk.kinds(desk.slack.messages) == ["tell"]
    assert {p.bundle for p in desk.rows("tell")} == {""}
    assert [p.reason for p in desk.rows("halt") if p.ordinal == 4] == [nudges.GONE]


async def test_six_messages_an_hour_to_one_person_and_the_seventh_waits(desk: Desk) -> None:
    desk.sender = desk.worker(Pace(monotonic=desk.clock.seconds))
    for number in range(9):
        desk.incident(f"i{number}")
    for second in range(10):
        await desk.at(0, seconds=second)
    desk.slack.messages.clear()
    await desk.at(15)
    for _ in range(30):
        await desk.later(seconds=1)
    assert desk.kinds(desk.slack.messages) == ["tell"] * desk.policy.cap
    await desk.at(74)
    assert len(desk.slack.messages) == desk.policy.cap
    await desk.at(75, seconds=8)
    assert len(desk.slack.messages) > desk.policy.cap


# --- the neutral twin in the team's thread ----------------------------------------------------------
def with_team(desk: Desk) -> None:
    from bot.stages import find

    harm(desk)

    def choose(work: Work) -> None:
        assert find("team")
        team.chosen(work, work.reload("i1"), {"channel": TEAM}, "R", "")
        settle(work, "i1")

    desk.do(choose)


async def test_a_twin_goes_into_the_thread_of_the_card_once(desk: Desk) -> None:
    with_team(desk)
    for minute in (0, 10, 60):
        await desk.at(minute)
    await desk.later(seconds=21)
    card = desk.row(CARD, place="channel")
    first, second = [m for m in desk.slack.to(TEAM) if m.thread]
    assert {first.thread, second.thread} == {card.sent_ts}
    assert desk.kinds([first, second]) == ["halt", "halt"]
    assert desk.row("int.due", TEAM, "thread").sent_ts == second.ts  # what is due at once is one message
    assert "R" not in (text(first) + text(second)).split()


async def test_news_that_wait_beside_a_twin_are_a_message_of_their_own(desk: Desk) -> None:
    with_team(desk)
    await desk.at(0)
    desk.slack.then(TEAM, REFUSED)  # the first try of the news; by the next one a twin is due as well
    desk.do(lambda work: team.tell_news(work, work.reload("i1"), "fixed"))
    for minute in (9.9, 10, 10.5):
        await desk.at(minute)
    await desk.later(seconds=30)
    assert sorted(desk.kinds(m for m in desk.slack.to(TEAM) if m.thread)) == ["halt", "news"]


async def test_a_twin_whose_fate_cannot_be_read_is_not_sent_again(desk: Desk) -> None:
    with_team(desk)
    await desk.at(0)
    desk.slack.then(TEAM, RESET, executed=True)
    desk.slack.unfindable = Answer(Verdict.UNKNOWN, reason="unreadable")
    await desk.at(10)
    await desk.later(seconds=16)
    await desk.later(minutes=5)
    assert desk.row("halt", TEAM, "thread").state is State.UNCERTAIN
    assert len([m for m in desk.slack.to(TEAM) if m.thread]) == 1


# --- after a silence --------------------------------------------------------------------------------
@pytest.mark.parametrize("hours", [3, 72])
async def test_after_a_silence_each_person_gets_one_message_that_says_it_is_late(
    desk: Desk, hours: int
) -> None:
    with_team(desk)
    harm(desk, "i2", reporter="S")
    await desk.at(0)
    before = len(desk.slack.messages)
    await desk.at(hours * 60)
    await desk.later(seconds=30)
    await desk.later(seconds=25)
    fresh = desk.slack.messages[before:]
    incident = {p.id: p.incident for p in desk.rows()}
    private = [(m.channel, incident[m.n]) for m in fresh if m.channel.startswith("D")]
    assert len(set(private)) == len(private)
    assert {m.channel for m in fresh} >= {"DR", "DS"}
    assert all("late" in text(m) for m in fresh if not m.thread)
    asked = [kind for m in fresh for kind in desk.kinds([m]) if kind.startswith("ack")]
    assert set(asked) == {"ack.end"}  # the ladder has come to its end by now; nobody below is asked any more


@pytest.mark.parametrize(
    ("level", "hours", "asked"),
    [
        (Level.LARGE, 3, "ack.end"),
        (Level.MEDIUM, 3, "ack.3"),
        (Level.SMALL, 5, "ack.1"),
        (Level.LARGE, 72, "ack.end"),
        (Level.MEDIUM, 72, "ack.end"),
    ],
)
async def test_the_ladder_goes_on_at_the_rung_it_has_reached_and_says_why_it_is_late(
    desk: Desk, level: Level, hours: int, asked: str
) -> None:
    desk.incident("i1", desk.told("B", "F1", "F2"), going="yes", level=level)
    await desk.at(0)
    before = len(desk.slack.messages)
    await desk.at(hours * 60 + 20)
    await desk.later(seconds=25)
    await desk.later(seconds=25)
    fresh = desk.slack.messages[before:]  # of the first minute
    assert len({m.channel for m in fresh}) == len(fresh)
    assert [kind for kind in desk.kinds(fresh) if kind.startswith("ack")] == [asked]
    assert all("couldn't send it then" in text(m) for m in fresh)


async def test_an_outage_of_slack_is_such_a_silence(desk: Desk) -> None:
    harm(desk)
    await desk.at(0)
    desk.slack.always = Step(REFUSED, executed=False)
    for hour in range(1, 72):
        await desk.at(hour * 60)
    desk.slack.always = None
    before = len(desk.slack.messages)
    await desk.at(72 * 60)
    await desk.later(seconds=30)
    await desk.later(seconds=25)
    channels = [m.channel for m in desk.slack.messages[before:]]
    assert channels
    assert len(set(channels)) == len(channels)
    assert all("late" in text(m) for m in desk.slack.messages[before:])


@pytest.mark.parametrize("executed", [False, True])
async def test_no_reminder_overtakes_the_notice_that_it_is_about(desk: Desk, executed: bool) -> None:
    harm(desk)
    await desk.at(14, seconds=58)
    desk.do(lambda work: messages.send(work, work.reload("i1"), NOTICE, "B", text="A mistake"))
    desk.slack.then("B", RESET, executed=executed)
    for second in range(0, 60, 3):
        await desk.at(14, seconds=58 + second)
        assert desk.row("ack.1").attempt == 0 or desk.row(NOTICE).state is State.SENT
    assert desk.kinds(desk.nudges("B")) == [NOTICE, "ack.1"]


@pytest.fixture
def between_two(desk: Desk) -> Desk:
    """Only the boss is asked; a client waits for a first contact."""
    told = desk.told("B")
    desk.incident("i1", replace(told, data={**told.data, "only_boss": True}))
    desk.do(lambda work: work.store.save_party("i1", Party("C1", "client")))
    desk.do(lambda work: settle(work, "i1"))
    return desk


async def test_after_a_silence_the_one_boss_is_reminded_and_not_only_said_to_be(between_two: Desk) -> None:
    between_two.clock.now = T0 + timedelta(minutes=61)
    await between_two.tick()
    sent = {(p.kind, p.recipient) for p in between_two.rows() if p.state is State.SENT}
    assert {("ack.3", "B"), ("ack.3", "R")} < sent


async def test_what_comes_with_a_rung_takes_no_notice_away(between_two: Desk) -> None:
    """Whichever of the two was taken first, the message is the notice, with the buttons that answer it."""
    now = between_two.clock.now = T0 + timedelta(minutes=121)
    post = between_two.row("first.due", "B")

    def bundle(work: Work) -> list[str]:
        made = nudging.bundle_of(work.store, work.reload("i1"), post, work.policy, now)
        return [one.kind for one in made]

    assert between_two.do(bundle) == ["ack.3", "first.due"]


async def test_a_notice_that_will_not_come_holds_no_reminder_back(desk: Desk) -> None:
    harm(desk)
    desk.do(lambda work: messages.send(work, work.reload("i1"), NOTICE, "B", text="A mistake"))
    desk.slack.then("B", RESET)
    desk.slack.unfindable = Answer(Verdict.UNKNOWN, reason="unreadable")
    await desk.at(0)
    await desk.at(1)
    assert desk.row(NOTICE).state is State.UNCERTAIN
    await desk.at(15)
    assert desk.kinds(desk.nudges("B")) == ["ack.1"]


# --- plan and rows ----------------------------------------------------------------------------------
async def test_planning_again_writes_nothing(desk: Desk) -> None:
    harm(desk)
    await desk.at(0)
    await desk.at(12)
    written: list[str] = []

    @event.listens_for(desk.database.engine, "before_cursor_execute")
    def note(connection, cursor, statement, *rest) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002
        if not statement.startswith(("SELECT", "BEGIN")):
            written.append(statement)

    desk.do(lambda work: nudges.replan(work.store, work.reload("i1"), work.policy))
    assert written == []


async def test_a_reason_that_goes_and_comes_back(desk: Desk) -> None:
    harm(desk)
    await desk.at(0)
    desk.happens("i1", stopped(desk))
    assert not desk.rows("halt")
    desk.clock.now = T0 + timedelta(minutes=2)
    desk.happens("i1", Event(desk.clock(), What.HALTED, "R", data={"status": "someone_else"}))
    assert desk.row("halt").state is State.PENDING
    await desk.at(12)
    assert "halt" in desk.kinds(desk.nudges("R"))


async def test_a_time_that_moves_moves_the_row(desk: Desk) -> None:
    harm(desk)
    await desk.at(0)
    before = desk.row("ack.1").due_at
    said = {"before": "large", "after": "critical"}

    def raised(work: Work) -> None:
        work.store.set_level("i1", Level.CRITICAL)
        work.store.append("i1", [Event(work.now, What.LEVEL, "R", data=said)])
        settle(work, "i1")

    desk.do(raised)
    row = desk.row("ack.1")
    assert row.due_at == row.run_at == before - timedelta(minutes=10)


async def test_put_off_once_and_left_out_for_good(desk: Desk) -> None:
    desk.incident("i1")
    await desk.at(15)
    first = next(p for p in desk.rows("tell") if p.sent_at)
    desk.do(reminders.snooze, first.id, "R", reminders.HALF_HOUR)
    (again,) = [
        p for p in desk.rows("tell") if p.state is State.PENDING and p.due_at == desk.clock.now + HALF
    ]
    desk.do(reminders.snooze, first.id, "R", reminders.HALF_HOUR)
    assert again in desk.rows("tell")
    desk.do(reminders.leave_out, again.id, "R", "I am about to")
    await desk.at(90)
    assert desk.kinds(desk.nudges("R")).count("tell") == 1


async def test_closing_takes_everything_back_that_waits(desk: Desk) -> None:
    harm(desk)
    await desk.at(0)
    desk.happens("i1", Event(desk.clock(), What.CANCELLED, "R", data={"why": "false_alarm"}))
    assert not [p for p in desk.rows() if p.state is State.PENDING and p.kind in desk.policy.nudges]


async def test_the_same_post_is_put_in_once(desk: Desk) -> None:
    harm(desk)
    for _ in range(3):
        desk.do(lambda work: settle(work, "i1"))
    keys = [(p.kind, p.party, p.ordinal, p.recipient, p.place) for p in desk.rows()]
    assert len(set(keys)) == len(keys)
    assert desk.rows()[0].tenant == TENANT
