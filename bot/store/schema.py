"""store: the database is migrated on start. Alembic is loaded only when there is something to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


def judge(tables: Collection[str], rows: Sequence[str]) -> str:
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
    if said == HEAD and (missing := sorted(set(metadata.tables) - set(tables))):
        raise Foreign(f"it says version {HEAD}, and the table {missing[0]} is missing")
    return said


def version(connection: Connection) -> str:
    """As `judge`, of that database. Raises: Foreign."""
    tables = inspect(connection).get_table_names()
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
