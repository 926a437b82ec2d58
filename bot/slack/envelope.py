"""slack: whether a payload has the shapes that Bolt and the listeners rely on, before either sees it.

Bolt's matchers raise on a null event or an action that is no object. Slack sends neither; whoever holds the
secret might. Such a payload is refused (HTTP) or acknowledged and dropped (Socket Mode), logged without it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

log = logging.getLogger(__name__)
OBJECTS = ("event", "view", "container", "message", "item", "state", "root", "previous_message")
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
SUSPECT = re.compile(r"\\u(0000|d[89a-f])", re.IGNORECASE)  # a whole emoji, too, is two halves
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
NEEDED = {
    "event_callback": "event",
    "view_submission": "view",
    "view_closed": "view",
    "block_actions": "actions",
}


def received(payload: Any, text: str = "") -> dict[str, Any] | None:  # noqa: ANN401 - whoever holds the secret
    """The payload as listeners may read it; None for one that could not be Slack's, logged without it.

    `text`: the JSON that it came as, where that is at hand.
    """
    try:
        body = _storable(payload) if SUSPECT.search(text or json.dumps(payload)) else payload
    except RecursionError:
        body = None
    if isinstance(body, dict) and _plausible(body):
        return body
    kind = str(body.get("type")) if isinstance(body, dict) else "no object"
    log.warning("implausible payload dropped", extra={"kind": kind[:40]})
    return None


def _plausible(body: Mapping[str, Any]) -> bool:
    """Absent or null is nobody's fault, unless its kind needs it."""
    needed = NEEDED.get(str(body.get("type")))
    return (needed is None or bool(body.get(needed))) and all(_fits(part) for part in _parts(body))


def _storable(body: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    """The same without NUL and half characters, which no database can take: the rest is kept."""
    if isinstance(body, str):
        return body if body.isascii() and "\x00" not in body else UNSTORABLE.sub("", body)
    if isinstance(body, dict):
        return {_storable(key): _storable(value) for key, value in body.items()}
    return [_storable(item) for item in body] if isinstance(body, list) else body


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
