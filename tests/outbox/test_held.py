"""Held back, by the cap or for the night: looked at again when it's sent, and delayed, not dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.level import Level
from bot.domain.record import Event, Party, What
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.outbox.auditor import Auditor
from bot.store.posts import State
from tests.outbox.desk import REFUSED, T0, TENANT, Desk, Step, in_memory


@pytest.fixture
def desk() -> Desk:
    return in_memory()


TRIES = {"result": "voicemail", "email": False}


def many(desk: Desk, clients: int, *events: Event, level: Level = Level.LARGE) -> None:
    """An incident with so many clients, opened at T0."""

    def parties(work: Work) -> None:
        for number in range(1, clients + 1):
            work.store.save_party("i1", Party(f"C{number}", "client", f"Client {number}"))
        settle(work, "i1")

    desk.clock.now = T0
    desk.incident("i1", *events, level=level)
    desk.do(parties)


def tried(minute: float, party: str) -> Event:
    return Event(T0 + timedelta(minutes=minute), What.CONTACTED, "R", party, TRIES)


def sent(desk: Desk, kind: str, party: str = "", who: str = "R") -> list[float]:
    """In which minutes those went out."""
    rows = [p for p in desk.rows(kind) if p.party == party and p.recipient == who and p.sent_at]
    return sorted((p.sent_at - T0) // timedelta(minutes=1) for p in rows if p.sent_at)


async def walk(desk: Desk, first: int, last: int, step: int = 1) -> None:
    for minute in range(first, last + 1, step):
        await desk.at(minute)
        await desk.at(minute, seconds=1)


async def test_nine_clients_and_every_one_is_tried_three_times(desk: Desk) -> None:
    """Voicemails a minute apart: the seventh to the ninth are held for the hour, and lose no step."""
    many(desk, 9)
    for number in range(1, 10):
        desk.happens("i1", tried(number, f"C{number}"))
    await walk(desk, 10, 420)
    counts = {f"C{n}": len(sent(desk, "retry", f"C{n}")) for n in range(1, 10)}
    assert counts == dict.fromkeys(counts, 3)


async def test_a_reminder_held_for_the_hour_starts_its_own_interval(desk: Desk) -> None:
    many(desk, 9)
    for number in range(1, 8):
        desk.happens("i1", tried(number, f"C{number}"))
    await walk(desk, 8, 240)
    first, second, third = sent(desk, "retry", "C7")
    assert first > 37
    assert second - first >= 30
    assert third - second >= 30


async def test_a_hiccup_of_slack_after_the_hour_takes_no_step_away(desk: Desk) -> None:
    many(desk, 7)
    for number in range(1, 8):
        desk.happens("i1", tried(number, f"C{number}"))
    await walk(desk, 8, 40)  # then a silence, so that one message holds what was held and what was not
    held = next(p for p in desk.rows("retry") if p.party == "C7")
    assert (held.state, held.reason) == (State.PENDING, "held")
    assert held.run_at is not None
    desk.slack.then("R", REFUSED, REFUSED)
    desk.clock.now = held.run_at
    await desk.tick()
    await walk(desk, (held.run_at - T0) // timedelta(minutes=1) + 1, 260)
    assert len(sent(desk, "retry", "C7")) == 3


@pytest.mark.parametrize(("back", "goes"), [(12 * 60 + 30, 21 * 60), (11 * 60 + 59, 11 * 60 + 59)])
async def test_after_an_outage_it_goes_by_the_clock_of_that_moment(desk: Desk, back: int, goes: int) -> None:
    """Large: due at 21:30; the bot is back at 22:30, when R may be asleep, or at 21:59, when they aren't."""
    tale = Event(T0 + timedelta(minutes=11 * 60), What.CONTACTED, "R", "C1", TRIES)
    many(desk, 1)
    desk.happens("i1", tale)
    await desk.at(back)
    await desk.at(back, seconds=1)
    if goes > back:
        assert sent(desk, "retry", "C1") == []
        assert await Auditor(desk.database, desk.slack, desk.clock, desk.policy, TENANT).run() == []
    await desk.at(goes)
    assert sent(desk, "retry", "C1") == [goes]
    await walk(desk, max(goes + 1, 21 * 60), 21 * 60 + 31)
    counted_on = 21 * 60 + 29 if goes < 12 * 60 else goes + 30  # half an hour of the window
    assert sent(desk, "retry", "C1") == [goes, counted_on]


async def test_held_by_the_hour_until_after_ten_it_waits_for_the_morning(desk: Desk) -> None:
    """21:55, the seventh in the hour: it would come up at 22:00 sharp, to someone asleep."""
    many(desk, 9)
    for number in range(1, 10):
        desk.happens("i1", tried(11 * 60 + 15 + number, f"C{number}"))
    await walk(desk, 11 * 60 + 25, 12 * 60 + 59)
    night = [m for m in desk.nudges("R") if m.at >= T0 + timedelta(hours=12)]
    assert night == []
    waiting = [p for p in desk.rows("retry") if p.state is State.PENDING]
    assert waiting
    await walk(desk, 21 * 60, 21 * 60 + 3)
    assert [m for m in desk.nudges("R") if m.at >= T0 + timedelta(hours=21)]


@pytest.mark.parametrize("level", [Level.SMALL, Level.MEDIUM])
async def test_after_working_hours_what_is_late_waits_for_the_next_day(desk: Desk, level: Level) -> None:
    many(desk, 1, level=level)
    await desk.at(10 * 60)
    assert sent(desk, "tell") == []
    await desk.at(23 * 60)
    assert sent(desk, "tell") == [23 * 60]


async def test_slack_away_over_the_evening_is_no_reason_to_wake_anyone(desk: Desk) -> None:
    many(desk, 1)
    desk.slack.always = Step(REFUSED, executed=False)
    await walk(desk, 0, 13 * 60, 30)
    desk.slack.always = None
    before = len(desk.nudges("R"))
    await walk(desk, 13 * 60 + 10, 13 * 60 + 20)
    kinds = desk.kinds(desk.nudges("R")[before:])
    assert set(kinds) <= {"rcard"}


async def test_a_rung_and_a_promise_go_by_night_as_they_would_on_time(desk: Desk) -> None:
    """Critical: the ladder may be called, and whoever promised something is; late or not."""
    many(desk, 1, level=Level.CRITICAL)
    desk.clock.now = T0 + timedelta(minutes=12 * 60 + 50)
    promised = {"result": "reached", "promised": (T0 + timedelta(hours=15)).isoformat()}
    desk.happens("i1", desk.told("B", "F1", "F2"), Event(desk.clock(), What.CONTACTED, "R", "C1", promised))
    await desk.at(15 * 60 + 2)
    await desk.at(15 * 60 + 2, seconds=2)
    kinds = desk.kinds(m for m in desk.slack.messages if m.at >= T0 + timedelta(hours=15))
    assert "upd.due" in kinds
    assert "ack.end" in kinds
