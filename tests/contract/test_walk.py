"""Back, Skip and coming back later, on every page that a reporter meets, through the real bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.driver import Member
from bot.stages import STAGES, find
from tests.contract.hands import fill, inputs, on_hub, page_of, shown, take
from tests.house import House, open_house

ENDS = {"cancel", "close", "reopen"}
NOT_THEIRS = {
    "join",
    "mine",
    "accept",
    "decided",
    "hold",
    "release",
}  # for whom it was offered to, and the privacy contact
PASSED_BY = {"ready"}  # the end of breathing, met there
FOR_MANY = {"bulk"}  # walked in tests/flows/test_many.py: it takes more than ten who are affected


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        opened.check()


async def on(person: Member, stage: str) -> None:
    await person.wait_modal(where=lambda view: f'"s":"{stage}"' in view["private_metadata"])


async def begin(house: House) -> Member:
    rina: Member = house.reporter
    await rina.command("/screwedup", "I sent the March invoice to the wrong client")
    await on(rina, "open")
    return rina


async def come_back(person: Member, stage: str) -> None:
    """Close everything, and type the command again."""
    await person.close_modal(clear=True)
    await person.command("/screwedup")
    await on(person, stage)


def holds(person: Member, put: dict[str, Any]) -> None:
    """Every input starts with what was put in; a page may hide nothing of it."""
    found = {key: shown(person, key) for key in put}
    assert {k: str(v) for k, v in found.items()} == {k: str(v) for k, v in put.items()}


async def fill_and_come_back(house: House, person: Member) -> None:
    """What is typed is there after closing, and after Back and forth."""
    stage, _ = page_of(person)
    put = await fill(house, person)
    await come_back(person, stage)
    holds(person, put)


async def next_page(person: Member) -> None:
    went = await person.submit()
    assert went.errors == {}, (page_of(person), went.errors)


async def to_hub(house: House) -> tuple[Member, list[str]]:
    """The straight way, with Back and a second coming on each page; the pages that were on it."""
    rina, way = await begin(house), list[str]()
    while (here := page_of(rina)[0]) != "hub":
        await fill_and_come_back(house, rina)
        if way:
            await rina.press("back")
            await on(rina, way[-1])
            assert (await rina.submit()).errors == {}
            await on(rina, here)
        way.append(here)
        await next_page(rina)
    return rina, way


async def test_the_line_and_then_every_other_page(house: House) -> None:
    rina, way = await to_hub(house)
    assert way == ["open", "stop", "halt", "own", "assess", "tell", "send"]
    seen = set(way)
    while todo := [v for v in on_hub(rina) if v.split(":")[0] not in seen | ENDS]:
        stage = todo[0].split(":")[0]
        seen.add(stage)
        await take(rina, todo[0])
        assert page_of(rina)[0] == stage
        if not inputs(rina):
            await next_page(rina)
            continue
        await fill_and_come_back(house, rina)
        await rina.press("back")
        await on(rina, "hub")
        await take(rina, todo[0])
        await next_page(rina)
        if stage == "breathe":
            assert page_of(rina)[0] == "ready"
            await next_page(rina)
        assert page_of(rina)[0] == "hub"
    missing = {s.key for s in STAGES} - seen - ENDS - NOT_THEIRS - PASSED_BY - FOR_MANY
    assert missing == {"safe"}, "only what is for before telling is gone by now"
    assert {"contact:C2", "update:C2"} <= set(on_hub(rina)), "who was added has pages of their own"
    await take(rina, "close:")
    await next_page(rina)
    await take(rina, "reopen:")
    await fill(house, rina)
    await next_page(rina)
    assert page_of(rina)[0] == "hub"


async def test_every_page_that_may_be_skipped_is(house: House) -> None:
    """Skip leaves a record without answers: the page counts as seen, and what was typed is gone."""
    rina, _ = await begin(house), None
    skipped = set[str]()
    while (here := page_of(rina)[0]) != "hub":
        await fill(house, rina)
        if (stage := find(here)) and stage.skippable:
            await rina.press("skip")
            await rina.wait_modal(
                where=lambda view, here=here: f'"s":"{here}"' not in view["private_metadata"]
            )
            skipped.add(here)
        else:
            await next_page(rina)
    for value in ("fixed:", "more:", "legal:", "debrief:C1", "letgo:", "review:"):
        await take(rina, value)
        if value == "fixed:":
            await fill(house, rina)
            await next_page(rina)
            continue
        await rina.press("skip")
        await on(rina, "hub")
        skipped.add(value.split(":")[0])
    assert skipped == {s.key for s in STAGES if s.skippable}


async def test_breathing_begins_has_one_minute_more_and_ends(house: House) -> None:
    rina = await begin(house)
    await fill(house, rina)
    await next_page(rina)
    await rina.press("go.breathe")
    await on(rina, "breathe")
    await next_page(rina)
    assert page_of(rina)[0] == "ready"
    await rina.press("go.breathe")
    await on(rina, "breathe")
    await rina.fill("minutes", "5")
    assert set((await rina.submit()).errors) == {"minutes"}
    await rina.fill("minutes", "1")
    await next_page(rina)
    assert "go.breathe" not in str(rina.modal), "once more, and no more"
    await next_page(rina)
    assert page_of(rina)[0] == "stop"
    assert "go.breathe" not in str(rina.modal)
