"""outbox: the painter. Dirty surfaces are drawn from the state of this moment until none is dirty."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.rules import Policy
from bot.outbox.ports import Answer, Body, Messenger, Moment, Verdict
from bot.store import posts, surfaces
from bot.store.database import Database
from bot.store.posts import HOME, Post
from bot.store.store import Store
from bot.store.surfaces import Surface

log = logging.getLogger(__name__)
BATCH = 50
HELD = timedelta(seconds=30)  # nobody else draws it meanwhile; a crash frees it
AGAIN = 5.0  # seconds, when Slack was not reached


class Painter:
    """One for the process. Drawing is repeated freely: it shows the newest state each time."""

    def __init__(
        self, database: Database, messenger: Messenger, clock: Callable[[], datetime], policy: Policy
    ) -> None:
        self.database, self.messenger, self.clock, self.policy = database, messenger, clock, policy

    async def tick(self) -> int:
        """Draw what is dirty; how many were drawn."""
        drawn = 0
        while found := await self.database.write(self._claim):
            await asyncio.gather(*(self._draw(*one) for one in found))
            drawn += len(found)
        return drawn

    def _claim(self, connection: Connection) -> list[tuple[Surface, Post | None, Body]]:
        now = self.clock()
        claimed = []
        for surface in surfaces.dirty(connection, now, BATCH):
            surfaces.hold(connection, surface, now + HELD)
            post = None if surface.kind == HOME else posts.by_id(connection, surface.subject)
            store = Store(connection, surface.tenant)
            body = self.messenger.compose_surface(store, surface, post, Moment(now, self.policy))
            claimed.append((surface, post, body))
        return claimed

    async def _draw(self, surface: Surface, post: Post | None, body: Body) -> None:
        if post is not None and post.body == body:
            answer = Answer(Verdict.YES)  # it shows just that already
        elif post is None:
            answer = await self.messenger.publish(surface.subject, body)
        else:
            answer = await self.messenger.redraw(post, body)
        await self.database.write(self._record, surface, post, body, answer)

    def _record(
        self, connection: Connection, surface: Surface, post: Post | None, body: Body, answer: Answer
    ) -> None:
        now = self.clock()
        if post is not None and answer.verdict is Verdict.YES:
            posts.change(connection, post, post.state, body=body)
        if answer.verdict in (Verdict.YES, Verdict.NEVER, Verdict.PLAINER):
            if answer.verdict is not Verdict.YES:  # gone or refused: drawing it again would not help
                log.warning("surface not drawn", extra={"kind": surface.kind, "reason": answer.reason})
            surfaces.drawn(connection, surface, now)
        else:
            surfaces.hold(connection, surface, now + timedelta(seconds=answer.wait or AGAIN))
