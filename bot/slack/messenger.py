"""slack: the outbox's messenger: rows and snapshots become bodies, bodies become calls, answers verdicts.

Calls are never retried in here (`retry_handlers=[]`): a silent second try could post twice (reliability V1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.incident import Incident
from bot.outbox.ports import Answer, Body, Moment, Verdict
from bot.slack import messages
from bot.slack.answers import answer, ask
from bot.slack.profiles import profile
from bot.store import people, posts
from bot.store.people import Person
from bot.store.posts import NOTICE, RCARD, RUNGS, Post
from bot.store.store import Store
from bot.store.surfaces import Surface
from bot.words import nudges

EVENT = "screwedup_post"  # metadata: an opaque id only, since every app in the workspace can read it
BEFORE = 120  # seconds of history looked through before the first try: clocks differ


class SlackMessenger:
    """Implements `outbox.ports.Messenger` for one workspace."""

    def __init__(self, client: AsyncWebClient, team: str, bot_user: str) -> None:
        self.client, self.team, self.bot_user = client, team, bot_user

    # --- composing (inside a transaction) -------------------------------------------------------
    def compose(
        self, store: Store, bundle: Sequence[Post], incident: Incident | None, moment: Moment
    ) -> Body:
        """The body of a message, from the record as it is now."""
        post = bundle[0]
        names, tz = _names(store, incident, post), _tz(store, post.recipient)
        if incident and post.kind in moment.policy.nudges:
            return _nudge(store, bundle, incident, names, tz, moment)
        if incident and post.kind == NOTICE:
            return messages.notice(post, incident, names, tz, moment.now)
        if incident and post.kind == RCARD:
            sent = posts.of_incident(store, incident.id)
            return messages.rcard(incident, sent, names, tz, moment.now)
        if post.kind == "door":
            return messages.door(post.incident, post.data["code"], {"now": moment.now, "tz": tz})
        who = names.get(post.data.get("from", ""), "Somebody")
        return messages.note(post.kind, {**post.data, "who": who, "now": moment.now, "tz": tz})

    def compose_surface(self, store: Store, surface: Surface, post: Post | None, moment: Moment) -> Body:
        if post is not None:
            return self.compose(store, [post], store.load(post.incident), moment)
        found = [i for key in store.all_of(surface.subject) if (i := store.load(key))]
        known = people.get(store, {u for i in found for u in (i.reporter, i.handler, *i.ladder)})
        values = {
            "names": {user: p.name for user, p in known.items()},
            "tz": _tz(store, surface.subject),
            "now": moment.now,
            "contacts": moment.policy.contacts,
            "user": surface.subject,
        }
        return messages.home(found, values)

    # --- calls ----------------------------------------------------------------------------------
    async def person(self, user: str) -> Person | Answer:
        return await profile(self.client, user, self.team)

    async def open_dm(self, user: str) -> Answer:
        return await answer(self.client.conversations_open(users=[user]), "channel", "id")

    async def post(self, post: Post) -> Answer:
        metadata = {"event_type": EVENT, "event_payload": {"n": post.id}}
        return await answer(
            self.client.chat_postMessage(
                channel=post.channel,
                thread_ts=post.thread or None,
                metadata=metadata,
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
                **(post.body or {}),
            ),
            "ts",
        )

    async def find(self, post: Post) -> Answer:
        """Page through the channel's (or thread's) history for our own message with that id."""
        since = post.first_try_at.timestamp() - BEFORE if post.first_try_at else 0
        cursor: str | None = None
        while True:
            page = await self._page(post, f"{since:.6f}", cursor)
            if isinstance(page, Answer):
                return page
            for message in page.get("messages", []):
                if self._is(message, post):
                    return Answer(Verdict.YES, value=message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return Answer(Verdict.NEVER)

    async def _page(self, post: Post, oldest: str, cursor: str | None) -> Mapping[str, Any] | Answer:
        wanted: dict[str, Any] = {
            "channel": post.channel,
            "oldest": oldest,
            "cursor": cursor,
            "limit": 200,
            "include_all_metadata": True,
        }
        if post.thread:
            page, known = await ask(self.client.conversations_replies(ts=post.thread, **wanted))
        else:
            page, known = await ask(self.client.conversations_history(**wanted))
        if known.verdict is Verdict.YES:
            return page
        unreadable = known.verdict in (Verdict.PAUSED, Verdict.NEVER)
        return Answer(Verdict.UNKNOWN, wait=known.wait, reason="unreadable" if unreadable else known.reason)

    def _is(self, message: Mapping[str, Any], post: Post) -> bool:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        ours = message.get("user") == self.bot_user or bool(message.get("bot_id"))
        return ours and payload.get("n") == post.id

    async def redraw(self, post: Post, body: Body) -> Answer:
        return await answer(
            self.client.chat_update(channel=post.channel, ts=post.sent_ts, parse="none", **body)
        )

    async def publish(self, user: str, body: Body) -> Answer:
        return await answer(self.client.views_publish(user_id=user, view={**body}), "view", "id")


def _nudge(
    store: Store,
    bundle: Sequence[Post],
    incident: Incident,
    names: Mapping[str, str],
    tz: str,
    moment: Moment,
) -> Body:
    """One message of all the nudges in it; a rung of the ladder gets the notice itself below its line."""
    post = bundle[0]
    now = post.first_try_at or moment.now  # drawn again later, it still says how late it was then
    known = [(p.kind, nudges.values(p, incident, names, moment.policy, tz or "UTC", now)) for p in bundle]
    if post.place == "thread":
        return messages.plain([nudges.thread_text(kind, values) for kind, values in known])
    texts = [nudges.nudge_text(kind, values) for kind, values in known]
    if post.place == "channel":
        return messages.plain(texts)
    notice = posts.newest_of(store, incident.id, NOTICE)
    if post.kind in RUNGS and notice is not None and post.recipient != incident.reporter:
        text = replace(post, data={**post.data, "text": notice.data.get("text", "")}, due_at=notice.due_at)
        return messages.notice(text, incident, names, tz, moment.now, "\n\n".join(texts))
    return messages.nudge(texts, post, nudges.late_text(known[0][1]))


def _names(store: Store, incident: Incident | None, post: Post) -> dict[str, str]:
    wanted = {post.recipient, post.data.get("from", "")}
    if incident:
        wanted |= {incident.reporter, incident.handler, incident.lead, *incident.ladder}
        wanted |= {s.user for s in incident.signals}
    return {user: p.name for user, p in people.get(store, wanted).items() if p.name}


def _tz(store: Store, user: str) -> str:
    known = people.get(store, [user]).get(user)
    return known.tz if known else ""
