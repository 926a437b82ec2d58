"""What is looked at after each act of a walk: nothing that mustn't happen has happened."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select

from bot.outbox import owed
from bot.playground.api import Call
from bot.playground.delivery import Delivery
from bot.store import posts, tables
from bot.store.posts import Post
from bot.store.store import Store
from tests.house import House
from tests.walkers.promises import broken

GONE = {  # refusals that are no fault: what was to go has gone already, or the person has moved on
    "chat.delete": ("message_not_found",),
    # of a private room; then no one can know, and R is asked
    **dict.fromkeys(("conversations.history", "conversations.replies"), ("missing_scope",)),
    "views.update": ("hash_conflict", "not_found"),
}


# What a walk makes Slack refuse for good is said to operators, and to people as well.
TOLD_OPERATORS = ("post needs a person", "view refused")


class Fault(AssertionError):
    """Something that mustn't happen did; the walk's trail leads there."""


class Ear(logging.Handler):
    """Whatever is logged as an error, by the bot or by asyncio for a task that failed unseen."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() in TOLD_OPERATORS:
            return
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.heard.append(f"{record.name}: {record.getMessage()} {trace}")

    @contextmanager
    def listening(self) -> Iterator[None]:
        logging.getLogger().addHandler(self)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(self)


def none(found: object, what: str) -> None:
    """Raises Fault where there is something."""
    if found:
        raise Fault(f"{what}: {found}")


async def incidents(house: House) -> list[str]:
    """Their ids, the oldest first."""
    query = select(tables.incidents.c.id).order_by(tables.incidents.c.created_at)
    return await house.bot.database.read(lambda connection: list(connection.execute(query).scalars()))


async def look(house: House, ear: Ear, *, thoroughly: bool) -> None:
    """Raises Fault. `thoroughly`: the auditor's own look at each incident too."""
    none(ear.heard, "an error in the log or in a task")
    none(house.slack.violations, "Slack would refuse it")
    none(
        [one for one in house.slack.unexpected() if not _harmless(one)], "Slack refused it, or had no answer"
    )
    team = house.bot.identity.team
    none(await house.bot.database.read(broken, team), "a promise without its message")
    for key in await incidents(house) if thoroughly else ():
        none(await house.bot.database.read(_missing, house, key), "the auditor misses it")


def _harmless(one: Call | Delivery) -> bool:
    """A keystroke that rightly has no answer isn't among them any more (`keys.excused`)."""
    return isinstance(one, Call) and one.error in GONE.get(one.method, ())


def _missing(connection: Connection, house: House, key: str) -> list[str]:
    """Each with the rows of its kind, so that the fault can be understood."""
    store = Store(connection, house.bot.identity.team)
    found = owed.audited(store, key, house.bot.policy, house.bot.clock())
    missing = [one.about for one in found if one.kind == "missing"]
    rows = posts.of_incident(store, key)
    return [f"{one}; there are {[_row(r) for r in rows if r.kind in one.split(':')]}" for one in missing]


def _row(post: Post) -> str:
    return f"{post.kind} to {post.recipient}, due {post.due_at:%d %H:%M:%S}: {post.state.value} {post.reason}"
