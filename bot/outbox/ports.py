"""outbox: what it needs from the edge, as a port, and the answers it understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.domain.incident import Incident
from bot.domain.rules import Policy
from bot.store.people import Person
from bot.store.posts import Post
from bot.store.store import Store
from bot.store.surfaces import Surface

Body = Mapping[str, Any]  # {"text": …, "blocks": […], REST: …}, or a view for Home
REST = "rest"  # what a message doesn't hold any more: the text of the next one. Slack is never sent it


class Verdict(StrEnum):
    """What is known after a call (reliability.md 3, step 4)."""

    YES = "yes"
    WAIT = "wait"  # surely not done: Slack asks to wait (429)
    RETRY = "retry"  # surely not done: Slack was not reached
    NEVER = "never"  # surely not done, and trying again would not help
    PLAINER = "plainer"  # surely not done: Slack refused the form of it, not the fact
    PAUSED = "paused"  # the workspace does not let us in: keep everything, go on once it does
    UNKNOWN = "unknown"  # may have been done


@dataclass(frozen=True, slots=True)
class Answer:
    """`value`: ts of a message, id of a DM. `wait`: seconds Slack asked for. `reason`: its word for it."""

    verdict: Verdict
    value: str = ""
    wait: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What composing needs besides the rows: the time and the rules; when a copy was put back, if ever."""

    now: datetime
    policy: Policy
    restored_at: datetime | None = None


class Messenger(Protocol):
    """The edge: `compose…` are pure reads inside a transaction, the rest are calls to Slack."""

    def compose(
        self, store: Store, bundle: Sequence[Post], incident: Incident | None, moment: Moment
    ) -> Body:
        """The message of these posts, the first of which is sent; more than one only for nudges."""
        ...

    def compose_surface(self, store: Store, surface: Surface, post: Post | None, moment: Moment) -> Body: ...

    def time(self) -> float:
        """Seconds of Slack's own clock, by which its history is read."""
        ...

    async def person(self, user: str) -> Person | Answer: ...

    async def room(self, channel: str) -> tuple[str, Answer]:
        """Why nothing may be posted there ("" when it may), and whether Slack said."""
        ...

    async def open_dm(self, user: str) -> Answer: ...

    async def post(self, post: Post) -> Answer:
        """Carry it out: send the message; of a step towards a room, make it, invite, or put it away."""
        ...

    async def find(self, post: Post) -> Answer:
        """YES with the ts (of a room, the channel), NEVER when it is surely not there or can be done twice,
        anything else when it cannot be read.
        """
        ...

    async def redraw(self, post: Post, body: Body) -> Answer: ...

    async def publish(self, user: str, body: Body) -> Answer: ...

    async def take_down(self, channel: str, ts: str) -> Answer: ...
