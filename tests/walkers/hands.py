"""What one person can do right now, by name: in the window that's open, in messages, at Home, by command."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.playground.driver import Member
from bot.playground.forms import Value, elements, missing
from bot.playground.workspace import Message
from bot.slack.ids import DETAILS
from tests.contract.hands import page_of
from tests.house import House
from tests.walkers.keys import excused
from tests.walkers.values import Pen

Json = dict[str, Any]
EMOJI = ("eyes", "+1::skin-tone-3", "white_check_mark", "raised_hand", "octagonal_sign", "question", "cry")
COMMANDS = (
    "",
    "help",
    "list",
    "status",
    "practice",
    "export",
    "forget",
    "statsu",
    "I sent the list to the wrong people",
)
WITH_ID = ("status", "export")
REPLIES = ("Yes, go ahead & call them", "On it", "no", "Which client? <@U000RINA>", "👍")
NEWEST = 8  # messages of a conversation that someone would still scroll to
DIFFERS = re.compile(r"\b[0-9a-z]{6}\b|\b[0-9a-f]{8}\b|\w*\d\w*")  # ids and times
CHANNEL = "C000ROOM2"


@dataclass(frozen=True)
class Doing:
    """One thing that can be done. `name` is the same in every run: no id and no time stands in it."""

    name: str
    do: Callable[[], Awaitable[object]]


class Hands:
    """One person's hands. `old` holds copies of messages as they were before they changed."""

    def __init__(self, house: House, key: str, dice: Random, pen: Pen) -> None:
        self.house, self.key, self.dice, self.pen = house, key, dice, pen
        self.me: Member = house.slack.person(key)
        self.old: list[Message] = []

    # --- the window that is open ------------------------------------------------------------------
    @property
    def page(self) -> str:
        """`assess`, `hub`, `choose`, …; "" while no window is open."""
        modal = self.me.modal
        if modal is None:
            return ""
        kind = modal["callback_id"]
        return page_of(self.me)[0] if kind in ("page", "text") else str(kind)

    def buttons(self) -> list[Doing]:
        """Every button of the window."""
        blocks = self.me.modal["blocks"] if self.me.modal else []
        return [
            Doing(f"press {named(e['action_id'])}", self._press(b["block_id"], e))
            for b, e in elements(blocks)
            if e["type"] == "button"
        ]

    def _press(self, block: str, element: Json) -> Callable[[], Awaitable[object]]:
        return lambda: self.me.press(element["action_id"], block, element.get("value"))

    async def fill(self, *, odd: bool) -> list[str]:
        """Put something into what has to be filled in, and into half of the rest; which fields those were."""
        blocks = self.me.modal["blocks"] if self.me.modal else []
        put = []
        for block, element in list(elements(blocks)):
            if block["type"] != "input" or (block.get("optional") and self.dice.random() < 0.5):
                continue
            key = block["block_id"]
            value = self.pen.value(key, element, odd and self.dice.random() < 0.5)
            await self._type(key, value)
            put.append(f"{key}={short(value)}")
        return put

    async def _type(self, key: str, value: Value) -> None:
        sent = await self.me.fill(key, value)
        if sent and not sent.ok:
            await excused(self.house, sent)

    def lacks(self) -> bool:
        """Whether Slack's own client would refuse to send this."""
        view = self.me.stack[-1]
        return bool(missing(view.body["blocks"], view.values))

    # --- messages ---------------------------------------------------------------------------------
    def in_messages(self, buttons: bool) -> list[Doing]:
        """`buttons` of the newest messages that this person sees, and of those that have changed since;
        else what can be written there, and reactions.
        """
        found: list[Doing] = []
        for place in self.places():
            shown = [m for m in place if not m.deleted][-NEWEST:]
            for message in sorted(shown, key=lambda m: (m.thread_ts or "", outline(m))):
                found += self._buttons(message) if buttons else self._on(message)
        old = self.old[-NEWEST:] if buttons else []
        return found + [Doing(f"old {d.name}", d.do) for message in old for d in self._buttons(message)]

    def places(self) -> Iterator[list[Message]]:
        """The DM with the bot, what only they see, and each channel they share with it."""
        yield self.me.dm
        yield self.me.ephemerals
        for room in self.house.slack.workspace.channels.values():
            if (
                room.kind != "im"
                and self.me.id in room.members
                and self.house.slack.core.bot.id in room.members
            ):
                yield list(room.messages.values())

    def _on(self, message: Message) -> Iterator[Doing]:
        if message.ephemeral_to:
            return
        what = outline(message)
        if message.user == self.me.id:
            yield Doing(f"edit {what}", lambda: self.me.edit(message, self.dice.choice(REPLIES)))
            yield Doing(f"delete {what}", lambda: self.me.delete(message))
            return
        emoji = self.dice.choice(EMOJI)
        mine = sorted(name for name, users in message.reactions.items() if self.me.id in users)
        if emoji not in mine:
            yield Doing(f"react {emoji} to {what}", lambda: self.me.react(message, emoji))
        if mine:
            yield Doing(f"take {mine[0]} off {what}", lambda: self.me.unreact(message, mine[0]))
        said = self.dice.choice(REPLIES)
        thread = message.thread_ts or message.ts
        yield Doing(f"reply to {what}", lambda: self.me.say(message.channel, said, thread_ts=thread))
        private = self.house.slack.workspace.channels[message.channel].kind == "im"
        where = f"to the bot ({self._notices()} notices)" if private else "in a channel"
        yield Doing(f"write {where}: {said!r}", lambda: self.me.say(message.channel, said))

    def _notices(self) -> str:
        """How many lie there: with several, the bot has to ask which one a message is for."""
        lying = [m for m in self.me.dm if any(e["action_id"] == DETAILS for _, e in elements(m.blocks))]
        return "no" if not lying else "some" if len(lying) > 1 else "one"

    def _buttons(self, message: Message) -> Iterator[Doing]:
        for block, element in elements(message.blocks):
            if element["type"] == "button":
                name = f"click {named(element['action_id'])} on {outline(message)}"
                yield Doing(name, self._click(message, block["block_id"], element))

    def _click(self, message: Message, block: str, element: Json) -> Callable[[], Awaitable[object]]:
        async def click() -> None:
            before = deepcopy(message)
            await self.me.click(message, element["action_id"], block_id=block, value=element.get("value"))
            self.old.append(before)

        return click

    # --- everything else --------------------------------------------------------------------------
    def elsewhere(self, incidents: list[str]) -> Iterator[Doing]:
        """Commands, shortcuts, the Home tab and its buttons."""
        for text in COMMANDS:
            yield Doing(f"/screwedup {text}", lambda text=text: self.me.command("/screwedup", text))
        for number, key in enumerate(incidents):
            for text in WITH_ID:
                yield Doing(f"/screwedup {text} #{number}", self._command(f"{text} {key}"))
        yield Doing("global shortcut", lambda: self.me.shortcut("screwedup_global"))
        found = [
            m for m in self.house.slack.workspace.channels[CHANNEL].messages.values() if not m.ephemeral_to
        ]
        if found and self.me.id in self.house.slack.workspace.channels[CHANNEL].members:
            at = found[0]
            yield Doing(
                "message shortcut", lambda: self.me.message_shortcut("screwedup_message", at.channel, at.ts)
            )
        yield Doing("open Home", self.me.open_home)
        for block, element in elements(self.me.home["blocks"] if self.me.home else []):
            if element["type"] == "button":
                yield Doing(
                    f"at Home, press {named(element['action_id'])}", self._at_home(block["block_id"], element)
                )

    def _command(self, text: str) -> Callable[[], Awaitable[object]]:
        return lambda: self.me.command("/screwedup", text)

    def _at_home(self, block: str, element: Json) -> Callable[[], Awaitable[object]]:
        return lambda: self.me.press(element["action_id"], block, element.get("value"), on="home")


def named(action_id: str) -> str:
    """An action's name without the ids in it."""
    return re.sub(r"\.[0-9a-f]{6,}|\.[0-9]+$", "", action_id)


def outline(message: Message) -> str:
    """The first words of a message, with what differs from run to run taken out."""
    return DIFFERS.sub("#", message.text)[:40].replace("\n", " ")


def short(value: object) -> str:
    """What was put in, in one short word or two."""
    return repr(value)[:40]
