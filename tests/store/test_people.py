"""What is known of a person is never lost to somebody who looked at the same moment and saw less."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import permutations

import pytest
from sqlalchemy import Connection

from bot.store import people
from bot.store.database import Database
from bot.store.people import Person
from bot.store.store import Store
from tests.store.databases import Postgres

NOW = datetime(2024, 1, 1, tzinfo=UTC)
LOOKED_UP = Person("U1", "Bea", "Europe/Berlin", "member", "", NOW)
OPENED = Person("U1", "Bea", "Europe/Berlin", "member", "D1", NOW)
GONE = Person("U1", "", "", "gone", "", NOW)  # `users.info` says user_not_found: no name comes with it


def kept(database: Database, tenant: str) -> Person:
    return database.look(lambda connection: people.get(Store(connection, tenant), ["U1"])["U1"])


@pytest.mark.parametrize("order", [*permutations((LOOKED_UP, OPENED, GONE))])
def test_in_whatever_order_no_blank_overwrites_what_is_known(
    database: Database, order: Sequence[Person]
) -> None:
    for person in order:
        database.transact(lambda connection, one=person: people.put(Store(connection, "T1"), one))
    known = kept(database, "T1")
    assert (known.name, known.tz, known.dm) == ("Bea", "Europe/Berlin", "D1")
    assert known.kind == order[-1].kind


@pytest.mark.postgres
def test_a_look_up_that_began_before_the_dm_was_opened_keeps_it(postgres: Postgres) -> None:
    """Both have looked before either writes. SQLite's one writer knows no such moment."""
    database = Database(postgres.create())
    both = threading.Barrier(2, timeout=10)

    def put(connection: Connection, person: Person, tenant: str) -> None:
        store = Store(connection, tenant)
        people.get(store, ["U1"])
        both.wait()
        people.put(store, person)

    with ThreadPoolExecutor(2) as threads:
        for number in range(10):
            racing = [
                threads.submit(database.transact, put, one, f"T{number}") for one in (LOOKED_UP, OPENED)
            ]
            assert [one.result() for one in racing] == [None, None]
            assert kept(database, f"T{number}").dm == "D1"
    database.close()
