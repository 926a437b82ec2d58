"""Playground: `conversations.*` that look. What the app can see, open and read.

Source: docs.slack.dev/reference/methods/conversations.open and its siblings.
"""

import time
from collections.abc import Iterable

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.manifest import Json
from bot.playground.workspace import Channel, Message

READ = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
HISTORY = {kind: scope.replace("read", "history") for kind, scope in READ.items()}
PAGE = 100
TRUE = (True, "true", "1", 1)


def need(core: Core, scope: str) -> None:
    """Raises SlackError when the app lacks a scope that depends on the kind of conversation."""
    if scope not in core.manifest.scopes:
        provided = ",".join(sorted(core.manifest.scopes))
        raise SlackError("missing_scope", needed=scope, provided=provided)


def find(core: Core, args: Json, scopes: dict[str, str]) -> Channel:
    """The conversation asked for, if the app may see it."""
    channel = core.workspace.channels.get(str(args.get("channel")))
    if channel is None or (channel.kind != "public" and core.bot.id not in channel.members):
        raise SlackError("channel_not_found")
    need(core, scopes[channel.kind])
    return channel


def open_(core: Core, args: Json) -> Json:
    """conversations.open with one user: the app's DM with them. Idempotent."""
    need(core, "im:write")
    users = str(args.get("users") or "").split(",")
    if users == [""]:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        return _open_group(core, users)
    person = core.workspace.person(users[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")
    if not person.is_of(core.workspace.team_id) and not shares_a_channel(core, person.id):
        raise SlackError("user_not_visible")
    known = person.id in core.workspace.dms
    channel = core.dm(person.id)
    return {"channel": {"id": channel.id}, "no_op": known, "already_open": known}


def shares_a_channel(core: Core, user: str) -> bool:
    """Whether the app is in a Slack Connect channel with somebody."""
    shared = (c for c in core.workspace.channels.values() if c.is_ext_shared)
    return any({user, core.bot.id} <= channel.members for channel in shared)


def _open_group(core: Core, users: list[str]) -> Json:
    need(core, "mpim:write")
    members = {*users, core.bot.id}
    if not members <= core.workspace.people.keys():
        raise SlackError("user_not_found")
    for channel in core.workspace.channels.values():
        if channel.kind == "mpim" and channel.members == members:
            return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    channel = Channel(core.workspace.new_id("G"), "mpdm-" + "--".join(sorted(users)), "mpim", members)
    core.workspace.channels[channel.id] = channel
    return {"channel": {"id": channel.id}}


def show(core: Core, channel: Channel) -> Json:
    """A conversation as Slack shows it."""
    kind = channel.kind
    common: Json = {"id": channel.id, "is_archived": channel.is_archived, "is_im": kind == "im"}
    if kind == "im":
        other = next(iter(channel.members - {core.bot.id}))
        return {**common, "user": other, "is_user_deleted": core.workspace.people[other].deleted}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": kind == "public",
        "is_group": kind == "private",
        "is_mpim": kind == "mpim",
        "is_private": kind != "public",
        "is_member": core.bot.id in channel.members,
        "creator": channel.creator,
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "context_team_id": core.workspace.team_id,
    }


def info(core: Core, args: Json) -> Json:
    """conversations.info."""
    channel = find(core, args, READ)
    shown = show(core, channel)
    if args.get("include_num_members") in TRUE:
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def members(core: Core, args: Json) -> Json:
    """conversations.members, in pages."""
    everybody = sorted(find(core, args, READ).members)
    start, limit = _page(args)
    after = str(start + limit) if start + limit < len(everybody) else ""
    return {"members": everybody[start : start + limit], "response_metadata": {"next_cursor": after}}


def list_(core: Core, args: Json) -> Json:
    """conversations.list, in pages."""
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    wanted = [kinds[name] for name in str(args.get("types") or "public_channel").split(",")]
    for kind in wanted:
        need(core, READ[kind])
    hidden = args.get("exclude_archived") in TRUE
    seen = [
        c for c in core.workspace.channels.values() if c.kind in wanted and not (hidden and c.is_archived)
    ]
    seen = [c for c in seen if c.kind == "public" or core.bot.id in c.members]
    start, limit = _page(args)
    after = str(start + limit) if start + limit < len(seen) else ""
    found = [show(core, channel) for channel in seen[start : start + limit]]
    return {"channels": found, "response_metadata": {"next_cursor": after}}


def _page(args: Json) -> tuple[int, int]:
    cursor = str(args.get("cursor") or "0")
    if not cursor.isdigit():
        raise SlackError("invalid_cursor")
    return int(cursor), _limit(args)


def _limit(args: Json) -> int:
    limit = str(args.get("limit") or PAGE)
    if not limit.isdigit():
        raise SlackError("invalid_limit")
    return min(int(limit), 1000)


def history(core: Core, args: Json) -> Json:
    """conversations.history: newest first, without replies in threads, in pages."""
    channel = find(core, args, HISTORY)
    check_member(core, channel)
    before = str(args.get("cursor") or args.get("latest") or "") or None
    found = channel.newest_first(before=before, after=str(args.get("oldest") or ""))
    top = (m for m in found if not m.thread_ts or m.thread_ts == m.ts or m.broadcast)
    return _messages(core, args, top)


def replies(core: Core, args: Json) -> Json:
    """conversations.replies: the parent and its replies, oldest first."""
    channel = find(core, args, HISTORY)
    check_member(core, channel)
    parent = core.workspace.message(channel.id, str(args.get("ts")))
    if parent is None:
        raise SlackError("thread_not_found")
    after = str(args.get("cursor") or args.get("oldest") or "")
    thread = (channel.messages[ts] for ts in [parent.ts, *parent.replies] if ts > after)
    return _messages(core, args, (m for m in thread if not m.deleted))


def check_member(core: Core, channel: Channel) -> None:
    """Raises SlackError when the app is not in that conversation."""
    if core.bot.id not in channel.members:
        raise SlackError("not_in_channel")


def _messages(core: Core, args: Json, found: Iterable[Message]) -> Json:
    limit = _limit(args)
    with_metadata = args.get("include_all_metadata") in TRUE
    visible = time.monotonic() - core.faults.history_lag
    page: list[Json] = []
    cursor = ""
    for message in found:
        if message.posted_at > visible:
            continue
        if len(page) == limit:
            cursor = page[-1]["ts"]
            break
        page.append(message.as_dict(with_metadata=with_metadata))
    return {"messages": page, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


METHODS = {
    "conversations.open": (open_, ()),
    "conversations.info": (info, ()),
    "conversations.members": (members, ()),
    "conversations.list": (list_, ()),
    "conversations.history": (history, ()),
    "conversations.replies": (replies, ()),
}
