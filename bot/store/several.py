"""store: several incidents at once: one statement a table, however many they are.

Reading one incident takes eight statements, and putting each to the database takes longer than it does to
answer; for a list, an export or an audit that's most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, or_, select

from bot.domain.incident import Incident
from bot.store import rows
from bot.store import tables as t
from bot.store.posts import UNRECORDED
from bot.store.rows import SAID
from bot.store.store import Store

_i, _p = t.incidents.c, t.posts.c


def _these(tenant: Any, incident: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns
    return and_(tenant == bindparam("tenant"), incident.in_(bindparam("incidents", expanding=True)))


def _rows(table: Table, *order: str) -> Select[Any]:
    return (
        select(table)
        .where(_these(table.c.tenant, table.c.incident))
        .order_by(*(table.c[name] for name in order))
    )


HEADS = select(t.incidents).where(_these(_i.tenant, _i.id)).order_by(_i.id)  # locked in one order by all
HEADS_LOCKED = HEADS.with_for_update()
PARTS: tuple[tuple[Table, Select[Any], Callable[[Any], Any]], ...] = (
    (t.pages, _rows(t.pages, "stage", "party"), rows.page),
    (t.events, _rows(t.events, "at", "seq"), rows.event),
    (t.signals, rows.ALL_SIGNALS.add_columns(_p.incident).where(_these(_p.tenant, _p.incident)), rows.signal),
    (t.parties, _rows(t.parties), rows.party),
    (t.actions, _rows(t.actions, "key"), rows.action),
    (t.drafts, _rows(t.drafts).where(t.drafts.c.stage != SAID), rows.unfinished),
)


def load(store: Store, keys: Sequence[str], *, for_update: bool = False) -> tuple[Incident, ...]:
    """Those of these incidents that are there, in this order; as `Store.load` of each."""
    which = {"tenant": store.tenant, "incidents": [*keys]}
    lock = for_update and not store.reads
    if lock:
        for key in keys:  # what was read before we had the lock may have changed
            store.memory.forget(incident=key)
        store.locked.update(keys)
    heads = store.connection.execute(HEADS_LOCKED if lock else HEADS, which).all()
    _know(store, t.incidents, keys, ((row.id, dict(row._mapping)) for row in heads))
    for table, query, made in PARTS:
        found = store.connection.execute(query, which) if heads else ()
        _know(store, table, keys, [(row.incident, made(row)) for row in found])
    return tuple(incident for key in keys if (incident := store.load(key)))


def _know(store: Store, table: Table, keys: Sequence[str], found: Iterable[tuple[str, Any]]) -> None:
    stands: dict[str, list[Any]] = {key: [] for key in keys}
    for key, row in found:
        stands[key].append(row)
    for key, known in stands.items():
        store.memory.know(table.name, key, known)


def reached(store: Store, keys: Sequence[str], user: str) -> frozenset[str]:
    """Those of these incidents of which a message of ours lies in that person's direct messages, or may."""
    theirs = [_p.recipient == user, _p.place == "dm", or_(_p.sent_ts != "", _p.state.in_(UNRECORDED))]
    query = select(_p.incident).where(_p.tenant == store.tenant, _p.incident.in_(keys), *theirs).distinct()
    return frozenset(store.connection.execute(query).scalars())
