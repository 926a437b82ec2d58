"""A use case's surroundings without a Slack: an in-memory database that knows the people."""

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


@pytest.fixture
def work() -> Iterator[Work]:
    """People have names of 80 characters, each in another script."""
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        store = Store(connection, "T1")
        for number, user in enumerate(USERS):
            name = repeated(SCRIPTS[number % len(SCRIPTS)] + " ", 80)
            people.put(store, Person(user, name, "Europe/Berlin", "member", "", NOW))
        yield Work(store, NOW, load_policy(POLICY))
    engine.dispose()
