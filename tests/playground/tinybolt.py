"""A tiny real Bolt app for the local Slack's own tests: two pages, a notice with a button, a Home tab."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import LocalSlack

Json = dict[str, Any]
MANIFEST: Json = {
    "display_information": {"name": "Tiny"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Tiny"},
        "slash_commands": [
            {"command": "/tiny", "description": "Open a modal", "should_escape": True},
            {"command": "/raw", "description": "Say something", "should_escape": False},
        ],
        "shortcuts": [
            {"name": "Tiny", "type": "global", "callback_id": "start", "description": "Open a modal"},
            {"name": "Tiny", "type": "message", "callback_id": "about", "description": "Open a modal"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "im:write",
                "reactions:read",
                "users:read",
                "channels:read",
                "im:history",
                "groups:read",
                "dnd:read",
                "groups:write",
                "files:write",
            ],
            "bot_optional": ["im:history", "groups:read", "dnd:read", "groups:write", "files:write"],
        }
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "reaction_added",
                "reaction_removed",
                "message.im",
                "member_joined_channel",
                "channel_left",
                "group_left",
                "app_uninstalled",
                "tokens_revoked",
            ]
        },
    },
}


def text(words: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": words}


def button(action_id: str) -> Json:
    """A button that says what it is called."""
    return {"type": "button", "action_id": action_id, "text": text(action_id), "value": f"{action_id}-value"}


def entry(block_id: str, **more: object) -> Json:
    """A required text input that is saved while somebody types."""
    element = {"type": "plain_text_input", "action_id": "typed", "max_length": 200, **more}
    return {
        "type": "input",
        "block_id": block_id,
        "label": text(block_id),
        "dispatch_action": True,
        "element": element,
    }


def modal(title: str, *blocks: Json, **more: object) -> Json:
    """A modal with a submit button."""
    shown = list(blocks) or [entry("what")]
    return {
        "type": "modal",
        "callback_id": "page",
        "title": text(title),
        "submit": text("Next"),
        "blocks": shown,
        **more,
    }


NOTICE: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Something happened"}},
    {"type": "actions", "elements": [button("seen"), button("later")]},
]


async def refused(call: Awaitable[object], slack: LocalSlack, error: str) -> SlackApiError:
    """Await a call that must be refused with `error`."""
    slack.expect(error)
    with pytest.raises(SlackApiError) as caught:
        await call
    assert caught.value.response["error"] == error
    return caught.value


class TinyBolt:
    """The app, its listeners and whichever transport carries it; `answer` is what a submission gets."""

    def __init__(self, slack: LocalSlack) -> None:
        self.slack = slack
        self.client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        self.answer: Json = {}
        self.headers: list[str] = []
        self.seen: list[Json] = []
        self.wait_before_ack = asyncio.Event()
        self.wait_before_ack.set()
        self.app = AsyncApp(
            client=self.client, signing_secret=slack.signing_secret, process_before_response=True
        )
        self._sockets: list[AsyncSocketModeHandler] = []
        self._runner: web.AppRunner | None = None
        self._listen()

    def _listen(self) -> None:
        self.app.command("/tiny")(self._open)
        self.app.command("/raw")(self._say)
        self.app.shortcut("start")(self._open)
        self.app.shortcut("about")(self._open)
        self.app.action("typed")(self._note)
        self.app.action("seen")(self._note)
        self.app.action("later")(self._note)
        self.app.view("page")(self._submit)
        self.app.view_closed("page")(self._note)
        for event in (
            "reaction_added",
            "reaction_removed",
            "message",
            "member_joined_channel",
            "channel_left",
        ):
            self.app.event(event)(self._event)
        for event in ("group_left", "app_uninstalled", "tokens_revoked", "app_home_opened"):
            self.app.event(event)(self._event)

    async def _open(self, ack: AsyncAck, body: Json) -> None:
        self.seen.append(body)
        await self.client.views_open(trigger_id=body["trigger_id"], view=modal("One"))
        await ack()

    async def _say(self, ack: AsyncAck, body: Json) -> None:
        self.seen.append(body)
        await ack(text=f"You said: {body['text']}")

    async def _note(self, ack: AsyncAck, body: Json) -> None:
        self.seen.append(body)
        await self.wait_before_ack.wait()
        await ack()

    async def _submit(self, ack: AsyncAck, body: Json) -> None:
        self.seen.append(body)
        await ack(**self.answer)

    async def _event(self, body: Json, req: Any) -> None:  # noqa: ANN401 - Bolt finds it by name
        self.headers.extend(req.headers.get("x-slack-retry-num", []))
        self.seen.append(body["event"])

    def events(self, kind: str) -> list[Json]:
        """The events and interactions of one type that have arrived."""
        return [one for one in self.seen if one.get("type") == kind]

    async def connect(self) -> None:
        """Open one Socket Mode connection."""
        handler = AsyncSocketModeHandler(self.app, self.slack.app_token, web_client=self.client)
        before = len(self.slack.socket.connections)
        await handler.connect_async()
        self._sockets.append(handler)
        await self.slack.wait(lambda: len(self.slack.socket.connections) > before)

    async def listen(self) -> None:
        """Take signed HTTP requests."""
        self._runner = web.AppRunner(self.app.server(port=0, path="/slack/events").web_app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.slack.events_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def stop(self) -> None:
        """Close every transport."""
        for handler in self._sockets:
            await handler.close_async()
        if self._runner is not None:
            await self._runner.cleanup()
