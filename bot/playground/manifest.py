"""Playground: what an app manifest grants. Commands, shortcuts, scopes, events and the Home tab.

Source of the keys: Slack's app manifest reference.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


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
    """An app manifest, read once. `scopes` may shrink later: an installer can refuse optional ones."""

    name: str
    bot_name: str
    commands: dict[str, Command]
    shortcuts: dict[str, Shortcut]
    scopes: set[str]
    events: frozenset[str]
    home_tab: bool
    messages_tab: bool
    messages_tab_read_only: bool
    raw: Json = field(repr=False)

    @classmethod
    def read(cls, raw: Json) -> "Manifest":
        """Take a manifest as parsed YAML or JSON. Raises KeyError when a required key is missing."""
        features = raw.get("features", {})
        home = features.get("app_home", {})
        scopes = raw.get("oauth_config", {}).get("scopes", {})
        name = raw["display_information"]["name"]
        return cls(
            name=name,
            bot_name=features.get("bot_user", {}).get("display_name", name),
            commands={c["command"]: _command(c) for c in features.get("slash_commands", [])},
            shortcuts={s["callback_id"]: _shortcut(s) for s in features.get("shortcuts", [])},
            scopes={*scopes.get("bot", []), *scopes.get("bot_optional", [])},
            events=frozenset(raw.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])),
            home_tab=home.get("home_tab_enabled", False),
            messages_tab=home.get("messages_tab_enabled", True),
            messages_tab_read_only=home.get("messages_tab_read_only_enabled", False),
            raw=raw,
        )


def _command(raw: Json) -> Command:
    return Command(
        raw["command"], raw["description"], raw.get("usage_hint", ""), raw.get("should_escape", False)
    )


def _shortcut(raw: Json) -> Shortcut:
    return Shortcut(raw["callback_id"], raw["name"], raw["type"], raw["description"])
