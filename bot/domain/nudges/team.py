"""domain: the chains between colleagues: notes, gates, handovers, and an incident gone quiet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.domain import talks, worktime
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges.case import Case
from bot.domain.nudges.model import Spent
from bot.domain.nudges.steps import Desk, Nudges, at
from bot.domain.record import TRIES, Unfinished, What
from bot.domain.worktime import MINUTE, whole_minute


def internal(desk: Desk) -> Nudges:
    """A note to the team, once in each gap since anybody last said something."""
    anchor = max(_said(desk), default=None)
    if anchor is None or desk.incident.since_reopening(What.FIXED) or desk.case.settled("int", "", anchor):
        return
    user = desk.case.handler
    due = _note_due(desk, anchor, user)
    if due is not None:
        due = desk.case.by_night("int.due", user, due)
        if not _near_promise(desk, due) and (_matters(desk, due) or _in_office(desk, due, user)):
            yield from desk.step("int.due", anchor, at(due), user)


def _said(desk: Desk) -> Iterator[datetime]:
    incident = desk.incident
    for event in (
        incident.told,
        incident.last(What.SENIOR),
        incident.reopened_at and incident.last(What.REOPENED),
    ):
        if event:
            yield event.at
    if incident.acknowledged_at:
        yield incident.acknowledged_at
    for event in incident.all(What.CONTACTED, What.UPDATED, What.NOTED):
        if event.data.get("result") not in TRIES:
            yield event.at


def _note_due(desk: Desk, anchor: datetime, user: str) -> datetime | None:
    """When the gap asks for a note, under the level that held then: a gap passed over stays so."""
    for begin, end, level in _levels(desk):
        wait = desk.policy.minutes("int", level)
        if wait is None or (end and end <= anchor):
            continue
        window, calendar = desk.policy.windows[level], desk.case.calendar(user)
        due = worktime.add(whole_minute(anchor), wait, window, calendar)
        if begin and due < begin:
            due = worktime.add(begin, 0, window, calendar)
        if end is None or due < end:
            return due
    return None


def _levels(desk: Desk) -> Iterator[tuple[datetime | None, datetime | None, Level]]:
    """(from, until, level) of each stretch of time between changes of level."""
    begin = None
    for change in desk.incident.all(What.LEVEL):
        end = whole_minute(change.at)
        yield begin, end, Level.from_word(change.data["before"])
        begin = end
    yield begin, None, desk.incident.level


def _promises(desk: Desk) -> list[datetime]:
    made = (talks.promise(desk.incident, party.key) for party in desk.incident.parties)
    return [promise[0] for promise in made if promise]


def _near_promise(desk: Desk, due: datetime) -> bool:
    (near,) = desk.policy.nudges["int.due"].at
    return any(abs(due - promised) <= near * MINUTE for promised in _promises(desk))


def _in_office(desk: Desk, due: datetime, user: str) -> bool:
    return worktime.is_open(due, desk.policy.hours.office, desk.case.calendar(user))


def _matters(desk: Desk, due: datetime) -> bool:
    """Outside working hours a note is asked for only while harm runs or a promise falls due before work."""
    calendar = desk.case.calendar(desk.case.handler)
    work = worktime.next_opening(due, desk.policy.hours.office, calendar)
    return desk.incident.harm_may_run or any(promised < work for promised in _promises(desk))


def gate(desk: Desk) -> Nudges:
    """H has asked for a gate to be opened, and nobody has answered."""
    wait = desk.case.minutes("ack")
    asked = {str(e.data["gate"]): e for e in desk.incident.all(What.ASKED_GATE)}
    for name, event in asked.items():
        answers = desk.incident.all(What.APPROVED, What.REFUSED)
        if wait is None or any(e.at >= event.at and e.data.get("gate") == name for e in answers):
            continue
        holder = str(event.data["holder"])
        user = holder if holder == desk.policy.contacts.privacy else desk.case.lead or holder
        yield from desk.series("gate", event.at, desk.every("ack"), user, party=name)


def handover(desk: Desk) -> Nudges:
    """A handover is offered, and the receiver has not answered."""
    receiver, wait = desk.incident.offered_to, desk.case.minutes("ack")
    offer = desk.incident.last(What.OFFERED)
    if not receiver or offer is None or wait is None or desk.case.settled("hand", "", offer.at):
        return
    start = offer.at
    yield from desk.step("hand.wait", start, desk.timer(start, "ack"), receiver)
    lead, since = desk.case.lead, desk.case.lead_since
    yield from desk.step("hand.boss", start, desk.timer(start, "ack", 2), lead, since=since)
    ended = desk.sent("hand.boss", start)
    if ended:
        yield Spent("hand", ended)


def recur(desk: Desk) -> Nudges:
    """The same step has gone wrong before: said once, to H alone."""
    match = desk.incident.first(What.RECURRED)
    if match:
        yield from desk.step("recur", match.at, at(match.at), desk.case.handler)


def resume(desk: Desk) -> Nudges:
    """A page was left half written. It is its author's alone, and so is the nudge."""
    for page in desk.incident.unfinished:
        if page.user in (desk.incident.reporter, desk.case.handler) and not over(desk.incident, page):
            yield from _resume(desk, page)


def over(incident: Incident, words: Unfinished) -> bool:
    """Kept, and calling nobody back: the words of a text of before the last talk, and what stood on a page as
    it was skipped.
    """
    page = incident.page(words.of or words.stage, words.party)
    return page is not None and (page.saved_at >= words.at if words.of else page.saved_at == words.at)


def _resume(desk: Desk, page: Unfinished) -> Nudges:
    saved = [p.saved_at for p in desk.incident.pages.values() if p.stage == page.stage]
    start, wait = max([desk.incident.created_at, *saved]), desk.case.minutes("resume") or 0

    def when(case: Case, number: int, before: datetime, user: str) -> datetime:
        return case.after(max(before, page.at), wait, user)

    series = desk.series("resume", start, when, page.user, party=page.stage)
    yield from (due for due in series if not isinstance(due, Spent))


def stale(desk: Desk) -> Nudges:
    """Nobody has done anything for a day or two, and nothing says when the next step is."""
    rule = desk.policy.nudges["stale"]
    acts = [e.at for e in desk.incident.events if e.what not in (What.SNOOZED, What.SKIPPED)]
    last = max(acts, default=None)
    if last is None or desk.incident.since_reopening(What.FIXED):
        return
    mornings = desk.mornings("stale", rule.every)
    for item in desk.series("stale", last, mornings, desk.case.handler, lambda n: desk.case.lead):
        if not isinstance(item, Spent):
            yield item
        elif desk.case.told:
            when, admins = desk.morning(item.at, rule.every), desk.policy.contacts.admins_channel
            yield from desk.step("stale", last, when, admins, number=rule.times + 1)


def still(desk: Desk, spent: Iterable[Spent]) -> Nudges:
    """A chain has come to its end and its reason holds: each working day, so many times."""
    ends: dict[str, datetime] = {}
    for chain in spent:
        ends[chain.chain] = max(chain.at, ends.get(chain.chain, chain.at))
    every = desk.policy.nudges["still"].every
    for name, end in ends.items():
        main = desk.incident.reporter if name == "tell" else desk.case.handler
        mornings = desk.mornings("", every)
        yield from desk.series("still", end, mornings, main, lambda n: desk.case.lead, party=name)
