import pytest

from bot.store.database import Database
from tests.outbox.desk import Desk
from tests.store.databases import database, postgres, url

__all__ = ["database", "desk", "postgres", "url"]


@pytest.fixture
def desk(database: Database) -> Desk:
    """A sender on a scripted Slack, on both databases."""
    return Desk(database)
