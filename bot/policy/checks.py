"""policy: what each key of the policy file may hold, as a table of checks. Every problem is found.

Total over anything that TOML can say: whatever a value is, the answer is a sentence or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.policy.shipped import LEVELS, SHIPPED
from bot.policy.values import (
    CHANNEL,
    CLOCK,
    CODE,
    DAY_LIST,
    EMOJI,
    FLAG,
    LINE,
    LINE_MAX,
    LINES,
    LINK,
    MENU_MAX,
    NUMBER,
    OFFSETS,
    OPTION_MAX,
    PERSON,
    SHOWN_MAX,
    TEXTS,
    Check,
    clock,
    line,
    list_of,
    one_of,
    or_empty,
    or_never,
    read,
    shown,
    whole,
)

MAX_TIMES = 40
TEAMS_MAX, PEOPLE_MAX = 500, 5000


@dataclass(frozen=True, slots=True)
class Each:
    """A table with keys of the admin's choosing, or a list: every value answers to the same schema."""

    schema: Any
    of: type = dict
    most: int = 100
    key: Check | None = None


WINDOW = {"days": DAY_LIST, "from": CLOCK, "to": CLOCK}
LADDER = dict.fromkeys(("person", "deputy", "duty_lead"), or_empty(PERSON))
CONTACTS = {
    **dict.fromkeys(SHIPPED["contacts"], or_empty(PERSON)),
    "admins_channel": or_empty(CHANNEL),
    "support_link": or_empty(LINK),
}
TEAM = {"name": line(LINE_MAX), "members": list_of(PERSON, most=PEOPLE_MAX), "ladder": LADDER}


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
    return dict.fromkeys(LEVELS, NUMBER if needed else or_never(NUMBER))


def _nudge(shipped: Mapping[str, Any]) -> Mapping[str, Check]:
    """A nudge has the settings that it ships with, and as many fixed offsets."""
    checks = {"times": whole(1, MAX_TIMES), "every": NUMBER, "at": OFFSETS}
    return {key: checks[key] for key in shipped}


SCHEMA: Mapping[str, Any] = {
    "cadence": {key: _cadence(key) for key in SHIPPED["cadence"]},
    "windows": dict.fromkeys(LEVELS, WINDOW),
    "hours": {
        "office": WINDOW,
        "morning": CLOCK,
        "night": {"from": CLOCK, "to": CLOCK},
        "active": whole(1, 24 * 60),
    },
    "nudges": {kind: _nudge(shipped) for kind, shipped in SHIPPED["nudges"].items()},
    "ladder": LADDER,
    "teams": Each(TEAM, of=list, most=TEAMS_MAX),
    "contacts": CONTACTS,
    "phones": Each(LINE, most=PEOPLE_MAX, key=PERSON),
    "org": dict.fromkeys(SHIPPED["org"], LINES),
    "gates": dict.fromkeys(LEVELS, list_of(one_of("contact", "plan", "credit"))),
    "money": {
        "threshold": whole(0, 10**12),
        "currency": CODE,
        "currencies": list_of(CODE, most=MENU_MAX - 1),  # `currency` stands before them
    },
    "tags": list_of(line(OPTION_MAX), least=1, most=MENU_MAX),
    "emoji": dict.fromkeys(SHIPPED["emoji"], list_of(EMOJI)),
    "clocks": Each({"name": line(LINE_MAX), "hours": NUMBER, "offered": FLAG}, of=list),
    "apology_limit": whole(0, 10),
    "lint": Each(TEXTS),
    "locale": line(LINE_MAX),
    "retention": dict.fromkeys(SHIPPED["retention"], whole(1, 36_500)),
    "cap": whole(1, 1000),
    "thread_reminders": one_of("neutral", "mention", "off"),
    "night_contact": one_of("ladder", "duty_only", "never"),
    "client_name_in_channel": FLAG,
    "guests_may_open": FLAG,
    "holiday_regions": list_of(line(LINE_MAX), most=MENU_MAX),
    "auto_notify": FLAG,
}


def problems(tree: object, schema: object = SCHEMA, path: str = "") -> Iterator[str]:
    """One sentence for each value that breaks its rule: key, value, rule."""
    if isinstance(schema, Check):
        if not schema.holds(tree):
            yield f"{path} = {shown(tree)}: must be {schema.rule}"
    elif isinstance(schema, Each):
        yield from _each(tree, schema, path)
    elif isinstance(schema, Mapping):
        if not isinstance(tree, Mapping):
            yield f"{path} = {shown(tree)}: must be a table with the keys {', '.join(schema)}"
            return
        for key in sorted(tree.keys() - schema.keys()):
            there = ", ".join(sorted(schema))
            yield f"{_join(path, key)} = {shown(tree[key])}: not known; here may stand {there}"
        for key in sorted(schema.keys() - tree.keys()):
            yield f"{_join(path, key)}: missing"
        for key in sorted(schema.keys() & tree.keys()):
            yield from problems(tree[key], schema[key], _join(path, key))


def _each(tree: object, schema: Each, path: str) -> Iterator[str]:
    if not isinstance(tree, schema.of):
        yield f"{path} = {shown(tree)}: must be a {'list of tables' if schema.of is list else 'table'}"
        return
    if isinstance(tree, list | dict) and len(tree) > schema.most:
        yield f"{path}: holds {len(tree)} entries: must be at most {schema.most}"
        return
    items = enumerate(tree, 1) if isinstance(tree, list) else tree.items() if isinstance(tree, dict) else ()
    for key, value in items:
        if schema.key and not schema.key.holds(key):
            yield f"{_join(path, str(key))}: the key must be {schema.key.rule}"
        yield from problems(value, schema.schema, _join(path, str(key)))


def _join(path: str, key: str) -> str:
    plain = key and key.isprintable() and "." not in key and len(key) <= SHOWN_MAX
    quoted = key if plain else f'"{key}"' if "." in key and key.isprintable() else shown(key)
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
    yield from _twice(tree)
    yield from _people(tree)


def _twice(tree: Mapping[str, Any]) -> Iterator[str]:
    """What someone chooses by its name, or says with an emoji, is one thing."""
    chosen: set[object] = set()
    for number, legal in enumerate(tree["clocks"], 1):
        if read(legal["name"]) in chosen:
            yield f"clocks.{number}.name = {shown(legal['name'])}: must be the name of one clock only"
        chosen.add(read(legal["name"]))
    said: dict[str, str] = {}
    for meaning, names in tree["emoji"].items():
        for name in names:
            if name in said:
                yield f"emoji.{meaning} = {shown(name)}: must have one meaning only ({said[name]})"
            said[name] = meaning


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
            yield f"{key} = {ladder!r}: must name different people"
