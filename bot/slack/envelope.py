"""slack: whether a payload has the shapes that Bolt and the listeners rely on, before either sees it.

Bolt's matchers raise on a null event or an action that is no object. Slack sends neither; whoever holds the
secret might. Such a payload is refused (HTTP) or acknowledged and dropped (Socket Mode), logged without it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

log = logging.getLogger(__name__)
OBJECTS = ("event", "view", "container", "message", "item", "state", "previous_message")
NAMED = ("user", "team", "channel", "enterprise")  # an id, or an object that has one
LISTS = ("actions", "authorizations")  # of objects
WORDS = (
    *("type", "id", "team_id", "user_id", "enterprise_id", "app_installed_team_id", "command"),
    *("callback_id", "action_id", "block_id", "trigger_id", "response_url", "private_metadata", "hash"),
    *(
        "ts",
        "event_ts",
        "message_ts",
        "thread_ts",
        "channel_type",
        "subtype",
        "reaction",
        "tab",
        "root_view_id",
    ),
)
HALVES = re.compile("[\ud800-\udfff]")
NEEDED = {
    "event_callback": "event",
    "view_submission": "view",
    "view_closed": "view",
    "block_actions": "actions",
}


def plausible(body: Mapping[str, Any]) -> bool:
    """Whether it could be Slack's. Absent or null is nobody's fault, unless its kind needs it."""
    needed = NEEDED.get(str(body.get("type")))
    whole = (needed is None or bool(body.get(needed))) and _storable(body)
    fits = whole and all(_fits(part) for part in _parts(body))
    if not fits:
        log.warning("implausible payload dropped", extra={"kind": str(body.get("type"))[:40]})
    return fits


def _storable(body: Any) -> bool:  # noqa: ANN401 - what JSON can hold
    """No text in it holds a NUL or half a character, which no database and no screen can take."""
    left = [body]
    while left:
        item = left.pop()
        if isinstance(item, str):
            if "\x00" in item or (not item.isascii() and HALVES.search(item)):
                return False
        elif isinstance(item, Mapping):
            left += [*item, *item.values()]
        elif isinstance(item, list):
            left += item
    return True


def _parts(body: Mapping[str, Any], depth: int = 3) -> Iterator[Mapping[str, Any]]:
    """The body and those of its parts that listeners read."""
    yield body
    for key in (*OBJECTS, *NAMED) if depth else ():
        if isinstance(part := body.get(key), Mapping):
            yield from _parts(part, depth - 1)
    for key in LISTS:
        if isinstance(items := body.get(key), list):
            yield from (item for item in items if isinstance(item, Mapping))


def _fits(part: Mapping[str, Any]) -> bool:
    def all_are(keys: Iterable[str], *kinds: type) -> bool:
        return all(part.get(key) is None or isinstance(part[key], kinds) for key in keys)

    return (
        all_are(OBJECTS, Mapping)
        and all_are(NAMED, str, Mapping)
        and all_are(WORDS, str)
        and all_are(LISTS, list)
        and all(isinstance(item, Mapping) for key in LISTS for item in part.get(key) or ())
    )
