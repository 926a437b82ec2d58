"""store: the database is migrated on start. Alembic is loaded only when there is something to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import inf
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.store.database import Database
from bot.store.deadlines import until
from bot.store.tables import metadata

HEAD = "0007"  # the newest file in migrations/versions; a test holds the two together
A_DAY = 86_400.0  # seconds: a large table takes its time, and who waits for it does so too
STARTING = 0x5C3E3ED  # names the lock: any number that no other program takes in this database
ROOT = Path(__file__).resolve().parents[2]


class Foreign(Exception):
    """These tables aren't what any release of the bot has left; says how."""


Columns = Mapping[str, Collection[str]]
"""Table -> its columns."""


def judge(tables: Columns, rows: Sequence[str]) -> str:
    """The schema version of a database with those tables and those rows in `alembic_version`, "" before the
    first start. A version above HEAD is a newer release's. Raises: Foreign.
    """
    ours = sorted(set(metadata.tables) & set(tables))
    if not rows:
        if ours:
            raise Foreign(f"it holds tables like {ours[0]}, and no version of them")
        return ""
    said = rows[0]
    known = {path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py")}
    if len(rows) > 1 or not (said in known or (said.isdecimal() and len(said) == len(HEAD) and said > HEAD)):
        raise Foreign(f"its version is {', '.join(sorted(rows))[:40]}, which no release has written")
    missing = _missing(tables) if said <= HEAD else ""
    if said == HEAD and missing:
        raise Foreign(f"it says version {HEAD}, and {missing} is missing")
    if said < HEAD and not missing:
        raise Foreign(f"it says version {said}, and its tables are those of {HEAD}")
    return said


def _missing(tables: Columns) -> str:
    """The first of this release's tables or columns that isn't there, "" for none."""
    for name, table in sorted(metadata.tables.items()):
        if name not in tables:
            return f"the table {name}"
        if lacking := sorted({column.name for column in table.columns} - set(tables[name])):
            return f"the column {lacking[0]} of the table {name}"
    return ""


def version(connection: Connection) -> str:
    """As `judge`, of that database. Raises: Foreign."""
    found = inspect(connection).get_multi_columns()
    tables = {name: {column["name"] for column in columns} for (_, name), columns in found.items()}
    there = "alembic_version" in tables
    rows = (
        connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() if there else []
    )
    return judge(tables, [str(row) for row in rows])


def alone(connection: Connection) -> None:
    """Until this transaction ends no other process that starts goes past this point.

    On SQLite the writing transaction itself is such a lock, on Postgres one that ends with it
    (postgresql.org/docs, advisory locks).
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": STARTING})


def migrate(database: Database) -> None:
    """Bring the database to HEAD, from wherever `health.examine` let it start.

    Of processes that start at the same moment one migrates, in one transaction; the others wait for it and
    find it done.
    """
    with until(inf, patience=A_DAY), database.engine.begin() as connection:
        if not database.sqlite:
            for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"SET LOCAL {limit} = 0"))
        alone(connection)
        if version(connection) == HEAD:
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(ROOT / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
