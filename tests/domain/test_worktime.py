"""Working time: every IANA zone, ten years, gaps and overlaps of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import worktime
from bot.domain.level import Level
from bot.domain.rules import Window
from bot.domain.worktime import Calendar
from bot.policy import load_policy

POLICY = load_policy()
HOURS = POLICY.hours
OFFICE = POLICY.windows[Level.SMALL]
DAILY = POLICY.windows[Level.LARGE]
ALWAYS = POLICY.windows[Level.CRITICAL]
NIGHTLY = Window(frozenset(range(7)), 90, 200)  # edges where clocks change
ZONES = sorted(available_timezones())
MINUTE = timedelta(minutes=1)
BEGIN, END = datetime(2021, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)

zones = st.sampled_from(ZONES)
windows = st.sampled_from([OFFICE, DAILY, ALWAYS, NIGHTLY])
holidays = st.frozensets(st.dates(date(2021, 1, 1), date(2031, 1, 1)), max_size=40)
calendars = st.builds(Calendar, zones, holidays)
moments = st.integers(0, (END - BEGIN) // MINUTE).map(lambda minutes: BEGIN + minutes * MINUTE)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(moments, st.integers(0, 5000), st.integers(0, 5000), windows, calendars)
def test_minutes_add_up(at: datetime, one: int, two: int, window: Window, calendar: Calendar) -> None:
    first = worktime.add(at, one, window, calendar)
    both = worktime.add(at, one + two, window, calendar)
    assert worktime.add(first, two, window, calendar) == both
    assert worktime.between(at, both, window, calendar) == (one + two) * MINUTE
    assert at <= first <= both
    assert worktime.is_open(both, window, calendar)


@given(moments, moments, st.integers(0, 3000), windows, calendars)
def test_who_starts_later_ends_no_earlier(
    one: datetime, two: datetime, minutes: int, window: Window, calendar: Calendar
) -> None:
    first, second = sorted([one, two])
    assert worktime.add(first, minutes, window, calendar) <= worktime.add(second, minutes, window, calendar)


@given(moments, st.integers(-30, 30).filter(bool), calendars)
def test_working_mornings_lie_on_working_days(at: datetime, days: int, calendar: Calendar) -> None:
    morning = worktime.working_morning(at, days, HOURS, calendar)
    day = worktime.local(morning, calendar).date()
    assert worktime.works(day, HOURS.office, calendar)
    assert (morning > at) == (days > 0)
    start = worktime.local(at, calendar).date()
    between = sorted([start, day])
    span = (between[0] + timedelta(n) for n in range((between[1] - between[0]).days + 1))
    assert sum(worktime.works(d, HOURS.office, calendar) for d in span if d != start) == abs(days)


@given(moments, moments, calendars)
def test_brought_forward_into_working_hours(at: datetime, sent: datetime, calendar: Calendar) -> None:
    forward = worktime.last_working_time(at, sent, HOURS, calendar)
    assert forward <= at
    assert worktime.is_open(forward, HOURS.office, calendar)
    assert forward == at or worktime.local(forward, calendar).hour in (10, 17)


@given(moments, calendars)
def test_nights_end(at: datetime, calendar: Calendar) -> None:
    end = worktime.end_of_night(at, HOURS, calendar)
    assert at <= end <= at + timedelta(hours=49)  # a zone may skip a whole day
    assert not worktime.is_night(end, HOURS, calendar)


def changes_of_clock() -> Iterator[tuple[str, datetime]]:
    """Each moment in ten years at which a zone's offset changes, found by weeks and then by halves."""
    for name in ZONES:
        zone, at, week = ZoneInfo(name), BEGIN, timedelta(days=7)
        while at < END:
            if at.astimezone(zone).utcoffset() != (at + week).astimezone(zone).utcoffset():
                low, high = at, at + week
                while high - low > timedelta(seconds=1):
                    middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                    same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
                    low, high = (middle, high) if same else (low, middle)
                yield name, high
            at += week


def test_every_change_of_every_clock() -> None:
    """Gap: the first valid instant. Overlap: the first of the two. Around both, time never runs backwards."""
    seen = 0
    for name, change in changes_of_clock():
        zone, second = ZoneInfo(name), timedelta(seconds=1)
        before, after = (change - second).astimezone(zone), change.astimezone(zone)
        jump = (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
        wall = before.replace(tzinfo=None) + second
        skipped_or_first = change if jump > timedelta() else change + jump
        inside = min(wall, wall + jump) + abs(jump) / 2
        minute = inside.hour * 60 + inside.minute
        exact = inside.replace(second=0) - (wall if jump > timedelta() else wall + jump)
        expected = change if jump > timedelta() else skipped_or_first + exact
        assert worktime.instant(inside.date(), minute, name) == expected, (name, change)
        day = wall.date()
        row = [worktime.instant(day, m, name) for m in range(0, 1441, 15)]
        assert row == sorted(row), (name, change)
        seen += 1
    assert seen > 1000


@pytest.mark.parametrize(
    ("start", "minutes", "window", "end"),
    [
        ("2024-01-05T17:40", 120, OFFICE, "2024-01-08T10:40"),  # Friday to Monday
        (
            "2024-01-05T17:40",
            20,
            OFFICE,
            "2024-01-08T09:00",
        ),  # what ends at 18:00 sharp is due as work begins
        ("2024-01-05T17:59", 0, OFFICE, "2024-01-05T17:59"),
        ("2024-01-05T18:00", 0, OFFICE, "2024-01-08T09:00"),
        ("2024-01-06T21:50", 15, DAILY, "2024-01-07T07:05"),
        ("2024-01-06T23:50", 15, ALWAYS, "2024-01-07T00:05"),
    ],
)
def test_windows(start: str, minutes: int, window: Window, end: str) -> None:
    assert worktime.add(utc(start), minutes, window, Calendar()) == utc(end)


def test_a_holiday_counts_where_the_window_has_free_days() -> None:
    may_day = Calendar("Europe/Berlin", frozenset({date(2024, 5, 1)}))
    evening = utc("2024-04-30T15:30")  # 17:30 in Berlin
    assert worktime.add(evening, 60, OFFICE, may_day) == utc("2024-05-02T07:30")
    assert worktime.add(evening, 60, DAILY, may_day) == utc("2024-04-30T16:30")


def test_one_night_of_two_lengths() -> None:
    """Berlin, 31 March 2024: 02:00 becomes 03:00; 27 October: 03:00 becomes 02:00."""
    berlin = Calendar("Europe/Berlin")
    assert worktime.instant(date(2024, 3, 31), 150, "Europe/Berlin") == utc("2024-03-31T01:00")
    assert worktime.instant(date(2024, 10, 27), 150, "Europe/Berlin") == utc("2024-10-27T00:30")
    assert worktime.between(utc("2024-03-30T23:00"), utc("2024-03-31T22:00"), ALWAYS, berlin) == timedelta(
        hours=23
    )
    assert worktime.end_of_night(utc("2024-03-30T22:30"), HOURS, berlin) == utc("2024-03-31T05:00")


def test_half_an_hour_of_daylight_saving() -> None:
    """Lord Howe, 7 April 2024: 02:00 becomes 01:30; 01:45 comes twice and means the first."""
    first = worktime.instant(date(2024, 4, 7), 105, "Australia/Lord_Howe")
    assert first == utc("2024-04-06T14:45")
