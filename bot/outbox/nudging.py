"""outbox: claiming nudges. All that one person is due in an incident is one message; the rest is re-checked.

Runs inside the claim's transaction: nothing here talks to Slack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.incident import Event, Incident, What
from bot.domain.nudges import Due, plan
from bot.domain.nudges.delivery import CaughtUp, catch_up, free_at
from bot.domain.rules import Policy
from bot.domain.worktime import Directory
from bot.store import nudges, posts
from bot.store.calendars import directory
from bot.store.nudges import Key
from bot.store.posts import CARD, RUNGS, Post, State
from bot.store.store import Store

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes out as one message: the first of them is the post that is sent."""

    posts: tuple[Post, ...]

    @property
    def leader(self) -> Post:
        return self.posts[0]


def bundle_of(store: Store, post: Post, policy: Policy, now: datetime) -> Bundle | None:
    """The message that this due post belongs to, re-checked; None when nothing is to be sent for it now."""
    if post.kind not in policy.nudges:
        return Bundle((post,))
    if post.place == "thread":
        return Bundle(_twins(store, post, now))
    return _private(store, post, policy, now)


def _twins(store: Store, post: Post, now: datetime) -> tuple[Post, ...]:
    """Neutral twins that are due in one thread are one message there."""
    due = [
        p
        for p in posts.of_incident(store, post.incident)
        if (p.place, p.recipient, p.state) == ("thread", post.recipient, State.PENDING)
        and (p.run_at or p.due_at) <= now
    ]
    return (post, *(p for p in due if p.id != post.id))


def _private(store: Store, post: Post, policy: Policy, now: datetime) -> Bundle | None:
    incident = store.load(post.incident)
    if incident is None:
        return None
    calendars = directory(store, incident, policy)
    known = nudges.rows(store, incident.id, policy)
    if post.first_try_at is not None:
        return _again(store, post, incident, known, policy, calendars)
    caught = catch_up(incident, policy, calendars, nudges.fired(known), now)
    rows = _write(store, incident, known, caught, policy)
    mine = [r for r in rows if r.recipient == post.recipient]
    if not mine:  # its time has moved, or its reason has gone
        nudges.replan(store, incident, policy, now)
        return None
    if later := _over_cap(store, mine, policy, now):
        for row in mine:
            posts.change(store.connection, row, State.PENDING, run_at=later)
        return None
    mine.sort(key=lambda r: (r.priority, r.id != post.id))
    _note_rungs(store, incident, mine, now)
    _add_twins(store, incident, mine, policy, now)
    return Bundle(tuple(mine))


def _again(
    store: Store,
    post: Post,
    incident: Incident,
    known: list[Post],
    policy: Policy,
    calendars: Directory,
) -> Bundle | None:
    """A claim that surely was not sent is tried again, if its reason still stands without it."""
    others = [r for r in known if nudges.key(r) != nudges.key(post)]
    still = plan(incident, policy, calendars, nudges.fired(others))
    if nudges.key(post) not in {due.key for due in still}:
        posts.change(store.connection, post, State.CANCELLED, reason=nudges.GONE)
        return None
    mates = [r for r in known if r.bundle == post.id and r.state is State.PENDING]
    return Bundle((post, *mates))


def _write(
    store: Store, incident: Incident, known: list[Post], caught: CaughtUp, policy: Policy
) -> list[Post]:
    """Rows for what is due now, and for what a later step has overtaken; the ones to send."""
    by_key: Mapping[Key, Post] = {nudges.key(r): r for r in known}
    for due in caught.overtaken:
        row = by_key.get(due.key)
        if row:
            posts.change(store.connection, row, State.CANCELLED, reason=nudges.OVERTAKEN)
        else:
            gone = replace(
                nudges.post_of(incident, due, policy), state=State.CANCELLED, reason=nudges.OVERTAKEN
            )
            posts.add(store, gone)
    wanted = {due.key for due in caught.send}
    for due in caught.send:
        if due.key not in by_key:
            posts.add(store, nudges.post_of(incident, due, policy))
    fresh = posts.of_incident(store, incident.id, *{due.kind for due in caught.send})
    return [p for p in fresh if nudges.key(p) in wanted and p.state is State.PENDING and p.place != "thread"]


def _over_cap(store: Store, mine: list[Post], policy: Policy, now: datetime) -> datetime | None:
    """When the hour allows another message to this person; None: now, or the nudge is exempt."""
    if any(row.data.get("uncapped") for row in mine):
        return None
    sent = posts.sent_to(store, mine[0].recipient, now - HOUR, *policy.nudges)
    free = free_at(now, sent, policy.cap)
    return free if free > now else None


def _note_rungs(store: Store, incident: Incident, mine: list[Post], now: datetime) -> None:
    """Another rung of the ladder gets the notice: from here on they count as told."""
    for row in mine:
        if row.kind in RUNGS and row.recipient not in incident.told_members:
            asked = Event(now, What.ASKED, "", "", {"to": row.recipient})
            if row.recipient != incident.reporter:
                store.append(incident.id, [asked])


def _add_twins(store: Store, incident: Incident, mine: list[Post], policy: Policy, now: datetime) -> None:
    """Each nudge that has one puts its neutral twin into the thread of the team's card."""
    card = next((p for p in posts.of_incident(store, incident.id, CARD) if p.state is State.SENT), None)
    if card is None or incident.practice:
        return
    for row in mine:
        if row.data.get("in_thread"):
            twin = replace(
                nudges.post_of(incident, _due(row), policy),
                place="thread",
                recipient=card.channel,
                channel=card.channel,
                thread=card.sent_ts,
                run_at=now,
                data={},
            )
            posts.add(store, twin)


def _due(row: Post) -> Due:
    return Due(row.due_at, row.priority, row.kind, row.party, row.ordinal, row.recipient)


def after_claim(store: Store, incident_id: str, policy: Policy, now: datetime) -> None:
    """The claim of one step is what plans the next (reliability.md 3, step 1)."""
    incident = store.load(incident_id)
    if incident is not None:
        nudges.replan(store, incident, policy, now)
