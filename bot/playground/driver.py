"""Playground: a person with Slack's client in their hands. Tests and the web pages act through this."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.playground import forms, modal, payloads
from bot.playground.core import Core
from bot.playground.delivery import COMMAND, INTERACTIVE, Deliveries, Delivery
from bot.playground.errors import ClientRefused
from bot.playground.forms import Value
from bot.playground.manifest import Json
from bot.playground.methods import reactions
from bot.playground.methods.chat import show_ephemeral
from bot.playground.modal import SubmitResult
from bot.playground.workspace import Channel, Message, Person, View


@dataclass
class CommandResult:
    """What became of a slash command: the ack, and the ephemeral messages it brought with it."""

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


class Member:
    """One person's client: what they see, and everything they can do to the app."""

    def __init__(self, core: Core, deliveries: Deliveries, person: Person) -> None:
        self.person = person
        self._core = core
        self._deliveries = deliveries

    @property
    def id(self) -> str:
        """The user id."""
        return self.person.id

    @property
    def stack(self) -> list[View]:
        """Their open modals, the top one last."""
        return self._core.workspace.stacks.get(self.id, [])

    @property
    def modal(self) -> Json | None:
        """The top modal with id, hash and state, or None."""
        return self._core.view_payload(self.stack[-1]) if self.stack else None

    @property
    def home(self) -> Json | None:
        """Their published Home tab, or None."""
        view = self._core.workspace.homes.get(self.id)
        return self._core.view_payload(view) if view else None

    @property
    def dm(self) -> list[Message]:
        """The conversation with the app, oldest first, deleted messages too (flagged)."""
        known = self._core.workspace.dms.get(self.id)
        return list(self._core.workspace.channels[known].messages.values()) if known else []

    @property
    def ephemerals(self) -> list[Message]:
        """Messages only they can see, oldest first."""
        return self._core.workspace.ephemerals.setdefault(self.id, [])

    async def command(self, name: str, text: str = "", *, channel: str | None = None) -> CommandResult:
        """Type a slash command in a channel (default: their DM with the app); waits for the ack."""
        declared = self._core.manifest.commands.get(name)
        place = self._core.workspace.channels[channel] if channel else self._core.dm(self.id)
        self._check_own_workspace()
        if declared is None:
            text = f"{name} is not a valid command."
            return CommandResult(None, "invalid_command", [self._from_slackbot(place, text)])
        typed = self._escape(text) if declared.should_escape else text
        payload = payloads.command(self._core, self.person, place, name, typed)
        delivery = await self._deliveries.send(Delivery(COMMAND, payload))
        if not delivery.ok:
            text = f'{name} failed with the error "{delivery.error}"'
            return CommandResult(delivery, delivery.error, [self._from_slackbot(place, text)])
        return CommandResult(delivery, None, self._answer(place, delivery.body))

    def _answer(self, place: Channel, body: Json | str) -> list[Message]:
        said = {"text": body} if isinstance(body, str) else body
        if not (said.get("text") or said.get("blocks")):
            return []
        self._core.judge_message("command ack", said)
        shown = show_ephemeral(self._core, place.id, self.id, said)
        self._core.changes.notify()
        return [shown]

    def _from_slackbot(self, place: Channel, text: str) -> Message:
        message = show_ephemeral(self._core, place.id, self.id, {"text": text})
        message.user, message.bot_id, message.app_id = "USLACKBOT", None, None
        self._core.changes.notify()
        return message

    def _escape(self, text: str) -> str:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        people = {person.handle: person.id for person in self._core.workspace.people.values()}
        rooms = {c.name: c.id for c in self._core.workspace.channels.values() if c.kind == "public"}
        text = re.sub(r"@([\w.]+)", lambda m: f"<@{people[m[1]]}|{m[1]}>" if m[1] in people else m[0], text)
        return re.sub(r"#([\w-]+)", lambda m: f"<#{rooms[m[1]]}|{m[1]}>" if m[1] in rooms else m[0], text)

    def _check_own_workspace(self) -> None:
        if self.person.team_id != self._core.workspace.team_id:
            raise ClientRefused("the app is not installed where this person works")

    async def shortcut(self, callback_id: str) -> Delivery:
        """Use a global shortcut."""
        self._check_shortcut(callback_id, "global")
        return await self._interact(payloads.shortcut(self._core, self.person, callback_id))

    async def message_shortcut(self, callback_id: str, channel: str, ts: str) -> Delivery:
        """Use a shortcut from a message's menu."""
        self._check_shortcut(callback_id, "message")
        message = self._core.workspace.message(channel, ts)
        if message is None or self.id not in self._core.workspace.channels[channel].members:
            raise ClientRefused("they cannot see that message")
        return await self._interact(payloads.message_shortcut(self._core, self.person, callback_id, message))

    def _check_shortcut(self, callback_id: str, kind: str) -> None:
        self._check_own_workspace()
        declared = self._core.manifest.shortcuts.get(callback_id)
        if declared is None or declared.kind != kind:
            raise ClientRefused(f"the manifest declares no {kind} shortcut {callback_id}")

    async def _interact(self, payload: Json) -> Delivery:
        return await self._deliveries.send(Delivery(INTERACTIVE, payload))

    async def wait_modal(
        self, timeout: float = 5.0, where: Callable[[Json], object] = lambda view: True
    ) -> Json:
        """The top modal, as soon as there is one for which `where` is true. Raises TimeoutError."""
        await self._core.changes.wait(lambda: self.modal is not None and where(self.modal), timeout)
        return self._core.view_payload(self._top())

    def _top(self) -> View:
        if not self.stack:
            raise ClientRefused("no modal is open")
        return self.stack[-1]

    async def fill(self, block_id: str, value: Value, *, dispatch: bool = True) -> Delivery | None:
        """Put `value` into the input of a block; an element that dispatches tells the app at once.

        `value`: text, an option's value, a list of those, a user or channel id, a date or time as text,
        Unix seconds for a datetimepicker; None empties it. Raises ClientRefused where the client would.
        """
        view = self._top()
        block, element = modal.find(view, block_id=block_id, kinds=set(forms.STATE_KEYS))
        state = forms.accept(element, value)
        view.values[block_id][element["action_id"]] = state
        self._core.changes.notify()
        if not (dispatch and forms.wants_dispatch(block)):
            return None
        action = {**state, "block_id": block_id, "action_id": element["action_id"]}
        return await self._interact(payloads.view_action(self._core, self.person, view, action))

    async def press(
        self, action_id: str, block_id: str | None = None, value: Value = None, *, on: str = "modal"
    ) -> Delivery:
        """Press a button, or choose `value` in a radio group, select or overflow menu.

        `on` is "modal" or "home".
        """
        view = self._top() if on == "modal" else self._core.workspace.homes[self.id]
        block, element = modal.find(view, block_id=block_id, action_id=action_id, value=value)
        action = modal.action(block, element, value)
        if element["type"] in forms.STATE_KEYS:
            view.values[block["block_id"]][action_id] = forms.accept(element, value)
            self._core.changes.notify()
        return await self._interact(payloads.view_action(self._core, self.person, view, action))

    async def submit(self) -> SubmitResult:
        """Press the modal's submit button and let the app's answer take effect."""
        view = self._top()
        missing = forms.missing(view.body["blocks"], view.values)
        if missing:
            return SubmitResult("errors", missing)
        delivery = await self._interact(payloads.submission(self._core, self.person, view))
        result = modal.apply(self._core, view, delivery)
        self._core.changes.notify()
        return result

    async def close_modal(self, *, clear: bool = False) -> Delivery | None:
        """Press the close button; `clear` presses the X, which closes the whole stack."""
        view = self.stack[0] if clear else self._top()
        cleared = clear or bool(view.body.get("clear_on_close"))
        payload = payloads.closed(self._core, self.person, view, is_cleared=cleared)
        for gone in tuple(self.stack) if cleared else (view,):
            self._core.workspace.close_view(gone)
        self._core.changes.notify()
        return await self._interact(payload) if view.body.get("notify_on_close") else None

    async def click(
        self, message: Message, action_id: str, *, block_id: str | None = None, value: Value = None
    ) -> Delivery:
        """Press a button, or choose in a menu, in a message.

        A deep copy of a message, made before it changed, is the old card somebody still looks at.
        """
        self._check_sees(message)
        block, element = modal.find_in(message.blocks, block_id=block_id, action_id=action_id, value=value)
        values = forms.start_values(message.blocks, {})
        if element["type"] in forms.STATE_KEYS:
            values[block["block_id"]][action_id] = forms.accept(element, value)
        action = modal.action(block, element, value)
        return await self._interact(payloads.message_action(self._core, self.person, message, action, values))

    def _check_sees(self, message: Message) -> None:
        members = self._core.workspace.channels[message.channel].members
        if message.ephemeral_to not in (None, self.id) or self.id not in members:
            raise ClientRefused("they cannot see that message")

    async def react(self, message: Message, name: str) -> None:
        """Add a reaction; the event goes out in the background."""
        self._check_sees(message)
        reactions.react(self._core, message, self.id, name)
        self._core.changes.notify()

    async def unreact(self, message: Message, name: str) -> None:
        """Take a reaction away; the event goes out in the background."""
        reactions.unreact(self._core, message, self.id, name)
        self._core.changes.notify()

    async def say(self, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message; the event goes out in the background."""
        place = self._core.workspace.channels[channel]
        if self.id not in place.members:
            raise ClientRefused("they are not in that conversation")
        if place.kind == "im" and (
            self._core.manifest.messages_tab_read_only or not self._core.manifest.messages_tab
        ):
            raise ClientRefused("sending messages to this app has been turned off")
        message = Message(self._core.clock.ts(), channel, self.id, text, thread_ts=thread_ts)
        place.add(message)
        self._core.emit_message(message)
        self._core.changes.notify()
        return message

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
