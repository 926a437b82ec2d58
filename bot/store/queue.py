"""store: what the sender asks the outbox for: whose time has come, and when the next one's will."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.store import posts
from bot.store import tables as t
from bot.store.posts import Post, State
from bot.store.store import Store

_p = t.posts.c
NEXT_RUN = select(func.min(_p.run_at)).where(t.TO_DO, _p.state != State.SENDING.value)
BEING_SENT = select(t.posts).where(t.SENDING, _p.bundle == "")


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
        found += [posts.of_row(row) for row in connection.execute(rows)]
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
    return [posts.of_row(row) for row in connection.execute(BEING_SENT)]


def next_run(connection: Connection) -> datetime | None:
    """When the next row wants attention that no one is sending, or None."""
    return connection.execute(NEXT_RUN).scalar()


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
