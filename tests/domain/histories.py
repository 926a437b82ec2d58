"""Small incidents on a Monday at 10:00 UTC, and what goes out if nothing else happens to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges import Due, Fired, plan
from bot.domain.record import Event, Page, Party, What
from bot.domain.rules import Policy
from bot.domain.worktime import Calendar
from bot.policy import load_policy

T0 = datetime(2024, 1, 1, 10, tzinfo=UTC)  # a Monday
POLICY = load_policy('[contacts]\nprivacy = "P"\nadmins_channel = "A"\n')


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def opened(*events: Event, level: Level = Level.LARGE, going: str = "no", clients: int = 0) -> Incident:
    page = Page("open", "", 1, {"still_going": going}, False, "R", T0)
    parties = tuple(Party(f"C{n}", "client") for n in range(1, clients + 1))
    return Incident(
        "T", "I", "R", "R", T0, level=level, pages={("open", ""): page}, parties=parties,
        events=(Event(T0, What.OPENED, "R"), *events),
    )  # fmt: skip


def told(minutes: float = 5, ladder: Iterable[str] = ("B", "F1", "F2"), **data: object) -> Event:
    return Event(at(minutes), What.TOLD, "R", data={"how": "send", "ladder": list(ladder), **data})


def go(
    incident: Incident, until: float, policy: Policy = POLICY, *before: Fired, **zones: Calendar
) -> list[tuple[int, str, str]]:
    """What goes out up to that minute if nothing else happens: (minute, kind, recipient)."""
    fired = list(before)
    while due := [d for d in plan(incident, policy, zones, fired) if d.due_at <= at(until)]:
        now = max([due[0].due_at, *(f.at for f in fired)])
        fired += [Fired(*d.key, now) for d in due if d.due_at <= now]
    return [((f.at - T0) // timedelta(minutes=1), f.kind, f.recipient) for f in fired]


def planned(incident: Incident, kind: str, fired: Iterable[Fired] = (), policy: Policy = POLICY) -> list[Due]:
    return [due for due in plan(incident, policy, {}, fired) if due.kind == kind]


def only(items: list[tuple[int, str, str]], *chains: str) -> list[tuple[int, str, str]]:
    return [item for item in items if item[1].split(".")[0] in chains]
