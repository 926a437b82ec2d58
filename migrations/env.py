"""Alembic's entry: the bot hands its connection over; `alembic` on the command line reads DATABASE_URL."""

import os

from alembic import context
from sqlalchemy import Connection

from bot.store.columns import Utc
from bot.store.database import Database
from bot.store.tables import metadata


def render(kind: str, item: object, context: object) -> str | bool:
    """Migrations know columns by what the database holds, not by the types of today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, render_item=render)
    with context.begin_transaction():
        context.run_migrations()


if handed_over := context.config.attributes.get("connection"):
    run(handed_over)
else:
    url = os.environ.get("DATABASE_URL", "sqlite:///data/screwedup.db")
    with Database(url).engine.begin() as opened:
        run(opened)
