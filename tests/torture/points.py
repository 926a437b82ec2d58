"""Named points at which a bot can be made to die or to freeze: around each transaction and each call.

The bot is the real one, through the real `bootstrap`; only its database and its messenger are wrapped.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, event

from bot.bootstrap import Bot
from bot.domain.incident import Incident
from bot.outbox.ports import Answer, Body, Messenger, Moment
from bot.settings import Settings
from bot.store.database import Database
from bot.store.people import Person
from bot.store.posts import Post
from bot.store.store import Store
from bot.store.surfaces import Surface

T = TypeVar("T")
TRANSACTIONS = (
    "sender._taken", "claim.claim", "outcome.sent", "outcome.again", "outcome.check", "outcome.not_found",
    "outcome.ended", "leases.look", "reach._keep", "painter._taken", "painter._drawn",
)  # fmt: skip
CALLS = ("post", "find", "open_dm", "person", "room", "redraw")
POINTS = (
    *(f"{name}:{where}" for name in TRANSACTIONS for where in ("before", "inside", "after")),
    *(f"{name}:{where}" for name in CALLS for where in ("before", "after")),
    "claim.claim:insert",  # between taking a post and planning the next step of its chain
)
# What happens in nearly every life of a bot with work to do, and what only faults bring about.
RARE = frozenset({
    "outcome.again", "outcome.check", "outcome.not_found", "outcome.ended",
    "find", "person", "open_dm", "room", "reach._keep",
})  # fmt: skip
OFTEN = tuple(point for point in POINTS if point.split(":")[0] not in RARE)


@dataclass(frozen=True, slots=True)
class Plan:
    """At the n-th passage of `point`: die, or (`freeze`) stop until somebody lets the process go on."""

    point: str = ""
    passage: int = 1
    freeze: bool = False


class Crash:
    def __init__(self, plan: Plan) -> None:
        self._plan, self._passed = plan, 0

    def at(self, point: str) -> None:
        if point == self._plan.point:
            self._passed += 1
            if self._passed == self._plan.passage:
                os.kill(os.getpid(), signal.SIGSTOP if self._plan.freeze else signal.SIGKILL)


class CrashingDatabase(Database):
    """Each transaction has a point before it, one before its commit, and one after."""

    def __init__(self, url: str, crash: Crash) -> None:
        super().__init__(url)
        self._crash = crash

        @event.listens_for(self.engine, "after_cursor_execute")
        def executed(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
            if statement.startswith("INSERT INTO posts"):
                crash.at(f"{connection.info.get('running')}:insert")

    def transact(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - handed through
        name = f"{fn.__module__.rpartition('.')[2]}.{fn.__name__}"

        def inside(connection: Connection, *given: Any) -> T:  # noqa: ANN401 - handed through
            connection.info["running"] = name
            result = fn(connection, *given)
            self._crash.at(f"{name}:inside")
            return result

        self._crash.at(f"{name}:before")
        result = super().transact(inside, *args)
        self._crash.at(f"{name}:after")
        return result


class CrashingMessenger:
    """Implements `outbox.ports.Messenger` by the one it is given."""

    def __init__(self, real: Messenger, crash: Crash) -> None:
        self._real, self._crash = real, crash

    def compose(
        self, store: Store, bundle: Sequence[Post], incident: Incident | None, moment: Moment
    ) -> Body:
        return self._real.compose(store, bundle, incident, moment)

    def compose_surface(self, store: Store, surface: Surface, post: Post | None, moment: Moment) -> Body:
        return self._real.compose_surface(store, surface, post, moment)

    async def _call(self, name: str, *args: Any) -> Any:  # noqa: ANN401 - handed through
        self._crash.at(f"{name}:before")
        answer = await getattr(self._real, name)(*args)
        self._crash.at(f"{name}:after")
        return answer

    def time(self) -> float:
        return self._real.time()

    async def person(self, user: str) -> Person | Answer:
        return await self._call("person", user)

    async def room(self, channel: str) -> tuple[str, Answer]:
        return await self._call("room", channel)

    async def open_dm(self, user: str) -> Answer:
        return await self._call("open_dm", user)

    async def post(self, post: Post) -> Answer:
        return await self._call("post", post)

    async def find(self, post: Post) -> Answer:
        return await self._call("find", post)

    async def redraw(self, post: Post, body: Body) -> Answer:
        return await self._call("redraw", post, body)

    async def publish(self, user: str, body: Body) -> Answer:
        return await self._call("publish", user, body)


class CrashingBot(Bot):
    def __init__(self, settings: Settings, crash: Crash) -> None:
        super().__init__(settings)
        self._crash = crash
        self.database.close()
        self.database = CrashingDatabase(settings.database_url, crash)

    async def tick(self) -> None:
        if not isinstance(self.sender.messenger, CrashingMessenger):
            wrapped = CrashingMessenger(self.sender.messenger, self._crash)
            self.client.pace = None  # a method's allowance takes real time, of which a life has little
            self.sender.messenger = self.sender.reach.messenger = self.painter.messenger = wrapped
        await super().tick()


def child(settings: Settings, plan: Plan, log: str) -> None:
    """A whole bot in a process of its own, until it dies."""
    logging.basicConfig(filename=log, level=logging.ERROR, format="%(message)s")

    async def serve() -> None:
        async with CrashingBot(settings, Crash(plan)):
            await asyncio.Event().wait()

    asyncio.run(serve())
