"""Migrations give just the tables that the code knows, on both databases; the plan of the due rows."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text

from bot.store import posts
from bot.store.database import Database
from bot.store.schema import HEAD, ROOT, migrate, version
from tests.store.databases import Postgres


def config(connection: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.attributes["connection"] = connection
    return made


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    assert ScriptDirectory.from_config(made).get_heads() == [HEAD]


def test_migrated_is_what_the_code_expects(database: Database) -> None:
    with database.engine.begin() as connection:
        command.check(config(connection))  # raises when the tables differ
    assert database.look(version) == HEAD


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    assert database.look(version) == HEAD


@pytest.mark.postgres
def test_processes_that_start_together_migrate_once(postgres: Postgres) -> None:
    """Each with a pool of its own, as processes have; on a database with no table in it."""
    postgres.execute("CREATE DATABASE together")
    started = [Database(postgres.url("together")) for _ in range(3)]
    at_once = threading.Barrier(3, timeout=10)

    def start(database: Database) -> str:
        at_once.wait()
        migrate(database)
        return database.look(version)

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(start, started)) == [HEAD] * 3
    for database in started:
        database.close()


@pytest.mark.postgres
def test_a_migration_that_dies_half_way_leaves_nothing_behind(postgres: Postgres) -> None:
    """Whoever starts next does all of it: no table is there twice, none is missing."""
    postgres.execute("CREATE DATABASE halfway")
    dying = Database(postgres.url("halfway"))

    @event.listens_for(dying.engine, "before_cursor_execute")
    def die(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        if "CREATE TABLE posts" in statement:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        migrate(dying)
    assert dying.look(version) == ""
    dying.close()
    database = Database(postgres.url("halfway"))
    migrate(database)
    assert database.look(version) == HEAD
    database.close()


def test_the_index_of_every_tick_holds_what_is_to_do_and_nothing_else(database: Database) -> None:
    """On Postgres its condition stands in the migration alone, and `alembic check` does not look at it."""
    query = "SELECT sql FROM sqlite_master WHERE name = :index"
    if not database.sqlite:
        query = "SELECT indexdef FROM pg_indexes WHERE indexname = :index"
    defined = database.look(lambda c: c.execute(text(query), {"index": "ix_posts_run"}).scalar_one())
    assert "WHERE" in defined
    assert re.findall(r"'(\w+)'", defined.partition("WHERE")[2]) == list(posts.OPEN)
