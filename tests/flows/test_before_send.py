"""Before Send nobody but the reporter hears anything: random walks through everything else, days included."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground import forms
from bot.playground.driver import Member
from bot.playground.errors import ClientRefused
from tests.crash.rig import jump
from tests.edge.acts import stage_of
from tests.house import House, open_house

SEEDS = range(int(os.environ.get("WALKS", "4")))
ACTIONS = 150
GOES_OUT = ("chat.postMessage", "chat.postEphemeral", "conversations.open", "files.completeUploadExternal")
TOLD_BY = frozenset({"send"})  # the one page whose Next tells somebody
KNOWN = "known"  # "they know already" is a telling, too
WORDS = ("", "x", "I sent the invoice to the wrong client", "list", "status", "help", "zzz", "ü" * 200)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """What goes out does not depend on the transport; Slack may refuse what a random hand does."""
    async with open_house(tmp_path, "socket") as opened:
        opened.slack.expect("hash_conflict", "not_found", "invalid_trigger_id", "push_limit_reached")
        yield opened
        opened.check()


class Hand:
    """Does one random thing after another in the reporter's client."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.who = house, house.reporter
        self.dice = random.Random(seed)  # noqa: S311 - reproducible, no secret

    async def act(self) -> None:
        if not self.who.stack:
            await self.dice.choice((self.type_a_command, self.type_a_command, self.let_time_pass))()
            return
        often = (self.fill, self.fill, self.press, self.go_on, self.go_on, self.go_on)
        seldom = (self.type_a_command, self.let_time_pass, self.close)
        await self.dice.choice((*often, *often, *often, *seldom))()

    async def type_a_command(self) -> None:
        weights = [12 if not word else 1 for word in WORDS]
        await self.who.command("/screwedup", self.dice.choices(WORDS, weights)[0])
        await self.house.bot.drain()

    async def let_time_pass(self) -> None:
        await jump(self.house, self.dice.choice((60, 3600, 86_400)))
        await self.house.bot.tick()

    async def fill(self) -> None:
        found = list(forms.elements(self.who.stack[-1].body["blocks"]))
        inputs = [(b, e) for b, e in found if e["type"] in forms.STATE_KEYS]
        if inputs:
            await self._fill(*self.dice.choice(inputs))

    async def _fill(self, block: dict[str, Any], element: dict[str, Any]) -> None:
        await self.who.fill(block["block_id"], self._value(element))

    def _value(self, element: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the element takes
        kind, options = (
            element["type"],
            [o["value"] for o in element.get("options", []) if o["value"] != KNOWN],
        )
        if kind in ("radio_buttons", "static_select"):
            return self.dice.choice(options)
        if kind == "checkboxes":
            return self.dice.sample(options, self.dice.randint(0, len(options)))
        if kind == "users_select":
            return self.house.slack.person(
                self.dice.choice(("boss", "deputy", "t1", "t1", "guest", "robot"))
            ).id
        if kind == "datetimepicker":
            return int(self.house.slack.clock.now().timestamp()) - self.dice.randint(-3600, 3600)
        if kind == "plain_text_input":
            return self.dice.choice(("", "some words", "a whole sentence about what happened"))[
                : element["max_length"]
            ]
        return None

    async def press(self) -> None:
        found = list(forms.elements(self.who.stack[-1].body["blocks"]))
        buttons = [(b, e) for b, e in found if e["type"] == "button"]
        if buttons:
            block, button = self.dice.choice(buttons)
            await self.who.press(button["action_id"], block["block_id"], button.get("value"))
            await self.house.bot.drain()

    async def go_on(self) -> None:
        view = self.who.modal or {}
        if not view.get("submit") or (view["callback_id"] == "page" and stage_of(view) in TOLD_BY):
            return
        if view["callback_id"] == "hub":  # everything from here on follows a telling, or says its own Send
            await self.close()
            return
        for block, element in list(forms.elements(self.who.stack[-1].body["blocks"])):
            if not block.get("optional") and element["type"] in forms.STATE_KEYS and self.dice.random() < 0.8:
                await self._fill(block, element)
        await self.who.submit()

    async def close(self) -> None:
        await self.who.close_modal(clear=True)


def heard_by(house: House, who: Member) -> set[str]:
    """Everybody and every channel that a call of the bot was meant for, besides that person."""
    own = {who.id, house.slack.core.dm(who.id).id}
    meant = {
        str(c.args.get("users") or c.args.get("channel")) for c in house.slack.calls if c.method in GOES_OUT
    }
    return meant - own


@pytest.mark.parametrize("seed", SEEDS)
async def test_nobody_hears_anything_before_send(house: House, seed: int) -> None:
    hand = Hand(house, seed)
    await hand.who.command("/screwedup", "I sent the March invoice to the wrong client")
    await hand.who.wait_modal()
    for _ in range(ACTIONS):
        try:
            await hand.act()
        except ClientRefused:
            continue  # a hand that slips
    await house.bot.drain()
    await house.bot.tick()
    assert heard_by(house, hand.who) == set()
    for key in ("boss", "deputy", "lead", "t1", "privacy"):
        assert house.slack.person(key).dm == []
    assert sum(call.method == "views.open" for call in house.slack.calls) >= 1
