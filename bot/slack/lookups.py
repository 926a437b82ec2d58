"""slack: who people are, asked of Slack no more often than once a minute each, and kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.profiles import profile
from bot.store.database import BEHIND
from bot.store.deadlines import nobody_waits
from bot.store.people import FRESH, Person

log = logging.getLogger(__name__)
SECONDS = 1.0  # that someone who presses Next waits for it
FIRST_ACT_SECONDS = (
    0.5  # that someone we don't know yet waits for any answer: Slack mostly needs a fifth of it
)
AT_ONCE = 4  # look-ups behind the scenes


class Lookups:
    """One for the process. `keep` writes a person down, `spawn` starts a task nobody waits for."""

    def __init__(
        self,
        client: AsyncWebClient,
        team: str,
        keep: Callable[[Person], Awaitable[None]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._client, self._team, self._keep, self._spawn = client, team, keep, spawn
        self._known_at: dict[str, float] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._in_line: set[str] = set()  # to be met, as soon as there is a place

    def meet(self, users: Iterable[str]) -> None:
        """Look them up behind the scenes, a few at a time: Slack answers a hundred such calls a minute
        (docs.slack.dev, `users.info`, tier 4), and whoever waits for an answer of ours goes first.
        """
        for user in dict.fromkeys(users):
            if user not in self._in_line and not self._known(user):
                self._in_line.add(user)
                self._spawn(self._meet(user))

    async def _meet(self, user: str) -> None:
        BEHIND.set(True)
        try:
            async with self._places:
                await self.know([user])
        finally:
            self._in_line.discard(user)

    def _known(self, user: str) -> bool:
        """Whether there is nobody to look up, or it was done within the last minute."""
        young = time.monotonic() - FRESH.total_seconds()
        return not user or self._known_at.get(user, float("-inf")) >= young

    async def know(self, users: Iterable[str]) -> None:
        """Look up those of the users that were not looked up within the last minute, and keep the answer.

        Two who ask for the same person at once share one call.
        """
        wanted = [user for user in dict.fromkeys(users) if not self._known(user)]
        for user in wanted:
            if user not in self._under_way:
                self._under_way[user] = asyncio.get_running_loop().create_task(
                    self._look_up(user), context=nobody_waits()
                )
        await asyncio.gather(*(asyncio.shield(self._under_way[user]) for user in wanted))

    async def know_in_time(self, users: Iterable[str], seconds: float = SECONDS) -> None:
        """As `know`, for so long: anyone who isn't known by then is checked before anything is sent."""
        try:
            async with asyncio.timeout(seconds):
                await self.know(users)
        except TimeoutError:
            log.info("people not looked up in time")

    async def meet_in_time(self, user: str) -> None:
        """Someone we don't know, or no longer know, acts: what was kept of them may have been erased."""
        self._known_at.pop(user, None)
        await self.know_in_time([user], FIRST_ACT_SECONDS)

    async def _look_up(self, user: str) -> None:
        try:
            found = await profile(self._client, user, self._team)
            if isinstance(found, Person):
                await self._keep(found)
                self._known_at[user] = time.monotonic()
        finally:
            del self._under_way[user]
