"""Playground: a person with Slack's client in their hands. Tests and the web pages act through this."""

import re
from dataclasses import dataclass, field

from bot.playground import payloads
from bot.playground.delivery import COMMAND, Delivery
from bot.playground.errors import ClientRefused, SlackError
from bot.playground.filling import Filling
from bot.playground.manifest import Json
from bot.playground.methods.chat import show_ephemeral
from bot.playground.people import SLACKBOT
from bot.playground.talking import Talking
from bot.playground.workspace import Channel, Message


@dataclass
class CommandResult:
    """What became of a slash command: the ack, and the ephemeral messages that came with it.

    `error`: None, "invalid_command" (the manifest declares none), or why there was no ack (see Delivery).
    """

    delivery: Delivery | None
    error: str | None
    ephemerals: list[Message] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged in time."""
        return self.error is None

    @property
    def status(self) -> int | None:
        """The HTTP status of the ack; None when there was none."""
        return self.delivery.status if self.delivery else None

    @property
    def body(self) -> Json | str:
        """The ack's body."""
        return self.delivery.body if self.delivery else ""


class Member(Filling, Talking):
    """One person's client: what they see, and everything they can do to the app."""

    async def command(self, name: str, text: str = "", *, channel: str | None = None) -> CommandResult:
        """Type a slash command in a channel (default: their DM with the app); waits for the ack."""
        self._check_own_workspace()
        place = self._core.workspace.channels[channel] if channel else self._core.dm(self.id)
        declared = self._core.manifest.commands.get(name)
        if declared is None:
            said = self._from_slackbot(place, f"{name} is not a valid command.")
            return CommandResult(None, "invalid_command", [said])
        typed = self._escape(text) if declared.should_escape else text
        payload = payloads.command(self._core, self.person, place, name, typed)
        delivery = await self._deliveries.send(Delivery(COMMAND, payload))
        if not delivery.ok:
            said = self._from_slackbot(place, f'{name} failed with the error "{delivery.error}"')
            return CommandResult(delivery, delivery.error, [said])
        try:
            return CommandResult(delivery, None, self._show_ack(place, delivery.body))
        except SlackError as refusal:
            return CommandResult(delivery, refusal.code)

    def _show_ack(self, place: Channel, body: Json | str) -> list[Message]:
        said = {"text": body} if isinstance(body, str) else body
        if not (said.get("text") or said.get("blocks")):
            return []
        self._core.judge_message("command ack", said)
        shown = show_ephemeral(self._core, place.id, self.id, said)
        self._core.changes.notify()
        return [shown]

    def _from_slackbot(self, place: Channel, text: str) -> Message:
        message = show_ephemeral(self._core, place.id, self.id, {"text": text})
        message.user, message.bot_id, message.app_id = SLACKBOT, None, None
        self._core.changes.notify()
        return message

    def _escape(self, text: str) -> str:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = re.sub(r"@([\w.]+)", self._mention, text)
        return re.sub(r"#([\w-]+)", self._channel_link, text)

    def _mention(self, typed: re.Match[str]) -> str:
        people = self._core.workspace.people.values()
        return next((f"<@{one.id}|{one.handle}>" for one in people if one.handle == typed[1]), typed[0])

    def _channel_link(self, typed: re.Match[str]) -> str:
        rooms = (room for room in self._core.workspace.channels.values() if room.kind == "public")
        return next((f"<#{room.id}|{room.name}>" for room in rooms if room.name == typed[1]), typed[0])

    def _check_own_workspace(self) -> None:
        if not self.person.is_of(self._core.workspace.team_id):
            raise ClientRefused("the app is not installed where this person works")

    async def shortcut(self, callback_id: str) -> Delivery:
        """Use a global shortcut."""
        self._check_shortcut(callback_id, "global")
        return await self._interact(payloads.shortcut(self._core, self.person, callback_id))

    async def message_shortcut(self, callback_id: str, channel: str, ts: str) -> Delivery:
        """Use a shortcut from a message's menu."""
        self._check_shortcut(callback_id, "message")
        message = self._core.workspace.message(channel, ts)
        if message is None:
            raise ClientRefused("there is no such message")
        self._check_sees(message)
        return await self._interact(payloads.message_shortcut(self._core, self.person, callback_id, message))

    def _check_shortcut(self, callback_id: str, kind: str) -> None:
        self._check_own_workspace()
        declared = self._core.manifest.shortcuts.get(callback_id)
        if declared is None or declared.kind != kind:
            raise ClientRefused(f"the manifest declares no {kind} shortcut {callback_id}")

    async def open_home(self, tab: str = "home") -> None:
        """Open the app's page on "home" or "messages"; the event goes out in the background."""
        home = self.home
        event: Json = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self._core.dm(self.id).id,
            "tab": tab,
            "event_ts": self._core.clock.ts(),
        }
        self._core.emit(event if home is None else {**event, "view": home})
