"""What may be put in once says on both databases whether it was: whole acts of people hang on it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.store import posts
from bot.store.database import Database
from bot.store.posts import Post
from bot.store.store import Store

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def test_an_act_is_new_the_first_time_only(database: Database) -> None:
    def twice(connection: Connection) -> list[bool]:
        return [Store(connection, "T").first_time(NOW, "command", "U1", "trigger") for _ in range(2)]

    assert database.transact(twice) == [True, False]
    assert database.transact(twice) == [False, False]


def test_a_post_is_put_in_once_and_wakes_the_outbox_then(database: Database) -> None:
    post = Post(tenant="T", incident="i", kind="notice", recipient="U1", due_at=NOW, data={})

    def add(connection: Connection) -> tuple[bool, bool]:
        store = Store(connection, "T")
        return posts.add(store, post), store.outgoing

    assert database.transact(add) == (True, True)
    assert database.transact(add) == (False, False)
