"""What's wrong is said where the person is looking: under its field, or on the page that is drawn again.

Slack shows an error only under an input of the page on screen. Someone who presses Next while another page
is on its way, or on the page of an older release, gets the page back with the sentence on it and their words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.playground.driver import Member
from bot.playground.modal import SubmitResult
from bot.playground.workspace import View
from tests.contract.hands import inputs, page_of, shown, take
from tests.edge.acts import stage_of, text_of
from tests.flows.test_ways_on import LARGE, send_off, to_hub
from tests.house import IDS, House

NOT_SAVED = "Not saved yet."
HARM = {
    "summary": "The wrong file is going out right now", "reach": "several", "still_going": "yes",
}  # fmt: skip


def in_an_hour(house: House, hours: int = 1) -> int:
    return int((house.slack.clock.now() + timedelta(hours=hours)).timestamp())


async def to_page(house: House, page: str) -> Member:
    """The line up to that page."""
    await house.monday_morning()
    rina: Member = house.reporter
    await rina.command("/screwedup")
    await rina.wait_modal()
    await send_off(rina, **HARM)
    while (here := stage_of(rina.modal)) != page:
        await send_off(rina, **{**LARGE, "halt": {"halt_status": "cannot"}}.get(here, {}))
    return rina


async def on_tell(house: House) -> tuple[Member, str, object]:
    return await to_page(house, "tell"), "boss", IDS["reporter"]


async def on_tell_no_one(house: House) -> tuple[Member, str, object]:
    return await to_page(house, "tell"), "boss", None


async def on_tell_with_a_robot(house: House) -> tuple[Member, str, object]:
    return await to_page(house, "tell"), "handler", IDS["robot"]


async def on_halt(house: House) -> tuple[Member, str, object]:
    rina = await to_page(house, "halt")
    await rina.fill("halt_status", "stopped")
    return rina, "halted_at", in_an_hour(house)


async def on_fixed(house: House) -> tuple[Member, str, object]:
    rina = await to_hub(house, LARGE)
    await take(rina, "fixed:")
    await rina.fill("fixed_how", "Printed again")
    return rina, "verified_by", None


async def on_plan(house: House) -> tuple[Member, str, object]:
    rina = await to_hub(house, LARGE)
    await take(rina, "plan:")
    return rina, "fix_text", None


async def on_level(house: House) -> tuple[Member, str, object]:
    rina = await to_hub(house, LARGE)
    await take(rina, "level:")
    return rina, "level", "large"


Way = Callable[[House], Awaitable[tuple[Member, str, object]]]
WAYS = (on_tell, on_tell_no_one, on_tell_with_a_robot, on_halt, on_fixed, on_plan, on_level)


async def is_on_the_page(person: Member, key: str, value: object, went: SubmitResult, page: str) -> None:
    assert (went.action, page_of(person)[0]) == ("update", page)
    assert NOT_SAVED in text_of(person.modal)
    assert shown(person, key) == value, "what was picked or typed is still there"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_next_that_meets_another_page_brings_its_own_back(house: House, way: Way) -> None:
    rina, key, value = await way(house)
    page = stage_of(rina.modal)
    await rina.fill(key, value)
    seen = rina.look()
    await rina.press("back")
    await rina.wait_modal(where=lambda view: stage_of(view) != page)
    await is_on_the_page(rina, key, value, await rina.submit(seen), page)
    inline = await rina.submit()
    assert (inline.action, key in inline.errors) == ("errors", True), (
        "on its own page it stands under the field"
    )


@pytest.mark.parametrize("way", WAYS[2:4], ids=lambda way: way.__name__)
async def test_a_page_without_that_field_is_drawn_with_it(house: House, way: Way) -> None:
    """The page of an older release, which didn't ask that yet."""
    rina, key, value = await way(house)
    page = stage_of(rina.modal)
    await rina.fill(key, value)
    went = await rina.submit(without(rina.look(), key))
    await is_on_the_page(rina, key, value, went, page)


def without(view: View, key: str) -> View:
    return replace(
        view, body={**view.body, "blocks": [b for b in view.body["blocks"] if b["block_id"] != key]}
    )


async def test_a_refusal_that_meets_another_page_is_laid_over_it(house: House) -> None:
    """The page isn't theirs to save any more, so there's none to be drawn again."""
    rina = await to_page(house, "tell")
    seen = rina.look()
    await rina.press("go.cancel")
    await rina.wait_modal(where=lambda view: stage_of(view) == "cancel")
    await send_off(rina, why="test")
    went = await rina.submit(seen)
    assert went.action in ("push", "errors")
    assert not house.slack.violations


async def test_under_its_field_where_that_is_on_screen(house: House) -> None:
    rina, key, value = await on_tell(house)
    await rina.fill(key, value)
    went = await rina.submit()
    assert (went.action, list(went.errors)) == ("errors", ["boss"])
    assert NOT_SAVED not in text_of(rina.modal)
    assert key in inputs(rina)


@pytest.mark.parametrize(
    ("page", "answers"),
    [
        ("breathe:", {"minutes": "2"}),
        ("level:", {"level": "critical"}),
        ("plan:", {"fix_text": "Print it again"}),
        ("note:", {"note": "The printer has been told"}),
    ],
)
async def test_next_pressed_twice_is_saved_once(house: House, page: str, answers: dict[str, str]) -> None:
    """What would be wrong a second time ("it counts as that already") is no problem of the first."""
    rina = await to_hub(house, LARGE)
    await take(rina, page)
    for key, value in answers.items():
        await rina.fill(key, value)
    seen = rina.look()
    assert (await rina.submit(seen)).action == "update"
    first = stage_of(rina.modal)
    went = await rina.submit(seen)
    assert (went.action, stage_of(rina.modal)) == ("update", first)
    assert NOT_SAVED not in text_of(rina.modal)


async def test_other_words_on_a_page_that_has_been_saved_bring_it_back_with_what_is_wrong(
    house: House,
) -> None:
    rina = await to_page(house, "tell")
    seen = rina.look()
    assert (await rina.submit(seen)).action == "update"
    (state,) = seen.values["boss"].values()
    state["selected_user"] = rina.id
    assert (await rina.submit(seen)).action == "update"
    assert stage_of(rina.modal) == "tell"
    assert NOT_SAVED in text_of(rina.modal)
