"""Many incidents at once: one is written by the guide, the others are its rows with other names in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from bot.store import tables as t
from bot.store.posts import RCARD

PIECE = 1000  # incidents written at a time
Row = Mapping[str, Any]
OF_INCIDENT = (t.incidents, t.pages, t.events, t.posts)


def multiply(connection: Connection, incident: str, names: Sequence[Mapping[str, str]]) -> None:
    """In the place of that incident stand as many copies as there are `names`, each with its nudges.

    names: for each copy who, or what, stands in the place of whom. Its key is `incident` and its number.
    """
    found = {table: _rows(connection, table, incident) for table in OF_INCIDENT}
    for table in OF_INCIDENT:
        connection.execute(delete(table).where(_key(table) == incident))
    for start in range(0, len(names), PIECE):
        numbers = range(start, min(start + PIECE, len(names)))
        for table, rows in found.items():
            copied = [_copy(row, {**names[n], incident: f"{incident}{n}"}) for n in numbers for row in rows]
            connection.execute(insert(table), copied)


def acquaint(connection: Connection, tenant: str, dms: Mapping[str, str], now: datetime) -> None:
    """The bot knows these people already. dms: user -> their DM."""
    of_all = {"tenant": tenant, "tz": "UTC", "kind": "member", "fetched_at": now}
    known = [{**of_all, "user": user, "name": user, "dm": dm} for user, dm in dms.items()]
    connection.execute(insert(t.people), known)


def _key(table: Table) -> Any:  # noqa: ANN401 - a column
    return table.c.id if table is t.incidents else table.c.incident


def _rows(connection: Connection, table: Table, incident: str) -> list[Row]:
    rows: Iterable[Row] = connection.execute(select(table).where(_key(table) == incident)).mappings()
    return [{k: v for k, v in row.items() if k != "seq"} for row in rows if row.get("kind") != RCARD]


def _copy(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    copied = {column: _renamed(value, names) for column, value in row.items()}
    return {**copied, "id": uuid.uuid4().hex} if "run_at" in row else copied


def _renamed(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever a column holds
    """The same with other names, also deep in JSON."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    return [_renamed(inner, names) for inner in value] if isinstance(value, list) else value
