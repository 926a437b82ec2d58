"""store: the outbox's rows (reliability.md 3); claims and records compare (id, attempt, state) and set."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

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
NEXT_RUN = select(func.min(_p.run_at)).where(t.TO_DO, _p.state != State.SENDING.value)
BEING_SENT = select(t.posts).where(t.SENDING, _p.bundle == "")
MOST_LYING = 30  # messages looked at in one conversation


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

    A copy that was put back, and plans the same step once more, finds it in Slack by that; whoever else reads
    the id there learns nothing from it.
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


def _post(row: Any) -> Post:  # noqa: ANN401 - a row of the table
    values = dict(row._mapping)
    values["state"] = State(values["state"])
    return Post(**values)


def of_incident(store: Store, incident: str, *kinds: str) -> list[Post]:
    """Posts of an incident, oldest first; of these kinds where given."""
    found = store.connection.execute(OF_INCIDENT, {"tenant": store.tenant, "incident": incident})
    return [_post(r) for r in found if not kinds or r.kind in kinds]


def by_message(store: Store, channel: str, ts: str) -> Post | None:
    """The post that became this message; None for no message: a post that isn't out has neither."""
    if not (channel and ts):
        return None
    p = t.posts.c
    row = store.connection.execute(
        select(t.posts).where(p.tenant == store.tenant, p.channel == channel, p.sent_ts == ts, p.bundle == "")
    ).one_or_none()
    return _post(row) if row else None


def of_message(store: Store, post: Post) -> list[Post]:
    """That post, and those that share its message."""
    p = t.posts.c
    mates = select(t.posts).where(p.tenant == store.tenant, p.bundle == post.id, t.BUNDLED)
    return [post, *map(_post, store.connection.execute(mates.order_by(p.priority, p.id)))]


def lying_in(store: Store, channel: str, *kinds: str) -> list[Post]:
    """The newest messages of those kinds that lie in that channel, or may lie there; newest first."""
    p = t.posts.c
    there = or_(p.sent_ts != "", p.state.in_(UNRECORDED))
    found = store.connection.execute(
        select(t.posts)
        .where(p.tenant == store.tenant, p.channel == channel, p.kind.in_(kinds), p.bundle == "", there)
        .order_by(p.first_try_at.desc(), p.id)
        .limit(MOST_LYING)
    )
    return [_post(row) for row in found]


def by_key(store: Store, incident: str, kind: str, party: str, recipient: str) -> Post | None:
    """The first post of that kind for that person about that party, or whatever else it's about."""
    p = t.posts.c
    this = [p.incident == incident, p.kind == kind, p.party == party, p.recipient == recipient]
    row = store.connection.execute(
        select(t.posts).where(p.tenant == store.tenant, *this).order_by(p.ordinal).limit(1)
    ).one_or_none()
    return _post(row) if row else None


def signalled(store: Store, channel: str, user: str, name: str) -> Post | None:
    """The post in that channel on which that person has put that sign, standing or not."""
    p, s = t.posts.c, t.signals.c
    theirs = [s.channel == channel, s.user == user, s.name == name]
    row = store.connection.execute(
        select(t.posts).join(t.signals, t.ON_MESSAGE).where(p.tenant == store.tenant, p.bundle == "", *theirs)
    ).first()
    return _post(row) if row else None


def newest_of(store: Store, incident: str, kind: str) -> Post | None:
    """The post of that kind that was put in last."""
    return next(reversed(of_incident(store, incident, kind)), None)


def unrecorded(post: Post) -> bool:
    """Whether it may be in front of its reader without our knowing where."""
    return not post.sent_ts and post.state in UNRECORDED


def unrecorded_in(store: Store, channel: str) -> list[Post]:
    """Such posts in that channel."""
    p = t.posts.c
    there = [p.state.in_(UNRECORDED), p.sent_ts == "", p.bundle == ""]
    rows = store.connection.execute(
        select(t.posts).where(p.tenant == store.tenant, p.channel == channel, *there)
    )
    return [_post(row) for row in rows]


def mark_of(post: Post) -> str:
    """What a sign on it is kept under: its message's ts, or while nobody knows that, its own id (cut)."""
    return post.sent_ts or post.id[: t.MARK]


def move_signs(store: Store, post: Post, channel: str) -> None:
    """What people put on its message stays theirs when that is gone: it's kept under the post's own id."""
    s, own = t.signals.c, post.id[: t.MARK]
    here = [s.tenant == store.tenant, s.channel == post.channel, s.ts.in_([post.sent_ts, own])]
    found = store.connection.execute(select(t.signals).where(*here)).all()
    store.connection.execute(delete(t.signals).where(*here))
    for row in found:
        store.signal(channel, own, row.user, row.name, row.standing, row.at)


def in_flight(store: Store, channel: str, *kinds: str) -> bool:
    """Whether one of these kinds is on its way there, so that we shall know in a minute where it is."""
    p = t.posts.c
    under_way = [p.state.in_(IN_FLIGHT), p.kind.in_(kinds)]
    query = select(p.id).where(p.tenant == store.tenant, p.channel == channel, *under_way).limit(1)
    return store.connection.execute(query).first() is not None


def by_id(connection: Connection, post: str) -> Post | None:
    row = connection.execute(BY_ID, {"post": post}).one_or_none()
    return _post(row) if row else None


def due(
    connection: Connection, now: datetime, limit: int, state: State, busy: Collection[str] = ()
) -> list[Post]:
    """Rows of that state whose time has come, most urgent first, locked against other workers.

    `busy`: channels and recipients to leave alone for now. Each priority is a look into its index, which ends
    with the last row that's wanted: a backlog is neither read nor sorted as a whole.
    """
    p = t.posts.c
    free = [p.channel.not_in(busy), p.recipient.not_in(busy)] if busy else []
    query = (
        select(t.posts)
        .where(p.state == state.value, p.run_at <= now, t.TO_DO, p.bundle == "", *free)
        .order_by(p.run_at, p.id)
        .with_for_update(skip_locked=True)
    )
    found: list[Post] = []
    priority = next_priority(connection, None)
    while priority is not None and len(found) < limit:
        rows = query.where(p.priority == priority).limit(limit - len(found))
        found += [_post(row) for row in connection.execute(rows)]
        priority = next_priority(connection, priority)
    return found


def next_priority(connection: Connection, after: int | None) -> int | None:
    """The most urgent priority that some row waits with; the next one after that one."""
    least = select(func.min(_p.priority)).where(t.TO_DO)
    found = least if after is None else least.where(_p.priority > after)
    return connection.execute(found).scalar()


def hold(connection: Connection, held: Iterable[Post], until: datetime) -> None:
    """No other worker takes these rows until then; a crash frees them."""
    ids = [post.id for post in held]
    connection.execute(update(t.posts).where(t.posts.c.id.in_(ids)).values(run_at=until))


def being_sent(connection: Connection) -> list[Post]:
    """What some process is sending, or was when it ended."""
    return [_post(row) for row in connection.execute(BEING_SENT)]


def next_run(connection: Connection) -> datetime | None:
    """When the next row wants attention that nobody is sending, or None."""
    return connection.execute(NEXT_RUN).scalar()


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


def sent_to(store: Store, recipient: str, since: datetime, *kinds: str) -> list[datetime]:
    """When messages of these kinds went to that person, from then on."""
    p = t.posts.c
    rows = store.connection.execute(
        select(p.sent_at).where(
            p.tenant == store.tenant,
            p.recipient == recipient,
            p.sent_at > since,
            p.kind.in_(kinds),
            p.bundle == "",
        )
    )
    return [at for at in rows.scalars() if at]
