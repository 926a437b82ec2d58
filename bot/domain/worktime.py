"""domain: working time. Windows, zones and holidays in, instants in UTC out (product.md 4.4).

Local times that a change of the clocks skips mean the first instant after the gap; those that come twice mean
the first of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.rules import Hours, Window

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where somebody lives: an IANA zone and the days off there."""

    zone: str = "UTC"
    holidays: frozenset[date] = frozenset()


Directory = Mapping[str, Calendar]
"""User id -> their calendar; under "" the calendar of everybody who is not listed."""


def calendar_of(directory: Directory, user: str) -> Calendar:
    return directory.get(user) or directory.get("") or Calendar()


def whole_minute(at: datetime) -> datetime:
    """The minute that this moment lies in."""
    return at.replace(second=0, microsecond=0)


def local(at: datetime, calendar: Calendar) -> datetime:
    return at.astimezone(ZoneInfo(calendar.zone))


@lru_cache(maxsize=4096)
def instant(day: date, minute: int, zone: str) -> datetime:
    """The moment in UTC when clocks there show `minute` of that day; 1440 is midnight at its end."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    earlier, later = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier <= later:  # once, or twice: the first
        return earlier
    return _end_of_gap(later, earlier, zone)


def _end_of_gap(before: datetime, after: datetime, zone: str) -> datetime:
    """The second at which the offset changes, between a moment before the gap and one at or after its end."""
    where = ZoneInfo(zone)
    old = before.astimezone(where).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(where).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def works(day: date, window: Window, calendar: Calendar) -> bool:
    """Whether the window opens on that day; one that is open all week knows no holidays."""
    return day.weekday() in window.days and not (window.keeps_holidays and day in calendar.holidays)


def _openings(at: datetime, window: Window, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """(start, end) of each opening that ends after `at`, in order."""
    day = local(at, calendar).date() - DAY
    while True:
        if works(day, window, calendar):
            start = instant(day, window.start, calendar.zone)
            end = instant(day, window.end, calendar.zone)
            if max(start, at) < end:
                yield start, end
        day += DAY


def add(at: datetime, minutes: int, window: Window, calendar: Calendar) -> datetime:
    """`at` plus so many minutes of the window. What would end with the window ends as the next one opens."""
    left = minutes * MINUTE
    for start, end in _openings(at, window, calendar):
        begin = max(start, at)
        if left < end - begin:
            return begin + left
        left -= end - begin
    raise AssertionError("a window opens again and again")


def between(since: datetime, until: datetime, window: Window, calendar: Calendar) -> timedelta:
    """How much of the window lies between two moments."""
    total = timedelta()
    for start, end in _openings(since, window, calendar):
        if start >= until:
            return total
        total += min(end, until) - max(start, since)
    raise AssertionError("a window opens again and again")


def is_open(at: datetime, window: Window, calendar: Calendar) -> bool:
    start, _ = next(_openings(at, window, calendar))
    return start <= at


def morning_of(day: date, hours: Hours, calendar: Calendar) -> datetime:
    return instant(day, hours.morning.hour * 60 + hours.morning.minute, calendar.zone)


def workday(day: date, count: int, hours: Hours, calendar: Calendar) -> date:
    """The working day that many working days after (before, if negative) that day."""
    step = DAY if count > 0 else -DAY
    left = abs(count)
    while left:
        day += step
        left -= works(day, hours.office, calendar)
    return day


def working_morning(at: datetime, days: int, hours: Hours, calendar: Calendar) -> datetime:
    """10:00 of the working day so many working days after the day of `at`."""
    return morning_of(workday(local(at, calendar).date(), days, hours, calendar), hours, calendar)


def calendar_morning(at: datetime, days: int, hours: Hours, calendar: Calendar) -> datetime:
    """10:00 of the day so many days later, or of the next working day after it."""
    day = local(at, calendar).date() + days * DAY
    if not works(day, hours.office, calendar):
        day = workday(day, 1, hours, calendar)
    return morning_of(day, hours, calendar)


def next_opening(at: datetime, window: Window, calendar: Calendar) -> datetime:
    """When the window opens next, strictly after `at`."""
    return next(start for start, _ in _openings(at, window, calendar) if start > at)


def last_working_time(at: datetime, not_before: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """`at`, brought forward into working hours: 10:00 of the last working day before, or, where that is
    past at `not_before`, that day's last working minute (product.md 4.3, `legal.*`)."""
    if is_open(at, hours.office, calendar):
        return at
    day = local(at, calendar).date()
    if not works(day, hours.office, calendar) or morning_of(day, hours, calendar) > at:
        day = workday(day, -1, hours, calendar)
    morning = morning_of(day, hours, calendar)
    return morning if morning >= not_before else instant(day, hours.office.end, calendar.zone) - MINUTE


def is_night(at: datetime, hours: Hours, calendar: Calendar) -> bool:
    now = local(at, calendar).time()
    if hours.night_from <= hours.night_to:
        return hours.night_from <= now < hours.night_to
    return now >= hours.night_from or now < hours.night_to


def end_of_night(at: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """The next time that the night ends there, at or after `at`."""
    minute = hours.night_to.hour * 60 + hours.night_to.minute
    today = local(at, calendar).date()
    ends = (instant(day, minute, calendar.zone) for day in (today, today + DAY))
    return next(end for end in ends if end >= at)
