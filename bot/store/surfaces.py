"""store: surfaces: messages and Home pages that are redrawn in place from the state at the moment of drawing.

Because each drawing shows the newest state, order and doubles do no harm, and failures are simply repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import Insert

from bot.store import tables as t
from bot.store.posts import HOME, REDRAWN, Post, State, of_incident
from bot.store.rows import insert_of
from bot.store.store import Store

# Built once, as in `store.rows`.
_s = t.surfaces.c
NEXT_RUN = select(func.min(_s.run_at)).where(t.DIRTY)
THIS = [_s[name] == bindparam(f"of_{name}") for name in ("tenant", "kind", "incident", "subject")]
WANTED = select(_s.wanted).where(*THIS)
CHANGE = update(t.surfaces).where(*THIS)
DROP = delete(t.surfaces).where(*THIS)
HOMES = (
    select(_s.subject)
    .where(
        _s.tenant == bindparam("tenant"),
        _s.kind == HOME,
        _s.subject.in_(bindparam("people", expanding=True)),
    )
    .order_by(_s.subject)
)

TAKEN_DOWN = "taken_down"  # a message that is to go; its subject is "channel:ts"


@dataclass(frozen=True, slots=True)
class Surface:
    """One message or page that is redrawn in place. Dirty while `wanted` > `drawn`."""

    tenant: str
    kind: str
    incident: str
    subject: str
    wanted: int


def mark(store: Store, kind: str, incident: str, subject: str, now: datetime) -> None:
    """Want a surface drawn anew."""
    _mark(store, [(kind, incident, subject)], now)


def _mark(store: Store, found: Sequence[tuple[str, str, str]], now: datetime) -> None:
    """As `mark`, for several in one statement; (kind, incident, subject) of each."""
    if not found:
        return
    store.outgoing = True
    rows = [
        {"tenant": store.tenant, "kind": kind, "incident": incident, "subject": subject}
        | {"wanted": 1, "drawn": 0, "run_at": now}
        for kind, incident, subject in found
    ]
    store.connection.execute(_wish(store.connection.dialect.name), rows)


@cache
def _wish(dialect: str) -> Insert:
    made = insert_of(t.surfaces, dialect)
    changed = {"wanted": _s.wanted + 1, "run_at": made.excluded.run_at}
    return made.on_conflict_do_update(index_elements=t.surfaces.primary_key.columns, set_=changed)


def dirty(connection: Connection, now: datetime, limit: int) -> list[Surface]:
    s = t.surfaces.c
    rows = connection.execute(
        select(t.surfaces)
        .where(t.DIRTY, s.run_at <= now)
        .order_by(s.run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Surface(r.tenant, r.kind, r.incident, r.subject, r.wanted) for r in rows]


def wished_again(connection: Connection, surface: Surface) -> bool:
    """Whether something has changed since it was claimed."""
    return connection.execute(WANTED, _is(surface)).scalar() != surface.wanted


def hold(connection: Connection, surface: Surface, until: datetime) -> None:
    """Leave a surface alone until then: somebody draws it, or Slack asked to wait."""
    connection.execute(CHANGE, {**_is(surface), "run_at": until})


def drawn(connection: Connection, surface: Surface, now: datetime) -> None:
    """What was wanted when it was claimed has been drawn; later wishes stay wanted, from now on."""
    connection.execute(CHANGE, {**_is(surface), "drawn": surface.wanted, "run_at": now})


def take_down(store: Store, channel: str, ts: str, now: datetime) -> None:
    """Want one of our messages deleted; nothing else is kept of it."""
    mark(store, TAKEN_DOWN, "", f"{channel}:{ts}", now)


def drop(connection: Connection, surface: Surface) -> None:
    """It is there no more."""
    connection.execute(DROP, _is(surface))


def _is(surface: Surface) -> dict[str, Any]:
    return {f"of_{name}": getattr(surface, name) for name in ("tenant", "kind", "incident", "subject")}


def next_run(connection: Connection) -> datetime | None:
    """When the next dirty surface wants to be drawn, or None."""
    return connection.execute(NEXT_RUN).scalar()


def redraw(
    store: Store, incident: str, people: set[str], now: datetime, found: Sequence[Post] | None = None
) -> None:
    """Want everything drawn that shows this incident and is out; and the Home of those people.

    `found`: the posts of the incident, where they are at hand.
    """
    known = of_incident(store, incident) if found is None else found
    shown = [(post.kind, incident, post.id) for post in known if _is_shown(post)]
    which = {"tenant": store.tenant, "people": sorted(people)}
    homes = store.connection.execute(HOMES, which).scalars()
    _mark(store, sorted(shown) + [(HOME, "", user) for user in homes], now)


def _is_shown(post: Post) -> bool:
    """It lies somewhere as a message of its own, and is redrawn there."""
    return post.kind in REDRAWN and post.state is State.SENT and bool(post.sent_ts) and not post.bundle
