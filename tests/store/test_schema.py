"""Migrations give just the tables that the code knows, on both databases; the plan of the due rows."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

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
