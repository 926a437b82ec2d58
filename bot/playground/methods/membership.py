"""Playground: `conversations.*` that change who is where. New channels, invitations, who joins and leaves.

Source: docs.slack.dev/reference/methods/conversations.create and its siblings.
"""

import re

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.manifest import Json
from bot.playground.methods.conversations import READ, TRUE, check_member, find, need, show
from bot.playground.workspace import Channel

CREATE = {"public": "channels:manage", "private": "groups:write"}
LONGEST_NAME = 80
NAME = re.compile(r"[a-z0-9_-]+")


def create(core: Core, args: Json) -> Json:
    """conversations.create: the app becomes its first member."""
    kind = "private" if args.get("is_private") in TRUE else "public"
    need(core, CREATE[kind])
    name = str(args.get("name") or "")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name_specials" if name else "invalid_name_required")
    if any(channel.name == name for channel in core.workspace.channels.values()):
        raise SlackError("name_taken")
    channel = Channel(core.workspace.new_id("C"), name, kind, {core.bot.id}, creator=core.bot.id)
    core.workspace.channels[channel.id] = channel
    return {"channel": show(core, channel)}


def invite(core: Core, args: Json) -> Json:
    """conversations.invite: people into a conversation the app is in."""
    channel = core.workspace.channels.get(str(args.get("channel")))
    if channel is None or channel.kind not in CREATE:
        raise SlackError("channel_not_found")
    need(core, CREATE[channel.kind])
    check_member(core, channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    users = str(args.get("users") or "").split(",")
    for user in users:
        person = core.workspace.people.get(user)
        if person is None or person.deleted:
            raise SlackError(
                "user_not_found", errors=[{"user": user, "ok": False, "error": "user_not_found"}]
            )
        if user in channel.members:
            code = "cant_invite_self" if user == core.bot.id else "already_in_channel"
            raise SlackError(code, errors=[{"user": user, "ok": False, "error": code}])
        if not person.is_of(core.workspace.team_id) or (
            person.is_ultra_restricted and _somewhere(core, user)
        ):
            code = "ura_max_channels" if person.is_ultra_restricted else "cant_invite"
            raise SlackError(code, errors=[{"user": user, "ok": False, "error": code}])
    for user in users:
        join_channel(core, channel, user, inviter=core.bot.id)
    return {"channel": show(core, channel)}


def _somewhere(core: Core, user: str) -> bool:
    """A single-channel guest is in their one channel already."""
    return any(user in c.members for c in core.workspace.channels.values() if c.kind in CREATE)


def archive(core: Core, args: Json) -> Json:
    """conversations.archive: a channel the app is in; nobody can post there any more."""
    channel = core.workspace.channels.get(str(args.get("channel")))
    if channel is None or channel.kind not in CREATE:
        raise SlackError("channel_not_found")
    need(core, CREATE[channel.kind])
    check_member(core, channel)
    if channel.name == "general":
        raise SlackError("cant_archive_general")
    if channel.is_archived:
        raise SlackError("already_archived")
    channel.is_archived = True
    return {}


def join(core: Core, args: Json) -> Json:
    """conversations.join: a public channel, for the app itself."""
    channel = find(core, args, READ)
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if core.bot.id not in channel.members:
        join_channel(core, channel, core.bot.id)
    return {"channel": show(core, channel)}


def join_channel(core: Core, channel: Channel, user: str, inviter: str | None = None) -> None:
    """Make somebody a member and tell the app when it may know."""
    channel.members.add(user)
    event: Json = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "public" else "G",
        "team": core.workspace.team_id,
        "event_ts": core.clock.ts(),
    }
    core.emit(event if inviter is None else {**event, "inviter": inviter}, channel=channel)


def leave_channel(core: Core, channel: Channel, user: str) -> None:
    """Take somebody out of a channel and tell the app when it may know."""
    channel.members.discard(user)
    kind = {"public": "channel_left", "private": "group_left"}[channel.kind]
    event: Json = {"channel": channel.id, "event_ts": core.clock.ts()}
    if user == core.bot.id:
        core.emit({"type": kind, "actor_id": user, **event}, channel=channel)
    else:
        core.emit({"type": "member_left_channel", "user": user, **event}, channel=channel)


METHODS = {
    "conversations.archive": (archive, ()),
    "conversations.create": (create, ()),
    "conversations.invite": (invite, ()),
    "conversations.join": (join, ("channels:join",)),
}
