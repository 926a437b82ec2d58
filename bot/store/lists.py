"""store: one person's incidents as a list: pages from the database, never more of them than is shown.

A page is asked for by the incident it begins beyond (the keyset method, use-the-index-luke.com/no-offset):
how many come before it makes no difference, and what's opened meanwhile moves nothing. Whose list an incident
stands on is the row "list" of `domain.access.ACTIONS`: this is that row in SQL, and a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, not_, or_, select, tuple_, union

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.store import rows
from bot.store import tables as t
from bot.store.rows import ENDED
from bot.store.store import Store

FIRST_PAGE = ("open", "")  # what a line says of an incident stands here
_i, _e, _p = t.incidents.c, t.events.c, t.pages.c


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of whose list. `beyond`: the id of an incident; what's older follows, or what's newer."""

    most: int
    ended: bool = False  # with those that are over
    practice: bool | None = False  # practice runs alone, none of them, or (None) both
    beyond: str = ""
    newer: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, newest first, and whether there's more on either side of it.

    Of each incident it holds whose it is and its first page: enough for a line, and no more (no events, so no
    status either).
    """

    incidents: tuple[Incident, ...] = ()
    older: bool = False
    newer: bool = False

    @property
    def ids(self) -> list[str]:
        return [incident.id for incident in self.incidents]


def listing(store: Store, user: str, asked: Asked) -> Listing:
    """A page of what that user reports, handles or has joined. Practice runs are their reporter's alone."""
    edge = _edge(store, asked)
    found = list(store.connection.execute(_page(store.tenant, user, asked, edge)))
    if not found and edge is not None:  # what lay beyond has ended or gone since that page was shown
        return listing(store, user, replace(asked, beyond=""))
    more, shown = len(found) > asked.most, found[: asked.most]
    if asked.newer and edge is not None:
        shown.reverse()
        return Listing(_lines(store, shown), older=True, newer=more)
    return Listing(_lines(store, shown), older=more, newer=edge is not None)


def _edge(store: Store, asked: Asked) -> Any | None:  # noqa: ANN401 - a row, or None for the first page
    """Where the page begins; an incident that's gone by now leads back to the first page."""
    if not asked.beyond:
        return None
    row = select(_i.created_at, _i.id).where(_i.tenant == store.tenant, _i.id == asked.beyond)
    return store.connection.execute(row).one_or_none()


def _page(tenant: str, user: str, asked: Asked, edge: Any | None) -> Select[Any]:  # noqa: ANN401
    """One look into an index for each part someone can have, each no further than the page goes: neither
    database does that with an OR of the three.
    """
    back = asked.newer and edge is not None
    order = (_i.created_at, _i.id) if back else (_i.created_at.desc(), _i.id.desc())
    where = [_i.tenant == tenant, *_wanted(user, asked), *(_beyond(edge, newer=back) if edge else ())]
    joined = and_(_e.tenant == tenant, _e.actor == user, t.JOINED)
    parts = (
        select(_i.id, _i.created_at).where(_i.reporter == user),
        select(_i.id, _i.created_at).where(_i.handler == user),
        select(_i.id, _i.created_at).join(t.events, _e.incident == _i.id).where(joined),
    )
    found: list[Subquery] = [
        part.where(*where).order_by(*order).limit(asked.most + 1).subquery() for part in parts
    ]
    ids = union(*(select(part.c.id) for part in found))
    return (
        select(t.incidents).where(_i.tenant == tenant, _i.id.in_(ids)).order_by(*order).limit(asked.most + 1)
    )


def _wanted(user: str, asked: Asked) -> list[ColumnElement[bool]]:
    found = [] if asked.ended else [_i.status.not_in(ENDED)]
    if asked.practice is None:
        return [*found, or_(not_(_i.practice), _i.reporter == user)]
    return [*found, _i.practice == asked.practice, *([_i.reporter == user] if asked.practice else [])]


def _beyond(edge: Any, *, newer: bool) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a row
    """Past that incident, in the order of the list; the first half alone is what an index can be read by."""
    if newer:
        return [_i.created_at >= edge.created_at, or_(_i.created_at > edge.created_at, _i.id > edge.id)]
    return [_i.created_at <= edge.created_at, or_(_i.created_at < edge.created_at, _i.id < edge.id)]


def _lines(store: Store, found: list[Any]) -> tuple[Incident, ...]:
    ids = [row.id for row in found]
    first = tuple_(_p.stage, _p.party) == FIRST_PAGE
    pages = select(t.pages).where(_p.tenant == store.tenant, _p.incident.in_(ids), first)
    known = {row.incident: rows.page(row) for row in store.connection.execute(pages)} if ids else {}
    return tuple(
        Incident(
            tenant=store.tenant,
            id=row.id,
            reporter=row.reporter,
            handler=row.handler,
            created_at=row.created_at,
            level=Level(row.level),
            practice=row.practice,
            pages={FIRST_PAGE: known[row.id]} if row.id in known else {},
        )
        for row in found
    )
