"""store: long work about one person, done in pieces: how far it has come, and what it has made, are rows.

A piece counts only if the chore is still where the piece began, so two processes never do one twice, and one
that was killed is gone on with from there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from bot.store import tables as t
from bot.store.store import Store

EXPORT, FORGET = "export", "forget"
HELD = timedelta(seconds=30)  # by a process that works on it, from its last piece on
_c, _p, _i = t.chores.c, t.parts.c, t.incidents.c


@dataclass(frozen=True, slots=True)
class Chore:
    """Long work that someone asked for. It goes through every incident, in the order they were opened in."""

    tenant: str
    id: str
    user: str
    kind: str
    begun_at: datetime
    after_at: datetime | None
    after: str
    seen: int
    total: int
    made: Mapping[str, Any]

    @property
    def percent(self) -> int:
        return min(100 * self.seen // self.total, 100) if self.total else 100


def begin(store: Store, user: str, kind: str, now: datetime) -> str:
    """Put one in and return its id; of the same kind and person there's one at a time."""
    store.outgoing = True
    if there := standing(store, user, kind):
        return there
    count = select(func.count()).select_from(t.incidents).where(_i.tenant == store.tenant)
    new = {"tenant": store.tenant, "id": uuid.uuid4().hex, "user": user, "kind": kind, "begun_at": now}
    start: dict[str, Any] = {"held_until": now, "after_at": None, "after": "", "seen": 0, "made": {}}
    total = store.connection.execute(count).scalar_one()
    store.connection.execute(insert(t.chores), new | start | {"total": total})
    return str(new["id"])


def standing(store: Store, user: str, kind: str) -> str:
    """The one of that kind that's under way for that person, "" for none."""
    same = select(_c.id).where(_c.tenant == store.tenant, _c.user == user, _c.kind == kind)
    return str(store.connection.execute(same).scalar() or "")


def take(connection: Connection, now: datetime) -> Chore | None:
    """The oldest one that no process works on, held for us. A hold from a clock that went back is none."""
    free = or_(_c.held_until <= now, _c.held_until > now + HELD)
    query = select(t.chores).where(free).order_by(_c.begun_at).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    connection.execute(update(t.chores).where(*_is(row)).values(held_until=now + HELD))
    return _chore(row)


def by_id(store: Store, key: str) -> Chore | None:
    row = store.connection.execute(
        select(t.chores).where(_c.tenant == store.tenant, _c.id == key)
    ).one_or_none()
    return _chore(row) if row else None


def ahead(connection: Connection, chore: Chore, most: int) -> list[tuple[str, datetime]]:
    """The next incidents to look through: (id, when it was opened). What's opened meanwhile is left alone."""
    where = [_i.tenant == chore.tenant, _i.created_at <= chore.begun_at]
    if chore.after_at is not None:
        later = or_(
            _i.created_at > chore.after_at, and_(_i.created_at == chore.after_at, _i.id > chore.after)
        )
        where += [_i.created_at >= chore.after_at, later]
    query = select(_i.id, _i.created_at).where(*where).order_by(_i.created_at, _i.id).limit(most)
    return [(row.id, row.created_at) for row in connection.execute(query)]


def moved(
    store: Store,
    chore: Chore,
    now: datetime,
    done: Sequence[tuple[str, datetime]],
    made: Mapping[str, Any] | None = None,
) -> Chore | None:
    """These have been looked through, and `made` is all that was done by now; None: not ours any more."""
    after, after_at = done[-1] if done else (chore.after, chore.after_at)
    here = replace(chore, after=after, after_at=after_at, seen=chore.seen + len(done))
    here = replace(here, made=dict(chore.made if made is None else made))
    values = {name: getattr(here, name) for name in ("after", "after_at", "seen", "made")}
    ours = update(t.chores).where(*_is(chore), _c.seen == chore.seen)
    known = store.connection.execute(ours.values(**values, held_until=now + HELD)).rowcount == 1
    return here if known else None


def keep(store: Store, chore: Chore, sections: Mapping[str, str]) -> None:
    """A piece of the file it makes: text by section."""
    last = select(func.coalesce(func.max(_p.number), 0)).where(
        _p.tenant == chore.tenant, _p.chore == chore.id
    )
    number = store.connection.execute(last).scalar_one()
    rows = [
        {"tenant": chore.tenant, "chore": chore.id, "number": number + n, "section": section, "text": text}
        for n, (section, text) in enumerate(sections.items(), 1)
        if text
    ]
    if rows:
        store.connection.execute(insert(t.parts), rows)


def kept(connection: Connection, chore: Chore) -> Iterator[tuple[str, str]]:
    """(section, text) of each piece, in the order they were made in."""
    query = select(_p.section, _p.text).where(_p.tenant == chore.tenant, _p.chore == chore.id)
    return ((row.section, row.text) for row in connection.execute(query.order_by(_p.number)))


def release(connection: Connection, chore: Chore, now: datetime) -> None:
    """We end here: the next process may go on at once."""
    connection.execute(update(t.chores).where(*_is(chore)).values(held_until=now))


def ended(store: Store, chore: Chore) -> bool:
    """It's done, and nothing is kept of it; whether it was still there."""
    store.connection.execute(delete(t.parts).where(_p.tenant == chore.tenant, _p.chore == chore.id))
    return store.connection.execute(delete(t.chores).where(*_is(chore))).rowcount == 1


def drop_all(store: Store, user: str) -> None:
    """Whatever was begun for that person."""
    theirs = select(t.chores).where(_c.tenant == store.tenant, _c.user == user)
    for row in store.connection.execute(theirs).all():
        ended(store, _chore(row))


def _is(chore: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a row or a Chore
    return (_c.tenant == chore.tenant, _c.id == chore.id)


def _chore(row: Any) -> Chore:  # noqa: ANN401 - a row
    known = dict(row._mapping)
    del known["held_until"]
    return Chore(**known)
