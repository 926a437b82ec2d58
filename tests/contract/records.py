"""Incidents for the contract tests: one for each time of a way, filled as little or as much as can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.field import (
    Amount,
    Channel,
    Checks,
    Choice,
    Day,
    Field,
    Listed,
    Moment,
    People,
    Person,
    Several,
    Text,
)
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import Action, Event, Page, Party, What
from bot.domain.stage import Stage
from bot.stages import STAGES

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
START = NOW - timedelta(hours=2)
SCRIPTS = ("Zoë Müller-Łukasz", "محمد عبد الله", "王小明", "🙂🙃", "<!channel> & *bold*")
MIXED, WIDE = " ".join(SCRIPTS) + " ", "W"
TOLD = {"how": "send", "boss": "UB", "ladder": ["UB", "UF"], "notified": ["UB"], "only_boss": False}
OF_LISTS = {
    "zones": "Europe/Berlin",
    "currencies": "JPY",
    "tags": "invoicing",
    "promises": "C1",
    "waiting": "C2",
    "steps": "1",
}


def repeated(word: str, most: int) -> str:
    """`word` again and again, `most` characters in all; no space at the ends, which saving would trim."""
    return (word * most)[: most - 1].strip() + "."


def longest(field: Field, word: str) -> Any:  # noqa: ANN401 - a stored value
    """The stored value of that field that takes the most room."""
    if isinstance(field, Text):
        return repeated(word, field.most)
    if isinstance(field, Checks):
        return list(field.options)
    if isinstance(field, Several):
        return [OF_LISTS[field.of]]
    if isinstance(field, Listed):
        return OF_LISTS[field.of]
    if isinstance(field, Amount):
        return field.most
    return others(field)


def others(field: Field) -> Any:  # noqa: ANN401
    """A stored value of the kinds that know no length."""
    later = NOW + timedelta(days=1)
    values: Mapping[type[Field], Any] = {
        Choice: field.options[-1] if isinstance(field, Choice) else None,
        Person: "UF",
        People: ["UF", "UB"],
        Channel: "C0TEAM",
        Day: later.date().isoformat(),
        Moment: (
            later if isinstance(field, Moment) and field.when == "future" else NOW - timedelta(days=1)
        ).isoformat(),
    }
    return values[type(field)]


def filled(stage: Stage, word: str) -> dict[str, Any]:
    return {f.key: longest(f, word) for f in stage.fields}


def event(at: int, what: What, actor: str = "UR", party: str = "", **data: object) -> Event:
    return Event(START + timedelta(minutes=at), what, actor, party, data)


PROMISED = (NOW + timedelta(hours=1)).isoformat()
EVENTS: Mapping[str, tuple[Event, ...]] = {
    "new": (),
    "breathing": (event(0, What.OPENED), event(1, What.BREATHING, minutes="2")),
    "told": (
        event(0, What.OPENED),
        event(10, What.TOLD, **TOLD),
        event(11, What.INVITED, to="UC"),
        event(12, What.JOINED, "UC"),
        event(13, What.INVITED, to="UA"),
    ),
    "spoken": (
        event(0, What.OPENED),
        event(10, What.TOLD, **TOLD),
        event(40, What.CONTACTED, party="C1", result="reached", promised=PROMISED),
    ),
    "flagged": (event(0, What.OPENED), event(10, What.LEGAL_SENT, aware_at=START.isoformat(), to="UP")),
    "held": (
        event(0, What.OPENED),
        event(10, What.LEGAL_SENT, aware_at=START.isoformat(), to="UP"),
        event(20, What.HELD, "UP", reason="a claim may follow"),
    ),
    "offered": (event(0, What.OPENED), event(10, What.TOLD, **TOLD), event(20, What.OFFERED, to="UH")),
}
FIXED = (*EVENTS["spoken"], event(60, What.FIXED, later=["C1"]))
DEBRIEFED = (*FIXED, event(80, What.DEBRIEFED, party="C1", working="yes"))
PHASES: Mapping[str, tuple[Event, ...]] = {
    **EVENTS,
    "fixed": FIXED,
    "debriefed": DEBRIEFED,
    "closed": (*DEBRIEFED, event(90, What.CLOSED)),
    "reopened": (*DEBRIEFED, event(90, What.CLOSED), event(95, What.REOPENED)),
    "cancelled": (event(0, What.OPENED), event(90, What.CANCELLED, why="test")),
}
OPEN = {"summary": "I sent it to the wrong address", "reach": "one", "still_going": "yes"}
ASSESSED = {"q1_mistake": "It went out", "undo": "no", "flags": ["personal", "confidential"]}


def page(stage: str, answers: Mapping[str, Any], party: str = "") -> Page:
    return Page(stage, party, 1, answers, False, "UR", START)


def emptiest(phase: str) -> Incident:
    """Only what has to be there for that time of the way; nobody and nothing has a name."""
    pages = [] if phase == "new" else [page("open", OPEN), page("assess", ASSESSED)]
    plan = [page("plan", {"fix_text": "We send it again"})] if phase == "told" else []
    return Incident(
        tenant="T1",
        id="7f3k2m",
        reporter="UR",
        handler="UR",
        created_at=START,
        level=Level.LARGE,
        pages={(p.stage, p.party): p for p in (*pages, *plan)},
        events=PHASES[phase],
        parties=() if phase == "new" else (Party("C1", "client"),),
        actions=(Action("1", "UT", date(2026, 4, 1), text="Ask twice"),) if phase == "fixed" else (),
    )


def fullest(phase: str, word: str, kind: str = "client") -> Incident:
    """Every page saved with the longest answers; twelve parties with long names, four prevention steps."""
    bare = emptiest(phase)
    parties = tuple(
        Party(f"C{n}", kind, repeated(word, 80), "America/Argentina/Buenos_Aires", n == 2)
        for n in range(1, 13)
    )
    pages = {
        (s.key, key): page(s.key, filled(s, word), key)
        for s in STAGES
        for key in ([p.key for p in parties] if s.per_party else ["R2" if s.per_person else ""])
    }
    steps = tuple(
        Action(str(n), "UT", date(2026, 4, 1), text=repeated(word, 200), strength="weaker")
        for n in range(1, 5)
    )
    for key, told in bare.pages.items():
        pages[key] = page(key[0], {**pages[key].answers, **told.answers})
    return replace(bare, parties=parties, pages=pages, actions=steps)
