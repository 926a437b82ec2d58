"""slack: the way into the heart: one use case in one transaction, off the event loop."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

from sqlalchemy import Connection

from bot.clock import Clock
from bot.domain.errors import NotFound, NotKnown
from bot.domain.rules import Policy
from bot.guide.work import Work
from bot.slack.lookups import Lookups
from bot.store.database import Database
from bot.store.store import Store

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class UseCases:
    """What a listener asks the guide by. `wake` wakes the outbox; `people` knows who acts, or asks Slack;
    `ahead` says by how many seconds our clock is ahead of Slack's.
    """

    people: Lookups

    def __init__(
        self,
        database: Database,
        tenant: str,
        policy: Policy,
        clock: Clock,
        wake: Callable[[], None],
        ahead: Callable[[], float],
    ) -> None:
        self.database, self.tenant, self.policy = database, tenant, policy
        self.clock, self.wake, self.ahead = clock, wake, ahead

    async def do(self, fn: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One use case in one writing transaction; where it leaves work for the outbox, that is woken.

        Someone whose account we don't know yet is looked up first, for a second at most. Raises: what the
        use case raises; a refusal is audited in a transaction of its own.
        """
        return await self._known(lambda asked: self._do(lambda c: self._work(c, asked), fn, *args, **kwargs))

    async def _do(
        self,
        work: Callable[[Connection], Work],
        fn: Callable[Concatenate[Work, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        def run(connection: Connection) -> tuple[T, bool]:
            here = work(connection)
            return fn(here, *args, **kwargs), here.store.outgoing

        result, outgoing = await self.database.write(run)
        if outgoing:
            self.wake()
        return result

    async def see(self, fn: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `do`, for a use case that shows something and changes nothing: however much it reads, no one who
        writes waits for it. That they looked is written before they see it.
        """
        return await self._known(lambda asked: self._see(asked, fn, *args, **kwargs))

    async def _see(
        self, asked: bool, fn: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def run(connection: Connection) -> tuple[T, list[dict[str, Any]]]:
            work = self._work(connection, asked, reads=True)
            return fn(work, *args, **kwargs), work.store.lines

        result, lines = await self.database.read(run)
        if lines:
            await self.database.write(self._note, lines)
        return result

    async def look(self, fn: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One use case that only reads, for no one's eyes."""
        return await self.database.read(lambda c: fn(self._work(c, asked=True), *args, **kwargs))

    def _work(self, connection: Connection, asked: bool, *, reads: bool = False) -> Work:
        store = Store(connection, self.tenant, reads=reads)
        return Work(store, self.clock(), self.policy, asked=asked, ahead=timedelta(seconds=self.ahead()))

    async def _known(self, act: Callable[[bool], Awaitable[T]]) -> T:
        """The act, by someone Slack was asked about where we don't know them; refused, it's audited."""
        try:
            try:
                return await act(False)
            except NotKnown as unknown:
                await self.people.meet_in_time(unknown.user)
                return await act(True)
        except NotFound as refused:
            await self.database.write(self._audit, refused)
            raise

    async def names(self, users: Sequence[str]) -> Mapping[str, str]:
        """What these people are called, as far as Slack says within a second."""
        if not users:
            return {}
        await self.people.know_in_time(users)
        return await self.look(Work.names, users)

    async def kind_of(self, user: str) -> str:
        """What kind of account that is, as far as Slack says within a second."""
        await self.people.know_in_time([user])
        return await self.look(Work.kind, user)

    async def refuse(self, action: str, user: str) -> NoReturn:
        """Say no before any use case is asked, and note it. Raises: NotFound."""
        refused = NotFound(action, user)
        await self.database.write(self._audit, refused)
        raise refused

    def _audit(self, connection: Connection, refused: NotFound) -> None:
        Store(connection, self.tenant).audit(self.clock(), refused.user, "refused", "", refused.action[:40])
        log.warning("refused", extra={"action": refused.action[:40]})  # who it was: the audit table

    def _note(self, connection: Connection, lines: Sequence[Mapping[str, Any]]) -> None:
        """Raises: NotFound, where what they looked at was erased meanwhile."""
        store = Store(connection, self.tenant)
        if any(store.head(line["incident"]) is None for line in lines if line["incident"]):
            raise NotFound("look")
        store.note(lines)
