"""store: the outbox's rows (reliability.md 3); claims and records compare (id, attempt, state) and set.

Which of them the sender takes is `queue`'s, which of them lie in front of someone is `whereabouts`'s.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from bot.domain.nudges import model
from bot.store import tables as t
from bot.store.store import Store

RCARD, NOTICE, CARD, HOME = "rcard", "notice", "card", "home"
COPY = "copy"  # a text to oneself
PROGRESS = "progress"  # how far long work has come, redrawn until it's done
MORE = "more"  # what the message before it didn't hold
HOLDING = model.HOLDING  # what H can say and do while no one leads
UNDELIVERED = "undelivered"  # the word that something couldn't be delivered
RUNGS = ("ack.1", "ack.2", "ack.3")  # nudges that bring the notice to a rung of the ladder
REDRAWN = (
    RCARD,
    NOTICE,
    CARD,
    "ask",
    "offer",
    "along",
    PROGRESS,
    *RUNGS,
)  # kinds of posts that are redrawn in place; Home is no post


class State(StrEnum):
    PENDING = "pending"  # may be claimed from run_at on
    SENDING = "sending"  # claimed; the lease ends at run_at
    CHECKING = "checking"  # outcome unknown; history is read from run_at on
    SENT = "sent"
    UNCERTAIN = "uncertain"  # cannot be known; a person is shown it
    BLOCKED = "blocked"  # Slack said no for good; a person is shown it
    DEAD = "dead"  # our own fault, tried too often; a person is shown it
    CANCELLED = "cancelled"


OPEN = (State.PENDING.value, State.SENDING.value, State.CHECKING.value)
RESTORED = "restored"  # the reason of a post that may have gone out after the copy it comes from was made
IN_FLIGHT = (State.SENDING.value, State.CHECKING.value)
UNRECORDED = (*IN_FLIGHT, State.UNCERTAIN.value, State.SENT.value)
SHOWN = (State.UNCERTAIN.value, State.BLOCKED.value, State.DEAD.value)

# Built once, as in `store.rows`: each press and each nudge runs these.
_p = t.posts.c
OF_INCIDENT = (
    select(t.posts)
    .where(_p.tenant == bindparam("tenant"), _p.incident == bindparam("incident"))
    .order_by(_p.due_at, _p.ordinal)
)
BY_ID = select(t.posts).where(_p.id == bindparam("post"))
AS_READ = and_(
    _p.id == bindparam("of_id"), _p.attempt == bindparam("of_attempt"), _p.state == bindparam("of_state")
)
MOVE = update(t.posts).where(AS_READ)
MOVE_MATES = update(t.posts).where(
    _p.bundle == bindparam("of_id"), t.BUNDLED, _p.state == bindparam("of_state")
)
DROP = delete(t.posts).where(AS_READ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message that goes out once. `recipient` is a user (place dm) or a channel (channel, thread)."""

    tenant: str
    incident: str
    kind: str
    recipient: str
    due_at: datetime
    party: str = ""
    ordinal: int = 1
    place: str = "dm"
    priority: int = 5  # 1 goes first
    data: Mapping[str, Any]
    id: str = ""
    run_at: datetime | None = None
    state: State = State.PENDING
    attempt: int = 0
    reads: int = 0
    first_try_at: datetime | None = None
    channel: str = ""
    thread: str = ""
    body: Mapping[str, Any] | None = None
    sent_ts: str = ""
    sent_at: datetime | None = None
    reason: str = ""
    bundle: str = ""
    holder: str = ""
    since: float | None = None


def add(store: Store, post: Post) -> bool:
    """Put a post into the outbox in the transaction of its cause; False when it stands there already."""
    new = store.insert_once(t.posts, _row(store, post))
    store.outgoing |= new
    return new


def add_all(store: Store, new: Sequence[Post]) -> None:
    """As `add`, for several in one statement."""
    if new:
        store.insert_all(t.posts, [_row(store, post) for post in new])


def _name(store: Store, post: Post) -> str:
    """An id that follows from what the post is and from a secret of the database.

    A copy that was put back, and plans the same step once more, finds it in Slack by that; anyone else who
    reads the id there learns nothing from it.
    """
    parts = (
        store.tenant,
        post.incident,
        post.kind,
        post.party,
        str(post.ordinal),
        post.recipient,
        post.place,
    )
    return hmac.new(store.secret, "\x1f".join(parts).encode(), "sha256").hexdigest()[:32]


def _row(store: Store, post: Post) -> dict[str, Any]:
    return {
        "id": post.id or _name(store, post),
        "incident": post.incident,
        "kind": post.kind,
        "party": post.party,
        "ordinal": post.ordinal,
        "recipient": post.recipient,
        "place": post.place,
        "due_at": post.due_at,
        "run_at": post.run_at or post.due_at,
        "priority": post.priority,
        "state": post.state.value,
        "attempt": 0,
        "reads": 0,
        "channel": post.channel,
        "thread": post.thread,
        "data": dict(post.data),
        "sent_ts": "",
        "reason": post.reason,
        "bundle": "",
    }


def bundle(connection: Connection, leader: Post, mates: Sequence[Post]) -> None:
    """These posts share the leader's message and its fate from here on."""
    ids = [mate.id for mate in mates]
    connection.execute(update(t.posts).where(t.posts.c.id.in_(ids)).values(bundle=leader.id))


def of_row(row: Any) -> Post:  # noqa: ANN401 - a row of the table
    values = dict(row._mapping)
    values["state"] = State(values["state"])
    return Post(**values)


def of_incident(store: Store, incident: str, *kinds: str) -> list[Post]:
    """Posts of an incident, oldest first; of these kinds where given."""
    found = store.connection.execute(OF_INCIDENT, {"tenant": store.tenant, "incident": incident})
    return [of_row(r) for r in found if not kinds or r.kind in kinds]


def by_key(store: Store, incident: str, kind: str, party: str, recipient: str) -> Post | None:
    """The first post of that kind for that person about that party, or whatever else it's about."""
    p = t.posts.c
    this = [p.incident == incident, p.kind == kind, p.party == party, p.recipient == recipient]
    row = store.connection.execute(
        select(t.posts).where(p.tenant == store.tenant, *this).order_by(p.ordinal).limit(1)
    ).one_or_none()
    return of_row(row) if row else None


def newest_of(store: Store, incident: str, kind: str) -> Post | None:
    """The post of that kind that was put in last."""
    return next(reversed(of_incident(store, incident, kind)), None)


def by_id(connection: Connection, post: str) -> Post | None:
    row = connection.execute(BY_ID, {"post": post}).one_or_none()
    return of_row(row) if row else None


def change(connection: Connection, post: Post, state: State, **values: Any) -> bool:  # noqa: ANN401 - columns
    """Move a row on, if it is still as we read it (same attempt and state); whether it was.

    Posts that share its message go with it.
    """
    return _move(connection, post, {"state": state.value, **values})


def _move(connection: Connection, post: Post, values: Mapping[str, Any]) -> bool:
    as_read = _as_read(post)
    if connection.execute(MOVE, {**as_read, **values}).rowcount != 1:
        return False
    mates = {key: as_read[key] for key in ("of_id", "of_state")}
    connection.execute(MOVE_MATES, {**mates, **values})
    return True


def again(connection: Connection, post: Post, run_at: datetime, reason: str, attempt: int) -> bool:
    """It is surely not out: it waits anew from `run_at` on, and so does each post that shared its message."""
    values = {"run_at": run_at, "reason": reason, "attempt": attempt}
    anew = {"state": State.PENDING.value, "first_try_at": None, "body": None, "bundle": ""}
    return _move(connection, post, {**anew, **values})


def drop(connection: Connection, post: Post) -> None:
    """Take a row away that nobody has tried to send."""
    connection.execute(DROP, _as_read(post))


def _as_read(post: Post) -> dict[str, Any]:
    return {"of_id": post.id, "of_attempt": post.attempt, "of_state": post.state.value}
