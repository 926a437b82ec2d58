"""outbox: a message that was to be redrawn is gone, or may be changed no more: it's posted once more.

By retention, by an administrator, by a reinstalled app that doesn't own it: `message_not_found`,
`cant_update_message`, `edit_window_closed` (docs.slack.dev/reference/methods/chat.update); of a DM also
`channel_not_found`. Only where it still matters (`kinds.Kind.anew`), and at most once an hour: what changes
meanwhile is in the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.outbox.kinds import kind_of
from bot.outbox.ports import Answer, Body, Messenger, Verdict
from bot.outbox.reach import Reach, addressee
from bot.store import posts, surfaces, whereabouts
from bot.store.database import Database
from bot.store.posts import Post
from bot.store.store import Store

log = logging.getLogger(__name__)
GONE, UNCHANGEABLE = "message_not_found", ("cant_update_message", "edit_window_closed")
NO_DM = "channel_not_found"
EVERY = timedelta(hours=1)
SURELY_NOT = (Verdict.WAIT, Verdict.RETRY, Verdict.NEVER, Verdict.PLAINER, Verdict.PAUSED)


def lost(post: Post, answer: Answer) -> bool:
    """Whether Slack's answer to a redraw says that another message is needed."""
    known = {GONE, *UNCHANGEABLE} | ({NO_DM} if post.place == "dm" else set())
    return answer.verdict is Verdict.NEVER and answer.reason in known


class Anew:
    """One for the painter. Nothing is posted without a committed claim, as in the sender."""

    def __init__(
        self, database: Database, messenger: Messenger, clock: Callable[[], datetime], reach: Reach
    ) -> None:
        self.database, self.messenger, self.clock, self.reach = database, messenger, clock, reach

    async def post(self, old: Post, body: Body, why: str) -> Answer:
        """YES once it lies there anew; `why`: what Slack said of the old one."""
        doubt = await self.database.write(_claim, old, why, self.clock())
        if isinstance(doubt, Answer):
            return doubt
        answer = await self._posted(old, body, why, doubt)
        if answer.verdict in SURELY_NOT:
            await self.database.write(_unclaim, old)
        return answer

    async def _posted(self, old: Post, body: Body, why: str, doubt: bool) -> Answer:
        place = await self._place(old, why)
        if place.verdict is not Verdict.YES:
            return place
        new = replace(old, channel=place.value, body=body)
        found = await self.messenger.find(new) if doubt else Answer(Verdict.NEVER)
        if found.verdict not in (Verdict.YES, Verdict.NEVER) and not kind_of(old).repeatable:
            return replace(found, verdict=Verdict.UNKNOWN, wait=EVERY.total_seconds())
        answer = found if found.verdict is Verdict.YES else await self.messenger.post(new)
        if answer.verdict is Verdict.YES:
            log.info("posted anew", extra={"post": old.id, "kind": old.kind, "reason": why})
            await self.database.write(_moved, old, new.channel, answer.value, why, self.clock())
        return answer

    async def _place(self, old: Post, why: str) -> Answer:
        """The conversation, where its reader may have it still; a DM that is no more is opened again."""
        ready = await self.reach.prepare(old)
        user, person = await self.database.read(addressee, old)
        if ready.verdict is not Verdict.YES or not user:
            return replace(ready, value=old.channel)
        if person and not kind_of(old).fits(person.kind):
            return Answer(Verdict.NEVER, reason=f"person_{person.kind}")
        opened = await self.messenger.open_dm(user) if why == NO_DM else Answer(Verdict.YES, old.channel)
        return replace(opened, verdict=Verdict.RETRY) if opened.verdict is Verdict.UNKNOWN else opened


def _claim(connection: Connection, old: Post, why: str, now: datetime) -> Answer | bool:
    """Whether it may have been posted anew before, by a try no one knows the end of; an Answer: not now."""
    incident = Store(connection, old.tenant).load(old.incident, for_update=True) if old.incident else None
    needed = kind_of(old).anew
    if incident is None or needed is None or needed(old, incident):
        return Answer(Verdict.NEVER, reason=why)
    said = old.data.get("anew", {})
    doubt = bool(said) and said["of"] == old.sent_ts
    if said and not doubt and (since := now - datetime.fromisoformat(said["at"])) < EVERY:
        return Answer(Verdict.WAIT, wait=(EVERY - since).total_seconds(), reason=why)
    data = {**old.data, "anew": {"of": old.sent_ts, "at": now.isoformat()}}
    posts.change(connection, old, old.state, data=data)
    return doubt


def _unclaim(connection: Connection, old: Post) -> None:
    posts.change(connection, old, old.state, data=dict(old.data))


def _moved(connection: Connection, old: Post, channel: str, ts: str, why: str, now: datetime) -> None:
    """The same row stands for the new message, with the time of the first; its signs come along."""
    store = Store(connection, old.tenant)
    whereabouts.move_signs(store, old, channel)
    posts.change(connection, old, old.state, channel=channel, sent_ts=ts)
    if why in UNCHANGEABLE:  # it still says what was true then
        surfaces.take_down(store, old.channel, old.sent_ts, now)
