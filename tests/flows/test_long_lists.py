"""A list of many is shown a page at a time: in the answer to the command, on Home, where one is chosen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.driver import Member
from bot.playground.workspace import Message
from tests.edge.acts import text_of
from tests.house import House, open_house
from tests.store import crowded

MANY = 80
LIMIT = 3000  # characters of one text: docs.slack.dev/reference/block-kit/composition-objects/text-object


@pytest.fixture
async def house(tmp_path: Path, transport: str) -> AsyncIterator[House]:
    """Without the auditor's look at the end: these incidents were written past the guide."""
    async with open_house(tmp_path, transport) as opened:
        yield opened
        opened.check()


async def with_many(house: House, count: int = MANY) -> list[str]:
    """The ids of Rina's open incidents, oldest first."""
    tenant, rina = house.bot.identity.team, house.reporter
    return await house.bot.database.write(crowded.incidents, tenant, rina.id, count)


def listed(text: str, keys: list[str]) -> list[str]:
    """Which of them it names, in its own order."""
    found = [(text.index(f"{key}:"), key) for key in keys if f"{key}:" in text]
    return [key for _, key in sorted(found)]


def turns(blocks: list[dict[str, Any]]) -> set[str]:
    """The ways on from a page."""
    found = (e.get("action_id", "") for block in blocks for e in block.get("elements", []))
    return {action for action in found if action.startswith("list.")}


async def turned(house: House, rina: Member, shown: Message, way: str) -> None:
    before = shown.text
    await rina.click(shown, way)
    await house.slack.wait(lambda: shown.text != before)


async def test_the_command_answers_with_a_page_and_the_way_to_the_others(house: House) -> None:
    keys = await with_many(house)
    rina = house.reporter
    (shown,) = (await rina.command("/screwedup", "list")).ephemerals
    met, pages = listed(shown.text, keys), [shown.text]
    assert turns(shown.blocks) == {"list.older"}
    while "list.older" in turns(shown.blocks):
        await turned(house, rina, shown, "list.older")
        met += listed(shown.text, keys)
        pages.append(shown.text)
    assert met == keys[::-1]
    assert all(len(page) <= LIMIT and "…" not in page for page in pages)
    assert turns(shown.blocks) == {"list.newer"}
    await turned(house, rina, shown, "list.newer")
    assert shown.text == pages[-2]
    assert turns(shown.blocks) == {"list.newer", "list.older"}
    assert len(rina.ephemerals) == 1, "each page stands in the place of the one before"


async def test_a_short_list_has_no_ways_on(house: House) -> None:
    keys = await with_many(house, 15)
    (shown,) = (await house.reporter.command("/screwedup", "list")).ephemerals
    assert listed(shown.text, keys) == keys[::-1]
    assert turns(shown.blocks) == set()


async def test_status_without_an_id_is_of_the_newest(house: House) -> None:
    keys = await with_many(house)
    (shown,) = (await house.reporter.command("/screwedup", "status")).ephemerals
    assert f"of client {MANY} " in shown.text
    assert listed(shown.text, keys) == []


async def test_home_shows_a_page_and_the_way_to_the_others(house: House) -> None:
    await with_many(house, 25)
    rina = house.reporter
    await rina.open_home()
    await house.slack.wait(lambda: rina.home and "of client 25 " in text_of(rina.home))
    assert rina.home is not None
    assert turns(rina.home["blocks"]) == {"list.older"}
    for newest in (15, 5):
        await rina.press("list.older", on="home")
        await house.slack.wait(lambda n=newest: f"of client {n} " in text_of(rina.home))
    assert turns(rina.home["blocks"]) == {"list.newer"}
    assert "of client 6 " not in text_of(rina.home)
    await rina.press("list.newer", on="home")
    await house.slack.wait(lambda: "of client 15 " in text_of(rina.home))
    assert "of client 5 " not in text_of(rina.home)


async def test_where_one_is_chosen_it_says_that_there_are_more(house: House) -> None:
    keys = await with_many(house)
    rina = house.reporter
    await rina.command("/screwedup", "The invoice went out twice")
    modal = await rina.wait_modal()
    options = next(b for b in modal["blocks"] if b["type"] == "input")["element"]["options"]
    assert [option["value"] for option in options[1:]] == keys[:-10:-1]
    assert "These are the newest" in text_of(modal)


async def test_a_page_asked_for_with_a_strange_id_is_the_first(house: House) -> None:
    keys = await with_many(house, 20)
    rina = house.reporter
    (shown,) = (await rina.command("/screwedup", "list")).ephemerals
    button = next(
        e for b in shown.blocks for e in b.get("elements", []) if e.get("action_id") == "list.older"
    )
    button["value"] = "zzzzzz"
    before = shown.edited
    await rina.click(shown, "list.older")
    await house.slack.wait(lambda: shown.edited != before)
    assert listed(shown.text, keys) == keys[:4:-1]
