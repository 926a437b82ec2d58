"""store: what is past its time (product.md 5.2, 0.6), as lists and plain deletions; a legal hold stops all.

Counted from the end of an incident where it has one, else from the last thing that happened in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Table, and_, delete, func, not_, null, or_, select, update

from bot.domain.record import What
from bot.domain.rules import Retention
from bot.domain.status import Status
from bot.store import tables as t
from bot.store.chores import EXPORT
from bot.store.posts import REDRAWN, State
from bot.store.rows import ENDED
from bot.store.store import Store

PRACTICE = timedelta(days=1)
EMPTY_DRAFT = timedelta(days=1)
INBOX = timedelta(days=7)
COPIES = timedelta(days=1)  # texts of messages that are never redrawn, once they have gone out


@dataclass(frozen=True, slots=True)
class Past:
    """Ids of incidents whose time has come: to be erased, to lose R's note, to lose all names; and of those
    that ended so long ago that the texts of their messages go, or what was typed and never saved.
    """

    whole: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.whole or self.note or self.names)


def past(store: Store, now: datetime, kept: Retention) -> Past:
    """What the hourly round has to do."""
    i = t.incidents.c
    closed = i.status == Status.CLOSED.value
    named = not_(i.reporter.like("%-%"))  # a stand-in's form
    whole = (
        i.practice & (i.created_at < now - PRACTICE),
        (i.status == Status.DRAFT.value) & _untouched(now, kept),
        (i.status == Status.CANCELLED.value) & (_last(*ENDINGS) < now - timedelta(days=kept.cancelled)),
        _last() < now - timedelta(days=kept.incident),
    )
    return Past(
        _ids(store, or_(*whole)),
        _ids(store, closed & (_last(*ENDINGS) < now - timedelta(days=kept.private_note)), _has_note()),
        _ids(store, closed & (_last(*ENDINGS) < now - timedelta(days=kept.names)), named),
        _ids(
            store,
            _over(now - timedelta(days=kept.private_note)),
            _has(t.posts, t.posts.c.body.is_not(null())),
        ),
        _ids(store, _over(now - timedelta(days=kept.draft)), _has(t.drafts)),
    )


ENDINGS = (What.CLOSED, What.CANCELLED)


def _ids(store: Store, *where: ColumnElement[bool]) -> tuple[str, ...]:
    i = t.incidents.c
    return tuple(
        store.connection.execute(select(i.id).where(i.tenant == store.tenant, _free(), *where)).scalars()
    )


def _events(*what: What) -> ColumnElement[bool]:
    e, i = t.events.c, t.incidents.c
    mine = and_(e.tenant == i.tenant, e.incident == i.id)
    return mine & e.what.in_([w.value for w in what]) if what else mine


def _last(*what: What) -> ColumnElement[datetime]:
    """When the last such event was; of an incident without one, its beginning."""
    last = select(func.max(t.events.c.at)).where(_events(*what)).correlate(t.incidents).scalar_subquery()
    return func.coalesce(last, t.incidents.c.created_at)


def _free() -> ColumnElement[bool]:
    """No legal hold stands."""

    def newest(what: What) -> ScalarSelect[int]:
        found = select(func.coalesce(func.max(t.events.c.seq), 0)).where(_events(what))
        return found.correlate(t.incidents).scalar_subquery()

    return newest(What.HELD) <= newest(What.RELEASED)


def _untouched(now: datetime, kept: Retention) -> ColumnElement[bool]:
    """Nothing was typed for a day, or nothing more for the time that drafts are kept."""
    d, i = t.drafts.c, t.incidents.c
    mine = and_(d.tenant == i.tenant, d.incident == i.id)
    typed = select(func.max(d.saved_at)).where(mine).correlate(t.incidents).scalar_subquery()
    empty = typed.is_(None) & (i.created_at < now - EMPTY_DRAFT)
    return or_(empty, typed < now - timedelta(days=kept.draft))


def _has(table: Table, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """There are such rows of it."""
    c, i = table.c, t.incidents.c
    found = select(c.incident).where(c.tenant == i.tenant, c.incident == i.id, *where)
    return found.correlate(t.incidents).exists()


def _has_note() -> ColumnElement[bool]:
    p, i = t.pages.c, t.incidents.c
    note = (p.tenant == i.tenant, p.incident == i.id, p.stage.in_(("letgo", "mine")))
    return select(p.stage).where(*note).correlate(t.incidents).exists()


def tidy(store: Store, now: datetime, kept: Retention) -> None:
    """Rows and texts that are nobody's record: received keys, sent copies, old names, old audit lines."""
    run, tenant = store.connection.execute, store.tenant
    x, a, p, o = t.inbox.c, t.audit.c, t.people.c, t.posts.c
    run(delete(t.inbox).where(x.tenant == tenant, x.received_at < now - INBOX))
    run(delete(t.audit).where(a.tenant == tenant, a.at < now - timedelta(days=kept.incident)))
    run(delete(t.people).where(p.tenant == tenant, p.fetched_at < now - timedelta(days=kept.names)))
    c = t.chores.c
    stuck = (c.tenant == tenant, c.kind == EXPORT, c.begun_at < now - INBOX)  # to forget is never given up
    run(delete(t.parts).where(t.parts.c.tenant == tenant, t.parts.c.chore.in_(select(c.id).where(*stuck))))
    run(delete(t.chores).where(*stuck))
    lone = (o.tenant == tenant, o.incident == "", o.due_at < now - INBOX)
    run(delete(t.posts).where(*lone))
    old = (o.tenant == tenant, o.state == State.SENT.value, o.body.is_not(null()))
    sent = update(t.posts).where(*old, o.kind.not_in(REDRAWN), o.sent_at < now - COPIES)
    run(sent.values(body=null(), data={}))
    store.reread()


def no_copies(store: Store, key: str) -> None:
    """The texts of that incident's messages go, once they are out."""
    o = t.posts.c
    old = (o.tenant == store.tenant, o.incident == key, o.state == State.SENT.value, o.body.is_not(null()))
    store.connection.execute(update(t.posts).where(*old).values(body=null(), data={}))
    store.reread()


def no_drafts(store: Store, key: str) -> None:
    """What was typed in that incident and never saved goes."""
    d = t.drafts.c
    store.connection.execute(delete(t.drafts).where(d.tenant == store.tenant, d.incident == key))
    store.reread()


def _over(before: datetime) -> ColumnElement[bool]:
    """Ended before that time."""
    return t.incidents.c.status.in_(ENDED) & (_last(*ENDINGS) < before)
