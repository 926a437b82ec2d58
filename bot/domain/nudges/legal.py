"""domain: the legal clock that a person started by hand: wall-clock hours from awareness."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import worktime
from bot.domain.nudges.steps import Desk, Nudges, at
from bot.domain.record import What
from bot.domain.worktime import whole_minute

LATER = ("legal.24", "legal.48", "legal.66")
LAST = LATER[-1]


def legal(desk: Desk) -> Nudges:
    """To the privacy contact until a decision is recorded; the last one also to the admins' channel."""
    sent, decided = desk.incident.last(What.LEGAL_SENT), desk.incident.last(What.LEGAL_DECIDED)
    if sent is None or (decided and decided.at >= sent.at):
        return
    contact = str(sent.data.get("to") or desk.policy.contacts.privacy)
    times = _times(desk, sent.at, sent.time("aware_at") or sent.at, contact)
    taken: set[datetime] = set()
    for kind, moment in times.items():
        if moment not in taken:  # several in one minute are one, under the earliest name
            yield from desk.step(kind, sent.at, at(moment), contact)
        taken.add(moment)
    if desk.case.told:
        yield from desk.step(LAST, sent.at, at(times[LAST]), "", desk.policy.contacts.admins_channel)


def _times(desk: Desk, sent: datetime, aware: datetime, contact: str) -> dict[str, datetime]:
    hours, calendar, now = desk.policy.hours, desk.case.calendar(contact), whole_minute(sent)
    times = {"legal.now": now}
    for kind in LATER:
        nominal = whole_minute(aware) + timedelta(hours=desk.policy.nudges[kind].at[0])
        times[kind] = max(now, worktime.last_working_time(nominal, now, hours, calendar))
    return times
