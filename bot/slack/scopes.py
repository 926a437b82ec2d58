"""slack: what each call, event and entry needs to be granted: the list that manifest.yaml has to equal.

Source: docs.slack.dev/reference/methods and /events. `python app.py check` and a test hold the three
together: the code's calls, this list, the manifest.
"""

from __future__ import annotations

from collections.abc import Mapping

METHODS: Mapping[str, tuple[str, ...]] = {
    "apps_connections_open": (),  # with the app-level token, which needs connections:write
    "auth_test": (),
    "chat_delete": ("chat:write",),
    "chat_postMessage": ("chat:write",),
    "chat_update": ("chat:write",),
    "conversations_archive": ("groups:write",),
    "conversations_create": ("groups:write",),
    "conversations_history": ("im:history",),  # the bot's own DMs; a team channel's is not asked for
    "conversations_info": ("channels:read", "groups:read"),
    "conversations_invite": ("groups:write",),
    "conversations_list": ("groups:read",),
    "conversations_open": ("im:write",),
    "conversations_replies": ("im:history",),
    "files_completeUploadExternal": ("files:write",),
    "files_getUploadURLExternal": ("files:write",),
    "users_info": ("users:read",),
    "views_open": (),
    "views_publish": (),
    "views_push": (),
    "views_update": (),
}
"""A method of `AsyncWebClient` -> the scopes it needs."""

EVENTS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "message.im": ("im:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
}
"""An event that is subscribed to -> the scopes it needs."""

ENTRIES = ("commands",)
"""For the slash command and the shortcuts."""

OPTIONAL: Mapping[str, str] = {
    "files:write": "what somebody exports comes as plain text in pieces, not as a file",
    "groups:write": "no channel can be made for one incident; an existing one still works",
    "im:history": "a typed reply does not count as an answer, and where a connection broke the bot cannot "
    "look whether its message went out",
}
"""Scopes an installer may refuse -> what does not work then."""


def needed() -> frozenset[str]:
    """Every scope the code has a use for."""
    return frozenset(scope for scopes in (*METHODS.values(), *EVENTS.values(), ENTRIES) for scope in scopes)
