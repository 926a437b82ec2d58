"""words: how a moment is said to the person who reads it, in their zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain import values

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC for an empty or unknown one (Slack's `tz` can be either)."""
    return ZoneInfo(values.zone(name) or "UTC")


def zone_words(name: str) -> str:
    """`"Europe/Berlin"` -> `"Berlin time"`; `"UTC"` stays."""
    key = zone(name).key
    return key if "/" not in key else f"{key.rsplit('/', 1)[1].replace('_', ' ')} time"


def dated(at: datetime, tz: str, now: datetime) -> str:
    """`"Mon 3 Mar, 15:04 (Berlin time)"`: for what is read another day; the year only if another."""
    return f"{_date(at, tz, now)} ({zone_words(tz)})"


def _date(at: datetime, tz: str, now: datetime) -> str:
    local, today = at.astimezone(zone(tz)), now.astimezone(zone(tz))
    year = "" if local.year == today.year else f" {local.year}"
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}{year}, {local:%H:%M}"


def clock(at: datetime, tz: str, now: datetime) -> str:
    """`"15:04"` today, `"tomorrow 09:30"`, else `"Mon 3 Mar, 15:04"`; the year only if another."""
    local, today = at.astimezone(zone(tz)), now.astimezone(zone(tz))
    days = (local.date() - today.date()).days
    time = f"{local:%H:%M}"
    if days == 0:
        return time
    if days == 1:
        return f"tomorrow {time}"
    return _date(at, tz, now)


def moment(at: datetime | str, tz: str, now: datetime) -> str:
    """As `clock`, with the zone named: `"15:04 (Berlin time)"`. A str is ISO 8601 with an offset."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{clock(when.astimezone(UTC), tz, now)} ({zone_words(tz)})"
