"""Eight mistakes as snapshots, for one or several parties, clients or colleagues; data in `cases.py`.

Times in the data are minutes after the first page was saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.incident import Incident
from bot.domain.record import Action, Event, Page, Party, What
from tests.words.cases import CASES, Case

NAMES = {"UR": "Robin Reyes", "UB": "Dana Bright", "UF": "Felix Odum", "UP": "Petra Lind", "UT": "Tarek Amin"}
FIRMS = (
    ("C1", "Morrow Books", "Ines Falk", "Europe/London"),
    ("C2", "Tidal Labs", "Yuki Sato", "America/New_York"),
    ("C3", "Orchard Foods", "Sam Adeyemi", "Europe/Berlin"),
)
TEAMS = (
    ("C1", "Warehouse team", "Noor", "Europe/Berlin"),
    ("C2", "Night desk", "Piotr", "America/New_York"),
    ("C3", "Events team", "Lucia", "Europe/Berlin"),
)
TIMES = frozenset({"happened_at", "halted_at", "checkpoint_at", "promised_next", "next_at", "fixed_at"})
TZ = "Europe/Berlin"
PER_PARTY = frozenset({"contact", "spoke", "update", "debrief"})


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str = ""
    sign_off: str = ""
    phone: str = ""


ORG = Organisation("Harbour & Hill", "Kind regards", "+49 30 555 0100")


def iso(start: datetime, minutes: int) -> str:
    return (start + timedelta(minutes=minutes)).isoformat()


def answers(case: Case, values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: iso(case.start, v) if k in TIMES else v for k, v in values.items()}


def pages(case: Case, parties: tuple[tuple[str, str, str, str], ...]) -> Iterator[Page]:
    for stage, values in case.pages.items():
        if stage not in PER_PARTY:
            yield Page(stage, "", 1, answers(case, values), False, "UR", case.start)
            continue
        for key, name, contact, tz in parties:
            own = {"party_name": name, "contact_name": contact, "party_tz": tz} if stage == "contact" else {}
            yield Page(stage, key, 1, {**own, **answers(case, values)}, False, "UR", case.start)


def events(case: Case, parties: tuple[str, ...]) -> Iterator[Event]:
    """The course of events; those named `contacted` and `updated` happen once for every party."""
    for minutes, what, actor, data in case.events:
        at = case.start + timedelta(minutes=minutes)
        filled = {k: iso(case.start, v) if k in ("promised", "aware_at") else v for k, v in data.items()}
        for key in parties if what in (What.CONTACTED, What.UPDATED, What.DEBRIEFED) else ("",):
            yield Event(at, what, actor, key, filled)


def incident(case: Case, *, several: bool, kind: str, until: int | None = None) -> Incident:
    """The case as a snapshot. `until`: only events up to that minute (None: all)."""
    known = (FIRMS if kind == "client" else TEAMS)[: 3 if several else 1]
    happened = events(case, tuple(key for key, *_ in known))
    last = timedelta(minutes=until) if until is not None else timedelta.max
    return Incident(
        tenant="T1",
        id=case.id,
        reporter="UR",
        handler="UR",
        created_at=case.start,
        level=case.level,
        pages={(p.stage, p.party): p for p in pages(case, known)},
        events=tuple(sorted((e for e in happened if e.at - case.start <= last), key=lambda e: e.at)),
        parties=tuple(Party(k, kind, n, tz, case.told_us and k == "C1") for k, n, _, tz in known),
        actions=tuple(action(case, n, done) for n, done in enumerate(case.done, 1)),
    )


def action(case: Case, number: int, done: int | None) -> Action:
    """Prevention step `number`: due a fortnight later each; `done` in minutes, or open."""
    due: date = (case.start + timedelta(days=14 * number)).date()
    said = case.actions[number - 1]
    done_at = case.start + timedelta(minutes=done) if done is not None else None
    return Action(str(number), "UT", due, done_at, tell_client=True, **said)


def every() -> list[tuple[str, Case, bool, str]]:
    """All thirty-two variants: (name of the golden file, case, several parties?, kind of party)."""
    return [
        (f"{case.key}-{'several' if several else 'one'}-{kind}", case, several, kind)
        for case in CASES
        for several in (False, True)
        for kind in ("client", "colleague")
    ]
