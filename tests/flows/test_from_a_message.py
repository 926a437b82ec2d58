"""Begun from a message: its link is the reporter's alone until they tick it (product.md 0.1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.playground import payloads
from bot.playground.driver import Member
from tests.edge.acts import deliver, rows, stage_of
from tests.flows.test_ways_on import LARGE, send_off
from tests.house import House


async def begun(house: House, ticked: list[str]) -> tuple[Member, str]:
    """Opened from a message in #delivery and told; the hub is open. The person, and the message's link."""
    rina: Member = house.reporter
    said = await rina.say("C000ROOM2", "That is the file of the other client!")
    await rina.message_shortcut("screwedup_message", said.channel, said.ts)
    await rina.wait_modal()
    await rina.fill("summary", "I sent the wrong file to a client")
    await rina.fill("share_source", ticked)
    while (here := stage_of(rina.modal)) != "hub":
        await send_off(rina, **LARGE.get(here, {}))
    await house.slack.wait(lambda: len(house.boss.dm) == 1)
    return rina, f"/archives/{said.channel}/p{said.ts.replace('.', '')}"


async def details(house: House) -> str:
    await house.boss.click(house.boss.dm[0], "details")
    await house.slack.wait(lambda: bool(house.boss.stack))
    return shown(house.boss)


def shown(person: Member) -> str:
    modal: Any = person.modal
    return json.dumps(modal["blocks"])


@pytest.mark.parametrize(("ticked", "seen"), [(["yes"], True), ([], False)])
async def test_the_link_goes_no_further_than_was_ticked(house: House, ticked: list[str], seen: bool) -> None:
    rina, link = await begun(house, ticked)
    assert (link in await details(house)) is seen
    await rina.press("timeline")
    await house.slack.wait(lambda: len(rina.stack) == 2)
    assert link in shown(rina)


async def test_the_first_page_shows_the_link_and_says_whose_it_is(house: House) -> None:
    rina: Member = house.reporter
    said = await rina.say("C000ROOM2", "That is the file of the other client!")
    await rina.message_shortcut("screwedup_message", said.channel, said.ts)
    await rina.wait_modal()
    assert said.ts.replace(".", "") in shown(rina)
    assert said.text not in shown(rina)


@pytest.mark.parametrize(
    "change", [{"team": None}, {"channel": None}, {"message_ts": None}], ids=lambda c: next(iter(c))
)
async def test_a_message_that_slack_does_not_fully_name_has_no_link(
    house: House, tmp_path: Path, change: dict[str, None]
) -> None:
    rina: Member = house.reporter
    said = await rina.say("C000ROOM2", "That is the file of the other client!")
    made = payloads.message_shortcut(house.slack.core, rina.person, "screwedup_message", said)
    assert (await deliver(house, made | change)).ok
    await rina.wait_modal()
    assert "slack.com" not in shown(rina)
    assert rows(tmp_path, "SELECT source FROM incidents") == [("",)]


async def test_begun_by_a_command_nobody_is_asked_about_a_link(house: House) -> None:
    await house.reporter.command("/screwedup", "I sent the wrong file to a client")
    await house.reporter.wait_modal()
    assert "share_source" not in shown(house.reporter)
