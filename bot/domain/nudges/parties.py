"""domain: the chains that keep faith with those affected: first contact, another try, updates."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from itertools import pairwise

from bot.domain import talks
from bot.domain.nudges.case import Case
from bot.domain.nudges.steps import Desk, Nudges, at
from bot.domain.record import TRIES, Event, Party, What
from bot.domain.worktime import MINUTE


def first(desk: Desk) -> Nudges:
    """Get to each party before they have to ask (product.md 4.3 `first.*`)."""
    opened = desk.incident.opened_at
    for party in desk.incident.parties if opened else ():
        tried = desk.incident.first(What.CONTACTED, party=party.key)
        known = desk.incident.first(What.AFFECTED, party=party.key)
        if opened and tried is None:
            yield from _first(desk, party, max(opened, known.at) if known else opened)


def _first(desk: Desk, party: Party, known: datetime) -> Nudges:
    """`known`: T0, or when it turned out later that they are affected."""
    _, half = _waits(desk.case, party)
    if half and not desk.went(desk.slot("first.due", known, party=party.key)):  # to the handler themselves
        when_half = partial(_half_at, known, party)
        yield from desk.step("first.half", known, when_half, desk.case.handler, party=party.key)
    over = desk.policy.nudges["first.over"]
    steps = [("first.due", 1), *(("first.over", n) for n in range(1, over.times + 1))]

    def when(case: Case, index: int, before: datetime, user: str) -> datetime:
        if index == 1:
            return _first_due(desk, case, party, known, user)
        return case.after(before, over.every, user)

    def lead(index: int) -> str:
        if index not in (1, 2, len(steps)):
            return ""
        before = known if index == 1 else _sent(desk, steps[index - 2], known, party.key)
        return _first_lead(desk, before and when(desk.case, index, before, desk.case.handler))

    yield from desk.track(steps, known, when, desk.case.handler, lead, party=party.key)


def _waits(case: Case, party: Party) -> tuple[int, int]:
    """Minutes to the deadline and to its half (0 for none: they told us), at the level of the case."""
    wait = case.minutes("call" if party.told_us else "first") or 0
    return wait, 0 if party.told_us else wait // 2


def _half_at(known: datetime, party: Party, case: Case, user: str) -> datetime:
    return case.after(known, _waits(case, party)[1], user)


def _first_due(desk: Desk, case: Case, party: Party, known: datetime, user: str) -> datetime:
    """The deadline; where a new level made the half overdue, one half after that one.

    After a reopening it runs on from the first opening, unless that time has passed as well.
    """
    wait, half = _waits(case, party)
    nominal = case.timer(known, wait, user)
    floor = case.floor if case.floor and nominal < case.floor else case.relevelled
    due = case.after(known, wait, user)
    if not half or floor is None or case.timer(known, half, user) >= floor:
        return due
    went = desk.sent("first.half", known, party=party.key) or floor
    return max(due, case.after(went, wait - half, user)) if went >= floor else due


def _sent(desk: Desk, step: tuple[str, int], known: datetime, party: str) -> datetime | None:
    kind, number = step
    return desk.sent(kind, known, number, party)


def _first_lead(desk: Desk, due: datetime | None) -> str:
    """Who stands for the lead at a first contact that is due then: while nobody leads, whoever of the ladder
    was asked last before that minute; nobody once the ladder has ended."""
    told, lead = desk.incident.told, desk.case.lead
    if lead or told is None:
        return lead
    rungs = [*desk.incident.ladder[:3], "", "", ""]
    first = rungs[1] if told.data.get("away") else rungs[0]
    skipped = {f.kind for f in desk.case.fired if f.left_out}  # a silence: they were never asked
    later = [("ack.2", rungs[1]), ("ack.3", rungs[2]), ("ack.end", "")]
    asked = [(desk.sent(kind, told.at), user) for kind, user in later if kind not in skipped]
    have = [first, *(user for at, user in asked if at and (due is None or at < due))]
    return next((user for user in reversed(have) if user not in desk.incident.undelivered), "")


def retry(desk: Desk) -> Nudges:
    """Somebody tried and reached nobody: try again, so many times a party in all."""
    for party in desk.incident.parties:
        tries = [e for e in desk.incident.all(What.CONTACTED, party=party.key) if _is_try(e)]
        opened, every = desk.incident.opened_at, desk.case.minutes("retry")
        if tries and opened and every and not talks.settled(desk.incident, party.key):
            last = max(e.at for e in tries)
            when = partial(_next_try, last, every)
            yield from desk.series("retry", opened, when, desk.case.handler, party=party.key, ticked=last)


def _next_try(last: datetime, every: int, case: Case, number: int, before: datetime, user: str) -> datetime:
    return case.after(max(last, before), every, user)


def _is_try(event: Event) -> bool:
    return event.data.get("result") in (*TRIES, "email")


def updates(desk: Desk) -> Nudges:
    """A promised time is wall-clock, whatever the window says."""
    for party in desk.incident.parties:
        promise = talks.promise(desk.incident, party.key)
        if promise:
            yield from _ahead(desk, party.key, *promise)
            yield from _at_time(desk, party.key, *promise)


def _ahead(desk: Desk, party: str, promised: datetime, made: datetime) -> Nudges:
    """Some minutes before, unless the promise is that near, or was left for later when all was fixed."""
    before, notice = (minutes * MINUTE for minutes in desk.policy.nudges["upd.pre"].at)
    passed = desk.sent("upd.due", made, party=party) or desk.case.settled("upd", party, made)
    left = any(fixed.at >= made for fixed in desk.incident.all(What.FIXED))
    if promised - made >= notice and not passed and not left:
        yield from desk.step("upd.pre", made, at(promised - before), desk.case.handler, party=party)


def _at_time(desk: Desk, party: str, promised: datetime, made: datetime) -> Nudges:
    """At the promised time, and after it while nothing has been said."""
    late = desk.policy.nudges["upd.over"].at
    gaps = [b - a for a, b in pairwise((0, *late))]

    def when(case: Case, index: int, before: datetime, user: str) -> datetime:
        if index == 1:
            return max(promised, made)
        return case.by_night("upd.over", user, before + gaps[index - 2] * MINUTE)

    yield from desk.track(
        [("upd.due", 1), *(("upd.over", n) for n in range(1, len(late) + 1))],
        made,
        when,
        desk.case.handler,
        lambda index: desk.case.lead if index > 1 and index in (2, 1 + len(late)) else "",
        party=party,
    )
