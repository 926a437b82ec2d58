"""guide: what people do with a reminder: later, or not at all with a reason (product.md 4.3, 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.access import admits
from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.domain.worktime import calendar_of, instant, local
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.store import posts
from bot.store.calendars import directory
from bot.store.posts import Post

HALF_HOUR = "30"
MORNING = "morning"
NINE = 9 * 60  # minutes of the day


@dataclass(frozen=True, slots=True)
class Snoozed:
    """`until`: when it comes again, None where it had been put off before. `tz`: the person's zone."""

    until: datetime | None
    tz: str


def snooze(work: Work, post_id: str, user: str, choice: str) -> Snoozed:
    """Once and only this one nudge: "in 30 min", or "tomorrow 9:00" of that person.

    Neither the cadence nor the last update is changed by it. Raises: NotFound.
    """
    post, incident = _mine(work, post_id, user)
    if _said(incident, post, What.SNOOZED):
        return Snoozed(None, work.tz(user))
    until = work.now + timedelta(minutes=30)
    if choice == MORNING:
        home = calendar_of(directory(work.store, incident, work.policy), user)
        until = instant(local(work.now, home).date() + timedelta(days=1), NINE, home.zone)
    said = {"nudge": post.kind, "ordinal": post.ordinal, "until": until.isoformat()}
    work.store.append(incident.id, [Event(work.now, What.SNOOZED, user, post.party, said)])
    settle(work, incident.id)
    return Snoozed(until, work.tz(user))


def leave_out(work: Work, post_id: str, user: str, reason: str) -> Incident:
    """This nudge is not wanted again; the reason is kept. Raises: NotFound."""
    post, incident = _mine(work, post_id, user)
    if not _said(incident, post, What.SKIPPED):
        said = {"nudge": post.kind, "ordinal": post.ordinal, "reason": reason}
        work.store.append(incident.id, [Event(work.now, What.SKIPPED, user, post.party, said)])
    return settle(work, incident.id)


def _mine(work: Work, post_id: str, user: str) -> tuple[Post, Incident]:
    post = posts.by_id(work.store.connection, post_id)
    if post is None or post.tenant != work.store.tenant or post.kind not in work.policy.nudges:
        raise NotFound("nudge", user)
    incident = work.reload(post.incident)
    if not admits(incident, user) or (user != post.recipient and not incident.practice):
        raise NotFound("nudge", user)
    work.account(user, "take_part", own=user == incident.reporter)
    return post, incident


def _said(incident: Incident, post: Post, what: What) -> bool:
    return any(
        (e.data["nudge"], e.party, e.data["ordinal"]) == (post.kind, post.party, post.ordinal)
        for e in incident.all(what)
    )
