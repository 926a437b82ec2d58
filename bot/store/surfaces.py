"""store: surfaces: messages and Home pages that are redrawn in place from the state at the moment of drawing.

Because each drawing shows the newest state, order and doubles do no harm, and failures are simply repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, update

from bot.store import tables as t
from bot.store.posts import HOME, REDRAWN, State
from bot.store.store import Store

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
    store.outgoing = True
    store.upsert(
        t.surfaces,
        {"kind": kind, "incident": incident, "subject": subject},
        {"wanted": 1, "drawn": 0, "run_at": now},
        update={"wanted": t.surfaces.c.wanted + 1, "run_at": now},
    )


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
    wanted = select(t.surfaces.c.wanted).where(_is(surface))
    return connection.execute(wanted).scalar() != surface.wanted


def hold(connection: Connection, surface: Surface, until: datetime) -> None:
    """Leave a surface alone until then: somebody draws it, or Slack asked to wait."""
    connection.execute(update(t.surfaces).where(_is(surface)).values(run_at=until))


def drawn(connection: Connection, surface: Surface, now: datetime) -> None:
    """What was wanted when it was claimed has been drawn; later wishes stay wanted, from now on."""
    connection.execute(update(t.surfaces).where(_is(surface)).values(drawn=surface.wanted, run_at=now))


def take_down(store: Store, channel: str, ts: str, now: datetime) -> None:
    """Want one of our messages deleted; nothing else is kept of it."""
    mark(store, TAKEN_DOWN, "", f"{channel}:{ts}", now)


def drop(connection: Connection, surface: Surface) -> None:
    """It is there no more."""
    connection.execute(delete(t.surfaces).where(_is(surface)))


def _is(surface: Surface) -> Any:  # noqa: ANN401 - an SQL expression
    s = t.surfaces.c
    return and_(
        s.tenant == surface.tenant,
        s.kind == surface.kind,
        s.incident == surface.incident,
        s.subject == surface.subject,
    )


def next_run(connection: Connection) -> datetime | None:
    """When the next dirty surface wants to be drawn, or None."""
    s = t.surfaces.c
    return connection.execute(select(func.min(s.run_at)).where(t.DIRTY)).scalar()


def redraw(store: Store, incident: str, people: set[str], now: datetime) -> None:
    """Want everything drawn that shows this incident and is out; and the Home of those people."""
    p, s = t.posts.c, t.surfaces.c
    out = select(p.kind, p.id).where(
        p.tenant == store.tenant,
        p.incident == incident,
        p.kind.in_(REDRAWN),
        p.state == State.SENT.value,
        p.sent_ts != "",
        p.bundle == "",
    )
    for post in store.connection.execute(out.order_by(p.id)).all():
        mark(store, post.kind, incident, post.id, now)
    homes = select(s.subject).where(s.tenant == store.tenant, s.kind == HOME, s.subject.in_(people))
    for user in store.connection.execute(homes.order_by(s.subject)).scalars().all():
        mark(store, HOME, "", user, now)
