"""words: the course of an incident as numbered rows, and what became of each promise. From the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bot.domain.incident import Incident
from bot.domain.record import TALKS, TRIES, Event, What
from bot.words.environment import blocks
from bot.words.phrases import day, when
from bot.words.times import zone

Lane = Literal["happened", "told"]
State = Literal["kept", "missed", "open"]
Name = Callable[[str], str]

# Nobody's business but R's or H's, or upkeep: never a row (product.md 1.3 S2, S3, 3 `recurrence_note`).
HIDDEN = frozenset({What.BREATHING, What.BREATHED, What.OWNED, What.RECURRED, What.SNOOZED, What.SKIPPED})
TOLD = frozenset(
    {
        What.TOLD,
        What.ASKED,
        What.UNDELIVERED,
        What.WITHDRAWN,
        What.CONTACTED,
        What.UPDATED,
        What.DEBRIEFED,
        What.LETTER,
    }
    | {What.LEGAL_SENT, What.TEAM, What.ASKED_GATE, What.OFFERED, What.ACCEPTED}
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline; `number` is its mark in the drawing. No typed text is in `what`."""

    number: int
    at: datetime
    local: str
    utc: str
    what: str
    who: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Promise:
    """Word promised for `due` when we spoke at `said`; `answered`: when it came, None while nothing has."""

    party: str
    said: datetime
    due: datetime
    answered: datetime | None
    state: State


def stamp(at: datetime, tz: str) -> str:
    """`"Tue 3 Mar 2026, 10:02"`: a document is read on another day, so nothing is relative."""
    local = at.astimezone(zone(tz))
    return f"{day(local.date())}, {local:%H:%M}"


def promises(incident: Incident, now: datetime) -> tuple[Promise, ...]:
    """Every promise to every party, by the time it was made; of one moment in the order of the parties."""
    found = (p for party in incident.parties for p in _of_party(incident, party.key, now))
    return tuple(sorted(found, key=lambda p: p.said))


def _of_party(incident: Incident, party: str, now: datetime) -> Iterator[Promise]:
    """As `talks.promise`: a try that reached nobody neither makes a promise nor keeps one."""
    said = [e for e in incident.all(*TALKS, party=party) if e.data.get("result") not in TRIES]
    ends = [e for e in incident.all(What.FIXED) if party not in e.data.get("later", ())]
    for event in said:
        due = event.time("promised")
        if due is None:
            continue
        later = [e.at for e in (*said, *ends) if e.at > event.at]
        answered = min(later, default=None)
        on_time = answered is not None and answered <= due
        state: State = "kept" if on_time else "missed" if now > due else "open"
        yield Promise(party, event.at, due, answered, state)


def rows(incident: Incident, tz: str, name: Name, party_name: Name) -> tuple[Row, ...]:
    """The timeline, oldest first: what happened, the record's events, and who has seen the notice.

    `name` and `party_name` turn ids into the words by which the reader may know them.
    """
    words = blocks("reports/timeline.j2", "plain")
    values = {"incident": incident, "stamp": lambda at: stamp(at, tz)}
    found: list[tuple[datetime, str, str, Lane]] = []
    happened = when(incident.answer("open", "happened_at"))
    if happened:
        found.append((happened, words["happened"](values), "", "happened"))
    for event in incident.events:
        if event.what not in HIDDEN:
            party = party_name(event.party) if event.party else ""
            text = words[event.what.value]({**values, **_details(event), "party": party})
            found.append((event.at, text, name(event.actor), "told" if event.what in TOLD else "happened"))
    for signal in incident.acknowledgements():
        found.append((signal.at, words["seen"](values), name(signal.user), "told"))
    ordered = sorted(found, key=lambda row: row[0])
    return tuple(
        Row(n, at, stamp(at, tz), f"{at.astimezone(UTC):%Y-%m-%d %H:%M}", text, who, lane)
        for n, (at, text, who, lane) in enumerate(ordered, 1)
    )


def _details(event: Event) -> Mapping[str, object]:
    return {"data": event.data, "promised": event.time("promised"), "sent_at": event.time("sent_at")}
