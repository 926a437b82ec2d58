"""Alembic's entry: the bot hands its engine over; `alembic` on the command line reads DATABASE_URL."""

import os

from alembic import context

from bot.store.database import Database
from bot.store.tables import Utc, metadata


def render(kind: str, item: object, context: object) -> str | bool:
    """Migrations know columns by what the database holds, not by the types of today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


def run() -> None:
    engine = context.config.attributes.get("engine")
    if engine is None:
        engine = Database(os.environ.get("DATABASE_URL", "sqlite:///data/screwedup.db")).engine
    with engine.begin() as connection:
        context.configure(
            connection=connection, target_metadata=metadata, compare_type=True, render_item=render
        )
        with context.begin_transaction():
            context.run_migrations()


run()
