"""Whose night it is by now, and what was held back: what a late nudge meets on its way."""

from __future__ import annotations

from datetime import date

from bot.domain.level import Level
from bot.domain.nudges.delivery import catch_up
from bot.domain.record import Event, What
from bot.domain.worktime import Calendar
from tests.domain.histories import POLICY, at, opened, planned, told


# --- late -------------------------------------------------------------------------------------------
def late(level: Level, now: float, *events: Event, **zones: Calendar) -> list[tuple[str, str, float]]:
    """What waits at that minute, and until when, if nothing could be sent before."""
    incident = opened(*events, level=level, clients=1)
    caught = catch_up(incident, POLICY, zones, (), at(now))
    return sorted((d.kind, d.recipient, (until - at(0)).total_seconds() / 60) for d, until in caught.waits)


def test_after_the_window_has_closed_what_is_late_waits_for_the_next() -> None:
    """Large, 22:00 and later: nobody is sent what was due at 12:00."""
    assert ("first.over", "R", 21 * 60) in late(Level.LARGE, 12 * 60)
    assert late(Level.LARGE, 11 * 60 + 59) == []


def test_small_on_friday_evening_waits_for_monday() -> None:
    assert ("tell", "R", 6 * 1440 + 23 * 60) in late(Level.SMALL, 4 * 1440 + 8 * 60)


def test_critical_by_night_the_ladder_and_who_is_awake_are_sent_to_and_the_others_wait() -> None:
    told_late = told(12 * 60 + 50)
    got = late(Level.CRITICAL, 16 * 60, told_late)
    assert "ack.end" not in {kind for kind, _, _ in got}
    assert {who for _, who, _ in got} == {"R"}
    assert late(Level.CRITICAL, 13 * 60 + 20, told_late) == []


def test_night_is_where_they_are() -> None:
    assert ("first.over", "R", 12 * 60) in late(Level.LARGE, 6 * 60, R=Calendar("Asia/Tokyo"))


def test_a_promised_time_and_a_legal_clock_are_held_back_by_nothing() -> None:
    promised = {"result": "reached", "promised": at(13 * 60).isoformat()}
    contact = Event(at(10), What.CONTACTED, "R", "C1", promised)
    legal = Event(at(13 * 60), What.LEGAL_SENT, "R", data={"to": "P", "aware_at": at(13 * 60).isoformat()})
    got = late(Level.LARGE, 13 * 60 + 5, contact, legal)
    assert not {kind for kind, _, _ in got} & {"upd.due", "legal.now"}


def test_a_holiday_counts_at_the_moment_of_sending_too() -> None:
    home = Calendar("UTC", frozenset({date(2024, 1, 2)}))
    assert ("tell", "R", 2 * 1440 - 60) in late(Level.SMALL, 9 * 60, R=home)


# --- held back --------------------------------------------------------------------------------------
def test_what_was_held_back_counts_from_when_it_goes_and_nothing_is_left_out() -> None:
    tried = Event(at(8), What.CONTACTED, "R", "C1", {"result": "voicemail"})
    incident = opened(tried, clients=1)
    (due,) = planned(incident, "retry")
    caught = catch_up(incident, POLICY, {}, (), at(68), held={due.key})
    assert [d for d in caught.send if d.kind == "retry"] == [due]
    assert not [d for d in caught.overtaken if d.kind == "retry"]
    silence = catch_up(incident, POLICY, {}, (), at(68))
    assert [d for d in silence.overtaken if d.kind == "retry"] == [due]
