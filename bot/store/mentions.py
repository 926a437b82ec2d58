"""store: where one person stands in the rows: what erasing has to look at, and which messages were theirs.

Who has a part in an incident is `domain.access.has_part`'s to say; in here an id is only a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, cast, or_, select
from sqlalchemy.types import String

from bot.store import tables as t
from bot.store.store import Store

NAMED: Mapping[Table, tuple[str, ...]] = {
    t.pages: ("saved_by",),
    t.drafts: ("user",),
    t.events: ("actor",),
    t.posts: ("recipient",),
    t.actions: ("owner",),
}


def ids_in(store: Store, key: str) -> set[str]:
    """Every word in the rows of that incident that stands where an id can stand."""
    i, s, p = t.incidents.c, t.signals.c, t.posts.c
    head = select(i.reporter, i.handler).where(i.tenant == store.tenant, i.id == key)
    found = {value for row in store.connection.execute(head).all() for value in row}
    for table, columns in NAMED.items():
        for row in rows_of(store, table, key):
            found |= {getattr(row, name) for name in columns}
            for name in ("answers", "data", "values"):
                found |= _words(row._mapping.get(name))
    marked = select(s.user).join(t.posts, t.ON_MESSAGE).where(p.tenant == store.tenant, p.incident == key)
    return found | set(store.connection.execute(marked).scalars())


def _words(value: Any) -> set[str]:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, str):
        return {value}
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {word for item in inside for word in _words(item)}


def naming(store: Store, user: str, among: Sequence[str]) -> list[str]:
    """Those of these incidents in whose rows that id stands anywhere, in their order: to find what to erase.

    Who has a part in one is `domain.access.has_part`'s to say. An id inside JSON is found by reading it, so
    this is for a few incidents at a time.
    """
    i, s, p = t.incidents.c, t.signals.c, t.posts.c
    heads = select(i.id).where(i.tenant == store.tenant, i.id.in_(among))
    found = set(store.connection.execute(heads.where(or_(i.reporter == user, i.handler == user))).scalars())
    for table, columns in NAMED.items():
        c = table.c
        named = or_(*(c[name] == user for name in columns), *inside(table, user))
        query = select(c.incident).where(c.tenant == store.tenant, c.incident.in_(among), named).distinct()
        found |= set(store.connection.execute(query).scalars())
    marked = select(p.incident).join(t.signals, t.ON_MESSAGE).where(p.tenant == store.tenant, s.user == user)
    found |= set(store.connection.execute(marked.where(p.incident.in_(among))).scalars())
    return [key for key in among if key in found]


def acted_in(store: Store, user: str, most: int) -> list[str]:
    """Incidents in which that person did something, has something to do, or was sent something, oldest first:
    so many at most. Each look goes into an index and ends there, too.
    """
    i, p, s = t.incidents.c, t.posts.c, t.signals.c
    looks = [
        select(i.id).where(i.tenant == store.tenant, i[name] == user) for name in ("reporter", "handler")
    ]
    acts = ((t.pages, "saved_by"), (t.events, "actor"), (t.posts, "recipient"), (t.drafts, "user"))
    looks += [select(a.c.incident).where(a.c.tenant == store.tenant, a.c[name] == user) for a, name in acts]
    marks = select(p.incident).select_from(t.signals).join(t.posts, t.ON_MESSAGE)
    looks.append(marks.where(s.tenant == store.tenant, s.user == user))
    found: set[str] = set()
    for look in looks:
        found |= set(store.connection.execute(look.distinct().limit(most + 1)).scalars())
    order = select(i.id).where(i.tenant == store.tenant, i.id.in_(found)).order_by(i.created_at, i.id)
    return list(store.connection.execute(order.limit(most)).scalars())


def messages_to(store: Store, user: str, keys: Sequence[str]) -> list[tuple[str, str]]:
    """(channel, ts) of every message of ours about these incidents ("": about none) in that person's own DM.

    What they would have got in another's practice run lies in that other's DM.
    """
    p, known, i = t.posts.c, t.people.c, t.incidents.c
    dm = select(known.dm).where(known.tenant == store.tenant, known.user == user).scalar_subquery()
    practised = select(i.id).where(i.tenant == store.tenant, i.id.in_(keys), i.practice)
    theirs = or_(and_(p.recipient == user, p.place == "dm", p.incident.not_in(practised)), p.channel == dm)
    of_these = (p.tenant == store.tenant, p.incident.in_(keys), theirs, p.channel != "", p.sent_ts != "")
    found = store.connection.execute(select(p.channel, p.sent_ts).where(*of_these).distinct()).all()
    return [(row.channel, row.sent_ts) for row in found]


def on_messages(store: Store, keys: Sequence[str]) -> list[tuple[ColumnElement[bool], ...]]:
    """Each message of these incidents, as the condition for what people left on it."""
    p, s = t.posts.c, t.signals.c
    sent = (p.tenant == store.tenant, p.incident.in_(keys), p.channel != "")
    return [
        (s.tenant == store.tenant, s.channel == row.channel, s.ts.in_([row.sent_ts, row.id[: t.MARK]]))
        for row in store.connection.execute(select(p.channel, p.sent_ts, p.id).where(*sent)).all()
    ]


def rows_of(store: Store, table: Table, key: str) -> list[Any]:
    c = table.c
    return list(
        store.connection.execute(select(table).where(c.tenant == store.tenant, c.incident == key)).all()
    )


def inside(table: Table, user: str) -> list[Any]:
    """An id inside the JSON of a row."""
    columns = [c for c in table.columns if c.name in ("answers", "data", "values")]
    return [cast(column, String).like(f"%{user}%") for column in columns]
