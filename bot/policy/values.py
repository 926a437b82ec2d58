"""policy: kinds of values: what a text, an id, a time of day or a list has to be, and how that is said.

Each is total: anything at all may be asked about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from bot.domain.text import clean
from bot.policy.shipped import NEVER

LINE_MAX, OPTION_MAX, MENU_MAX = 300, 75, 100  # the last two: Slack's, docs.slack.dev/reference/block-kit
SHOWN_MAX = 120  # characters of a wrong value in a sentence about it
ID = re.compile(r"[A-Z][A-Z0-9]{0,30}")
HOST = re.compile(
    r"(?=.*\w)(?:(?!-)[\w-]{1,63}(?:\.|$))+|[0-9a-f:.]*:[0-9a-f:.]*"
)  # a name, or an IPv6 address
MAILBOX = re.compile(r"mailto:[^@:]+@[^@]+")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Check:
    """A predicate and the rule in words that it stands for."""

    holds: Callable[[Any], bool]
    rule: str


def shown(value: object) -> str:
    """A value as a sentence names it: on one line, and not at any length."""
    try:
        said = repr(value)
    except (ValueError, RecursionError):  # a number of more digits than Python prints
        said = f"a {type(value).__name__}"
    return said if len(said) <= SHOWN_MAX else f"{said[:SHOWN_MAX]}…"


def clock(value: object) -> int | None:
    """`"09:30"` -> 570, the minute of the day; 24:00 is 1440; None for anything else."""
    if not (isinstance(value, str) and len(value) == 5 and value[2] == ":"):
        return None
    digits = value[:2] + value[3:]
    if not (digits.isascii() and digits.isdecimal()):
        return None
    hour, minute = int(value[:2]), int(value[3:])
    return hour * 60 + minute if minute < 60 and (hour < 24 or value == "24:00") else None


def weekdays(value: object) -> frozenset[int]:
    """`"Mon-Fri"`, `"daily"` or `"Mon,Wed"` -> weekday numbers; the empty set for anything else."""
    if value == "daily":
        return frozenset(range(7))
    if not isinstance(value, str):
        return frozenset()
    first, dash, last = value.partition("-")
    if dash and first in DAYS and last in DAYS and DAYS.index(first) <= DAYS.index(last):
        return frozenset(range(DAYS.index(first), DAYS.index(last) + 1))
    names = value.split(",")
    return frozenset(DAYS.index(n) for n in names) if set(names) <= set(DAYS) else frozenset()


def whole(low: int, high: int) -> Check:
    def holds(value: object) -> bool:
        return type(value) is int and low <= value <= high

    return Check(holds, f"a whole number from {low} to {high}")


def or_never(check: Check) -> Check:
    return Check(lambda value: value == NEVER or check.holds(value), f'{check.rule}, or "{NEVER}"')


def one_of(*allowed: str) -> Check:
    return Check(lambda value: value in allowed, "one of " + ", ".join(allowed))


def list_of(check: Check, least: int = 0, most: int = 1000) -> Check:
    """So many different values, each as `check` says."""

    def holds(value: object) -> bool:
        if not isinstance(value, list) or not least <= len(value) <= most:
            return False
        return all(map(check.holds, value)) and len(set(map(read, value))) == len(value)

    return Check(holds, f"a list of {least} to {most} values, none of them twice, each {check.rule}")


def read(value: object) -> object:
    """What a reader takes a value for: "Print", "print" and one with another kind of space are the same."""
    if not isinstance(value, str):
        return value
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _shows(value: object, most: int = LINE_MAX, also: str = "") -> bool:
    """A text that can be seen: nothing invisible in it (`domain.text`), no space at either end."""
    return (
        isinstance(value, str)
        and len(value) <= most
        and value == value.strip() == clean(value)
        and not any(unicodedata.category(c) == "Cc" for c in value if c not in also)
    )


def or_empty(check: Check) -> Check:
    return Check(lambda value: value == "" or check.holds(value), f'{check.rule}, or ""')


def _address(value: object) -> bool:
    """An address that a person can press: a web page, or somewhere to write to."""
    if not _shows(value, 2000) or not isinstance(value, str) or not re.fullmatch(r"[^\s<>|\\]+", value):
        return False
    try:
        parts = urlsplit(value)
        web = parts.scheme in ("https", "http") and parts.port != 0 and parts.username is None
    except ValueError:
        return False
    return bool(web and HOST.fullmatch(parts.hostname or "")) or bool(MAILBOX.fullmatch(value))


def line(most: int) -> Check:
    return Check(
        lambda value: value != "" and _shows(value, most),
        f"a text of 1 to {most} characters, without control characters and without spaces at its ends",
    )


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(ID.fullmatch(value))


LINE = Check(
    lambda value: _shows(value),
    f"a text of at most {LINE_MAX} characters, without control characters and without spaces at its ends",
)
LINES = Check(
    lambda value: _shows(value, also="\n"),
    f"a text of at most {LINE_MAX} characters, without control characters and without spaces at its ends",
)
TEXTS = list_of(line(LINE_MAX))
PERSON = Check(_is_id, "a person's Slack id like U0123ABCD (their profile's menu, Copy member ID)")
CHANNEL = Check(_is_id, "a channel's id like C0123ABCD (the channel's details, at the end of About)")
LINK = Check(_address, "an address that begins with https://, http:// or mailto:")
EMOJI = Check(
    lambda value: value != "" and _shows(value, 100) and not re.search(r"[\s:]", str(value)),
    "an emoji's name without colons, like white_check_mark",
)
CODE = Check(
    lambda value: isinstance(value, str) and bool(re.fullmatch("[A-Z]{3}", value)),
    "a currency's three letters (ISO 4217), like EUR",
)
FLAG = Check(lambda value: isinstance(value, bool), "true or false")
CLOCK = Check(lambda value: clock(value) is not None, "a time of day like 09:30")
DAY_LIST = Check(lambda value: bool(weekdays(value)), "daily, a range like Mon-Fri, or a list like Mon,Wed")
NUMBER = whole(1, 100_000)
OFFSETS = Check(
    lambda value: isinstance(value, list) and all(map(NUMBER.holds, value)) and value == sorted(set(value)),
    "a rising list of whole numbers from 1",
)


def time_of(value: str) -> time:
    minutes = clock(value) or 0
    return time(minutes // 60, minutes % 60)
