"""store: which processes are at work. Each counts up a number of its own, so that others see that it lives.

Numbers, not times: a clock that jumps makes no one dead, and no one live longer.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from bot.store import tables as t
from bot.store.rows import insert_of


def beat(connection: Connection, worker: str, gone: Collection[str]) -> dict[str, int]:
    """Count our own number up, and take away those who are gone; every number by its worker."""
    made = insert_of(t.workers, connection.dialect.name).values(id=worker, beat=1)
    raised = {"beat": t.workers.c.beat + 1}
    connection.execute(made.on_conflict_do_update(index_elements=["id"], set_=raised))
    if gone:
        connection.execute(delete(t.workers).where(t.workers.c.id.in_(gone)))
    return {row.id: row.beat for row in connection.execute(select(t.workers))}
