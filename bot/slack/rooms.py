"""slack: channels: whether one may be posted in, and the steps by which a room is made for one incident.

A room's name says nothing about what happened, and it is the key by which making it can be repeated: names
are unique in a workspace, so that a second try finds what the first one left. Source: docs.slack.dev, methods
conversations.create, .invite and .archive (groups:write, which an installer may refuse).
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.outbox.ports import Answer, Verdict
from bot.slack.answers import answer, ask, granted, paged, text
from bot.store.posts import Post
from bot.store.rooms import INVITE, ROOM, ROOM_LEFT

NAMES = 5  # names that are tried, one after the other, where one is taken
PAGE = 200
# Two of these tell one room from the next.
WORDS = (
    "amber", "anchor", "apple", "arch", "barley", "basin", "beech", "birch", "brook", "cedar",
    "chalk", "clay", "clover", "copper", "coral", "cove", "daisy", "dune", "elm", "ember",
    "fern", "field", "fig", "flint", "garnet", "ginger", "hazel", "heath", "heron", "honey",
    "indigo", "iris", "ivy", "jade", "juniper", "kite", "lark", "laurel", "lemon", "lilac",
    "linen", "lotus", "maple", "marble", "meadow", "mint", "moss", "oak", "olive", "opal",
    "orchid", "pebble", "pine", "plum", "quartz", "quill", "reed", "river", "robin", "sage",
    "slate", "thyme", "tulip", "willow",
)  # fmt: skip
# A definite no for this one step, where for other calls the word means more, or is unknown.
REFUSED = frozenset(
    {
        "missing_scope",
        "no_permission",
        "cannot_create_channel",
        "invalid_name",
        "invalid_name_specials",
        "user_is_restricted",
        "cant_invite",
        "cant_invite_self",
        "invitee_cant_see_channel",
        "no_external_invite_permission",
        "org_user_not_in_team",
        "ura_max_channels",
        "too_many_users",
        "method_not_supported_for_channel_type",
    }
)


def names(post: Post) -> tuple[str, ...]:
    """What the room of that row may be called: always the same, and nothing of what happened is in it."""
    digest = hashlib.sha256(post.id.encode()).digest()
    pairs = zip(digest[: 2 * NAMES : 2], digest[1 : 2 * NAMES : 2], strict=True)
    return tuple(f"inc-{post.incident}-{WORDS[a % len(WORDS)]}-{WORDS[b % len(WORDS)]}" for a, b in pairs)


async def make(client: AsyncWebClient, bot_user: str, post: Post) -> Answer:
    """A private channel under the first free name. One of ours under such a name is the one: we were here."""
    for name in names(post):
        made = await _called(client.conversations_create(name=name, is_private=True), "channel", "id")
        if made.reason != "name_taken":
            return made
        ours = await _ours(client, bot_user, {name})
        if ours.verdict is Verdict.UNKNOWN:
            return replace(ours, verdict=Verdict.RETRY)  # surely none was made by this try
        if ours.verdict is not Verdict.NEVER:
            return ours
    return Answer(Verdict.NEVER, reason="name_taken")


async def invite(client: AsyncWebClient, bot_user: str, post: Post) -> Answer:
    """One person into the room; whoever is in it already has been invited."""
    known = await _called(
        client.conversations_invite(channel=post.channel, users=[post.recipient]), "channel", "id"
    )
    return Answer(Verdict.YES, value=post.channel) if known.reason == "already_in_channel" else known


async def put_away(client: AsyncWebClient, bot_user: str, post: Post) -> Answer:
    """Nobody wants it any more: nobody but us has been in it."""
    known = await _called(client.conversations_archive(channel=post.recipient))
    gone = known.verdict is Verdict.YES or known.reason in ("already_archived", "channel_not_found")
    return Answer(Verdict.YES, value=post.recipient) if gone else known


async def find(client: AsyncWebClient, bot_user: str, post: Post) -> Answer:
    """As `Messenger.find`: a room by its name; an invitation, or putting away, can simply be repeated."""
    if post.kind == ROOM:
        return await _ours(client, bot_user, names(post))
    return Answer(Verdict.NEVER)


STEPS: Mapping[str, Callable[[AsyncWebClient, str, Post], Awaitable[Answer]]] = {
    ROOM: make,
    INVITE: invite,
    ROOM_LEFT: put_away,
}


async def _called(call: Awaitable[Any], *path: str) -> Answer:
    known = await answer(call, *path)
    return replace(known, verdict=Verdict.NEVER) if known.reason in REFUSED else known


async def _ours(client: AsyncWebClient, bot_user: str, wanted: Collection[str]) -> Answer:
    """YES with the channel of such a name that we made, NEVER when there is none, UNKNOWN unread."""

    def page(cursor: str | None) -> Awaitable[Any]:
        return client.conversations_list(types="private_channel", limit=PAGE, cursor=cursor)

    async for known, channels in paged(page, "channels"):
        if known.verdict is not Verdict.YES:
            return Answer(Verdict.UNKNOWN, wait=known.wait, reason=known.reason)
        for found in channels:
            ours = found.get("name") in wanted and found.get("creator") == bot_user
            if ours and (channel := text(found.get("id"))):
                return Answer(Verdict.YES, value=channel)
    return Answer(Verdict.NEVER)


async def may_make(client: AsyncWebClient) -> bool:
    """Whether the installer granted making channels; where Slack does not say, it is found out in the doing.

    Slack names the granted scopes in a header of every answer (docs.slack.dev/authentication).
    """
    scopes = await granted(client.auth_test())
    return not scopes or "groups:write" in scopes


async def room(client: AsyncWebClient, channel: str) -> tuple[str, Answer]:
    """("", YES) for a channel we may post in, (why not, YES) for one we may not, ("", no) without an answer.

    Why not: channel_unseen | channel_archived | channel_shared. Slack: conversations.info (channels:read,
    groups:read). A shared channel is refused: people outside would read it (product.md 5.2).
    """
    response, known = await ask(client.conversations_info(channel=channel))
    found = response.get("channel")
    if known.reason in ("channel_not_found", "not_in_channel", "missing_scope"):
        return "channel_unseen", Answer(Verdict.YES)
    if not isinstance(found, Mapping):
        return "", replace(known, verdict=Verdict.RETRY) if known.verdict is not Verdict.WAIT else known
    if found.get("is_archived"):
        return "channel_archived", Answer(Verdict.YES)
    if found.get("is_ext_shared") or found.get("is_pending_ext_shared") or found.get("is_org_shared"):
        return "channel_shared", Answer(Verdict.YES)
    return ("" if found.get("is_member") else "channel_unseen"), Answer(Verdict.YES)
