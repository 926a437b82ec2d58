"""store: what goes by itself after its time (product.md 5.2, 0.6), a table after the other."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from bot.domain.incident import Status
from bot.domain.rules import Retention
from bot.store import tables as t

PRACTICE = timedelta(days=1)
EMPTY_DRAFT = timedelta(days=1)
INBOX = timedelta(days=7)
OF_AN_INCIDENT = (t.pages, t.drafts, t.events, t.parties, t.actions, t.posts, t.surfaces)


def sweep(connection: Connection, now: datetime, kept: Retention) -> int:
    """Delete what is past its time; how many incidents went."""
    connection.execute(delete(t.inbox).where(t.inbox.c.received_at < now - INBOX))
    i, typed = t.incidents.c, select(t.drafts.c.incident).where(t.drafts.c.tenant == t.incidents.c.tenant)
    draft = i.status == Status.DRAFT.value
    ended = i.status == Status.CANCELLED.value
    past = [
        i.practice & (i.created_at < now - PRACTICE),
        draft & (i.created_at < now - EMPTY_DRAFT) & i.id.not_in(typed),
        draft & (i.created_at < now - timedelta(days=kept.draft)),
        ended & (i.created_at < now - timedelta(days=kept.cancelled)),
        i.created_at < now - timedelta(days=kept.incident),
    ]
    gone = 0
    for where in past:
        found = connection.execute(select(i.tenant, i.id).where(where)).all()
        for row in found:
            erase(connection, row.tenant, row.id)
        gone += len(found)
    return gone


def erase(connection: Connection, tenant: str, incident: str) -> None:
    """Everything that is kept of one incident, the marks people left on its messages included."""
    p, s = t.posts.c, t.signals.c
    messages = connection.execute(
        select(p.channel, p.sent_ts).where(p.tenant == tenant, p.incident == incident, p.sent_ts != "")
    ).all()
    for message in messages:
        _delete(
            connection, t.signals, s.tenant == tenant, s.channel == message.channel, s.ts == message.sent_ts
        )
    for table in OF_AN_INCIDENT:
        _delete(connection, table, table.c.tenant == tenant, table.c.incident == incident)
    i = t.incidents.c
    _delete(connection, t.incidents, i.tenant == tenant, i.id == incident)


def _delete(connection: Connection, table: Table, *where: ColumnElement[bool]) -> None:
    connection.execute(delete(table).where(*where))
