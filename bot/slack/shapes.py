"""slack: the shapes of what Slack sends, as data, and the one function that fits a value into a shape.

A row is a key and what it has to be. Anything else in a payload is left out, so a listener that wants to read
a new key adds its row here. Source: docs.slack.dev/reference/interaction-payloads,
docs.slack.dev/interactivity/implementing-slash-commands, docs.slack.dev/apis/events-api and the pages of the
events in docs.slack.dev/reference/events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from yarl import URL

from bot.domain import values

ABSENT: Final = object()
NUMBER_MAX = 2**53  # JSON's own numbers end there for most who read them
IDENTS = frozenset(
    {"user", "channel", "team", "user_id", "channel_id", "team_id", "enterprise_id", "bot_id", "app_id"}
    | {"item_user", "parent_user_id", "inviter", "user_team", "source_team", "app_installed_team_id"}
    | {"context_team_id", "context_enterprise_id", "api_app_id", "selected_user", "selected_channel"}
    | {"selected_conversation"}
)
Spec = Callable[[object], Any]  # a value in, the same or a poorer one out, or ABSENT


def fit(value: object, spec: Spec) -> Any:  # noqa: ANN401 - what the shape says
    """What of `value` has that shape; None counts as not sent. Never raises."""
    return ABSENT if value is None else spec(value)


def text(value: object) -> object:
    return value if isinstance(value, str) else ABSENT


def stamp(value: object) -> object:
    """A message's `ts` or the time of an act: Unix seconds as Slack writes them, "1700000000.000100"."""
    return value if values.stamp(value) else ABSENT


def ident(value: object) -> object:
    """The id of a person, a conversation, a team, a bot."""
    return value if values.ident(value) else ABSENT


def number(value: object) -> object:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= NUMBER_MAX
    return value if whole else ABSENT


def flag(value: object) -> object:
    return value if isinstance(value, bool) or value in ("true", "false") else ABSENT


def address(value: object) -> object:
    """An absolute web address that an HTTP client takes."""
    try:
        parsed = URL(value) if isinstance(value, str) else URL()
        good = parsed.scheme in ("http", "https") and bool(parsed.host) and parsed.port is not None
    except ValueError:
        return ABSENT
    return value if good else ABSENT


def one_of(*words: str) -> Spec:
    return lambda value: value if isinstance(value, str) and value in words else ABSENT


def anything(value: object) -> object:
    return value


@dataclass(frozen=True, slots=True)
class Many:
    """A list; what doesn't fit is left out of it."""

    of: Spec

    def __call__(self, value: object) -> object:
        if not isinstance(value, list):
            return ABSENT
        return [kept for item in value if (kept := fit(item, self.of)) is not ABSENT]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object of these keys. Without one of `needed`, or with an empty one, it's none."""

    keys: Mapping[str, Spec]
    needed: tuple[str, ...] = ()

    def __call__(self, value: object) -> object:
        if not isinstance(value, Mapping):
            return ABSENT
        found = {key: fit(value.get(key), spec) for key, spec in self.keys.items()}
        kept = {key: part for key, part in found.items() if part is not ABSENT}
        return kept if all(kept.get(key) for key in self.needed) else ABSENT


@dataclass(frozen=True, slots=True)
class Each:
    """An object whose keys are anyone's, its values of one shape."""

    of: Spec

    def __call__(self, value: object) -> object:
        if not isinstance(value, Mapping):
            return ABSENT
        found = {key: fit(part, self.of) for key, part in value.items()}
        return {key: part for key, part in found.items() if part is not ABSENT}


def texts(*keys: str) -> dict[str, Spec]:
    """Keys of text; those that Slack calls so hold times and ids."""
    return {key: stamp if key.endswith("ts") else ident if key in IDENTS else text for key in keys}


USER = Shape({"id": ident, **texts("team_id", "username", "name", "enterprise_id")})
TEAM = Shape({"id": ident, **texts("domain", "enterprise_id", "enterprise_name")})
ENTERPRISE = Shape({"id": ident, **texts("name")})
CHANNEL = Shape({"id": ident, **texts("name")})
OBJECT = Each(anything)
OPTION = Shape(texts("value"))

AUTHORIZATION = Shape(
    {**texts("enterprise_id", "team_id", "user_id"), "is_bot": flag, "is_enterprise_install": flag}
)
INNER: dict[str, Spec] = {  # of a message, wherever one is shown
    **texts("type", "subtype", "text", "ts", "thread_ts", "user", "bot_id", "app_id", "team", "channel"),
    **texts("client_msg_id", "parent_user_id", "event_ts"),
    "edited": Shape(texts("user", "ts")),
    "files": Many(OBJECT),
    "blocks": Many(OBJECT),
    "attachments": Many(OBJECT),
    "metadata": OBJECT,
}
MESSAGE = Shape(INNER)
ITEM = Shape(texts("type", "channel", "ts", "file"))
EVENT = Shape(
    {
        **INNER,
        **texts("channel_type", "deleted_ts", "reaction", "item_user", "tab", "inviter", "user_team"),
        **texts("source_team", "user_id", "channel_id", "old", "new", "event"),
        "item": ITEM,
        "root": MESSAGE,
        "message": MESSAGE,
        "previous_message": MESSAGE,
        "hidden": flag,
        "tokens": OBJECT,
        "view": anything,
    },
    ("type",),
)
BLOCK = Shape(
    {**texts("type", "block_id"), "element": Shape(texts("type", "action_id"))}, ("type", "block_id")
)
VIEW = Shape(
    {
        **texts("id", "callback_id", "private_metadata", "hash", "root_view_id", "previous_view_id"),
        **texts("external_id", "team_id", "app_installed_team_id", "app_id", "bot_id"),
        "type": one_of("modal", "home"),
        "state": Shape({"values": Each(Each(OBJECT))}),
        "blocks": Many(BLOCK),
    }
)
ACTION = Shape(
    {
        **texts("type", "action_id", "block_id", "value", "action_ts"),
        **texts("selected_user", "selected_conversation", "selected_channel"),
        **texts("selected_date", "selected_time"),
        "selected_option": OPTION,
        "selected_options": Many(OPTION),
        "selected_users": Many(text),
        "selected_date_time": number,
    },
    ("action_id",),
)
INTERACTION: dict[str, Spec] = {
    **texts("type", "token", "api_app_id", "trigger_id", "callback_id", "action_ts", "message_ts", "hash"),
    "response_url": address,
    "user": USER,
    "team": TEAM,
    "enterprise": ENTERPRISE,
    "channel": CHANNEL,
    "is_enterprise_install": flag,
    "view": VIEW,
    "state": Shape({"values": Each(Each(OBJECT))}),
    "message": MESSAGE,
    "container": Shape(
        {
            **texts("type", "view_id", "message_ts", "channel_id", "thread_ts"),
            "is_ephemeral": flag,
        }
    ),
    "actions": Many(ACTION),
}
SUBMITTED = Shape(VIEW.keys, ("callback_id", "type"))
COMMAND = "command"
KINDS: Mapping[str, Shape] = {
    COMMAND: Shape(
        {
            **texts("command", "text", "user_id", "user_name", "team_id", "team_domain", "enterprise_id"),
            **texts("channel_id", "channel_name", "trigger_id", "api_app_id", "token"),
            "response_url": address,
            "is_enterprise_install": flag,
        },
        ("command",),
    ),
    "event_callback": Shape(
        {
            **texts("type", "event_id", "team_id", "enterprise_id", "api_app_id", "token", "event_context"),
            **texts("context_team_id", "context_enterprise_id"),
            "event": EVENT,
            "event_time": number,
            "authorizations": Many(AUTHORIZATION),
            "is_ext_shared_channel": flag,
        },
        ("event",),
    ),
    "block_actions": Shape(INTERACTION, ("actions",)),
    "view_submission": Shape({**INTERACTION, "view": SUBMITTED}, ("view",)),
    "shortcut": Shape(INTERACTION, ("callback_id",)),
    "message_action": Shape(INTERACTION, ("callback_id",)),
    "url_verification": Shape(texts("type", "challenge"), ("challenge",)),
}
FRAME = Shape(
    {
        **texts("type", "envelope_id", "retry_reason"),
        "payload": anything,
        "accepts_response_payload": flag,
        "retry_attempt": number,
    },
    ("type",),
)
