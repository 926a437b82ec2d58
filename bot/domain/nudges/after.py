"""domain: the chains after the storm: debrief, review, letter, actions, and letting go (product.md 4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from bot.domain import worktime
from bot.domain.nudges.case import Case
from bot.domain.nudges.model import Due, Spent
from bot.domain.nudges.steps import Desk, Nudges, at
from bot.domain.record import Action, Event, What
from bot.domain.status import Status


def _mornings(desk: Desk, kind: str, key: str, start: Event | None, lead: bool) -> Nudges:
    """`key` working days after `start`, then each `every` working days."""
    rule = desk.policy.nudges[kind]
    if start is None or desk.case.days(key) is None:
        return
    mornings = desk.mornings(key, rule.every)
    second = desk.case.lead if lead else ""
    yield from desk.series(kind, start.at, mornings, desk.case.handler, lambda n: second)


def debrief(desk: Desk) -> Nudges:
    """H is asked so many times, then the lead once."""
    incident = desk.incident
    fixed = incident.since_reopening(What.FIXED)
    page = incident.page("debrief")
    passed_over = page is not None and page.skipped and fixed is not None and page.saved_at >= fixed.at
    if fixed is None or not incident.parties or passed_over or incident.since_reopening(What.DEBRIEFED):
        return
    rule = desk.policy.nudges["deb.due"]
    for item in _mornings(desk, "deb.due", "deb", fixed, lead=False):
        if isinstance(item, Spent):
            when = desk.morning(item.at, rule.every)
            lead, since = desk.case.lead, desk.case.lead_since
            yield from desk.step("deb.due", fixed.at, when, lead, number=rule.times + 1, since=since)
        else:
            yield item


def review(desk: Desk) -> Nudges:
    if not desk.incident.since_reopening(What.REVIEWED):
        yield from _mornings(desk, "rev.due", "rev", desk.incident.since_reopening(What.FIXED), lead=True)


def letter(desk: Desk) -> Nudges:
    """A letter that is sent, or given up, stays so."""
    if desk.incident.parties and not desk.incident.last(What.LETTER):
        yield from _mornings(desk, "prev.due", "prev", desk.incident.since_reopening(What.FIXED), lead=False)


def satisfied(desk: Desk) -> Nudges:
    """A later question: are they content? Asked on working days only."""
    asked = next((e for e in desk.incident.all(What.DEBRIEFED) if _counts(desk, e)), None)
    days, rule = desk.case.days("sat"), desk.policy.nudges["sat.due"]
    if asked is None or days is None or desk.incident.since_reopening(What.SATISFIED):
        return

    def when(case: Case, number: int, before: datetime, user: str) -> datetime:
        if number > 1:
            return case.morning(before, rule.every, user)
        return worktime.calendar_morning(before, days, case.policy.hours, case.calendar(user))

    yield from desk.series("sat.due", asked.at, when, desk.case.handler)


def _counts(desk: Desk, event: Event) -> bool:
    reopened = desk.incident.reopened_at
    return reopened is None or event.at >= reopened


def let_go(desk: Desk) -> Nudges:
    """Always to R, whoever closed it; again at each closing."""
    closed = desk.incident.last(What.CLOSED)
    if closed and desk.incident.status is Status.CLOSED:
        yield from desk.step("letgo", closed.at, at(closed.at), desk.incident.reporter)


def check_in(desk: Desk) -> Nudges:
    """How are you, two working days later: one in an incident, unless R said no."""
    closed, days = desk.incident.last(What.CLOSED), desk.case.days("checkin")
    opened = desk.incident.opened_at
    if closed and opened and days and desk.incident.status is Status.CLOSED:
        yield from desk.step("checkin", opened, desk.morning(closed.at, days), desk.incident.reporter)


def actions(desk: Desk) -> Nudges:
    """Before the day, on it, weekly; after so many working days the lead hears of it once."""
    for action in desk.incident.actions:
        if action.done_at is None and not action.dropped:
            yield from _action(desk, action)


def _action(desk: Desk, action: Action) -> Iterator[Due]:
    start = datetime.combine(action.due, time(), UTC)
    page = desk.incident.page("prevent")
    known = page.saved_at if page else desk.incident.created_at
    times = _action_times(desk, action)
    gone = max((n for n in range(1, len(times) + 1) if desk.sent("act.due", start, n, action.key)), default=0)
    for number, moment in enumerate(times, 1):
        if number > gone and moment >= known:
            yield from desk.step("act.due", start, at(moment), action.owner, number=number, party=action.key)
            break
    hours, lead = desk.policy.hours, desk.case.lead
    calendar, overdue = desk.case.calendar(lead), desk.policy.nudges["act.due"].at[1]
    last = worktime.morning_of(worktime.workday(action.due, overdue, hours, calendar), hours, calendar)
    since = desk.case.lead_since
    yield from desk.step(
        "act.due", start, at(last), lead, number=len(times) + 1, party=action.key, since=since
    )


def _action_times(desk: Desk, action: Action) -> list[datetime]:
    """When the owner hears of it, on their own calendar."""
    hours, rule, calendar = desk.policy.hours, desk.policy.nudges["act.due"], desk.case.calendar(action.owner)
    before = worktime.workday(action.due, -rule.at[0], hours, calendar)
    due = worktime.instant(action.due, 0, calendar.zone)
    weeks = [worktime.calendar_morning(due, rule.every * n, hours, calendar) for n in range(rule.times + 1)]
    return [worktime.morning_of(before, hours, calendar), *weeks]
