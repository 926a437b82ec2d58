"""outbox: how fast. A pace for each method and each conversation: who has to wait waits, the others go on.

Source: docs.slack.dev/apis/web-api/rate-limits: so many calls of a method a minute (its tier), one message a
second for a channel, for each workspace an app is in, however many processes it runs in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.errors import Busy
from bot.store import turns
from bot.store.database import Database
from bot.store.posts import Post

SPACING = 1.0  # seconds between the answer to a post and the next one in its channel
UNDER_WAY = 15.0  # seconds for which a channel is left to the process that posts there; a crash frees it


@dataclass(frozen=True, slots=True)
class Rate:
    """`every`: seconds between two calls on the whole; `at_once`: how many may come together."""

    every: float
    at_once: int = 1

    @property
    def slack(self) -> float:
        """Seconds that a call may come before its time."""
        return self.every * (self.at_once - 1)


# In no minute more than the tier has (20, 50 and 100): what comes at once, and what follows in that minute.
# Many people at once mean many look-ups at once, which is what tier 4 is generous about.
TIER_2, TIER_3, TIER_4 = Rate(60 / 15, 5), Rate(60 / 40, 10), Rate(60 / 40, 60)
RATES: Mapping[str, Rate] = {
    "chat.postMessage": Rate(SPACING, 2),  # two, since one refused for its form goes plainer at once
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "conversations.archive": TIER_2,
    "conversations.create": TIER_2,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.invite": TIER_3,
    "conversations.list": TIER_2,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "users.info": TIER_4,
    "views.publish": TIER_4,
}
"""Methods that can wait; a window that someone has asked for can't."""
BY_PLACE = frozenset({"chat.postMessage"})  # these have their turns in each conversation


class Turns(Protocol):
    """Who may call next. Both are safe from any task."""

    async def take(self, key: str, rate: Rate) -> float:
        """0.0: it's ours, and taken; else in how many seconds to ask again."""
        ...

    async def hold(self, key: str, seconds: float) -> None:
        """The next one is due in so many seconds."""
        ...


class OwnTurns:
    """Of a process that is alone on its database (SQLite), in monotonic seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._free_at: dict[str, float] = {}

    async def take(self, key: str, rate: Rate) -> float:
        now = self._monotonic()
        free_at = self._free_at.get(key, 0.0)
        if free_at - rate.slack > now:
            return free_at - rate.slack - now
        self._free_at[key] = max(free_at, now) + rate.every
        return 0.0

    async def hold(self, key: str, seconds: float) -> None:
        self._free_at[key] = self._monotonic() + seconds


class SharedTurns:
    """Of all processes on one Postgres. While that is away nothing is sent, and no one is held up by it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, key: str, rate: Rate) -> float:
        try:
            return await self._database.write(turns.take, key, rate.every, rate.slack)
        except Busy:
            return 0.0

    async def hold(self, key: str, seconds: float) -> None:
        try:
            await self._database.write(turns.hold, key, seconds)
        except Busy:
            return


class Pace:
    """One for the process: which conversations it leaves alone for now, and the turns it takes."""

    def __init__(
        self,
        spacing: float = SPACING,
        rates: Mapping[str, Rate] = RATES,
        turns: Turns | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spacing, self._rates, self._monotonic = spacing, rates, monotonic
        self._turns = turns or OwnTurns(monotonic)
        self._free_at: dict[str, float] = {}

    def busy(self) -> list[str]:
        """Channels and recipients that are not to be written to now."""
        now = self._monotonic()
        self._free_at = {place: at for place, at in self._free_at.items() if at > now}
        return list(self._free_at)

    def free_in(self) -> float | None:
        """Seconds until the first of the busy ones is free, None when none is busy."""
        now = self._monotonic()
        return min((at - now for at in self._free_at.values() if at > now), default=None)

    def forget(self) -> None:
        """No one is to be left alone any more."""
        self._free_at.clear()
        self._turns = OwnTurns(self._monotonic)

    async def turn(self, post: Post) -> float:
        """0.0 when that conversation is ours to post in, until `done`; else the seconds to wait."""
        wait = await self._turns.take(_place(post), Rate(UNDER_WAY)) if self._spacing else 0.0
        if wait:
            self.leave(post, wait)
        return wait

    async def done(self, post: Post, seconds: float | None = None) -> None:
        """Something was posted there, or not; the next may follow after the usual time, or after so long."""
        wait = self._spacing if seconds is None else seconds
        self.leave(post, wait)
        if self._spacing:
            await self._turns.hold(_place(post), wait)

    def leave(self, post: Post, seconds: float) -> None:
        """Write to no one there for so long. A DM is known by its person as well, before it is looked up."""
        at = self._monotonic() + seconds
        for place in {post.channel, post.recipient} - {""}:
            self._free_at[place] = max(self._free_at.get(place, at), at)

    async def call(self, method: str, place: str = "") -> float:
        """0.0 when that method may be called now, for that conversation; else the seconds to wait."""
        rate = self._rates.get(method)
        return await self._turns.take(_key(method, place), rate) if rate else 0.0

    async def told_to_wait(self, method: str, seconds: float, place: str = "") -> None:
        """Slack's word for one of us is meant for all."""
        if rate := self._rates.get(method):
            await self._turns.hold(_key(method, place), seconds + rate.slack)


def _key(method: str, place: str) -> str:
    return f"{method} {place}" if method in BY_PLACE else method


def _place(post: Post) -> str:
    return f"to {post.recipient}"


def one_each(due: Iterable[Post]) -> list[Post]:
    """The first of each channel's posts: the others wait for their turn."""
    first: dict[str, Post] = {}
    for post in due:
        first.setdefault(post.recipient, post)
    return list(first.values())
