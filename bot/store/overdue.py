"""store: rows that are not where they should be by now. Reads for the auditor, in SQL of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, tuple_

from bot.domain.status import Status
from bot.store import tables as t
from bot.store.nudges import HELD
from bot.store.posts import State

GRACE = timedelta(minutes=2)  # for what is due, and for a lease that is over (reliability.md 3, step 10)
READING = timedelta(minutes=20)  # for finding out what became of a message
AHEAD = timedelta(hours=1)  # nothing that failed is put off for longer at a time
ASKED_TO_WAIT = ("", HELD, "ratelimited")  # put off by the hour's cap, the night or Slack, not by a fault
AFTERCARE = timedelta(days=120)  # in which a closed incident's reminders have all been planned
MOST = 1000  # findings of one look


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that should have happened by now. `about` is made of ids and words of the code."""

    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Undrawn:
    """A surface that waits to be drawn: which drawing it shows, and from when on it may be drawn."""

    about: str
    drawn: int
    run_at: datetime


def posts(connection: Connection, now: datetime) -> list[Finding]:
    """Posts that nobody claimed, that keep failing, or whose fate nobody has found out."""
    p, late = t.posts.c, now - GRACE
    waits = p.state == State.PENDING.value
    reads = p.state == State.CHECKING.value
    wrong: dict[str, ColumnElement[bool]] = {
        "overdue": and_(waits, p.run_at < late),
        "failing": and_(waits, p.run_at >= late, p.due_at < late, p.reason.not_in(ASKED_TO_WAIT)),
        "stuck": or_(
            and_(~waits, p.run_at < late), and_(reads, p.run_at >= late, p.first_try_at < now - READING)
        ),
    }
    found = []
    for kind, where in wrong.items():
        rows = select(p.id).where(t.TO_DO, p.run_at <= now + AHEAD, where).limit(MOST)
        found += [Finding(kind, post) for post in connection.execute(rows).scalars()]
    return found


def surfaces(connection: Connection) -> list[Undrawn]:
    """What waits to be drawn."""
    rows = connection.execute(select(t.surfaces).where(t.DIRTY).limit(MOST))
    return [Undrawn(f"{r.kind}:{r.incident}:{r.subject}", r.drawn, r.run_at) for r in rows]


def incidents(
    connection: Connection, after: tuple[str, str], now: datetime, limit: int
) -> Sequence[tuple[str, str]]:
    """(tenant, id) of those that something may still be due in, in order, from there on.

    Cancelled, too: those who were told by then are owed the all-clear.
    """
    i = t.incidents.c
    ended = i.status.in_((Status.CLOSED.value, Status.CANCELLED.value))
    over = and_(ended, i.created_at < now - AFTERCARE)
    rows = connection.execute(
        select(i.tenant, i.id)
        .where(~over, tuple_(i.tenant, i.id) > tuple_(*after))
        .order_by(i.tenant, i.id)
        .limit(limit)
    )
    return [(r.tenant, r.id) for r in rows]
