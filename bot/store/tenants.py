"""store: whose database it is: the workspaces that have rows in it, and moving them to another id.

Reading obeys the tenant, the outbox sends whatever is due: one database belongs to one workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import Connection, delete, func, select, update

from bot.store import tables as t

TABLES = tuple(table for table in t.metadata.sorted_tables if "tenant" in table.c)
FOUND_AGAIN = (t.people, t.inbox)
"""What a workspace's Slack has said; another one answers anew."""
RECORDS = tuple(table for table in TABLES if table not in (*FOUND_AGAIN, t.audit))
"""What makes a database a workspace's: a refusal or a look-up under another token doesn't."""


def tenants(ask: Callable[[str], tuple[str | None, ...]], there: Collection[str]) -> frozenset[str]:
    """The workspaces with records in the tables `there`: the first and the last by name, each read from the
    end of an index; where all is well they are one. `ask` runs a query and gives its only row.
    """
    queries = (f"SELECT min(tenant), max(tenant) FROM {one.name}" for one in RECORDS if one.name in there)  # noqa: S608
    return frozenset(name for query in queries for name in ask(query) if name)


def adopt(connection: Connection, tenant: str) -> int:
    """Everything in this database is that workspace's from now on; how many incidents came to it."""
    came = connection.execute(select(func.count()).where(t.incidents.c.tenant != tenant)).scalar_one()
    homes = t.surfaces.c
    for table in FOUND_AGAIN:
        connection.execute(delete(table).where(table.c.tenant != tenant))
    connection.execute(delete(t.surfaces).where(homes.kind == "home", homes.tenant != tenant))
    for table in TABLES:
        connection.execute(update(table).where(table.c.tenant != tenant).values(tenant=tenant))
    return int(came)
