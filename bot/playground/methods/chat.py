"""Playground: `chat.*`. Who may post where, what a message keeps, one message a second when asked for.

Source: docs.slack.dev/reference/methods/chat.postMessage and its siblings.
"""

import time

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.forms import with_ids
from bot.playground.manifest import Json
from bot.playground.workspace import Channel, Message

TEXT_CUT = 40_000
UPDATE_LIMIT = 4_000
METADATA_NAME_LIMIT = 255


def post_message(core: Core, args: Json) -> Json:
    """chat.postMessage."""
    channel = destination(core, str(args.get("channel", "")))
    check_content(args)
    core.judge_message("chat.postMessage", args)
    if core.switches.enforce_rate:
        _one_a_second(channel)
    thread = _thread(channel, args)
    message = Message(
        ts=core.clock.ts(),
        channel=channel.id,
        user=core.bot.id,
        text=str(args.get("text") or "")[:TEXT_CUT],
        blocks=with_ids(args.get("blocks") or []),
        metadata=_metadata(args),
        thread_ts=thread,
        broadcast=bool(args.get("reply_broadcast")),
        bot_id=core.bot_id,
        app_id=core.app_id,
    )
    channel.add(message)
    core.emit_message(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_dict(with_metadata=True)}


def destination(core: Core, channel_id: str) -> Channel:
    """Where a post goes; a user's id means the app's DM with them. Raises SlackError when it may not."""
    person = core.workspace.person(channel_id)
    if person is not None:
        if person.deleted or person.is_bot:
            raise SlackError("channel_not_found")
        channel_id = core.dm(person.id).id
    channel = core.workspace.channels.get(channel_id)
    if channel is None:
        raise SlackError("channel_not_found")
    _check_may_post(core, channel)
    return channel


def _check_may_post(core: Core, channel: Channel) -> None:
    if core.bot.id not in channel.members:
        if channel.kind != "public":
            raise SlackError("channel_not_found")
        if "chat:write.public" not in core.manifest.scopes or channel.is_ext_shared:
            raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.kind == "im" and not core.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")


def check_content(args: Json) -> None:
    """Raises SlackError when there is nothing to show or too much to tell apart."""
    if not (args.get("text") or args.get("blocks") or args.get("markdown_text") or args.get("attachments")):
        raise SlackError("no_text")
    if args.get("markdown_text") and (args.get("text") or args.get("blocks")):
        raise SlackError("markdown_text_conflict")


def _one_a_second(channel: Channel) -> None:
    now = time.monotonic()
    if now - channel.last_bot_post < 1.0:
        raise SlackError("ratelimited", status=429, retry_after=1)
    channel.last_bot_post = now


def _thread(channel: Channel, args: Json) -> str | None:
    if not args.get("thread_ts"):
        return None
    parent = channel.messages.get(str(args["thread_ts"]))
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def _metadata(args: Json) -> Json | None:
    metadata = args.get("metadata")
    if not metadata:
        return None
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    if not isinstance(payload, dict) or not metadata.get("event_type"):
        raise SlackError("invalid_metadata_format")
    if len(str(metadata["event_type"])) > METADATA_NAME_LIMIT:
        raise SlackError("invalid_metadata_format")
    return {"event_type": metadata["event_type"], "event_payload": payload}


def update(core: Core, args: Json) -> Json:
    """chat.update: own messages only, by channel id; metadata stays when none is sent."""
    message = _own(core, args, "cant_update_message")
    check_content(args)
    if len(str(args.get("text") or "")) > UPDATE_LIMIT:
        raise SlackError("msg_too_long")
    core.judge_message("chat.update", args)
    before = message.as_dict()
    message.text = str(args.get("text") or "")
    if "blocks" in args:
        message.blocks = with_ids(args["blocks"] or [])
    message.metadata = _metadata(args) or message.metadata
    message.edited = core.clock.ts()
    core.emit_message(message, subtype="message_changed", message=message.as_dict(), previous_message=before)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": message.as_dict()}


def delete(core: Core, args: Json) -> Json:
    """chat.delete: own messages only."""
    message = _own(core, args, "cant_delete_message")
    message.deleted = True
    core.emit_message(
        message, subtype="message_deleted", deleted_ts=message.ts, previous_message=message.as_dict()
    )
    return {"channel": message.channel, "ts": message.ts}


def _own(core: Core, args: Json, refusal: str) -> Message:
    channel = core.workspace.channels.get(str(args.get("channel")))
    if channel is None:
        raise SlackError("channel_not_found")
    message = core.workspace.message(channel.id, str(args.get("ts")))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != core.bot_id:
        raise SlackError(refusal)
    return message


def post_ephemeral(core: Core, args: Json) -> Json:
    """chat.postEphemeral: seen by one member of the channel, kept nowhere."""
    channel = destination(core, str(args.get("channel", "")))
    user = str(args.get("user", ""))
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    check_content(args)
    core.judge_message("chat.postEphemeral", args)
    message = show_ephemeral(core, channel.id, user, args)
    return {"message_ts": message.ts}


def show_ephemeral(core: Core, channel: str, user: str, args: Json) -> Message:
    """Put a message before one person's eyes."""
    message = Message(
        ts=core.clock.ts(),
        channel=channel,
        user=core.bot.id,
        text=str(args.get("text") or ""),
        blocks=with_ids(args.get("blocks") or []),
        thread_ts=args.get("thread_ts"),
        bot_id=core.bot_id,
        app_id=core.app_id,
        ephemeral_to=user,
    )
    core.workspace.ephemerals.setdefault(user, []).append(message)
    return message


def get_permalink(core: Core, args: Json) -> Json:
    """chat.getPermalink."""
    channel = core.workspace.channels.get(str(args.get("channel")))
    if channel is None:
        raise SlackError("channel_not_found")
    ts = str(args.get("message_ts"))
    if core.workspace.message(channel.id, ts) is None:
        raise SlackError("message_not_found")
    link = f"https://{core.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": (post_message, ("chat:write",)),
    "chat.update": (update, ("chat:write",)),
    "chat.delete": (delete, ("chat:write",)),
    "chat.postEphemeral": (post_ephemeral, ("chat:write",)),
    "chat.getPermalink": (get_permalink, ()),
}
