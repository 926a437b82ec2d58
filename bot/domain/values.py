"""domain: what people and Slack write as a number, a time, a day, a zone, an id: one total parser each.

Each takes any value and answers with what it means or None (a zone: ""); none of them raises.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# A datetimepicker gives any time, and is drawn with one of ten digits only
# (docs.slack.dev/reference/block-kit/block-elements/datetime-picker-element, `initial_date_time`).
EARLIEST = datetime.fromtimestamp(1_000_000_000, UTC)  # 9 September 2001
LATEST = datetime.fromtimestamp(9_999_999_999, UTC)  # 20 November 2286
LONGEST_NUMBER = 30  # characters; what's longer is no amount of anything
NUMBER = re.compile(r"[+-]?(?=\.?[0-9])[0-9]*\.?[0-9]*")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
STAMP = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")
IDENT = re.compile(r"[A-Z0-9]{1,32}")


def number(value: object, decimals: int = 0) -> int | None:
    """`"12.50", 2` -> 1250: in the smallest unit; None for what's no plain number of so many decimals."""
    written = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if len(written) > LONGEST_NUMBER or not NUMBER.fullmatch(written):
        return None
    scaled = Decimal(written).scaleb(decimals)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def moment(value: object) -> datetime | None:
    """Unix seconds as a datetimepicker gives them, in UTC; None for what Python can't hold as a time."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (whole or (isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,12}", value))):
        return None
    try:
        return datetime.fromtimestamp(int(value), UTC)  # type: ignore[call-overload]
    except (ValueError, OverflowError, OSError):
        return None


def stamp(value: object) -> datetime | None:
    """The time of a message or an act as Slack writes it, "1700000000.000100", in UTC."""
    if not isinstance(value, str) or not STAMP.fullmatch(value):
        return None
    return datetime.fromtimestamp(float(value), UTC)


def day(value: object) -> date | None:
    """`"2026-03-20"`."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def from_json(text: str) -> object:
    """What that JSON says; None for anything that isn't JSON, or is nested too deep to be read."""
    try:
        return json.loads(text, parse_constant=lambda name: None)  # JSON knows no NaN
    except (ValueError, RecursionError):
        return None


def in_reach(at: datetime | date) -> bool:
    """Whether Slack's pickers can be drawn with it again; and a plan can be made with it."""
    if isinstance(at, datetime):
        return EARLIEST <= at <= LATEST
    return EARLIEST.date() <= at <= LATEST.date()


def ident(value: object) -> bool:
    """Whether Slack could have given it as the id of a person, a conversation, a team."""
    return isinstance(value, str) and IDENT.fullmatch(value) is not None


@lru_cache(maxsize=1024)
def zone(name: str) -> str:
    """The name, where the time zone database has such a zone, else ""; `America` is only a folder there."""
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
