"""Playground: `reactions.*`, and reactions of people, which take the same way."""

import re

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.manifest import Json
from bot.playground.workspace import Message

NAME = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")


def react(core: Core, message: Message, user: str, name: str) -> None:
    """Add somebody's reaction and tell the app. Raises SlackError."""
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise SlackError("already_reacted")
    users.append(user)
    _emit(core, "reaction_added", message, user, name)


def unreact(core: Core, message: Message, user: str, name: str) -> None:
    """Take somebody's reaction away and tell the app. Raises SlackError."""
    users = message.reactions.get(name, [])
    if user not in users:
        raise SlackError("no_reaction")
    users.remove(user)
    if not users:
        del message.reactions[name]
    _emit(core, "reaction_removed", message, user, name)


def _emit(core: Core, kind: str, message: Message, user: str, name: str) -> None:
    event = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": core.clock.ts(),
    }
    core.emit(event, channel=core.workspace.channels[message.channel])


def _item(core: Core, args: Json) -> Message:
    channel = core.workspace.channels.get(str(args.get("channel")))
    if channel is None or (channel.kind != "public" and core.bot.id not in channel.members):
        raise SlackError("channel_not_found")
    message = core.workspace.message(channel.id, str(args.get("timestamp")))
    if message is None:
        raise SlackError("message_not_found")
    return message


def add(core: Core, args: Json) -> Json:
    """reactions.add."""
    message = _item(core, args)
    if core.workspace.channels[message.channel].is_archived:
        raise SlackError("is_archived")
    react(core, message, core.bot.id, str(args.get("name", "")))
    return {}


def remove(core: Core, args: Json) -> Json:
    """reactions.remove."""
    unreact(core, _item(core, args), core.bot.id, str(args.get("name", "")))
    return {}


def get(core: Core, args: Json) -> Json:
    """reactions.get."""
    message = _item(core, args)
    return {"type": "message", "channel": message.channel, "message": message.as_dict()}


METHODS = {
    "reactions.add": (add, ("reactions:write",)),
    "reactions.remove": (remove, ("reactions:write",)),
    "reactions.get": (get, ("reactions:read",)),
}
