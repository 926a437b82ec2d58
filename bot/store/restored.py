"""store: whether this database is the one we worked on last, or a copy of it that was put in its place since.

A copy knows nothing of what went out after it was made: what was due in it is looked for before it is sent.
What tells them apart: for SQLite the file's inode, and a number that it counts up every few seconds and
that's noted beside it (what's copied over the file keeps its inode); for Postgres the cluster, the database,
the table (a dump that is restored makes them anew) and the timeline (recovery to a moment, or a standby that
took over, begins a new one: postgresql.org/docs, continuous archiving). After
putting back a whole disk, an operator says `restore --mark`.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, or_, select, text, update

from bot.policy.shipped import SHIPPED
from bot.store import health
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import OPEN, RESTORED, State
from bot.store.rows import insert_of
from bot.store.schema import alone

NAME, WHEN = "origin", "restored"
IDENTITY = text(
    "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()) || '.' "
    "|| 'posts'::regclass::oid || '.' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
)
MAY_ASK = text("SELECT has_function_privilege('pg_control_system()', 'execute')")
CLUSTER = text("SELECT system_identifier FROM pg_control_system()")


def arrived(connection: Connection, database: Database, now: datetime, noted: int = 0) -> int | None:
    """How many posts have to be looked for where this is another database than last time; else None.

    `noted`: how far this one, if it's SQLite's, had counted when it was last seen (`sole.SameFile`).
    """
    alone(connection)
    before = connection.execute(t.marks.select().where(t.marks.c.name == NAME)).one_or_none()
    older = bool(noted) and health.counted(connection) < noted
    if before is not None and not older and before.value == _here(connection, database.file):
        return None
    if before is None:
        _note(connection, NAME, _here(connection, database.file))
        return None
    return put_back(connection, database.file, now)


def put_back(connection: Connection, file: Path | None, now: datetime) -> int:
    """This database was put here just now, by whatever means: how many posts have to be looked for."""
    _note(connection, NAME, _here(connection, file))
    _note(connection, WHEN, now.isoformat())
    return mark_due(connection, now)


def last(connection: Connection) -> datetime | None:
    """When a copy was put here, if ever."""
    found = connection.execute(t.marks.select().where(t.marks.c.name == WHEN)).one_or_none()
    return datetime.fromisoformat(found.value) if found else None


def _note(connection: Connection, name: str, value: str) -> None:
    made = insert_of(t.marks, connection.dialect.name).values(name=name, value=value)
    changed = {"value": made.excluded.value}
    connection.execute(made.on_conflict_do_update(index_elements=["name"], set_=changed))


def mark_due(connection: Connection, now: datetime) -> int:
    """Whatever was due may have gone out since the copy was made: look before anything is sent (F54).

    What one person was due in one minute was one message; it is looked for by the post that led it.
    """
    p = t.posts.c
    due = select(p.id, p.tenant, p.incident, p.kind, p.recipient, p.place, p.due_at, p.first_try_at).where(
        p.state.in_(OPEN), or_(p.due_at <= now, p.run_at <= now), p.bundle == ""
    )
    rows = connection.execute(due.order_by(p.priority, p.run_at)).all()
    for row in rows:
        tried = row.first_try_at or row.due_at
        looked_for = {"state": State.CHECKING.value, "run_at": now, "first_try_at": tried, "reason": RESTORED}
        connection.execute(
            update(t.posts).where(or_(p.id == row.id, p.bundle == row.id)).values(**looked_for)
        )
    nudges = [row for row in rows if row.kind in SHIPPED["nudges"]]

    def together(row: object) -> tuple[str, ...]:
        return tuple(
            str(getattr(row, name)) for name in ("tenant", "incident", "recipient", "place", "due_at")
        )

    for _, group in groupby(sorted(nudges, key=together), key=together):
        leader, *mates = group
        ids = [mate.id for mate in mates]
        connection.execute(update(t.posts).where(p.id.in_(ids)).values(bundle=leader.id))
    return len(rows)


def _here(connection: Connection, file: Path | None) -> str:
    if connection.dialect.name == "sqlite":
        return str(file.stat().st_ino) if file else ""
    cluster = connection.execute(CLUSTER).scalar() if connection.execute(MAY_ASK).scalar() else ""
    return f"{cluster}.{connection.execute(IDENTITY).scalar()}"
