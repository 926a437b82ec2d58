"""store: posts as the messages they have become: which of them lies where, and what people put on it."""

from __future__ import annotations

from sqlalchemy import delete, or_, select

from bot.store import posts
from bot.store import tables as t
from bot.store.posts import IN_FLIGHT, UNRECORDED, Post
from bot.store.store import Store

MOST_LYING = 30  # messages looked at in one conversation


def by_message(store: Store, channel: str, ts: str) -> Post | None:
    """The post that became this message; None for no message: a post that isn't out has neither."""
    if not (channel and ts):
        return None
    p = t.posts.c
    row = store.connection.execute(
        select(t.posts).where(p.tenant == store.tenant, p.channel == channel, p.sent_ts == ts, p.bundle == "")
    ).one_or_none()
    return posts.of_row(row) if row else None


def of_message(store: Store, post: Post) -> list[Post]:
    """That post, and those that share its message."""
    p = t.posts.c
    mates = select(t.posts).where(p.tenant == store.tenant, p.bundle == post.id, t.BUNDLED)
    return [post, *map(posts.of_row, store.connection.execute(mates.order_by(p.priority, p.id)))]


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
    return [posts.of_row(row) for row in found]


def any_in(store: Store, channel: str) -> bool:
    """Whether anything of ours lies in that channel, or may lie there."""
    p = t.posts.c
    there = or_(p.sent_ts != "", p.state.in_(UNRECORDED))
    found = select(p.id).where(p.tenant == store.tenant, p.channel == channel, there).limit(1)
    return bool(channel) and store.connection.execute(found).first() is not None


def signalled(store: Store, channel: str, user: str, name: str) -> Post | None:
    """The post in that channel on which that person has put that sign, standing or not."""
    p, s = t.posts.c, t.signals.c
    theirs = [s.channel == channel, s.user == user, s.name == name]
    row = store.connection.execute(
        select(t.posts).join(t.signals, t.ON_MESSAGE).where(p.tenant == store.tenant, p.bundle == "", *theirs)
    ).first()
    return posts.of_row(row) if row else None


def replies_to(store: Store, incident: str) -> list[str]:
    """The ts of each message that was typed in answer to one of that incident's, taken back or not."""
    p, s = t.posts.c, t.signals.c
    theirs = [p.tenant == store.tenant, p.incident == incident, p.bundle == "", s.name.like("reply::%")]
    query = select(s.name).join(t.posts, t.ON_MESSAGE).where(*theirs).distinct()
    return [name.split("::", 1)[1] for name in store.connection.execute(query).scalars()]


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
    return [posts.of_row(row) for row in rows]


def mark_of(post: Post) -> str:
    """What a sign on it is kept under: its message's ts, or while no one knows that, its own id (cut)."""
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
