"""policy: what each key of the policy file may hold, as a table of checks. Every problem is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from bot.policy.shipped import LEVELS, NEVER, SHIPPED

MAX_TIMES = 40
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Check:
    """A predicate and the rule in words that it stands for."""

    holds: Callable[[Any], bool]
    rule: str


@dataclass(frozen=True, slots=True)
class Each:
    """A table with keys of the admin's choosing, or a list: every value answers to the same schema."""

    schema: Any
    of: type = dict


def clock(value: object) -> int | None:
    """`"09:30"` -> 570, the minute of the day; 24:00 is 1440; None for anything else."""
    if not (isinstance(value, str) and len(value) == 5 and value[2] == ":"):
        return None
    if not (value[:2] + value[3:]).isdecimal():
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


def _whole(low: int, high: int) -> Check:
    def holds(value: object) -> bool:
        return type(value) is int and low <= value <= high

    return Check(holds, f"a whole number from {low} to {high}")


def _or_never(check: Check) -> Check:
    return Check(lambda value: value == NEVER or check.holds(value), f'{check.rule}, or "{NEVER}"')


def _one_of(*allowed: str) -> Check:
    return Check(lambda value: value in allowed, "one of " + ", ".join(allowed))


def _list(check: Check) -> Check:
    return Check(
        lambda value: isinstance(value, list) and all(map(check.holds, value)), f"a list: {check.rule}"
    )


TEXT = Check(lambda value: isinstance(value, str), "a text")
TEXTS = _list(Check(lambda value: isinstance(value, str) and value != "", "a text that is not empty"))
CODE = Check(
    lambda value: isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper(),
    "a currency's three letters (ISO 4217), like EUR",
)
FLAG = Check(lambda value: isinstance(value, bool), "true or false")
CLOCK = Check(lambda value: clock(value) is not None, "a time of day like 09:30")
DAY_LIST = Check(lambda value: bool(weekdays(value)), "daily, a range like Mon-Fri, or a list like Mon,Wed")
NUMBER = _whole(1, 100_000)
OFFSETS = Check(
    lambda value: isinstance(value, list) and value == sorted(set(value)) and all(map(NUMBER.holds, value)),
    "a rising list of whole numbers from 1",
)
WINDOW = {"days": DAY_LIST, "from": CLOCK, "to": CLOCK}
LADDER = {"person": TEXT, "deputy": TEXT, "duty_lead": TEXT}


def _cadence(key: str) -> Mapping[str, Check]:
    """A row may be switched off at a level only where the product can do without: never the ladder's."""
    needed = key in (
        "tell",
        "halt",
        "ack",
        "first",
        "call",
        "retry",
        "resume",
        "deb",
        "stale",
        "recur",
        "done",
    )
    return dict.fromkeys(LEVELS, NUMBER if needed else _or_never(NUMBER))


def _nudge(shipped: Mapping[str, Any]) -> Mapping[str, Check]:
    """A nudge has the settings that it ships with, and as many fixed offsets."""
    checks = {"times": _whole(1, MAX_TIMES), "every": NUMBER, "at": OFFSETS}
    return {key: checks[key] for key in shipped}


SCHEMA: Mapping[str, Any] = {
    "cadence": {key: _cadence(key) for key in SHIPPED["cadence"]},
    "windows": dict.fromkeys(LEVELS, WINDOW),
    "hours": {
        "office": WINDOW,
        "morning": CLOCK,
        "night": {"from": CLOCK, "to": CLOCK},
        "active": _whole(1, 24 * 60),
    },
    "nudges": {kind: _nudge(shipped) for kind, shipped in SHIPPED["nudges"].items()},
    "ladder": LADDER,
    "teams": Each({"name": TEXT, "members": TEXTS, "ladder": LADDER}, of=list),
    "contacts": dict.fromkeys(SHIPPED["contacts"], TEXT),
    "phones": Each(TEXT),
    "org": dict.fromkeys(SHIPPED["org"], TEXT),
    "gates": dict.fromkeys(LEVELS, _list(_one_of("contact", "plan", "credit"))),
    "money": {"threshold": _whole(0, 10**12), "currency": CODE, "currencies": _list(CODE)},
    "tags": TEXTS,
    "emoji": dict.fromkeys(SHIPPED["emoji"], TEXTS),
    "clocks": Each({"name": TEXT, "hours": NUMBER, "offered": FLAG}, of=list),
    "apology_limit": _whole(0, 10),
    "lint": Each(TEXTS),
    "locale": TEXT,
    "retention": dict.fromkeys(SHIPPED["retention"], _whole(1, 36_500)),
    "cap": _whole(1, 1000),
    "thread_reminders": _one_of("neutral", "mention", "off"),
    "night_contact": _one_of("ladder", "duty_only", "never"),
    "client_name_in_channel": FLAG,
    "guests_may_open": FLAG,
    "holiday_regions": TEXTS,
    "auto_notify": FLAG,
}


def problems(tree: object, schema: object = SCHEMA, path: str = "") -> Iterator[str]:
    """One sentence for each value that breaks its rule: key, value, rule."""
    if isinstance(schema, Check):
        if not schema.holds(tree):
            yield f"{path} = {tree!r}: must be {schema.rule}"
    elif isinstance(schema, Each):
        yield from _each(tree, schema, path)
    elif isinstance(schema, Mapping):
        if not isinstance(tree, Mapping):
            yield f"{path} = {tree!r}: must be a table with the keys {', '.join(schema)}"
            return
        for key in tree.keys() - schema.keys():
            yield f"{_join(path, key)} = {tree[key]!r}: not known; here may stand {', '.join(sorted(schema))}"
        for key in schema.keys() - tree.keys():
            yield f"{_join(path, key)}: missing"
        for key in sorted(schema.keys() & tree.keys()):
            yield from problems(tree[key], schema[key], _join(path, key))


def _each(tree: object, schema: Each, path: str) -> Iterator[str]:
    if not isinstance(tree, schema.of):
        yield f"{path} = {tree!r}: must be a {'list of tables' if schema.of is list else 'table'}"
        return
    items = enumerate(tree, 1) if isinstance(tree, list) else tree.items() if isinstance(tree, dict) else ()
    for key, value in items:
        yield from problems(value, schema.schema, _join(path, str(key)))


def _join(path: str, key: str) -> str:
    quoted = f'"{key}"' if "." in key else key
    return f"{path}.{quoted}" if path else quoted


def contradictions(tree: Mapping[str, Any]) -> Iterator[str]:
    """Rules between values; the tree has passed `problems`."""
    named = {f"windows.{level}": tree["windows"][level] for level in LEVELS}
    for key, window in {**named, "hours.office": tree["hours"]["office"]}.items():
        if (clock(window["from"]) or 0) >= (clock(window["to"]) or 0):
            yield f"{key}.to = {window['to']!r}: must be later than from ({window['from']})"
    office, morning = tree["hours"]["office"], tree["hours"]["morning"]
    if not office["from"] <= morning < office["to"]:
        yield f"hours.morning = {morning!r}: must lie in hours.office ({office['from']}-{office['to']})"
    for edge, value in tree["hours"]["night"].items():
        if value == "24:00":
            yield f"hours.night.{edge} = '24:00': must be written 00:00"
    for kind, nudge in tree["nudges"].items():
        shipped = SHIPPED["nudges"][kind].get("at", [])
        if kind != "upd.over" and len(nudge.get("at", [])) != len(shipped):
            yield f'nudges."{kind}".at = {nudge["at"]!r}: must hold {len(shipped)} number(s)'
        if len(nudge.get("at", [])) > MAX_TIMES:
            yield f'nudges."{kind}".at = {nudge["at"]!r}: must hold at most {MAX_TIMES} numbers'
    yield from _people(tree)


def _people(tree: Mapping[str, Any]) -> Iterator[str]:
    teams: dict[str, str] = {}
    ladders = {"ladder": tree["ladder"]}
    for number, team in enumerate(tree["teams"], 1):
        ladders[f"teams.{number}.ladder"] = team["ladder"]
        for member in team["members"]:
            if member in teams:
                yield f"teams.{number}.members = {member!r}: must be in one team only ({teams[member]!r})"
            teams[member] = team["name"]
    for key, ladder in ladders.items():
        users = [user for user in ladder.values() if user]
        if len(users) != len(set(users)):
            yield f"{key} = {ladder!r}: must name three different people"


def time_of(value: str) -> time:
    minutes = clock(value) or 0
    return time(minutes // 60, minutes % 60)
