"""slack: what people do on our messages: buttons, reactions, typed replies (product.md 0.5)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from bot.domain import values
from bot.domain.errors import NotFound
from bot.guide import amended, replies, signals, telling
from bot.slack import ids, messages
from bot.slack.edge import Edge, user_of
from bot.slack.typed import mentioned, message_text
from bot.words.pages import words

log = logging.getLogger(__name__)
Body = Mapping[str, Any]
TYPED = ("", "file_share", "thread_broadcast", "me_message")  # subtypes of what a person has just written


async def press(edge: Edge, body: Body, action: Body, received: float) -> None:
    """Seen, Call me, I'll take this."""
    button = ids.rest_of(str(action["action_id"]))
    await edge.do(signals.press, str(action.get("value", "")), user_of(body), button, _where(body))


async def details(edge: Edge, body: Body, action: Body, received: float) -> None:
    """Details: reading the whole of it is seeing it; the window opens with what Seen opens."""
    post = str(action.get("value", ""))
    await edge.do(signals.press, post, user_of(body), "details", _where(body))
    opened = await edge.see(signals.details, post, user_of(body))
    view = messages.details(opened.text, opened.incident, opened.names, opened.tz, edge.clock())
    edge.spawn(edge.open_view(body, view, "", received))


async def arrived(edge: Edge, body: Body, action: Body, received: float) -> None:
    """R says: they have it."""
    await edge.do(telling.decide, str(action.get("value", "")), user_of(body), arrived=True)


async def again(edge: Edge, body: Body, action: Body, received: float) -> None:
    """R says: send it again."""
    await edge.do(telling.decide, str(action.get("value", "")), user_of(body), arrived=False)


async def reaction_added(edge: Edge, event: Body) -> None:
    await _reaction(edge, event, added=True)


async def reaction_removed(edge: Edge, event: Body) -> None:
    await _reaction(edge, event, added=False)


async def _reaction(edge: Edge, event: Body, *, added: bool) -> None:
    item = event.get("item") or {}
    at = _time(event.get("event_ts"))
    if item.get("type") != "message" or not (item.get("channel") and item.get("ts")) or at is None:
        return
    user = str(event.get("user", ""))
    with suppress(NotFound):  # audited; nobody waits for an answer to a reaction
        await edge.do(
            signals.reaction,
            _at(edge, item.get("channel"), item.get("ts"), event.get("item_user")),
            user,
            str(event.get("reaction", "")),
            at,
            added=added,
        )


async def message(edge: Edge, event: Body) -> None:
    """A typed message in the bot's DM: perhaps a reply to a notice, changed or deleted; of apps: nothing."""
    if event.get("subtype") in ("message_changed", "message_deleted"):
        await _amended(edge, event)
        return
    user, text = str(event.get("user", "")), await _said(edge, event)
    bot = event.get("bot_id") or user == edge.identity.bot_user
    if event.get("channel_type") != "im" or (event.get("subtype") or "") not in TYPED or bot or not text:
        return
    at = _time(event.get("event_ts") or event.get("ts"))
    if at is None or not event.get("channel"):
        return
    head = event.get("parent_user_id") or (event.get("root") or {}).get("user")
    await edge.do(
        replies.reply,
        _at(edge, event.get("channel"), event.get("thread_ts"), head),
        user,
        text,
        str(event.get("ts", "")),
        at,
    )


async def _amended(edge: Edge, event: Body) -> None:
    """Someone changed or deleted a message. Slack also says so of our own, and where a link got its preview.

    docs.slack.dev/reference/events/message/message_changed and …/message_deleted; one with replies isn't gone
    when it's deleted, but changed into a tombstone.
    """
    before, now = event.get("previous_message") or {}, event.get("message") or {}
    gone = not now or now.get("subtype") == "tombstone"
    known = before if gone else now
    user, ts = str(known.get("user", "")), str(event.get("deleted_ts") or known.get("ts") or "")
    at = _time(event.get("event_ts") or event.get("ts"))
    bot = known.get("bot_id") or user == edge.identity.bot_user
    if event.get("channel_type") != "im" or bot or not (user and ts and at):
        return
    text = "" if gone else await _said(edge, now)
    head = edge.identity.bot_user  # who wrote the head of its thread isn't said here
    await edge.do(
        amended.amend, _at(edge, event.get("channel"), known.get("thread_ts"), head), user, text, ts, at
    )


async def _said(edge: Edge, event: Body) -> str:
    """What they typed, in plain words; and that something is attached, which no one else sees there.

    A forwarded message is an attachment with `is_share`, with or without words beside it
    (github.com/slackapi/slack-skills-plugin/issues/149); the preview of a link is one without. Of a deleted
    file there's a tombstone left (github.com/wee-slack/wee-slack/pull/641).
    """
    text = str(event.get("text") or "")
    shared = any(one.get("is_share") for one in event.get("attachments") or ())
    files = any(one.get("mode") != "tombstone" for one in event.get("files") or ())
    attached = words("surfaces/replies", {})("attached") if files or shared else ""
    parts = (message_text(text, await edge.names(mentioned(text))), attached)
    return "\n".join(part for part in parts if part.strip())


async def which(edge: Edge, body: Body, action: Body, received: float) -> None:
    """Whose notice a reply was for; said back only once it is passed on."""
    notice = ids.rest_of(str(action["action_id"]))
    to = await edge.do(replies.choose, str(action.get("value", "")), user_of(body), notice)
    edge.spawn(edge.say(body, messages.reply("passed_on", {"to": to})))


def _at(edge: Edge, channel: object, ts: object, author: object) -> signals.Where:
    """The message that an event is about; `author` wrote it."""
    return signals.Where(str(channel or ""), str(ts or ""), author == edge.identity.bot_user)


def _where(body: Body) -> signals.Where:
    at = body.get("container") or {}
    return signals.Where(str(at.get("channel_id", "")), str(at.get("message_ts", "")))


def _time(ts: object) -> datetime | None:
    """When that was; None for what says no time, else it came again for ever."""
    at = values.stamp(ts)
    if at is None:
        log.warning("event without a time dropped")
    return at
