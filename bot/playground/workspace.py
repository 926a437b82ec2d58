"""Playground: the workspace as plain data. People, channels, messages, views, Home tabs and files."""

import secrets
import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from bot.playground.clock import Clock
from bot.playground.manifest import Json


@dataclass
class Person:
    """A member of the workspace, a bot, or someone from a connected workspace (`team_id` differs).

    In an Enterprise Grid organisation: `teams` are the workspaces they're in, `team_id` whichever Slack calls
    theirs, `org_id` the other id that they go by.
    """

    id: str
    handle: str
    real_name: str
    tz: str
    team_id: str
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    teams: tuple[str, ...] = ()
    org_id: str = ""

    def is_of(self, team: str) -> bool:
        """Whether that workspace is one of theirs."""
        return team in (self.teams or (self.team_id,))


@dataclass
class Message:
    """A message, ephemeral when `ephemeral_to` names its only reader. `user` is the author's id."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    broadcast: bool = False
    ephemeral_to: str | None = None
    edited: str | None = None
    deleted: bool = False
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    posted_at: float = field(default_factory=time.monotonic)

    def as_dict(self, *, with_metadata: bool = False) -> Json:
        """The message as Slack's Web API and payloads show it."""
        shown: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        optional: Json = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "blocks": self.blocks,
            "thread_ts": self.thread_ts or (self.ts if self.replies else None),
            "edited": {"user": self.user, "ts": self.edited} if self.edited else None,
            "files": [{"id": file} for file in self.files],
            "reactions": [{"name": n, "users": list(u), "count": len(u)} for n, u in self.reactions.items()],
            "reply_count": len(self.replies),
            "metadata": self.metadata if with_metadata else None,
        }
        shown.update({key: value for key, value in optional.items() if value})
        return shown


@dataclass
class Channel:
    """A conversation. `kind` is "public", "private", "im" or "mpim"; `members` are user ids."""

    id: str
    name: str
    kind: str
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    is_ext_shared: bool = False
    creator: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    timeline: list[str] = field(default_factory=list)
    last_bot_post: float = float("-inf")

    def add(self, message: Message) -> None:
        """Append a message; timestamps only grow, so the timeline stays sorted."""
        self.messages[message.ts] = message
        self.timeline.append(message.ts)
        if message.thread_ts and message.thread_ts != message.ts:
            self.messages[message.thread_ts].replies.append(message.ts)

    def newest_first(self, *, before: str | None = None, after: str = "") -> Iterator[Message]:
        """Live messages with `after` < ts < `before`, newest first."""
        index = len(self.timeline) if before is None else bisect_right(self.timeline, before)
        for position in range(index - 1, -1, -1):
            ts = self.timeline[position]
            if ts <= after:
                return
            if ts != before and not self.messages[ts].deleted:
                yield self.messages[ts]


@dataclass
class View:
    """A modal or Home tab as somebody sees it; `values` is what their client holds in its inputs."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        """The app's own name for this view, unique in the workspace; empty when it gave none."""
        return str(self.body.get("external_id") or "")


@dataclass
class File:
    """An uploaded file."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes = b""
    complete: bool = False


class Workspace:
    """Everything a workspace stores. Look-ups are by key; nothing here searches all messages."""

    def __init__(self, clock: Clock, *, team_id: str, domain: str) -> None:
        self.clock = clock
        self.team_id = team_id
        self.domain = domain
        self.enterprise: str = ""  # the organisation's id; "" outside Enterprise Grid
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.dms: dict[str, str] = {}
        self.ephemerals: dict[str, list[Message]] = {}
        self.views: dict[str, View] = {}
        self.external_ids: dict[str, str] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.dnd: dict[str, tuple[int, int]] = {}
        self._run = secrets.token_hex(3).upper()
        self._counter = count(1)

    def person(self, user: str) -> Person | None:
        """Who that is, by whichever of their ids."""
        return self.people.get(user) or next((p for p in self.people.values() if p.org_id == user), None)

    def new_id(self, prefix: str) -> str:
        """A fresh id, unique over restarts too, for an app remembers the ids it has seen."""
        return f"{prefix}{self._run}{next(self._counter):05X}"

    def dm(self, user: str, bot: str) -> Channel:
        """The conversation between the app's bot and a person, made when first asked for."""
        if user not in self.dms:
            channel = Channel("D" + user[1:], "directmessage", "im", {user, bot})
            self.channels[channel.id] = channel
            self.dms[user] = channel.id
        return self.channels[self.dms[user]]

    def message(self, channel: str, ts: str) -> Message | None:
        """The live message at that place, or None."""
        place = self.channels.get(channel)
        found = place.messages.get(ts) if place else None
        return None if found is None or found.deleted else found

    def open_view(self, view: View, stack: list[View]) -> None:
        """Put a view on top of a person's stack."""
        self.views[view.id] = view
        self.name_view(view, "")
        stack.append(view)

    def name_view(self, view: View, old_external_id: str) -> None:
        """Keep the index of external ids true after a view's body changed."""
        self.external_ids.pop(old_external_id, None)
        if view.external_id:
            self.external_ids[view.external_id] = view.id

    def close_view(self, view: View) -> None:
        """Take a view away, wherever in its stack it lies."""
        self.views.pop(view.id, None)
        self.external_ids.pop(view.external_id, None)
        stack = self.stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)
