"""slack: the outbox's messenger: rows and snapshots become bodies, bodies become calls, answers verdicts.

Calls are never retried in here (`retry_handlers=[]`): a silent second try could post twice (reliability V1).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Any

from bot.domain import values
from bot.domain.incident import Incident
from bot.outbox.ports import Answer, Body, Moment, Verdict
from bot.slack import messages, rooms
from bot.slack.answers import UNFINISHED, Page, answer, mapping, paged, text
from bot.slack.client import Client
from bot.slack.compose import compose, names_of
from bot.slack.home import home
from bot.slack.lengths import shown
from bot.slack.profiles import profile
from bot.slack.rooms import room
from bot.store import whereabouts
from bot.store.people import Person
from bot.store.posts import Post
from bot.store.store import Store
from bot.store.surfaces import Surface

EVENT = "screwedup_post"  # metadata: an opaque id only, since every app in the workspace can read it
LONG_BEFORE = 900  # the same where only our own clock says when that was
BEFORE = 120  # seconds of history looked through before the first try: an answer may be so old


class SlackMessenger:
    """Implements `outbox.ports.Messenger` for one workspace."""

    def __init__(self, client: Client, team: str, bot_user: str) -> None:
        self.client, self.team, self.bot_user = client, team, bot_user

    # --- composing (inside a transaction) -------------------------------------------------------
    def compose(
        self, store: Store, bundle: Sequence[Post], incident: Incident | None, moment: Moment
    ) -> Body:
        """The body of a message, from the record as it is now; a practice run says that it is one."""
        made = compose(store, bundle, incident, moment)
        if incident and incident.practice:
            return messages.practice(
                dict(made), names_of(store, incident, bundle[0]).get(bundle[0].recipient, "")
            )
        return made

    def compose_surface(self, store: Store, surface: Surface, post: Post | None, moment: Moment) -> Body:
        if post is not None:
            return self.compose(store, whereabouts.of_message(store, post), store.load(post.incident), moment)
        return home(store, surface.subject, moment)

    def time(self) -> float:
        return self.client.time.now()

    # --- calls ----------------------------------------------------------------------------------
    async def person(self, user: str) -> Person | Answer:
        return await profile(self.client, user, self.team)

    async def room(self, channel: str) -> tuple[str, Answer]:
        return await room(self.client, channel)

    async def open_dm(self, user: str) -> Answer:
        return await answer(self.client.conversations_open(users=[user]), "channel", "id")

    async def post(self, post: Post) -> Answer:
        step = rooms.STEPS.get(post.kind)
        return await (step(self.client, self.bot_user, post) if step else self._message(post))

    async def _message(self, post: Post) -> Answer:
        metadata = {"event_type": EVENT, "event_payload": {"n": post.id}}
        known = await answer(
            self.client.chat_postMessage(
                channel=post.channel,
                thread_ts=post.thread or None,
                metadata=metadata,
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
                **shown(post.body or {}),
            ),
            "ts",
        )
        said_where = known.verdict is not Verdict.YES or values.stamp(known.value)
        return known if said_where else Answer(Verdict.UNKNOWN, reason=UNFINISHED)

    async def find(self, post: Post) -> Answer:
        """Page through the channel's (or thread's) history for our own message with that id."""
        if post.kind in rooms.STEPS:
            return await rooms.find(self.client, self.bot_user, post)
        tried = post.first_try_at.timestamp() if post.first_try_at else 0.0
        since = max(tried - LONG_BEFORE if post.since is None else post.since - BEFORE, 0.0)
        async for known, found in self._history(post, f"{since:.6f}"):
            if known.verdict is not Verdict.YES:
                unreadable = known.verdict is Verdict.NEVER or known.reason == "missing_scope"
                reason = "unreadable" if unreadable else known.reason
                return Answer(Verdict.UNKNOWN, wait=known.wait, reason=reason)
            for message in found:
                if self._is(message, post) and (ts := text(message.get("ts"))):
                    return Answer(Verdict.YES, value=ts)
        return Answer(Verdict.NEVER)

    def _history(self, post: Post, oldest: str) -> AsyncIterator[Page]:
        wanted: dict[str, Any] = {
            "channel": post.channel,
            "oldest": oldest,
            "limit": 200,
            "include_all_metadata": True,
        }

        def page(cursor: str | None) -> Awaitable[Any]:
            if post.thread:
                return self.client.conversations_replies(ts=post.thread, cursor=cursor, **wanted)
            return self.client.conversations_history(cursor=cursor, **wanted)

        return paged(page, "messages")

    def _is(self, message: Mapping[str, Any], post: Post) -> bool:
        payload = mapping(mapping(message.get("metadata")).get("event_payload"))
        ours = message.get("user") == self.bot_user or bool(message.get("bot_id"))
        return ours and payload.get("n") == post.id

    async def redraw(self, post: Post, body: Body) -> Answer:
        return await answer(
            self.client.chat_update(channel=post.channel, ts=post.sent_ts, parse="none", **shown(body))
        )

    async def take_down(self, channel: str, ts: str) -> Answer:
        return await answer(self.client.chat_delete(channel=channel, ts=ts))

    async def publish(self, user: str, body: Body) -> Answer:
        return await answer(self.client.views_publish(user_id=user, view={**body}), "view", "id")
