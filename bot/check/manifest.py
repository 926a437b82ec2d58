"""check: whether manifest.yaml asks for what the code uses, and for nothing more.

Slack asks for what stands in `bot`; `bot_optional` names those of them that an installer may decline
(docs.slack.dev/changelog/2026/03/16/optional-scopes, slackapi/slack-cli#517).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.check.report import Line, ok, wrong
from bot.slack import routes, scopes

ROOT = Path(__file__).resolve().parents[2]
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
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    asked = raw["oauth_config"]["scopes"]
    events = raw["settings"]["event_subscriptions"]["bot_events"]
    heard = {event.split(".")[0] for event in scopes.EVENTS}
    differences = [
        *_apart("calls in the code", calls(), "bot/slack/scopes.py", scopes.METHODS),
        *_apart("listeners for events", set(routes.EVENTS), "bot/slack/scopes.py", heard),
        *_apart("scopes in use", scopes.needed(), "manifest.yaml, bot", asked["bot"]),
        *_apart(
            "scopes the bot can do without",
            scopes.OPTIONAL,
            "manifest.yaml, bot_optional",
            asked.get("bot_optional", []),
        ),
        *_apart("events in use", set(scopes.EVENTS), "manifest.yaml, bot_events", events),
    ]
    if differences:
        yield from map(wrong, differences)
    else:
        yield ok(f"{len(scopes.needed())} scopes and {len(events)} events: what the code uses, nothing more.")


def _apart(what: str, used: Iterable[str], where: str, listed: Iterable[str]) -> Iterator[str]:
    for name in sorted(set(used) - set(listed)):
        yield f"{what}: {name} is not in {where}."
    for name in sorted(set(listed) - set(used)):
        yield f"{what}: {name} is in {where} and not used."
