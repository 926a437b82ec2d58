"""Skip: the page counts as seen, nobody is called back to it, and what was typed on it is still there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.hands import take
from tests.edge.acts import Json, go_back, rows, stage_of, to_page, values_of, walk_on
from tests.flows.test_stepper import reopen
from tests.house import House

MINE = "I did not read the address again, and I am sorry"


async def skip(house: House) -> Json:
    """Press Skip; the modal that follows."""
    rina = house.reporter
    here = stage_of(rina.modal)
    await rina.press("skip")
    return await rina.wait_modal(where=lambda view: stage_of(view) != here)


async def test_what_was_typed_is_on_the_page_when_it_is_opened_again(house: House) -> None:
    rina = house.reporter
    await to_page(house, "own")
    await rina.fill("own_line", MINE)
    await skip(house)
    assert stage_of(await reopen(house)) != "own"
    await walk_on(rina, "hub")
    await take(rina, "own:")
    assert values_of(rina.modal or {})["own_line"] == MINE
    assert stage_of(await skip(house)) == "hub"
    assert stage_of(await reopen(house)) == "hub"


async def test_so_is_what_no_keystroke_had_brought_yet(house: House) -> None:
    rina = house.reporter
    await to_page(house, "own")
    await rina.fill("own_line", MINE, dispatch=False)
    await skip(house)
    view = await go_back(rina)
    assert (stage_of(view), values_of(view)["own_line"]) == ("own", MINE)


async def test_a_page_that_was_answered_keeps_its_answers_and_what_was_typed_over_them(
    house: House, tmp_path: Path
) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    while stage_of(await go_back(rina)) != "own":
        pass
    saved = rows(tmp_path, "SELECT answers, version FROM pages WHERE stage = 'own'")
    await rina.fill("own_line", MINE)
    await skip(house)
    assert rows(tmp_path, "SELECT answers, version FROM pages WHERE stage = 'own'") == saved
    assert stage_of(await reopen(house)) == "assess"
    assert values_of(await go_back(rina))["own_line"] == MINE


@pytest.mark.parametrize("skipped", [True, False])
async def test_no_reminder_calls_back_to_it(house: House, skipped: bool) -> None:
    rina = house.reporter
    await house.monday_morning()
    await to_page(house, "own")
    await rina.fill("own_line", MINE)
    if skipped:
        await skip(house)
    for _ in range(3):
        await house.later(minutes=31)
        await house.bot.tick()
    assert any("halfway" in m.text for m in rina.dm) is not skipped


async def test_whoever_types_on_after_skipping_is_called_back(house: House) -> None:
    rina = house.reporter
    await to_page(house, "own")
    await rina.fill("own_line", MINE)
    await skip(house)
    await go_back(rina)
    await rina.fill("own_line", f"{MINE}. I know better now.")
    view = await reopen(house)
    assert (stage_of(view), values_of(view)["own_line"]) == ("own", f"{MINE}. I know better now.")


async def test_nothing_typed_leaves_nothing(house: House, tmp_path: Path) -> None:
    await to_page(house, "own")
    await skip(house)
    assert rows(tmp_path, "SELECT * FROM drafts WHERE stage = 'own'") == []
    assert rows(tmp_path, "SELECT skipped FROM pages WHERE stage = 'own'") == [(1,)]
