"""A promised time hard to keep is asked about, privately, and not refused (product.md 4.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.rules import Window
from bot.domain.worktime import Calendar, is_open
from bot.playground.driver import Member
from tests.contract.hands import shown, take
from tests.edge.acts import stage_of, text_of, to_page, values_of
from tests.flows.test_texts import MINE, copies, open_text, to_call
from tests.house import IDS, House

OFFICE = Window(frozenset(range(5)), 9 * 60, 18 * 60)  # medium, as shipped
HOME = Calendar("Europe/Stockholm")


@pytest.fixture
def transport() -> str:
    return "socket"


async def at_ten_on_monday(house: House) -> Member:
    await house.monday_morning()
    return await to_call(house)


def at(house: House, **ahead: float) -> int:
    return int((house.slack.clock.now() + timedelta(**ahead)).timestamp())


async def save(rina: Member, promised: int) -> str:
    """What is said once the call is noted with that promise: nothing is ever refused."""
    await rina.fill("result", "reached")
    await rina.fill("promised_next", promised)
    assert (await rina.submit()).action == "update"
    assert stage_of(rina.modal) == "hub"
    return text_of(rina.modal)


async def test_a_time_outside_working_hours_is_asked_about(house: House) -> None:
    rina = await at_ten_on_monday(house)
    assert "outside working hours" in await save(rina, at(house, days=5))


@pytest.mark.parametrize("hours", [3, 8])
async def test_a_time_within_them_is_not_nor_is_their_very_end(house: House, hours: int) -> None:
    rina = await at_ten_on_monday(house)
    assert "working hours" not in await save(rina, at(house, hours=hours))


async def test_nothing_is_redrawn_under_the_hand_that_picks(house: House) -> None:
    rina = await at_ten_on_monday(house)
    await rina.fill("promised_next", at(house, days=5))
    await house.slack.settle()
    assert not [c for c in house.slack.calls if c.method == "views.update"]


async def test_in_a_text_it_is_asked_as_well_and_the_words_stay(house: House) -> None:
    rina = await at_ten_on_monday(house)
    await open_text(rina, "client_email_first")
    await rina.fill("text", "You hear from me on Saturday.")
    await rina.fill("promised_next", at(house, days=5))
    await rina.press("copy")
    view = await rina.wait_modal(where=lambda v: "outside working hours" in text_of(v))
    assert values_of(view)["text"] == "You hear from me on Saturday."


async def test_night_where_they_are_is_asked_about(house: House) -> None:
    await house.monday_morning()
    rina: Member = house.reporter
    await to_page(house, "hub")
    await take(rina, "contact:C1")
    await rina.fill("impact_on_them", "Your invoice was seen by another firm")
    await rina.fill("party_tz", "America/New_York")
    assert (await rina.submit()).action == "update"
    await take(rina, "spoke:C1")
    said = await save(rina, at(house, days=1))  # 04:00 there
    assert "night where they are" in said
    assert "New York time" in said


async def test_the_time_filled_in_is_one_within_working_hours(house: House) -> None:
    await house.monday_morning()
    await house.later(hours=7)
    rina = await to_call(house)
    suggested = values_of(rina.modal or {})["promised_next"]
    assert is_open(datetime.fromtimestamp(suggested, house.slack.clock.now().tzinfo), OFFICE, HOME)
    early = (
        at(house, days=1, hours=-1) // 300 * 300
    )  # up to the next five minutes, for a page that took a second
    assert suggested in (early, early + 300)


async def test_a_text_names_the_time_that_the_page_shows(house: House) -> None:
    rina = await at_ten_on_monday(house)
    view = await open_text(rina, "client_call_script")
    shown = datetime.fromtimestamp(values_of(view)["promised_next"], ZoneInfo("Europe/London"))
    assert f"I will call you again by {shown:%H:%M} (London time)" in values_of(view)["text"]


TWO = "One stands in your text"


async def test_a_text_that_names_another_time_than_the_page_is_remarked_upon(house: House) -> None:
    rina = await at_ten_on_monday(house)
    await rina.fill("promised_next", at(house, hours=6))  # 15:00 there
    await open_text(rina, "client_email_first")
    await rina.fill("promised_next", at(house, hours=4))
    await rina.press("copy")
    view = await rina.wait_modal(where=lambda v: TWO in text_of(v))
    assert "“15:00, 13:00 (London time)”" in text_of(view)
    await rina.fill("text", "You will hear from me again by 1:00 pm. It was stopped at 09:02.")
    await rina.press("copy")
    await rina.wait_modal(where=lambda v: TWO not in text_of(v))


async def test_a_text_that_says_nothing_of_the_time_is_left_alone(house: House) -> None:
    rina = await at_ten_on_monday(house)
    await open_text(rina, "client_email_first")
    await rina.fill("text", MINE)
    await rina.fill("promised_next", at(house, hours=3))
    await rina.press("copy")
    await copies(house, rina, MINE)
    assert TWO not in text_of(rina.modal or {})


async def test_once_it_is_out_with_two_times_that_is_said_as_well(house: House) -> None:
    rina = await at_ten_on_monday(house)
    await open_text(rina, "client_call_script")
    await rina.fill("promised_next", at(house, hours=3))
    await rina.fill("text", "I call you again by 15:00.")
    assert (await rina.submit()).action == "update"
    assert stage_of(rina.modal) == "hub"
    assert TWO in text_of(rina.modal or {})


@pytest.mark.parametrize("told", [False, True])
async def test_whoever_waits_is_ticked_until_they_are_told(house: House, told: bool) -> None:
    """A promise ends only where somebody says that they know; what is left open is named at the end."""
    rina = await at_ten_on_monday(house)
    await save(rina, at(house, hours=3))
    await take(rina, "fixed:")
    assert shown(rina, "later") == ["C1"]
    await rina.fill("fixed_how", "The other firm has deleted it")
    await rina.fill("verified_by", IDS["boss"])
    if told:
        await rina.fill("later", [])
    assert (await rina.submit()).action == "update"
    await take(rina, "close:")
    assert ("The client still expects word by 12:00" in text_of(rina.modal or {})) is not told
    assert ("nobody is reminded of it" in text_of(rina.modal or {})) is not told
