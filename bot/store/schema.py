"""store: the database is migrated on start. Alembic is loaded only when there is something to do."""

from __future__ import annotations

from math import inf
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.store.database import Database
from bot.store.deadlines import until

HEAD = "0003"  # the newest file in migrations/versions; a test holds the two together
A_DAY = 86_400.0  # seconds: a large table takes its time, and who waits for it does so too
MIGRATING = 0x5C3E3ED  # names the lock: any number that no other program takes in this database
ROOT = Path(__file__).resolve().parents[2]


def version(connection: Connection) -> str:
    """The schema version of that database, "" for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def migrate(database: Database) -> None:
    """Bring the database to HEAD, from wherever `health.examine` let it start.

    Of processes that start at the same moment one migrates, in one transaction; the others wait for it and
    find it done. On SQLite the writing transaction itself is the lock, on Postgres one that ends with it
    (postgresql.org/docs, advisory locks).
    """
    with until(inf, patience=A_DAY), database.engine.begin() as connection:
        if not database.sqlite:
            for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"SET LOCAL {limit} = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        if version(connection) == HEAD:
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(ROOT / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
