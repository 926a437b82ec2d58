"""Playground: a person's hands in conversations. Write, edit, delete, react, press a message's buttons."""

from bot.playground import forms, modal, payloads
from bot.playground.delivery import Delivery
from bot.playground.errors import ClientRefused
from bot.playground.forms import Value
from bot.playground.methods import membership, reactions
from bot.playground.people import SLACKBOT
from bot.playground.screen import Screen
from bot.playground.workspace import Message
from bot.playground.writing import written

TOMBSTONE = "This message was deleted."


class Talking(Screen):
    """One person's client, with the actions a conversation offers. Events go out in the background."""

    async def say(self, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message; the event has it as Slack writes it. Raises ClientRefused where they could not."""
        manifest = self._core.manifest
        place = self._core.workspace.channels[channel]
        if self.id not in place.members or place.is_archived:
            raise ClientRefused("they cannot write in that conversation")
        if place.kind == "im" and (manifest.messages_tab_read_only or not manifest.messages_tab):
            raise ClientRefused("sending messages to this app has been turned off")
        if thread_ts is not None and self._core.workspace.message(channel, thread_ts) is None:
            raise ClientRefused("there is no such thread")
        said = written(self._core.workspace, text)
        message = Message(self._core.clock.ts(), channel, self.id, said, thread_ts=thread_ts)
        place.add(message)
        self._core.emit_message(message)
        self._core.changes.notify()
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Change a message of their own."""
        self._check_own(message)
        before = message.as_dict()
        message.text, message.edited = written(self._core.workspace, text), self._core.clock.ts()
        change = {"message": message.as_dict(), "previous_message": before}
        self._core.emit_message(message, subtype="message_changed", **change)
        self._core.changes.notify()

    async def delete(self, message: Message) -> None:
        """Delete a message of their own; one with replies becomes a tombstone in its place."""
        self._check_own(message)
        if message.replies:
            before = message.as_dict()
            message.text, message.user, message.subtype = TOMBSTONE, SLACKBOT, "tombstone"
            shown = {"message": message.as_dict(), "previous_message": before}
            self._core.emit_message(message, subtype="message_changed", **shown)
            self._core.changes.notify()
            return
        message.deleted = True
        change = {"deleted_ts": message.ts, "previous_message": message.as_dict()}
        self._core.emit_message(message, subtype="message_deleted", **change)
        self._core.changes.notify()

    def _check_own(self, message: Message) -> None:
        if message.user != self.id:
            raise ClientRefused("that message is not theirs")

    async def react(self, message: Message, name: str) -> None:
        """Add a reaction; a skin tone belongs to the name ("+1::skin-tone-3")."""
        self._check_sees(message)
        reactions.react(self._core, message, self.id, name)
        self._core.changes.notify()

    async def unreact(self, message: Message, name: str) -> None:
        """Take a reaction away."""
        reactions.unreact(self._core, message, self.id, name)
        self._core.changes.notify()

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
        payload = payloads.message_action(self._core, self.person, message, action, values)
        return await self._interact(payload)

    async def invite_app(self, channel: str) -> None:
        """Bring the app into a channel they are in."""
        place = self._core.workspace.channels[channel]
        if self.id not in place.members or place.is_archived:
            raise ClientRefused("they cannot invite anybody there")
        membership.join_channel(self._core, place, self._core.bot.id, inviter=self.id)
        self._core.changes.notify()

    async def remove_app(self, channel: str) -> None:
        """Take the app out of a channel they are in."""
        place = self._core.workspace.channels[channel]
        if self.id not in place.members:
            raise ClientRefused("they are not in that conversation")
        membership.leave_channel(self._core, place, self._core.bot.id)
        self._core.changes.notify()
