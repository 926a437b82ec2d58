"""Playground: one installed app in one workspace. What the Web API, the deliveries and the people share."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.playground.blockkit import check_message, check_view, refusal
from bot.playground.changes import Changes
from bot.playground.clock import Clock
from bot.playground.errors import SlackError
from bot.playground.faults import Faults
from bot.playground.manifest import EVENT_SCOPES, Json, Manifest
from bot.playground.switches import Switches
from bot.playground.tickets import ResponseUrl, Triggers
from bot.playground.workspace import Channel, Message, Person, View, Workspace

VIEW_BYTES = 250_000
FAREWELLS = {"channel_left", "group_left"}
"""Events that reach an app which is no longer in the conversation."""


@dataclass(frozen=True)
class Violation:
    """A payload of the app broke one of Slack's rules. `problem` names the place and the rule."""

    method: str
    problem: str


@dataclass
class Core:
    """The state behind every route. `send_event` hands a full event payload to the deliveries."""

    switches: Switches
    manifest: Manifest
    clock: Clock
    workspace: Workspace
    changes: Changes
    bot: Person
    send_event: Callable[[Json], None]
    app_id: str = "A000SCREWED"
    bot_id: str = "B000SCREWED"
    bot_token: str = field(default_factory=lambda: f"xoxb-local-{secrets.token_hex(12)}")
    app_token: str = field(default_factory=lambda: f"xapp-local-{secrets.token_hex(12)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))
    triggers: Triggers = field(init=False)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    url: str = ""

    def __post_init__(self) -> None:
        self.triggers = Triggers(self.switches)

    def dm(self, user: str) -> Channel:
        """The direct message between the app and a person."""
        return self.workspace.dm(user, self.bot.id)

    def new_response_url(self, hook: ResponseUrl) -> str:
        """Register a response URL and return its address."""
        key = secrets.token_hex(16)
        self.response_urls[key] = hook
        return f"{self.url}/hooks/{self.workspace.team_id}/{key}"

    def judge_message(self, method: str, args: Json) -> None:
        """Let the strict gate see an outgoing message. Raises SlackError for a broken rule."""
        if problems := self._judge(method, check_message(args)):
            code = refusal(problems)
            raise SlackError(code, errors=problems, response_metadata={"messages": problems})

    def judge_view(self, method: str, view: object, kind: Literal["modal", "home"]) -> Json:
        """Let the strict gate see a view; returns it as a dict. Raises SlackError for a broken rule."""
        if not isinstance(view, dict):
            raise SlackError(
                "invalid_arguments", response_metadata={"messages": ["[ERROR] view must be an object"]}
            )
        if len(json.dumps(view).encode()) > VIEW_BYTES:
            raise SlackError("view_too_large")
        if problems := self._judge(method, check_view(view, kind)):
            raise SlackError("invalid_arguments", response_metadata={"messages": problems})
        return view

    def _judge(self, method: str, problems: list[str]) -> list[str]:
        self.violations.extend(Violation(method, problem) for problem in problems)
        return problems

    def emit(self, event: Json, *, channel: Channel | None = None) -> None:
        """Deliver an event if the app subscribed to it, holds the scope and is in the conversation."""
        name = event["type"]
        if name == "message":
            kinds = {"im": "message.im", "public": "message.channels", "private": "message.groups"}
            name = kinds.get(channel.kind if channel else "", "message.mpim")
        needed = EVENT_SCOPES.get(name)
        if name not in self.manifest.events or (needed and not needed & self.manifest.scopes):
            return
        if channel is not None and self.bot.id not in channel.members and name not in FAREWELLS:
            return
        self.send_event(self._envelope(event, channel))

    def _envelope(self, event: Json, channel: Channel | None) -> Json:
        team = self.workspace.team_id
        org = self.workspace.enterprise or None
        installed = {"team_id": team, "user_id": self.bot.id, "is_bot": True}
        return {
            "token": self.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": org,
            "api_app_id": self.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self.workspace.new_id("Ev"),
            "event_time": int(self.clock.now().timestamp()),
            "authorizations": [{"enterprise_id": org, **installed, "is_enterprise_install": False}],
            "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
            "event_context": f"4-{secrets.token_hex(16)}",
        }

    def emit_message(self, message: Message, /, **change: object) -> None:
        """The `message` event of a new, changed or deleted message (`change` holds the subtype's keys)."""
        channel = self.workspace.channels[message.channel]
        kinds = {"im": "im", "public": "channel", "private": "group", "mpim": "mpim"}
        event = {
            **({"type": "message", "hidden": True} if change else message.as_dict()),
            "team": self.workspace.team_id,
            "channel": channel.id,
            "channel_type": kinds[channel.kind],
            "event_ts": message.ts if not change else self.clock.ts(),
            **change,
        }
        parent = self.workspace.message(channel.id, message.thread_ts or "")
        if parent is not None and parent is not message:
            event["parent_user_id"] = parent.user
        event.setdefault("ts", event["event_ts"])
        self.emit(event, channel=channel)

    def view_payload(self, view: View) -> Json:
        """A view as payloads and the answers of `views.*` show it; later typing does not change it."""
        body = view.body
        shown: Json = {
            "id": view.id,
            "team_id": self.workspace.team_id,
            "type": body["type"],
            "blocks": body["blocks"],
            "private_metadata": body.get("private_metadata", ""),
            "callback_id": body.get("callback_id", ""),
            "state": {"values": {block: dict(held) for block, held in view.values.items()}},
            "hash": view.hash,
            "title": body.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
            "clear_on_close": body.get("clear_on_close", False),
            "notify_on_close": body.get("notify_on_close", False),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": self.app_id,
            "external_id": view.external_id,
            "app_installed_team_id": self.workspace.team_id,
            "bot_id": self.bot_id,
        }
        return shown
