"""store: everything that is stored about one person, read row by row; what of it leaves is the guide's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, not_, select

from bot.store import tables as t
from bot.store.posts import CARD
from bot.store.store import Store

VIEWED = "viewed"  # the verb in the audit table for: somebody else looked


def profile(store: Store, user: str) -> Any | None:  # noqa: ANN401 - a row
    """What Slack told us about them."""
    p = t.people.c
    return store.connection.execute(
        select(t.people).where(p.tenant == store.tenant, p.user == user)
    ).one_or_none()


def drafts(store: Store, user: str, among: Sequence[str]) -> Sequence[Any]:
    """What they typed in these incidents and have not saved, newest first."""
    return _theirs(store, t.drafts, "user", user, t.drafts.c.saved_at, among)


def acts(store: Store, user: str, among: Sequence[str]) -> Sequence[Any]:
    """Events in these incidents that say what they did."""
    return _theirs(store, t.events, "actor", user, t.events.c.seq, among)


def messages(store: Store, user: str, among: Sequence[str]) -> Sequence[Any]:
    """What was, or will be, sent to them in these incidents ("": in none)."""
    return _theirs(store, t.posts, "recipient", user, t.posts.c.due_at, among)


def noted(store: Store, user: str, among: Sequence[str]) -> Sequence[Any]:
    """Lines of the audit table about what they did or tried in these incidents ("": in none)."""
    return _theirs(store, t.audit, "actor", user, t.audit.c.seq, among)


def noted_elsewhere(store: Store, user: str) -> Sequence[Any]:
    """Such lines about incidents that are there no more."""
    a, i = t.audit.c, t.incidents.c
    there = select(i.id).where(i.tenant == a.tenant, i.id == a.incident).correlate(t.audit).exists()
    gone = (a.tenant == store.tenant, a.actor == user, a.incident != "", not_(there))
    return store.connection.execute(select(t.audit).where(*gone).order_by(a.seq)).all()


def _theirs(
    store: Store, table: Table, column: str, user: str, order: ColumnElement[Any], among: Sequence[str]
) -> Sequence[Any]:
    c = table.c
    of_them = (c.tenant == store.tenant, c.incident.in_(among), c[column] == user)
    return store.connection.execute(select(table).where(*of_them).order_by(order)).all()


def marks(store: Store, user: str, among: Sequence[str]) -> Sequence[Any]:
    """Their reactions, presses and replies in these incidents, with the kind of message they are on."""
    s, p = t.signals.c, t.posts.c
    query = (
        select(p.incident, p.kind, s.name, s.standing, s.at)
        .join(t.posts, t.ON_MESSAGE)
        .where(p.tenant == store.tenant, p.incident.in_(among), s.user == user)
        .order_by(s.at)
    )
    return store.connection.execute(query).all()


def cards_marked(store: Store, user: str) -> Sequence[str]:
    """The incidents on whose team's cards a mark of theirs stands."""
    s, p = t.signals.c, t.posts.c
    theirs = (s.tenant == store.tenant, s.user == user, s.standing, p.kind == CARD)
    query = select(p.incident).join(t.signals, t.ON_MESSAGE).where(*theirs).distinct()
    return store.connection.execute(query.order_by(p.incident)).scalars().all()


def views(store: Store, incident: str) -> Sequence[Any]:
    """Who looked at this incident besides its reporter: (at, actor, detail: the screen), newest first."""
    a = t.audit.c
    query = select(a.at, a.actor, a.detail).where(
        a.tenant == store.tenant, a.incident == incident, a.verb == VIEWED
    )
    return store.connection.execute(query.order_by(a.seq.desc())).all()
