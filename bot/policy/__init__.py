"""policy: the shipped numbers and an organisation's changes, merged, checked, built into one value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from bot.domain.level import Level
from bot.domain.rules import (
    Contacts,
    Hours,
    Ladder,
    LegalClock,
    NudgeRule,
    Org,
    Policy,
    Retention,
    Team,
    Window,
)
from bot.policy.checks import contradictions, problems
from bot.policy.shipped import NEVER, SHIPPED
from bot.policy.values import clock, time_of, weekdays

__all__ = ["PolicyError", "load_policy"]

IN_THREAD = frozenset([
    "halt", "first.half", "first.due", "first.over", "retry", "upd.pre", "upd.due", "upd.over", "int.due",
    "hand.wait", "hand.boss", "deb.due", "rev.due", "prev.due", "sat.due", "still", "stale",
])  # fmt: skip
PAGES = {
    "halt": "halt", "first.half": "contact", "first.due": "spoke", "first.over": "spoke",
    "retry": "spoke", "upd.pre": "update", "upd.due": "update", "upd.over": "update", "int.due": "note",
    "hand.wait": "accept", "deb.due": "debrief", "rev.due": "review", "prev.due": "letter", "sat.due": "sat",
    "act.due": "proof", "letgo": "letgo",
}  # fmt: skip
ONLY_A_WORD = frozenset({"letgo", "checkin"})
# The cap spares what somebody's hour hangs on; these also go first when many are due.
UNCAPPED = ("ack.1", "ack.2", "ack.3", "ack.end", "legal.now", "legal.24", "legal.48", "legal.66",
            "first.due", "upd.due", "breathe.end")  # fmt: skip
URGENT = frozenset({*UNCAPPED, "auto.notify"})
AS_THEY_STAND = ("apology_limit", "locale", "cap", "thread_reminders", "night_contact",
                 "client_name_in_channel", "guests_may_open", "auto_notify")  # fmt: skip
OF_ESCALATION, OF_PROMISE, OF_ROUTINE = 0, 1, 2


class PolicyError(ValueError):
    """The policy file cannot be used. `problems`: one sentence each, naming key, value and rule."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_policy(text: str | None = None) -> Policy:
    """The policy of a TOML text over the shipped one; None: as shipped. PolicyError lists every problem."""
    try:
        changes = tomllib.loads(text) if text else {}
    except (ValueError, RecursionError) as error:  # ValueError: a number of thousands of digits, too
        raise PolicyError((f"not a TOML file: {error}",)) from error
    tree = _merged(SHIPPED, changes)
    wrong = tuple(problems(tree)) or tuple(contradictions(tree))
    if wrong:
        raise PolicyError(tuple(sorted(wrong)))
    return _built(tree)


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; every other value, a list too, replaces what was shipped."""
    merged = dict(base)
    for key, value in changes.items():
        under = base.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        merged[key] = _merged(under, value) if both and under is not None else value
    return merged


def _window(tree: Mapping[str, str]) -> Window:
    return Window(weekdays(tree["days"]), clock(tree["from"]) or 0, clock(tree["to"]) or 0)


def _priority(kind: str) -> int:
    if kind in URGENT:
        return OF_ESCALATION
    return OF_PROMISE if kind.startswith(("first.", "upd.", "halt", "tell")) else OF_ROUTINE


def _nudge(kind: str, tree: Mapping[str, Any]) -> NudgeRule:
    return NudgeRule(
        kind=kind,
        chain=kind.split(".")[0],
        times=len(tree["at"]) if kind == "upd.over" else tree.get("times", 1),
        every=tree.get("every", 0),
        at=tuple(tree.get("at", ())),
        page=PAGES.get(kind, ""),
        put_off=kind not in ONLY_A_WORD,
        in_thread=kind in IN_THREAD,
        uncapped=kind in UNCAPPED,
        priority=_priority(kind),
    )


def _built(tree: Mapping[str, Any]) -> Policy:
    hours = tree["hours"]
    return Policy(
        cadence={
            key: {Level.from_word(word): None if value == NEVER else value for word, value in row.items()}
            for key, row in tree["cadence"].items()
        },
        windows={Level.from_word(word): _window(window) for word, window in tree["windows"].items()},
        hours=Hours(
            office=_window(hours["office"]),
            morning=time_of(hours["morning"]),
            night_from=time_of(hours["night"]["from"]),
            night_to=time_of(hours["night"]["to"]),
            active=hours["active"],
        ),
        nudges={kind: _nudge(kind, nudge) for kind, nudge in tree["nudges"].items()},
        ladder=Ladder(**tree["ladder"]),
        teams=tuple(Team(t["name"], frozenset(t["members"]), Ladder(**t["ladder"])) for t in tree["teams"]),
        contacts=Contacts(**tree["contacts"]),
        phones=dict(tree["phones"]),
        org=Org(**tree["org"]),
        gates={Level.from_word(word): frozenset(gates) for word, gates in tree["gates"].items()},
        money_threshold=tree["money"]["threshold"],
        currency=tree["money"]["currency"],
        currencies=tuple(tree["money"]["currencies"]),
        emoji={meaning: tuple(names) for meaning, names in tree["emoji"].items()},
        clocks=tuple(LegalClock(**legal) for legal in tree["clocks"]),
        lint={group: tuple(words) for group, words in tree["lint"].items()},
        retention=Retention(**tree["retention"]),
        tags=tuple(tree["tags"]),
        holiday_regions=tuple(tree["holiday_regions"]),
        **{key: tree[key] for key in AS_THEY_STAND},
    )
