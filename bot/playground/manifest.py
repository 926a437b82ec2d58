"""Playground: what an app manifest asks for and what an installer grants of it.

Sources: Slack's app manifest reference; docs.slack.dev/changelog/2026/03/16/optional-scopes (an installer
picks among the optional ones); slackapi/slack-cli#517 and vellum-ai/vellum-assistant#39141 (`bot` lists every
scope, `bot_optional` those of them that may be declined); derive-to/derive#558 (what Slack refuses).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
EVENT_SCOPES = {
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "message.im": {"im:history"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "app_mention": {"app_mentions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "channel_left": {"channels:read"},
    "group_left": {"groups:read"},
}
"""An event -> the scopes of which one is needed to hear it."""
LONGEST = {"name": 35, "description": 140}  # characters, in display_information


class ManifestRefused(ValueError):
    """Slack makes no app from this manifest; `problems` say why, in its own words for it."""

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Command:
    """A slash command the app declares."""

    name: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A shortcut the app declares; `kind` is "global" or "message"."""

    callback_id: str
    name: str
    kind: str
    description: str


@dataclass
class Manifest:
    """An app manifest, read once. `asked`: every scope it asks for; `optional`: those an installer may
    decline; `scopes`: what is granted now.
    """

    name: str
    bot_name: str
    commands: dict[str, Command]
    shortcuts: dict[str, Shortcut]
    asked: frozenset[str]
    optional: frozenset[str]
    events: frozenset[str]
    home_tab: bool
    messages_tab: bool
    messages_tab_read_only: bool
    raw: Json = field(repr=False)
    scopes: set[str] = field(default_factory=set)

    def install(self, declined: Collection[str] = ()) -> None:
        """Grant everything but the optional scopes that are declined. Raises ValueError for any other."""
        if others := set(declined) - self.optional:
            raise ValueError(f"not optional, so it can't be declined: {', '.join(sorted(others))}")
        self.scopes = set(self.asked) - set(declined)

    @classmethod
    def read(cls, raw: Json) -> "Manifest":
        """Take a manifest as parsed YAML or JSON; nothing is granted yet. A scope that stands in
        `bot_optional` alone is never asked for.

        Raises KeyError when a required key is missing, ManifestRefused for what Slack refuses.
        """
        if problems := list(_refused(raw)):
            raise ManifestRefused(problems)
        features = raw.get("features", {})
        home = features.get("app_home", {})
        scopes = raw.get("oauth_config", {}).get("scopes", {})
        name = raw["display_information"]["name"]
        return cls(
            name=name,
            bot_name=features.get("bot_user", {}).get("display_name", name),
            commands={c["command"]: _command(c) for c in features.get("slash_commands", [])},
            shortcuts={s["callback_id"]: _shortcut(s) for s in features.get("shortcuts", [])},
            asked=frozenset(scopes.get("bot") or []),
            optional=frozenset(scopes.get("bot") or []) & frozenset(scopes.get("bot_optional") or []),
            events=_events(raw),
            home_tab=home.get("home_tab_enabled", False),
            messages_tab=home.get("messages_tab_enabled", True),
            messages_tab_read_only=home.get("messages_tab_read_only_enabled", False),
            raw=raw,
        )


def _events(raw: Json) -> frozenset[str]:
    return frozenset(raw.get("settings", {}).get("event_subscriptions", {}).get("bot_events", []))


def _refused(raw: Json) -> Iterator[str]:
    asked = set(raw.get("oauth_config", {}).get("scopes", {}).get("bot") or [])
    for key, most in LONGEST.items():
        if (length := len(raw["display_information"].get(key, ""))) > most:
            yield f"/display_information/{key}: max_length: expected {most}, got {length}"
    if raw.get("features", {}).get("slash_commands") and "commands" not in asked:
        yield "requires_commands_bot_scope: Slash Commands requires `commands` bot scope"
    for event in sorted(_events(raw)):
        if (needed := EVENT_SCOPES.get(event)) and not needed & asked:
            scopes = " or ".join(sorted(needed))
            yield f"/settings/event_subscriptions: {event} requires the bot scope {scopes}"


def _command(raw: Json) -> Command:
    return Command(
        raw["command"], raw["description"], raw.get("usage_hint", ""), raw.get("should_escape", False)
    )


def _shortcut(raw: Json) -> Shortcut:
    return Shortcut(raw["callback_id"], raw["name"], raw["type"], raw["description"])
