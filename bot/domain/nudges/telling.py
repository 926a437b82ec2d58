"""domain: the chains of the first minutes: breathe, stop the harm, tell the boss, be heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.level import HARM_MAY_RUN, Level
from bot.domain.nudges.case import Case
from bot.domain.nudges.model import HOLDING, Due, Spent
from bot.domain.nudges.steps import Desk, Next, Nudges, at
from bot.domain.record import Event, What
from bot.domain.worktime import whole_minute

RUNGS = ("ack.1", "ack.2", "ack.3")
AFTER_THE_REST = 6  # of what's due in one minute, in priority
LONGEST_BREATH = 5  # minutes in all, with the one extension (product.md 1.3 S2)


def breathing(incident: Incident) -> tuple[datetime, datetime] | None:
    """(start, end) of R's timer: an extension adds to it, "I'm ready" ends it."""
    timers = list(incident.all(What.BREATHING))
    if not timers:
        return None
    start = timers[0].at
    minutes = min(sum(int(e.data["minutes"]) for e in timers), LONGEST_BREATH)
    ready = incident.first(What.BREATHED)
    end = start + timedelta(minutes=minutes)
    return start, min(end, ready.at) if ready else end


def breathe(desk: Desk) -> Nudges:
    """The end of the pity party, on the wall clock."""
    spell = breathing(desk.incident)
    if spell and not desk.incident.first(What.BREATHED):
        start, end = spell
        yield from desk.step("breathe.end", start, at(end), desk.incident.reporter)


def _held(desk: Desk, minutes: int) -> Next:
    """A timer that pushes nobody while R's breathing timer runs."""
    spell = breathing(desk.incident)

    def when(case: Case, number: int, before: datetime, user: str) -> datetime:
        due = case.after(before, minutes, user)
        return spell[1] if spell and spell[0] <= due < spell[1] else due

    return when


def _harm_known(desk: Desk) -> datetime | None:
    """Since when harm may be running: T0, or the answer that said so, or the reopening."""
    incident = desk.incident
    if incident.fact("still_going") not in HARM_MAY_RUN:
        return None
    assessed = incident.page("assess")
    later = incident.answer("open", "still_going") not in HARM_MAY_RUN and assessed
    known = assessed.saved_at if later and assessed else incident.opened_at
    return max((at for at in (known, incident.reopened_at) if at), default=None)


def halt(desk: Desk) -> Nudges:
    start, every = _harm_known(desk), desk.case.minutes("halt")
    if start is None or every is None or desk.incident.contained or desk.incident.since_reopening(What.FIXED):
        return
    yield from desk.series("halt", start, _held(desk, every), desk.case.handler)


def tell(desk: Desk) -> Nudges:
    """To R alone, and never to anybody above."""
    incident, every = desk.incident, desk.case.minutes("tell")
    untold = not desk.case.told and not desk.policy.nobody_above(incident.reporter)
    start = _untold_since(desk)
    if untold and every and start:
        yield from desk.series("tell", start, _held(desk, every), incident.reporter)


def _untold_since(desk: Desk) -> datetime | None:
    withdrawn = desk.incident.last(What.WITHDRAWN)
    return withdrawn.at if withdrawn else desk.incident.opened_at


def notify(desk: Desk) -> Nudges:
    """Only where an organisation has switched it on, and R was told so on the first page."""
    incident, wait = desk.incident, desk.case.minutes("tell")
    start = _untold_since(desk)
    duty = desk.policy.ladder_for(incident.reporter)[2:3]
    if not (desk.policy.auto_notify and incident.level is Level.CRITICAL and start and wait and duty):
        return
    if not desk.case.told:
        yield from desk.step("auto.notify", start, desk.timer(start, "tell", 2), duty[0])


def ack(desk: Desk) -> Nudges:
    """Up the ladder until someone has it; a rung that isn't filled is passed over at its time, and one that
    nothing can be delivered to at once.
    """
    told = desk.incident.told
    if told is None or not _asks(desk, told):
        return
    if told.data.get("only_boss"):
        yield from _only_boss(desk, told)
    else:
        yield from _ladder(desk, told)


def _asks(desk: Desk, told: Event) -> bool:
    """No one has it yet, and R hasn't turned out to be the most senior."""
    senior = desk.incident.last(What.SENIOR)
    return not desk.incident.acknowledged and not (senior and senior.at > told.at)


def _ladder(desk: Desk, told: Event) -> Nudges:
    rungs = list(_rungs(desk, told))
    reached = max((i for i, rung in enumerate(rungs) if desk.sent(rung.kind, told.at)), default=-1)
    for rung in rungs[reached + 1 :]:
        if rung.stands:
            yield from desk.step(rung.kind, told.at, at(rung.due), rung.user)
            return
    yield Spent("ack", desk.sent(rungs[-1].kind, told.at) or rungs[-1].due)


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: when its turn comes, and whether someone stands there who can be asked."""

    kind: str
    user: str
    due: datetime
    stands: bool


def _rungs(desk: Desk, told: Event) -> Iterator[Rung]:
    """Each counts from the one before: from when that was sent, or is going to be."""
    before, lost = told.at, None
    for kind, user in _steps(desk):
        due = _rung_at(desk, kind, user, before, lost)
        stands = _stands(desk, kind, user, due)
        yield Rung(kind, user, due, stands)
        before = desk.sent(kind, told.at) or (desk.case.by_night(kind, user, due) if stands else due)
        lost = desk.incident.undelivered.get(user) or (None if user else lost)


def unanswered(desk: Desk) -> Iterator[Due]:
    """H's card with what can be done without a lead: at the time of the third step, whatever that is."""
    told, handler = desk.incident.told, desk.incident.handler
    due = _third(desk, told) if told and desk.incident.live and _asks(desk, told) else None
    if due:
        number = sum(1 for _ in desk.incident.all(What.TOLD))
        when = whole_minute(desk.case.by_night(HOLDING, handler, due))
        yield Due(when, AFTER_THE_REST, HOLDING, "", number, handler)


def _third(desk: Desk, told: Event) -> datetime | None:
    if not told.data.get("only_boss"):
        return next(desk.sent(r.kind, told.at) or r.due for r in _rungs(desk, told) if r.kind == RUNGS[-1])
    boss = str(told.data.get("boss", ""))
    before = told.at
    for kind in RUNGS if boss in desk.incident.ladder and boss not in desk.incident.undelivered else ():
        sent = desk.sent(kind, told.at)
        before = sent or desk.timer(_restarted(desk, before), "ack")(desk.case, boss)
    return before if before > told.at else None


def _rung_at(desk: Desk, kind: str, user: str, before: datetime, lost: Event | None) -> datetime:
    """When the next rung is asked, the one before having been at `before`, or `lost`."""
    if desk.case.of_sending(kind):
        return before
    if lost:  # what R sent by hand goes on as such, at any hour
        return lost.at if lost.data.get("of") == "notice" else desk.case.after(lost.at, 0, user)
    return desk.case.after(_restarted(desk, before), desk.case.minutes("ack") or 0, user)


def _steps(desk: Desk) -> list[tuple[str, str]]:
    told = desk.incident.told
    rungs = [*desk.incident.ladder[:3], "", "", ""][:3]
    steps = [*zip(RUNGS, rungs, strict=True), ("ack.end", desk.policy.contacts.admins_channel)]
    return steps[1:] if told and told.data.get("away") else steps


def _stands(desk: Desk, kind: str, user: str, due: datetime) -> bool:
    """Somebody is there to be asked; where only the duty lead may be called at night, the others are not."""
    if not user or user in desk.incident.undelivered:
        return False
    called = desk.policy.night_contact != "duty_only" or kind not in RUNGS[:2]
    return called or desk.case.by_night(kind, user, due) == due


def _only_boss(desk: Desk, told: Event) -> Nudges:
    """R chose not to go past the boss: the steps repeat to the boss, and R hears of each."""
    before = told.at
    boss = str(next(iter(told.data.get("ladder", ())), ""))
    lost = desk.incident.undelivered.get(boss)
    if lost or boss not in desk.incident.ladder:  # or erased: R is told of no reminder that no one gets
        yield Spent("ack", lost.at if lost else told.at)
        return
    for kind in ("ack.1", "ack.2", "ack.3"):
        when = desk.timer(_restarted(desk, before), "ack")
        yield from desk.step(kind, told.at, when, boss, desk.incident.reporter)
        sent = desk.sent(kind, told.at)
        if sent is None:
            return
        before = sent
    yield Spent("ack", before)


def _restarted(desk: Desk, before: datetime) -> datetime:
    """The open timer starts anew when the last acknowledgement is taken back (product.md 0.5)."""
    ladder = desk.incident.ladder
    taken_back = (s.at for s in desk.incident.signals
                  if s.surface == "notice" and not s.standing and s.user in ladder)  # fmt: skip
    return max([before, *taken_back])
