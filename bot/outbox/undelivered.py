"""outbox: what surely doesn't arrive: a fact of the record, said at once to those who count on it.

Slack's sure refusals of a person: docs.slack.dev/reference/methods/conversations.open (`user_disabled`,
`cannot_dm_bot`, `user_not_found`, …) and /chat.postMessage (`restricted_action`, `channel_not_found`, …).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.domain.rules import Policy
from bot.domain.standin import is_stand_in
from bot.outbox.asked import of_ladder
from bot.outbox.ports import Moment
from bot.store import posts
from bot.store.posts import CARD, NOTICE, RUNGS, UNDELIVERED, Post, State
from bot.store.rooms import ROOM
from bot.store.rows import NOTICES
from bot.store.store import Store

# What someone sent, or wrote, to one person: they hear of it themselves.
BY_HAND = ("offer", "along", "ask", "legal_note", "passed_on", "reply_changed")
OF_TEAM = (CARD, ROOM)
ON_CLOCK = ("legal.now", "legal.24", "legal.48", "legal.66", "auto.notify")  # R was told that they'd go out
LAST = "ack.end"


def noted(store: Store, post: Post, moment: Moment) -> bool:
    """Whether someone has to hear of it now. Of the ladder, it's an event: its next rung is due at once."""
    incident = store.load(post.incident) if post.incident else None
    if incident is None or incident.practice or not incident.live:
        return False
    if not _of_ladder(incident, post):
        on_clock = post.kind in ON_CLOCK and post.place == "dm"
        return on_clock or post.kind in (*BY_HAND, *OF_TEAM, LAST)
    sent = posts.of_incident(store, post.incident, *NOTICES)
    had = any(p.recipient == post.recipient and p.state is State.SENT for p in sent)
    data = {"to": post.recipient, "of": post.kind, "had": had}
    store.append(post.incident, [Event(moment.now, What.UNDELIVERED, "", "", data)])
    return True


def _of_ladder(incident: Incident, post: Post) -> bool:
    return post.kind == NOTICE or of_ladder(incident, post)


def said(store: Store, post: Post, moment: Moment) -> None:
    """One new message, as a redraw pings no one: to R, to the handler, and of the ladder to the admins."""
    incident = store.load(post.incident)
    if incident is None:
        return
    data = {"to": post.recipient, "of": post.kind, "reason": post.reason, "next": _next(store, incident)}
    readers = {str(post.data.get("from") or incident.handler)}
    if post.kind not in BY_HAND:
        readers = {incident.reporter, incident.handler}
    for reader in sorted(user for user in readers if not is_stand_in(user)):
        posts.add(store, _note(store, incident, reader, "dm", moment.now, data))
    admins = moment.policy.contacts.admins_channel
    if admins and _of_ladder(incident, post):
        to = post.recipient if post.recipient in _named(moment.policy) else ""
        posts.add(store, _note(store, incident, admins, "channel", moment.now, {**data, "to": to}))


def _named(policy: Policy) -> set[str]:
    """Those the policy names: the admins may hear of no one else."""
    ladders = (policy.ladder, *(team.ladder for team in policy.teams))
    return {user for ladder in ladders for user in ladder.rungs}


def _next(store: Store, incident: Incident) -> str:
    """Who's asked instead, "" for no one."""
    waiting = posts.of_incident(store, incident.id, *RUNGS)
    asked = (p.recipient for p in waiting if p.state is State.PENDING and p.recipient != incident.reporter)
    return next((user for user in asked if user not in incident.undelivered), "")


def _note(
    store: Store, incident: Incident, to: str, place: str, now: datetime, data: Mapping[str, object]
) -> Post:
    return Post(
        tenant=incident.tenant,
        incident=incident.id,
        kind=UNDELIVERED,
        ordinal=len(posts.of_incident(store, incident.id, UNDELIVERED)) + 1,
        recipient=to,
        place=place,
        due_at=now,
        priority=-1,
        data=data,
    )
