"""store: the database is migrated on start. Alembic is loaded only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.store.database import Database

HEAD = "0002"  # the newest file in migrations/versions; a test holds the two together
ROOT = Path(__file__).resolve().parents[2]


def version(connection: Connection) -> str:
    """The schema version of that database, "" for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def migrate(database: Database) -> None:
    """Bring the database to HEAD, from wherever `health.examine` let it start."""
    with database.engine.begin() as connection:
        have = version(connection)
    if have == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["engine"] = database.engine
    command.upgrade(config, "head")
