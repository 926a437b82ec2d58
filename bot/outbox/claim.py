"""outbox: the claim. In one transaction a due post is checked once more, composed and marked as being sent.

The incident's row is locked first, as every use case of the guide does, so that nothing about it changes
meanwhile: on SQLite the one writer sees to that, on Postgres this lock does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain.incident import Incident
from bot.outbox import asked, nudging, outcome
from bot.outbox.kinds import kind_of
from bot.outbox.ports import Messenger, Moment
from bot.outbox.reach import REACHED, addressee
from bot.store import nudges, posts
from bot.store.backlog import NO_RECORD
from bot.store.people import Person
from bot.store.posts import HOLDING, RESTORED, Post, State
from bot.store.store import Store

LEASE = timedelta(seconds=60)
LOOK_AGAIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A due post as it stands inside the claim's transaction, with all that is looked at."""

    store: Store
    post: Post
    incident: Incident | None
    user: str  # whose DM it goes to, "" for a channel
    person: Person | None


def claim(
    connection: Connection, post: Post, messenger: Messenger, moment: Moment, holder: str = ""
) -> Post | None:
    """The post, for `holder` to send until its `run_at`; None when there is nothing to send for it now."""
    store = Store(connection, post.tenant)
    incident = store.load(post.incident, for_update=True) if post.incident else None
    fresh = posts.by_id(connection, post.id)
    if fresh is None or (fresh.state, fresh.attempt) != (post.state, post.attempt):
        return None
    if fresh.incident and incident is None:
        posts.change(connection, fresh, State.CANCELLED, reason=NO_RECORD)
        return None
    candidate = Candidate(store, replace(fresh, holder=holder), incident, *addressee(connection, fresh))
    if _refused(candidate, moment):
        return None
    if _looked_for(connection, (fresh,), moment):
        return None
    if incident and fresh.kind == HOLDING:
        later = nudging.along(store, incident, fresh, moment.policy, moment.now)
        if later:
            posts.change(connection, fresh, State.PENDING, run_at=later)
            return None
    if incident is None or fresh.kind not in moment.policy.nudges:
        return _take(candidate, (fresh,), messenger, moment)
    bundle = nudging.bundle_of(store, incident, fresh, moment.policy, moment.now)
    if not bundle:
        return None
    if _looked_for(connection, bundle, moment):
        return None
    incident = asked.noted(store, incident, bundle[0], moment.now)  # a step of the ladder leads its message
    taken = _take(replace(candidate, incident=incident), bundle, messenger, moment)
    nudges.replan(store, incident, moment.policy)  # the claim of one step plans the next
    return taken


def _looked_for(connection: Connection, bundle: Sequence[Post], moment: Moment) -> bool:
    """Whether the message with those posts may be out from another life: it's looked for by the post that
    leads it, then. What was due before that was in it, since it has no message of its own.
    """
    leader, *mates = bundle
    if not _may_be_out(leader, moment):
        return False
    posts.bundle(connection, leader, [mate for mate in mates if mate.due_at <= leader.due_at])
    first = {"run_at": moment.now, "first_try_at": leader.due_at, "reason": RESTORED}
    posts.change(connection, leader, State.CHECKING, **first)
    return True


def _may_be_out(post: Post, moment: Moment) -> bool:
    """A step due before this copy was put back, and planned only since: the other life had it too."""
    due = moment.restored_at is not None and post.due_at <= moment.restored_at
    return due and post.attempt == 0 and post.reason != RESTORED


def _refused(candidate: Candidate, moment: Moment) -> bool:
    """The reason has gone, or the person cannot get it: the row is moved on, nothing is sent."""
    post, person, kind = candidate.post, candidate.person, kind_of(candidate.post)
    reason = kind.stale(post, candidate.incident) if kind.stale and candidate.incident else ""
    if reason:
        posts.change(candidate.store.connection, post, State.CANCELLED, reason=reason)
        return True
    if not candidate.user or (person and person.dm and kind.fits(person.kind)):
        return False
    if person and not (person.kind in REACHED and kind.fits(person.kind)):
        outcome.ended(candidate.store.connection, post, State.BLOCKED, f"person_{person.kind}", moment)
    else:  # what the look-up had found is gone again (an erasure): it is looked up once more
        outcome.again(candidate.store.connection, post, moment.now + LOOK_AGAIN, "no_dm", moment)
    return True


def _take(candidate: Candidate, bundle: tuple[Post, ...], messenger: Messenger, moment: Moment) -> Post:
    """Mark the posts of one message as being sent, with the body that will be."""
    store, leader, person = candidate.store, bundle[0], candidate.person
    dm = person.dm if person and candidate.user else ""
    values: dict[str, Any] = {
        "body": messenger.compose(store, bundle, candidate.incident, moment),
        "channel": dm or leader.channel or leader.recipient,
        "holder": candidate.post.holder,
        "since": messenger.time(),
        "attempt": leader.attempt + 1,
        "reason": nudges.HELD if nudges.held(bundle) else leader.reason,
        "reads": 0,
        "first_try_at": moment.now,
        "run_at": moment.now + LEASE,
    }
    posts.bundle(store.connection, leader, bundle[1:])
    posts.change(store.connection, leader, State.SENDING, **values)
    return replace(leader, state=State.SENDING, **values)
