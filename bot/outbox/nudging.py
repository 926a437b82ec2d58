"""outbox: claiming nudges. All that one person is due in an incident is one message; the rest is re-checked.

Runs inside the claim's transaction: nothing here talks to Slack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.nudges import Due
from bot.domain.nudges.case import Case
from bot.domain.nudges.delivery import CaughtUp, catch_up, free_at
from bot.domain.nudges.model import Key
from bot.domain.rules import Policy
from bot.domain.worktime import whole_minute
from bot.store import nudges, posts, queue
from bot.store.calendars import directory
from bot.store.posts import CARD, NOTICE, RUNGS, Post, State
from bot.store.store import Store

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AFTER_NOTICE = timedelta(seconds=10)  # as often it is looked whether the notice is out by now


def bundle_of(
    store: Store, incident: Incident, post: Post, policy: Policy, now: datetime
) -> tuple[Post, ...]:
    """The posts of the message that this due one belongs to; none when nothing is to be sent for it now.

    What surely did not go out before is due like everything else: nothing is sent as it was then.
    """
    if post.place == "thread":
        return _twins(store, post, policy, now)
    return _private(store, incident, post, policy, now)


def _twins(store: Store, post: Post, policy: Policy, now: datetime) -> tuple[Post, ...]:
    """Neutral twins that are due in one thread are one message there; news are messages of their own."""
    due = [
        p
        for p in posts.of_incident(store, post.incident, *policy.nudges)
        if (p.place, p.recipient, p.state) == ("thread", post.recipient, State.PENDING)
        and (p.run_at or p.due_at) <= now
    ]
    return (post, *(p for p in due if p.id != post.id))


def _private(store: Store, incident: Incident, post: Post, policy: Policy, now: datetime) -> tuple[Post, ...]:
    known = nudges.rows(store, incident.id, policy)
    calendars = directory(store, incident, policy)
    caught = catch_up(incident, policy, calendars, nudges.fired(known), now, nudges.held(known))
    _write(store, incident, known, caught, policy)
    dues = {due.key: due for due in caught.send if due.recipient == post.recipient}
    asleep = {due.key: until for due, until in caught.waits if due.recipient == post.recipient}
    rows = [r for r in nudges.rows(store, incident.id, policy) if r.state is State.PENDING]
    for row in rows:
        if nudges.key(row) in asleep:
            nudges.hold(store, row, asleep[nudges.key(row)])
    mine = [r for r in rows if nudges.key(r) in dues]
    if not mine and not asleep:  # its time has moved, or its reason has gone
        nudges.replan(store, incident, policy)
    if not mine or _put_off(store, known, post, mine, policy, now):
        return ()
    _add_twins(store, incident, [due for due in dues.values() if due.in_thread], policy, now)
    return tuple(sorted(mine, key=lambda r: (r.kind not in RUNGS, r.priority, r.id != post.id)))


def _put_off(
    store: Store, known: list[Post], post: Post, mine: list[Post], policy: Policy, now: datetime
) -> bool:
    """These rows are on time for their reader, and something else has to go first, or goes too often."""
    capped = not any(policy.nudges[row.kind].uncapped for row in mine)
    over = _over_cap(store, post, policy, now) if capped else None
    soon = _untold(store, post, now) or _spaced(known, post.recipient, now)
    for row in mine:
        if over:
            nudges.hold(store, row, over)
        elif soon:
            posts.change(store.connection, row, State.PENDING, run_at=soon)
    return bool(over or soon)


def along(store: Store, incident: Incident, post: Post, policy: Policy, now: datetime) -> datetime | None:
    """When what comes along with the ladder may go: after the rung of its minute, a minute after their last
    reminder, and late not into their night; None: now.
    """
    rows = nudges.rows(store, incident.id, policy)
    rungs = [r for r in rows if r.kind in RUNGS and r.state.value in posts.OPEN and r.due_at <= now]
    rung = any(not r.reason.startswith(nudges.HELD) for r in rungs)
    soon = now + AFTER_NOTICE if rung else _spaced(rows, post.recipient, now)
    case = Case(incident, policy, directory(store, incident, policy), ())
    late = post.due_at < whole_minute(now)
    awake = case.may_go(post.kind, post.recipient, now) if late else now
    return soon or (awake if awake > now else None)


def _write(store: Store, incident: Incident, known: list[Post], caught: CaughtUp, policy: Policy) -> None:
    """Rows for what is due now, and for what a later step has overtaken."""
    by_key: Mapping[Key, Post] = {nudges.key(r): r for r in known}
    for due in caught.overtaken:
        row, gone = by_key.get(due.key), nudges.post_of(incident, due, policy)
        if row:
            posts.change(store.connection, row, State.CANCELLED, reason=nudges.OVERTAKEN)
        else:
            posts.add(store, replace(gone, state=State.CANCELLED, reason=nudges.OVERTAKEN))
    for due in (*caught.send, *(due for due, _ in caught.waits)):
        if due.key not in by_key:
            posts.add(store, nudges.post_of(incident, due, policy))


def _spaced(known: list[Post], recipient: str, now: datetime) -> datetime | None:
    """When this person may hear of this incident again: a minute after the last time; None: now."""
    tried = (r.first_try_at for r in known if r.recipient == recipient and r.first_try_at)
    last = max(tried, default=None)
    return last + MINUTE if last and now - MINUTE < last else None


def _untold(store: Store, post: Post, now: datetime) -> datetime | None:
    """When to look again, while the notice that this is about is on its way to them; None: it is not."""
    notices = posts.of_incident(store, post.incident, NOTICE)
    coming = any(p.recipient == post.recipient and p.state in posts.OPEN for p in notices)
    return now + AFTER_NOTICE if coming else None


def _over_cap(store: Store, post: Post, policy: Policy, now: datetime) -> datetime | None:
    """When the hour allows another message to this person; None: now."""
    sent = queue.sent_to(store, post.recipient, now - HOUR, *policy.nudges)
    free = free_at(now, sent, policy.cap)
    return free if free > now else None


def _add_twins(store: Store, incident: Incident, dues: list[Due], policy: Policy, now: datetime) -> None:
    """Each of these nudges puts its neutral twin into the thread of the team's card."""
    cards = posts.of_incident(store, incident.id, CARD) if dues and not incident.practice else []
    card = next((p for p in cards if p.state is State.SENT and p.recipient == incident.team_channel), None)
    if card is None:
        return
    for due in dues:
        twin = replace(
            nudges.post_of(incident, due, policy),
            place="thread",
            recipient=card.channel,
            channel=card.channel,
            thread=card.sent_ts,
            run_at=now,
        )
        posts.add(store, twin)
