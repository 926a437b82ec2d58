"""store: what has piled up: of many due rows, those that are moot lapse by statement, a window at a time.

Nothing is decided here that a claim would decide otherwise: it's what the claim of each row would find,
without loading its incident. What lapses as `nudges.GONE` comes back if its reason does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, literal, select, tuple_, update

from bot.domain.status import Status
from bot.store import tables as t
from bot.store.columns import Utc
from bot.store.nudges import GONE, HELD, OVERTAKEN
from bot.store.posts import State
from bot.store.queue import next_priority

NO_RECORD = "no record"  # the reason of a post whose incident isn't there
MANY = 500  # due rows from which on it's a backlog
_p, _i = t.posts.c, t.incidents.c
NAMES = ("id", "tenant", "incident", "kind", "party", "recipient", "place", "due_at", "run_at", "attempt")
ROWS = select(*(_p[name] for name in (*NAMES, "reason", "bundle"))).where(
    t.TO_DO, _p.state == State.PENDING.value
)


@dataclass(frozen=True, slots=True)
class Ends:
    """Kinds of posts that are moot once their incident is over: `with_any` when it's cancelled or closed, of
    the nudges all of them when it's cancelled and those in `closed` when it's closed.

    `lines`: of nudges, the chain in which only the newest due one is sent.
    """

    with_any: frozenset[str]
    nudges: frozenset[str]
    closed: frozenset[str]
    lines: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Window:
    """Some due rows, most urgent first: which of them are moot, by reason, and where the next ones begin."""

    ids: tuple[str, ...]
    moot: Mapping[str, Sequence[str]]
    last: tuple[int, datetime, str]


def is_one(connection: Connection, now: datetime) -> bool:
    """Whether so many rows are due that it's worth looking which of them are moot."""
    query = select(_p.id).where(t.TO_DO, _p.run_at <= now).limit(1).offset(MANY)
    return connection.execute(query).first() is not None


def window(
    connection: Connection, now: datetime, after: tuple[int, datetime, str] | None, size: int, ends: Ends
) -> Window | None:
    """The next due rows; None when there are no more. Three statements, whatever they are about."""
    priority = after[0] if after else next_priority(connection, None)
    while priority is not None:
        query = ROWS.where(_p.priority == priority, _p.run_at <= now)
        if after and after[0] == priority:
            query = query.where(tuple_(_p.run_at, _p.id) > tuple_(literal(after[1], Utc), literal(after[2])))
        rows = connection.execute(query.order_by(_p.run_at, _p.id).limit(size)).all()
        if rows:
            last = rows[-1]
            moot = _moot(connection, [row for row in rows if row.attempt == 0 and not row.bundle], ends, now)
            return Window(tuple(row.id for row in rows), moot, (priority, last.run_at, last.id))
        priority = next_priority(connection, priority)
    return None


def lapse(connection: Connection, window: Window) -> int:
    """What's moot of it is cancelled, as far as no one has claimed it since; how many that were."""
    gone = 0
    for reason, ids in window.moot.items():
        as_read = (_p.id.in_(ids), _p.state == State.PENDING.value, _p.attempt == 0)
        over = update(t.posts).where(*as_read).values(state=State.CANCELLED.value, reason=reason)
        gone += connection.execute(over).rowcount
    return gone


def _moot(connection: Connection, rows: Sequence[Any], ends: Ends, now: datetime) -> dict[str, list[str]]:
    keys = {row.incident for row in rows} - {""}
    heads = select(_i.tenant, _i.id, _i.status).where(
        _i.tenant.in_({r.tenant for r in rows}), _i.id.in_(keys)
    )
    status = {(row.tenant, row.id): row.status for row in connection.execute(heads)}
    newest = _newest(connection, rows, ends, now)
    found: dict[str, list[str]] = {}
    for row in rows:
        reason = _over(row, status.get((row.tenant, row.incident)), ends)
        if not reason and row.id not in newest.get(_line(row, ends), (row.id,)):
            reason = "" if row.reason.startswith(HELD) else OVERTAKEN
        if reason:
            found.setdefault(reason, []).append(row.id)
    return found


def _over(row: Any, status: str | None, ends: Ends) -> str:  # noqa: ANN401 - a row
    """Why it's moot, as its incident stands; "" where it isn't."""
    if row.incident and status is None:
        return NO_RECORD
    cancelled, closed = status == Status.CANCELLED.value, status == Status.CLOSED.value
    if (cancelled and row.kind in ends.nudges) or (closed and row.kind in ends.closed):
        return GONE
    return "closed" if (cancelled or closed) and row.kind in ends.with_any else ""


def _line(row: Any, ends: Ends) -> tuple[str, ...] | None:  # noqa: ANN401 - a row
    """What is told of it once, whatever steps were due; None for what stands for itself."""
    chain = ends.lines.get(row.kind)
    if chain is None or row.place == "thread":
        return None
    return row.tenant, row.incident, chain, row.party, row.recipient, row.place


def _newest(
    connection: Connection, rows: Sequence[Any], ends: Ends, now: datetime
) -> dict[tuple[str, ...] | None, tuple[str]]:
    """Of each line in these incidents, the last step that's due."""
    keys = {row.incident for row in rows if _line(row, ends)}
    due = ROWS.where(_p.tenant.in_({r.tenant for r in rows}), _p.incident.in_(keys), _p.run_at <= now)
    found = connection.execute(due.where(_p.attempt == 0).order_by(_p.due_at, _p.id)) if keys else ()
    return {line: (row.id,) for row in found if (line := _line(row, ends))}
