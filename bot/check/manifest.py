"""check: whether manifest.yaml asks for what the code uses, and for nothing more.

Slack asks for what stands in `bot`; `bot_optional` names those of them that an installer may decline
(docs.slack.dev/changelog/2026/03/16/optional-scopes, slackapi/slack-cli#517).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.check.report import Line, ok, wrong
from bot.slack import routes, scopes

ROOT = Path(__file__).resolve().parents[2]
SCOPES = ("oauth_config", "scopes")
SWITCHES: Mapping[tuple[str, ...], tuple[bool, str]] = {
    ("features", "app_home", "home_tab_enabled"): (True, "there would be no Home tab"),
    ("features", "app_home", "messages_tab_enabled"): (True, "the bot couldn't write to anyone"),
    ("features", "app_home", "messages_tab_read_only_enabled"): (False, "no one could reply"),
    ("settings", "interactivity", "is_enabled"): (True, "no button would work"),
    ("settings", "token_rotation_enabled"): (False, "the token would expire after twelve hours"),
}
"""What has to be on or off, and what would happen otherwise (docs.slack.dev/reference/app-manifest)."""
EDGE = (ROOT / "bot" / "slack", ROOT / "bot" / "bootstrap.py")  # the only places that talk to Slack


def calls(places: Iterable[Path] = EDGE) -> frozenset[str]:
    """The methods of Slack's client that the code names: `client.views_open` -> "views_open"."""
    files = (f for place in places for f in (sorted(place.rglob("*.py")) if place.is_dir() else [place]))
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    named = {n.attr for n in nodes if isinstance(n, ast.Attribute) and _is_client(n.value)}
    return frozenset(named & set(dir(AsyncWebClient)))


def _is_client(node: ast.expr) -> bool:
    return (node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")) == "client"


def manifest(path: Path = ROOT / "manifest.yaml") -> Iterator[Line]:
    """The code's calls against the list of scopes, and that list against the manifest."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        yield wrong(f"{path.name} cannot be read: {' '.join(str(error).split())}")
        return
    events = _names(raw, "settings", "event_subscriptions", "bot_events")
    heard = {event.split(".")[0] for event in scopes.EVENTS}
    differences = [
        *_apart("calls in the code", calls(), "bot/slack/scopes.py", scopes.METHODS),
        *_apart("listeners for events", set(routes.EVENTS), "bot/slack/scopes.py", heard),
        *_apart("scopes in use", scopes.needed(), "manifest.yaml, bot", _names(raw, *SCOPES, "bot")),
        *_apart(
            "scopes the bot can do without",
            scopes.OPTIONAL,
            "manifest.yaml, bot_optional",
            _names(raw, *SCOPES, "bot_optional"),
        ),
        *_apart("scopes of people", (), "manifest.yaml, user", _names(raw, *SCOPES, "user")),
        *_apart("events in use", set(scopes.EVENTS), "manifest.yaml, bot_events", events),
        *_apart("shortcuts in the code", routes.SHORTCUTS, "manifest.yaml, shortcuts", _shortcuts(raw)),
        *(
            f"{'.'.join(key)} in manifest.yaml must be {str(value).lower()}: {why}."
            for key, (value, why) in SWITCHES.items()
            if _at(raw, *key) is not value
        ),
    ]
    if not _at(raw, "features", "slash_commands"):
        differences.append("features.slash_commands in manifest.yaml is missing: no one can start.")
    if differences:
        yield from map(wrong, differences)
    else:
        yield ok(f"{len(scopes.needed())} scopes and {len(events)} events: what the code uses, nothing more.")


def _at(raw: object, *path: str) -> object:
    """What stands there; None for nothing."""
    for key in path:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def _names(raw: object, *path: str) -> list[str]:
    found = _at(raw, *path)
    return [str(one) for one in found] if isinstance(found, list) else []


def _shortcuts(raw: object) -> list[str]:
    found = _at(raw, "features", "shortcuts")
    return [str(_at(one, "callback_id")) for one in found] if isinstance(found, list) else []


def _apart(what: str, used: Iterable[str], where: str, listed: Iterable[str]) -> Iterator[str]:
    for name in sorted(set(used) - set(listed)):
        yield f"{what}: {name} is not in {where}."
    for name in sorted(set(listed) - set(used)):
        yield f"{what}: {name} is in {where}, and isn't one of them."
