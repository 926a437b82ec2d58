"""store: nudges as rows: the plan is upserted in the transaction of its cause, so it cannot be lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.nudges import Due, Fired, comes_along, plan
from bot.domain.nudges.model import Key
from bot.domain.rules import Policy
from bot.domain.standin import is_stand_in
from bot.domain.worktime import whole_minute
from bot.store import posts
from bot.store.calendars import directory
from bot.store.posts import HOLDING, Post, State
from bot.store.store import Store

GONE = "gone"  # its reason has gone; it comes back if the reason does
OVERTAKEN = "overtaken"  # a later step of its chain was due as well by the time we could send
HELD = "held"  # back on purpose, by the cap or for the night: it comes later, and what follows it too


def rows(store: Store, incident: str, policy: Policy) -> list[Post]:
    """The nudges of an incident, each recipient's own; the neutral twins in the thread are left out."""
    return among(posts.of_incident(store, incident), policy)


def among(found: Iterable[Post], policy: Policy) -> list[Post]:
    return [p for p in found if p.kind in policy.nudges and p.place != "thread"]


def key(post: Post) -> Key:
    return post.kind, post.party, post.ordinal, post.recipient


def fired(nudges: Iterable[Post]) -> tuple[Fired, ...]:
    """What has been claimed at least once, or was left out because a later step overtook it."""
    return tuple(
        Fired(*key(p), whole_minute(p.first_try_at or p.due_at), p.first_try_at is None)
        for p in nudges
        if p.first_try_at or p.reason == OVERTAKEN
    )


def held(nudges: Iterable[Post]) -> frozenset[Key]:
    return frozenset(key(p) for p in nudges if p.state is State.PENDING and p.reason.startswith(HELD))


def hold(store: Store, row: Post, until: datetime) -> None:
    posts.change(store.connection, row, State.PENDING, run_at=until, reason=HELD)


def reason_of(row: Post, reason: str) -> str:
    """Why it isn't out, for a row to remember; one that was held back stays known as that."""
    if row.reason.startswith(HELD) and not reason.startswith(HELD):
        return f"{HELD}: {reason}"
    return reason


def replan(store: Store, incident: Incident, policy: Policy) -> None:
    """Make the pending rows what the plan says: new ones in, moved ones moved, ones without a reason out."""
    posts.add_all(store, settle(store, incident, posts.of_incident(store, incident.id), policy))


def settle(store: Store, incident: Incident, found: list[Post], policy: Policy) -> list[Post]:
    """Move, take out and bring back rows until what waits is what is due; what is due and new is returned.

    `found`: all posts of the incident.
    """
    known, cards = among(found, policy), [p for p in found if p.kind == HOLDING]
    args = (incident, policy, directory(store, incident, policy), fired(known))
    once = {card.ordinal for card in cards if card.first_try_at}  # the handler of that time has it
    dues = (*plan(*args), *(due for due in comes_along(*args) if due.ordinal not in once))
    wanted = {due.key: due for due in dues if not is_stand_in(due.recipient)}
    for row in (*known, *cards):
        due = wanted.pop(key(row), None)
        waiting = row.state is State.PENDING and row.first_try_at is None
        if due is None and waiting and row.attempt == 0:
            posts.drop(store.connection, row)  # a plan that was never acted on leaves no trace
        elif due is None and waiting:
            posts.change(store.connection, row, State.CANCELLED, reason=GONE)
        elif due and ((waiting and due.due_at != row.due_at) or row.reason == GONE):
            times = {"due_at": due.due_at, "run_at": due.due_at}
            posts.change(store.connection, row, State.PENDING, reason="", **times)
    return [post_of(incident, due, policy) for due in wanted.values()]


def post_of(incident: Incident, due: Due, policy: Policy) -> Post:
    """A nudge as a row of the outbox. The admins' channel is the one recipient that is no person."""
    return Post(
        tenant=incident.tenant,
        incident=incident.id,
        kind=due.kind,
        party=due.party,
        ordinal=due.ordinal,
        recipient=due.recipient,
        place="channel" if due.recipient == policy.contacts.admins_channel else "dm",
        due_at=due.due_at,
        priority=due.priority,
        data={},
    )
