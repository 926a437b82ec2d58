"""A use case's surroundings without a Slack: an in-memory database that knows the people; only read from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from bot.guide.work import Work
from bot.policy import load_policy
from bot.store import people, tables
from bot.store.people import Person
from bot.store.store import Store
from tests.contract.records import NOW, SCRIPTS, repeated

POLICY = """
[ladder]
person = "UB"
deputy = "UF"
[contacts]
privacy = "UP"
speak_up = "US"
support_link = "https://example.org/support"
"""
USERS = ("UR", "UB", "UF", "UP", "US", "UT", "UH")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        yield Store(connection, "T1")
    engine.dispose()


@pytest.fixture(scope="module")
def work(store: Store) -> Work:
    """People have names of 80 characters, each in another script."""
    for number, user in enumerate(USERS):
        name = repeated(SCRIPTS[number % len(SCRIPTS)] + " ", 80)
        people.put(store, Person(user, name, "Europe/Berlin", "member", "", NOW))
    return Work(store, NOW, load_policy(POLICY))


@pytest.fixture(scope="module")
def bare(store: Store) -> Work:
    """Nothing is set, and nobody is known by name or zone."""
    return Work(Store(store.connection, "T2"), NOW, load_policy())
