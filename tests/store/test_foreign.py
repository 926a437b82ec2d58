"""A database that no release has left is named before anything is done to it, on both kinds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from bot.store import health
from bot.store.database import Database, Unusable
from bot.store.schema import HEAD, Foreign, judge
from bot.store.tables import metadata

OURS = {name: set(table.columns.keys()) for name, table in metadata.tables.items()} | {
    "alembic_version": {"version_num"}
}
SONGS = {"songs": {"title"}}


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["DELETE FROM alembic_version"], "no version of them"),
        (["DROP TABLE alembic_version"], "no version of them"),
        (["UPDATE alembic_version SET version_num = ''"], "which no release has written"),
        (["UPDATE alembic_version SET version_num = '0000'"], "which no release has written"),
        (["UPDATE alembic_version SET version_num = 'zebra'"], "which no release has written"),
        (["INSERT INTO alembic_version VALUES ('0001')"], "which no release has written"),
        (["DROP TABLE posts"], "the table posts is missing"),
        (["ALTER TABLE actions RENAME COLUMN dropped TO dropt"], "the column dropped of the table actions"),
        (["ALTER TABLE people RENAME COLUMN fetched_at TO x"], "the column fetched_at of the table people"),
        (["ALTER TABLE people DROP COLUMN same_as"], "the column same_as of the table people"),
        (["UPDATE alembic_version SET version_num = '0001'"], "version 0001, and its tables are those of"),
        (["UPDATE alembic_version SET version_num = '0006'"], "version 0006, and its tables are those of"),
        (["UPDATE alembic_version SET version_num = '9999'"], "newer release"),
    ],
    ids=lambda part: str(part)[:45],
)
def test_what_no_release_has_left_is_named(database: Database, statements: Sequence[str], words: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    with pytest.raises(Unusable, match=words):
        health.examine(database.url)


def test_other_tables_on_postgres_are_let_be_and_a_file_is_the_bots_alone() -> None:
    assert judge(SONGS, []) == ""
    assert judge(SONGS | OURS, [HEAD]) == HEAD
    assert judge({"alembic_version": {"version_num"}}, []) == ""  # begun and rolled back
    assert judge({name: OURS[name] for name in OURS if name != "turns"}, ["0001"]) == "0001"
    with pytest.raises(Foreign):
        judge(SONGS | {"posts": OURS["posts"]}, [])
