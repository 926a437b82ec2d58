"""Migrations give just the tables that the code knows, on both databases; the plan of the due rows."""

from __future__ import annotations

import re

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.store import posts
from bot.store.database import Database
from bot.store.schema import HEAD, ROOT, migrate, version


def config(database: Database) -> Config:
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.attributes["engine"] = database.engine
    return made


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    assert ScriptDirectory.from_config(made).get_heads() == [HEAD]


def test_migrated_is_what_the_code_expects(database: Database) -> None:
    command.check(config(database))  # raises when the tables differ
    assert database.look(version) == HEAD


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    assert database.look(version) == HEAD


def test_the_index_of_every_tick_holds_what_is_to_do_and_nothing_else(database: Database) -> None:
    """On Postgres its condition stands in the migration alone, and `alembic check` does not look at it."""
    query = "SELECT sql FROM sqlite_master WHERE name = :index"
    if not database.sqlite:
        query = "SELECT indexdef FROM pg_indexes WHERE indexname = :index"
    defined = database.look(lambda c: c.execute(text(query), {"index": "ix_posts_run"}).scalar_one())
    assert "WHERE" in defined
    assert re.findall(r"'(\w+)'", defined.partition("WHERE")[2]) == list(posts.OPEN)
